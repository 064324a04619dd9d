//! The report's page: not every row, but what a person in charge needs. The figures come first, then the worst of
//! each finding with its reason and its repair in words, then where to look further.
//!
//! One layout serves both languages and both forms.

mod data;
mod further;
mod redundant;
mod silos;
mod unreachable;

pub use data::{
    CatalogLine, Contradictions, Dangling, Figures, NextStep, Purpose, RedundantItem, RedundantSection, RepairItem,
    Report, SiloItem, SiloSection, StateLine, UnreachableItem, UnreachableSection, WaivedItem,
};

pub use further::{FurtherItem, FurtherSection};

use std::io::{self, Write};

use crate::model::Language;

use super::document::{self, Block, Form, strong};
use super::sentence::{NOTHING, count, counted, or_nothing, percent, plural, say};
use super::words;

/// Writes the page.
///
/// # Errors
///
/// Whatever `out` answers.
pub fn write(report: &Report, form: Form, language: Language, out: &mut dyn Write) -> io::Result<()> {
    document::write(&blocks(report, language), form, out)
}

fn blocks(report: &Report, language: Language) -> Vec<Block> {
    let mut blocks = front(report, language);
    blocks.extend(in_figures(report, language));
    blocks.extend(reach(report, language));
    blocks.extend(rest(report, language));
    blocks
}

/// What stands above the first heading: the title, and what the report rests on.
pub(super) fn front(report: &Report, language: Language) -> Vec<Block> {
    let mut blocks = vec![Block::Title(title(report, language))];
    blocks.extend(sources(report, language));
    blocks
}

/// What there is, counted.
pub(super) fn in_figures(report: &Report, language: Language) -> Vec<Block> {
    let heading = language.pick("In figures", "总体情况").to_owned();
    vec![Block::Heading(heading), figures(&report.figures, language)]
}

/// What does not get to where it is needed.
pub(super) fn reach(report: &Report, language: Language) -> Vec<Block> {
    let mut blocks = Vec::new();
    silos::section(&report.silos, language, &mut blocks);
    unreachable::section(&report.unreachable, language, &mut blocks);
    blocks
}

/// The other findings, the records themselves, and where to look further.
pub(super) fn rest(report: &Report, language: Language) -> Vec<Block> {
    let mut blocks = Vec::new();
    redundant::section(&report.redundant, language, &mut blocks);
    for section in &report.further {
        further::section(section, language, &mut blocks);
    }
    records(report, language, &mut blocks);
    waived(&report.waived, language, &mut blocks);
    if !report.next.is_empty() {
        blocks.push(Block::Heading(language.pick("Where to look further", "进一步查看").to_owned()));
        let commands = report.next.iter().map(|step| (step.command.clone(), purpose(&step.purpose, language)));
        blocks.push(Block::Commands(commands.collect()));
    }
    blocks
}

fn title(report: &Report, language: Language) -> String {
    if !report.title.is_empty() {
        return report.title.clone();
    }
    let region = &report.region_name;
    if region.is_empty() {
        language.pick("Data sharing: what stands in the way", "数据共享问题报告").to_owned()
    } else {
        say!(language, "Data sharing in {region}: what stands in the way", "{region}数据共享问题报告")
    }
}

/// What the report rests on: how fresh, from whom.
fn sources(report: &Report, language: Language) -> Vec<Block> {
    let mut lines = Vec::new();
    if let Some(today) = report.today {
        lines.push(say!(language, "As of {today}.", "截至{today}。"));
    }
    if let Some(StateLine { number, time, digest }) = &report.state {
        let digest: String = digest.chars().take(16).collect();
        lines.push(say!(
            language,
            "State {number} of the store, {time}, digest {digest}.",
            "存储状态第{number}号，{time}，摘要{digest}。"
        ));
    }
    if !report.plan.is_empty() {
        let plan = &report.plan;
        lines.push(say!(
            language,
            "As if the files of {plan} were put: a plan, not what is.",
            "假定{plan}中的文件已写入：这是方案，并非现状。"
        ));
    }
    let mut blocks = Vec::new();
    if !lines.is_empty() {
        blocks.push(Block::Note(lines.join(language.pick(" ", ""))));
    }
    let catalog = |line: &CatalogLine| {
        let title = match (line.title.is_empty(), &line.id) {
            (true, id) => strong(id),
            (false, id) => {
                let title = strong(&line.title);
                say!(language, "{title} ({id})", "{title}（{id}）")
            }
        };
        let (records, number) = (counted(line.records, "record", "records"), count(line.records));
        let issued = match line.issued {
            Some(date) => say!(language, "issued {date}", "{date}发布"),
            None => language.pick("date of issue unknown", "发布日期不详").to_owned(),
        };
        (say!(language, "{title}: {records}, {issued}", "{title}：{number}条记录，{issued}"), Vec::new())
    };
    if !report.catalogs.is_empty() {
        let items = report.catalogs.iter().map(catalog).collect();
        blocks.push(Block::Items { numbered: false, items });
    }
    blocks
}

