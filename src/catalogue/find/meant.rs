//! What was probably meant by a query of which nothing is found, or little: another keyboard, a slip, a word too many.

use std::cmp::Reverse;
use std::sync::{PoisonError, RwLock};

use rusqlite::named_params;

use super::{Corrected, Ranked, Search, quoted};
use crate::catalogue::{Error, Facets, Snapshot};
use crate::search::keyboards::other_readings;
use crate::search::lexicon::{Lexicon, forgiven};
use crate::search::query::{Fit, Query, Term};

/// Words that may take the place of one that no lesson has.
pub(super) const ALTERNATIVES: usize = 8;
/// Candidates of which it is asked how many lessons have them: so many whole words, and so many that are longer. A short
/// word is near the beginning of hundreds, most of which hardly any lesson has.
const CANDIDATES: usize = 250;
/// Words of one query for which near ones are sought: each goes through all words of the archive, on a thread that few
/// share. Of more the rest can only be left out.
const MENDED: usize = 3;
/// Lessons beyond which a word counts as usual, where words are compared that somebody may have meant, and beyond which
/// one is as common as any, where one is to be left out.
const USUAL: u32 = 200;
const COMMON: u32 = 2000;

/// Words that begin with what was typed, of which it is asked how many lessons have them.
const BEGINNINGS: u32 = 100;

/// What was meant, and what that finds.
pub(super) struct Meant {
    pub(super) query: Query,
    pub(super) corrected: Corrected,
    pub(super) found: Ranked,
}

impl Meant {
    fn new(query: Query, words: Option<Vec<String>>, found: Ranked) -> Self {
        let text = query.text();
        let words = words.unwrap_or_else(|| vec![text.clone()]);
        Self {
            query,
            corrected: Corrected { text, words },
            found,
        }
    }
}

