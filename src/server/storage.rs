//! Where attachments lie: a local folder, or S3. Content is addressed by its SHA-256, so the same file is stored once
//! and a user's file name never reaches a path (`security.md` A39).

use crate::error::AppError;
use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStore, ObjectStoreExt, parse_url_opts};
use std::sync::Arc;
use tokio::io::AsyncWriteExt;

/// The file store. Cheap to clone.
#[derive(Clone)]
pub struct Storage {
    store: Arc<dyn ObjectStore>,
}

impl Storage {
    /// Opens a folder (made when there is none) or `s3://bucket/prefix` with the usual `AWS_…` variables.
    pub fn open(files: &str) -> Result<Self, String> {
        if files.contains("://") {
            let url = url::Url::parse(files).map_err(|error| error.to_string())?;
            let options = std::env::vars().filter(|(name, _)| name.starts_with("AWS_"));
            let options = options.map(|(name, value)| (name.to_ascii_lowercase(), value));
            let (store, prefix) = parse_url_opts(&url, options).map_err(|error| error.to_string())?;
            return Ok(Self {
                store: Arc::new(PrefixStore::new(store, prefix)),
            });
        }
        std::fs::create_dir_all(files).map_err(|error| format!("{files}: {error}"))?;
        // What is acknowledged must survive a power cut: files and their folders are synced.
        let local = LocalFileSystem::new_with_prefix(files)
            .map_err(|error| error.to_string())?
            .with_fsync(true);
        Ok(Self { store: Arc::new(local) })
    }

    fn path(sha256: &str) -> Path {
        Path::from(format!("{}/{sha256}", sha256.get(..2).unwrap_or("00")))
    }

    /// Stores a file under its hash; nothing to do when it is there already. It appears whole or not at all.
    pub async fn put(&self, sha256: &str, file: &std::path::Path) -> Result<(), AppError> {
        let path = Self::path(sha256);
        let size = tokio::fs::metadata(file)
            .await
            .map_err(|error| unavailable(&error))?
            .len();
        if self.store.head(&path).await.is_ok_and(|stored| stored.size == size) {
            return Ok(());
        }
        let mut source = tokio::fs::File::open(file).await.map_err(|error| unavailable(&error))?;
        let mut target = BufWriter::new(Arc::clone(&self.store), path);
        tokio::io::copy(&mut source, &mut target)
            .await
            .map_err(|error| unavailable(&error))?;
        target.shutdown().await.map_err(|error| unavailable(&error))
    }

    /// The size and the content of a file.
    pub async fn read(&self, sha256: &str) -> Result<(u64, BoxStream<'static, std::io::Result<Bytes>>), AppError> {
        let found = self
            .store
            .get(&Self::path(sha256))
            .await
            .map_err(|error| unavailable(&error))?;
        let size = found.meta.size;
        Ok((size, found.into_stream().map_err(std::io::Error::other).boxed()))
    }

    /// The whole content of a file that is at most so large.
    pub async fn bytes(&self, sha256: &str, most: u64) -> Result<Bytes, AppError> {
        let found = self
            .store
            .get(&Self::path(sha256))
            .await
            .map_err(|error| unavailable(&error))?;
        if found.meta.size > most {
            return Err(AppError::TooLarge("文件太大，不能预览，请下载后查看".to_owned()));
        }
        found.bytes().await.map_err(|error| unavailable(&error))
    }
}

fn unavailable(error: &dyn std::fmt::Display) -> AppError {
    tracing::error!(%error, "the file store does not answer");
    AppError::Unavailable
}
