//! The page's sections on the findings beyond the first three: a summary each, and a sentence for each row shown.

use serde::Serialize;

use crate::model::Language;

use super::super::document::{Block, strong};
use super::super::sentence::{NOTHING, count, counted, money, or_nothing, say};
use super::super::words;
use super::id_line;

/// A finding of the page.
#[derive(Clone, Debug, Serialize, Default, PartialEq)]
pub struct FurtherSection {
    /// The finding's name: a word of [`super::words::FINDING`](crate::report::words::FINDING).
    pub finding: String,
    /// How many rows there are.
    pub total: u64,
    /// How many of them are warnings or violations.
    pub grave: u64,
    /// The first of those; of a finding that has but notes, the first rows.
    pub worst: Vec<FurtherItem>,
}

/// A row of a finding, in names.
#[derive(Clone, Debug, Serialize, Default, PartialEq)]
pub struct FurtherItem {
    /// The finding's id.
    pub finding_id: String,
    /// The cells by their columns; an empty text for an empty cell.
    pub cells: Vec<(String, String)>,
}

impl FurtherItem {
    fn get(&self, column: &str) -> &str {
        self.cells.iter().find(|(name, _)| name == column).map_or("", |(_, text)| text)
    }

    /// A record's name, emphasised.
    fn name(&self, column: &str) -> String {
        strong(or_nothing(self.get(column)))
    }

    fn number(&self, column: &str) -> u64 {
        self.get(column).parse().unwrap_or(0)
    }

    fn count(&self, column: &str) -> String {
        count(self.number(column))
    }

    /// A ratio as a percentage.
    fn percent(&self, column: &str) -> String {
        match self.get(column).parse::<f64>() {
            Ok(ratio) => format!("{:.1}%", ratio * 100.0),
            Err(_) => NOTHING.to_owned(),
        }
    }

    /// A difference of ratios, in percentage points.
    fn points(&self, column: &str) -> String {
        self.get(column).parse::<f64>().map_or_else(|_| NOTHING.to_owned(), |gap| format!("{:.1}", gap * 100.0))
    }

    fn word(&self, column: &str, language: Language) -> String {
        words::word(column, or_nothing(self.get(column)), language).to_owned()
    }
}

pub(super) fn section(section: &FurtherSection, language: Language, blocks: &mut Vec<Block>) {
    if section.total == 0 {
        return;
    }
    blocks.push(Block::Heading(title(&section.finding, language)));
    blocks.push(Block::Paragraph(summary(section, language)));
    if section.worst.is_empty() {
        return;
    }
    // Most findings come in the order of their keys: the first are not the worst.
    if section.grave > section.worst.len() as u64 {
        let number = count(section.worst.len() as u64);
        blocks.push(Block::Paragraph(say!(language, "The first {number}:", "列前{number}项：")));
    }
    let item =
        |item: &FurtherItem| (sentence(&section.finding, item, language), vec![id_line(&item.finding_id, language)]);
    blocks.push(Block::Items { numbered: true, items: section.worst.iter().map(item).collect() });
}

fn title(finding: &str, language: Language) -> String {
    let english = match finding {
        "asymmetry" => "Up is easy, down is hard",
        "stovepipes" => "Stovepipes",
        "barriers" => "What is said to stand in the way",
        "burden" => "What the grassroots hand up",
        "recollected" => "Collected again",
        "cohesion" => "Working for one sector",
        "disparity" => "Region against region",
        "governance" => "What is left unsaid of datasets",
        "reuse" => "Invented once, used where?",
        "lagging" => "Regions that lag",
        "idle" => "Idle hardware",
        "overdue" => "Requests without an answer",
        "chokepoints" => "Chokepoints",
        "prescribe" => "What to open first",
        other => other,
    };
    language.pick(english, words::word("finding", finding, Language::Chinese)).to_owned()
}

