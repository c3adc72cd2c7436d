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
fn distance(a: &[char], b: &[char]) -> usize {
    distances(a, b).pop().unwrap_or_default()
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

/// Distances up to which [`apart`] tells them from one another.
pub(super) const MOST_APART: usize = 2;

/// How far a word is from another one, where that is not too far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Apart {
    /// From all of it.
    pub whole: Option<usize>,
    /// From the beginning of it that is nearest, which may be all of it.
    pub beginning: Option<usize>,
    /// Cells of the table that were computed: what it cost.
    pub cells: usize,
}

/// The distances of `a` from `b` and from its beginnings up to `most`, which is at most [`MOST_APART`]. Of the table only
/// the diagonals on which they can lie are computed, and no row after one in which all is too far.
pub(super) fn apart(a: &[char], b: &[char], most: usize) -> Apart {
    let most = most.min(MOST_APART);
    let far = most + 1;
    // The cell `k` of row `i` is that of `i` letters of `a` and `i + k - most` of `b`.
    let mut before = [far; 2 * MOST_APART + 1];
    let mut above = before;
    for (j, cell) in above[most..=2 * most].iter_mut().enumerate() {
        *cell = if j <= b.len() { j } else { far };
    }
    let mut cells = 0;
    for i in 1..=a.len() {
        let mut row = [far; 2 * MOST_APART + 1];
        let mut least = far;
        for k in 0..=2 * most {
            let Some(j) = (i + k).checked_sub(most).filter(|j| *j <= b.len()) else {
                continue;
            };
            cells += 1;
            let mut best = far;
            if j == 0 {
                best = best.min(i);
            } else {
                best = best.min(above[k] + usize::from(a[i - 1] != b[j - 1]));
                if i > 1 && j > 1 && a[i - 2] == b[j - 1] && a[i - 1] == b[j - 2] {
                    best = best.min(before[k] + 1);
                }
                if k > 0 {
                    best = best.min(row[k - 1] + 1);
                }
            }
            if k < 2 * most {
                best = best.min(above[k + 1] + 1);
            }
            row[k] = best;
            least = least.min(best);
        }
        if least == far {
            return Apart {
                whole: None,
                beginning: None,
                cells,
            };
        }
        (before, above) = (above, row);
    }
    let near = |distance: usize| (distance <= most).then_some(distance);
    let last = (b.len() + most).checked_sub(a.len());
    Apart {
        whole: last.filter(|k| *k <= 2 * most).and_then(|k| near(above[k])),
        beginning: above.into_iter().min().and_then(near),
        cells,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_part_of_the_table_tells_what_all_of_it_does(a in "[abc]{0,9}", b in "[abc]{0,12}", most in 0..=MOST_APART) {
            let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
            let near = |distance: usize| (distance <= most).then_some(distance);
            let all = distances(&a, &b);
            let found = apart(&a, &b, most);
            prop_assert_eq!(found.whole, near(distance(&a, &b)));
            prop_assert_eq!(found.beginning, all.into_iter().min().and_then(near));
            prop_assert!(found.cells <= (2 * most + 1) * a.len());
        }
    }

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
