//! DOT, for Graphviz: a picture of who holds and operates what, and of the sharing edges.
//!
//! A node's shape and colour tell its label, its text is its `name` or `title`; the id is the tooltip. A sharing edge has
//! the colour of its type. It is solid where it is active, else dashed, with its status written beside it. A node that
//! dangles has a dashed outline and the attribute `dangling`. Control characters become U+FFFD and are counted, wherever
//! they occur.

use std::io::{self, BufWriter, Write};

use crate::model::{Kind, RelType};

use super::graph::{Edge, Graph, Node, node_id};
use super::{ExportError, Notes, Snapshot};

/// What goes into the picture.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Every label and relationship type, not only regions, departments, platforms and datasets with sharing edges,
    /// `HOLDS`, `OPERATES` and `WITHIN`.
    pub everything: bool,
}

const KINDS: [Kind; 4] = [Kind::Region, Kind::Department, Kind::Platform, Kind::Dataset];

const TYPES: [RelType; 8] = [
    RelType::GrantedTo,
    RelType::PublishedOn,
    RelType::CascadesTo,
    RelType::Serves,
    RelType::RelaysTo,
    RelType::Within,
    RelType::Holds,
    RelType::Operates,
];

/// The fonts, the first of which has Chinese.
const FONTS: &str = "Noto Sans CJK SC, sans-serif";

/// Writes a snapshot as a DOT graph.
///
/// # Errors
///
/// [`ExportError::Write`] when the stream fails.
pub fn write(snapshot: Snapshot<'_>, options: Options, out: &mut dyn Write) -> Result<Notes, ExportError> {
    let (kinds, types) = if options.everything { (&Kind::NODES[..], RelType::ALL) } else { (&KINDS[..], &TYPES[..]) };
    let graph = Graph::new(snapshot, types);
    let mut notes = graph.notes();
    let mut out = BufWriter::with_capacity(1 << 16, out);
    let mut document = || -> io::Result<()> {
        writeln!(out, "digraph tiaokuai {{")?;
        writeln!(out, "  graph [charset=\"UTF-8\", rankdir=\"LR\", fontname=\"{FONTS}\"];")?;
        writeln!(out, "  node [style=\"filled\", fontname=\"{FONTS}\"];")?;
        writeln!(out, "  edge [fontname=\"{FONTS}\", fontsize=\"10\"];")?;
        for &kind in kinds {
            for node in graph.nodes(kind) {
                notes.nodes += 1;
                notes.dangling += u64::from(node.row.is_none());
                write_node(&mut out, &graph, kind, node, &mut notes.replaced)?;
            }
        }
        for &ty in types {
            for edge in graph.edges(ty) {
                notes.relationships += 1;
                write_edge(&mut out, &graph, ty, edge, &mut notes.replaced)?;
            }
        }
        writeln!(out, "}}")?;
        out.flush()
    };
    document().map_err(ExportError::Write)?;
    Ok(notes)
}

fn look(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Region => ("house", "#d9ead3"),
        Kind::Department => ("box", "#cfe2f3"),
        Kind::Platform => ("component", "#fff2cc"),
        Kind::Dataset => ("cylinder", "#f4cccc"),
        Kind::Service => ("note", "#ead1dc"),
        Kind::Pilot => ("star", "#fce5cd"),
        Kind::Policy => ("tab", "#d0e0e3"),
        Kind::Line | Kind::Sector | Kind::Tier => ("ellipse", "#eeeeee"),
        Kind::Catalog => ("folder", "#eeeeee"),
        _ => ("plaintext", "#ffffff"),
    }
}

fn colour(ty: RelType) -> &'static str {
    match ty {
        RelType::GrantedTo => "#cc0000",
        RelType::PublishedOn => "#e69138",
        RelType::CascadesTo => "#3d85c6",
        RelType::Serves => "#38761d",
        RelType::RelaysTo => "#674ea7",
        RelType::Needs => "#a64d79",
        _ => "#999999",
    }
}

fn write_node(out: &mut impl Write, graph: &Graph<'_>, kind: Kind, node: Node, replaced: &mut u64) -> io::Result<()> {
    let (mut id, key) = (String::new(), graph.key_text(node));
    node_id(&mut id, kind, key);
    let name = node.row.and_then(|at| {
        let column = kind.column("name").or_else(|| kind.column("title"))?;
        graph.snapshot.symbols.get(graph.snapshot.tables[at.table as usize].sym(column, at.row as usize))
    });
    let (shape, fill) = look(kind);
    write!(out, "  {} [label={}, ", id_text(&id, replaced), label_text(name.unwrap_or(key), replaced))?;
    write!(out, "shape=\"{shape}\", fillcolor=\"{fill}\", tooltip={}", label_text(&id, replaced))?;
    if node.row.is_none() {
        write!(out, ", style=\"filled,dashed\", dangling=\"true\"")?;
    }
    writeln!(out, "];")
}

fn write_edge(out: &mut impl Write, graph: &Graph<'_>, ty: RelType, edge: Edge, replaced: &mut u64) -> io::Result<()> {
    let (mut id, (from, to)) = (String::new(), graph.ends(edge));
    node_id(&mut id, ty.from(), from);
    write!(out, "  {} -> ", id_text(&id, replaced))?;
    node_id(&mut id, ty.to(), to);
    write!(out, "{} [color=\"{}\", tooltip=\"{}\"", id_text(&id, replaced), colour(ty), ty.name())?;
    let status = ty.is_sharing().then(|| Kind::Share.column("status")).flatten().and_then(|column| {
        let table = &graph.snapshot.tables[edge.row.table as usize];
        graph.snapshot.symbols.get(table.sym(column, edge.row.row as usize))
    });
    // An edge without a status is active.
    match status.filter(|s| *s != "active") {
        Some(status) => write!(out, ", style=\"dashed\", label={}", label_text(status, replaced))?,
        None if ty.is_sharing() => write!(out, ", style=\"solid\", penwidth=\"1.5\"")?,
        None => write!(out, ", style=\"solid\", arrowsize=\"0.6\"")?,
    }
    writeln!(out, "];")
}

/// A quoted name of a node: only the quote, and a backslash before one or at the end, have a meaning there.
fn id_text(id: &str, replaced: &mut u64) -> String {
    quote(id, false, replaced)
}

/// A quoted text to be shown, where backslashes and ampersands have a meaning too.
fn label_text(text: &str, replaced: &mut u64) -> String {
    quote(text, true, replaced)
}

fn quote(text: &str, shown: bool, replaced: &mut u64) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '&' if shown => out.push_str("&amp;"),
            '\n' if shown => out.push_str("\\n"),
            '\n' | '\t' => out.push(c),
            // Graphviz reads C strings, and its pictures are XML.
            c if c.is_control() => {
                out.push('\u{fffd}');
                *replaced += 1;
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