/// What the section counts.
fn summary(section: &FurtherSection, language: Language) -> String {
    let (grave, number) = (section.grave, count(section.grave));
    let (total, all) = (section.total, count(section.total));
    let of = |one: &str, many: &str| counted(grave, one, many);
    match section.finding.as_str() {
        "asymmetry" => {
            let pairs = of("pair of tiers", "pairs of tiers");
            say!(
                language,
                "Between {pairs}, needs downwards are met less often than upwards, by 20 points or more.",
                "{number}对层级之间，下行需求的满足率比上行低20个百分点以上。"
            )
        }
        "stovepipes" if grave == 0 => {
            let lines = counted(total, "line", "lines");
            say!(language, "Of {lines}, none keeps to itself all that it shares.", "{all}条条线均非数据烟囱。")
        }
        "stovepipes" => {
            let (grave, lines) = (of("keeps", "keep"), counted(total, "line", "lines"));
            say!(
                language,
                "Of {lines}, {grave} within the line all that is shared.",
                "{all}条条线中，{number}条共享的数据全部未出本条线。"
            )
        }
        "barriers" => {
            let rows = of("combination", "combinations");
            say!(
                language,
                "In {rows} of barrier, tier, line and sector the records contradict the barrier that is named.",
                "{all}类障碍中，{number}类所述理由与台账不符。"
            )
        }
        "burden" => {
            let departments = counted(total, "grassroots department", "grassroots departments");
            say!(
                language,
                "{departments}, by the number of lines that they hand data to:",
                "{all}个基层单位，按报送条线数排列："
            )
        }
        "recollected" => {
            let pairs = of("pair", "pairs");
            say!(
                language,
                "{pairs} of datasets of different departments in one chain of regions say the same.",
                "同一隶属链上，{number}对不同部门的数据集内容雷同。"
            )
        }
        "cohesion" => {
            let groups = of("group", "groups");
            say!(
                language,
                "{groups} of departments that work for one sector in one region lack a lead, or data of each other.",
                "{all}组同区划同板块部门中，{number}组缺少牵头部门或互通不足一半。"
            )
        }
        "disparity" => say!(
            language,
            "{all} groups by region, bloc, tier and compact, the first of them:",
            "按区划、经济区域、层级及协同协议共{all}组，列前几组："
        ),
        "governance" => {
            let holders = of("holder leaves", "holders leave");
            say!(language, "{holders} something unsaid of their datasets.", "{number}个持有部门的数据集属性填写不全。")
        }
        "reuse" => {
            let cases = of("case", "cases");
            say!(
                language,
                "{cases} of a pilot that has stalled, or whose like was built anew.",
                "{number}例试点推广停滞或另起炉灶。"
            )
        }
        "lagging" => {
            let rows = of("case", "cases");
            say!(
                language,
                "{rows} of a region without a running exchange platform, or with under half of its grassroots' needs met.",
                "{number}例：区划没有运行中的交换平台，或基层需求满足不足一半。"
            )
        }
        "idle" => {
            let rooms = of("machine room or hall runs", "machine rooms and halls run");
            say!(language, "{rooms} at under a fifth of capacity.", "{number}处硬件利用率低于20%。")
        }
        "overdue" => {
            let requests = of("request has", "requests have");
            say!(language, "{requests} waited longer than allowed.", "{number}项申请超过时限未答复。")
        }
        "chokepoints" => {
            let records = counted(total, "platform or department", "platforms and departments");
            say!(
                language,
                "{records} whose loss alone would cut others off; the first of them:",
                "{all}个平台和部门一旦失效就会使他人数据中断，列前几个："
            )
        }
        "prescribe" => {
            let steps = counted(total, "step", "steps");
            say!(language, "A plan of {steps}; what each needs is a decision:", "分{all}步，每步均需决策：")
        }
        _ => all,
    }
}

