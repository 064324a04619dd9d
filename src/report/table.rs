//! Rows for a terminal: a drawn table where its columns fit, else each row as a block of its own.

use std::io::{self, Write};

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, ContentLineStyle, LineStyle, TableStyle};

use super::render::{Columns, Limited, RenderOptions};
use super::sample::{Sample, TextRow, text_row};
use super::wrap;

/// Rows drawn at a time.
const CHUNK: usize = 1_000;
/// A column may be squeezed to this width, but not further: below it, no word can be read.
const NARROWEST: usize = 8;
/// Where no width is given, a column is at most this wide.
const WIDEST: usize = 200;

/// Writes the rows.
pub(super) fn write(
    rows: &mut Limited<'_>,
    columns: &Columns,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    if columns.names.is_empty() {
        rows.for_each(drop);
        return Ok(());
    }
    let sample = Sample::read(rows, columns, options.header)?;
    match fit(&sample, options.width.map(usize::from)) {
        Some(widths) => Grid { widths, numeric: sample.numeric }.write(sample.rows, rows, columns, options.header, out),
        None => write_blocks(sample.rows, rows, columns, options.width.map_or(WIDEST, usize::from), out),
    }
}

/// The width of each column's text, so that the table keeps to the terminal's width: columns that need less than
/// their share keep what they need, the others share the rest. Columns of numbers are never squeezed. None where
/// that would leave a column too narrow to read.
fn fit(sample: &Sample, width: Option<usize>) -> Option<Vec<usize>> {
    let wanted: Vec<usize> = sample.widths.iter().map(|&w| w.clamp(1, WIDEST)).collect();
    let Some(width) = width else { return Some(wanted) };
    // A line and two blanks for each column, and one line more.
    let room = width.checked_sub(3 * wanted.len() + 1)?;
    if wanted.iter().sum::<usize>() <= room {
        return Some(wanted);
    }
    let capped = |cap: usize| -> Vec<usize> {
        (wanted.iter().zip(&sample.numeric)).map(|(&w, &numeric)| if numeric { w } else { w.min(cap) }).collect()
    };
    let cap = (NARROWEST..=WIDEST).rev().find(|&cap| capped(cap).iter().sum::<usize>() <= room)?;
    let mut widths = capped(cap);
    // What the cap leaves over goes to the first columns that can use it.
    let mut left = room - widths.iter().sum::<usize>();
    for (width, &wanted) in widths.iter_mut().zip(&wanted) {
        if left > 0 && *width < wanted {
            *width += 1;
            left -= 1;
        }
    }
    Some(widths)
}

/// A drawn table with fixed columns.
struct Grid {
    widths: Vec<usize>,
    numeric: Vec<bool>,
}

/// The lines of a table, solid within too: a dashed line is hard to tell from a wrapped cell.
const STYLE: TableStyle = UTF8_FULL_CONDENSED
    .header_lines(ContentLineStyle::new('│', '│', '│'))
    .content_lines(ContentLineStyle::new('│', '│', '│'));

impl Grid {
    fn write(
        &self,
        first: Vec<TextRow>,
        rest: &mut Limited<'_>,
        columns: &Columns,
        header: bool,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let line = |left: char, fill: &str, junction: &str, right: char| {
            let parts: Vec<String> = self.widths.iter().map(|w| fill.repeat(w + 2)).collect();
            format!("{left}{}{right}", parts.join(junction))
        };
        writeln!(out, "{}", line('┌', "─", "┬", '┐'))?;
        if header {
            let headings = columns.headings.iter().map(|h| h.to_string()).collect();
            self.draw(&[headings], out)?;
            writeln!(out, "{}", line('╞', "═", "╪", '╡'))?;
        }
        for chunk in first.chunks(CHUNK) {
            self.draw(chunk, out)?;
        }
        drop(first);
        loop {
            let chunk: Vec<TextRow> = rest.by_ref().take(CHUNK).map(|row| text_row(&row, columns)).collect();
            if chunk.is_empty() {
                break;
            }
            self.draw(&chunk, out)?;
        }
        writeln!(out, "{}", line('└', "─", "┴", '┘'))
    }

    /// Draws rows without a line above or below them, so that what follows goes on with the same columns.
    fn draw(&self, rows: &[TextRow], out: &mut dyn Write) -> io::Result<()> {
        let none = LineStyle::none();
        let mut table = comfy_table::Table::new();
        table.load_style(STYLE.top_border(none).header_separator(none).bottom_border(none));
        // The terminal is the caller's to know: nothing here asks for its width or its colours.
        table.force_no_tty().set_content_arrangement(ContentArrangement::Disabled);
        for row in rows {
            let cells = row.iter().zip(&self.widths).zip(&self.numeric).map(|((text, &width), &numeric)| {
                let cell = Cell::new_owned(wrapped(text, width));
                if numeric { cell.set_alignment(CellAlignment::Right) } else { cell }
            });
            table.add_row(cells.collect::<Vec<_>>());
        }
        for (column, &width) in table.column_iter_mut().zip(&self.widths) {
            let width = u16::try_from(width + 2).unwrap_or(u16::MAX);
            column.set_constraint(ColumnConstraint::Absolute(comfy_table::Width::Fixed(width)));
        }
        for line in table.lines() {
            writeln!(out, "{line}")?;
        }
        Ok(())
    }
}

/// A cell's text with its lines broken to a width.
fn wrapped(text: &str, width: usize) -> String {
    if !text.contains('\n') && wrap::width(text) <= width {
        return text.to_owned();
    }
    let lines: Vec<&str> = text.split('\n').flat_map(|line| wrap::wrap(line, width, width)).collect();
    lines.join("\n")
}

/// Writes each row as a block: a line with its number, then a line for each column.
fn write_blocks(
    first: Vec<TextRow>,
    rest: &mut Limited<'_>,
    columns: &Columns,
    width: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    let label = columns.headings.iter().map(|h| wrap::width(h)).max().unwrap_or(0);
    let room = width.saturating_sub(label + 2).max(NARROWEST);
    let rest = rest.map(|row| text_row(&row, columns));
    for (number, row) in first.into_iter().chain(rest).enumerate() {
        let title = format!("── {} ", number + 1);
        let line = "─".repeat(width.saturating_sub(wrap::width(&title)));
        writeln!(out, "{title}{line}")?;
        for (heading, text) in columns.headings.iter().zip(&row) {
            let pad = " ".repeat(label - wrap::width(heading));
            let mut lines = text.split('\n').flat_map(|line| wrap::wrap(line, room, room));
            let first = lines.next().unwrap_or_default();
            writeln!(out, "{}", format!("{heading}{pad}  {first}").trim_end())?;
            for line in lines {
                writeln!(out, "{}", format!("{}  {line}", " ".repeat(label)).trim_end())?;
            }
        }
    }
    Ok(())
}
