//! `why` in words: the path that data takes, or the proof that it cannot come.

use std::io::{self, Write};

use crate::model::Language;

use super::document::{self, Block, Form, strong};
use super::edge::EdgeInWords;
use super::sentence::{count, counted, names, plural, say};
use super::words;

/// The answer of `why` for one department and one dataset.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WhyAnswer {
    /// The department's name.
    pub consumer_name: String,
    /// The dataset's title.
    pub dataset_title: String,
    /// The name of the dataset's holder; empty where nobody holds it.
    pub holder_name: String,
    /// The shortest path that the data takes, edge by edge. Empty where the department holds the dataset itself. None
    /// where it cannot come.
    pub path: Option<Vec<EdgeInWords>>,
    /// The proof that it cannot come.
    pub certificate: Option<Certificate>,
    /// The cheapest set of edges to open so that it comes, along the path; empty where there is none.
    pub repair: Vec<EdgeInWords>,
    /// Whether a catalog that is not here could prove the answer wrong.
    pub suspected: bool,
}

/// The proof that data cannot come: what it reaches, and what closes every edge that leaves that set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Certificate {
    /// The names of the departments and platforms that the data reaches.
    pub reached: Vec<String>,
    /// Every sharing edge that leaves that set.
    pub closed: Vec<ClosedEdge>,
}

/// A sharing edge that is closed for a dataset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosedEdge {
    /// The edge.
    pub edge: EdgeInWords,
    /// What closes it: the first condition that does not hold.
    pub condition: Condition,
    /// Why it is not active, as words of the barrier vocabulary joined by `;`; empty where nothing is stated.
    pub barrier: String,
}

/// A condition for an edge to be open that does not hold, with the two sides that disagree. Numbered as in
/// `docs/findings.md`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// 1: the edge is not active.
    Status {
        /// The edge's status.
        status: String,
    },
    /// 2: the dataset's share class is stricter than the edge carries.
    Share {
        /// The dataset's share class.
        share: String,
        /// The strictest share class that the edge carries.
        carries: String,
    },
    /// 3: the dataset's sensitivity is over the edge's ceiling.
    Sensitivity {
        /// The dataset's sensitivity, 1 to 4.
        sensitivity: u8,
        /// The edge's ceiling, 1 to 4.
        ceiling: u8,
    },
    /// 4: the dataset's sector is not one of the edge's.
    Sector {
        /// The dataset's sector; empty where it states none.
        sector: String,
        /// The edge's sectors.
        sectors: Vec<String>,
    },
    /// 5: the dataset's standard is not one of the edge's.
    Standard {
        /// The dataset's standard; empty where it states none.
        standard: String,
        /// The edge's standards.
        standards: Vec<String>,
    },
    /// The edge leads to a record that was deleted or never existed.
    Broken,
}

impl Condition {
    /// The number of the condition, 1 to 5; 0 for a broken end.
    #[must_use]
    pub fn number(&self) -> u8 {
        match self {
            Self::Broken => 0,
            Self::Status { .. } => 1,
            Self::Share { .. } => 2,
            Self::Sensitivity { .. } => 3,
            Self::Sector { .. } => 4,
            Self::Standard { .. } => 5,
        }
    }

    /// The condition in words, as a clause.
    #[must_use]
    pub fn clause(&self, language: Language) -> String {
        match self {
            Self::Status { status } => {
                let word = words::word("status", status, language);
                say!(language, "it is not active ({word})", "未生效（{word}）")
            }
            Self::Share { share, carries } => {
                let (share, carries) =
                    (words::word("share", share, language), words::word("carries", carries, language));
                say!(
                    language,
                    "the dataset is {share}, the edge carries no more than {carries}",
                    "数据集属{share}，而该关系最多承载{carries}"
                )
            }
            Self::Sensitivity { sensitivity, ceiling } => say!(
                language,
                "the dataset's sensitivity is {sensitivity}, the edge's ceiling {ceiling}",
                "数据集敏感级别为{sensitivity}，超过该关系上限{ceiling}"
            ),
            Self::Sector { sector, sectors } => listed(sector, sectors, ("sector", "sectors", "板块"), language),
            Self::Standard { standard, standards } => {
                listed(standard, standards, ("standard", "standards", "标准"), language)
            }
            Self::Broken => language
                .pick("it leads to a record that was deleted or never existed", "指向已删除或从未存在的记录")
                .to_owned(),
        }
    }
}

/// That a value is not one of those that an edge admits.
fn listed(value: &str, admitted: &[String], noun: (&str, &str, &str), language: Language) -> String {
    let (one, many, chinese) = noun;
    let only = names(admitted, 6, language);
    let noun = if admitted.len() == 1 { one } else { many };
    if value.is_empty() {
        return say!(
            language,
            "the dataset states no {one}, the edge admits only the {noun} {only}",
            "数据集未注明{chinese}，而该关系仅限{chinese}{only}"
        );
    }
    say!(
        language,
        "the dataset's {one} is {value}, the edge admits only the {noun} {only}",
        "数据集{chinese}为{value}，而该关系仅限{chinese}{only}"
    )
}