impl Snapshot<'_> {
    /// A query that finds something, where `text` finds nothing.
    pub(super) fn meant(
        &self,
        text: &str,
        search: &Search,
        lexicon: &RwLock<Lexicon>,
    ) -> Result<Option<Meant>, Error> {
        for text in other_readings(text) {
            let query = Query::read(&text);
            // Two letters begin something in any alphabet.
            let long = query.terms().iter().any(|t| t.word().chars().count() > 2);
            if long && let Some(found) = self.looked_for(&query, search)? {
                return Ok(Some(Meant::new(query, None, found)));
            }
        }
        self.learn(lexicon)?;
        let query = Query::read(text);
        // Words that no lesson has are wrong; when there are none, any one may be.
        let (doubtful, unknown) = self.doubtful(&query)?;
        let (mut mended, mut instead) = (query.clone(), Vec::new());
        for at in doubtful.iter().filter(|_| unknown) {
            let near = self.near(&query.terms()[*at], lexicon)?;
            mended = mended.corrected(*at, &near);
            instead.extend(near.into_iter().map(|(_, written)| written));
        }
        if unknown && let Some(found) = self.looked_for(&mended, search)? {
            return Ok(Some(Meant::new(mended, Some(instead), found)));
        }
        for at in doubtful.iter().filter(|_| !unknown) {
            let near = self.near(&query.terms()[*at], lexicon)?;
            let mended = query.corrected(*at, &near);
            if near.is_empty() {
                continue;
            }
            if let Some(found) = self.looked_for(&mended, search)? {
                let words = near.into_iter().map(|(_, written)| written).collect();
                return Ok(Some(Meant::new(mended, Some(words), found)));
            }
        }
        let fewer = self.fewer(mended, search)?;
        Ok(fewer.map(|(query, found)| Meant::new(query, None, found)))
    }

    /// The page of what `query` finds that is asked for; `None`: it finds nothing at all.
    fn looked_for(&self, query: &Query, search: &Search) -> Result<Option<Ranked>, Error> {
        if !self.knows(query)? {
            return Ok(None);
        }
        let found = self.ranked(query, &search.facets, search.skip, search.limit)?;
        // A page behind the last one has none either.
        let some = !found.0.is_empty() || (search.skip > 0 && self.finds(query, &search.facets)?);
        Ok(some.then_some(found))
    }

    /// Whether lessons have each of the words, in whatever combination: that costs little to know.
    pub(super) fn knows(&self, query: &Query) -> Result<bool, Error> {
        for term in query.terms() {
            if self.lessons_with(term, 1)? == 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The places of at most [`MENDED`] words of a query that may be wrong, the rarest first. If there are words that no
    /// lesson has, only such ones, and true.
    pub(super) fn doubtful(&self, query: &Query) -> Result<(Vec<usize>, bool), Error> {
        let mut all = Vec::new();
        for at in 0..query.terms().len() {
            let lessons = self.lessons_with(&query.terms()[at], USUAL)?;
            all.push((lessons, at));
        }
        all.sort();
        let unknown = all.first().is_some_and(|(lessons, _)| *lessons == 0);
        let long = |at: &usize| forgiven(query.terms()[*at].word().chars().count()) > 0;
        let doubtful = all
            .into_iter()
            .filter(|(lessons, _)| !unknown || *lessons == 0);
        let doubtful = doubtful.map(|(_, at)| at).filter(long);
        Ok((doubtful.take(MENDED).collect(), unknown))
    }

    /// The query without words that no lesson has, and then without the most usual ones, until lessons have the rest.
    fn fewer(&self, mut query: Query, search: &Search) -> Result<Option<(Query, Ranked)>, Error> {
        while query.terms().len() > 1 {
            let mut left_out = (0, 0);
            for at in 0..query.terms().len() {
                let lessons = self.lessons_with(&query.terms()[at], COMMON)?;
                // What no lesson has goes first.
                let goes = if lessons == 0 { COMMON + 1 } else { lessons };
                if goes > left_out.0 {
                    left_out = (goes, at);
                }
            }
            query = query.without(left_out.1);
            if let Some(found) = self.looked_for(&query, search)? {
                return Ok(Some((query, found)));
            }
        }
        Ok(None)
    }

    /// A query in which one word is another that is near it, and which finds more than `found` lessons.
    pub(super) fn better(
        &self,
        query: &Query,
        facets: &Facets,
        found: usize,
        lexicon: &RwLock<Lexicon>,
    ) -> Result<Option<Corrected>, Error> {
        self.learn(lexicon)?;
        for at in self.doubtful(query)?.0 {
            let term = &query.terms()[at];
            // Another ending is no other word.
            let other = |(word, _): &(String, String)| {
                !word.starts_with(term.word()) && !term.word().starts_with(word)
            };
            let Some(near) = self.near(term, lexicon)?.into_iter().find(other) else {
                continue;
            };
            let other = query.corrected(at, std::slice::from_ref(&near));
            if self.ranked(&other, facets, 0, found + 1)?.0.len() > found {
                return Ok(Some(Corrected {
                    text: other.text(),
                    words: vec![near.1],
                }));
            }
        }
        Ok(None)
    }

    pub(super) fn finds(&self, query: &Query, facets: &Facets) -> Result<bool, Error> {
        let filter = quoted(&facets.words());
        let expression = match query.is_empty() {
            true => filter,
            false => format!("({}) AND {filter}", query.expression(Fit::Beginning)),
        };
        // Who fits at all fits here.
        Ok(!self.matching("all_words", &expression, 1)?.is_empty())
    }

    /// Words that lessons have and that this one is near, folded and as they are written: those in which fewest letters
    /// differ, and of them the most usual first.
    fn near(&self, term: &Term, lexicon: &RwLock<Lexicon>) -> Result<Vec<(String, String)>, Error> {
        let near = {
            let lexicon = lexicon.read().unwrap_or_else(PoisonError::into_inner);
            lexicon.near(term.word(), CANDIDATES)
        };
        let mut usual = Vec::new();
        let mut fewest = usize::MAX;
        for near in near {
            // They come nearest first.
            if near.changes > fewest {
                break;
            }
            // A withdrawn lesson may have been the only one that had it.
            let lessons = self.usual(&quoted(std::slice::from_ref(&near.word)), USUAL)?;
            if lessons > 0 {
                fewest = near.changes;
                usual.push((near.longer, Reverse(lessons), near));
            }
        }
        usual.sort();
        let best = usual
            .into_iter()
            .map(|(.., near)| (near.word, near.written));
        Ok(best.take(ALTERNATIVES).collect())
    }

    /// About how many listed lessons have a word, at most `most`: one that has several of those that will do counts for
    /// each. FTS5 itself would bring all words with a beginning together first, however few are wanted.
    fn lessons_with(&self, term: &Term, most: u32) -> Result<u32, Error> {
        let mut lessons = 0;
        let mut count = |word: &str| -> Result<bool, Error> {
            lessons += self.usual(&quoted(&[word.to_owned()]), most - lessons)?;
            Ok(lessons >= most)
        };
        for word in term.words() {
            if count(word)? {
                return Ok(most);
            }
        }
        if !term.begins() {
            return Ok(lessons);
        }
        let mut longer = self.sql().prepare_cached(
            "SELECT word FROM words WHERE word > :word AND word < :word || char(0x10FFFF) ORDER BY word LIMIT :most",
        )?;
        let mut rows = longer.query(named_params! {":word": term.word(), ":most": BEGINNINGS})?;
        while let Some(row) = rows.next()? {
            if count(&row.get::<_, String>(0)?)? {
                return Ok(most);
            }
        }
        // There are words that nobody looks for by what they are near: with digits, or very long.
        match lessons {
            0 => self.usual(&format!("\"{}\"*", term.word()), most),
            some => Ok(some),
        }
    }

    /// How many listed lessons have what `expression` looks for, at most `most`.
    fn usual(&self, expression: &str, most: u32) -> Result<u32, Error> {
        Ok(self
            .sql()
            .prepare_cached(
                "SELECT count(*) FROM (SELECT 1 FROM all_words WHERE all_words MATCH :expression LIMIT :most)",
            )?
            .query_row(
                named_params! {":expression": expression, ":most": most},
                |r| r.get(0),
            )?)
    }

    /// Adds the words that came since to those in memory.
    fn learn(&self, lexicon: &RwLock<Lexicon>) -> Result<(), Error> {
        let last = lexicon
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .last();
        let mut newer = self
            .sql()
            .prepare_cached("SELECT id, word, written FROM words WHERE id > :last ORDER BY id")?;
        let mut rows = newer.query(named_params! {":last": last})?;
        let Some(mut row) = rows.next()? else {
            return Ok(());
        };
        let mut lexicon = lexicon.write().unwrap_or_else(PoisonError::into_inner);
        loop {
            let id: i64 = row.get(0)?;
            // Another reader may have been quicker.
            if id > lexicon.last() {
                let (word, written): (String, String) = (row.get(1)?, row.get(2)?);
                lexicon.add(id, &word, &written);
            }
            match rows.next()? {
                Some(next) => row = next,
                None => return Ok(()),
            }
        }
    }
}
