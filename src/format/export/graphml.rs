//! GraphML: a directed multigraph that networkx, yEd and Gephi read.
//!
//! Every property is declared by a `<key>` with its type (`string`, `long`, `double`, `boolean`). GraphML has one type
//! for an attribute of all nodes, so a name that kinds use with different types is declared `double` where all are
//! numbers, else `string`. A node's label is its attribute `label`, a relationship's type the attribute `type`. Lists are
//! text joined by `;`, dates are ISO text. Characters that XML forbids become U+FFFD and are counted.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};

use quick_xml::Writer;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use quick_xml::name::QName;

use crate::model::{Kind, RelType, ValueType};

use super::graph::{Graph, key_property, node_id};
use super::layout::{Layout, RowRef, push_cell};
use super::{ExportError, Notes, Snapshot};

const NODE_RESERVED: [&str; 3] = ["label", "catalog", "dangling"];
const EDGE_RESERVED: [&str; 2] = ["type", "catalog"];

/// Writes a snapshot as GraphML.
///
/// # Errors
///
/// [`ExportError::Write`] when the stream fails.
pub fn write(snapshot: Snapshot<'_>, out: &mut dyn Write) -> Result<Notes, ExportError> {
    write_document(snapshot, out).map_err(ExportError::Write)
}

/// An attribute's type in GraphML.
#[derive(Clone, Copy, PartialEq, Eq)]
enum AttributeType {
    Boolean,
    Long,
    Double,
    Text,
}

impl AttributeType {
    fn of(ty: ValueType) -> Self {
        match ty {
            ValueType::Boolean => Self::Boolean,
            ValueType::Integer => Self::Long,
            ValueType::Float => Self::Double,
            ValueType::Text | ValueType::List | ValueType::Date => Self::Text,
        }
    }

    /// The type that takes the values of both.
    fn with(self, other: Self) -> Self {
        match (self, other) {
            (a, b) if a == b => a,
            (Self::Long, Self::Double) | (Self::Double, Self::Long) => Self::Double,
            _ => Self::Text,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Long => "long",
            Self::Double => "double",
            Self::Text => "string",
        }
    }
}

/// The declared attributes of nodes, or of relationships, by name.
type Attributes = BTreeMap<String, AttributeType>;

/// The columns of a kind with the start tag of each one that is a property.
struct Properties<'a> {
    layout: Layout<'a>,
    names: Vec<Option<String>>,
    starts: Vec<Option<BytesStart<'static>>>,
}

impl<'a> Properties<'a> {
    /// Declares the properties of a kind. The tags come by [`Self::number`], when all are declared.
    fn declare(snapshot: Snapshot<'a>, kind: Kind, reserved: &[&str], attributes: &mut Attributes) -> Self {
        let layout = Layout::new(snapshot, kind);
        let names = layout.property_names(reserved);
        for (column, name) in layout.columns.iter().zip(&names) {
            let Some(name) = name else { continue };
            let ty = AttributeType::of(column.ty);
            attributes.entry(name.clone()).and_modify(|known| *known = known.with(ty)).or_insert(ty);
        }
        Self { layout, names, starts: Vec::new() }
    }

    fn number(&mut self, prefix: char, attributes: &Attributes) {
        let start = |name: &Option<String>| name.as_ref().map(|name| data_start(prefix, attributes, name));
        self.starts = self.names.iter().map(start).collect();
    }
}

/// The start tag of the data of an attribute. Keys are numbered in the order of the attributes' names.
fn data_start(prefix: char, attributes: &Attributes, name: &str) -> BytesStart<'static> {
    let number = attributes.range(..name.to_owned()).count();
    BytesStart::new("data").with_attributes([("key", format!("{prefix}{number}").as_str())])
}

/// The document's writer, with the text at hand and the count of what was replaced.
struct Document<W: Write> {
    xml: Writer<W>,
    plain: String,
    escaped: String,
    replaced: u64,
}

