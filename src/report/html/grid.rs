//! The drawings of regions against something else: how many needs are met, by sector; where the silos are, by line.
//!
//! No colour says anything alone: every cell that holds something has its number.

use std::io;

use plotters::style::RGBColor;

use crate::model::Language;

use super::super::sentence::{count, percent, plural, say};
use super::canvas::{Anchor, Canvas, Colour, INK, MUTED, RULE, SMALL, TEXT, WHITE, draw, fit, width};
use super::drawings::{Grid, GridRow, Part};
use super::view::{Drawing, Table};

/// Sizes in pixels.
const ROW: i32 = 26;
const COLUMN: i32 = 36;
const INDENT: i32 = 12;
/// The least and the greatest room for the names of regions.
const NAMES: (i32, i32) = (90, 210);
/// The greatest room for the names of columns.
const HEADS: i32 = 120;

/// From nothing to all. On the first four the text is dark, on the others light.
const SHADES_OF_MET: [Colour; 6] = [
    RGBColor(0xf6, 0xe9, 0xd2),
    RGBColor(0xe3, 0xe8, 0xdc),
    RGBColor(0xb9, 0xd7, 0xd2),
    RGBColor(0x82, 0xbc, 0xbd),
    RGBColor(0x27, 0x79, 0x8a),
    RGBColor(0x0b, 0x4f, 0x62),
];
const SHADES_OF_SILOS: [Colour; 6] = [
    RGBColor(0xf5, 0xf1, 0xee),
    RGBColor(0xf4, 0xdd, 0xd2),
    RGBColor(0xec, 0xc1, 0xae),
    RGBColor(0xdd, 0x9d, 0x84),
    RGBColor(0xab, 0x45, 0x35),
    RGBColor(0x7f, 0x22, 0x1a),
];
const LIGHT_TEXT_FROM: usize = 4;

/// What a grid is of.
struct Look<'a> {
    grid: &'a Grid,
    shades: &'a [Colour; 6],
    /// What stands in a cell.
    label: fn(Part) -> String,
    /// The name of the last column, which is over all.
    total: &'a str,
}

/// The needs that are met.
pub(super) fn met(grid: &Grid, language: Language) -> io::Result<Option<Drawing>> {
    let total = language.pick("all sectors", "全部板块");
    let look = Look { grid, shades: &SHADES_OF_MET, label: hundredths, total };
    let Some((width, height, svg)) = look.draw()? else { return Ok(None) };
    let lead = language.pick(
        "How many of a hundred needs are met, by the region of the department that needs and the sector of what it needs. \
         Darker is better. A region counts all under it; where nothing is needed, the cell is empty.",
        "按需求部门所在区划与所需数据的板块，每百项需求满足多少项；颜色越深越好。区划含其下各级；无需求处为空。",
    );
    Ok(Some(Drawing {
        id: "met",
        heading: language.pick("Needs met, region by region", "各区划各板块需求满足率").to_owned(),
        lead: lead.to_owned(),
        title: language.pick("Needs met by region and sector, in per cent", "各区划各板块的需求满足率（%）").to_owned(),
        description: described(grid, language),
        width,
        height,
        svg,
        grows: false,
        note: left_out(grid, ("sector", "sectors", "板块"), language),
        table: look.table(
            language.pick("Needs met of needs, by region and sector", "各区划各板块：已满足需求/需求"),
            language,
        ),
    }))
}

/// The silos.
pub(super) fn silos(grid: &Grid, language: Language) -> io::Result<Option<Drawing>> {
    let total = language.pick("all lines", "全部条线");
    let look = Look { grid, shades: &SHADES_OF_SILOS, label: number, total };
    let Some((width, height, svg)) = look.draw()? else { return Ok(None) };
    let lead = language.pick(
        "The grid of regions and lines, and the silos in it: each number counts the datasets there that nobody but their \
         holder can get. The darker, the greater their share of what is held there and could be shared; 0 is none, an \
         empty cell holds nothing. A region counts all under it.",
        "块（区划）与条（条线）构成的网格及其中的孤岛：数字为除持有部门外无人可得的数据集数；颜色越深，在可共享数据集中占比越大。\
         0 表示没有孤岛，空白表示没有数据集。区划含其下各级。",
    );
    Ok(Some(Drawing {
        id: "silo-map",
        heading: language.pick("Where the silos are", "孤岛分布").to_owned(),
        lead: lead.to_owned(),
        title: language.pick("Silos by region and line", "各区划各条线的孤岛数").to_owned(),
        description: described(grid, language),
        width,
        height,
        svg,
        grows: false,
        note: left_out(grid, ("line", "lines", "条线"), language),
        table: look.table(
            language
                .pick("Silos of datasets that could be shared, by region and line", "各区划各条线：孤岛/可共享数据集"),
            language,
        ),
    }))
}

