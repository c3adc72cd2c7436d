//! The moments at which words are said.

use super::query::Query;

/// The places of at most `most` of `lines` that say what is looked for, in their order: those that say more of it
/// first, and of those the earlier ones.
pub fn moments<'l>(
    lines: impl IntoIterator<Item = &'l str>,
    query: &Query,
    most: usize,
) -> Vec<usize> {
    let mut best: Vec<(u32, u32, usize)> = Vec::new();
    for (at, line) in lines.into_iter().enumerate() {
        let (found, exact) = query.found_in(line);
        if found == 0 {
            continue;
        }
        let here = (found.count_ones(), exact, at);
        let better = |there: &(u32, u32, usize)| (there.0, there.1) >= (here.0, here.1);
        let place = best.partition_point(better);
        if place < most {
            best.insert(place, here);
            best.truncate(most);
        }
    }
    let mut places: Vec<usize> = best.into_iter().map(|(_, _, at)| at).collect();
    places.sort_unstable();
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_say_more_of_it_come_before_earlier_ones_and_are_given_in_order() {
        let lines = [
            "Salam",
            "Kəsrlər haqqında",
            "kəsr",
            "Kəsrləri toplayaq",
            "toplama",
            "kəsr",
        ];
        let found = |query: &str, most| moments(lines, &Query::read(query), most);
        assert_eq!(found("kesr", 3), [1, 2, 5]);
        assert_eq!(found("kesr", 1), [2]);
        assert_eq!(found("kesr topla", 1), [3]);
        assert_eq!(found("kesr topla", 3), [2, 3, 5]);
        assert_eq!(found("yoxdur", 3), Vec::<usize>::new());
    }
}
