//! Uploading one file with progress.

use crate::domain::attachment::Attachment;
use crate::error::AppError;
use js_sys::Function;
use std::rc::Rc;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{File, FormData, ProgressEvent, XmlHttpRequest};

/// Where a file goes.
pub struct Target {
    /// Form key.
    pub form: &'static str,
    /// Record id.
    pub record: String,
    /// Field key.
    pub field: &'static str,
}

/// Sends a file; `progress` hears percent, `done` the result.
pub fn send(
    file: &File,
    target: &Target,
    progress: impl Fn(u32) + 'static,
    done: impl Fn(Result<Attachment, AppError>) + 'static,
) {
    let Some((request, body)) = prepare(file, target) else {
        done(Err(AppError::Unavailable));
        return;
    };
    let on_progress = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
        if event.length_computable() && event.total() > 0.0 {
            progress((event.loaded() / event.total() * 100.0) as u32);
        }
    });
    if let Ok(upload) = request.upload() {
        upload.set_onprogress(Some(function(&on_progress)));
    }
    let done = Rc::new(done);
    let (failed, answered) = (Rc::clone(&done), request.clone());
    let on_error = Closure::<dyn Fn()>::new(move || failed(Err(AppError::Unavailable)));
    let on_load = Closure::<dyn Fn()>::new(move || {
        let text = answered.response_text().ok().flatten().unwrap_or_default();
        done(match answered.status() {
            Ok(200) => serde_json::from_str(&text).map_err(|_| AppError::Unavailable),
            _ => Err(serde_json::from_str(&text).unwrap_or(AppError::Unavailable)),
        });
    });
    request.set_onerror(Some(function(&on_error)));
    request.set_onload(Some(function(&on_load)));
    // The request owns its listeners from here on; they live as long as the page.
    on_progress.forget();
    on_error.forget();
    on_load.forget();
    let _ = request.send_with_opt_form_data(Some(&body));
}

fn prepare(file: &File, target: &Target) -> Option<(XmlHttpRequest, FormData)> {
    let request = XmlHttpRequest::new().ok()?;
    request.open("POST", "/files").ok()?;
    let body = FormData::new().ok()?;
    body.append_with_str("form", target.form).ok()?;
    body.append_with_str("record", &target.record).ok()?;
    body.append_with_str("field", target.field).ok()?;
    body.append_with_blob("file", file).ok()?;
    Some((request, body))
}

fn function<T: ?Sized>(closure: &Closure<T>) -> &Function {
    closure.as_ref().unchecked_ref()
}
