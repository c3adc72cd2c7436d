//! A lesson in a feed.

use super::Form;
use crate::catalogue::{Lesson, Role, StoredFile, Vocabulary};
use crate::exchange::dates::rfc822;
use crate::exchange::xml::Xml;
use crate::exchange::{name, spoken, told_in};
use crate::http::origin::Origin;
use crate::units::Millis;

/// The height class that a podcast brings: it is fetched whole, often by a telephone.
const PODCAST_LINES: u32 = 360;

/// An item. The permanent address is its name for ever; files are named by their immutable addresses, whose length is the
/// file's own, where what stands under permanent ones is made anew from time to time.
pub(super) fn write(
    xml: &mut Xml,
    form: Form,
    origin: &Origin,
    vocabulary: &Vocabulary,
    lesson: &Lesson,
) {
    let Some(recording) = &lesson.recording else {
        return;
    };
    let d = &lesson.description;
    let language = told_in(spoken(vocabulary, lesson));
    let permanent = origin.url(format_args!("/l/{}", lesson.code));
    let subject = name(&vocabulary.subjects, &d.subject, language);
    xml.within("item", &[], |xml| {
        xml.element("title", &d.title);
        xml.element("link", &permanent);
        xml.element_with("guid", &[("isPermaLink", "true")], &permanent);
        if let Some(listed) = lesson.listed {
            xml.element("pubDate", &rfc822(listed));
        }
        let topic = d.topic.as_deref();
        if let Some(description) = d.description.as_deref().or(topic) {
            xml.element("description", description);
        }
        xml.element("category", subject);
        if let Some(file) = enclosed(form, lesson) {
            let (address, bytes) = (origin.url(path(file)), file.file.bytes.0.to_string());
            let attributes = [
                ("url", address.as_str()),
                ("length", bytes.as_str()),
                ("type", file.file.mime.as_str()),
            ];
            xml.empty("enclosure", &attributes);
        }
        if form.is_podcast() {
            episode(xml, origin, lesson, recording.duration);
        } else {
            media(
                xml,
                origin,
                lesson,
                recording.duration,
                spoken(vocabulary, lesson),
            );
        }
    });
}

/// The one file that is fetched with an item.
fn enclosed(form: Form, lesson: &Lesson) -> Option<&StoredFile> {
    if form == Form::Audio {
        return lesson.sound(u32::MAX);
    }
    let everywhere = |file: &&StoredFile| file.file.mime == "video/mp4";
    lesson
        .quality(Some(PODCAST_LINES))
        .filter(everywhere)
        .or_else(|| lesson.played())
}

fn path(file: &StoredFile) -> String {
    format!("/media/{}", file.file.name)
}

/// What podcast programs read: Apple's tags, and captions by the Podcast Namespace.
fn episode(xml: &mut Xml, origin: &Origin, lesson: &Lesson, duration: Millis) {
    let d = &lesson.description;
    xml.element("itunes:title", &d.title);
    xml.element("itunes:duration", &duration.whole_seconds().to_string());
    xml.element("itunes:explicit", "false");
    if !d.teachers.is_empty() {
        xml.element("itunes:author", &d.teachers.join(", "));
    }
    if let Some(number) = d.lesson_number {
        xml.element("itunes:episode", &number.to_string());
    }
    for (language, address) in captions(origin, lesson) {
        let attributes = [
            ("url", address.as_str()),
            ("type", "text/vtt"),
            ("language", language),
            ("rel", "captions"),
        ];
        xml.empty("podcast:transcript", &attributes);
    }
}

