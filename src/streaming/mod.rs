//! Range, conditional, entity → response. Knows no lesson.
