//! What was probably meant by a query of which nothing is found, or little: another keyboard, a slip, a word too many.

use std::cmp::Reverse;
use std::sync::{PoisonError, RwLock};

use rusqlite::named_params;

use super::{Corrected, Search, quoted};
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

impl Snapshot<'_> {
    /// A query that finds something, where `text` finds nothing.
    pub(super) fn meant(
        &self,
        text: &str,
        search: &Search,
        lexicon: &RwLock<Lexicon>,
    ) -> Result<Option<(Query, Corrected)>, Error> {
        for text in other_readings(text) {
            let query = Query::read(&text);
            // Two letters begin something in any alphabet.
            let long = query.terms().iter().any(|t| t.word().chars().count() > 2);
            if long && self.finds(&query, &search.facets)? {
                let words = vec![text.clone()];
                return Ok(Some((query, Corrected { text, words })));
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
        if unknown && self.finds(&mended, &search.facets)? {
            let (text, words) = (mended.text(), instead);
            return Ok(Some((mended, Corrected { text, words })));
        }
        for at in doubtful.iter().filter(|_| !unknown) {
            let near = self.near(&query.terms()[*at], lexicon)?;
            let mended = query.corrected(*at, &near);
            if !near.is_empty() && self.finds(&mended, &search.facets)? {
                let text = mended.text();
                let words = near.into_iter().map(|(_, written)| written).collect();
                return Ok(Some((mended, Corrected { text, words })));
            }
        }
        Ok(self.fewer(mended, &search.facets)?.map(|query| {
            let text = query.text();
            let words = vec![text.clone()];
            (query, Corrected { text, words })
        }))
    }

    /// The places of at most [`MENDED`] words of a query that may be wrong, the rarest first. If there are words that no
    /// lesson has, only such ones, and true.
    pub(super) fn doubtful(&self, query: &Query) -> Result<(Vec<usize>, bool), Error> {
        let mut all = Vec::new();
        for at in 0..query.terms().len() {
            let lessons = self.usual(&query.only(at).expression(Fit::Beginning), USUAL)?;
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
    fn fewer(&self, mut query: Query, facets: &Facets) -> Result<Option<Query>, Error> {
        while query.terms().len() > 1 {
            let mut left_out = (0, 0);
            for at in 0..query.terms().len() {
                let lessons = self.usual(&query.only(at).expression(Fit::Beginning), COMMON)?;
                // What no lesson has goes first.
                let goes = if lessons == 0 { COMMON + 1 } else { lessons };
                if goes > left_out.0 {
                    left_out = (goes, at);
                }
            }
            query = query.without(left_out.1);
            if self.finds(&query, facets)? {
                return Ok(Some(query));
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
