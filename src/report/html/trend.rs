//! The drawing of how things changed: for each headline ratio where it was and where it is, on one scale.

use std::io;

use crate::model::Language;

use super::super::sentence::{NOTHING, count, money, percent, say};
use super::super::words;
use super::canvas::{Anchor, BRICK, Canvas, INK, MUTED, RULE, SMALL, TEAL, TEXT, draw, fit};
use super::drawings::{Part, Standing, Trend};
use super::view::{Drawing, Table};

/// Sizes in pixels.
const WIDTH: i32 = 400;
const ROW: i32 = 58;
const TOP: i32 = 26;
const MARGIN: i32 = 16;

/// A ratio that changed.
struct Measure {
    name: &'static str,
    before: Part,
    after: Part,
    /// Whether more is better.
    up: bool,
}

fn measures(trend: &Trend, language: Language) -> [Measure; 3] {
    let (a, b) = (&trend.before, &trend.after);
    let name = |english, chinese| language.pick(english, chinese);
    [
        Measure { name: name("Needs met", "需求满足率"), before: a.met, after: b.met, up: true },
        Measure {
            name: name("Datasets that are silos", "孤岛占可共享数据集"),
            before: a.silos,
            after: b.silos,
            up: false,
        },
        Measure {
            name: name("Needs out of reach", "够不着的需求占比"),
            before: a.unreachable,
            after: b.unreachable,
            up: false,
        },
    ]
}

pub(super) fn drawing(trend: &Trend, language: Language) -> io::Result<Drawing> {
    let measures = measures(trend, language);
    let height = TOP + ROW * measures.len() as i32 + 6;
    let svg = draw(WIDTH, height, |canvas| {
        for tick in 0..=4 {
            let x = place(f64::from(tick) / 4.0);
            canvas.line((x, TOP), (x, height - 6), RULE, 1);
            canvas.text(&format!("{}%", tick * 25), (x, TOP - 12), SMALL, MUTED, Anchor::Middle);
        }
        for (i, measure) in measures.iter().enumerate() {
            row(canvas, measure, TOP + ROW * i as i32);
        }
    })?;
    let description = language.pick(
        "For each ratio, on a scale from 0 to 100 per cent, a hollow circle for the earlier state and a filled one for \
         this one. The tables below have the numbers.",
        "每项比率在 0 至 100% 的标尺上，空心圆为较早状态，实心圆为当前状态。数字见下表。",
    );
    Ok(Drawing {
        id: "trend",
        heading: match trend.named.is_empty() {
            true => language.pick("What the plan changes", "方案带来的变化").to_owned(),
            false => language.pick("What has changed", "变化").to_owned(),
        },
        lead: lead(trend, language),
        title: language.pick("Headline ratios, earlier and now", "主要比率：此前与现在").to_owned(),
        description: description.to_owned(),
        width: WIDTH,
        height,
        svg,
        grows: true,
        note: changes(trend, language),
        table: table(trend, language),
    })
}

fn place(ratio: f64) -> i32 {
    MARGIN + (f64::from(WIDTH - 2 * MARGIN) * ratio).round() as i32
}

fn row(canvas: &mut Canvas<'_>, measure: &Measure, top: i32) {
    let colour = if measure.up { TEAL } else { BRICK };
    let ratios = [measure.before, measure.after].map(|part| percent(part.part, part.whole));
    let text = format!("{}: {} → {}", measure.name, ratios[0], ratios[1]);
    canvas.text(&fit(&text, WIDTH - 2 * MARGIN, TEXT), (MARGIN, top + 16), TEXT, INK, Anchor::Start);
    let y = top + 40;
    canvas.line((place(0.0), y), (place(1.0), y), RULE, 1);
    let [before, after] = [measure.before, measure.after].map(|part| part.ratio().map(place));
    if let (Some(before), Some(after)) = (before, after) {
        canvas.line((before, y), (after, y), colour, 3);
    }
    if let Some(x) = before {
        canvas.dot((x, y), 7, super::canvas::WHITE, true);
        canvas.dot((x, y), 7, colour, false);
    }
    if let Some(x) = after {
        canvas.dot((x, y), 6, colour, true);
    }
}

/// What is held against what.
fn lead(trend: &Trend, language: Language) -> String {
    let against = match &trend.state {
        _ if trend.named.is_empty() => {
            language.pick("Against the same records without the plan", "与未实施方案的同一台账相比").to_owned()
        }
        Some(state) => {
            let (number, time) = (state.number, &state.time);
            say!(language, "Against state {number} of the store, {time}", "与存储状态第{number}号（{time}）相比")
        }
        None => {
            let named = &trend.named;
            say!(language, "Against the catalogs in {named}", "与 {named} 中的目录相比")
        }
    };
    say!(
        language,
        "{against}: a hollow circle is the earlier figure, a filled one the present.",
        "{against}：空心圆为此前，实心圆为现在。"
    )
}

/// How many findings opened and closed.
fn changes(trend: &Trend, language: Language) -> String {
    let one = |(finding, opened, closed): &(String, u64, u64)| {
        let finding = words::word("finding", finding, language);
        let (opened, closed) = (count(*opened), count(*closed));
        say!(language, "{finding}: {opened} opened, {closed} closed", "{finding}：新增{opened}，消除{closed}")
    };
    let all: Vec<String> = trend.changes.iter().map(one).collect();
    let end = language.pick(".", "。");
    format!("{}{end}", all.join(language.pick("; ", "；")))
}

fn table(trend: &Trend, language: Language) -> Table {
    let of = |part: Part| match part.whole {
        0 => NOTHING.to_owned(),
        whole => format!("{}/{} ({})", count(part.part), count(whole), percent(part.part, whole)),
    };
    let mut rows: Vec<(String, Vec<String>)> =
        measures(trend, language).into_iter().map(|m| (m.name.to_owned(), vec![of(m.before), of(m.after)])).collect();
    let both = |value: &dyn Fn(&Standing) -> String| vec![value(&trend.before), value(&trend.after)];
    rows.push((
        language.pick("Findings of what was built twice", "重复建设问题").to_owned(),
        both(&|s| count(s.redundant)),
    ));
    rows.push((
        language.pick("What could have been saved", "本可节约的费用").to_owned(),
        both(&|s| money(s.cost, language)),
    ));
    let columns = match language {
        Language::English => ["Figure", "Earlier", "Now"],
        Language::Chinese => ["指标", "此前", "现在"],
    };
    Table {
        caption: language.pick("Headline figures, earlier and now", "主要指标：此前与现在").to_owned(),
        columns: columns.map(str::to_owned).to_vec(),
        rows,
    }
}
