//! Assets never change while the server runs, so each is compressed once, as well as can be: a style sheet is in the way of
//! every first picture.

use std::io::Write;

use ::http::HeaderMap;
use ::http::header::ACCEPT_ENCODING;
use flate2::Compression;
use flate2::write::GzEncoder;

/// How an asset is sent (RFC 9110 §8.4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    /// For who offers it: browsers do over https.
    Brotli,
    /// For everybody else.
    Gzip,
}

impl Coding {
    /// The one that saves most of those that the reader can undo.
    pub(super) fn best(headers: &HeaderMap) -> Option<Self> {
        [Self::Brotli, Self::Gzip]
            .into_iter()
            .find(|coding| accepts(headers, coding.token()))
    }

    /// Its name in `Content-Encoding`.
    pub(super) fn token(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// `bytes` as small as they get; up to a second for a large script.
    pub(super) fn pack(self, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
        match self {
            Self::Brotli => {
                let parameters = brotli::enc::BrotliEncoderParams {
                    quality: 11,
                    // All of it is looked back upon.
                    lgwin: 22,
                    size_hint: bytes.len(),
                    ..Default::default()
                };
                let mut packed = Vec::new();
                brotli::BrotliCompress(&mut &bytes[..], &mut packed, &parameters)?;
                Ok(packed)
            }
            Self::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
                encoder.write_all(bytes)?;
                encoder.finish()
            }
        }
    }
}

/// Whether Accept-Encoding names `token` and does not refuse it by `q=0` (RFC 9110 §12.5.3).
fn accepts(headers: &HeaderMap, token: &str) -> bool {
    let lines = headers.get_all(ACCEPT_ENCODING).iter();
    let mut offers = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','));
    offers.any(|offer| {
        let mut parts = offer.split(';').map(str::trim);
        let named = parts.next().is_some_and(|n| n.eq_ignore_ascii_case(token));
        let weight = parts.find_map(|p| p.strip_prefix("q=").or_else(|| p.strip_prefix("Q=")));
        named && weight.is_none_or(|w| w.parse::<f32>().is_ok_and(|w| w > 0.0))
    })
}

/// A style sheet without its remarks and without the spaces that only people need.
pub(super) fn without_remarks(sheet: &str) -> String {
    let mut bare = String::with_capacity(sheet.len());
    for (at, part) in sheet.split("/*").enumerate() {
        bare.push_str(match at {
            0 => part,
            _ => part.split_once("*/").map_or("", |(_, rest)| rest),
        });
    }
    let lines: Vec<&str> = bare
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .collect();
    // Never before a colon: there a space means an element below.
    [
        (" {", "{"),
        ("{ ", "{"),
        (" }", "}"),
        ("; ", ";"),
        (": ", ":"),
        (", ", ","),
    ]
    .iter()
    .fold(lines.join("\n"), |sheet, (spaced, close)| {
        sheet.replace(spaced, close)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_coding_that_the_reader_can_undo_is_taken() {
        for (offer, coding) in [
            ("gzip, deflate, br, zstd", Some(Coding::Brotli)),
            ("gzip, deflate", Some(Coding::Gzip)),
            ("GZIP;q=0.5", Some(Coding::Gzip)),
            ("br;q=0, gzip;q=1", Some(Coding::Gzip)),
            ("br;q=much", None),
            ("identity", None),
            ("", None),
            ("brown, gzipped", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, offer.parse().unwrap());
            assert_eq!(Coding::best(&headers), coding, "{offer}");
        }
        assert_eq!(Coding::best(&HeaderMap::new()), None);
    }

    #[test]
    fn a_sheet_loses_its_remarks_and_keeps_its_rules() {
        let sheet = "/* Ground */\n.a :checked + b, .c { margin: 0 auto; color: red }\n/* two\n lines */\n\n\
                     @media (min-width: 30rem) and (print) {\n  .d::before { content: \"▸ \" }\n}\n";
        assert_eq!(
            without_remarks(sheet),
            ".a :checked + b,.c{margin:0 auto;color:red}\n@media (min-width:30rem) and (print){\n.d::before{content:\"▸ \"}\n}"
        );
    }
}
