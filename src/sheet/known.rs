//! The archive's vocabulary, as reading a sheet asks for it.

use super::row::{Known, Vocabulary as Of};
use crate::catalogue::{Term, Vocabulary};
use crate::search::fold::fold;
use crate::search::nearest::nearest;

/// The terms that a sheet may use: those that are not retired, and those, since old lessons keep them.
pub struct KnownTerms<'a>(pub &'a Vocabulary);

impl KnownTerms<'_> {
    fn terms(&self, of: Of) -> &[Term] {
        match of {
            Of::Grade => &self.0.grades,
            Of::Subject => &self.0.subjects,
            Of::Section => &self.0.sections,
            Of::Channel => &self.0.channels,
        }
    }
}

impl Known for KnownTerms<'_> {
    fn knows(&self, of: Of, id: &str) -> bool {
        self.terms(of).iter().any(|t| t.id == id)
    }

    fn ids(&self, of: Of) -> Vec<String> {
        self.terms(of).iter().map(|t| t.id.clone()).collect()
    }

    /// Somebody who writes `Riyaziyyat` is told `mathematics`.
    fn suggestions(&self, of: Of, wrong: &str) -> Vec<String> {
        let wanted = fold(wrong);
        let named = self
            .terms(of)
            .iter()
            .filter(|t| t.names.values().any(|name| fold(name) == wanted));
        let by_name: Vec<String> = named.map(|t| t.id.clone()).collect();
        if !by_name.is_empty() {
            return by_name;
        }
        nearest(wrong, self.terms(of).iter().map(|t| t.id.as_str()), 3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::shipped_vocabulary;

    #[test]
    fn a_name_in_any_language_leads_to_the_id() {
        let vocabulary = shipped_vocabulary().unwrap();
        let known = KnownTerms(&vocabulary);
        assert!(known.knows(Of::Subject, "mathematics"));
        assert_eq!(
            known.suggestions(Of::Subject, "riyaziyyat"),
            ["mathematics"]
        );
        assert_eq!(
            known.suggestions(Of::Subject, "МАТЕМАТИКА"),
            ["mathematics"]
        );
        assert_eq!(
            known.suggestions(Of::Subject, "mathematic")[0],
            "mathematics"
        );
    }
}
