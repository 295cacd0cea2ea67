//! Where attachments lie: a local folder, or an S3-compatible store that several server processes share. Content is addressed by its SHA-256, so the same file is stored once
//! and a user's file name never reaches a path (`security.md` A39).

use super::private;
use crate::error::AppError;
use bytes::Bytes;
use futures::stream::{BoxStream, try_unfold};
use futures::{StreamExt, TryStreamExt};
use object_store::aws::AmazonS3Builder;
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{BackoffConfig, ClientOptions, Error, ObjectStore, ObjectStoreExt, RetryConfig};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tempfile::NamedTempFile;
use tokio::io::AsyncWriteExt;

/// Bytes that are sent to the store at a time, also the smallest part that S3 takes.
const PART: usize = 5 * 1024 * 1024;
/// Bytes read from a temporary file at a time.
const PIECE: usize = 256 * 1024;
/// The folder of unfinished uploads, inside the file folder so that both share one disk.
const INCOMING: &str = ".incoming";
/// An upload that is older was cut off: no request lives so long, and nobody goes on with pieces after that.
const CUT_OFF: Duration = Duration::from_secs(24 * 3_600);

/// The folder of pieces of files that are not whole yet.
const PIECES: &str = "pieces";
/// A remote store that has not answered a request after so long is given up.
const PATIENCE: Duration = Duration::from_secs(15);
/// For so long a probe waits.
const PROBE: Duration = Duration::from_secs(3);

/// The file store. Cheap to clone.
#[derive(Clone)]
pub struct Storage {
    store: Arc<dyn ObjectStore>,
    /// Where pieces lie for a while. The same place, but a piece need not survive a power cut.
    passing: Arc<dyn ObjectStore>,
    incoming: PathBuf,
    shared: bool,
}

/// A file as the store lists it.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Its place inside the store.
    pub path: String,
    /// The hash that its place says.
    pub sha256: Option<String>,
    /// Bytes.
    pub size: u64,
}

/// What became of a file that should be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// It is what was stored.
    Sound,
    /// It is not there.
    Missing,
    /// It is something else.
    Changed,
}

impl Storage {
    /// Opens a folder (made when there is none) or `s3://bucket/prefix`, at an endpoint or at Amazon's. The keys come from
    /// the environment alone (`AWS_…`).
    pub fn open(files: &str, endpoint: &str) -> Result<Self, String> {
        if files.contains("://") {
            return Self::open_remote(files, endpoint).map_err(|error| error.to_string());
        }
        let incoming = PathBuf::from(files).join(INCOMING);
        private::make_folder(&incoming).map_err(|error| format!("{files}: {error}"))?;
        // Whoever may not enter it reads nothing below, whatever mode a file has.
        private::keep_from_others(std::path::Path::new(files));
        if let Err(error) = remove_leftovers(std::path::Path::new(files)) {
            tracing::warn!(%error, "clearing unfinished uploads");
        }
        let local = || LocalFileSystem::new_with_prefix(files).map_err(|error| error.to_string());
        Ok(Self {
            // What is acknowledged must survive a power cut: files and their folders are synced.
            store: Arc::new(local()?.with_fsync(true)),
            passing: Arc::new(local()?),
            incoming,
            shared: false,
        })
    }

    fn open_remote(address: &str, endpoint: &str) -> Result<Self, Box<dyn std::error::Error>> {
        let url = url::Url::parse(address)?;
        if url.scheme() != "s3" {
            return Err("files must be a folder or s3://bucket/prefix".into());
        }
        let mut builder = AmazonS3Builder::from_env()
            .with_bucket_name(url.host_str().ok_or("files names no bucket")?)
            // Every S3-compatible store knows how to delete one object; some know no more.
            .with_disable_bulk_delete(true)
            .with_retry(RetryConfig {
                backoff: BackoffConfig::default(),
                max_retries: 3,
                retry_timeout: PATIENCE,
            })
            .with_client_options(
                ClientOptions::new()
                    .with_allow_http(endpoint.starts_with("http://"))
                    .with_connect_timeout(Duration::from_secs(5))
                    // A download takes as long as whoever reads it; silence does not.
                    .with_timeout_disabled()
                    .with_read_timeout(PATIENCE),
            );
        if !endpoint.is_empty() {
            builder = builder.with_endpoint(endpoint);
        }
        let store = PrefixStore::new(builder.build()?, Path::from_url_path(url.path())?);
        let store: Arc<dyn ObjectStore> = Arc::new(store);
        Ok(Self {
            passing: Arc::clone(&store),
            store,
            incoming: std::env::temp_dir(),
            shared: true,
        })
    }

