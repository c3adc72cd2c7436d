//! `imsmanifest.xml` and the links of a cartridge (IMS Common Cartridge 1.1, with IEEE LOM as that profiles it).

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::catalogue::{Card, Part, Rights, ShelfName};
use crate::exchange::xml::Xml;
use crate::http::origin::Origin;
use crate::units::Code;
use crate::words::Language;

const CARTRIDGE: &str = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1";
const LOM: &str = "http://ltsc.ieee.org/xsd/imsccv1p1/LOM/manifest";
const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";
const SCHEMAS: &str = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1 \
    http://www.imsglobal.org/profile/cc/ccv1p1/ccv1p1_imscp_v1p2_v1p0.xsd \
    http://ltsc.ieee.org/xsd/imsccv1p1/LOM/manifest \
    http://www.imsglobal.org/profile/cc/ccv1p1/LOM/ccv1p1_lommanifest_v1p0.xsd";
const LINK: &str = "http://www.imsglobal.org/xsd/imsccv1p1/imswl_v1p1";
/// Of resources that are links.
const LINK_TYPE: &str = "imswl_xmlv1p1";

/// What is in a cartridge.
pub(super) struct Contents {
    /// In which it is told of.
    pub(super) language: Language,
    /// Of the shelf.
    pub(super) name: String,
    pub(super) about: String,
    /// Of the shelf's page in the reader's own language.
    pub(super) address: String,
    /// In which the lessons are taught, BCP 47.
    pub(super) spoken: Option<String>,
    pub(super) shelf: ShelfName,
    pub(super) part: Part,
    /// In the order of the programme.
    pub(super) lessons: Vec<Card>,
    pub(super) rights: Vec<Rights>,
    pub(super) origin: Origin,
}

/// Neighbours that belong to one chapter of the curriculum.
struct Unit<'l> {
    name: Option<&'l str>,
    /// How many of this name there are before it.
    nth: usize,
    lessons: Vec<&'l Card>,
}

/// Where the link to a lesson stands in the cartridge.
pub(super) fn file(code: Code) -> String {
    format!("lessons/{code}.xml")
}

/// A link that leads to the permanent address of a lesson.
pub(super) fn weblink(origin: &Origin, lesson: &Card) -> String {
    let address = origin.url(format_args!("/l/{}", lesson.code));
    let mut xml = Xml::document();
    xml.within("webLink", &[("xmlns", LINK)], |xml| {
        xml.element("title", &title(lesson));
        xml.empty("url", &[("href", &address), ("target", "_blank")]);
    });
    xml.finish()
}

/// As the programme counts it.
fn title(lesson: &Card) -> String {
    match lesson.lesson_number {
        Some(number) => format!("{number}. {}", lesson.title),
        None => lesson.title.clone(),
    }
}

impl Contents {
    /// What a course made of it is called.
    pub(super) fn title(&self) -> String {
        let parts = [&self.part.school_year, &self.part.unit, &self.part.textbook];
        let mut title = self.name.clone();
        for part in parts.into_iter().flatten() {
            title = format!("{title} · {part}");
        }
        title
    }

    /// Identifiers are made of what never changes: a lesson's of its code, a unit's of its shelf and name, this
    /// cartridge's of what was asked for.
    pub(super) fn manifest(&self) -> String {
        let mut xml = Xml::document();
        let id = self.identifier();
        // Moodle reads no further than 500 bytes to see what it is.
        let root = [
            ("xmlns", CARTRIDGE),
            ("xmlns:lomimscc", LOM),
            ("xmlns:xsi", INSTANCE),
            ("xsi:schemaLocation", SCHEMAS),
            ("identifier", &id),
        ];
        xml.within("manifest", &root, |xml| {
            xml.within("metadata", &[], |xml| {
                xml.element("schema", "IMS Common Cartridge");
                xml.element("schemaversion", "1.1.0");
                self.lom(xml);
            });
            xml.within("organizations", &[], |xml| {
                let kind = ("structure", "rooted-hierarchy");
                xml.within("organization", &[("identifier", "course"), kind], |xml| {
                    xml.within("item", &[("identifier", "root")], |xml| self.items(xml));
                });
            });
            xml.within("resources", &[], |xml| {
                for lesson in &self.lessons {
                    let id = resource(lesson.code);
                    let attributes = [("identifier", id.as_str()), ("type", LINK_TYPE)];
                    xml.within("resource", &attributes, |xml| {
                        xml.empty("file", &[("href", &file(lesson.code))]);
                    });
                }
            });
        });
        xml.finish()
    }

