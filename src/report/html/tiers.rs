//! The drawing of the tiers: one above another, and between two of them what goes up and what goes down.

use std::io;

use crate::model::Language;

use super::super::sentence::{count, counted, percent, say};
use super::canvas::{Anchor, Canvas, Colour, INK, MUTED, OCHRE, PANEL, RULE, SMALL, TEAL, TEXT, draw, fit, width};
use super::drawings::{Border, Part, TierFlow};
use super::view::{Drawing, Table};

/// The width, in pixels: that of a phone.
const WIDTH: i32 = 400;
const BOX: i32 = 42;
const BETWEEN: i32 = 92;
/// The widest that an arrow is.
const WIDEST: i32 = 56;
/// The room for the numbers beside an arrow.
const ROOM: i32 = 114;

pub(super) fn drawing(flow: &TierFlow, language: Language) -> io::Result<Option<Drawing>> {
    if flow.levels.is_empty() {
        return Ok(None);
    }
    let levels = flow.levels.len() as i32;
    let height = levels * BOX + (levels - 1) * BETWEEN + 2;
    let most = flow.borders.iter().flat_map(|b| [b.up.whole, b.down.whole]).max().unwrap_or(0);
    let svg = draw(WIDTH, height, |canvas| {
        for (i, level) in flow.levels.iter().enumerate() {
            let top = 1 + i as i32 * (BOX + BETWEEN);
            canvas.rect((1, top), (WIDTH - 2, BOX), PANEL);
            canvas.outline((1, top), (WIDTH - 2, BOX), RULE);
            let middle = top + BOX / 2;
            canvas.text(&fit(&level.name, 110, TEXT + 1.0), (14, middle), TEXT + 1.0, INK, Anchor::Start);
            let (departments, datasets) = (
                counted(level.departments, "department", "departments"),
                counted(level.datasets, "dataset", "datasets"),
            );
            let (d, s) = (count(level.departments), count(level.datasets));
            let holds = say!(language, "{departments}, {datasets}", "部门{d}个，数据集{s}个");
            canvas.text(&fit(&holds, 250, SMALL), (WIDTH - 14, middle), SMALL, MUTED, Anchor::End);
        }
        for (i, border) in flow.borders.iter().enumerate() {
            let top = 1 + i as i32 * (BOX + BETWEEN) + BOX;
            arrow(canvas, top, border.up, most, true, language);
            arrow(canvas, top, border.down, most, false, language);
        }
    })?;
    let description = language.pick(
        "Tiers from the top down. Between two neighbours, an arrow up for data held below and needed above, an arrow down \
         for data held above and needed below; its width is the number of needs, its filled part those that are met. The \
         table below has the numbers.",
        "自上而下排列各层级。相邻两级之间，向上箭头表示下级持有、上级需要的数据，向下箭头表示上级持有、下级需要的数据；\
         宽度为需求数，实心部分为已满足的需求。数字见下表。",
    );
    Ok(Some(Drawing {
        id: "flow",
        heading: language.pick("Between the tiers: what goes up, what goes down", "层级之间：上行与下行").to_owned(),
        lead: lead(&flow.borders, language),
        title: language.pick("Needs met between neighbouring tiers", "相邻层级之间的需求满足情况").to_owned(),
        description: description.to_owned(),
        width: WIDTH,
        height,
        svg,
        grows: true,
        note: String::new(),
        table: table(flow, language),
    }))
}

/// What the picture comes to, in a sentence.
fn lead(borders: &[Border], language: Language) -> String {
    let add = |a: Part, b: Part| Part { part: a.part.saturating_add(b.part), whole: a.whole.saturating_add(b.whole) };
    let sum = |part: fn(&Border) -> Part| borders.iter().map(part).fold(Part::default(), add);
    let (up, down) = (sum(|b| b.up), sum(|b| b.down));
    let told = |of: Part, direction: (&str, &str)| {
        let (ratio, way) = (percent(of.part, of.whole), language.pick(direction.0, direction.1));
        match of.whole {
            0 => say!(language, "nothing is needed {way}", "{way}无需求"),
            _ => say!(language, "{ratio} of those {way} are met", "{way}满足{ratio}"),
        }
    };
    let (up, down) = (told(up, ("upwards", "上行")), told(down, ("downwards", "下行")));
    say!(
        language,
        "Of the needs that cross a border between tiers, {up}, and {down}. A need counts at every border \
         that its data would have to cross, within one chain of regions; what the law withholds does not count.",
        "跨层级的需求中，{up}，{down}。一项需求在数据须跨越的每一级之间各计一次，限于同一隶属链，不计不予共享的数据。"
    )
}

