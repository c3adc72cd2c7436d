//! What search engines and libraries read of a page: schema.org's terms as JSON-LD, with those of LRMI. It stands in the page
//! as data that no browser runs.

use serde_json::{Map, Value, json};

use super::embed;
use super::lesson::spoken;
use super::lesson_ways::medium;
use super::page::{Page, Visit, path};
use crate::catalogue::{Card, Chapter, Kind, Lesson, Recording, Role, Visibility, Vocabulary};
use crate::clock::UnixMillis;
use crate::units::Millis;
use crate::words;

/// A lesson and where it stands. `None`: it is not for everybody, and what is not listed is not described to machines.
pub(super) fn of_lesson(
    visit: &Visit,
    vocabulary: &Vocabulary,
    page: &Page,
    lesson: &Lesson,
) -> Option<String> {
    if lesson.description.visibility != Visibility::Public {
        return None;
    }
    let here = page.canonical.clone()?;
    let mut work = resource(visit, vocabulary, page, lesson, &here);
    if let (Some(recording), Some(played)) = (&lesson.recording, medium(lesson)) {
        describe_medium(visit, lesson, (recording, played), &here, &mut work);
    }
    let name = lesson.description.title.as_str();
    Some(written(vec![said(work), trail(visit, page, Some(name))]))
}

/// A shelf: its lessons in order, by their addresses.
pub(super) fn of_shelf(visit: &Visit, page: &Page, cards: &[Card]) -> String {
    let item = |(at, card): (usize, &Card)| {
        let own = path(visit.language, &format!("/l/{}", card.code));
        json!({"@type": "ListItem", "position": at + 1, "url": visit.origin().url(&own)})
    };
    let list = json!({
        "@type": "ItemList",
        "itemListElement": cards.iter().enumerate().map(item).collect::<Vec<_>>(),
    });
    written(vec![list, trail(visit, page, None)])
}

/// What is known of a lesson, be it recorded or not.
fn resource(
    visit: &Visit,
    vocabulary: &Vocabulary,
    page: &Page,
    lesson: &Lesson,
    here: &str,
) -> Map<String, Value> {
    let language = visit.language;
    let code = language.code();
    let d = &lesson.description;
    let zone = &visit.app.zone;
    let moment = |at: UnixMillis| words::iso_time(at, zone);
    let grades = d
        .grades
        .iter()
        .map(|id| vocabulary.grade(id).map_or(id.as_str(), |g| g.name(code)));
    let subject = vocabulary.subject(&d.subject);
    let people = d
        .teachers
        .iter()
        .map(|name| json!({"@type": "Person", "name": name}));
    let aims = d.curriculum.iter().map(|(framework, name)| {
        json!({
            "@type": "AlignmentObject", "alignmentType": "teaches",
            "educationalFramework": framework, "targetName": name,
        })
    });
    let lasts = lesson.recording.as_ref().map(|r| r.duration);
    let airings = d.broadcasts.iter().enumerate().map(|(at, airing)| {
        let channel = vocabulary.channel(&airing.channel);
        // As long as its recording; repeats are never live.
        let end = lasts.map(|lasts| moment(airing.at.after_seconds(lasts.whole_seconds())));
        said(members(json!({
            "@type": "BroadcastEvent",
            "startDate": moment(airing.at),
            "endDate": end,
            "isLiveBroadcast": d.kind == Kind::Live && at == 0,
            "publishedOn": {
                "@type": "BroadcastService",
                "name": channel.map_or(airing.channel.as_str(), |c| c.name(code)),
            },
        })))
    });
    let work = json!({
        "@type": "LearningResource",
        "@id": visit.origin().url(format_args!("/l/{}", lesson.code)),
        "url": here,
        "identifier": lesson.code.to_string(),
        "name": d.title,
        "description": d.description.as_ref().unwrap_or(&page.description),
        "inLanguage": spoken(vocabulary, lesson),
        "isAccessibleForFree": true,
        "learningResourceType": language.with("kind", &[("kind", d.kind.as_str().into())]),
        "educationalLevel": grades.collect::<Vec<_>>(),
        "about": subject.map(|s| json!({"@type": "Thing", "name": s.name(code)})),
        "teaches": d.topic,
        "educationalAlignment": aims.collect::<Vec<_>>(),
        "isPartOf": d.programme.as_ref().map(|name| json!({"@type": "CreativeWorkSeries", "name": name})),
        "position": d.lesson_number,
        "creator": people.collect::<Vec<_>>(),
        "license": d.license.as_deref().map(license),
        "copyrightNotice": d.rights_holder,
        "publication": airings.collect::<Vec<_>>(),
        "datePublished": lesson.published.map(moment),
        "dateModified": moment(lesson.updated),
    });
    members(work)
}

