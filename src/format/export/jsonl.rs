//! JSON lines: one object a node, then one a relationship.
//!
//! ```json
//! {"type":"node","id":"Dataset/gd:tax","labels":["Dataset"],"properties":{"id":"gd:tax","title":"纳税","catalog":"gd"}}
//! {"type":"relationship","label":"HOLDS","start":"Department/gd:d1","end":"Dataset/gd:tax","properties":{"catalog":"gd"}}
//! ```
//!
//! The keys stand in this order, properties in that of the contract, unknown ones after them. Dates are ISO texts, lists
//! arrays of texts; an absent property is left out.

use std::io::{self, BufWriter, Write};

use crate::model::table::Cell;
use crate::model::{Kind, RelType, Symbols, ValueType, date, list};

use super::graph::{Edge, Graph, Node, key_property, node_id};
use super::layout::Layout;
use super::{ExportError, Notes, Snapshot};

/// Names that properties of nodes leave free, and those that properties of relationships do.
const RESERVED: [&str; 2] = ["catalog", "dangling"];

/// Writes a snapshot as JSON lines.
///
/// # Errors
///
/// [`ExportError::Write`] when the stream fails.
pub fn write(snapshot: Snapshot<'_>, out: &mut dyn Write) -> Result<Notes, ExportError> {
    let graph = Graph::new(snapshot, RelType::ALL);
    let mut notes = graph.notes();
    let mut out = BufWriter::with_capacity(1 << 16, out);
    let mut lines = || -> io::Result<()> {
        for kind in Kind::NODES {
            let properties = Properties::new(snapshot, kind);
            for node in graph.nodes(kind) {
                notes.nodes += 1;
                notes.dangling += u64::from(node.row.is_none());
                write_node(&mut out, &graph, &properties, kind, node)?;
            }
        }
        for &ty in RelType::ALL {
            let properties = ty.record().map(|record| Properties::new(snapshot, record));
            for edge in graph.edges(ty) {
                notes.relationships += 1;
                write_relationship(&mut out, &graph, properties.as_ref(), ty, edge)?;
            }
        }
        out.flush()
    };
    lines().map_err(ExportError::Write)?;
    Ok(notes)
}

/// The columns of a kind that are properties, each with its name as a JSON key.
struct Properties<'a> {
    layout: Layout<'a>,
    keys: Vec<Option<String>>,
}

impl<'a> Properties<'a> {
    fn new(snapshot: Snapshot<'a>, kind: Kind) -> Self {
        let layout = Layout::new(snapshot, kind);
        let json = |name: String| serde_json::Value::String(name).to_string();
        let keys = layout.property_names(&RESERVED).into_iter().map(|name| name.map(json)).collect();
        Self { layout, keys }
    }
}

fn write_node(
    out: &mut impl Write,
    graph: &Graph<'_>,
    properties: &Properties<'_>,
    kind: Kind,
    node: Node,
) -> io::Result<()> {
    let (mut id, key) = (String::new(), graph.key_text(node));
    node_id(&mut id, kind, key);
    out.write_all(b"{\"type\":\"node\",\"id\":")?;
    text(out, &id)?;
    write!(out, ",\"labels\":[\"{}\"],\"properties\":{{", kind.label())?;
    match node.row {
        None => {
            write!(out, "\"{}\":", key_property(kind))?;
            text(out, key)?;
            out.write_all(b",\"dangling\":true")?;
        }
        Some(at) => {
            let mut separator = "";
            for (column, key) in properties.keys.iter().enumerate() {
                let cell = properties.layout.cell(column, at);
                let Some(key) = key.as_ref().filter(|_| !cell.is_absent()) else { continue };
                write!(out, "{separator}{key}:")?;
                value(out, graph.snapshot.symbols, properties.layout.columns[column].ty, cell)?;
                separator = ",";
            }
            catalog(out, separator, graph.catalog(at))?;
        }
    }
    out.write_all(b"}}\n")
}

fn write_relationship(
    out: &mut impl Write,
    graph: &Graph<'_>,
    properties: Option<&Properties<'_>>,
    ty: RelType,
    edge: Edge,
) -> io::Result<()> {
    let (mut id, (from, to)) = (String::new(), graph.ends(edge));
    write!(out, "{{\"type\":\"relationship\",\"label\":\"{}\",\"start\":", ty.name())?;
    node_id(&mut id, ty.from(), from);
    text(out, &id)?;
    out.write_all(b",\"end\":")?;
    node_id(&mut id, ty.to(), to);
    text(out, &id)?;
    out.write_all(b",\"properties\":{")?;
    let mut separator = "";
    if let Some(properties) = properties {
        for (column, key) in properties.keys.iter().enumerate() {
            let cell = properties.layout.cell(column, edge.row);
            let Some(key) = key.as_ref().filter(|_| !cell.is_absent()) else { continue };
            write!(out, "{separator}{key}:")?;
            value(out, graph.snapshot.symbols, properties.layout.columns[column].ty, cell)?;
            separator = ",";
        }
    }
    catalog(out, separator, graph.catalog(edge.row))?;
    out.write_all(b"}}\n")
}

fn catalog(out: &mut impl Write, separator: &str, catalog: Option<&str>) -> io::Result<()> {
    let Some(catalog) = catalog else { return Ok(()) };
    write!(out, "{separator}\"catalog\":")?;
    text(out, catalog)
}

fn text(out: &mut impl Write, text: &str) -> io::Result<()> {
    serde_json::to_writer(out, text).map_err(io::Error::from)
}

fn value(out: &mut impl Write, symbols: &Symbols, ty: ValueType, cell: Cell) -> io::Result<()> {
    match (cell, ty) {
        (Cell::Symbol(sym), ValueType::List) => {
            let mut separator = "[";
            for item in list::split(symbols.text(sym)) {
                out.write_all(separator.as_bytes())?;
                text(out, &item)?;
                separator = ",";
            }
            out.write_all(if separator == "[" { b"[]" } else { b"]" })
        }
        (Cell::Symbol(sym), _) => text(out, symbols.text(sym)),
        (Cell::Number(n), ValueType::Float) => {
            serde_json::to_writer(out, &f64::from_bits(n as u64)).map_err(io::Error::from)
        }
        (Cell::Number(n), ValueType::Boolean) => write!(out, "{}", n != 0),
        (Cell::Number(n), ValueType::Date) => write!(out, "\"{}\"", date::from_days(n)),
        (Cell::Number(n), _) => write!(out, "{n}"),
    }
}
