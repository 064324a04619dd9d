//! What the report's page is made from. All names are as a reader knows them; ids are there to look further. Empty texts
//! stand for what is not known.

use jiff::civil::Date;
use serde::Serialize;

use super::super::edge::EdgeInWords;
use super::further::FurtherSection;

/// The page of `tiaokuai report`.
#[derive(Clone, Debug, Serialize, Default, PartialEq)]
pub struct Report {
    /// The title; empty for the standard one.
    pub title: String,
    /// The name of the region that the report keeps to; empty for all.
    pub region_name: String,
    /// The day that the report takes for today.
    pub today: Option<Date>,
    /// The folder of the plan that it takes to be put; empty where it is of what is.
    pub plan: String,
    /// The catalogs that it rests on.
    pub catalogs: Vec<CatalogLine>,
    /// The state of the store that it rests on; none for catalogs read from a directory.
    pub state: Option<StateLine>,
    /// What there is.
    pub figures: Figures,
    /// Data silos.
    pub silos: SiloSection,
    /// What does not reach those who need it.
    pub unreachable: UnreachableSection,
    /// What was built twice.
    pub redundant: RedundantSection,
    /// The other findings, a section each.
    pub further: Vec<FurtherSection>,
    /// References to records that are not there.
    pub dangling: Dangling,
    /// Records that cannot all be true.
    pub contradictions: Contradictions,
    /// Findings that are accepted until a date. They count nowhere else on the page.
    pub waived: Vec<WaivedItem>,
    /// Commands that tell more.
    pub next: Vec<NextStep>,
}

/// A catalog of the report.
#[derive(Clone, Debug, Serialize, Default, PartialEq)]
pub struct CatalogLine {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// When its owner issued it.
    pub issued: Option<Date>,
    /// How many records it holds.
    pub records: u64,
}

/// A state of the store.
#[derive(Clone, Debug, Serialize, Default, PartialEq)]
pub struct StateLine {
    /// Its number.
    pub number: u64,
    /// When it was made, as the reader's clock writes it.
    pub time: String,
    /// Its digest, in hex digits.
    pub digest: String,
}

/// What there is, counted.
#[derive(Clone, Debug, Serialize, Default, PartialEq)]
pub struct Figures {
    /// Regions.
    pub regions: u64,
    /// Departments, the grassroots among them.
    pub departments: u64,
    /// Departments of a grassroots tier.
    pub grassroots: u64,
    /// Platforms.
    pub platforms: u64,
    /// Datasets.
    pub datasets: u64,
    /// Services.
    pub services: u64,
    /// Needs, those of datasets that dangle too.
    pub needs: u64,
    /// Sharing edges.
    pub sharing_edges: u64,
    /// Sharing edges that are active.
    pub active_edges: u64,
    /// Of the needs counted, those that are met.
    pub needs_met: u64,
    /// The needs that can be met or not: those of datasets that dangle are left out.
    pub needs_counted: u64,
}

/// Data silos, of scope `any`.
#[derive(Clone, Debug, Serialize, Default, PartialEq)]
pub struct SiloSection {
    /// How many datasets there are that could be shared: held by somebody and not withheld.
    pub datasets: u64,
    /// How many of them are silos.
    pub total: u64,
    /// How many of the silos others need (violations).
    pub needed: u64,
    /// Silos by cause.
    pub by_cause: Vec<(String, u64)>,
    /// Silos by each narrower scope (`tier`, `line`, …).
    pub by_scope: Vec<(String, u64)>,
    /// The silos that most others need, the worst first.
    pub worst: Vec<SiloItem>,
}

/// One silo.
#[derive(Clone, Debug, Serialize, Default, PartialEq)]
pub struct SiloItem {
    /// The finding's id.
    pub finding_id: String,
    /// The dataset's id.
    pub dataset: String,
    /// The dataset's title.
    pub title: String,
    /// The holder's id.
    pub holder: String,
    /// The holder's name.
    pub holder_name: String,
    /// The name of the holder's region.
    pub region_name: String,
    /// Why it is a silo: a word of [`super::words::CAUSE`](crate::report::words::CAUSE).
    pub cause: String,
    /// Why it is not shared: words of the barrier vocabulary joined by `;`, or empty.
    pub barrier: String,
    /// How many departments other than the holder need it.
    pub needed_by: u64,
    /// `certain` or `suspected`.
    pub certainty: String,
}

/// What does not reach those who need it.
#[derive(Clone, Debug, Serialize, Default, PartialEq)]
pub struct UnreachableSection {
    /// Whose needs are looked at: a tier's id, `grassroots` or `all`.
    pub tier: String,
    /// How many needs such departments have that count.
    pub needs: u64,
    /// How many of those are not met, those of withheld datasets included.
    pub total: u64,
    /// How many of those are not met although no law withholds the dataset (violations).
    pub violations: u64,
    /// How many are not met because the dataset is withheld.
    pub withheld: u64,
    /// Unmet needs by cause.
    pub by_cause: Vec<(String, u64)>,
    /// Unmet needs, not withheld, by how many edges would have to be opened; none where no path exists even then.
    pub by_cost: Vec<(Option<u32>, u64)>,
    /// The edges that would each meet most needs, the best first.
    pub best_repairs: Vec<RepairItem>,
    /// Unmet needs to show, the worst first.
    pub worst: Vec<UnreachableItem>,
}

