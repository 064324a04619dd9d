//! The page's sections on the findings beyond the first three: a summary each, and a sentence for each row shown.

mod sentences;

use serde::Serialize;

use crate::model::Language;

use super::super::document::{Block, strong};
use super::super::sentence::{NOTHING, count, counted, or_nothing, plural, say};
use super::super::words;
use super::{doubt, id_line};
use sentences::sentence;

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

    /// A number as it is read: a whole one with its thousands apart.
    fn figure(&self, column: &str) -> String {
        match self.get(column).parse::<f64>() {
            Ok(number) if number >= 0.0 && number.fract() == 0.0 && number < 1e15 => count(number as u64),
            Ok(number) => number.to_string(),
            Err(_) => NOTHING.to_owned(),
        }
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
        let text = match section.worst.len() as u64 {
            1 => language.pick("The first:", "首项：").to_owned(),
            many => {
                let number = count(many);
                say!(language, "The first {number}:", "列前{number}项：")
            }
        };
        blocks.push(Block::Paragraph(text));
    }
    let item = |item: &FurtherItem| {
        let mut evidence = id_line(&item.finding_id, language);
        let doubt = doubt(item.get("certainty"), language);
        if !doubt.is_empty() {
            evidence = evidence + language.pick(".", "。") + doubt;
        }
        (sentence(&section.finding, item, language), vec![evidence])
    };
    blocks.push(Block::Items { numbered: true, items: section.worst.iter().map(item).collect() });
}

fn title(finding: &str, language: Language) -> String {
    let english = match finding {
        "paper-sharing" => "Shared on paper",
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
        "claims" => "Published figures, checked",
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
        "paper-sharing" => {
            let edges = of("sharing edge between catalogs is", "sharing edges between catalogs are");
            say!(
                language,
                "{edges} stated by one side alone, or differently by both.",
                "{number}条跨目录共享关系只有一方声明，或双方说法不一。"
            )
        }
        "asymmetry" if grave == 0 => say!(
            language,
            "Between no two tiers are needs downwards met less often than upwards by 20 points or more.",
            "各层级之间，下行需求的满足率均未比上行低20个百分点以上。"
        ),
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
            if section.worst.is_empty() {
                return say!(language, "{departments}, and none hands data up.", "{all}个基层单位，均未向上报送数据。");
            }
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
        "disparity" => {
            let groups = counted(total, "group", "groups");
            if section.worst.is_empty() {
                return say!(
                    language,
                    "{groups} by region, bloc, tier and compact, with nothing in them to compare.",
                    "按区划、经济区域、层级及协同协议共{all}组，没有可比较的数据。"
                );
            }
            say!(
                language,
                "{groups} by region, bloc, tier and compact, the first of them:",
                "按区划、经济区域、层级及协同协议共{all}组，列前几组："
            )
        }
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
            if section.worst.is_empty() {
                return say!(
                    language,
                    "{records} whose loss alone would cut others off, though from nothing that they need.",
                    "{all}个平台和部门一旦失效就会使他人数据中断，但均非其所需数据。"
                );
            }
            say!(
                language,
                "{records} whose loss alone would cut others off; the first of them:",
                "{all}个平台和部门一旦失效就会使他人数据中断，列前几个："
            )
        }
        "claims" => {
            let (figures, differ) =
                (counted(total, "published figure", "published figures"), plural(grave, "differs", "differ"));
            say!(
                language,
                "Of {figures}, {number} {differ} from what the records count.",
                "{all}个公布数字中，{number}个与台账不符。"
            )
        }
        "prescribe" => {
            let steps = counted(total, "step", "steps");
            if section.worst.is_empty() {
                return say!(language, "A plan of {steps}.", "方案共{all}步。");
            }
            say!(language, "A plan of {steps}; what each needs is a decision:", "分{all}步，每步均需决策：")
        }
        _ => all,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FINDINGS: [&str; 16] = [
        "paper-sharing",
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
        "claims",
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
    fn a_summary_announces_only_what_follows() {
        for finding in FINDINGS {
            let section = FurtherSection { finding: finding.to_owned(), total: 1, ..FurtherSection::default() };
            for language in [Language::English, Language::Chinese] {
                let summary = summary(&section, language);
                assert!(!summary.ends_with([':', '：']), "{finding}: {summary}");
            }
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