    fn items(&self, xml: &mut Xml) {
        let units = self.units();
        let alone = units.len() == 1;
        for unit in &units {
            let id = self.unit(unit);
            xml.within("item", &[("identifier", &id)], |xml| {
                let other = || match alone {
                    true => self.name.clone(),
                    false => self.language.text("ungrouped"),
                };
                xml.element("title", &unit.name.map_or_else(other, str::to_owned));
                for lesson in &unit.lessons {
                    let id = format!("item-{}", lesson.code);
                    let leads = ("identifierref", resource(lesson.code));
                    let attributes = [("identifier", id.as_str()), (leads.0, leads.1.as_str())];
                    xml.within("item", &attributes, |xml| {
                        xml.element("title", &title(lesson))
                    });
                }
            });
        }
    }

    fn units(&self) -> Vec<Unit<'_>> {
        let mut units: Vec<Unit<'_>> = Vec::new();
        for lesson in &self.lessons {
            let name = lesson.unit.as_deref();
            match units.last_mut() {
                Some(unit) if unit.name == name => unit.lessons.push(lesson),
                _ => units.push(Unit {
                    name,
                    nth: units.iter().filter(|unit| unit.name == name).count(),
                    lessons: vec![lesson],
                }),
            }
        }
        units
    }

    fn identifier(&self) -> String {
        let ShelfName {
            grade,
            subject,
            section,
        } = &self.shelf;
        let whole = format!("teledars-{grade}-{subject}-{section}");
        match self.part.is_all() {
            true => whole,
            false => format!("{whole}-{}", short(&self.asked())),
        }
    }

    /// What the part is, in one order.
    fn asked(&self) -> [&str; 7] {
        fn said(value: &Option<String>) -> &str {
            value.as_deref().unwrap_or_default()
        }
        let mark = |ticked| if ticked { "1" } else { "" };
        let part = &self.part;
        [
            said(&part.school_year),
            said(&part.channel),
            said(&part.kind),
            said(&part.unit),
            said(&part.textbook),
            mark(part.signed),
            mark(part.captioned),
        ]
    }

    /// The same in the cartridge of the whole shelf and in the unit's own.
    fn unit(&self, unit: &Unit<'_>) -> String {
        let ShelfName {
            grade,
            subject,
            section,
        } = &self.shelf;
        let name = unit.name.unwrap_or_default();
        let nth = unit.nth.to_string();
        format!("unit-{}", short(&[grade, subject, section, name, &nth]))
    }

    /// The elements that the cartridge's profile of LOM has, under the prefix that platforms know.
    fn lom(&self, xml: &mut Xml) {
        xml.within("lomimscc:lom", &[], |xml| {
            xml.within("lomimscc:general", &[], |xml| {
                xml.within("lomimscc:identifier", &[], |xml| {
                    xml.element("lomimscc:catalog", "URI");
                    xml.element("lomimscc:entry", &self.address);
                });
                self.string(xml, "lomimscc:title", &self.title());
                if let Some(spoken) = self.spoken.as_deref().filter(|tag| !tag.is_empty()) {
                    xml.element("lomimscc:language", spoken);
                }
                self.string(xml, "lomimscc:description", &self.about);
            });
            xml.within("lomimscc:educational", &[], |xml| {
                value(xml, "lomimscc:learningResourceType", "IMS Common Cartridge");
            });
            xml.within("lomimscc:rights", &[], |xml| {
                value(xml, "lomimscc:cost", "no");
                if !self.rights.is_empty() {
                    value(xml, "lomimscc:copyrightAndOtherRestrictions", "yes");
                    let all: Vec<String> = self.rights.iter().map(told).collect();
                    self.string(xml, "lomimscc:description", &all.join("; "));
                }
            });
        });
    }

    fn string(&self, xml: &mut Xml, name: &str, text: &str) {
        let language = [("language", self.language.code())];
        xml.within(name, &[], |xml| {
            xml.element_with("lomimscc:string", &language, text);
        });
    }
}

/// The identifier of a lesson's link.
fn resource(code: Code) -> String {
    format!("lesson-{code}")
}

fn value(xml: &mut Xml, name: &str, value: &str) {
    xml.within(name, &[], |xml| xml.element("lomimscc:value", value));
}

fn told(rights: &Rights) -> String {
    let said = [&rights.license, &rights.holder];
    let said: Vec<&str> = said.into_iter().flatten().map(String::as_str).collect();
    said.join(", ")
}

/// A name for what has none that an identifier may be made of (XML 1.0 §2.3), the same for the same texts.
fn short(texts: &[&str]) -> String {
    let hash = Sha256::digest(texts.join("\0"));
    HEXLOWER.encode(&hash[..8])
}
