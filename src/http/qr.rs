//! An address as a picture that telephones read: a QR code (ISO/IEC 18004), to print.

use std::fmt::Write;

use fast_qr::qr::{QRBuilder, QRCode};
use fast_qr::{ECL, Mode};

/// Modules of white on each side (ISO/IEC 18004 §6.3.8), without which readers find no edge.
const QUIET: usize = 4;

/// `text` as an SVG of level M: it is read with 15 % of it dirty. Also to stand in a page. `None`: it is longer than what
/// any code holds, which is 2,331 bytes.
pub fn svg(text: &str) -> Option<String> {
    let code = QRBuilder::new(text)
        .ecl(ECL::M)
        .mode(Mode::Byte)
        .build()
        .ok()?;
    let side = code.size + 2 * QUIET;
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path stroke=\"#000\" d=\"{}\"/></svg>",
        bars(&code)
    ))
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
}