    /// Whether other processes may share it.
    pub fn is_shared(&self) -> bool {
        self.shared
    }

    /// Whether it answers.
    pub async fn is_alive(&self) -> bool {
        let nothing = Path::from("health");
        let answers = matches!(
            tokio::time::timeout(PROBE, self.store.head(&nothing)).await,
            Ok(Ok(_) | Err(Error::NotFound { .. }))
        );
        answers && self.incoming.is_dir()
    }

    /// Percent of its disk that is in use, as `df` says it; nothing of a store that is not a folder, or that cannot be asked.
    pub fn used_percent(&self) -> Option<u64> {
        if self.shared {
            return None;
        }
        let disk = rustix::fs::statvfs(&self.incoming).ok()?;
        let used = disk.f_blocks.saturating_sub(disk.f_bfree);
        // What only the system may fill is no room for files.
        let usable = used + disk.f_bavail;
        (used * 100).checked_div(usable)
    }

    /// A place for a file on its way in. It vanishes when it is dropped.
    pub fn temporary(&self) -> Result<NamedTempFile, AppError> {
        NamedTempFile::new_in(&self.incoming).map_err(|error| unavailable(&error))
    }

    fn path(sha256: &str) -> Path {
        Path::from(format!("{}/{sha256}", sha256.get(..2).unwrap_or("00")))
    }

    /// Stores a file under its hash; nothing to do when it is there already. It appears whole or not at all, and when
    /// this returns it survives a power cut.
    pub async fn put(&self, sha256: &str, file: &std::path::Path) -> Result<(), AppError> {
        let path = Self::path(sha256);
        let source = tokio::fs::File::open(file).await.map_err(|error| unavailable(&error))?;
        let size = source.metadata().await.map_err(|error| unavailable(&error))?.len();
        if self.store.head(&path).await.is_ok_and(|stored| stored.size == size) {
            return Ok(());
        }
        let mut source = tokio::io::BufReader::with_capacity(PIECE, source);
        let mut target = BufWriter::with_capacity(Arc::clone(&self.store), path, PART).with_max_concurrency(2);
        if let Err(error) = tokio::io::copy_buf(&mut source, &mut target).await {
            if let Err(error) = target.abort().await {
                tracing::warn!(%error, "an unfinished upload stays in the file store");
            }
            return Err(unavailable(&error));
        }
        target.shutdown().await.map_err(|error| unavailable(&error))
    }

    /// The size in bytes and the content of a file. The content is checked against the hash on its way: where it is
    /// not what was stored, the stream ends with an error before its last piece.
    pub async fn read(&self, sha256: &str) -> Result<(u64, BoxStream<'static, io::Result<Bytes>>), AppError> {
        let found = self
            .store
            .get(&Self::path(sha256))
            .await
            .map_err(|error| unavailable(&error))?;
        let size = found.meta.size;
        let content = found.into_stream().map_err(io::Error::other).boxed();
        Ok((size, verified(content, sha256.to_owned())))
    }

    /// The whole content of a file of at most so many bytes, checked against the hash.
    pub async fn bytes(&self, sha256: &str, most: usize) -> Result<Bytes, AppError> {
        let (size, mut content) = self.read(sha256).await?;
        if size > most as u64 {
            return Err(AppError::TooLarge("文件太大，不能预览，请下载后查看".to_owned()));
        }
        let mut bytes = Vec::new();
        while let Some(piece) = content.try_next().await.map_err(|error| unavailable(&error))? {
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes.into())
    }
}

