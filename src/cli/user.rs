//! `teledars user`: who may sign in, and what they may do.

use clap::builder::{PossibleValuesParser, TypedValueParser as _};

use super::people::{ask_password, known};
use super::{Outcome, existing_archive, print};
use crate::auth::password;
use crate::catalogue::{Catalogue, Change, Error, Person, PersonRole, Scope};
use crate::config::General;
use crate::units::Bytes;

/// What `user` can be told.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Add a person. The password is asked for on a terminal, else it is the first line of standard input.
    Add {
        /// What they sign in with.
        name: String,
        /// What they may do.
        #[arg(long, value_parser = role())]
        role: PersonRole,
    },
    /// Show everybody.
    List,
    /// Give a person another role.
    Role {
        /// Who.
        name: String,
        /// What they may do.
        #[arg(value_parser = role())]
        role: PersonRole,
    },
    /// Give a person a new password, which ends their sessions. It is asked for, or the first line of standard input.
    Password {
        /// Who.
        name: String,
    },
    /// Shut a person out at once; what is theirs stays, and their tokens rest.
    Disable {
        /// Who.
        name: String,
    },
    /// Let a person in again.
    Enable {
        /// Who.
        name: String,
    },
    /// Limit an editor to parts of the archive.
    Scope {
        /// Who.
        name: String,
        /// A grade (7), a subject (mathematics), or a subject in a grade (7/mathematics).
        #[arg(required_unless_present = "everything")]
        scopes: Vec<String>,
        /// Take all limits away.
        #[arg(long, conflicts_with = "scopes")]
        everything: bool,
    },
    /// Set how much a person may upload.
    Quota {
        /// Who.
        name: String,
        /// Bytes, with kB, MB, GB or TB (thousands); or default: as the setting says.
        #[arg(value_parser = quota)]
        quota: Quota,
    },
}

/// One of the roles, by its word.
pub(super) fn role() -> impl clap::builder::TypedValueParser<Value = PersonRole> {
    let words = PersonRole::ALL.iter().map(|r| r.as_str());
    PossibleValuesParser::new(words).try_map(|word| {
        PersonRole::from_word(&word).ok_or("a role is worker, teacher, editor or admin")
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Quota(Option<Bytes>);

fn quota(text: &str) -> Result<Quota, String> {
    if text == "default" {
        return Ok(Quota(None));
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let times = match unit.trim() {
        "" | "B" => 1,
        "kB" | "KB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "TB" => 1_000_000_000_000,
        _ => return Err("write a number with kB, MB, GB or TB, such as 50GB; or default".into()),
    };
    let bytes = number.parse().ok().and_then(|n: u64| n.checked_mul(times));
    let bytes = bytes.filter(|b| i64::try_from(*b).is_ok());
    let bytes = bytes.ok_or("write a whole number below 9000000 TB, such as 50GB; or default")?;
    Ok(Quota(Some(Bytes(bytes))))
}

pub(super) fn run(general: &General, arguments: Arguments) -> anyhow::Result<Outcome> {
    match arguments.action {
        Action::Add { name, role } => {
            let catalogue = Catalogue::open(&general.data, 1)?;
            // Before a password is asked for in vain.
            let there = name.clone();
            if let Some(other) = catalogue.read_blocking(move |c| c.person_named(&there))? {
                return Err(Error::NameTaken(other.name).into());
            }
            let hash = password::hash(&ask_password(&name)?)?;
            catalogue.write_blocking(move |c| c.add_person(None, &name, role, Some(&hash)))?;
        }
        Action::List => {
            existing_archive(general)?;
            let catalogue = Catalogue::open(&general.data, 1)?;
            for person in catalogue.read_blocking(|c| c.people())? {
                print(&line(&person))?;
            }
        }
        Action::Role { name, role } => edit(general, &name, move |c, person| {
            c.set_role(None, person.id, role)
        })?,
        Action::Password { name } => {
            let catalogue = open(general)?;
            let person = known(&catalogue, &name)?;
            let hash = password::hash(&ask_password(&person.name)?)?;
            catalogue.write_blocking(move |c| c.set_password(None, person.id, &hash))?;
        }
        Action::Disable { name } => edit(general, &name, |c, person| c.disable(None, person.id))?,
        Action::Enable { name } => edit(general, &name, |c, person| c.enable(None, person.id))?,
        Action::Scope { name, scopes, .. } => {
            let catalogue = open(general)?;
            let person = known(&catalogue, &name)?;
            let vocabulary = catalogue.read_blocking(|c| c.vocabulary())?;
            let scopes = scopes.iter().map(|text| Scope::read(text, &vocabulary));
            let scopes = scopes.collect::<Result<Vec<_>, _>>()?;
            catalogue.write_blocking(move |c| c.set_scopes(None, person.id, &scopes))?;
        }
        Action::Quota {
            name,
            quota: Quota(quota),
        } => edit(general, &name, move |c, person| {
            c.set_quota(None, person.id, quota)
        })?,
    }
    Ok(Outcome::Done)
}

fn open(general: &General) -> anyhow::Result<Catalogue> {
    existing_archive(general)?;
    Ok(Catalogue::open(&general.data, 1)?)
}

fn edit(
    general: &General,
    name: &str,
    change: impl FnOnce(&Change<'_>, &Person) -> Result<(), Error> + Send + 'static,
) -> anyhow::Result<()> {
    let catalogue = open(general)?;
    let person = known(&catalogue, name)?;
    Ok(catalogue.write_blocking(move |c| change(c, &person))?)
}

/// Tab-separated, for people and for `cut`: name, role, then what is out of the ordinary.
fn line(person: &Person) -> String {
    let mut parts = vec![person.name.clone(), person.role.as_str().to_owned()];
    let mut notes = Vec::new();
    if person.disabled.is_some() {
        notes.push("disabled".to_owned());
    }
    if !person.has_password {
        notes.push("no password".to_owned());
    }
    if !person.scopes.is_empty() {
        let scopes: Vec<String> = person.scopes.iter().map(ToString::to_string).collect();
        notes.push(format!("only {}", scopes.join(" ")));
    }
    if let Some(quota) = person.quota {
        notes.push(format!("quota {} bytes", quota.0));
    }
    if !notes.is_empty() {
        parts.push(notes.join(", "));
    }
    parts.join("\t")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_is_bytes_in_thousands_or_the_default() {
        assert_eq!(quota("default"), Ok(Quota(None)));
        assert_eq!(quota("0"), Ok(Quota(Some(Bytes(0)))));
        assert_eq!(quota("50GB"), Ok(Quota(Some(Bytes(50_000_000_000)))));
        assert_eq!(quota("5 MB"), Ok(Quota(Some(Bytes(5_000_000)))));
        for bad in ["", "GB", "1GiB", "-1", "1.5GB", "99999999TB", "none"] {
            assert!(quota(bad).is_err(), "{bad}");
        }
    }
}
