//! Uploading one file with progress.

use crate::error::AppError;
use js_sys::Function;
use serde::de::DeserializeOwned;
use std::rc::Rc;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{File, FormData, ProgressEvent, XmlHttpRequest};

/// Sends a file to an address, with further parts before it; `progress` hears percent, `done` the answer.
pub fn send_to<T: DeserializeOwned + 'static>(
    address: &str,
    fields: &[(&str, &str)],
    file: &File,
    progress: impl Fn(u32) + 'static,
    done: impl Fn(Result<T, AppError>) + 'static,
) {
    let Some((request, body)) = prepare(address, fields, file) else {
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

fn prepare(address: &str, fields: &[(&str, &str)], file: &File) -> Option<(XmlHttpRequest, FormData)> {
    let request = XmlHttpRequest::new().ok()?;
    request.open("POST", address).ok()?;
    let body = FormData::new().ok()?;
    for (name, value) in fields {
        body.append_with_str(name, value).ok()?;
    }
    body.append_with_blob("file", file).ok()?;
    Some((request, body))
}

fn function<T: ?Sized>(closure: &Closure<T>) -> &Function {
    closure.as_ref().unchecked_ref()
}