impl Storage {
    /// All files, as they come; what is on its way is left out.
    pub fn list(&self) -> BoxStream<'_, Result<Listed, String>> {
        let listed = self.store.list(None).map_err(|error| error.to_string());
        listed
            .try_filter_map(|meta| async move {
                let first = meta.location.parts().next();
                let is_passing = first.is_some_and(|part| [PIECES, INCOMING].contains(&part.as_ref()));
                Ok((!is_passing).then(|| Listed {
                    sha256: hash_of(&meta.location),
                    path: meta.location.to_string(),
                    size: meta.size,
                }))
            })
            .boxed()
    }

    /// Reads a file to its end: whether it is there and what was stored.
    pub async fn condition(&self, sha256: &str) -> Result<Condition, AppError> {
        let found = match self.store.get(&Self::path(sha256)).await {
            Ok(found) => found,
            Err(Error::NotFound { .. }) => return Ok(Condition::Missing),
            Err(error) => return Err(unavailable(&error)),
        };
        let mut hash = Sha256::new();
        let mut content = found.into_stream();
        while let Some(piece) = content.try_next().await.map_err(|error| unavailable(&error))? {
            hash.update(&piece);
        }
        Ok(if hex(&hash.finalize()) == sha256 {
            Condition::Sound
        } else {
            Condition::Changed
        })
    }

    /// The content of a file, checked on its way like that of [`Storage::read`]; nothing when it is not there.
    pub async fn find(&self, sha256: &str) -> Result<Option<BoxStream<'static, io::Result<Bytes>>>, AppError> {
        match self.store.get(&Self::path(sha256)).await {
            Ok(found) => {
                let content = found.into_stream().map_err(io::Error::other).boxed();
                Ok(Some(verified(content, sha256.to_owned())))
            }
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(unavailable(&error)),
        }
    }

    /// Keeps a piece of a file that is not whole yet.
    pub async fn put_piece(&self, name: &str, content: Bytes) -> Result<(), AppError> {
        let put = self.passing.put(&piece_path(name), content.into()).await;
        put.map(|_| ()).map_err(|error| unavailable(&error))
    }

    /// A piece that was kept; nothing when it is gone.
    pub async fn piece(&self, name: &str) -> Result<Option<Bytes>, AppError> {
        match self.passing.get(&piece_path(name)).await {
            Ok(found) => found.bytes().await.map(Some).map_err(|error| unavailable(&error)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(unavailable(&error)),
        }
    }

    /// Removes pieces. One that stays is swept a day later.
    pub async fn forget_pieces(&self, names: &[String]) {
        for name in names {
            match self.passing.delete(&piece_path(name)).await {
                Ok(()) | Err(Error::NotFound { .. }) => {}
                Err(error) => tracing::warn!(%error, "a piece of a file stays for a day"),
            }
        }
    }

    /// Removes pieces that have lain there for longer than anybody goes on with a file.
    pub async fn sweep_pieces(&self) -> Result<(), AppError> {
        let mut listed = self.passing.list(Some(&Path::from(PIECES)));
        while let Some(meta) = listed.try_next().await.map_err(|error| unavailable(&error))? {
            let modified = std::time::SystemTime::from(meta.last_modified);
            if modified.elapsed().unwrap_or_default() > 2 * CUT_OFF {
                self.passing
                    .delete(&meta.location)
                    .await
                    .map_err(|error| unavailable(&error))?;
            }
        }
        Ok(())
    }
}

fn piece_path(name: &str) -> Path {
    Path::from_iter([PIECES, name])
}

/// The hash that a place says, when it is one where a file of ours lies.
fn hash_of(path: &Path) -> Option<String> {
    let name = path.filename()?;
    let is_hash = name.len() == 64 && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (is_hash && *path == Storage::path(name)).then(|| name.to_owned())
}

