//! A page, read as XML, which it is as well: a parser that forgives nothing.

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, Event};

/// A page's elements and texts.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// Every element, in order: its name and its attributes.
    pub(crate) elements: Vec<Element>,
    /// Every text with the names of the elements that it is in, the innermost last.
    pub(crate) texts: Vec<(Vec<String>, String)>,
}

/// The start of an element.
#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
}

impl Element {
    fn of(start: &BytesStart<'_>) -> Self {
        let attribute = |a: Attribute<'_>| (a.key.as_ref().to_owned(), unescape(&a.value).unwrap().into_owned());
        let attributes = start.attributes().map(|a| attribute(a.unwrap())).collect();
        Self { name: start.name().as_ref().to_owned(), attributes }
    }

    pub(crate) fn get(&self, attribute: &str) -> Option<&str> {
        self.attributes.iter().find(|(name, _)| name == attribute).map(|(_, value)| value.as_str())
    }
}

impl Page {
    /// Reads a page; one that is not well formed is no page.
    pub(crate) fn read(html: &str) -> Self {
        let mut reader = Reader::from_str(html);
        reader.config_mut().check_end_names = true;
        let (mut page, mut open) = (Self::default(), Vec::new());
        let mut text = String::new();
        loop {
            let event = reader.read_event().unwrap_or_else(|e| panic!("at {}: {e}", reader.buffer_position()));
            if !matches!(event, Event::Text(_) | Event::GeneralRef(_)) && !text.trim().is_empty() {
                page.texts.push((open.clone(), std::mem::take(&mut text).trim().to_owned()));
            }
            match event {
                Event::Start(start) => {
                    let element = Element::of(&start);
                    open.push(element.name.clone());
                    page.elements.push(element);
                }
                Event::Empty(start) => page.elements.push(Element::of(&start)),
                Event::End(_) => drop(open.pop().unwrap()),
                Event::Text(piece) => text.push_str(&piece),
                Event::GeneralRef(reference) => {
                    let name: &str = &reference;
                    text.push_str(&unescape(&format!("&{name};")).unwrap());
                }
                Event::Eof => break,
                _ => {}
            }
        }
        assert!(open.is_empty(), "never closed: {open:?}");
        page
    }

    /// The elements of a name.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &Element> {
        self.elements.iter().filter(move |e| e.name == name)
    }

    /// What the page says, without its style sheet: a text a line, those of a row of a table and of a drawing on one.
    pub(crate) fn words(&self) -> String {
        let (mut words, mut last) = (String::new(), "");
        for (within, text) in self.texts.iter().filter(|(within, _)| within.last().is_none_or(|e| e != "style")) {
            let element = within.last().map_or("", String::as_str);
            match (element, last) {
                ("td", "td" | "th") | ("text", "text") => words.push_str(&format!(" | {text}")),
                _ => words.push_str(&format!("\n{element}: {text}")),
            }
            last = element;
        }
        words
    }

    /// Whether some text holds these words.
    pub(crate) fn says(&self, words: &str) -> bool {
        self.texts.iter().any(|(_, text)| text.contains(words))
    }
}
