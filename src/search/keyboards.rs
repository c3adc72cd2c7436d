//! What was typed as another keyboard, or another alphabet, would have written it.

/// The keys of the Russian keyboard, and the letters that the Azerbaijani one has there.
const RUSSIAN_KEYS: &str = "йцукенгшщзхъфывапролджэячсмитьбю";
const AZERBAIJANI_KEYS: &str = "qüertyuiopöğasdfghjklıəzxcvbnmçş";
/// Keys of the English keyboard where the Russian one has letters.
const ENGLISH_KEYS: &str = "qwertyuiop[]asdfghjkl;'zxcvbnm,.";
/// Azerbaijani in Cyrillic letters, as it was written until 1991.
const CYRILLIC: &str = "абвгғдеәжзиыјкҝлмноөпрстуүфхһчҹш";
const LATIN: &str = "abvqğdeəjziıykglmnoöprstuüfxhçcş";

/// Other readings of `text`, the likeliest first; none is `text` itself.
pub fn other_readings(text: &str) -> Vec<String> {
    let text = text.to_lowercase();
    let keys = [
        (RUSSIAN_KEYS, AZERBAIJANI_KEYS),
        (CYRILLIC, LATIN),
        (ENGLISH_KEYS, RUSSIAN_KEYS),
        (AZERBAIJANI_KEYS, RUSSIAN_KEYS),
    ];
    let mut readings: Vec<String> = Vec::new();
    for (from, to) in keys {
        let reading: String = text.chars().map(|c| exchanged(c, from, to)).collect();
        if reading != text && !readings.contains(&reading) {
            readings.push(reading);
        }
    }
    readings
}

fn exchanged(c: char, from: &str, to: &str) -> char {
    let there = from.chars().position(|key| key == c);
    there.and_then(|at| to.chars().nth(at)).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_wrong_keyboard_or_the_old_alphabet_wrote_is_read_as_it_was_meant() {
        for (typed, meant) in [
            ("лəык", "kəsr"),
            ("Лэык", "kəsr"),
            ("кәср", "kəsr"),
            ("ИШЫГ", "işıq"),
            ("lhj,b", "дроби"),
            ("lhjçb", "дроби"),
        ] {
            assert!(
                other_readings(typed).iter().any(|r| r == meant),
                "{typed}: {:?}",
                other_readings(typed)
            );
        }
        for pairs in [
            (RUSSIAN_KEYS, AZERBAIJANI_KEYS),
            (ENGLISH_KEYS, RUSSIAN_KEYS),
            (CYRILLIC, LATIN),
        ] {
            assert_eq!(pairs.0.chars().count(), pairs.1.chars().count());
        }
        assert!(other_readings("12 + 3").is_empty());
    }
}
