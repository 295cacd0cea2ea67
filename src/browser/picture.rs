//! Pictures as another format: 两图 takes JPEG only, and what was drawn is often a PNG.

use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, File, FilePropertyBag, HtmlCanvasElement, ImageBitmap, window};

/// How much of a picture JPEG keeps: drawings stay sharp.
const QUALITY: f64 = 0.92;

/// The picture as a JPEG of that name; nothing when the browser cannot read it.
pub async fn to_jpg(file: &File, name: &str) -> Option<File> {
    converted(file, name).await.ok()
}

async fn converted(file: &File, name: &str) -> Result<File, JsValue> {
    let window = window().ok_or(JsValue::NULL)?;
    let bitmap = JsFuture::from(window.create_image_bitmap_with_blob(file)?).await?;
    let bitmap: ImageBitmap = bitmap.dyn_into()?;
    let document = window.document().ok_or(JsValue::NULL)?;
    let canvas: HtmlCanvasElement = document.create_element("canvas")?.dyn_into()?;
    canvas.set_width(bitmap.width());
    canvas.set_height(bitmap.height());
    let pen: CanvasRenderingContext2d = canvas.get_context("2d")?.ok_or(JsValue::NULL)?.dyn_into()?;
    // What is transparent in a PNG would be black in a JPEG.
    pen.set_fill_style_str("#ffffff");
    pen.fill_rect(0.0, 0.0, f64::from(bitmap.width()), f64::from(bitmap.height()));
    pen.draw_image_with_image_bitmap(&bitmap, 0.0, 0.0)?;
    bitmap.close();
    let made = js_sys::Promise::new(&mut |resolve, reject| {
        let refuse = reject.clone();
        let done = Closure::once_into_js(move |blob: Option<Blob>| {
            let _ = match blob {
                Some(blob) => resolve.call1(&JsValue::NULL, &blob),
                None => reject.call0(&JsValue::NULL),
            };
        });
        let begun = canvas.to_blob_with_type_and_encoder_options(
            done.unchecked_ref(),
            "image/jpeg",
            &JsValue::from_f64(QUALITY),
        );
        if begun.is_err() {
            let _ = refuse.call0(&JsValue::NULL);
        }
    });
    let blob: Blob = JsFuture::from(made).await?.dyn_into()?;
    let parts = js_sys::Array::of1(&blob);
    let about = FilePropertyBag::new();
    about.set_type("image/jpeg");
    File::new_with_blob_sequence_and_options(&parts, name, &about)
}
