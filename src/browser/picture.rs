//! Drawings as JPEG, because 两图 takes nothing else. Photos of phones are made ready by `public/outbox.js`.

use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, CanvasRenderingContext2d, File, FilePropertyBag, HtmlCanvasElement, ImageBitmap, ImageBitmapOptions,
    ImageOrientation, window,
};

/// How much of a drawing JPEG keeps: it stays sharp.
const DRAWING: f64 = 0.92;
/// The picture as a JPEG of that name; nothing when the browser cannot read it.
pub async fn to_jpg(file: &File, name: &str) -> Option<File> {
    let bitmap = read(file).await.ok()?;
    drawn(&bitmap, name).await.ok()
}

/// The name that a picture has as a JPEG.
pub fn jpg_name(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    format!("{stem}.jpg")
}

/// The picture the way up that it was taken.
async fn read(file: &File) -> Result<ImageBitmap, JsValue> {
    let window = window().ok_or(JsValue::NULL)?;
    let upright = ImageBitmapOptions::new();
    upright.set_image_orientation(ImageOrientation::FromImage);
    let bitmap = window.create_image_bitmap_with_blob_and_image_bitmap_options(file, &upright)?;
    JsFuture::from(bitmap).await?.dyn_into()
}

async fn drawn(bitmap: &ImageBitmap, name: &str) -> Result<File, JsValue> {
    let document = window().and_then(|window| window.document()).ok_or(JsValue::NULL)?;
    let canvas: HtmlCanvasElement = document.create_element("canvas")?.dyn_into()?;
    let (width, height) = (f64::from(bitmap.width()), f64::from(bitmap.height()));
    canvas.set_width(bitmap.width());
    canvas.set_height(bitmap.height());
    let pen: CanvasRenderingContext2d = canvas.get_context("2d")?.ok_or(JsValue::NULL)?.dyn_into()?;
    // What is transparent in a PNG would be black in a JPEG.
    pen.set_fill_style_str("#ffffff");
    pen.fill_rect(0.0, 0.0, width, height);
    pen.draw_image_with_image_bitmap_and_dw_and_dh(bitmap, 0.0, 0.0, width, height)?;
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
            &JsValue::from_f64(DRAWING),
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

#[cfg(test)]
mod tests {
    use super::jpg_name;

    #[test]
    fn a_picture_keeps_its_name_as_a_jpeg() {
        assert_eq!(jpg_name("老屋.HEIC"), "老屋.jpg");
        assert_eq!(jpg_name("a.b.png"), "a.b.jpg");
        assert_eq!(jpg_name("image"), "image.jpg");
    }
}