/// Adds what is known of a recording that can be watched, or heard.
fn describe_medium(
    visit: &Visit,
    lesson: &Lesson,
    (recording, (content, mime)): (&Recording, (&str, &str)),
    here: &str,
    work: &mut Map<String, Value>,
) {
    let origin = visit.origin();
    let below = |path: &str| origin.url(format_args!("/l/{}/{path}", lesson.code));
    let kind = match recording.size {
        Some(_) => "VideoObject",
        None => "AudioObject",
    };
    let poster = lesson.files_of(Role::Poster).next();
    let captions = lesson
        .files_of(Role::Captions)
        .filter_map(|f| f.file.language.as_deref());
    let captions: Vec<Value> = captions
        .map(|tag| {
            json!({
                "@type": "MediaObject", "encodingFormat": "text/vtt", "inLanguage": tag,
                "contentUrl": below(&format!("captions/{tag}.vtt")),
            })
        })
        .collect();
    let features = [
        ("captions", !captions.is_empty()),
        ("transcript", !captions.is_empty()),
        ("signLanguage", lesson.description.interpreter.is_some()),
    ];
    let features = features.iter().filter(|(_, has)| *has);
    let published = lesson.published.unwrap_or(lesson.updated);
    for (name, value) in [
        ("@type", json!([kind, "LearningResource"])),
        ("contentUrl", json!(below(content))),
        ("encodingFormat", json!(mime)),
        ("embedUrl", json!(embed::address(visit, lesson.code, ""))),
        ("duration", json!(recording.duration.iso())),
        (
            "uploadDate",
            json!(words::iso_time(published, &visit.app.zone)),
        ),
        ("thumbnailUrl", json!(poster.map(|_| below("poster.jpg")))),
        ("width", json!(recording.size.map(|(width, _)| width))),
        ("height", json!(recording.size.map(|(_, height)| height))),
        ("caption", json!(captions)),
        (
            "accessibilityFeature",
            json!(features.map(|(name, _)| *name).collect::<Vec<_>>()),
        ),
        ("hasPart", json!(clips(lesson, recording.duration, here))),
        (
            "potentialAction",
            json!({
                "@type": "SeekToAction",
                "target": format!("{here}?t={{seek_to_second_number}}"),
                "startOffset-input": "required name=seek_to_second_number",
            }),
        ),
    ] {
        work.insert(name.into(), value);
    }
}

/// The chapters as parts of the recording: from whole second to whole second, none without a length.
fn clips(lesson: &Lesson, lasts: Millis, here: &str) -> Vec<Value> {
    let chapters = &lesson.description.chapters;
    let start = |at: usize| chapters.get(at).map(|c| c.start.whole_seconds());
    let end = lasts.whole_seconds();
    let clip = |(at, chapter): (usize, &Chapter)| {
        let from = chapter.start.whole_seconds();
        let until = start(at + 1).map_or(end, |next| next.min(end));
        (from < until).then(|| {
            json!({
                "@type": "Clip", "name": chapter.title, "startOffset": from, "endOffset": until,
                "url": format!("{here}?t={from}"),
            })
        })
    };
    chapters.iter().enumerate().filter_map(clip).collect()
}

/// An address of the licence where it is one or is known by its identifier, as those of Creative Commons are; else its name.
fn license(text: &str) -> Value {
    if ["https://", "http://"].iter().any(|s| text.starts_with(s)) {
        return json!(text);
    }
    match creative_commons(text) {
        Some(url) => json!(url),
        None => json!({"@type": "CreativeWork", "name": text}),
    }
}

/// `CC-BY-SA-4.0` (SPDX) is at `https://creativecommons.org/licenses/by-sa/4.0/`.
fn creative_commons(spdx: &str) -> Option<String> {
    if spdx == "CC0-1.0" {
        return Some("https://creativecommons.org/publicdomain/zero/1.0/".into());
    }
    let (parts, version) = spdx.strip_prefix("CC-")?.rsplit_once('-')?;
    let known = ["BY", "BY-SA", "BY-NC", "BY-ND", "BY-NC-SA", "BY-NC-ND"].contains(&parts)
        && ["1.0", "2.0", "2.5", "3.0", "4.0"].contains(&version);
    known.then(|| {
        let parts = parts.to_ascii_lowercase();
        format!("https://creativecommons.org/licenses/{parts}/{version}/")
    })
}

/// The way from the first page to this one, as the page's own links show it; `here` is its name where they do not have it.
fn trail(visit: &Visit, page: &Page, here: Option<&str>) -> Value {
    let steps = page.crumbs.iter().map(|crumb| {
        let href = crumb.href.as_deref().map(|href| visit.origin().url(href));
        (crumb.name.as_str(), href)
    });
    let steps = steps.chain(here.map(|name| (name, None)));
    let steps = steps.enumerate().map(|(at, (name, item))| {
        let mut step = json!({"@type": "ListItem", "position": at + 1, "name": name});
        if let Some(item) = item {
            step["item"] = json!(item);
        }
        step
    });
    json!({"@type": "BreadcrumbList", "itemListElement": steps.collect::<Vec<_>>()})
}

/// Without what is not known.
fn said(mut work: Map<String, Value>) -> Value {
    work.retain(|_, value| match value {
        Value::Null => false,
        Value::Array(values) => !values.is_empty(),
        _ => true,
    });
    Value::Object(work)
}

fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// As the content of a script element, which nothing in it can end: `<` stands in strings alone, where JSON may write it
/// otherwise (HTML §4.12.1.3).
fn written(graph: Vec<Value>) -> String {
    let all = json!({"@context": "https://schema.org", "@graph": graph});
    all.to_string().replace('<', "\\u003c")
}
