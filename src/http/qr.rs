//! An address as a picture that telephones read: a QR code (ISO/IEC 18004), to print.

use std::fmt::Write;

use fast_qr::qr::{QRBuilder, QRCode};
use fast_qr::{ECL, Mode};

/// Modules of white on each side (ISO/IEC 18004 §6.3.8), without which readers find no edge.
const QUIET: usize = 4;

/// Pixels on each side of a PNG, at least: 5 cm at 300 dots per inch.
const PIXELS: usize = 600;

/// `text` in level M: it is read with 15 % of it dirty. `None`: it is longer than what any code holds, which is 2,331 bytes.
fn code(text: &str) -> Option<QRCode> {
    QRBuilder::new(text)
        .ecl(ECL::M)
        .mode(Mode::Byte)
        .build()
        .ok()
}

/// `text` as an SVG, also to stand in a page. `None`: it is longer than 2,331 bytes.
pub fn svg(text: &str) -> Option<String> {
    let code = code(text)?;
    let side = code.size + 2 * QUIET;
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path stroke=\"#000\" d=\"{}\"/></svg>",
        bars(&code)
    ))
}

/// `text` as a black and white PNG, for programs that place no SVG; modules are whole pixels, so that it can be enlarged.
/// `None`: it is longer than 2,331 bytes.
pub fn png(text: &str) -> Option<Vec<u8>> {
    let code = code(text)?;
    let modules = code.size + 2 * QUIET;
    let scale = PIXELS.div_ceil(modules);
    let side = modules * scale;
    let is_dark = |x: usize, y: usize| {
        let within = QUIET..QUIET + code.size;
        within.contains(&x) && within.contains(&y) && code[y - QUIET][x - QUIET].value()
    };
    let mut pixels = Vec::with_capacity(side * side.div_ceil(8));
    for y in 0..modules {
        // A bit for each pixel, the leftmost highest; 1 is white.
        let mut row = vec![0_u8; side.div_ceil(8)];
        for x in (0..side).filter(|x| !is_dark(x / scale, y)) {
            row[x / 8] |= 0x80 >> (x % 8);
        }
        for _ in 0..scale {
            pixels.extend_from_slice(&row);
        }
    }
    let mut picture = Vec::new();
    let mut encoder = png::Encoder::new(&mut picture, side as u32, side as u32); // below 2,000
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&pixels).ok()?;
    writer.finish().ok()?;
    Some(picture)
}

/// Dark modules as horizontal strokes, each from where the last one ended: a third of what rectangles take.
fn bars(code: &QRCode) -> String {
    let mut path = String::new();
    for y in 0..code.size {
        let row: Vec<bool> = code[y].iter().map(|module| module.value()).collect();
        let (mut x, mut end) = (0, None);
        for same in row.chunk_by(|a, b| a == b) {
            let length = same.len();
            if same.first() == Some(&true) {
                // Writing to a String cannot fail.
                let _ = match end {
                    None => write!(path, "M{} {}.5h{length}", x + QUIET, y + QUIET),
                    Some(end) => write!(path, "m{} 0h{length}", x - end),
                };
                end = Some(x + length);
            }
            x += length;
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_square_has_its_corners_and_a_margin() {
        let picture = svg("https://lessons.example/l/K7M2QX").unwrap();
        // 25 modules are too few for 32 characters at this level, 29 are enough.
        assert!(picture.contains("viewBox=\"0 0 37 37\""), "{picture}");
        // Seven dark modules, one light one, and at the other end of the row seven more; the same at the bottom.
        assert!(picture.contains("d=\"M4 4.5h7m"), "{picture}");
        assert!(picture.contains("h7M4 5.5h1m5 0h1m"), "{picture}");
        assert!(picture.contains("M4 26.5h7m"), "{picture}");
        assert!(svg(&"x".repeat(2_332)).is_none());
    }

    #[test]
    fn the_picture_of_pixels_has_the_modules_of_the_drawn_one() {
        let text = "https://lessons.example/l/K7M2QX";
        let picture = png(text).unwrap();
        assert!(picture.len() < 2_000, "{} bytes", picture.len());
        let mut decoder = png::Decoder::new(std::io::Cursor::new(picture));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        // 37 modules of 17 pixels.
        assert_eq!((info.width, info.height), (629, 629));
        let code = code(text).unwrap();
        for (at, pixel) in pixels.iter().enumerate() {
            let [x, y] = [at % 629, at / 629].map(|at| (at / 17).checked_sub(QUIET));
            let dark = match (x, y) {
                (Some(x), Some(y)) if x < code.size && y < code.size => code[y][x].value(),
                _ => false,
            };
            assert_eq!(*pixel, if dark { 0 } else { 255 }, "{at}");
        }
        assert!(png(&"x".repeat(2_332)).is_none());
    }
}