/// So many of the closed edges and of the names reached are shown.
const MOST: usize = 20;

/// Writes the answer.
///
/// # Errors
///
/// Whatever `out` answers.
pub fn write(answer: &WhyAnswer, form: Form, language: Language, out: &mut dyn Write) -> io::Result<()> {
    document::write(&blocks(answer, language), form, out)
}

/// The answer as a document.
pub(super) fn blocks(answer: &WhyAnswer, language: Language) -> Vec<Block> {
    let (consumer, title) = (strong(&answer.consumer_name), strong(&answer.dataset_title));
    match &answer.path {
        Some(path) if path.is_empty() => {
            vec![Block::Paragraph(say!(language, "{consumer} holds {title} itself.", "{consumer} 本身持有 {title}。"))]
        }
        Some(path) => {
            let (edges, number) = (counted(path.len() as u64, "edge", "edges"), path.len());
            vec![
                Block::Paragraph(say!(
                    language,
                    "{consumer} has {title}. The data takes {edges}:",
                    "{consumer} 可以获得 {title}，数据经过{number}条共享关系："
                )),
                Block::Items { numbered: true, items: edge_items(path, language) },
            ]
        }
        None => refusal(answer, &consumer, &title, language),
    }
}

fn edge_items(edges: &[EdgeInWords], language: Language) -> Vec<(String, Vec<String>)> {
    edges.iter().map(|edge| (edge.clause(language), Vec::new())).collect()
}

fn refusal(answer: &WhyAnswer, consumer: &str, title: &str, language: Language) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut first = if answer.holder_name.is_empty() {
        say!(language, "{consumer} cannot get {title}.", "{consumer} 得不到 {title}。")
    } else {
        let holder = &answer.holder_name;
        say!(
            language,
            "{consumer} cannot get {title}, which {holder} holds.",
            "{consumer} 得不到 {title}（持有：{holder}）。"
        )
    };
    if answer.suspected {
        first.push_str(
            language.pick(
                " This is only suspected: a catalog that could tell is not here.",
                "此结论存疑：相关目录尚未接入。",
            ),
        );
    }
    blocks.push(Block::Paragraph(first));
    if let Some(certificate) = &answer.certificate {
        certificate_blocks(certificate, language, &mut blocks);
    }
    if !answer.repair.is_empty() {
        let (edges, number) = (counted(answer.repair.len() as u64, "edge", "edges"), answer.repair.len());
        blocks.push(Block::Paragraph(say!(
            language,
            "Opening {edges} would bring it:",
            "开通以下{number}条共享关系即可获得："
        )));
        blocks.push(Block::Items { numbered: true, items: edge_items(&answer.repair, language) });
    }
    blocks
}

fn certificate_blocks(certificate: &Certificate, language: Language, blocks: &mut Vec<Block>) {
    let Certificate { reached, closed } = certificate;
    let reached = match reached.len() {
        0 => language
            .pick("The data reaches nobody but its holder.", "数据仅持有部门自有，未到达任何其他部门或平台。")
            .to_owned(),
        number => {
            let list = names(reached, MOST, language);
            let places = counted(number as u64, "place", "places");
            say!(language, "The data reaches {places}: {list}.", "数据到达{number}处：{list}。")
        }
    };
    blocks.push(Block::Paragraph(reached));
    if closed.is_empty() {
        blocks.push(Block::Paragraph(
            language
                .pick(
                    "No sharing edge leads on from there: a new one is needed.",
                    "此外没有任何共享关系通往别处，需新建共享关系。",
                )
                .to_owned(),
        ));
        return;
    }
    let total = closed.len() as u64;
    let (edges, leads, number) = (
        counted(total, "sharing edge", "sharing edges"),
        plural(total, "leads on from there, and it is closed", "lead on from there, and every one is closed"),
        count(total),
    );
    blocks.push(Block::Paragraph(say!(language, "{edges} {leads}:", "由此向外的{number}条共享关系均不通：")));
    let items = closed.iter().take(MOST).map(|closed| {
        let (edge, clause) = (closed.edge.clause(language), closed.condition.clause(language));
        let mut why = match closed.condition.number() {
            0 => say!(language, "Closed: {clause}", "不通：{clause}"),
            number => say!(language, "Closed by condition {number}: {clause}", "条件{number}不满足：{clause}"),
        };
        if !closed.barrier.is_empty() {
            let barrier = words::joined("barrier", &closed.barrier, language);
            why.push_str(&say!(language, "; barrier: {barrier}", "；障碍：{barrier}"));
        }
        (edge, vec![why])
    });
    blocks.push(Block::Items { numbered: false, items: items.collect() });
    if closed.len() > MOST {
        let (others, are) = (count(total - MOST as u64), plural(total - MOST as u64, "is", "are"));
        blocks.push(Block::Paragraph(say!(language, "{others} more {are} closed too.", "另有{others}条同样不通。")));
    }
}
