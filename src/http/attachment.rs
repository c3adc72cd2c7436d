//! What a browser saves and does not show.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The value of Content-Disposition with a name in any script (RFC 6266 §4.3, RFC 8187) and one for old clients.
pub fn named(name: &str) -> String {
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_');
    let safe: String = name
        .chars()
        .map(|c| {
            if c.is_control() || "/\\:*?\"<>|".contains(c) {
                '-'
            } else {
                c
            }
        })
        .collect();
    let plain: String = safe
        .chars()
        .map(|c| if c.is_ascii() { c } else { '_' })
        .collect();
    format!(
        "attachment; filename=\"{plain}\"; filename*=UTF-8''{}",
        utf8_percent_encode(&safe, KEPT)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_download_keeps_its_name_in_any_script_and_names_no_folder() {
        assert_eq!(
            named("Kəsrlər 1/2.mp4"),
            "attachment; filename=\"K_srl_r 1-2.mp4\"; filename*=UTF-8''K%C9%99srl%C9%99r%201-2.mp4"
        );
        assert!(!named("a\"\r\nX: y").contains(['\r', '\n']));
    }
}
