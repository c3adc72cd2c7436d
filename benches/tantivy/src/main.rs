//! The same lessons and queries as benches/search has, in Tantivy: what search is measured against.
//!
//! `teledars-tantivy LESSONS FOLDER` makes an index in FOLDER and says how long that took and what it weighs, then
//! answers queries, one a line: words, and perhaps a grade and a subject, with tabs between them. An answer is a line
//! as well: microseconds, and lessons found.
//!
//! As in the product, titles count most and speech least, every word must be there, longer words that begin with a word
//! fit, and words that no lesson has are taken for those that differ in a letter or two. Captions are not read.

#![allow(
    clippy::unwrap_used,
    reason = "a measurement that cannot go on says where"
)]

#[allow(dead_code, reason = "the other side uses all of it")]
#[path = "../../search/corpus.rs"]
mod corpus;
#[allow(dead_code, reason = "the product uses all of it")]
#[path = "../../../src/search/fold.rs"]
mod fold;

use std::io::{BufRead, Write};
use std::time::Instant;

use tantivy::collector::TopDocs;
use tantivy::query::{
    BooleanQuery, BoostQuery, FuzzyTermQuery, Occur, Query, RegexQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption, STRING, Schema, TextFieldIndexing, TextOptions};
use tantivy::{Index, IndexWriter, Searcher, TantivyDocument, Term};

/// Lessons of one answer.
const SHOWN: usize = 20;
/// Bytes that the writer may gather.
const MEMORY: usize = 100_000_000;

struct Fields {
    /// With what each counts.
    words: Vec<(Field, f32)>,
    grade: Field,
    subject: Field,
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let lessons: u32 = arguments.next().unwrap().parse().unwrap();
    let folder = std::path::PathBuf::from(arguments.next().unwrap());
    std::fs::create_dir_all(&folder).unwrap();

    let mut schema = Schema::builder();
    let text = TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer("whitespace")
            .set_index_option(IndexRecordOption::WithFreqs),
    );
    let fields = Fields {
        words: vec![
            (schema.add_text_field("title", text.clone()), 16.0),
            (schema.add_text_field("topic", text.clone()), 8.0),
            (schema.add_text_field("people", text.clone()), 8.0),
            (schema.add_text_field("description", text.clone()), 2.0),
            (schema.add_text_field("spoken", text), 1.0),
        ],
        grade: schema.add_text_field("grade", STRING),
        subject: schema.add_text_field("subject", STRING),
    };
    let index = Index::create_in_dir(&folder, schema.build()).unwrap();
    let corpus = corpus::Corpus::new();
    let mut spent = 0.0;
    let began = Instant::now();
    // One thread, as the catalogue has one writer.
    let mut writer: IndexWriter = index.writer_with_num_threads(1, MEMORY).unwrap();
    for n in 0..lessons {
        let making = Instant::now();
        let text = corpus.text(n);
        spent += making.elapsed().as_secs_f64();
        let spoken: Vec<String> = text.cues.iter().map(|(_, line)| folded(line)).collect();
        let mut document = TantivyDocument::new();
        let said = [
            folded(&text.title),
            folded(&format!("{} {}", text.topic, text.unit)),
            folded(&text.teacher),
            folded(&text.description),
            spoken.join(" "),
        ];
        for ((field, _), said) in fields.words.iter().zip(said) {
            document.add_text(*field, said);
        }
        document.add_text(fields.grade, &text.grade);
        document.add_text(fields.subject, text.subject);
        writer.add_document(document).unwrap();
    }
    writer.commit().unwrap();
    writer.wait_merging_threads().unwrap();
    let took = began.elapsed().as_secs_f64() - spent;
    let bytes: u64 = std::fs::read_dir(&folder)
        .unwrap()
        .map(|file| file.unwrap().metadata().unwrap().len())
        .sum();
    println!("{took:.3}\t{bytes}");

    let searcher = index.reader().unwrap().searcher();
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let mut parts = line.split('\t');
        let words = parts.next().unwrap_or_default();
        let filter: Vec<Term> = [fields.grade, fields.subject]
            .into_iter()
            .zip(parts)
            .filter(|(_, value)| !value.is_empty())
            .map(|(field, value)| Term::from_field_text(field, value))
            .collect();
        let asked = Instant::now();
        let found = search(&searcher, &fields, words, &filter);
        println!("{}\t{found}", asked.elapsed().as_micros());
        std::io::stdout().flush().unwrap();
    }
}

fn folded(text: &str) -> String {
    fold::tokens(text).join(" ")
}

/// How many lessons it shows.
fn search(searcher: &Searcher, fields: &Fields, words: &str, filter: &[Term]) -> usize {
    let tokens = fold::tokens(words);
    let found = ask(searcher, fields, &tokens, filter, false);
    match found {
        0 => ask(searcher, fields, &tokens, filter, true),
        found => found,
    }
}

fn ask(
    searcher: &Searcher,
    fields: &Fields,
    tokens: &[String],
    filter: &[Term],
    forgiving: bool,
) -> usize {
    let mut all: Vec<(Occur, Box<dyn Query>)> = Vec::new();
    for token in tokens {
        let letters = token.chars().count();
        let mut any: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        for (field, weight) in &fields.words {
            let term = Term::from_field_text(*field, token);
            let mut add = |query: Box<dyn Query>, weight| {
                let boosted: Box<dyn Query> = Box::new(BoostQuery::new(query, weight));
                any.push((Occur::Should, boosted));
            };
            add(
                Box::new(TermQuery::new(term.clone(), IndexRecordOption::WithFreqs)),
                *weight,
            );
            if letters > 1 {
                let pattern = format!("{token}.*");
                add(
                    Box::new(RegexQuery::from_pattern(&pattern, *field).unwrap()),
                    weight / 2.0,
                );
            }
            if forgiving && letters >= 4 {
                let distance = if letters < 8 { 1 } else { 2 };
                add(
                    Box::new(FuzzyTermQuery::new_prefix(term, distance, true)),
                    weight / 8.0,
                );
            }
        }
        all.push((Occur::Must, Box::new(BooleanQuery::new(any))));
    }
    for term in filter {
        let query = TermQuery::new(term.clone(), IndexRecordOption::Basic);
        all.push((Occur::Must, Box::new(query)));
    }
    let query = BooleanQuery::new(all);
    let top = TopDocs::with_limit(SHOWN).order_by_score();
    searcher.search(&query, &top).unwrap().len()
}
