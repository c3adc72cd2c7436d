//! Cells that a spreadsheet takes for formulas. Somebody else's title may be one, and would be run by whoever opens the
//! sheet (OWASP: CSV injection). An apostrophe before it makes a text of it, and is taken away again when the sheet
//! comes back.

/// What a formula begins with, also after an apostrophe, so that every cell comes back as it was.
fn is_guarded_from(text: &str) -> bool {
    text.trim_start_matches('\'')
        .starts_with(['=', '+', '-', '@', '\t', '\r', '\n'])
}

/// The cell with an apostrophe before it; `None`: no spreadsheet takes it for a formula.
pub(super) fn guarded(cell: &str) -> Option<String> {
    is_guarded_from(cell).then(|| format!("'{cell}"))
}

/// The cell without the apostrophe that guards it; `None`: there is none.
pub(super) fn unguarded(cell: &str) -> Option<&str> {
    cell.strip_prefix('\'').filter(|own| is_guarded_from(own))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_formula_is_guarded_and_comes_back() {
        for cell in [
            "=1+1",
            "+994",
            "-5",
            "@SUM(A1)",
            "'=1",
            "''=1",
            "=HYPERLINK(\"x\")",
        ] {
            let guard = guarded(cell).unwrap();
            assert!(guard.starts_with('\''), "{guard}");
            assert_eq!(unguarded(&guard), Some(cell));
        }
        for cell in ["", "Kəsrlər", "'", "' =", "it's = 5", "1-2", "'a'"] {
            assert_eq!(guarded(cell), None, "{cell}");
            assert_eq!(unguarded(cell), None, "{cell}");
        }
        // What a person wrote in the spreadsheet itself, or what it took the apostrophe from.
        assert_eq!(unguarded("=1"), None);
    }
}
