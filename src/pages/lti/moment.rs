//! A moment of a lesson as a teacher types it.

/// Seconds of `12:30`, `1:02:30` or `750`, spaces around it left out; `None`: it is none.
pub(super) fn seconds(text: &str) -> Option<u64> {
    let parts: Vec<&str> = text.trim().split(':').collect();
    let number = |part: &str, longest: usize| -> Option<u64> {
        let digits =
            (1..=longest).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        part.parse().ok().filter(|_| digits)
    };
    match parts[..] {
        [seconds] => number(seconds, 6),
        [minutes, seconds] => Some(number(minutes, 4)? * 60 + under_sixty(number(seconds, 2)?)?),
        [hours, minutes, seconds] => {
            let minutes = number(hours, 2)? * 60 + under_sixty(number(minutes, 2)?)?;
            Some(minutes * 60 + under_sixty(number(seconds, 2)?)?)
        }
        _ => None,
    }
}

fn under_sixty(number: u64) -> Option<u64> {
    (number < 60).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn teachers_write_a_moment_as_clocks_show_it_or_in_seconds() {
        for (text, expected) in [
            ("12:30", Some(750)),
            (" 0:05 ", Some(5)),
            ("75:00", Some(4500)),
            ("1:02:30", Some(3750)),
            ("750", Some(750)),
            ("0", Some(0)),
            ("12:5", Some(725)),
            ("12:60", None),
            ("1:60:00", None),
            ("-5", None),
            ("1:-5", None),
            ("12.30", None),
            ("12:", None),
            (":30", None),
            ("", None),
            ("1:2:3:4", None),
            ("9999999", None),
            ("99999999999999999999:00", None),
            ("١٢", None),
        ] {
            assert_eq!(seconds(text), expected, "{text:?}");
        }
    }
}
