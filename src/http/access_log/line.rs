//! Entries as bytes, in the shapes of the other log's lines.

use std::io::Write as _;

use http::Version;

use super::{Entry, Format};
use crate::clock::UnixMillis;

/// The time of a line, whose date and seconds are formatted once a second.
#[derive(Default)]
pub(super) struct Stamp {
    second: Option<i64>,
    text: String,
}

impl Stamp {
    /// RFC 3339 with milliseconds.
    fn write(&mut self, now: UnixMillis, out: &mut Vec<u8>) {
        let second = now.0.div_euclid(1000);
        if self.second != Some(second) {
            let whole = UnixMillis(second * 1000).timestamp();
            self.text = whole.map_or(String::new(), |t| t.to_string());
            self.second = Some(second);
        }
        out.extend_from_slice(self.text.trim_end_matches('Z').as_bytes());
        let millis = now.0.rem_euclid(1000);
        let digit = |n: i64| b'0' + (n % 10) as u8;
        out.extend_from_slice(&[
            b'.',
            digit(millis / 100),
            digit(millis / 10),
            digit(millis),
            b'Z',
        ]);
    }
}

/// Appends the line of `entry`.
pub(super) fn write(
    format: Format,
    stamp: &mut Stamp,
    now: UnixMillis,
    entry: &Entry<'_>,
    out: &mut Vec<u8>,
) {
    let took = u64::try_from(entry.took.as_micros()).unwrap_or(u64::MAX);
    let whole: &[u8] = if entry.whole { b"true" } else { b"false" };
    match format {
        Format::Text => {
            stamp.write(now, out);
            out.extend_from_slice(b"  INFO access: method=");
            quoted(entry.method.as_str(), out);
            out.extend_from_slice(b" path=");
            quoted(entry.path, out);
            out.extend_from_slice(b" version=");
            out.extend_from_slice(name(entry.version));
            if let Some(status) = entry.status {
                out.extend_from_slice(b" status=");
                decimal(status.into(), out);
            }
            out.extend_from_slice(b" bytes=");
            decimal(entry.bytes, out);
            out.extend_from_slice(b" whole=");
            out.extend_from_slice(whole);
            out.extend_from_slice(b" took_us=");
            decimal(took, out);
            if let Some(peer) = entry.peer {
                let _ = write!(out, " peer={peer}");
            }
        }
        Format::Json => {
            out.extend_from_slice(b"{\"timestamp\":\"");
            stamp.write(now, out);
            out.extend_from_slice(b"\",\"level\":\"INFO\",\"fields\":{\"method\":");
            json(entry.method.as_str(), out);
            out.extend_from_slice(b",\"path\":");
            json(entry.path, out);
            out.extend_from_slice(b",\"version\":\"");
            out.extend_from_slice(name(entry.version));
            out.push(b'"');
            if let Some(status) = entry.status {
                out.extend_from_slice(b",\"status\":");
                decimal(status.into(), out);
            }
            out.extend_from_slice(b",\"bytes\":");
            decimal(entry.bytes, out);
            out.extend_from_slice(b",\"whole\":");
            out.extend_from_slice(whole);
            out.extend_from_slice(b",\"took_us\":");
            decimal(took, out);
            if let Some(peer) = entry.peer {
                let _ = write!(out, ",\"peer\":\"{peer}\"");
            }
            out.extend_from_slice(b"},\"target\":\"access\"}");
        }
    }
    out.push(b'\n');
}

/// Appends a line that says how many are missing.
pub(super) fn write_dropped(
    format: Format,
    stamp: &mut Stamp,
    now: UnixMillis,
    lines: u64,
    out: &mut Vec<u8>,
) {
    const WHAT: &str = "the log was read too slowly, lines were dropped";
    match format {
        Format::Text => {
            stamp.write(now, out);
            let _ = writeln!(out, "  WARN access: {WHAT} lines={lines}");
        }
        Format::Json => {
            out.extend_from_slice(b"{\"timestamp\":\"");
            stamp.write(now, out);
            let _ = writeln!(
                out,
                "\",\"level\":\"WARN\",\"fields\":{{\"message\":\"{WHAT}\",\"lines\":{lines}}},\
                 \"target\":\"access\"}}"
            );
        }
    }
}

