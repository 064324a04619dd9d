//! A document of headings, paragraphs and lists, written for a terminal or as Markdown. What it says is decided
//! once, by [`super::page`] and [`super::explain`]; how it looks is decided here.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::cell::is_harmful;
use super::markdown;
use super::wrap;

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Plain text, broken to a width (in columns), with light styling where the terminal takes it.
    Terminal {
        /// The terminal's width; 100 where it is not known.
        width: Option<u16>,
        /// Whether bold and colour are used.
        styled: bool,
    },
    /// Markdown, a paragraph a line.
    Markdown,
}

/// These two mark the start and the end of emphasis within a text. Other control characters of a text are never written.
const STRONG: char = '\u{1}';
const WEAK: char = '\u{2}';

/// A text with emphasis.
pub(super) fn strong(text: &str) -> String {
    format!("{STRONG}{text}{WEAK}")
}

/// A part of a document.
pub(super) enum Block {
    /// The document's title.
    Title(String),
    /// A line of small print.
    Note(String),
    /// A section's heading.
    Heading(String),
    /// A heading within a section.
    Subheading(String),
    /// A paragraph.
    Paragraph(String),
    /// Names with their values, the values aligned.
    Figures(Vec<(String, String)>),
    /// A list, numbered where its order counts. Each item is a line and further lines below it.
    Items {
        /// Whether the items are numbered.
        numbered: bool,
        /// The items.
        items: Vec<(String, Vec<String>)>,
    },
    /// Commands, with what each tells.
    Commands(Vec<(String, String)>),
}

/// Writes a document.
pub(super) fn write(blocks: &[Block], form: Form, out: &mut dyn Write) -> io::Result<()> {
    let text = match form {
        Form::Markdown => markdown(blocks),
        Form::Terminal { width, styled } => Terminal::new(width, styled).text(blocks),
    };
    out.write_all(text.as_bytes())?;
    out.flush()
}

fn markdown(blocks: &[Block]) -> String {
    let text = |text: &str| {
        let text: String = harmless(text);
        markdown::escape(&text).replace([STRONG, WEAK], "**")
    };
    let mut out = String::new();
    for block in blocks {
        if !out.is_empty() {
            out.push('\n');
        }
        match block {
            Block::Title(title) => out.push_str(&format!("# {}\n", text(title))),
            Block::Heading(heading) => out.push_str(&format!("## {}\n", text(heading))),
            Block::Subheading(heading) => out.push_str(&format!("### {}\n", text(heading))),
            Block::Note(note) => out.push_str(&format!("*{}*\n", text(note))),
            Block::Paragraph(paragraph) => out.push_str(&format!("{}\n", text(paragraph))),
            Block::Figures(figures) => {
                out.push_str("| | |\n| --- | ---: |\n");
                for (name, value) in figures {
                    out.push_str(&format!("| {} | {} |\n", text(name), text(value)));
                }
            }
            Block::Items { numbered, items } => {
                for (i, (first, more)) in items.iter().enumerate() {
                    let mark = if *numbered { format!("{}.", i + 1) } else { "-".to_owned() };
                    out.push_str(&format!("{mark} {}", text(first)));
                    for line in more {
                        // Two blanks end a line without ending the item.
                        out.push_str(&format!("  \n{}{}", " ".repeat(mark.len() + 1), text(line)));
                    }
                    out.push('\n');
                }
            }
            Block::Commands(commands) => {
                for (command, what) in commands {
                    out.push_str(&format!("- `{}` – {}\n", harmless(command).replace('`', "'"), text(what)));
                }
            }
        }
    }
    out
}

/// A text without what could drive a terminal, on one line, its marks of emphasis kept.
fn harmless(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            STRONG | WEAK => c,
            '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => ' ',
            c if is_harmful(c) => '\u{fffd}',
            c => c,
        })
        .collect()
}

/// A piece of a text, all of it emphasised or none.
pub(super) struct Span {
    pub(super) strong: bool,
    pub(super) text: String,
}

/// A text in pieces, without what is never written.
pub(super) fn spans(text: &str) -> Vec<Span> {
    let text = harmless(text);
    let mut spans = Vec::new();
    let mut strong = false;
    for piece in text.split_inclusive([STRONG, WEAK]) {
        let inner = piece.trim_end_matches([STRONG, WEAK]);
        if !inner.is_empty() {
            spans.push(Span { strong, text: inner.to_owned() });
        }
        strong = if piece.ends_with(STRONG) {
            true
        } else if piece.ends_with(WEAK) {
            false
        } else {
            strong
        };
    }
    spans
}

struct Terminal {
    width: usize,
    styled: bool,
    out: String,
}

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const HEADING: Style = AnsiColor::Cyan.on_default().bold();

impl Terminal {
    fn new(width: Option<u16>, styled: bool) -> Self {
        Self { width: usize::from(width.unwrap_or(100)).max(20), styled, out: String::new() }
    }

    fn text(mut self, blocks: &[Block]) -> String {
        for block in blocks {
            if !self.out.is_empty() {
                self.out.push('\n');
            }
            match block {
                Block::Title(title) => self.lines("", "", title, BOLD),
                Block::Heading(heading) => self.lines("", "", heading, HEADING),
                Block::Subheading(heading) => self.lines("", "", heading, BOLD),
                Block::Note(note) => self.lines("", "", note, DIM),
                Block::Paragraph(paragraph) => self.lines("", "", paragraph, Style::new()),
                Block::Figures(figures) => self.figures(figures),
                Block::Items { numbered, items } => {
                    let digits = items.len().to_string().len();
                    for (i, (first, more)) in items.iter().enumerate() {
                        let mark = if *numbered { format!("{:>digits$}. ", i + 1) } else { "- ".to_owned() };
                        let indent = " ".repeat(2 + mark.len());
                        self.lines(&format!("  {mark}"), &indent, first, Style::new());
                        for line in more {
                            self.lines(&indent, &indent, line, Style::new());
                        }
                    }
                }
                Block::Commands(commands) => {
                    for (command, what) in commands {
                        self.lines("  ", "    ", what, Style::new());
                        // A command is never broken: it is there to be copied.
                        self.out.push_str(&format!("      {}\n", self.style(&harmless(command), BOLD)));
                    }
                }
            }
        }
        self.out
    }

    fn style(&self, text: &str, style: Style) -> String {
        if self.styled && style != Style::new() { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    /// A text broken to the width, its first line and the others indented.
    fn lines(&mut self, first: &str, rest: &str, text: &str, style: Style) {
        let text = harmless(text);
        let room = |indent: &str| self.width.saturating_sub(wrap::width(indent));
        for (i, line) in wrap::wrap(&text, room(first), room(rest)).into_iter().enumerate() {
            let line = self.style(&self.emphasis(line), style);
            self.out.push_str(&format!("{}{line}\n", if i == 0 { first } else { rest }));
        }
    }

    fn emphasis(&self, text: &str) -> String {
        let (on, off) = if self.styled { (format!("{BOLD}"), format!("{BOLD:#}")) } else { Default::default() };
        text.replace(STRONG, &on).replace(WEAK, &off)
    }

    fn figures(&mut self, figures: &[(String, String)]) {
        let figures: Vec<(String, String)> = figures.iter().map(|(n, v)| (harmless(n), harmless(v))).collect();
        let names = figures.iter().map(|(name, _)| wrap::width(name)).max().unwrap_or(0);
        for (name, value) in figures {
            let pad = " ".repeat(names - wrap::width(&name));
            let indent = " ".repeat(2 + names + 2);
            self.lines(&format!("  {name}{pad}  "), &indent, &value, Style::new());
        }
    }
}
