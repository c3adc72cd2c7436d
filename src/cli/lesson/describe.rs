//! Begin, describe, publish, withdraw, delete a lesson; say whose it is.

use std::io::{IsTerminal as _, Write as _};

use anyhow::bail;

use super::{Archive, OPERATOR, Owner};
use crate::catalogue::Visibility;
use crate::cli::people::known;
use crate::cli::{Unsaid, print};
use crate::search::nearest::nearest;
use crate::sheet::Column;
use crate::sheet::fields::{self, Fields};
use crate::units::Code;

/// A field of a lesson, and what is said in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said(Column, String);

/// `FIELD=VALUE`.
pub(super) fn said(text: &str) -> Result<Said, String> {
    let Some((name, value)) = text.split_once('=') else {
        return Err("write FIELD=VALUE, such as title=Fractions; an empty VALUE takes away".into());
    };
    let Some(column) = Column::named(name) else {
        let all = Column::ALL
            .iter()
            .filter(|c| !c.is_of_files() && **c != Column::Code);
        let all: Vec<&str> = all.map(|c| c.name()).collect();
        let near = nearest(name, all.iter().copied(), 1);
        let remedy = match near.first() {
            Some(near) => format!("did you mean {near}?"),
            None => format!("the fields are {}", all.join(", ")),
        };
        return Err(format!("a lesson has no field {name:?}; {remedy}"));
    };
    match column {
        Column::Code => Err("a code is given once, when a lesson begins".into()),
        Column::File => Err("recordings are uploaded, or taken in by teledars import".into()),
        Column::Captions => Err("captions are given by teledars lesson captions CODE put".into()),
        Column::Attachments => Err("attachments are given by teledars lesson attach".into()),
        _ => Ok(Said(column, value.to_owned())),
    }
}

fn all_said(said: Vec<Said>) -> Result<Fields, Unsaid> {
    let mut all = Fields::default();
    for Said(column, value) in said {
        if all.says(column) {
            let problem =
                format!("{column} is said twice; say it once, a list with ; between its items");
            return Err(Unsaid(problem));
        }
        all.say(column, fields::Said::Cell(value));
    }
    Ok(all)
}

impl Archive<'_> {
    pub(super) fn add(&self, said: Vec<Said>) -> anyhow::Result<()> {
        let mine = self.desk.create(OPERATOR, all_said(said)?)?;
        print(mine.lesson.code.as_str())
    }

    pub(super) fn set(&self, code: Code, said: Vec<Said>) -> anyhow::Result<()> {
        let fields = all_said(said)?;
        let before = self.desk.lesson(OPERATOR, code)?.lesson;
        // What is told is what this changed, and not what somebody else did meanwhile.
        let after = self
            .desk
            .edit(OPERATOR, code, fields, Some(before.updated))?
            .lesson;
        let changed = before.description.differences(&after.description);
        let changed: Vec<&str> = changed.keys().map(String::as_str).collect();
        print(&match changed.is_empty() {
            true => format!("{code}: nothing changed: it is so already"),
            false => format!("{code}: changed {}", changed.join(", ")),
        })
    }

    pub(super) fn publish(&self, code: Code, unlisted: bool) -> anyhow::Result<()> {
        let visibility = match unlisted {
            true => Visibility::Unlisted,
            false => Visibility::Public,
        };
        let mut fields = Fields::default();
        let word = visibility.as_str().to_owned();
        fields.say(Column::Visibility, fields::Said::Cell(word));
        let lesson = self.desk.edit(OPERATOR, code, fields, None)?.lesson;
        let withdrawn = match lesson.withdrawn {
            Some(_) => "; it is withdrawn all the same, until teledars lesson reinstate",
            None => "",
        };
        print(&format!("{code}: {}{withdrawn}", visibility.as_str()))
    }

    pub(super) fn withdraw(&self, code: Code, reason: &str) -> anyhow::Result<()> {
        self.desk.withdraw(OPERATOR, code, reason)?;
        print(&format!("{code}: withdrawn; copies elsewhere may remain"))
    }

    pub(super) fn reinstate(&self, code: Code) -> anyhow::Result<()> {
        let lesson = self.desk.reinstate(OPERATOR, code)?.lesson;
        print(&format!(
            "{code}: {} again",
            lesson.description.visibility.as_str()
        ))
    }

    pub(super) fn delete(&self, code: Code, yes: bool) -> anyhow::Result<()> {
        let lesson = self.desk.lesson(OPERATOR, code)?.lesson;
        // What cannot be deleted is not asked about.
        if lesson.published.is_none() && !yes {
            if !std::io::stdin().is_terminal() {
                let problem =
                    "nobody is there to be asked; say --yes to delete the draft with its bytes";
                return Err(Unsaid(problem.into()).into());
            }
            let bytes: u64 = self
                .desk
                .editions(OPERATOR, code)?
                .iter()
                .map(|e| e.bytes.0)
                .sum();
            let title = &lesson.description.title;
            let question = format!(
                "Delete the draft {code}, {title:?}, and its {bytes} bytes for good? (yes/no) "
            );
            let mut out = std::io::stderr();
            out.write_all(question.as_bytes())?;
            out.flush()?;
            let mut answer = String::new();
            std::io::stdin().read_line(&mut answer)?;
            if !matches!(answer.trim(), "y" | "yes") {
                bail!("nothing was deleted");
            }
        }
        let gone = self.desk.delete(OPERATOR, code)?;
        print(&match gone {
            true => format!("{code}: deleted"),
            false => format!("{code}: deleted; {LATER}"),
        })
    }

    pub(super) fn owner(&self, code: Code, what: Owner) -> anyhow::Result<()> {
        let mine = match what {
            Owner::Add { name } => {
                let person = known(&self.catalogue, &name)?;
                self.desk.add_owner(OPERATOR, code, &person.name)?
            }
            Owner::Remove { name } => {
                let person = known(&self.catalogue, &name)?;
                self.desk.remove_owner(OPERATOR, code, &person.name)?
            }
        };
        print(&match mine.owners.is_empty() {
            true => format!("{code}: nobody's; editors and administrators edit it"),
            false => format!("{code}: {}", mine.owners.join(", ")),
        })
    }
}

/// Why bytes are not gone yet.
pub(super) const LATER: &str = "an import is running: the bytes go when teledars check --repair finds them, an hour from now or later";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_said_by_its_name_and_mistypes_are_told_what_would_be_right() {
        assert_eq!(said("title=a=b"), Ok(Said(Column::Title, "a=b".into())));
        assert_eq!(said("Unit="), Ok(Said(Column::Unit, String::new())));
        for (wrong, hint) in [
            ("title", "FIELD=VALUE"),
            ("titel=x", "did you mean title?"),
            ("zzz=x", "the fields are title, description"),
            ("code=K7M2QX", "given once"),
            ("file=a.mp4", "teledars import"),
            ("captions=az:a.vtt", "lesson captions"),
            ("attachments=a.pdf", "lesson attach"),
        ] {
            let told = said(wrong).unwrap_err();
            assert!(told.contains(hint), "{wrong}: {told}");
        }
        let twice = vec![said("unit=a").unwrap(), said("unit=b").unwrap()];
        assert!(
            all_said(twice)
                .unwrap_err()
                .to_string()
                .contains("unit is said twice")
        );
    }
}