/// A line must stay one line and its fields apart, whatever a client sends.
fn quoted(text: &str, out: &mut Vec<u8>) {
    let plain = |b: u8| b.is_ascii_graphic() && b != b'"' && b != b'\\';
    if text.bytes().all(plain) {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
    } else {
        let _ = write!(out, "{text:?}");
    }
}

fn json(text: &str, out: &mut Vec<u8>) {
    // Text into memory: neither can fail.
    let _ = serde_json::to_writer(out, text);
}

fn name(version: Version) -> &'static [u8] {
    match version {
        Version::HTTP_09 => b"HTTP/0.9",
        Version::HTTP_10 => b"HTTP/1.0",
        Version::HTTP_2 => b"HTTP/2.0",
        Version::HTTP_3 => b"HTTP/3.0",
        _ => b"HTTP/1.1",
    }
}

/// Without the machinery of `write!`, which would cost more than the rest of the line.
fn decimal(mut number: u64, out: &mut Vec<u8>) {
    let mut digits = [0_u8; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http::Method;

    use super::*;

    fn entry(path: &str) -> Entry<'_> {
        Entry {
            method: &Method::GET,
            path,
            version: Version::HTTP_11,
            status: Some(206),
            bytes: 1,
            whole: true,
            took: Duration::from_micros(1_234_567),
            peer: Some([192, 0, 2, 7].into()),
        }
    }

    fn line(format: Format, now: UnixMillis, entry: &Entry<'_>) -> String {
        let mut out = Vec::new();
        write(format, &mut Stamp::default(), now, entry, &mut out);
        String::from_utf8(out).unwrap()
    }

    /// 2001-09-09T01:46:40Z and so many milliseconds.
    fn at(millis: i64) -> UnixMillis {
        UnixMillis(1_000_000_000_000 + millis)
    }

    #[test]
    fn a_line_of_text_looks_like_the_other_logs() {
        assert_eq!(
            line(Format::Text, at(7), &entry("/media/a.mp4")),
            "2001-09-09T01:46:40.007Z  INFO access: method=\"GET\" path=\"/media/a.mp4\" \
             version=HTTP/1.1 status=206 bytes=1 whole=true took_us=1234567 peer=192.0.2.7\n"
        );
        let mut vanished = entry("/");
        (vanished.status, vanished.whole, vanished.peer) = (None, false, None);
        vanished.bytes = u64::MAX;
        assert_eq!(
            line(Format::Text, at(120), &vanished),
            "2001-09-09T01:46:40.120Z  INFO access: method=\"GET\" path=\"/\" version=HTTP/1.1 \
             bytes=18446744073709551615 whole=false took_us=1234567\n"
        );
    }

    #[test]
    fn a_line_of_json_has_the_same_fields_and_nothing_a_client_sends_breaks_either() {
        for path in ["/a", "/\"} forged=1", "/\\", "/ə", "/a\u{85}b"] {
            let text = line(Format::Json, at(7), &entry(path));
            assert_eq!(text.matches('\n').count(), 1, "{text}");
            let read: serde_json::Value = serde_json::from_str(&text).unwrap();
            assert_eq!(read["timestamp"], "2001-09-09T01:46:40.007Z");
            assert_eq!(
                (&read["level"], &read["target"]),
                (&"INFO".into(), &"access".into())
            );
            let fields = serde_json::json!({
                "method": "GET", "path": path, "version": "HTTP/1.1", "status": 206, "bytes": 1,
                "whole": true, "took_us": 1_234_567, "peer": "192.0.2.7",
            });
            assert_eq!(read["fields"], fields);
            let text = line(Format::Text, at(7), &entry(path));
            assert!(text.contains(&format!(" path={path:?} version=")), "{text}");
        }
    }

    #[test]
    fn the_time_follows_the_clock_over_seconds_and_backwards() {
        let mut stamp = Stamp::default();
        let mut out = Vec::new();
        for millis in [999, 1_000, -1] {
            stamp.write(at(millis), &mut out);
            out.push(b' ');
        }
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "2001-09-09T01:46:40.999Z 2001-09-09T01:46:41.000Z 2001-09-09T01:46:39.999Z "
        );
    }
}
