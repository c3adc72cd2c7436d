//! What the claims of a launch lead to: a lesson, or a choice of lessons. Of whoever comes, nothing is read but their roles,
//! and those are not kept.

use serde_json::Value;

use super::Refusal;
use super::address::{origin_of, safe};
use super::beginning::at_home;
use super::message::{Aim, ItemKind, Picking, Watching};
use super::refusal::{Claim, shown};
use super::token::{Claims, LTI, Message, full_name, wrong};
use crate::catalogue::Platform;
use crate::units::Code;

/// Characters of what a platform wants back with a choice; they travel in an address.
const LONGEST_DATA: usize = 4000;
/// Characters of a language's name (RFC 5646 §4.4.1).
const LONGEST_LOCALE: usize = 35;

/// Where a launch leads.
///
/// # Errors
/// A claim that is not what it should be, a code that is none, somebody who may not choose.
pub(super) fn aim(
    claims: &Claims,
    message: Message,
    platform: &Platform,
    deployment: String,
    own_origin: &str,
) -> Result<Aim, Refusal> {
    let framer = presentation(claims, "return_url").and_then(origin_of);
    match message {
        Message::ResourceLink => {
            let target = target(claims)?;
            let target = target.ok_or_else(|| {
                wrong(
                    claims,
                    Claim::Target,
                    "an address of this archive".to_owned(),
                )
            })?;
            at_home(target, own_origin)?;
            let found = match chosen(claims)? {
                Some(chosen) => Some(chosen),
                None => addressed(target)?,
            };
            Ok(found.map_or(Aim::Nothing, |(code, start)| {
                Aim::Watch(Watching {
                    platform: platform.id,
                    code,
                    start,
                    framer,
                })
            }))
        }
        Message::DeepLinking => {
            if let Some(target) = target(claims)? {
                at_home(target, own_origin)?;
            }
            may_choose(claims)?;
            picking(claims, platform, deployment, framer).map(Aim::Pick)
        }
    }
}

/// In which language the platform shows itself.
pub(super) fn locale(claims: &Claims) -> Option<String> {
    let locale = presentation(claims, "locale")?;
    let tag = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    let fits = (2..=LONGEST_LOCALE).contains(&locale.len()) && locale.bytes().all(tag);
    fits.then(|| locale.replace('_', "-"))
}

fn presentation<'a>(claims: &'a Claims, name: &str) -> Option<&'a str> {
    let presentation = claims.get(&format!("{LTI}launch_presentation"))?;
    presentation.get(name)?.as_str()
}

fn target(claims: &Claims) -> Result<Option<&str>, Refusal> {
    match claims.get(&full_name(Claim::Target)) {
        None => Ok(None),
        Some(Value::String(target)) => Ok(Some(target)),
        Some(_) => Err(wrong(
            claims,
            Claim::Target,
            "an address of this archive".to_owned(),
        )),
    }
}

/// The lesson that a teacher chose here: the platform gives `custom` back as it got it.
fn chosen(claims: &Claims) -> Result<Option<(Code, Option<u64>)>, Refusal> {
    let custom = claims.get(&format!("{LTI}custom"));
    let said = |name: &str| {
        let value = custom?.get(name)?;
        // Some platforms make numbers of texts that look like some.
        let text = value.as_str().map(str::to_owned);
        text.or_else(|| value.as_u64().map(|n| n.to_string()))
            .filter(|text| !text.trim().is_empty())
    };
    let Some(code) = said("code") else {
        return Ok(None);
    };
    let start = said("start").and_then(|start| beginning(&start));
    Ok(Some((lesson_code(code.trim())?, start)))
}

/// The lesson whose address a launch goes to: `/l/CODE`, `/embed/CODE`, each with or without a language before it.
fn addressed(target: &str) -> Result<Option<(Code, Option<u64>)>, Refusal> {
    let (address, _) = target.split_once('#').unwrap_or((target, ""));
    let (address, query) = address.split_once('?').unwrap_or((address, ""));
    let path = address.splitn(4, '/').nth(3).unwrap_or("");
    let parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    let code = match parts[..] {
        ["l" | "embed", code] => code,
        [language, "l" | "embed", code] if ["az", "ru", "en"].contains(&language) => code,
        _ => return Ok(None),
    };
    let start = query.split('&').find_map(|pair| pair.strip_prefix("t="));
    Ok(Some((lesson_code(code)?, start.and_then(beginning))))
}

