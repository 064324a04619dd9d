//! The page's section on what does not reach those who need it.

use crate::model::Language;

use super::super::document::{Block, strong};
use super::super::sentence::{count, counted, or_nothing, percent, plural, say};
use super::super::words;
use super::silos::cause_clause;
use super::{RepairItem, UnreachableItem, UnreachableSection, doubt, id_line, shown};

pub(super) fn section(section: &UnreachableSection, language: Language, blocks: &mut Vec<Block>) {
    let heading = match section.tier.as_str() {
        "" | "grassroots" => language.pick("Out of reach of the grassroots", "基层够不着").to_owned(),
        "all" => language.pick("Out of reach of those who need it", "需求够不着").to_owned(),
        tier => {
            let tier = words::word("tier", tier, language);
            say!(language, "Out of reach at {tier} tier", "{tier}够不着")
        }
    };
    blocks.push(Block::Heading(heading));
    blocks.push(Block::Paragraph(summary(section, language)));
    if section.total == 0 {
        return;
    }
    let needs = |number: u64| say_needs(number, language);
    let colon = language.pick(": ", "：");
    let causes = (section.by_cause.iter().filter(|(_, number)| *number > 0))
        .map(|(cause, number)| (format!("{}{colon}{}", needs(*number), cause_clause(cause, language)), Vec::new()));
    blocks.push(Block::Items { numbered: false, items: causes.collect() });
    let costs: Vec<_> = (section.by_cost.iter().filter(|(_, number)| *number > 0))
        .map(|(cost, number)| (format!("{}{colon}{}", needs(*number), cost_clause(*cost, language)), Vec::new()))
        .collect();
    if !costs.is_empty() {
        blocks.push(Block::Paragraph(language.pick("What meeting them takes:", "满足这些需求的代价：").to_owned()));
        blocks.push(Block::Items { numbered: false, items: costs });
    }
    if !section.best_repairs.is_empty() {
        blocks.push(Block::Paragraph(
            language
                .pick("The single edges whose opening meets the most needs:", "开通单条共享关系，收效最大的是：")
                .to_owned(),
        ));
        let items = section.best_repairs.iter().map(|repair| best(repair, language)).collect();
        blocks.push(Block::Items { numbered: true, items });
    }
    if !section.worst.is_empty() {
        blocks.extend(shown(section.worst.len(), section.total, language).map(Block::Paragraph));
        let items = section.worst.iter().map(|need| item(need, language)).collect();
        blocks.push(Block::Items { numbered: true, items });
    }
}

fn say_needs(number: u64, language: Language) -> String {
    let (english, number) = (counted(number, "need", "needs"), count(number));
    say!(language, "{english}", "{number}项需求")
}

fn summary(section: &UnreachableSection, language: Language) -> String {
    let UnreachableSection { needs, total, violations, withheld, .. } = *section;
    if needs == 0 {
        return language.pick("There is no need to look at.", "没有可核查的需求。").to_owned();
    }
    let (all, all_number) = (counted(needs, "need", "needs"), count(needs));
    if total == 0 {
        return say!(language, "None. All of {all} can be met.", "未发现。{all_number}项需求均可满足。");
    }
    let (number, are, share) = (count(total), plural(total, "is", "are"), percent(total, needs));
    let first = say!(
        language,
        "Of {all}, {number} ({share}) {are} not met.",
        "{all_number}项需求中，{number}项（{share}）未能满足。"
    );
    let (kept, kept_are) = (count(withheld), plural(withheld, "is for a dataset", "are for datasets"));
    let (wrong, wrong_are) = (count(violations), plural(violations, "is a failure", "are failures"));
    let second = match (withheld, violations) {
        (0, _) => String::new(),
        (_, 0) => {
            say!(language, " All of these are for datasets that the law withholds.", "所涉数据集均依法不予共享。")
        }
        _ => say!(
            language,
            " {kept} of these {kept_are} that the law withholds; {wrong} {wrong_are} of sharing.",
            "其中{kept}项所需数据集依法不予共享，其余{wrong}项属于共享不到位。"
        ),
    };
    format!("{first}{second}")
}

fn cost_clause(cost: Option<u32>, language: Language) -> String {
    match cost {
        None => {
            language.pick("no path exists, whatever is opened", "无论开通什么都没有通路，需新建共享关系").to_owned()
        }
        Some(cost) => {
            let (edges, number) = (counted(u64::from(cost), "edge", "edges"), count(u64::from(cost)));
            say!(language, "{edges} to open", "需开通{number}条共享关系")
        }
    }
}

fn best(repair: &RepairItem, language: Language) -> (String, Vec<String>) {
    let clause = strong(&repair.edge.clause(language));
    let (needs, number) = (counted(repair.needs, "need", "needs"), count(repair.needs));
    (say!(language, "{clause}: {needs} met", "{clause}：满足{number}项需求"), Vec::new())
}

fn item(need: &UnreachableItem, language: Language) -> (String, Vec<String>) {
    let consumer = or_nothing(if need.consumer_name.is_empty() { &need.consumer } else { &need.consumer_name });
    let title = or_nothing(if need.title.is_empty() { &need.dataset } else { &need.title });
    let (marked_consumer, marked_title) = (strong(consumer), strong(title));
    let region = if need.region_name.is_empty() {
        String::new()
    } else {
        let region = &need.region_name;
        say!(language, " ({region})", "（{region}）")
    };
    let service = if need.service_name.is_empty() {
        String::new()
    } else {
        let service = &need.service_name;
        say!(language, " for {service}", "（用于{service}）")
    };
    let first = say!(
        language,
        "{marked_consumer}{region} needs {marked_title}{service}",
        "{marked_consumer}{region} 需要 {marked_title}{service}"
    );
    let cause = cause_clause(&need.cause, language);
    let doubt = doubt(&need.certainty, language);
    let holder = if need.holder_name.is_empty() {
        String::new()
    } else {
        let holder = &need.holder_name;
        say!(language, " (held by {holder})", "（持有：{holder}）")
    };
    let mut lines = vec![say!(language, "Why: {cause}.{doubt}", "原因：{cause}。{doubt}")];
    if need.repair.is_empty() {
        if need.cause != "withheld" {
            lines.push(say!(
                language,
                "To give it the dataset{holder}, a new sharing edge is needed: no path exists.",
                "现有共享关系无法连通，需新建共享关系{holder}。"
            ));
        }
    } else {
        let edges: Vec<String> = need.repair.iter().map(|edge| edge.clause(language)).collect();
        let edges = edges.join(language.pick("; then ", "；"));
        lines.push(say!(
            language,
            "To give {consumer} the dataset {title}{holder}, open: {edges}.",
            "要让{consumer}获得“{title}”{holder}，需开通：{edges}。"
        ));
    }
    let (id, consumer, dataset) = (id_line(&need.finding_id, language), &need.consumer, &need.dataset);
    lines.push(say!(
        language,
        "{id}, consumer {consumer}, dataset {dataset}",
        "{id}，需求部门{consumer}，数据集{dataset}"
    ));
    (first, lines)
}
