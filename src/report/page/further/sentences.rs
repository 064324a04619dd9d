//! A sentence for each row of the further findings.

use crate::model::Language;

use super::super::super::document::strong;
use super::super::super::sentence::{NOTHING, counted, money, or_nothing, say};
use super::super::super::words;
use super::FurtherItem;

/// A row as a sentence.
pub(super) fn sentence(finding: &str, i: &FurtherItem, language: Language) -> String {
    match finding {
        "paper-sharing" => {
            let (edge, one, other) = (i.get("edge"), or_nothing(i.get("catalog")), or_nothing(i.get("other_catalog")));
            match i.get("disputed") {
                "" => say!(language, "{edge}: {one} states it, {other} does not", "{edge}：{one}声明，{other}未声明"),
                disputed => say!(
                    language,
                    "{edge}: {one} and {other} differ, {disputed}",
                    "{edge}：{one}与{other}说法不一，{disputed}"
                ),
            }
        }
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
        "claims" => {
            let (subject, measure, op) = (i.name("subject"), i.get("measure"), operator(i.get("op"), language));
            let (claimed, number, source) = (i.figure("claimed"), i.figure("counted"), or_nothing(i.get("source")));
            say!(
                language,
                "{subject}, {measure}: published {op}{claimed}, counted {number}; source: {source}",
                "{subject}（{measure}）：公布{op}{claimed}，台账{number}；来源：{source}"
            )
        }
        "prescribe" => {
            let (edges, met) = (i.get("edges"), counted(i.number("needs_met"), "need", "needs"));
            let (number, total) = (i.count("needs_met"), i.count("total_met"));
            say!(language, "{edges}: meets {met}, {total} in all", "{edges}：满足{number}项需求，累计{total}项")
        }
        _ => i.get("finding_id").to_owned(),
    }
}

/// How a published figure is meant, before its number.
fn operator(op: &str, language: Language) -> &'static str {
    match op {
        ">=" => language.pick("at least ", "不少于"),
        "<=" => language.pick("at most ", "不多于"),
        "~" => language.pick("about ", "约"),
        _ => "",
    }
}
