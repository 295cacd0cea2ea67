//! The QR code of an address as a picture.

use super::db::internal;
use crate::error::AppError;
use image::{GrayImage, ImageFormat, Luma};
use qrcode::render::svg;
use qrcode::{Color, EcLevel, QrCode};
use std::io::Cursor;

/// Modules of white around a code (ISO/IEC 18004).
const QUIET: u32 = 4;

/// Worn posters still scan: a quarter of a code may be lost.
fn code(address: &str) -> Result<QrCode, AppError> {
    QrCode::with_error_correction_level(address, EcLevel::Q).map_err(|error| internal(&error))
}

/// As a drawing of any size.
pub fn drawing(address: &str) -> Result<String, AppError> {
    Ok(drawn(&code(address)?))
}

/// As a drawing that is scanned from a screen, which does not wear: the squares are as large as they can be.
pub fn on_screen(address: &str) -> Result<String, AppError> {
    let code = QrCode::with_error_correction_level(address, EcLevel::L).map_err(|error| internal(&error))?;
    Ok(drawn(&code))
}

fn drawn(code: &QrCode) -> String {
    code.render::<svg::Color<'_>>()
        .min_dimensions(240, 240)
        .dark_color(svg::Color("#000"))
        .light_color(svg::Color("#fff"))
        .build()
}

/// As a PNG with modules of so many pixels.
pub fn picture(address: &str, scale: u32) -> Result<Vec<u8>, AppError> {
    let code = code(address)?;
    let width = code.width() as u32;
    let colors = code.to_colors();
    let side = (width + 2 * QUIET) * scale;
    let image = GrayImage::from_fn(side, side, |x, y| {
        let (column, row) = ((x / scale).checked_sub(QUIET), (y / scale).checked_sub(QUIET));
        let is_dark = match (column, row) {
            (Some(column), Some(row)) if column < width && row < width => {
                colors[(row * width + column) as usize] == Color::Dark
            }
            _ => false,
        };
        Luma([if is_dark { 0 } else { 255 }])
    });
    let mut bytes = Cursor::new(Vec::new());
    image
        .write_to(&mut bytes, ImageFormat::Png)
        .map_err(|error| internal(&error))?;
    Ok(bytes.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_quiet_zone_and_can_be_drawn() {
        let address = "https://example.org/q/0123456789abcdef0123456789abcdef";
        assert!(drawing(address).unwrap().contains("<svg"));
        let picture = image::load_from_memory(&picture(address, 3).unwrap())
            .unwrap()
            .to_luma8();
        assert_eq!(picture.get_pixel(0, 0).0, [255]);
        assert_eq!(picture.get_pixel(QUIET * 3, QUIET * 3).0, [0], "the finder's corner");
    }
}
