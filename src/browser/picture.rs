//! Pictures as JPEG: drawings as they are, because 两图 takes nothing else, and photos made smaller for a weak network.

use crate::domain::attachment::FileType;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, CanvasRenderingContext2d, File, FilePropertyBag, HtmlCanvasElement, ImageBitmap, ImageBitmapOptions,
    ImageOrientation, window,
};

/// How much of a drawing JPEG keeps: it stays sharp.
const DRAWING: f64 = 0.92;
/// How much of a photo JPEG keeps.
const PHOTO: f64 = 0.82;
/// The longer side of a photo that is sent, in pixels.
const LONGEST: u32 = 1_920;
/// Photos of more bytes are drawn anew.
const LARGEST: f64 = 1_048_576.0;

/// The picture as a JPEG of that name; nothing when the browser cannot read it.
pub async fn to_jpg(file: &File, name: &str) -> Option<File> {
    let bitmap = read(file).await.ok()?;
    drawn(&bitmap, u32::MAX, DRAWING, name).await.ok()
}

/// The photo as it is sent: at most 1,920 pixels long, upright, as a JPEG where that is smaller or the only way. What the
/// browser cannot read stays what it is.
pub async fn to_photo(file: File) -> File {
    let made = smaller(&file).await.ok().flatten();
    made.unwrap_or(file)
}

async fn smaller(file: &File) -> Result<Option<File>, JsValue> {
    let bitmap = read(file).await?;
    let name = file.name();
    let is_known = FileType::of_name(&name).is_some_and(FileType::is_image);
    if is_known && bitmap.width().max(bitmap.height()) <= LONGEST && file.size() <= LARGEST {
        bitmap.close();
        return Ok(None);
    }
    let made = drawn(&bitmap, LONGEST, PHOTO, &jpg_name(&name)).await?;
    Ok((!is_known || made.size() < file.size()).then_some(made))
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

/// The picture as a JPEG whose longer side has at most so many pixels.
async fn drawn(bitmap: &ImageBitmap, longest: u32, quality: f64, name: &str) -> Result<File, JsValue> {
    let document = window().and_then(|window| window.document()).ok_or(JsValue::NULL)?;
    let canvas: HtmlCanvasElement = document.create_element("canvas")?.dyn_into()?;
    let (width, height) = (f64::from(bitmap.width()), f64::from(bitmap.height()));
    let scale = (f64::from(longest) / width.max(height)).min(1.0);
    let (width, height) = ((width * scale).round().max(1.0), (height * scale).round().max(1.0));
    canvas.set_width(width as u32);
    canvas.set_height(height as u32);
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
            &JsValue::from_f64(quality),
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