/// A digest as hexadecimal text, the way it is stored.
pub fn hex(digest: &[u8]) -> String {
    digest.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Passes content on and hashes it. One piece is always held back, so that rotten content never arrives whole.
fn verified(content: BoxStream<'static, io::Result<Bytes>>, sha256: String) -> BoxStream<'static, io::Result<Bytes>> {
    let state = (content.fuse(), Sha256::new(), None::<Bytes>, sha256);
    try_unfold(state, |(mut content, mut hash, mut held, sha256)| async move {
        while let Some(piece) = content.try_next().await? {
            hash.update(&piece);
            if let Some(ready) = held.replace(piece) {
                return Ok(Some((ready, (content, hash, held, sha256))));
            }
        }
        if hex(&hash.clone().finalize()) != sha256 {
            tracing::error!(sha256, "a stored file is not what it was");
            return Err(io::Error::other("a stored file is not what it was"));
        }
        Ok(held.take().map(|last| (last, (content, hash, held, sha256))))
    })
    .boxed()
}

/// Removes what uploads left behind that a kill cut off: temporary files, and the `#` files that the store stages.
fn remove_leftovers(files: &std::path::Path) -> io::Result<()> {
    for folder in std::fs::read_dir(files)? {
        let folder = folder?;
        if !folder.file_type()?.is_dir() {
            continue;
        }
        let is_incoming = folder.file_name() == INCOMING;
        for file in std::fs::read_dir(folder.path())? {
            let file = file?;
            let unfinished = is_incoming || file.file_name().to_string_lossy().contains('#');
            if unfinished && file.metadata()?.modified()?.elapsed().unwrap_or_default() > CUT_OFF {
                std::fs::remove_file(file.path())?;
            }
        }
    }
    Ok(())
}

fn unavailable(error: &dyn std::fmt::Display) -> AppError {
    tracing::error!(%error, "the file store does not answer");
    AppError::Unavailable
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn store(storage: &Storage, content: &[u8]) -> String {
        let sha256 = hex(&Sha256::digest(content));
        let file = storage.temporary().unwrap();
        std::fs::write(file.path(), content).unwrap();
        storage.put(&sha256, file.path()).await.unwrap();
        sha256
    }

    #[tokio::test]
    async fn what_was_stored_comes_back_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::open(folder.path().join("files").to_str().unwrap(), "").unwrap();
        for content in [vec![7; 3], vec![8; 2 * PART + 1]] {
            let sha256 = store(&storage, &content).await;
            assert_eq!(store(&storage, &content).await, sha256, "the same content again");
            assert_eq!(storage.bytes(&sha256, 4 * PART).await.unwrap(), content);
            assert!(matches!(storage.bytes(&sha256, 2).await, Err(AppError::TooLarge(_))));
            let beside = std::fs::read_dir(folder.path().join("files").join(&sha256[..2])).unwrap();
            assert_eq!(beside.count(), 1);
        }
        assert_eq!(std::fs::read_dir(&storage.incoming).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn rotten_content_never_arrives_whole() {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::open(folder.path().to_str().unwrap(), "").unwrap();
        let sha256 = store(&storage, b"sound").await;
        std::fs::write(folder.path().join(&sha256[..2]).join(&sha256), b"soond").unwrap();
        assert_eq!(storage.bytes(&sha256, 100).await, Err(AppError::Unavailable));
        let (size, content) = storage.read(&sha256).await.unwrap();
        let arrived: Vec<_> = content
            .filter_map(|piece| std::future::ready(piece.ok()))
            .collect()
            .await;
        assert!(size == 5 && arrived.is_empty());
    }

    #[tokio::test]
    async fn what_is_not_there_is_unavailable() {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::open(folder.path().to_str().unwrap(), "").unwrap();
        assert!(matches!(storage.read(&hex(&[0; 32])).await, Err(AppError::Unavailable)));
    }
}