fn figures(f: &Figures, language: Language) -> Block {
    let of = |part: u64, whole: u64| {
        let (part_text, whole_text, percent) = (count(part), count(whole), percent(part, whole));
        if whole == 0 {
            NOTHING.to_owned()
        } else {
            say!(language, "{part_text} of {whole_text} ({percent})", "{part_text}/{whole_text}（{percent}）")
        }
    };
    let grassroots = count(f.grassroots);
    let departments = count(f.departments);
    let departments = say!(
        language,
        "{departments}, of them {grassroots} at the grassroots",
        "{departments}（其中基层{grassroots}）"
    );
    let rows = [
        (language.pick("Regions", "区划"), count(f.regions)),
        (language.pick("Departments", "部门"), departments),
        (language.pick("Platforms", "平台"), count(f.platforms)),
        (language.pick("Datasets", "数据集"), count(f.datasets)),
        (language.pick("Services", "事项"), count(f.services)),
        (language.pick("Sharing edges active", "生效的共享关系"), of(f.active_edges, f.sharing_edges)),
        (language.pick("Needs", "数据需求"), count(f.needs)),
        (language.pick("Needs met", "已满足的需求"), of(f.needs_met, f.needs_counted)),
    ];
    Block::Figures(rows.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// What is wrong with the records themselves: without it the other sections cannot be trusted blindly.
fn records(report: &Report, language: Language, blocks: &mut Vec<Block>) {
    let Dangling { broken, absent } = report.dangling;
    let contradictions = &report.contradictions;
    if broken + absent + contradictions.total == 0 {
        return;
    }
    blocks.push(Block::Heading(language.pick("The records themselves", "台账质量").to_owned()));
    let mut lines = Vec::new();
    if broken > 0 {
        let (references, leads) = (
            counted(broken, "reference", "references"),
            plural(broken, "leads to a record that was", "lead to records that were"),
        );
        let number = count(broken);
        lines.push(say!(
            language,
            "{references} {leads} deleted or never existed.",
            "{number}处引用指向已删除或从未存在的记录。"
        ));
    }
    if absent > 0 {
        let (references, leads) = (
            counted(absent, "reference", "references"),
            plural(absent, "leads to a catalog that is", "lead to catalogs that are"),
        );
        let number = count(absent);
        lines.push(say!(
            language,
            "{references} {leads} not here; findings that rest on them are only suspected.",
            "{number}处引用指向尚未接入的目录，据此得出的问题仅为存疑。"
        ));
    }
    if contradictions.total > 0 {
        let (records, number) = (counted(contradictions.total, "record", "records"), count(contradictions.total));
        let cannot = plural(contradictions.total, "contradicts others", "contradict others");
        lines.push(say!(
            language,
            "{records} {cannot} and cannot be true.",
            "{number}条记录相互矛盾，不可能同时属实。"
        ));
    }
    blocks.push(Block::Paragraph(lines.join(language.pick(" ", ""))));
    if !contradictions.worst.is_empty() {
        let items = contradictions.worst.iter().map(|line| (line.clone(), Vec::new())).collect();
        blocks.push(Block::Items { numbered: false, items });
    }
}

fn waived(items: &[WaivedItem], language: Language, blocks: &mut Vec<Block>) {
    if items.is_empty() {
        return;
    }
    let number = items.len() as u64;
    let (findings, are) = (counted(number, "finding", "findings"), plural(number, "is", "are"));
    blocks.push(Block::Heading(language.pick("Accepted for now", "暂予豁免").to_owned()));
    blocks.push(Block::Paragraph(say!(
        language,
        "{findings} {are} accepted by the home catalog until a date, and not counted above.",
        "以下{number}项问题经本级目录豁免，到期前不计入以上统计。"
    )));
    let item = |item: &WaivedItem| {
        let finding = words::word("finding", &item.finding, language);
        let subject = strong(or_nothing(&item.subject));
        let until = item.until.map_or_else(|| NOTHING.to_owned(), |date| date.to_string());
        let mut why = say!(language, "Until {until}", "豁免至{until}");
        if !item.by.is_empty() {
            let by = &item.by;
            why.push_str(&say!(language, ", by {by}", "，豁免单位：{by}"));
        }
        if !item.reason.is_empty() {
            let reason = &item.reason;
            why.push_str(&say!(language, ": {reason}", "，理由：{reason}"));
        }
        (
            say!(language, "{subject} ({finding})", "{subject}（{finding}）"),
            vec![why, id_line(&item.finding_id, language)],
        )
    };
    blocks.push(Block::Items { numbered: false, items: items.iter().map(item).collect() });
}

/// Where a reader finds the evidence of an item.
fn id_line(id: &str, language: Language) -> String {
    say!(language, "Finding {id}", "问题编号{id}")
}

/// The mark of what only a missing catalog could settle.
fn doubt(certainty: &str, language: Language) -> &'static str {
    if certainty == "suspected" {
        match language {
            Language::English => " Suspected only: a catalog that could tell is not here.",
            Language::Chinese => "存疑：相关目录尚未接入。",
        }
    } else {
        ""
    }
}

/// How many of all there are the items show.
fn shown(shown: usize, total: u64, language: Language) -> Option<String> {
    (total > shown as u64).then(|| match shown {
        1 => language.pick("The worst:", "其中最突出的一项：").to_owned(),
        many => {
            let number = count(many as u64);
            say!(language, "The {number} worst:", "其中最突出的{number}项：")
        }
    })
}

fn purpose(purpose: &Purpose, language: Language) -> String {
    let (english, chinese) = match purpose {
        Purpose::Silos => ("every silo, with its cause", "全部数据孤岛及其原因"),
        Purpose::Unreachable => ("every unmet need, with its repair", "全部未满足的需求及修复方案"),
        Purpose::Redundant => ("everything built twice, with its evidence", "全部重复建设及其依据"),
        Purpose::Why => ("why one department cannot get one dataset", "某部门为何得不到某数据集"),
        Purpose::Prescribe => ("which edges to open first", "应优先开通哪些共享关系"),
        Purpose::Dangling => ("which references lead nowhere", "哪些引用悬空"),
        Purpose::Contradictions => ("which records contradict each other", "哪些记录相互矛盾"),
        Purpose::WhatIf => ("what a plan would change, before it is carried out", "方案实施前后问题的变化"),
        Purpose::Other(what) => return what.clone(),
    };
    language.pick(english, chinese).to_owned()
}
