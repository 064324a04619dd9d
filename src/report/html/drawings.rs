//! What the drawings of the page show, counted by whoever makes the page. All names are as a reader knows them.

use super::super::explain::WhyAnswer;
use super::super::page::StateLine;

/// Everything that the HTML page shows beside the report itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawings {
    /// The tiers, and what crosses between them.
    pub tiers: TierFlow,
    /// The needs that are met, by region of the consumer and sector of the dataset.
    pub met: Grid,
    /// The silos among the datasets that could be shared, by region and line of the holder.
    pub silos: Grid,
    /// How things stood earlier.
    pub trend: Option<Trend>,
    /// Why the worst silos and unmet needs are what they are, the worst first.
    pub proofs: Vec<WhyAnswer>,
    /// The folder whose files the page takes to be put; empty where it shows what is.
    pub plan: String,
}

/// A part of a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// The part.
    pub part: u64,
    /// The whole.
    pub whole: u64,
}

impl Part {
    /// The part by the whole, from 0 to 1; none where there is no whole.
    #[must_use]
    pub fn ratio(self) -> Option<f64> {
        (self.whole > 0).then(|| self.part as f64 / self.whole as f64)
    }
}

/// The tiers from the top, and the needs that cross each border between two that are neighbours: those of departments on
/// one side for data held on the other, however far from it, in one chain of regions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TierFlow {
    /// The tiers that have a department or a dataset.
    pub levels: Vec<Level>,
    /// The borders between them: one less than levels.
    pub borders: Vec<Border>,
}

/// A tier.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Level {
    /// Its name.
    pub name: String,
    /// How many departments it has.
    pub departments: u64,
    /// How many datasets they hold.
    pub datasets: u64,
}

/// What crosses between two neighbouring tiers: needs met, of needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Border {
    /// Data that is held below and needed above.
    pub up: Part,
    /// Data that is held above and needed below.
    pub down: Part,
}

/// Parts by region and something else. A region counts all that is under it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grid {
    /// What the columns are of.
    pub columns: Vec<String>,
    /// The regions, each after the one that it is under.
    pub rows: Vec<GridRow>,
    /// Regions that would have a row of their own, had the page the room; most are counted in those above them.
    pub regions_left_out: u64,
    /// Columns that are not shown.
    pub columns_left_out: u64,
}

/// A region of a grid.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GridRow {
    /// Its name.
    pub name: String,
    /// How many rows' regions it is under.
    pub depth: u32,
    /// By column; of a whole of 0 where there is nothing.
    pub cells: Vec<Part>,
    /// Over all columns, those too that are not shown.
    pub total: Part,
}

/// Two states held against each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trend {
    /// The earlier state; none where it is a catalog directory.
    pub state: Option<StateLine>,
    /// What was called for as the earlier state, as a reader wrote it; empty where it is this one without a plan.
    pub named: String,
    /// How things stood.
    pub before: Standing,
    /// How they stand.
    pub after: Standing,
    /// Per finding, how many opened and how many closed since.
    pub changes: Vec<(String, u64, u64)>,
}

/// The headline figures of a state.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Standing {
    /// Needs that are met, of those that count.
    pub met: Part,
    /// Silos, of the datasets that could be shared.
    pub silos: Part,
    /// Needs of the tier looked at that are not met though no law withholds the dataset, of all that it has.
    pub unreachable: Part,
    /// Findings of what was built twice.
    pub redundant: u64,
    /// What could have been saved, in units of 10 000 yuan.
    pub cost: f64,
}

impl Standing {
    /// The standing that a report tells of.
    #[must_use]
    pub fn of(report: &super::super::page::Report) -> Self {
        let (figures, silos, unreachable) = (&report.figures, &report.silos, &report.unreachable);
        Self {
            met: Part { part: figures.needs_met, whole: figures.needs_counted },
            silos: Part { part: silos.total, whole: silos.datasets },
            unreachable: Part { part: unreachable.violations, whole: unreachable.needs },
            redundant: report.redundant.total,
            cost: report.redundant.cost_total,
        }
    }
}
