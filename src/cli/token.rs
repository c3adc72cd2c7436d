//! `teledars token`: what programs act by.

use super::user::role;
use super::{Outcome, existing_archive, print};
use crate::auth::secret::Secret;
use crate::catalogue::{Catalogue, Change, NewToken, PersonRole, Token};
use crate::clock;
use crate::config::General;
use crate::units::TokenId;

/// What `token` can be told.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Print a new token, which is shown this once. It acts as a person, who is added without a password
    /// when there is nobody of this name.
    Create {
        /// Who acts with it.
        name: String,
        /// What it may do, at most what the person may; worker: only teledars worker.
        #[arg(long, value_parser = role())]
        role: PersonRole,
        /// Days until it expires.
        #[arg(long, default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..=36_500))]
        days: u32,
        /// What it is for, to tell it from others.
        #[arg(long)]
        label: Option<String>,
    },
    /// Show the tokens, the newest first: number, person, role, state, what it is for.
    List,
    /// Take a token back, by the number that list shows.
    Revoke {
        /// Its number.
        id: i64,
    },
}

pub(super) fn run(general: &General, arguments: Arguments) -> anyhow::Result<Outcome> {
    match arguments.action {
        Action::Create {
            name,
            role,
            days,
            label,
        } => {
            let catalogue = Catalogue::open(&general.data, 1)?;
            let wanted = name.clone();
            let there = catalogue.read_blocking(move |c| c.person_named(&wanted))?;
            if let Some(person) = &there {
                if !person.role.grants(role) {
                    anyhow::bail!(
                        "{:?} is {}: a token of theirs cannot be {}; give them the role first with teledars user role",
                        person.name,
                        person.role.as_str(),
                        role.as_str()
                    );
                }
                if person.disabled.is_some() {
                    anyhow::bail!(
                        "{:?} is disabled, and so would the token be; let them in first with teledars user enable",
                        person.name
                    );
                }
            }
            let secret = Secret::token()?;
            let hash = secret.hash();
            let expires = clock::now().after_days(days);
            catalogue.write_blocking(move |c| {
                let person = match c.snapshot().person_named(&name)? {
                    Some(person) => person.id,
                    None => c.add_person(None, &name, role, None)?,
                };
                let token = NewToken {
                    person,
                    role,
                    label,
                    expires,
                };
                c.add_token(None, &hash, &token)
            })?;
            print(secret.told())?;
        }
        Action::List => {
            existing_archive(general)?;
            let catalogue = Catalogue::open(&general.data, 1)?;
            for token in catalogue.read_blocking(|c| c.tokens(None))? {
                print(&line(&token))?;
            }
        }
        Action::Revoke { id } => {
            existing_archive(general)?;
            let catalogue = Catalogue::open(&general.data, 1)?;
            let revoke = move |c: &Change<'_>| c.revoke_token(None, TokenId(id), None);
            let revoked = catalogue.write_blocking(revoke)?;
            if !revoked {
                anyhow::bail!(
                    "there is no token with the number {id}; teledars token list shows them"
                );
            }
        }
    }
    Ok(Outcome::Done)
}

fn line(token: &Token) -> String {
    let day = |at: clock::UnixMillis| {
        let time = at.timestamp();
        time.map_or(String::new(), |t| t.strftime("%Y-%m-%d").to_string())
    };
    let state = match token.revoked {
        Some(at) => format!("revoked {}", day(at)),
        None if token.expires <= clock::now() => format!("expired {}", day(token.expires)),
        None => format!("until {}", day(token.expires)),
    };
    let parts = [
        token.id.to_string(),
        token.name.clone(),
        token.role.as_str().to_owned(),
        state,
        token.label.clone().unwrap_or_default(),
    ];
    parts.join("\t").trim_end().to_owned()
}
