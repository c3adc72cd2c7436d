//! Lists in one cell: items apart by `;`, blanks around an item dropped.
//!
//! An item that contains `;` writes it `\;`, and a backslash `\\`. A backslash before a blank
//! keeps the blank (a file name may begin or end with one). A backslash before anything else is
//! itself, so that what was written without knowing this still reads as meant.

/// The items of `cell`. An item may be empty (`7;;8`); the caller says what is wrong with that.
pub(super) fn split(cell: &str) -> Vec<String> {
    let mut items = Vec::new();
    let mut item = String::new();
    // Up to here the item's blanks are meant.
    let mut kept = 0;
    let mut chars = cell.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                let next = chars.next_if(|n| matches!(n, ';' | '\\') || n.is_whitespace());
                item.push(next.unwrap_or('\\'));
                kept = item.len();
            }
            ';' => {
                items.push(finished(&mut item, &mut kept));
            }
            c if c.is_whitespace() && item.is_empty() => {}
            c => item.push(c),
        }
    }
    items.push(finished(&mut item, &mut kept));
    items
}

fn finished(item: &mut String, kept: &mut usize) -> String {
    let end = item.trim_end().len().max(*kept);
    item.truncate(end);
    *kept = 0;
    std::mem::take(item)
}

/// The cell whose [`split`] is `items`.
pub(super) fn join<S: AsRef<str>>(items: impl IntoIterator<Item = S>) -> String {
    let mut cell = String::new();
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            cell.push(';');
        }
        let item = item.as_ref();
        let inner = item.len() - item.trim_start().len()..item.trim_end().len();
        for (at, c) in item.char_indices() {
            if matches!(c, ';' | '\\') || c.is_whitespace() && !inner.contains(&at) {
                cell.push('\\');
            }
            cell.push(c);
        }
    }
    cell
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn items_are_apart_by_semicolons_and_blanks_around_them_mean_nothing() {
        assert_eq!(split("7;8"), ["7", "8"]);
        assert_eq!(
            split(" Müəllim Ə ;\n Учитель Я "),
            ["Müəllim Ə", "Учитель Я"]
        );
        assert_eq!(split("7;;8;"), ["7", "", "8", ""]);
    }

    #[test]
    fn a_semicolon_that_belongs_to_an_item_is_escaped() {
        assert_eq!(
            split(r"this\; that;\\;C:\x;a\ ;\"),
            ["this; that", r"\", r"C:\x", "a ", r"\"]
        );
        assert_eq!(
            join(["this; that", r"\", " a b "]),
            r"this\; that;\\;\ a b\ "
        );
    }

    proptest! {
        #[test]
        fn any_items_come_back(items in prop::collection::vec("[;\\\\ a\n\u{a0}]{0,5}", 1..5)) {
            prop_assert_eq!(split(&join(&items)), items);
        }
    }
}
