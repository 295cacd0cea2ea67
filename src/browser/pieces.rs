//! Sending a file in pieces over a network that comes and goes: each piece is tried until it arrives.

use crate::domain::attachment::{Announced, Attachment, PIECE, Received};
use crate::error::AppError;
use gloo_timers::future::TimeoutFuture;
use js_sys::{Promise, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File, XmlHttpRequest, window};

/// Longest wait between two attempts, in seconds.
const LONGEST_WAIT: u32 = 30;
/// A request that takes so many milliseconds has died without saying so.
const SLOWEST: u32 = 120_000;
/// How often a file begins anew because the server no longer knows of it.
const MOST_BEGINNINGS: u32 = 5;

/// How far a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Percent that the server has.
    pub percent: u32,
    /// Whether the network is away and the next attempt is waited for.
    pub waits: bool,
}

/// Sends a file to a slot of a record. `progress` answers whether it is still wanted; when it no longer is, or the page is
/// left, nothing comes back.
pub async fn send(
    form: &str,
    record: &str,
    field: &str,
    file: &File,
    progress: impl Fn(Progress) -> bool,
) -> Option<Result<Attachment, AppError>> {
    let announced = Announced {
        form: form.to_owned(),
        record: record.to_owned(),
        field: field.to_owned(),
        name: file.name(),
        size: file.size() as u64,
        sha256: hash(file).await.unwrap_or_default(),
    };
    let announced = serde_json::to_string(&announced).unwrap_or_default();
    let mut upload = None::<String>;
    let (mut from, mut wait, mut beginnings) = (0_u64, 1, 0);
    loop {
        let percent = (from * 100).checked_div(file.size() as u64).unwrap_or_default() as u32;
        if !progress(Progress {
            percent,
            waits: wait > 1,
        }) {
            return None;
        }
        let answer = match &upload {
            None => begin(&announced).await,
            Some(upload) => append(upload, from, file).await,
        };
        match answer {
            Ok(Received {
                attachment: Some(attachment),
                ..
            }) => return Some(Ok(attachment)),
            Ok(received) => (upload, from, wait) = (Some(received.upload), received.received, 1),
            Err(AppError::WrongOffset(right)) => (from, wait) = (right, 1),
            // Another process answers, or it was begun anew; nothing that was sent is there.
            Err(AppError::NotFound) if upload.is_some() && beginnings < MOST_BEGINNINGS => {
                (upload, from, beginnings) = (None, 0, beginnings + 1);
            }
            Err(AppError::Unavailable) => {
                if !progress(Progress { percent, waits: true }) {
                    return None;
                }
                TimeoutFuture::new(wait * 1_000).await;
                wait = (wait * 2).min(LONGEST_WAIT);
            }
            Err(error) => return Some(Err(error)),
        }
    }
}

async fn begin(announced: &str) -> Result<Received, AppError> {
    let request = opened("POST", "/files/pieces").map_err(|_| AppError::Unavailable)?;
    let _ = request.set_request_header("content-type", "application/json");
    answer(&request, |request| request.send_with_opt_str(Some(announced))).await
}

async fn append(upload: &str, from: u64, file: &File) -> Result<Received, AppError> {
    let address = format!("/files/pieces/{upload}?from={from}");
    let piece: Result<Blob, JsValue> = file.slice_with_f64_and_f64(from as f64, (from + PIECE) as f64);
    let (Ok(request), Ok(piece)) = (opened("PUT", &address), piece) else {
        return Err(AppError::Unavailable);
    };
    answer(&request, |request| request.send_with_opt_blob(Some(&piece))).await
}

fn opened(method: &str, address: &str) -> Result<XmlHttpRequest, JsValue> {
    let request = XmlHttpRequest::new()?;
    request.open(method, address)?;
    request.set_timeout(SLOWEST);
    Ok(request)
}

/// What comes back; what does not come back, or not from our server, is [`AppError::Unavailable`].
async fn answer(
    request: &XmlHttpRequest,
    send: impl FnOnce(&XmlHttpRequest) -> Result<(), JsValue>,
) -> Result<Received, AppError> {
    let ended = Promise::new(&mut |resolve, _| request.set_onloadend(Some(&resolve)));
    let sent = send(request).is_ok();
    if sent {
        let _ = JsFuture::from(ended).await;
    }
    let text = request.response_text().ok().flatten().unwrap_or_default();
    match request.status() {
        Ok(200) => serde_json::from_str(&text).map_err(|_| AppError::Unavailable),
        _ => Err(serde_json::from_str(&text).unwrap_or(AppError::Unavailable)),
    }
}

/// SHA-256 of a file in hexadecimal digits; nothing where the browser does not offer it, which it does behind https only.
async fn hash(file: &File) -> Option<String> {
    let subtle = window()?.crypto().ok()?.subtle();
    if AsRef::<JsValue>::as_ref(&subtle).is_undefined() {
        return None;
    }
    let content = JsFuture::from(file.array_buffer()).await.ok()?;
    let digest = subtle
        .digest_with_str_and_buffer_source("SHA-256", &content.into())
        .ok()?;
    let digest = Uint8Array::new(&JsFuture::from(digest).await.ok()?);
    Some(digest.to_vec().iter().map(|byte| format!("{byte:02x}")).collect())
}
