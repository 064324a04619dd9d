//! The page as its template sees it. The template escapes every text.

use std::io::{self, Write};

use askama::Template;

use crate::model::Language;

use super::super::cell::push_harmless;
use super::super::document::{self, Block, Span};

/// A headline figure.
pub(super) struct Card {
    pub(super) label: String,
    pub(super) number: String,
    pub(super) meaning: String,
}

/// A drawing, and what it shows in words and in numbers.
pub(super) struct Drawing {
    pub(super) id: &'static str,
    pub(super) heading: String,
    /// What it shows, and how it is read.
    pub(super) lead: String,
    /// The drawing's name, for those who do not see it.
    pub(super) title: String,
    /// What there is to see.
    pub(super) description: String,
    /// In pixels.
    pub(super) width: i32,
    pub(super) height: i32,
    /// What stands between the tags of the SVG; its texts are escaped by what drew it.
    pub(super) svg: String,
    /// Whether it takes the room that there is, rather than being scrolled.
    pub(super) grows: bool,
    /// What is not drawn, or else worth knowing; empty where nothing is.
    pub(super) note: String,
    pub(super) table: Table,
}

/// The numbers of a drawing.
pub(super) struct Table {
    pub(super) caption: String,
    pub(super) columns: Vec<String>,
    /// A heading each, and its cells.
    pub(super) rows: Vec<(String, Vec<String>)>,
}

type Spans = Vec<Span>;

/// A section under a heading.
struct Section {
    id: String,
    heading: Spans,
    parts: Vec<Part>,
}

enum Part {
    Subheading(Spans),
    Note(Spans),
    Paragraph(Spans),
    Figures(Vec<(Spans, Spans)>),
    Items { numbered: bool, items: Vec<(Spans, Vec<Spans>)> },
    Commands(Vec<(Spans, Spans)>),
}

/// What the template itself says.
struct Words {
    lang: &'static str,
    contents: &'static str,
    headline: &'static str,
    table: &'static str,
    scroll: &'static str,
    foot: &'static str,
}

/// The page.
#[derive(Template)]
#[template(path = "page.html", config = "src/report/html/askama.toml")]
pub(super) struct Page {
    words: Words,
    title: Spans,
    front: Vec<Part>,
    cards: Vec<Card>,
    drawings: Vec<Drawing>,
    sections: Vec<Section>,
}

impl Page {
    pub(super) fn new(
        language: Language,
        front: &[Block],
        cards: Vec<Card>,
        drawings: Vec<Drawing>,
        told: &[Block],
    ) -> Self {
        let (mut title, mut before) = (Vec::new(), Vec::new());
        for block in front {
            match block {
                Block::Title(text) => title = document::spans(text),
                other => before.extend(part(other)),
            }
        }
        let mut sections: Vec<Section> = Vec::new();
        for block in told {
            match (block, sections.last_mut()) {
                (Block::Heading(text), _) => sections.push(Section {
                    id: format!("s{}", sections.len() + 1),
                    heading: document::spans(text),
                    parts: Vec::new(),
                }),
                (other, Some(section)) => section.parts.extend(part(other)),
                (other, None) => before.extend(part(other)),
            }
        }
        Self {
            words: Words::of(language),
            title,
            front: before,
            cards: cards.into_iter().map(|card| Card { meaning: text(card.meaning), ..card }).collect(),
            drawings: drawings.into_iter().map(clean).collect(),
            sections,
        }
    }

    /// Writes the page.
    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let text = self.render().map_err(io::Error::other)?;
        out.write_all(text.as_bytes())?;
        out.flush()
    }
}

impl Words {
    fn of(language: Language) -> Self {
        match language {
            Language::English => Self {
                lang: "en",
                contents: "Contents",
                headline: "At a glance",
                table: "The numbers, as a table",
                scroll: "wider than a phone: it can be scrolled sideways",
                foot: "Made by tiaokuai from the catalogs named above. This file is whole in itself: it runs no script and \
                       asks nothing of any network.",
            },
            Language::Chinese => Self {
                lang: "zh-Hans",
                contents: "目录",
                headline: "概览",
                table: "数字表",
                scroll: "宽于手机屏幕，可左右滚动",
                foot: "由 tiaokuai 根据上列目录生成。本文件自成一体：不运行脚本，不访问任何网络。",
            },
        }
    }
}

/// A text without anything that is not to be written. These have no emphasis.
fn text(text: String) -> String {
    let mut safe = String::with_capacity(text.len());
    push_harmless(&mut safe, &text);
    safe
}

/// A drawing with such texts alone.
fn clean(drawing: Drawing) -> Drawing {
    let Table { caption, columns, rows } = drawing.table;
    let rows = rows.into_iter().map(|(head, cells)| (text(head), cells.into_iter().map(text).collect())).collect();
    let table = Table { caption: text(caption), columns: columns.into_iter().map(text).collect(), rows };
    let (lead, description, note) = (text(drawing.lead), text(drawing.description), text(drawing.note));
    Drawing { lead, description, note, table, ..drawing }
}

fn part(block: &Block) -> Option<Part> {
    let spans = document::spans;
    let pair = |(a, b): &(String, String)| (spans(a), spans(b));
    Some(match block {
        // The page has one title, and sections begin with their headings.
        Block::Title(_) | Block::Heading(_) => return None,
        Block::Subheading(text) => Part::Subheading(spans(text)),
        Block::Note(text) => Part::Note(spans(text)),
        Block::Paragraph(text) => Part::Paragraph(spans(text)),
        Block::Figures(figures) => Part::Figures(figures.iter().map(pair).collect()),
        Block::Items { numbered, items } => {
            let item = |(first, more): &(String, Vec<String>)| (spans(first), more.iter().map(|l| spans(l)).collect());
            Part::Items { numbered: *numbered, items: items.iter().map(item).collect() }
        }
        Block::Commands(commands) => Part::Commands(commands.iter().map(pair).collect()),
    })
}