/// An edge that is not open, and what opening it would bring.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
pub struct RepairItem {
    /// The edge.
    pub edge: EdgeInWords,
    /// How many needs would be met.
    pub needs: u64,
}

/// One unmet need.
#[derive(Clone, Debug, Serialize, Default, PartialEq)]
pub struct UnreachableItem {
    /// The finding's id.
    pub finding_id: String,
    /// The consumer's id.
    pub consumer: String,
    /// The consumer's name.
    pub consumer_name: String,
    /// The name of the consumer's region.
    pub region_name: String,
    /// The dataset's id.
    pub dataset: String,
    /// The dataset's title.
    pub title: String,
    /// The holder's name.
    pub holder_name: String,
    /// The name of the service that needs it, or empty.
    pub service_name: String,
    /// Why it is not met: a word of [`super::words::CAUSE`](crate::report::words::CAUSE).
    pub cause: String,
    /// The edges to open, along the path; empty where there is no repair.
    pub repair: Vec<EdgeInWords>,
    /// How many edges are to be opened.
    pub repair_cost: Option<u32>,
    /// `certain` or `suspected`.
    pub certainty: String,
}

/// What was built twice.
#[derive(Clone, Debug, Serialize, Default, PartialEq)]
pub struct RedundantSection {
    /// How many findings there are.
    pub total: u64,
    /// How many of them are violations.
    pub violations: u64,
    /// What could have been saved, in units of 10 000 yuan. Each platform counts once.
    pub cost_total: f64,
    /// Findings by rule.
    pub by_rule: Vec<(String, u64)>,
    /// The dearest findings first.
    pub worst: Vec<RedundantItem>,
}

/// One platform, or group of platforms, that was built twice.
#[derive(Clone, Debug, Serialize, Default, PartialEq)]
pub struct RedundantItem {
    /// The finding's id.
    pub finding_id: String,
    /// The rule that it breaks: a word of [`super::words::RULE`](crate::report::words::RULE).
    pub rule: String,
    /// The platform's name; empty where the finding is of a group.
    pub name: String,
    /// The function that the platforms share.
    pub function: String,
    /// The name of the platform's operator.
    pub operator_name: String,
    /// The name of the region.
    pub region_name: String,
    /// The name of the platform that it repeats, or resembles.
    pub counterpart_name: String,
    /// The names of the group's platforms.
    pub members: Vec<String>,
    /// What could have been saved, in units of 10 000 yuan; none where no cost is known.
    pub cost: Option<f64>,
    /// The evidence, as the finding words it.
    pub reason: String,
    /// `violation`, `warning` or `note`.
    pub severity: String,
    /// `certain` or `suspected`.
    pub certainty: String,
}

/// References to records that are not there.
#[derive(Clone, Copy, Debug, Serialize, Default, PartialEq, Eq)]
pub struct Dangling {
    /// To records that were deleted or never were, of catalogs that are here.
    pub broken: u64,
    /// To records of catalogs that are not here.
    pub absent: u64,
}

/// Records that cannot all be true.
#[derive(Clone, Debug, Serialize, Default, PartialEq, Eq)]
pub struct Contradictions {
    /// How many there are.
    pub total: u64,
    /// Some of them, each a sentence in the reader's language.
    pub worst: Vec<String>,
}

/// A finding that is accepted until a date.
#[derive(Clone, Debug, Serialize, Default, PartialEq, Eq)]
pub struct WaivedItem {
    /// The finding's id.
    pub finding_id: String,
    /// The finding's name: a word of [`super::words::FINDING`](crate::report::words::FINDING).
    pub finding: String,
    /// What it is about, as a reader knows it.
    pub subject: String,
    /// Why it is accepted.
    pub reason: String,
    /// Who accepts it.
    pub by: String,
    /// Until when.
    pub until: Option<Date>,
}

/// A command that tells more.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
pub struct NextStep {
    /// The command, whole.
    pub command: String,
    /// What it tells.
    pub purpose: Purpose,
}

/// What a command tells.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
pub enum Purpose {
    /// Every silo.
    Silos,
    /// Every unmet need.
    Unreachable,
    /// Everything built twice.
    Redundant,
    /// Why one department cannot get one dataset.
    Why,
    /// Which edges to open first.
    Prescribe,
    /// Which references lead nowhere.
    Dangling,
    /// Which records contradict each other.
    Contradictions,
    /// How a plan would change the findings, before it is carried out.
    WhatIf,
    /// Anything else, in the reader's language.
    Other(String),
}
