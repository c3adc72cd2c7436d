//! A lesson in unqualified Dublin Core (`oai_dc`; DCMI Metadata Terms §3).

use super::About;
use super::arguments::Format;
use crate::exchange::xml::Xml;

/// What is not said is left out. Texts that people wrote are in the language of the lesson.
pub(super) fn write(xml: &mut Xml, about: &About<'_>) {
    let format = Format::DublinCore;
    let location = format!("{} {}", format.namespace(), format.schema());
    let root = [
        ("xmlns:oai_dc", format.namespace()),
        ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
        ("xmlns:xsi", super::INSTANCE),
        ("xsi:schemaLocation", location.as_str()),
    ];
    let lesson = about.lesson;
    let d = &lesson.description;
    xml.within("oai_dc:dc", &root, |xml| {
        let own = [("xml:lang", about.spoken)];
        let own = &own[usize::from(about.spoken.is_empty())..];
        xml.element_with("dc:title", own, &d.title);
        for teacher in &d.teachers {
            xml.element("dc:creator", teacher);
        }
        if let Some(interpreter) = &d.interpreter {
            xml.element("dc:contributor", interpreter);
        }
        let told = [("xml:lang", about.language.code())];
        xml.element_with("dc:subject", &told, about.subject());
        for (_, grade) in about.grades() {
            xml.element_with("dc:subject", &told, grade);
        }
        for said in [&d.unit, &d.topic].into_iter().flatten() {
            xml.element_with("dc:subject", own, said);
        }
        if let Some(description) = &d.description {
            xml.element_with("dc:description", own, description);
        }
        xml.element("dc:publisher", &about.publisher());
        if let Some(first) = &about.first {
            xml.element("dc:date", first);
        }
        if let Some(recording) = &lesson.recording {
            let kind = match recording.size {
                Some(_) => "MovingImage",
                None => "Sound",
            };
            xml.element("dc:type", kind);
            if let Some(source) = lesson.source() {
                xml.element("dc:format", &source.file.mime);
            }
            // "Examples of dimensions include size and duration."
            xml.element("dc:format", &recording.duration.iso());
        }
        xml.element("dc:identifier", &about.address);
        if let Some(source) = &d.source_url {
            xml.element("dc:source", source);
        }
        if !about.spoken.is_empty() {
            xml.element("dc:language", about.spoken);
        }
        if let Some(programme) = &d.programme {
            xml.element_with("dc:relation", own, programme);
        }
        if let Some((isbn, _)) = &d.textbook {
            xml.element("dc:relation", &format!("urn:isbn:{isbn}"));
        }
        for said in [&d.license, &d.rights_holder].into_iter().flatten() {
            xml.element("dc:rights", said);
        }
    });
}