/// A ratio in hundredths. What is not quite all is never shown as all, nor a little as none.
fn hundredths(part: Part) -> String {
    let Some(ratio) = part.ratio() else { return String::new() };
    let rounded = (ratio * 100.0).round() as u64;
    let most = if part.part < part.whole { 99 } else { 100 };
    rounded.clamp(u64::from(part.part > 0), most).to_string()
}

/// A number in at most four characters.
fn number(part: Part) -> String {
    match part.part {
        n if part.whole == 0 && n == 0 => String::new(),
        n if n < 10_000 => n.to_string(),
        n if n < 1_000_000 => format!("{}k", n / 1000),
        n => format!("{}M", n / 1_000_000),
    }
}

fn shade(shades: &[Colour; 6], part: Part) -> Option<(Colour, Colour)> {
    let ratio = part.ratio()?;
    // All and none have shades of their own.
    let step = match part.part {
        0 => 0,
        n if n >= part.whole => 5,
        _ => 1 + ((ratio * 4.0) as usize).min(3),
    };
    let ink = match step {
        0 => MUTED,
        step if step < LIGHT_TEXT_FROM => INK,
        _ => WHITE,
    };
    Some((shades[step], ink))
}

impl Look<'_> {
    fn heads(&self) -> impl Iterator<Item = &str> {
        self.grid.columns.iter().map(String::as_str).chain([self.total])
    }

    /// The width, the height and what stands between the tags; nothing where there is nothing to draw.
    fn draw(&self) -> io::Result<Option<(i32, i32, String)>> {
        let grid = self.grid;
        if grid.rows.is_empty() || grid.columns.is_empty() {
            return Ok(None);
        }
        let indent = |row: &GridRow| INDENT * row.depth.min(8) as i32;
        let widest = grid.rows.iter().map(|row| width(&row.name, TEXT) + indent(row)).max().unwrap_or(0);
        let names = widest.clamp(NAMES.0, NAMES.1) + 10;
        let heads = self.heads().map(head_height).max().unwrap_or(0) + 12;
        let size = (names + COLUMN * (grid.columns.len() as i32 + 1) + 10, heads + ROW * grid.rows.len() as i32 + 2);
        let svg = draw(size.0, size.1, |canvas| {
            for (i, head) in self.heads().enumerate() {
                head_of(canvas, head, (self.x(names, i) + COLUMN / 2, heads - 8));
            }
            for (i, row) in grid.rows.iter().enumerate() {
                let top = heads + ROW * i as i32;
                canvas.line((0, top), (size.0, top), RULE, 1);
                let (left, middle) = (indent(row), top + ROW / 2);
                if row.depth > 0 {
                    canvas.line((left - 7, top), (left - 7, middle), RULE, 1);
                    canvas.line((left - 7, middle), (left - 1, middle), RULE, 1);
                }
                let colour = if row.depth == 0 { INK } else { MUTED };
                let name = fit(&row.name, names - left - 14, TEXT);
                canvas.text(&name, (left + 2, middle), TEXT, colour, Anchor::Start);
                for (j, part) in row.cells.iter().chain([&row.total]).enumerate() {
                    self.cell(canvas, *part, (self.x(names, j), top));
                }
            }
        })?;
        Ok(Some((size.0, size.1, svg)))
    }

    /// Where a column begins: the last one stands apart.
    fn x(&self, names: i32, column: usize) -> i32 {
        let apart = if column == self.grid.columns.len() { 8 } else { 0 };
        names + COLUMN * column as i32 + apart
    }

    fn cell(&self, canvas: &mut Canvas<'_>, part: Part, (x, top): (i32, i32)) {
        let Some((fill, ink)) = shade(self.shades, part) else { return };
        canvas.rect((x + 1, top + 2), (COLUMN - 2, ROW - 3), fill);
        canvas.text(&(self.label)(part), (x + COLUMN / 2, top + ROW / 2 + 1), SMALL, ink, Anchor::Middle);
    }

    fn table(&self, caption: &str, language: Language) -> Table {
        let cell = |part: &Part| match part.whole {
            0 => super::super::sentence::NOTHING.to_owned(),
            whole => format!("{}/{}", count(part.part), count(whole)),
        };
        let heads = self.heads().map(str::to_owned);
        let rows = self.grid.rows.iter().map(|row| {
            let name = format!("{}{}", "\u{2003}".repeat(row.depth as usize), row.name);
            (name, row.cells.iter().chain([&row.total]).map(cell).collect())
        });
        Table {
            caption: caption.to_owned(),
            columns: std::iter::once(language.pick("Region", "区划").to_owned()).chain(heads).collect(),
            rows: rows.collect(),
        }
    }
}

