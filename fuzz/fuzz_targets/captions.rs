//! Any bytes as captions: an answer within the limits or an error; what is written holds no markup but
//! WebVTT's and is read back as it was.

#![no_main]

use libfuzzer_sys::fuzz_target;
use teledars::captions::{self, Flaw, MAX_BYTES, MAX_CUE_CHARS, MAX_CUES, MAX_TIME, MAX_WARNINGS};
use teledars::units::Millis;

const TAGS: [&str; 8] = ["c", "i", "b", "u", "ruby", "rt", "v", "lang"];

fuzz_target!(|data: &[u8]| {
    let mut parsed = match captions::read(data) {
        Ok(parsed) => parsed,
        Err(why) => {
            assert!(!why.to_string().is_empty());
            return;
        }
    };
    let cues = parsed.captions.cues();
    assert!(!cues.is_empty() && cues.len() <= MAX_CUES);
    assert!(cues.is_sorted_by_key(|cue| cue.start()));
    for cue in cues {
        assert!(cue.start() < cue.end() && cue.end() <= MAX_TIME);
        assert!(!cue.text().is_empty() && cue.text().chars().count() <= MAX_CUE_CHARS);
        // Whatever begins like a tag is one of WebVTT's, or a time.
        for tag in cue.markup().split('<').skip(1) {
            let name = tag.trim_start_matches('/');
            let end = name.find(|c: char| !c.is_ascii_alphanumeric());
            let name = &name[..end.unwrap_or(name.len())];
            let time = !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit());
            assert!(time || TAGS.contains(&name), "{tag}");
        }
    }
    let file = captions::write(&parsed.captions);
    assert!(file.len() <= MAX_BYTES);
    assert_eq!(file.matches("-->").count(), cues.len());
    assert_eq!(file.lines().filter(|line| line.is_empty()).count(), cues.len());
    let again = captions::read(file.as_bytes()).unwrap();
    assert_eq!(again.captions, parsed.captions);
    assert!(again.warnings.iter().all(|w| matches!(w.flaw, Flaw::Overlapping { .. })));

    parsed.compare(Millis(u64::from(data[0]) * 1000));
    let lines = 1 + data.len();
    assert!(parsed.warnings.len() <= MAX_WARNINGS + 4);
    for warning in &parsed.warnings {
        assert!((1..=lines).contains(&warning.line));
        assert!(!warning.to_string().contains(|c: char| c.is_control()));
    }
});