/// Every quality and the sound, the frame that plays them, the picture, the captions (Media RSS 1.5.1).
fn media(xml: &mut Xml, origin: &Origin, lesson: &Lesson, duration: Millis, language: &str) {
    let chosen = enclosed(Form::Lessons, lesson).map(|file| file.id);
    let qualities = lesson.qualities().into_iter().map(|(_, file)| file);
    let seen: Vec<&StoredFile> = qualities.collect();
    // Of sound alone there are no qualities.
    let alone = lesson.played().filter(|_| seen.is_empty());
    let heard = lesson.files_of(Role::Audio);
    xml.within("media:group", &[], |xml| {
        for file in seen.into_iter().chain(alone).chain(heard) {
            let is_default = chosen == Some(file.id);
            content(xml, origin, lesson, file, duration, language, is_default);
        }
    });
    xml.element_with(
        "media:title",
        &[("type", "plain")],
        &lesson.description.title,
    );
    let player = origin.url(format_args!("/embed/{}", lesson.code));
    xml.empty("media:player", &[("url", &player)]);
    if let Some(poster) = lesson.files_of(Role::Poster).next() {
        let address = origin.url(format_args!("/l/{}/poster.jpg", lesson.code));
        let size = poster.file.size;
        let size = size.map(|(width, height)| (width.to_string(), height.to_string()));
        let mut attributes = vec![("url", address.as_str())];
        if let Some((width, height)) = &size {
            attributes.extend([("width", width.as_str()), ("height", height.as_str())]);
        }
        xml.empty("media:thumbnail", &attributes);
    }
    for (language, address) in captions(origin, lesson) {
        let attributes = [
            ("type", "text/vtt"),
            ("lang", language),
            ("href", address.as_str()),
        ];
        xml.empty("media:subTitle", &attributes);
    }
    for teacher in &lesson.description.teachers {
        let scheme = [("role", "author"), ("scheme", "urn:ebu")];
        xml.element_with("media:credit", &scheme, teacher);
    }
    if let Some(holder) = &lesson.description.rights_holder {
        xml.element("media:copyright", holder);
    }
    if let Some(license) = &lesson.description.license {
        xml.element("media:license", license);
    }
}

fn content(
    xml: &mut Xml,
    origin: &Origin,
    lesson: &Lesson,
    file: &StoredFile,
    duration: Millis,
    language: &str,
    is_default: bool,
) {
    let f = &file.file;
    let own = lesson.recording.as_ref().and_then(|r| r.size);
    let size = if f.role == Role::Source { own } else { f.size };
    let size = size.filter(|_| f.role != Role::Audio);
    let medium = if size.is_some() { "video" } else { "audio" };
    let duration = f.duration.unwrap_or(duration);
    // Thousands of bits in a second are bits in a millisecond.
    let rate = (f.bytes.0.saturating_mul(8)).checked_div(duration.0);
    let numbers = [
        ("fileSize", Some(f.bytes.0)),
        ("bitrate", rate.filter(|rate| *rate > 0)),
        ("duration", Some(duration.whole_seconds())),
        ("width", size.map(|s| u64::from(s.0))),
        ("height", size.map(|s| u64::from(s.1))),
    ];
    let numbers: Vec<(&str, String)> = numbers
        .into_iter()
        .filter_map(|(name, number)| Some((name, number?.to_string())))
        .collect();
    let address = origin.url(path(file));
    let mut attributes = vec![
        ("url", address.as_str()),
        ("type", f.mime.as_str()),
        ("medium", medium),
        ("isDefault", if is_default { "true" } else { "false" }),
        ("expression", "full"),
    ];
    if !language.is_empty() {
        attributes.push(("lang", language));
    }
    attributes.extend(
        numbers
            .iter()
            .map(|(name, number)| (*name, number.as_str())),
    );
    xml.empty("media:content", &attributes);
}

/// The languages of a lesson's captions, and where they are.
fn captions<'l>(origin: &Origin, lesson: &'l Lesson) -> Vec<(&'l str, String)> {
    let all = lesson.files_of(Role::Captions);
    let all = all.filter_map(|file| {
        let language = file.file.language.as_deref()?;
        let path = format!("/l/{}/captions/{language}.vtt", lesson.code);
        Some((language, origin.url(&path)))
    });
    all.collect()
}
