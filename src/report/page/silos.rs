//! The page's section on data silos.

use crate::model::Language;

use super::super::document::{Block, strong};
use super::super::sentence::{count, counted, or_nothing, percent, plural, say};
use super::{SiloItem, SiloSection, doubt, id_line, shown};

pub(super) fn section(section: &SiloSection, language: Language, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading(language.pick("Data silos", "数据孤岛").to_owned()));
    blocks.push(Block::Paragraph(summary(section, language)));
    if section.total == 0 && section.by_scope.iter().all(|(_, number)| *number == 0) {
        return;
    }
    let causes = (section.by_cause.iter().filter(|(_, number)| *number > 0)).map(|(cause, number)| {
        let clause = cause_clause(cause, language);
        let (datasets, number) = (counted(*number, "dataset", "datasets"), count(*number));
        (say!(language, "{datasets}: {clause}", "{number}个数据集：{clause}"), Vec::new())
    });
    let scopes = (section.by_scope.iter().filter(|(_, number)| *number > 0)).map(|(scope, number)| {
        let clause = scope_clause(scope, language);
        let (datasets, number) = (counted(*number, "dataset", "datasets"), count(*number));
        (say!(language, "{datasets}: {clause}", "{number}个数据集：{clause}"), Vec::new())
    });
    let (causes, scopes): (Vec<_>, Vec<_>) = (causes.collect(), scopes.collect());
    if !causes.is_empty() {
        blocks.push(Block::Items { numbered: false, items: causes });
    }
    if !scopes.is_empty() {
        let lead = language.pick("Of all datasets, those that do not get far:", "流动范围受限的数据集：");
        blocks.push(Block::Paragraph(lead.to_owned()));
        blocks.push(Block::Items { numbered: false, items: scopes });
    }
    if !section.worst.is_empty() {
        blocks.extend(shown(section.worst.len(), section.needed, language).map(Block::Paragraph));
        let items = section.worst.iter().map(|silo| item(silo, language)).collect();
        blocks.push(Block::Items { numbered: true, items });
    }
}

fn summary(section: &SiloSection, language: Language) -> String {
    let SiloSection { datasets, total, needed, .. } = *section;
    if datasets == 0 {
        return language.pick("There is no dataset that could be shared.", "没有可供共享的数据集。").to_owned();
    }
    if total == 0 {
        let (all, number) = (counted(datasets, "dataset", "datasets"), count(datasets));
        let each = plural(datasets, "reaches", "reach");
        return say!(
            language,
            "None. {all} that may be shared {each} somebody other than the holder.",
            "未发现。可共享的{number}个数据集均有持有部门以外的部门可以获得。"
        );
    }
    let (all, all_number) = (counted(datasets, "dataset", "datasets"), count(datasets));
    let (silos, stays, share) = (count(total), plural(total, "reaches", "reach"), percent(total, datasets));
    let first = say!(
        language,
        "Of {all} that may be shared, {silos} ({share}) {stays} nobody but the holder.",
        "可共享的{all_number}个数据集中，{silos}个（{share}）除持有部门外无人可以获得，"
    );
    let (number, needs) = (count(needed), plural(needed, "is", "are"));
    let second = match (needed, language) {
        (0, Language::English) => "No other department needs them.".to_owned(),
        (0, Language::Chinese) => "均无其他部门需要。".to_owned(),
        (n, _) if n == total => say!(language, "All of them are needed by other departments.", "且均为其他部门所需。"),
        _ => say!(language, "{number} of these {needs} needed by other departments.", "其中{number}个为其他部门所需。"),
    };
    format!("{first}{}{second}", language.pick(" ", ""))
}

fn item(silo: &SiloItem, language: Language) -> (String, Vec<String>) {
    let title = strong(or_nothing(if silo.title.is_empty() { &silo.dataset } else { &silo.title }));
    let holder = or_nothing(if silo.holder_name.is_empty() { &silo.holder } else { &silo.holder_name });
    let region = if silo.region_name.is_empty() {
        String::new()
    } else {
        let region = &silo.region_name;
        say!(language, ", {region}", "，{region}")
    };
    let (departments, number) =
        (counted(silo.needed_by, "other department", "other departments"), count(silo.needed_by));
    let needs = plural(silo.needed_by, "needs", "need");
    let first = match silo.needed_by {
        0 => say!(language, "{title} (held by {holder}{region})", "{title}（持有：{holder}{region}）"),
        _ => say!(
            language,
            "{title} (held by {holder}{region}): {departments} {needs} it",
            "{title}（持有：{holder}{region}）：{number}个其他部门需要"
        ),
    };
    let cause = cause_clause(&silo.cause, language);
    let barrier = barrier_sentence(&silo.barrier, language);
    let doubt = doubt(&silo.certainty, language);
    let why = say!(language, "Why: {cause}.{barrier}{doubt}", "原因：{cause}。{barrier}{doubt}");
    let (dataset, id) = (&silo.dataset, id_line(&silo.finding_id, language));
    (first, vec![why, say!(language, "{id}, dataset {dataset}", "{id}，数据集{dataset}")])
}

/// A cause in words, as a clause.
pub(super) fn cause_clause(cause: &str, language: Language) -> String {
    let (english, chinese) = match cause {
        "unshared" => ("there is no sharing edge at all", "没有任何共享关系"),
        "inactive" => ("there are sharing edges, but none is active", "共享关系均未生效"),
        "blocked" => (
            "no active sharing edge admits the data (share class, sensitivity, sector or standard)",
            "已生效的共享关系均不允许其通过（共享类型、敏感级别、板块或标准不符）",
        ),
        "confined" => ("passed on, but never beyond the holder's own circle", "虽有流动，但未出本范围"),
        "cut" => ("shared with others, but no open path leads here", "已共享给其他部门，但没有通到这里的链路"),
        "withheld" => ("withheld by law", "依法不予共享"),
        other => (other, other),
    };
    language.pick(english, chinese).to_owned()
}

/// What a silo of a narrower scope is, as a clause.
fn scope_clause(scope: &str, language: Language) -> String {
    let (english, chinese) = match scope {
        "tier" => ("never beyond the holder's tier", "未出持有部门所在层级"),
        "line" => ("never beyond the holder's line", "未出持有部门所在条线"),
        "region" => ("never beyond the holder's region", "未出持有部门所在区划"),
        "sector" => ("never beyond the lines of its own sector", "未出本板块所属条线"),
        "platform" => ("never beyond the platform that it is stored on", "未出所存平台"),
        "any" => ("never beyond the holder", "未出持有部门"),
        other => (other, other),
    };
    language.pick(english, chinese).to_owned()
}

/// The barriers in words, as a sentence of its own (with the blank before it, in English); empty where there is none.
fn barrier_sentence(barrier: &str, language: Language) -> String {
    let words: Vec<&str> = (barrier.split(';').filter(|word| !word.is_empty()))
        .map(|word| {
            let (english, chinese) = match word {
                "risk" => ("fear of the risk", "不敢共享（顾虑风险）"),
                "interest" => ("no interest in sharing", "不愿共享（利益考虑）"),
                "capacity" => ("lack of means", "不能共享（能力不足）"),
                "standard" => ("standards that differ", "标准不一"),
                "unstated" => ("not stated", "未说明"),
                other => (other, other),
            };
            language.pick(english, chinese)
        })
        .collect();
    if words.is_empty() {
        return String::new();
    }
    let words = words.join(language.pick(", ", "、"));
    say!(language, " The barrier: {words}.", "障碍：{words}。")
}
