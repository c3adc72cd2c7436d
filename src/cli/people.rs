//! What the commands about people share: whom a name means, and how a password is asked for.

use std::io::{BufRead, IsTerminal, Read as _};

use anyhow::{Context as _, bail};

use crate::auth::password;
use crate::catalogue::{Catalogue, Person};
use crate::search::nearest::nearest;

/// The person called `name`.
pub(super) fn known(catalogue: &Catalogue, name: &str) -> anyhow::Result<Person> {
    let wanted = name.to_owned();
    if let Some(person) = catalogue.read_blocking(move |c| c.person_named(&wanted))? {
        return Ok(person);
    }
    let people = catalogue.read_blocking(|c| c.people())?;
    let near = nearest(name, people.iter().map(|p| p.name.as_str()), 3);
    if near.is_empty() {
        bail!("there is nobody called {name:?}; teledars user list shows everybody");
    }
    bail!(
        "there is nobody called {name:?}; did you mean {}?",
        near.join(" or ")
    );
}

/// A new password: asked for twice on a terminal without showing it, else the first line of standard input.
pub(super) fn ask_password(name: &str) -> anyhow::Result<String> {
    if !std::io::stdin().is_terminal() {
        let mut line = String::new();
        // One byte more than is taken, so that a longer one is noticed.
        let most = password::LONGEST as u64 + 3;
        let read = std::io::stdin().lock().take(most).read_line(&mut line);
        read.context("the password could not be read from standard input")?;
        let password = line.strip_suffix('\n').unwrap_or(&line);
        let password = password.strip_suffix('\r').unwrap_or(password);
        if password.is_empty() {
            bail!("there is no password; write it as the first line of standard input");
        }
        return Ok(password.to_owned());
    }
    let first = rpassword::prompt_password(format!("New password of {name}: "))?;
    if first != rpassword::prompt_password("The same again: ")? {
        bail!("the two passwords differ; nothing was changed");
    }
    Ok(first)
}
