//! "Did you mean": the known words that a mistyped one is closest to.

use super::fold::fold;

/// Up to `most` of `known` that `wrong` could be a misspelling of, the closest first.
///
/// Compared folded, so that İncəsənət and incesenet are the same. A word counts as close when at most a
/// third of its letters (at least one) must change, or when one is the beginning of the other.
pub fn nearest<'a>(
    wrong: &str,
    known: impl IntoIterator<Item = &'a str>,
    most: usize,
) -> Vec<String> {
    // A pasted paragraph is not a misspelling, and comparing it would cost its length each time.
    const LONGEST: usize = 60;
    let wrong: Vec<char> = fold(wrong.trim()).chars().take(LONGEST).collect();
    if wrong.is_empty() {
        return Vec::new();
    }
    let mut close: Vec<(usize, &str)> = known
        .into_iter()
        .filter_map(|word| {
            let letters: Vec<char> = fold(word).chars().take(LONGEST).collect();
            let begins = wrong.len().min(letters.len()) >= 3
                && (letters.starts_with(&wrong) || wrong.starts_with(&letters));
            let changes = distance(&wrong, &letters);
            let allowed = (letters.len().max(wrong.len()) / 3).max(1);
            (begins || changes <= allowed && changes < letters.len()).then_some((changes, word))
        })
        .collect();
    close.sort();
    close.truncate(most);
    close.into_iter().map(|(_, word)| word.to_owned()).collect()
}

/// Letters to insert, remove or replace, or neighbours to exchange, to make `a` into `b`.
pub(super) fn distance(a: &[char], b: &[char]) -> usize {
    distances(a, b).pop().unwrap_or_default()
}

/// The same for the beginning of `b` that is nearest.
pub(super) fn distance_to_beginning(a: &[char], b: &[char]) -> usize {
    distances(a, b).into_iter().min().unwrap_or_default()
}

/// The distance of `a` from each beginning of `b`, the shortest first.
fn distances(a: &[char], b: &[char]) -> Vec<usize> {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut best = (above[j] + usize::from(x != y)).min(above[j + 1] + 1);
            best = best.min(row[j] + 1);
            if i > 0 && j > 0 && a[i - 1] == *y && b[j - 1] == *x {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_keyboard_finds_the_word_and_a_stranger_finds_none() {
        let known = ["mathematics", "physics", "music", "az", "7", "8"];
        assert_eq!(nearest("matehmatics", known, 3), ["mathematics"]);
        assert_eq!(nearest("Physik", known, 3), ["physics"]);
        assert_eq!(nearest("math", known, 3), ["mathematics"]);
        assert_eq!(nearest("aze", known, 3), ["az"]);
        assert!(nearest("zoology", known, 3).is_empty());
        assert!(nearest("9", known, 3).is_empty());
        assert!(nearest("", known, 3).is_empty());
    }
}
