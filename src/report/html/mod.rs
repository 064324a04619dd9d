//! The report as one HTML file that needs nothing else: no script, no font, no picture from anywhere. It can be printed,
//! read on a phone, and read aloud.
//!
//! The words are those of [`super::page`]; what is here is how they look, and the drawings. Everything that comes from a
//! catalog is escaped, by the template ([`view`]) or by what draws ([`canvas`]).

mod canvas;
mod cards;
mod drawings;
mod grid;
#[cfg(test)]
mod tests;
mod tiers;
mod trend;
mod view;

pub use drawings::{Border, Drawings, Grid, GridRow, Level, Part, Standing, TierFlow, Trend};

use std::io::{self, Write};

use crate::model::Language;

use super::document::{Block, strong};
use super::explain;
use super::page::{self, Report};
use super::sentence::say;

/// Writes the page.
///
/// # Errors
/// Whatever `out` answers, and what keeps a drawing from being made.
pub fn write(report: &Report, drawings: &Drawings, language: Language, out: &mut dyn Write) -> io::Result<()> {
    let mut front = page::front(report, language);
    if !drawings.plan.is_empty() {
        let plan = strong(&drawings.plan);
        front.push(Block::Note(say!(
            language,
            "As if the files in {plan} were put: a plan, not what is.",
            "假定 {plan} 中的文件已经写入：此为方案，并非现状。"
        )));
    }
    let mut drawn = Vec::new();
    if let Some(trend) = &drawings.trend {
        drawn.push(trend::drawing(trend, language)?);
    }
    drawn.extend(tiers::drawing(&drawings.tiers, language)?);
    drawn.extend(grid::met(&drawings.met, language)?);
    drawn.extend(grid::silos(&drawings.silos, language)?);
    let mut told = page::in_figures(report, language);
    told.extend(page::reach(report, language));
    told.extend(proofs(drawings, language));
    told.extend(page::rest(report, language));
    view::Page::new(language, &front, cards::cards(report, language), drawn, &told).write(out)
}

/// Why the worst are what they are: of each the path that is missing, edge by edge.
fn proofs(drawings: &Drawings, language: Language) -> Vec<Block> {
    if drawings.proofs.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![
        Block::Heading(language.pick("The worst of them, proved", "最突出问题的证明").to_owned()),
        Block::Paragraph(
            language
                .pick(
                    "Each is its own proof: the data reaches the places that are named, and every sharing edge that leads \
                     on from there is closed, for the reason given. Whoever finds none missing in the catalog has proved \
                     it.",
                    "每项均自带证明：数据只到达所列各处，由此向外的每条共享关系均因所述原因不通。对照目录未发现遗漏，即得证。",
                )
                .to_owned(),
        ),
    ];
    for answer in &drawings.proofs {
        let (title, consumer) = (&answer.dataset_title, &answer.consumer_name);
        blocks.push(Block::Subheading(say!(language, "{title}, for {consumer}", "{title}（需求：{consumer}）")));
        blocks.extend(explain::blocks(answer, language));
    }
    blocks
}
