//! Any sequence of what a teacher does, beside a naive model: a list of versions, of which undoing one puts back what
//! it changed, if nobody changed it again.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::json;

use super::*;

/// What a lesson is, as far as this test goes.
#[derive(Clone, Debug, PartialEq)]
struct State {
    title: String,
    number: Option<u32>,
    teachers: Vec<String>,
    visibility: &'static str,
    reason: Option<String>,
    shown: Option<u32>,
    /// By edition and language. Each time that captions are put they are others, even if they say the same.
    captions: BTreeMap<(u32, &'static str), (u32, String)>,
}

#[derive(Clone, Debug)]
enum Act {
    Title(u8),
    Number(Option<u8>),
    Teachers(Vec<u8>),
    TitleAndNumber(u8, u8),
    Visibility(&'static str),
    Withdraw(u8),
    Reinstate,
    Record,
    Show(u8),
    Captions(&'static str, u8),
    RemoveCaptions(&'static str),
    Undo(prop::sample::Index),
}

fn act() -> impl Strategy<Value = Act> {
    let language = || prop::sample::select(vec!["az", "ru"]);
    prop_oneof![
        2 => (0..3_u8).prop_map(Act::Title),
        1 => prop::option::of(1..3_u8).prop_map(Act::Number),
        1 => prop::collection::vec(0..3_u8, 0..3).prop_map(Act::Teachers),
        1 => (0..3_u8, 1..3_u8).prop_map(|(title, number)| Act::TitleAndNumber(title, number)),
        2 => prop::sample::select(vec!["draft", "unlisted", "public"]).prop_map(Act::Visibility),
        1 => (0..2_u8).prop_map(Act::Withdraw),
        1 => Just(Act::Reinstate),
        1 => Just(Act::Record),
        1 => (1..4_u8).prop_map(Act::Show),
        2 => (language(), 0..2_u8).prop_map(|(language, text)| Act::Captions(language, text)),
        1 => language().prop_map(Act::RemoveCaptions),
        6 => any::<prop::sample::Index>().prop_map(Act::Undo),
    ]
}

struct Model {
    /// The first is how the lesson began; each of the others was made by a change.
    versions: Vec<State>,
    /// The number of the captions that were put last.
    put: u32,
    editions: u32,
}

impl Model {
    fn now(&self) -> &State {
        &self.versions[self.versions.len() - 1]
    }

    /// The state after an act; `None`: it is refused.
    fn after(&mut self, act: &Act) -> Option<State> {
        let mut state = self.now().clone();
        let was = self.versions.iter().any(|v| v.visibility != "draft");
        match act {
            Act::Title(n) => state.title = format!("Dərs {n}"),
            Act::Number(n) => state.number = n.map(u32::from),
            Act::Teachers(names) => {
                state.teachers = names.iter().map(|n| format!("Müəllim; {n}")).collect()
            }
            Act::TitleAndNumber(title, number) => {
                state.title = format!("Dərs {title}");
                state.number = Some((*number).into());
            }
            Act::Visibility("draft") if was => return None,
            Act::Visibility(visibility) => state.visibility = visibility,
            Act::Withdraw(_) if !was || state.reason.is_some() => return None,
            Act::Withdraw(n) => state.reason = Some(format!("səhv {n}")),
            Act::Reinstate => state.reason = Some(state.reason?).filter(|_| false),
            Act::Record => {
                let (before, now) = (state.shown, self.editions + 1);
                self.editions = now;
                let carried: Vec<_> = state
                    .captions
                    .iter()
                    .filter(|((edition, _), _)| Some(*edition) == before)
                    .collect();
                let carried: Vec<_> = carried
                    .into_iter()
                    .map(|((_, l), (_, text))| (*l, text.clone()))
                    .collect();
                for (language, text) in carried {
                    self.put += 1;
                    state.captions.insert((now, language), (self.put, text));
                }
                state.shown = Some(now);
            }
            Act::Show(n) if u32::from(*n) > self.editions => return None,
            Act::Show(n) => state.shown = Some((*n).into()),
            Act::Captions(language, n) => {
                let text = format!("mətn {n}");
                let place = (state.shown?, *language);
                if state
                    .captions
                    .get(&place)
                    .is_none_or(|(_, old)| *old != text)
                {
                    self.put += 1;
                    state.captions.insert(place, (self.put, text));
                }
            }
            Act::RemoveCaptions(language) => {
                state.captions.remove(&(state.shown?, *language))?;
            }
            Act::Undo(of) => return self.undone(of.index(self.versions.len())),
        }
        Some(state)
    }

    /// What change number `of` changed is as it was before, if it is as it left it. The first is the beginning.
    fn undone(&self, of: usize) -> Option<State> {
        let (before, after) = (self.versions.get(of.checked_sub(1)?)?, &self.versions[of]);
        let mut now = self.now().clone();
        macro_rules! back {
            ($($field:ident),+) => {
                $(if before.$field != after.$field {
                    if now.$field != after.$field {
                        return None;
                    }
                    now.$field = before.$field.clone();
                })+
            };
        }
        if before.visibility == "draft" && after.visibility != "draft" {
            return None;
        }
        if before.shown != after.shown {
            // Captions that went on to new footage stay with it.
            if now.shown != after.shown {
                return None;
            }
            now.shown = Some(before.shown?);
            return Some(now);
        }
        back!(title, number, teachers, visibility, reason);
        let places: BTreeSet<_> = before
            .captions
            .keys()
            .chain(after.captions.keys())
            .collect();
        for place in places {
            if before.captions.get(place) == after.captions.get(place) {
                continue;
            }
            let same = now.captions.get(place) == after.captions.get(place);
            if !same || now.shown != Some(place.0) {
                return None;
            }
            match before.captions.get(place) {
                Some(old) => now.captions.insert(*place, old.clone()),
                None => now.captions.remove(place),
            };
        }
        Some(now)
    }
}

/// The same act at the desk.
fn done(archive: &Archive, author: &Author, code: Code, act: &Act) -> Result<(), Error> {
    let desk = &archive.desk;
    let said = match act {
        Act::Title(n) => json!({"title": format!("Dərs {n}")}),
        Act::Number(n) => json!({"lesson_number": n}),
        Act::Teachers(names) => {
            let names: Vec<String> = names.iter().map(|n| format!("Müəllim; {n}")).collect();
            json!({"teachers": names})
        }
        Act::TitleAndNumber(title, number) => {
            json!({"title": format!("Dərs {title}"), "lesson_number": number})
        }
        Act::Visibility(visibility) => json!({"visibility": visibility}),
        Act::Withdraw(n) => return desk.withdraw(author, code, &format!("səhv {n}")).map(drop),
        Act::Reinstate => return desk.reinstate(author, code).map(drop),
        Act::Record => {
            archive.record(author, code, b"footage");
            return Ok(());
        }
        Act::Show(n) => return desk.show_edition(author, code, (*n).into()).map(drop),
        Act::Captions(language, n) => {
            return desk
                .put_captions(author, code, language, &vtt(&format!("mətn {n}")))
                .map(drop);
        }
        Act::RemoveCaptions(language) => {
            return desk.remove_captions(author, code, language).map(drop);
        }
        Act::Undo(of) => {
            let mut past = desk.history(author, code, None, 1000)?;
            past.reverse();
            return desk
                .undo(author, code, past[of.index(past.len())].id)
                .map(drop);
        }
    };
    archive.edit(author, code, said).map(drop)
}

/// The lesson, as far as the model knows it, with the captions of the edition that is shown.
type Told = (
    String,
    Option<u32>,
    Vec<String>,
    &'static str,
    Option<String>,
    Option<u32>,
    Vec<(String, String)>,
);

fn told_by_the_desk(archive: &Archive, code: Code) -> Told {
    let lesson = archive.now(code);
    let said = lesson.description;
    (
        said.title,
        said.lesson_number,
        said.teachers,
        said.visibility.as_str(),
        lesson.withdrawn.map(|w| w.reason),
        lesson.recording.map(|r| r.edition),
        archive.captions(code),
    )
}

fn told_by_the_model(state: &State) -> Told {
    let shown = state
        .captions
        .iter()
        .filter(|((edition, _), _)| Some(*edition) == state.shown);
    (
        state.title.clone(),
        state.number,
        state.teachers.clone(),
        state.visibility,
        state.reason.clone(),
        state.shown,
        shown
            .map(|((_, language), (_, text))| ((*language).to_owned(), text.clone()))
            .collect(),
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn history_and_lesson_agree_whatever_is_done_and_undone(acts in prop::collection::vec(act(), 1..40)) {
        let archive = archive();
        let editor = archive.person("Leyla", PersonRole::Editor, &[]);
        let code = archive.lesson(&editor, json!({"title": "Dərs 0"})).lesson.code;
        let mut model = Model {
            versions: vec![State {
                title: "Dərs 0".into(),
                number: None,
                teachers: Vec::new(),
                visibility: "draft",
                reason: None,
                shown: None,
                captions: BTreeMap::new(),
            }],
            put: 0,
            editions: 0,
        };
        for act in &acts {
            let before = archive.state();
            let foreseen = model.after(act);
            let result = done(&archive, &editor, code, act);
            prop_assert_eq!(result.is_ok(), foreseen.is_some(), "{:?} {:?} {:?}", act, result, model.versions);
            match foreseen {
                Some(state) if state != *model.now() => model.versions.push(state),
                _ => prop_assert_eq!(archive.state(), before, "{:?}", act),
            }
            prop_assert_eq!(told_by_the_desk(&archive, code), told_by_the_model(model.now()), "{:?}", act);
            prop_assert_eq!(archive.actions(code).len(), model.versions.len(), "{:?}", act);
        }
        archive.expect_sound();
    }
}