fn lesson_code(text: &str) -> Result<Code, Refusal> {
    text.parse().map_err(|why| Refusal::NoCode {
        given: shown(text),
        why,
    })
}

/// Whole seconds, as the pages take them.
fn beginning(text: &str) -> Option<u64> {
    let digits = (1..=6).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|seconds| digits && *seconds > 0)
}

/// # Errors
/// [`Refusal::NotATeacher`].
fn may_choose(claims: &Claims) -> Result<(), Refusal> {
    let roles = claims.get(&format!("{LTI}roles")).and_then(Value::as_array);
    let mut roles = roles.into_iter().flatten().filter_map(Value::as_str);
    if roles.clone().any(is_teaching) {
        return Ok(());
    }
    let names = roles
        .by_ref()
        .map(|role| role.rsplit('/').next().unwrap_or(role));
    let names: Vec<&str> = names.collect();
    Err(Refusal::NotATeacher(shown(&format!(
        "[{}]",
        names.join(", ")
    ))))
}

/// Whether somebody of this role makes courses (LTI 1.3 Core appendix A.2; names without an address are old, but allowed).
fn is_teaching(role: &str) -> bool {
    const VOCABULARY: &str = "http://purl.imsglobal.org/vocab/lis/v2/";
    // A mentor is a parent or a tutor.
    const IN_COURSE: [&str; 4] = ["Instructor", "ContentDeveloper", "Administrator", "Manager"];
    const AT_SCHOOL: [&str; 4] = ["Instructor", "Faculty", "Staff", "Administrator"];
    const OF_PLATFORM: [&str; 3] = ["Administrator", "SysAdmin", "AccountAdmin"];
    let Some(role) = role.strip_prefix(VOCABULARY) else {
        return IN_COURSE.contains(&role);
    };
    let Some((kind, name)) = role.split_once('#') else {
        return false;
    };
    match kind {
        "membership" => IN_COURSE.contains(&name),
        "institution/person" => AT_SCHOOL.contains(&name),
        "system/person" => OF_PLATFORM.contains(&name),
        // membership/Instructor#TeachingAssistant
        _ => kind
            .strip_prefix("membership/")
            .is_some_and(|principal| IN_COURSE.contains(&principal)),
    }
}

/// # Errors
/// [`Refusal::Claim`] of the settings, [`Refusal::Address`], [`Refusal::AcceptsNothing`], [`Refusal::TooLong`].
fn picking(
    claims: &Claims,
    platform: &Platform,
    deployment: String,
    framer: Option<String>,
) -> Result<Picking, Refusal> {
    let lacks = |what: &str| wrong(claims, Claim::DeepLinking, what.to_owned());
    let settings = claims.get(&full_name(Claim::DeepLinking));
    let settings = settings.and_then(Value::as_object);
    let settings = settings.ok_or_else(|| lacks("an object"))?;
    let return_url = settings.get("deep_link_return_url").and_then(Value::as_str);
    let return_url = return_url.ok_or_else(|| lacks("an object with deep_link_return_url"))?;
    safe("deep_link_return_url", return_url)?;
    let types = settings.get("accept_types").and_then(Value::as_array);
    let types = types.ok_or_else(|| lacks("an object with a list accept_types"))?;
    let accepts = |kind: &str| types.iter().any(|t| t == kind);
    let kind = if accepts("ltiResourceLink") {
        ItemKind::ResourceLink
    } else if accepts("link") {
        ItemKind::Link
    } else {
        let types = Value::Array(types.clone()).to_string();
        return Err(Refusal::AcceptsNothing(shown(&types)));
    };
    let data = match settings.get("data") {
        None | Some(Value::Null) => None,
        Some(Value::String(data)) => Some(data.clone()),
        Some(_) => return Err(lacks("an object whose data is a text")),
    };
    let length = data.as_ref().map_or(0, |data| data.chars().count());
    if length > LONGEST_DATA {
        return Err(Refusal::TooLong {
            what: "data in deep_linking_settings",
            length,
            most: LONGEST_DATA,
        });
    }
    Ok(Picking {
        platform: platform.id,
        deployment,
        return_url: return_url.to_owned(),
        data,
        multiple: settings.get("accept_multiple") == Some(&Value::Bool(true)),
        kind,
        framer,
    })
}
