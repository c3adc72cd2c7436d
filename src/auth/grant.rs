//! Links that end: what stands in them, and what it is known by. What they open is decided in [`super::access`].
//!
//! A grant is the key of a row under the archive's seal. The row says which lesson, until when and who made it, so that a link
//! can be taken back; the seal keeps anybody from making one, and a copy of the catalogue's table from being of use. Since both
//! stay, a link can be shown again to whoever may make another one: hiding it from them would only make more links.

use super::seal::Sealer;
use crate::catalogue::LinkKey;
use crate::clock::UnixMillis;

/// What the archive's seal is for here.
const PURPOSE: &str = "lesson link";

/// Characters of a grant as it stands in an address: 12 and 32 bytes in base64url, and a dot.
pub const CHARACTERS: usize = 16 + 1 + 43;

/// What somebody holds who comes by a link, and when they come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// `None`: this archive never made it.
    pub(super) key: Option<LinkKey>,
    /// When it is shown.
    pub(super) at: UnixMillis,
}

impl Grant {
    /// What the part of an address comes to, shown at this moment.
    pub fn shown(sealer: &Sealer, text: &str, at: UnixMillis) -> Self {
        let said = sealer.open(PURPOSE, text);
        Self {
            key: said.and_then(|said| said.try_into().ok()),
            at,
        }
    }
}

/// What stands in the address of the link of this key. It needs no escape there.
pub fn told(sealer: &Sealer, key: &LinkKey) -> String {
    sealer.seal(PURPOSE, key)
}

/// The path of a lesson by the link of this key: it says no language, so that each reader gets their own.
pub fn path(sealer: &Sealer, key: &LinkKey, code: crate::units::Code) -> String {
    format!("/s/{}/l/{code}", told(sealer, key))
}

/// A key for a new link.
///
/// # Errors
/// When the operating system has no randomness.
pub fn new_key() -> std::io::Result<LinkKey> {
    let mut key = LinkKey::default();
    getrandom::fill(&mut key)?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_is_known_as_it_was_made_and_in_no_other_way() {
        let (sealer, other) = (Sealer::new([7; 32]), Sealer::new([8; 32]));
        let key = [0xAB; 12];
        let text = told(&sealer, &key);
        assert_eq!(text.len(), CHARACTERS);
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        assert!(text.chars().all(plain), "{text}");
        let known = |sealer: &Sealer, text: &str| Grant::shown(sealer, text, UnixMillis(5)).key;
        assert_eq!(known(&sealer, &text), Some(key));
        assert_eq!(known(&other, &text), None);
        for at in 0..text.len() {
            for instead in "AZaz09-_.%".chars() {
                let mut forged: Vec<char> = text.chars().collect();
                if std::mem::replace(&mut forged[at], instead) != instead {
                    let forged: String = forged.into_iter().collect();
                    assert_eq!(known(&sealer, &forged), None, "{forged}");
                }
            }
        }
        for forged in [
            text.to_uppercase(),
            text.to_lowercase(),
            format!("{text}="),
            format!(" {text}"),
            // Sealed by us, but for something else, or of another length.
            sealer.seal("something else", &key),
            sealer.seal(PURPOSE, &key[..11]),
            sealer.seal(PURPOSE, b""),
        ] {
            assert_eq!(known(&sealer, &forged), None, "{forged}");
        }
    }
}