fn arrow(canvas: &mut Canvas<'_>, top: i32, part: Part, most: u64, up: bool, language: Language) {
    let colour = if up { TEAL } else { OCHRE };
    let x = if up { 48 } else { 238 };
    let scaled = |n: u64, of: u64| ((n as f64 / of.max(1) as f64) * f64::from(WIDEST)).ceil() as i32;
    let (whole, filled) = (scaled(part.whole, most).max(3), scaled(part.part, most).min(WIDEST));
    if part.whole > 0 {
        body(canvas, x, top, whole, up, blend(colour));
        if part.part > 0 {
            body(canvas, x, top, filled.max(3), up, colour);
        }
    } else {
        canvas.line((x, top + 12), (x, top + BETWEEN - 12), RULE, 1);
    }
    let at = x + WIDEST / 2 + 10;
    let middle = top + BETWEEN / 2;
    let name = match (up, language) {
        (true, Language::English) => "up",
        (false, Language::English) => "down",
        (true, Language::Chinese) => "上行",
        (false, Language::Chinese) => "下行",
    };
    let (met, needs) = (count(part.part), count(part.whole));
    let ratio = percent(part.part, part.whole);
    canvas.text(&format!("{name} {ratio}"), (at, middle - 10), TEXT, colour, Anchor::Start);
    let of = say!(language, "{met} of {needs}", "{met}/{needs}");
    if width(&of, SMALL) <= ROOM {
        canvas.text(&of, (at, middle + 9), SMALL, MUTED, Anchor::Start);
    } else {
        let second = say!(language, "of {needs}", "/{needs}");
        canvas.text(&met, (at, middle + 9), SMALL, MUTED, Anchor::Start);
        canvas.text(&second, (at, middle + 25), SMALL, MUTED, Anchor::Start);
    }
}

/// An arrow of a width between two tiers.
fn body(canvas: &mut Canvas<'_>, x: i32, top: i32, width: i32, up: bool, colour: Colour) {
    const GAP: i32 = 6;
    let (start, end) = (top + GAP, top + BETWEEN - GAP);
    let half = (width + 1) / 2;
    let head = half + 5;
    let tip = (head).min(24);
    let points = [
        (x, start),
        (x + head, start + tip),
        (x + half, start + tip),
        (x + half, end),
        (x - half, end),
        (x - half, start + tip),
        (x - head, start + tip),
    ];
    let flipped = points.map(|(px, py)| (px, if up { py } else { start + end - py }));
    canvas.shape(&flipped, colour);
}

/// A light shade of a colour.
fn blend(colour: Colour) -> Colour {
    let light = |c: u8| (u16::from(c) / 5 + 204).min(255) as u8;
    plotters::style::RGBColor(light(colour.0), light(colour.1), light(colour.2))
}

fn table(flow: &TierFlow, language: Language) -> Table {
    let columns = match language {
        Language::English => ["Between", "Needs upwards", "Met", "Met, %", "Needs downwards", "Met", "Met, %"],
        Language::Chinese => ["层级之间", "上行需求", "满足", "满足率", "下行需求", "满足", "满足率"],
    };
    let cells = |p: Part| [count(p.whole), count(p.part), percent(p.part, p.whole)];
    let rows = flow.levels.windows(2).zip(&flow.borders).map(|(pair, border)| {
        let (above, below) = (&pair[0].name, &pair[1].name);
        let name = say!(language, "{above} and {below}", "{above}与{below}");
        (name, cells(border.up).into_iter().chain(cells(border.down)).collect())
    });
    Table {
        caption: language.pick("Needs between neighbouring tiers", "相邻层级之间的需求").to_owned(),
        columns: columns.map(str::to_owned).to_vec(),
        rows: rows.collect(),
    }
}
