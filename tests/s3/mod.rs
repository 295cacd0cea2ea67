//! A small S3-compatible store over real HTTP, in memory: what an object store client asks for, and nothing more.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use hometown::server::storage::hex;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::sync::{Arc, Mutex};

/// The bucket that there is.
pub const BUCKET: &str = "hometown";
/// The key that it takes.
pub const KEY: &str = "test-key";
const MODIFIED: &str = "Sat, 28 Nov 2026 02:00:00 GMT";

#[derive(Default)]
struct Content {
    objects: BTreeMap<String, Bytes>,
    uploads: HashMap<String, BTreeMap<u32, Bytes>>,
}

/// The store. It ends with the test.
pub struct S3 {
    /// Where it answers.
    pub endpoint: String,
    content: Arc<Mutex<Content>>,
    runtime: Option<tokio::runtime::Runtime>,
}

impl S3 {
    /// Starts it on a free port.
    pub fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let content: Arc<Mutex<Content>> = Arc::default();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let routes = Router::new().fallback(answer).with_state(Arc::clone(&content));
        let routes = routes.layer(axum::extract::DefaultBodyLimit::disable());
        runtime.spawn(async move { axum::serve(listener, routes).await });
        Self {
            endpoint,
            content,
            runtime: Some(runtime),
        }
    }

    /// The keys that it holds.
    pub fn keys(&self) -> Vec<String> {
        self.content.lock().unwrap().objects.keys().cloned().collect()
    }
}

impl S3 {
    /// What lies under a key.
    pub fn content_of(&self, key: &str) -> Bytes {
        self.content.lock().unwrap().objects[key].clone()
    }
}

impl Drop for S3 {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn answer(
    State(content): State<Arc<Mutex<Content>>>,
    method: Method,
    uri: Uri,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let signed = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let credential = format!("AWS4-HMAC-SHA256 Credential={KEY}/");
    if !signed.is_some_and(|signed| signed.starts_with(&credential)) {
        return fault(StatusCode::FORBIDDEN, "AccessDenied");
    }
    let path = uri.path().trim_start_matches('/');
    let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
    if bucket != BUCKET {
        return fault(StatusCode::NOT_FOUND, "NoSuchBucket");
    }
    let mut content = content.lock().unwrap();
    let upload = query.get("uploadId");
    let part: Option<u32> = query.get("partNumber").and_then(|number| number.parse().ok());
    match (method, upload, part) {
        (Method::GET, None, None) if key.is_empty() => list(&content, &query),
        (Method::GET | Method::HEAD, None, None) => match content.objects.get(key) {
            Some(object) => sent(object.clone()),
            None => fault(StatusCode::NOT_FOUND, "NoSuchKey"),
        },
        (Method::PUT, None, None) => {
            content.objects.insert(key.to_owned(), body.clone());
            stored(&body)
        }
        (Method::POST, None, None) if query.contains_key("uploads") => {
            let id = format!("upload-{}", content.uploads.len());
            content.uploads.insert(id.clone(), BTreeMap::new());
            xml(format!(
                "<InitiateMultipartUploadResult><UploadId>{id}</UploadId></InitiateMultipartUploadResult>"
            ))
        }
        (Method::PUT, Some(id), Some(part)) => match content.uploads.get_mut(id) {
            Some(parts) => {
                parts.insert(part, body.clone());
                stored(&body)
            }
            None => fault(StatusCode::NOT_FOUND, "NoSuchUpload"),
        },
        (Method::POST, Some(id), None) => match content.uploads.remove(id) {
            Some(parts) => {
                let whole: Vec<u8> = parts.into_values().flatten().collect();
                content.objects.insert(key.to_owned(), whole.into());
                xml("<CompleteMultipartUploadResult><ETag>whole</ETag></CompleteMultipartUploadResult>".to_owned())
            }
            None => fault(StatusCode::NOT_FOUND, "NoSuchUpload"),
        },
        (Method::DELETE, Some(id), None) => {
            content.uploads.remove(id);
            StatusCode::NO_CONTENT.into_response()
        }
        (Method::DELETE, None, None) => {
            content.objects.remove(key);
            StatusCode::NO_CONTENT.into_response()
        }
        _ => fault(StatusCode::NOT_IMPLEMENTED, "NotImplemented"),
    }
}

fn tag(content: &[u8]) -> String {
    format!("\"{}\"", hex(&Sha256::digest(content)[..16]))
}

fn stored(content: &[u8]) -> Response {
    ([(header::ETAG, tag(content))], "").into_response()
}

fn sent(content: Bytes) -> Response {
    let headers = [
        (header::ETAG, tag(&content)),
        (header::LAST_MODIFIED, MODIFIED.to_owned()),
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
    ];
    (headers, content).into_response()
}

fn xml(text: String) -> Response {
    let text = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{text}");
    ([(header::CONTENT_TYPE, "application/xml")], text).into_response()
}

fn fault(status: StatusCode, code: &str) -> Response {
    let mut response = xml(format!("<Error><Code>{code}</Code><Message>{code}</Message></Error>"));
    *response.status_mut() = status;
    response
}

/// All of it in one answer: the keys below a prefix.
fn list(content: &Content, query: &HashMap<String, String>) -> Response {
    let prefix = query.get("prefix").map_or("", String::as_str);
    let mut text = format!("<ListBucketResult><Name>{BUCKET}</Name><IsTruncated>false</IsTruncated>");
    for (key, object) in content.objects.iter().filter(|(key, _)| key.starts_with(prefix)) {
        write!(
            text,
            "<Contents><Key>{key}</Key><LastModified>2026-11-28T02:00:00.000Z</LastModified>\
             <ETag>tag</ETag><Size>{}</Size></Contents>",
            object.len()
        )
        .unwrap();
    }
    text.push_str("</ListBucketResult>");
    xml(text)
}
