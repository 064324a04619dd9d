//! Rows as a Markdown table, and the escaping that every Markdown text needs.

use std::io::{self, Write};

use super::render::{Columns, Limited, RenderOptions};
use super::sample::{Sample, text_row};
use super::wrap;

/// Columns are padded up to this width, so that the text reads well as it stands.
const WIDEST: usize = 40;

/// Writes the rows. A Markdown table has a head in any case: without a header its cells are empty.
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
    let widths: Vec<usize> = sample.widths.iter().map(|&w| w.clamp(3, WIDEST)).collect();
    let head: Vec<&str> = columns.headings.iter().map(|h| if options.header { h.as_ref() } else { "" }).collect();
    write_row(&head, &widths, &sample.numeric, out)?;
    let rule = |(&width, &numeric): (&usize, &bool)| {
        if numeric { format!("{}:", "-".repeat(width - 1)) } else { "-".repeat(width) }
    };
    let rules: Vec<String> = widths.iter().zip(&sample.numeric).map(rule).collect();
    writeln!(out, "| {} |", rules.join(" | "))?;
    for row in sample.rows {
        write_row(&row, &widths, &sample.numeric, out)?;
    }
    for row in rows {
        write_row(&text_row(&row, columns), &widths, &sample.numeric, out)?;
    }
    Ok(())
}

fn write_row<S: AsRef<str>>(cells: &[S], widths: &[usize], numeric: &[bool], out: &mut dyn Write) -> io::Result<()> {
    let mut line = String::from("|");
    for ((cell, &width), &numeric) in cells.iter().zip(widths).zip(numeric) {
        let text = escape(cell.as_ref());
        let pad = " ".repeat(width.saturating_sub(wrap::width(&text)));
        line.push(' ');
        if numeric {
            line.push_str(&pad);
            line.push_str(&text);
        } else {
            line.push_str(&text);
            line.push_str(&pad);
        }
        line.push_str(" |");
    }
    writeln!(out, "{line}")
}

/// A text that Markdown shows as it stands: what would be markup or HTML is escaped, a line break is `<br>`.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let after = chars.peek().copied().unwrap_or(' ');
        match c {
            '\\' | '|' | '`' | '*' | '[' | ']' | '~' => out.extend(['\\', c]),
            // Within a word it is no markup, and ids are full of it.
            '_' if !(before.is_alphanumeric() && after.is_alphanumeric()) => out.push_str("\\_"),
            '<' => out.push_str("&lt;"),
            '&' if after.is_ascii_alphabetic() || after == '#' => out.push_str("&amp;"),
            '\n' => out.push_str("<br>"),
            c => out.push(c),
        }
        before = c;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_a_text_stays_text() {
        assert_eq!(escape("finding_id"), "finding_id");
        assert_eq!(escape("_a|b*"), "\\_a\\|b\\*");
        assert_eq!(escape("<b>&amp; & 1\n2"), "&lt;b>&amp;amp; & 1<br>2");
    }
}