fn write_document(snapshot: Snapshot<'_>, out: &mut dyn Write) -> io::Result<Notes> {
    let graph = Graph::new(snapshot, RelType::ALL);
    let mut notes = graph.notes();
    let mut attributes = Attributes::new();
    for name in ["label", "catalog"] {
        attributes.insert(name.to_owned(), AttributeType::Text);
    }
    attributes.insert("dangling".to_owned(), AttributeType::Boolean);
    let declare = |kind| Properties::declare(snapshot, kind, &NODE_RESERVED, &mut attributes);
    let mut nodes: Vec<Properties<'_>> = Kind::NODES.into_iter().map(declare).collect();
    nodes.iter_mut().for_each(|p| p.number('n', &attributes));

    let mut edge_attributes = Attributes::new();
    for name in EDGE_RESERVED {
        edge_attributes.insert(name.to_owned(), AttributeType::Text);
    }
    let records = [Kind::Share, Kind::Need, Kind::Compact, Kind::Adoption];
    let declare = |kind| Properties::declare(snapshot, kind, &EDGE_RESERVED, &mut edge_attributes);
    let mut edges: Vec<Properties<'_>> = records.into_iter().map(declare).collect();
    edges.iter_mut().for_each(|p| p.number('e', &edge_attributes));

    let xml = Writer::new(BufWriter::with_capacity(1 << 16, out));
    let mut document = Document { xml, plain: String::new(), escaped: String::new(), replaced: 0 };
    document.xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    document.line()?;
    document.start(&BytesStart::new("graphml").with_attributes([
        ("xmlns", "http://graphml.graphdrawing.org/xmlns"),
        ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
        (
            "xsi:schemaLocation",
            "http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd",
        ),
    ]))?;
    document.line()?;
    document.keys("node", 'n', &attributes)?;
    document.keys("edge", 'e', &edge_attributes)?;
    document.start(&BytesStart::new("graph").with_attributes([("id", "tiaokuai"), ("edgedefault", "directed")]))?;
    document.line()?;

    let [label, catalog, dangling] = NODE_RESERVED.map(|name| data_start('n', &attributes, name));
    let mut id = String::new();
    for (kind, properties) in Kind::NODES.into_iter().zip(&nodes) {
        let key = data_start('n', &attributes, key_property(kind));
        for node in graph.nodes(kind) {
            notes.nodes += 1;
            node_id(&mut id, kind, graph.key_text(node));
            document.tag("node", &[("id", &id)])?;
            document.text(&label, kind.label())?;
            match node.row {
                Some(at) => {
                    document.properties(snapshot, properties, at)?;
                    document.text(&catalog, graph.catalog(at).unwrap_or_default())?;
                }
                None => {
                    notes.dangling += 1;
                    document.text(&key, graph.key_text(node))?;
                    document.text(&dangling, "true")?;
                }
            }
            document.end("node")?;
        }
    }
    let [type_start, catalog] = EDGE_RESERVED.map(|name| data_start('e', &edge_attributes, name));
    let mut target = String::new();
    for &ty in RelType::ALL {
        let properties = ty.record().and_then(|r| records.iter().position(|k| *k == r)).map(|i| &edges[i]);
        for edge in graph.edges(ty) {
            notes.relationships += 1;
            let (from, to) = graph.ends(edge);
            node_id(&mut id, ty.from(), from);
            node_id(&mut target, ty.to(), to);
            document.tag("edge", &[("source", &id), ("target", &target)])?;
            document.text(&type_start, ty.name())?;
            if let Some(properties) = properties {
                document.properties(snapshot, properties, edge.row)?;
            }
            document.text(&catalog, graph.catalog(edge.row).unwrap_or_default())?;
            document.end("edge")?;
        }
    }
    document.end("graph")?;
    document.end("graphml")?;
    notes.replaced = document.replaced;
    document.xml.into_inner().flush()?;
    Ok(notes)
}

impl<W: Write> Document<W> {
    fn line(&mut self) -> io::Result<()> {
        self.xml.get_mut().write_all(b"\n")
    }

    fn start(&mut self, start: &BytesStart<'_>) -> io::Result<()> {
        self.xml.write_event(Event::Start(start.borrow()))
    }

    /// An end tag, and the end of the line.
    fn end(&mut self, name: &str) -> io::Result<()> {
        self.xml.write_event(Event::End(BytesEnd::new(name)))?;
        self.line()
    }

    fn keys(&mut self, of: &str, prefix: char, attributes: &Attributes) -> io::Result<()> {
        for (number, (name, ty)) in attributes.iter().enumerate() {
            let id = format!("{prefix}{number}");
            escape(name, &mut self.escaped, &mut self.replaced);
            let mut key = BytesStart::new("key").with_attributes([("id", id.as_str()), ("for", of)]);
            key.push_attribute(escaped_attribute("attr.name", &self.escaped));
            key.push_attribute(("attr.type", ty.name()));
            self.xml.write_event(Event::Empty(key))?;
            self.line()?;
        }
        Ok(())
    }

    /// A start tag with attributes whose values are ids.
    fn tag(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        let mut start = BytesStart::new(name);
        for (name, value) in attributes {
            escape(value, &mut self.escaped, &mut self.replaced);
            start.push_attribute(escaped_attribute(name, &self.escaped));
        }
        self.xml.write_event(Event::Start(start))
    }

    fn text(&mut self, start: &BytesStart<'_>, text: &str) -> io::Result<()> {
        escape(text, &mut self.escaped, &mut self.replaced);
        self.xml.write_event(Event::Start(start.borrow()))?;
        self.xml.write_event(Event::Text(BytesText::from_escaped(self.escaped.as_str())))?;
        self.xml.write_event(Event::End(BytesEnd::new("data")))
    }

    fn properties(&mut self, snapshot: Snapshot<'_>, properties: &Properties<'_>, at: RowRef) -> io::Result<()> {
        for (column, start) in properties.starts.iter().enumerate() {
            let cell = properties.layout.cell(column, at);
            let Some(start) = start.as_ref().filter(|_| !cell.is_absent()) else { continue };
            let mut plain = std::mem::take(&mut self.plain);
            plain.clear();
            push_cell(&mut plain, snapshot.symbols, properties.layout.columns[column].ty, cell);
            let written = self.text(start, &plain);
            self.plain = plain;
            written?;
        }
        Ok(())
    }
}

/// An attribute whose value is escaped already.
fn escaped_attribute<'t>(name: &'t str, value: &'t str) -> Attribute<'t> {
    Attribute { key: QName(name), value: Cow::Borrowed(value) }
}

/// Escapes a text for XML, in content and in attributes. Line breaks and tabs are escaped by number, since a reader
/// would make spaces of them in an attribute, and one line break of CR LF in content.
fn escape(text: &str, out: &mut String, replaced: &mut u64) {
    out.clear();
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' => out.push_str("&#9;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
                out.push('\u{fffd}');
                *replaced += 1;
            }
            c => out.push(c),
        }
    }
}
