//! The page's section on what was built twice.

use crate::model::Language;

use super::super::document::{Block, strong};
use super::super::sentence::{count, counted, money, names, or_nothing, plural, say};
use super::super::words;
use super::{RedundantItem, RedundantSection, doubt, id_line, shown};

/// So many platforms of a group are named.
const MOST_NAMES: usize = 4;

pub(super) fn section(section: &RedundantSection, language: Language, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading(language.pick("Built twice", "重复建设").to_owned()));
    if section.total == 0 {
        blocks.push(Block::Paragraph(language.pick("None found.", "未发现。").to_owned()));
        return;
    }
    let (cases, number) = (counted(section.total, "case", "cases"), count(section.total));
    let (violations, breaks) = (count(section.violations), plural(section.violations, "breaks", "break"));
    let mut summary = match section.violations {
        0 => say!(language, "{cases}, none of which breaks a rule outright.", "共{number}项，均未明确违规。"),
        n if n == section.total => {
            say!(language, "{cases}, all against the rules.", "共{number}项，均属违规。")
        }
        _ => {
            say!(language, "{cases}; {violations} {breaks} a rule outright.", "共{number}项，其中{violations}项违规。")
        }
    };
    if section.cost_total > 0.0 {
        let amount = strong(&money(section.cost_total, language));
        summary.push_str(&say!(language, " What could have been saved: {amount}.", "可节约资金：{amount}。"));
    }
    blocks.push(Block::Paragraph(summary));
    let rules = (section.by_rule.iter().filter(|(_, number)| *number > 0)).map(|(rule, number)| {
        let clause = rule_clause(rule, language);
        let (cases, number) = (counted(*number, "case", "cases"), count(*number));
        (say!(language, "{cases}: {clause}", "{number}项：{clause}"), Vec::new())
    });
    blocks.push(Block::Items { numbered: false, items: rules.collect() });
    if !section.worst.is_empty() {
        blocks.extend(shown(section.worst.len(), section.total, language).map(Block::Paragraph));
        let items = section.worst.iter().map(|case| item(case, language)).collect();
        blocks.push(Block::Items { numbered: true, items });
    }
}

/// A rule in words, as a clause.
fn rule_clause(rule: &str, language: Language) -> String {
    let (english, chinese) = match rule {
        "built-above" => ("a unified platform for the same stands above", "上级已有统建平台，下级又建"),
        "could-unify" => ("built side by side where one unified platform would do", "上级能够统一建设，下级分别建设"),
        "twice-here" => ("several platforms for the same in one region", "同一区划内同类平台不止一个"),
        "look-alike" => ("different in name, alike in what they say they do", "名称功能不同，但内容雷同"),
        other => (other, other),
    };
    language.pick(english, chinese).to_owned()
}

fn item(case: &RedundantItem, language: Language) -> (String, Vec<String>) {
    let name = strong(or_nothing(&case.name));
    let region = or_nothing(&case.region_name);
    let counterpart = or_nothing(&case.counterpart_name);
    let function = or_nothing(&case.function);
    let operator = if case.operator_name.is_empty() { region } else { &case.operator_name };
    let marked_region = strong(region);
    let (platforms, number) = {
        let members = case.members.len() as u64;
        (counted(members, "platform", "platforms"), count(members))
    };
    let first = match case.rule.as_str() {
        "built-above" => say!(
            language,
            "{name} (run by {operator}, {region}) repeats {counterpart}, which stands above it",
            "{name}（运营：{operator}，{region}）与上级已建的{counterpart}重复"
        ),
        "could-unify" => say!(
            language,
            "{marked_region}: {platforms} for {function} stand side by side, with no unified one above them",
            "{marked_region}：下辖各地分别建设{number}个“{function}”类平台，上级没有统建平台"
        ),
        "twice-here" => say!(
            language,
            "{marked_region}: {platforms} for {function} in one region",
            "{marked_region}：本地有{number}个“{function}”类平台"
        ),
        "look-alike" => say!(
            language,
            "{name} (run by {operator}, {region}) looks like {counterpart}",
            "{name}（运营：{operator}，{region}）与{counterpart}疑似雷同"
        ),
        _ => say!(language, "{name} (run by {operator}, {region})", "{name}（运营：{operator}，{region}）"),
    };
    let mut lines = Vec::new();
    if !case.members.is_empty() {
        let members = names(&case.members, MOST_NAMES, language);
        lines.push(say!(language, "The platforms: {members}.", "涉及平台：{members}。"));
    }
    if !case.reason.is_empty() {
        let reason = &case.reason;
        lines.push(say!(language, "Why: {reason}", "理由：{reason}"));
    }
    let cost = match case.cost {
        Some(cost) => money(cost, language),
        None => language.pick("The cost is unknown", "费用不详").to_owned(),
    };
    let severity = words::word("severity", &case.severity, language);
    let id = id_line(&case.finding_id, language);
    let doubt = doubt(&case.certainty, language);
    let saved = match (case.cost, case.severity.is_empty()) {
        (Some(_), true) => say!(language, "Could have been saved: {cost}.", "可节约{cost}。"),
        (Some(_), false) => {
            say!(language, "Could have been saved: {cost} ({severity}).", "可节约{cost}（{severity}）。")
        }
        (None, true) => say!(language, "{cost}.", "{cost}。"),
        (None, false) => say!(language, "{cost} ({severity}).", "{cost}（{severity}）。"),
    };
    lines.push(saved + doubt);
    lines.push(id);
    (first, lines)
}
