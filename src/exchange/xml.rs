//! XML that is well-formed whatever people wrote (XML 1.0, fifth edition).

use std::borrow::Cow;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// A document, or a part of one, that is being written.
pub(super) struct Xml(Writer<Vec<u8>>);

/// Names and values.
pub(super) type Attributes<'a> = [(&'a str, &'a str)];

impl Xml {
    /// A document in UTF-8.
    pub(super) fn document() -> Self {
        let mut xml = Self::fragment();
        xml.write(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        xml
    }

    /// Elements that stand in something else.
    pub(super) fn fragment() -> Self {
        Self(Writer::new(Vec::new()))
    }

    /// What was written.
    pub(super) fn finish(self) -> String {
        // Names and texts are all UTF-8.
        String::from_utf8(self.0.into_inner()).unwrap_or_default()
    }

    /// An element with what `content` writes in it.
    pub(super) fn within(
        &mut self,
        name: &str,
        attributes: &Attributes<'_>,
        content: impl FnOnce(&mut Self),
    ) {
        self.write(Event::Start(start(name, attributes)));
        content(self);
        self.write(Event::End(BytesEnd::new(name)));
    }

    /// An element with nothing in it.
    pub(super) fn empty(&mut self, name: &str, attributes: &Attributes<'_>) {
        self.write(Event::Empty(start(name, attributes)));
    }

    /// An element with a text in it.
    pub(super) fn element(&mut self, name: &str, text: &str) {
        self.element_with(name, &[], text);
    }

    /// The same with attributes.
    pub(super) fn element_with(&mut self, name: &str, attributes: &Attributes<'_>, text: &str) {
        self.within(name, attributes, |xml| {
            xml.write(Event::Text(BytesText::new(&clean(text))));
        });
    }

    fn write(&mut self, event: Event<'_>) {
        // Writing into memory cannot fail.
        let _ = self.0.write_event(event);
    }
}

fn start<'a>(name: &'a str, attributes: &Attributes<'_>) -> BytesStart<'a> {
    let mut start = BytesStart::new(name);
    for (name, value) in attributes {
        start.push_attribute((*name, &*clean(value)));
    }
    start
}

/// `text` with U+FFFD in the place of what no XML 1.0 document can hold (§2.2), not even escaped.
fn clean(text: &str) -> Cow<'_, str> {
    let fits = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    match text.chars().all(fits) {
        true => Cow::Borrowed(text),
        false => {
            let replaced = text.chars().map(|c| if fits(c) { c } else { '\u{fffd}' });
            Cow::Owned(replaced.collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use quick_xml::{Reader, XmlVersion};

    use super::*;

    /// The text and the attribute of a document's only element, read back.
    fn read_back(document: &str) -> (String, String) {
        let mut reader = Reader::from_str(document);
        let (mut text, mut attribute) = (String::new(), String::new());
        loop {
            match reader.read_event().unwrap() {
                Event::Start(start) => {
                    let found = start.try_get_attribute("a").unwrap().unwrap();
                    attribute = found
                        .normalized_value(XmlVersion::Explicit1_0)
                        .unwrap()
                        .into_owned();
                }
                Event::Text(piece) => text.push_str(&piece.xml10_content()),
                Event::GeneralRef(entity) => {
                    let entity = format!("&{};", entity.into_inner());
                    text.push_str(&quick_xml::escape::unescape(&entity).unwrap());
                }
                Event::Eof => return (text, attribute),
                _ => {}
            }
        }
    }

    #[test]
    fn what_markup_is_made_of_is_escaped_and_what_cannot_be_said_is_replaced() {
        let mut xml = Xml::fragment();
        xml.within("a", &[("b", "\"<&>'\u{1}")], |xml| {
            xml.element("c", "1 < 2 & \u{0}\u{b}\u{ffff}]]>\n");
            xml.empty("d:e", &[]);
        });
        assert_eq!(
            xml.finish(),
            "<a b=\"&quot;&lt;&amp;&gt;&apos;\u{fffd}\"><c>1 &lt; 2 &amp; \u{fffd}\u{fffd}\u{fffd}]]&gt;\n</c><d:e/></a>"
        );
    }

    proptest! {
        #[test]
        fn any_text_comes_back_but_for_what_cannot_be_said(text in "\\PC*|[\\x00-\\x7f]*|.*") {
            let mut xml = Xml::document();
            xml.element_with("t", &[("a", &text)], &text);
            let (read, attribute) = read_back(&xml.finish());
            let clean = clean(&text);
            // Line ends are one thing in XML (§2.11), and white space in attributes is all one (§3.3.3).
            let lines = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n");
            prop_assert_eq!(lines(&read), lines(&clean));
            let spaces = |text: &str| text.replace(['\t', '\n', '\r'], " ");
            prop_assert_eq!(spaces(&attribute), spaces(&clean));
        }
    }
}
