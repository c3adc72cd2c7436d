//! A lesson as IEEE Learning Object Metadata (1484.12.1 in XML: 1484.12.3).

use super::About;
use super::arguments::Format;
use crate::exchange::xml::Xml;

/// The vocabulary of the standard itself.
const SOURCE: &str = "LOMv1.0";

/// What is not said is left out.
pub(super) fn write(xml: &mut Xml, about: &About<'_>) {
    let format = Format::Lom;
    let location = format!("{} {}", format.namespace(), format.schema());
    let root = [
        ("xmlns", format.namespace()),
        ("xmlns:xsi", super::INSTANCE),
        ("xsi:schemaLocation", location.as_str()),
    ];
    xml.within("lom", &root, |xml| {
        general(xml, about);
        life_cycle(xml, about);
        xml.within("metaMetadata", &[], |xml| {
            identifier(xml, about);
            xml.element("metadataSchema", SOURCE);
            xml.element("language", about.language.code());
        });
        technical(xml, about);
        educational(xml, about);
        rights(xml, about);
        classification(xml, about);
    });
}

/// §1.
fn general(xml: &mut Xml, about: &About<'_>) {
    let d = &about.lesson.description;
    xml.within("general", &[], |xml| {
        identifier(xml, about);
        own(xml, about, "title", &d.title);
        if !about.spoken.is_empty() {
            xml.element("language", about.spoken);
        }
        if let Some(description) = &d.description {
            own(xml, about, "description", description);
        }
        for keyword in [&d.unit, &d.topic].into_iter().flatten() {
            own(xml, about, "keyword", keyword);
        }
    });
}

fn identifier(xml: &mut Xml, about: &About<'_>) {
    xml.within("identifier", &[], |xml| {
        xml.element("catalog", "URI");
        xml.element("entry", &about.address);
    });
}

/// §2: who teaches, who interprets, who published it when.
fn life_cycle(xml: &mut Xml, about: &About<'_>) {
    let d = &about.lesson.description;
    xml.within("lifeCycle", &[], |xml| {
        for teacher in &d.teachers {
            contribute(xml, "author", teacher, None);
        }
        if let Some(interpreter) = &d.interpreter {
            contribute(xml, "content provider", interpreter, None);
        }
        contribute(xml, "publisher", &about.publisher(), about.first.as_deref());
    });
}

fn contribute(xml: &mut Xml, role: &str, who: &str, when: Option<&str>) {
    xml.within("contribute", &[], |xml| {
        term(xml, "role", role);
        xml.element("entity", &card(who));
        if let Some(when) = when {
            xml.within("date", &[], |xml| xml.element("dateTime", when));
        }
    });
}

/// §4.
fn technical(xml: &mut Xml, about: &About<'_>) {
    xml.within("technical", &[], |xml| {
        let source = about.lesson.source();
        if let Some(source) = source {
            xml.element("format", &source.file.mime);
            xml.element("size", &source.file.bytes.0.to_string());
        }
        xml.element("location", &about.address);
        if let Some(recording) = &about.lesson.recording {
            let length = recording.duration.iso();
            xml.within("duration", &[], |xml| xml.element("duration", &length));
        }
    });
}

/// §5.
fn educational(xml: &mut Xml, about: &About<'_>) {
    xml.within("educational", &[], |xml| {
        term(xml, "interactivityType", "expositive");
        term(xml, "learningResourceType", "lecture");
        term(xml, "intendedEndUserRole", "learner");
        term(xml, "context", "school");
        if !about.spoken.is_empty() {
            xml.element("language", about.spoken);
        }
    });
}

/// §6: nobody pays, and a licence restricts what may be done with it.
fn rights(xml: &mut Xml, about: &About<'_>) {
    let d = &about.lesson.description;
    let said: Vec<&str> = [&d.license, &d.rights_holder]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    xml.within("rights", &[], |xml| {
        term(xml, "cost", "no");
        if !said.is_empty() {
            term(xml, "copyrightAndOtherRestrictions", "yes");
            xml.within("description", &[], |xml| {
                xml.element("string", &said.join(", "))
            });
        }
    });
}

/// §9: subject, grades, standards of a curriculum.
fn classification(xml: &mut Xml, about: &About<'_>) {
    let d = &about.lesson.description;
    class(
        xml,
        about,
        "discipline",
        "subject",
        (d.subject.as_str(), Some(about.subject())),
    );
    for (id, called) in about.grades() {
        class(xml, about, "educational level", "grade", (id, Some(called)));
    }
    for (framework, code) in &d.curriculum {
        class(
            xml,
            about,
            "educational objective",
            framework,
            (code.as_str(), None),
        );
    }
}

fn class(
    xml: &mut Xml,
    about: &About<'_>,
    purpose: &str,
    source: &str,
    (id, called): (&str, Option<&str>),
) {
    xml.within("classification", &[], |xml| {
        term(xml, "purpose", purpose);
        xml.within("taxonPath", &[], |xml| {
            xml.within("source", &[], |xml| {
                xml.element_with("string", &[("language", "x-none")], source);
            });
            xml.within("taxon", &[], |xml| {
                xml.element("id", id);
                if let Some(called) = called {
                    let told = [("language", about.language.code())];
                    xml.within("entry", &[], |xml| {
                        xml.element_with("string", &told, called)
                    });
                }
            });
        });
    });
}

/// A term of the standard's own vocabulary.
fn term(xml: &mut Xml, name: &str, value: &str) {
    xml.within(name, &[], |xml| {
        xml.element("source", SOURCE);
        xml.element("value", value);
    });
}

/// A text in the lesson's own language.
fn own(xml: &mut Xml, about: &About<'_>, name: &str, text: &str) {
    xml.within(name, &[], |xml| match about.spoken {
        "" => xml.element("string", text),
        spoken => xml.element_with("string", &[("language", spoken)], text),
    });
}

/// Somebody as a vCard (RFC 2426), which is how the standard names people.
fn card(who: &str) -> String {
    let escaped: String = who
        .chars()
        .flat_map(|c| match c {
            '\\' | ',' | ';' => vec!['\\', c],
            c if c.is_control() => vec![' '],
            c => vec![c],
        })
        .collect();
    format!("BEGIN:VCARD\nVERSION:3.0\nN:{escaped}\nFN:{escaped}\nEND:VCARD")
}