/// A row as a sentence.
fn sentence(finding: &str, i: &FurtherItem, language: Language) -> String {
    match finding {
        "asymmetry" => {
            let [from, to] = ["from_tier", "to_tier"].map(|c| i.word(c, language));
            let (met, needs, ratio, gap) = (i.count("met"), i.count("needs"), i.percent("ratio"), i.points("gap"));
            say!(
                language,
                "From {from} to {to}: {met} of {needs} needs met ({ratio}), {gap} points below the other way",
                "{from}到{to}：需求{needs}项，满足{met}项（{ratio}），比反方向低{gap}个百分点"
            )
        }
        "stovepipes" => {
            let (line, inside, pairs) = (i.name("line"), i.count("inside"), i.count("pairs"));
            say!(
                language,
                "{line}: of {pairs} cases of another department having its data, {inside} are in the line",
                "{line}：共享{pairs}对，其中{inside}对在本条线内"
            )
        }
        "barriers" => {
            let barrier = i.word("barrier", language);
            let (tier, line, sector) = (i.word("tier", language), i.name("line"), or_nothing(i.get("sector")));
            let (datasets, edges, unmet, wrong) =
                (i.count("datasets"), i.count("edges"), i.count("unmet"), i.count("contradicted"));
            say!(
                language,
                "{barrier} ({tier}, {line}, {sector}): datasets {datasets}, edges {edges}, needs not met {unmet}, \
                 contradicted by the records {wrong}",
                "{barrier}（{tier}，{line}，{sector}）：数据集{datasets}个，共享关系{edges}条，未满足需求{unmet}项，\
                 与台账不符{wrong}个"
            )
        }
        "burden" => {
            let (department, lines, platforms) = (i.name("department"), i.count("lines"), i.count("platforms"));
            let (given, returned) = (i.count("given"), i.count("returned"));
            say!(
                language,
                "{department}: hands data to lines: {lines}, platforms: {platforms}; datasets that go up: {given}, \
                 that come down: {returned}",
                "{department}：向{lines}条条线、{platforms}个平台报送；上交{given}个数据集，返还{returned}个"
            )
        }
        "recollected" => {
            let (title, holder, other) = (i.name("title"), i.get("holder"), i.get("other_holder"));
            let shared = i.get("shared");
            say!(
                language,
                "{title} (held by {holder}) and what {other} holds share: {shared}",
                "{title}（{holder}）与{other}所持数据相同：{shared}"
            )
        }
        "cohesion" => {
            let (sector, region) = (i.get("sector"), i.name("region"));
            let (linked, pairs, lead) = (i.count("linked"), i.count("pairs"), or_nothing(i.get("lead")));
            say!(
                language,
                "{region}, {sector}: {linked} of {pairs} pairs of departments linked, lead: {lead}",
                "{region}{sector}板块：部门间{pairs}对中联通{linked}对，牵头：{lead}"
            )
        }
        "disparity" => {
            let (by, group) = (i.word("by", language), strong(&i.word("group", language)));
            let (met, needs, ratio) = (i.count("met"), i.count("needs"), i.percent("ratio"));
            say!(
                language,
                "{group} ({by}): {met} of {needs} needs met ({ratio})",
                "{group}（{by}）：需求{needs}项，满足{met}项（{ratio}）"
            )
        }
        "governance" => {
            let (holder, datasets) = (i.name("holder"), i.count("datasets"));
            let lacks = [
                ("no_share", "share class", "共享类型"),
                ("no_sensitivity", "sensitivity", "敏感级别"),
                ("no_owner", "owner's right", "权属"),
                ("no_revenue", "revenue rule", "收益规则"),
                ("no_security", "security rule", "安全规则"),
                ("no_standard", "standard", "标准"),
            ];
            let lacks: Vec<String> = lacks
                .iter()
                .filter(|(column, ..)| i.number(column) > 0)
                .map(|(column, english, chinese)| format!("{} {}", language.pick(english, chinese), i.count(column)))
                .collect();
            let lacks = lacks.join(language.pick(", ", "、"));
            say!(
                language,
                "{holder}, datasets {datasets}, of them without: {lacks}",
                "{holder}：{datasets}个数据集中缺{lacks}"
            )
        }
        "reuse" => {
            let (pilot, region, since) = (i.name("pilot"), i.get("region"), or_nothing(i.get("since")));
            let (adopters, provinces) = (i.count("adopters"), i.count("provinces"));
            match (i.get("kind"), language) {
                ("reinvented", Language::English) => format!("{pilot}: {region} built its own on {since}"),
                ("reinvented", Language::Chinese) => format!("{pilot}：{region}于{since}另建"),
                ("stalled", _) => say!(
                    language,
                    "{pilot}: nothing since {since}; adopters {adopters}, in provinces {provinces}",
                    "{pilot}：自{since}起再无复用，已复用{adopters}地、涉及{provinces}省"
                ),
                ("spread", _) => say!(
                    language,
                    "{pilot}: adopters {adopters}, in provinces {provinces}",
                    "{pilot}：已复用{adopters}地、涉及{provinces}省"
                ),
                (kind, _) => {
                    let kind = words::word("kind", kind, language);
                    say!(language, "{pilot}: {region}, {kind}", "{pilot}：{region}{kind}")
                }
            }
        }
        "lagging" => {
            let (region, backstop) = (i.name("region"), or_nothing(i.get("backstop")));
            let (met, needs) = (i.count("met"), i.count("needs"));
            let why = match i.get("reason") {
                "no-exchange" => language.pick("no exchange platform runs there", "没有运行中的交换平台"),
                _ => language.pick("the grassroots have under half of what they need", "基层需求满足不足一半"),
            };
            say!(
                language,
                "{region}: {why}; {met} of {needs} needs met; backstop: {backstop}",
                "{region}：{why}；需求{needs}项，满足{met}项；兜底：{backstop}"
            )
        }
        "idle" => {
            let (name, region, used) = (i.name("name"), i.get("region"), i.percent("utilisation"));
            let cost = i.get("cost").parse().map_or_else(|_| NOTHING.to_owned(), |cost| money(cost, language));
            say!(
                language,
                "{name} ({region}): used to {used}, cost {cost}",
                "{name}（{region}）：利用率{used}，费用{cost}"
            )
        }
        "overdue" => {
            let (edge, since, days, limit) = (i.get("edge"), i.get("since"), i.count("working_days"), i.count("limit"));
            say!(
                language,
                "Asked for since {since}, {days} working days of {limit}: {edge}",
                "自{since}申请，已{days}个工作日（时限{limit}）：{edge}"
            )
        }
        "chokepoints" => {
            let (name, cuts) = (i.name("name"), counted(i.number("cuts"), "need", "needs"));
            let number = i.count("cuts");
            say!(language, "{name}: {cuts} of others would be cut", "{name}：将中断他人{number}项需求")
        }
        "prescribe" => {
            let (edges, met) = (i.get("edges"), counted(i.number("needs_met"), "need", "needs"));
            let (number, total) = (i.count("needs_met"), i.count("total_met"));
            say!(language, "{edges}: meets {met}, {total} in all", "{edges}：满足{number}项需求，累计{total}项")
        }
        _ => i.get("finding_id").to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FINDINGS: [&str; 14] = [
        "asymmetry",
        "stovepipes",
        "barriers",
        "burden",
        "recollected",
        "cohesion",
        "disparity",
        "governance",
        "reuse",
        "lagging",
        "idle",
        "overdue",
        "chokepoints",
        "prescribe",
    ];

    #[test]
    fn every_finding_has_a_title_a_summary_and_a_sentence_in_both_languages() {
        let item = FurtherItem { finding_id: "0123456789abcdef".to_owned(), cells: Vec::new() };
        for finding in FINDINGS {
            let section = FurtherSection { finding: finding.to_owned(), total: 2, grave: 1, worst: vec![item.clone()] };
            let mut told = Vec::new();
            for language in [Language::English, Language::Chinese] {
                assert_ne!(title(finding, language), finding);
                assert!(summary(&section, language).len() > 4, "{finding}");
                let sentence = sentence(finding, &item, language);
                assert_ne!(sentence, item.finding_id, "{finding}");
                told.push((title(finding, language), summary(&section, language)));
            }
            assert_ne!(told[0], told[1], "{finding}");
        }
    }

    #[test]
    fn what_is_not_found_has_no_section() {
        let mut blocks = Vec::new();
        section(
            &FurtherSection { finding: "idle".to_owned(), ..FurtherSection::default() },
            Language::English,
            &mut blocks,
        );
        assert!(blocks.is_empty());
    }
}
