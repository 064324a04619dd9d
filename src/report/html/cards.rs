//! The headline figures: each a number, and what it means.

use crate::model::Language;

use super::super::page::Report;
use super::super::sentence::{count, counted, money, percent, plural, say};
use super::super::words;
use super::view::Card;

pub(super) fn cards(report: &Report, language: Language) -> Vec<Card> {
    let (figures, silos, unreachable) = (&report.figures, &report.silos, &report.unreachable);
    let card = |label: (&str, &str), number: String, meaning: String| Card {
        label: language.pick(label.0, label.1).to_owned(),
        number,
        meaning,
    };
    let (met, needs) = (count(figures.needs_met), count(figures.needs_counted));
    let (datasets, needed) = (count(silos.datasets), count(silos.needed));
    let tier = words::word("tier", &unreachable.tier, language);
    let all = count(unreachable.needs);
    let one_edge = unreachable.by_cost.iter().find(|(cost, _)| *cost == Some(1)).map_or(0, |(_, needs)| *needs);
    let (cheap, would) = (count(one_edge), plural(one_edge, "it would", "them would"));
    let saved = money(report.redundant.cost_total, language);
    let violations = count(report.redundant.violations);
    let (active, edges) = (count(figures.active_edges), count(figures.sharing_edges));
    let dangling = report.dangling.broken + report.dangling.absent;
    let (references, dangling) = (counted(dangling, "reference", "references"), count(dangling));
    vec![
        card(
            ("Needs met", "需求满足率"),
            percent(figures.needs_met, figures.needs_counted),
            say!(
                language,
                "{met} of {needs} times that a department needs a dataset, it can have it.",
                "部门所需的{needs}项数据中，{met}项可以获得。"
            ),
        ),
        card(
            ("Data silos", "数据孤岛"),
            count(silos.total),
            say!(
                language,
                "of {datasets} datasets that may be shared, nobody but the holder can get; others need {needed} of them.",
                "可共享的{datasets}个数据集中，除持有部门外无人可得者；其中{needed}个为他人所需。"
            ),
        ),
        card(
            ("Out of reach", "够不着"),
            count(unreachable.violations),
            say!(
                language,
                "of {all} needs ({tier}) no open path meets, though no law withholds the data; for {cheap} of {would} take \
                 a single edge.",
                "{tier}{all}项需求中，法律未禁而无通路可满足者；其中{cheap}项只需开通一条共享关系。"
            ),
        ),
        card(
            ("Built twice", "重复建设"),
            count(report.redundant.total),
            say!(
                language,
                "cases of platforms that repeat others, {violations} against the rules; {saved} could have been saved.",
                "处平台重复，其中违规{violations}处；本可节约{saved}。"
            ),
        ),
        card(
            ("Edges active", "生效的共享关系"),
            percent(figures.active_edges, figures.sharing_edges),
            say!(
                language,
                "{active} of {edges} sharing edges that catalogs state are active.",
                "目录声明的{edges}条共享关系中，{active}条生效。"
            ),
        ),
        card(
            ("Records in doubt", "存疑的记录"),
            count(report.contradictions.total),
            say!(
                language,
                "cannot all be true; {references} lead nowhere. What rests on them may be wrong.",
                "条记录相互矛盾；另有{dangling}处引用悬空。据此得出的结论可能有误。"
            ),
        ),
    ]
}