/// Whether a name is written a character below the other, as Chinese may be.
fn stands(head: &str) -> bool {
    !head.is_ascii() && head.chars().all(|c| width(&c.to_string(), 10.0) > 8) && head.chars().count() <= 7
}

fn head_height(head: &str) -> i32 {
    match stands(head) {
        true => head.chars().count() as i32 * 15,
        false => width(head, SMALL).min(HEADS),
    }
}

/// The name of a column, which ends at a point.
fn head_of(canvas: &mut Canvas<'_>, head: &str, (x, bottom): (i32, i32)) {
    if !stands(head) {
        return canvas.upright(&fit(head, HEADS, SMALL), (x, bottom), SMALL, MUTED);
    }
    let top = bottom - head.chars().count() as i32 * 15 + 8;
    for (i, c) in head.chars().enumerate() {
        canvas.text(&c.to_string(), (x, top + 15 * i as i32), TEXT, MUTED, Anchor::Middle);
    }
}

fn described(grid: &Grid, language: Language) -> String {
    let (rows, columns) = (grid.rows.len(), grid.columns.len());
    let best = |row: &GridRow| (row.name.clone(), percent(row.total.part, row.total.whole));
    let first = grid.rows.first().map(best).unwrap_or_default();
    let (name, ratio) = first;
    say!(
        language,
        "A grid of {rows} regions by {columns} columns; in all, {name}: {ratio}. The table below has every number.",
        "网格：{rows}行区划，{columns}列；总计 {name}：{ratio}。全部数字见下表。"
    )
}

/// What is not shown, in words; empty where all is.
fn left_out(grid: &Grid, noun: (&str, &str, &str), language: Language) -> String {
    let mut said = Vec::new();
    if grid.regions_left_out > 0 {
        let (number, regions) =
            (count(grid.regions_left_out), plural(grid.regions_left_out, "region has", "regions have"));
        said.push(say!(
            language,
            "{number} {regions} no row of their own; those under a region that is shown are counted in it.",
            "另有{number}个区划未单列，其上级区划在列的已计入上级。"
        ));
    }
    if grid.columns_left_out > 0 {
        let number = count(grid.columns_left_out);
        let (one, many, chinese) = noun;
        let columns = plural(grid.columns_left_out, one, many);
        said.push(say!(
            language,
            "{number} more {columns}, the smallest, are not drawn; they count in the last column.",
            "另有{number}个较小的{chinese}未绘出，已计入末列。"
        ));
    }
    said.join(language.pick(" ", ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_does_not_lie_at_the_ends() {
        for (part, whole, expected) in [(0, 9, "0"), (1, 900, "1"), (899, 900, "99"), (9, 9, "100"), (0, 0, "")] {
            assert_eq!(hundredths(Part { part, whole }), expected);
        }
        for (part, whole, expected) in [(0, 3, "0"), (9_999, 9_999, "9999"), (31_900, 40_000, "31k"), (0, 0, "")] {
            assert_eq!(number(Part { part, whole }), expected);
        }
    }

    #[test]
    fn all_and_none_have_shades_of_their_own() {
        let at = |part, whole| shade(&SHADES_OF_MET, Part { part, whole }).map(|(fill, _)| fill);
        assert_eq!(at(0, 9), Some(SHADES_OF_MET[0]));
        assert_eq!(at(1, 9), Some(SHADES_OF_MET[1]));
        assert_eq!(at(8, 9), Some(SHADES_OF_MET[4]));
        assert_eq!(at(9, 9), Some(SHADES_OF_MET[5]));
        assert_eq!(at(0, 0), None);
    }
}
