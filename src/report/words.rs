//! The words of answers in both languages: the headings of columns, and the closed vocabularies of their cells.
//!
//! English is what is stored and what scripts rely on, so an English heading or word is its id as it stands.

use std::borrow::Cow;

mod headings;

use crate::model::vocabulary;
use crate::model::{Kind, Language, RelType};

/// English words with their Chinese ones.
pub type Words = &'static [(&'static str, &'static str)];

/// Why data does not get where it is needed, in silos and unreachable.
pub static CAUSE: Words = &[
    ("unshared", "未共享"),
    ("inactive", "未生效"),
    ("blocked", "条件不符"),
    ("confined", "未出范围"),
    ("cut", "链路不通"),
    ("withheld", "不予共享"),
];

/// The rules of redundant building.
pub static RULE: Words =
    &[("built-above", "上级已建"), ("could-unify", "可统未统"), ("twice-here", "本地重复"), ("look-alike", "疑似雷同")];

/// How grave a finding is.
pub static SEVERITY: Words = &[("violation", "违规"), ("warning", "预警"), ("note", "提示")];

/// How sure a finding is.
pub static CERTAINTY: Words = &[("certain", "确定"), ("suspected", "存疑")];

/// The scopes of silos.
pub static SILO_SCOPE: Words = &[
    ("any", "不限"),
    ("tier", "同层级"),
    ("line", "同条线"),
    ("region", "同区划"),
    ("sector", "同板块"),
    ("platform", "同平台"),
];

/// What groups of consumers are made by, in disparity.
pub static GROUP_BY: Words = &[("region", "区划"), ("bloc", "经济区域"), ("tier", "层级"), ("compact", "协同协议")];

/// The barrier that nobody stated.
pub static UNSTATED: Words = &[("unstated", "未说明")];

/// What became of a pilot, in reuse.
pub static REUSE: Words = &[
    ("adopted", "已复用"),
    ("reinvented", "另起炉灶"),
    ("open", "未复用"),
    ("spread", "已推广"),
    ("stalled", "推广停滞"),
];

/// Why a region lags.
pub static LAGGING: Words = &[("no-exchange", "无运行中的交换平台"), ("half-met", "基层需求满足不足一半")];

/// Which records cannot all be true.
pub static CONTRADICTION: Words = &[
    ("not-running", "平台未运行"),
    ("withheld-granted", "不予共享却已授权"),
    ("superior-not-above", "上级不在上"),
    ("built-in-future", "未建成先运行"),
];

/// What is counted of a graph.
pub static WHAT: Words = &[("node", "节点"), ("relationship", "关系"), ("dangling", "悬空引用")];

/// The parts of a store, and of a proof.
pub static PART: Words =
    &[("ledger", "账本"), ("projection", "投影"), ("path", "路径"), ("reached", "已到达"), ("closed", "不通")];

/// Why a platform is held to be redundant.
pub static REDUNDANCY: Words = &[
    ("above-not-running", "上级平台尚未运行"),
    ("being-built", "仍在规划或建设中"),
    ("built-later", "不早于上级平台建成"),
    ("built-earlier", "建成在先"),
    ("date-unknown", "建成日期不详"),
    ("not-unified", "下级分别建设"),
    ("same-region", "同一区划内并存"),
];

/// How a published figure compares with what is counted.
pub static VERDICT: Words = &[("match", "相符"), ("under", "偏低"), ("over", "偏高"), ("uncheckable", "无法核对")];

/// Whether both sides of a sharing edge state it.
pub static AGREEMENT: Words =
    &[("internal", "内部"), ("confirmed", "双方确认"), ("claimed", "单方声明"), ("disputed", "双方不一")];

/// What a waiver is worth.
pub static STANDING: Words = &[("in force", "生效中"), ("expired", "已过期"), ("requested", "申请中")];

/// Whether a dangling reference names a record that is gone or a catalog that is not here.
pub static DANGLING: Words = &[("broken", "失效"), ("absent", "目录缺席")];

/// What became of a finding between two states.
pub static FINDING_CHANGE: Words =
    &[("opened", "新增"), ("closed", "消除"), ("waived", "已豁免"), ("expired", "豁免到期")];

/// What happened to a record.
pub static OPERATION: Words = &[("put", "写入"), ("changed", "更改"), ("deleted", "删除"), ("delete", "删除")];

/// What a policy rules: the four parts of the national basic data regime, and the rules that carry them out.
pub static POLICY_KIND: Words = &[
    ("property", "数据产权"),
    ("circulation", "流通交易"),
    ("revenue", "收益分配"),
    ("security", "安全治理"),
    ("implementation", "实施细则"),
];

/// The groups of consumers that are no tier.
pub static TIER_GROUP: Words = &[("grassroots", "基层"), ("all", "全部")];

/// The names of the findings.
pub static FINDING: Words = &[
    ("silos", "数据孤岛"),
    ("unreachable", "基层够不着"),
    ("redundant", "重复建设"),
    ("why", "可达性说明"),
    ("asymmetry", "上行易下行难"),
    ("stovepipes", "数据烟囱"),
    ("barriers", "共享障碍"),
    ("burden", "基层负担"),
    ("recollected", "重复采集"),
    ("cohesion", "分板块统筹"),
    ("disparity", "区域差异"),
    ("governance", "数据基础制度"),
    ("reuse", "一地创新、多地复用"),
    ("lagging", "省级兜底"),
    ("idle", "硬件闲置"),
    ("overdue", "答复超期"),
    ("chokepoints", "关键节点"),
    ("claims", "公布数字核对"),
    ("prescribe", "开方"),
    ("contradictions", "台账矛盾"),
    ("paper-sharing", "有名无实"),
    ("dangling", "悬空引用"),
    ("conflicts", "目录冲突"),
];

/// The closed vocabulary of a column: the words that its cells may hold.
#[derive(Clone, Debug)]
pub struct Glossary(Vec<(&'static str, &'static str)>);

impl Glossary {
    fn of(lists: &[Words]) -> Self {
        Self(lists.concat())
    }

    /// The Chinese word for an English one.
    #[must_use]
    pub fn chinese(&self, word: &str) -> Option<&'static str> {
        self.0.iter().find(|(english, _)| *english == word).map(|(_, chinese)| *chinese)
    }
}

/// The closed vocabulary that the cells of a column are words of, by the column's name.
#[must_use]
pub fn glossary(column: &str) -> Option<Glossary> {
    use vocabulary as v;
    let glossary = match column {
        "cause" => Glossary::of(&[CAUSE]),
        "barrier" => Glossary::of(&[v::BARRIER.words, UNSTATED]),
        "share" => Glossary::of(&[v::SHARE.words]),
        "carries" => Glossary::of(&[v::CARRIES.words]),
        "severity" => Glossary::of(&[SEVERITY]),
        "certainty" => Glossary::of(&[CERTAINTY]),
        "rule" => Glossary::of(&[RULE]),
        "scope" => Glossary::of(&[v::SCOPE.words, SILO_SCOPE]),
        "nature" => Glossary::of(&[v::NATURE.words]),
        "status" => Glossary::of(&[v::PLATFORM_STATUS.words, v::EDGE_STATUS.words, FINDING_CHANGE, DANGLING]),
        "what" => Glossary::of(&[WHAT]),
        "part" => Glossary::of(&[PART]),
        "change" => Glossary::of(&[FINDING_CHANGE, OPERATION]),
        "operation" => Glossary::of(&[OPERATION]),
        "tier" | "from_tier" | "to_tier" | "holder_tier" | "consumer_tier" => {
            Glossary::of(&[v::TIER.words, TIER_GROUP])
        }
        "bloc" => Glossary::of(&[v::BLOC.words]),
        "group" => Glossary::of(&[v::BLOC.words, v::TIER.words]),
        "by" => Glossary::of(&[GROUP_BY]),
        "kind" => {
            let mut words = Glossary::of(&[v::DEPARTMENT_KIND.words, POLICY_KIND, REUSE, DANGLING]);
            words.0.extend(Kind::ALL.iter().map(|k| (k.label(), k.spec().chinese)));
            words
        }
        "dangling" => Glossary::of(&[DANGLING]),
        "detail" => Glossary::of(&[v::PLATFORM_STATUS.words, v::SHARE.words]),
        "reason" => Glossary::of(&[LAGGING, CONTRADICTION, REDUNDANCY]),
        "verdict" => Glossary::of(&[VERDICT]),
        "agreement" => Glossary::of(&[AGREEMENT]),
        "standing" => Glossary::of(&[STANDING]),
        "finding" => Glossary::of(&[FINDING]),
        "type" => Glossary(RelType::ALL.iter().map(|t| (t.name(), t.chinese())).collect()),
        "label" => Glossary(Kind::ALL.iter().map(|k| (k.label(), k.spec().chinese)).collect()),
        _ => return None,
    };
    Some(glossary)
}

/// A column's heading. A column that nothing is known of keeps its name.
#[must_use]
pub fn heading(column: &str, language: Language) -> &str {
    match language {
        Language::English => column,
        Language::Chinese => headings::chinese(column).unwrap_or(column),
    }
}

/// The headings of columns that stand together: what a column says may depend on those beside it.
#[must_use]
pub fn headings_of(columns: &[Cow<'static, str>], language: Language) -> Vec<String> {
    let has = |name: &str| columns.iter().any(|column| column == name);
    let heading = |column: &Cow<'static, str>| match (language, column.as_ref()) {
        // Of pairs, how many are inside; elsewhere the share class of a dataset.
        (Language::Chinese, "share") if has("inside") => "线内占比".to_owned(),
        // Of scorecards; elsewhere the rank of a tier, and how alike two records are.
        (Language::Chinese, "rank") if has("complete") => "名次".to_owned(),
        (Language::Chinese, "score") if has("complete") => "得分".to_owned(),
        (language, column) => heading(column, language).to_owned(),
    };
    columns.iter().map(heading).collect()
}

/// A word of a column's closed vocabulary in the reader's language; a text that is no such word stays as it is.
#[must_use]
pub fn word<'t>(column: &str, text: &'t str, language: Language) -> &'t str {
    match language {
        Language::English => text,
        Language::Chinese => glossary(column).and_then(|g| g.chinese(text)).unwrap_or(text),
    }
}

/// Words of a column's closed vocabulary that are joined by `;`, each in the reader's language.
#[must_use]
pub fn joined(column: &str, text: &str, language: Language) -> String {
    let words: Vec<&str> = text.split(';').map(|part| word(column, part, language)).collect();
    words.join(language.pick(", ", "、"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The columns of every finding, as `docs/findings.md` names them, after the four common ones.
    const FINDINGS: &[(&str, &str)] = &[
        ("common", "finding_id severity certainty waived"),
        ("silos", "scope dataset title holder tier region line sector share cause barrier needed_by"),
        (
            "unreachable",
            "consumer dataset service consumer_region title holder holder_tier share cause barrier repair repair_cost",
        ),
        ("redundant", "rule platform function region counterpart name operator tier members cost reason score words"),
        ("why", "step from type to consumer dataset condition edge reached"),
        ("asymmetry", "from_tier to_tier needs met ratio gap"),
        ("stovepipes", "line departments pairs inside share"),
        ("barriers", "barrier tier line sector datasets edges unmet contradicted"),
        ("burden", "department region lines platforms given returned ratio"),
        ("recollected", "dataset other title holder other_holder region score shared"),
        ("cohesion", "sector region departments pairs linked ratio lead"),
        ("disparity", "by group needs met ratio investment staff spread"),
        (
            "governance",
            "holder region datasets no_share no_sensitivity no_owner no_revenue no_security no_standard kind",
        ),
        ("reuse", "pilot region kind since lag_days adopters provinces"),
        ("lagging", "region reason needs met ratio backstop"),
        ("idle", "platform name operator region tier utilisation cost"),
        ("overdue", "type from to id since share working_days limit"),
        ("chokepoints", "record label name cuts"),
        ("claims", "subject measure op claimed counted verdict as_of source"),
        ("prescribe", "step edges opens needs_met total_met bound meets"),
        ("contradictions", "reason record type from to id name detail"),
        ("paper-sharing", "type from to id agreement catalog other_catalog status disputed edges region"),
    ];

    #[test]
    fn every_column_of_every_finding_and_every_file_has_a_chinese_heading() {
        for (finding, columns) in FINDINGS {
            for column in columns.split(' ') {
                assert!(headings::chinese(column).is_some(), "{finding}: {column}");
            }
        }
        for kind in Kind::ALL {
            for column in kind.columns() {
                assert!(headings::chinese(column.name).is_some(), "{kind:?}: {}", column.name);
            }
        }
        assert_eq!(heading("never_heard_of", Language::Chinese), "never_heard_of");
        assert_eq!(heading("dataset", Language::English), "dataset");
    }

    #[test]
    fn every_word_of_the_three_findings_has_both_languages() {
        let words = [
            ("cause", "unshared inactive blocked confined cut withheld"),
            ("rule", "built-above could-unify twice-here look-alike"),
            ("scope", "any tier line region sector platform unified own"),
            ("severity", "violation warning note"),
            ("certainty", "certain suspected"),
            ("share", "unconditional conditional withheld"),
            ("barrier", "risk interest capacity standard"),
            ("tier", "national province city county township village grassroots all"),
            ("holder_tier", "national province city county township village"),
            ("status", "planned building running retired active requested suspended refused"),
            ("kind", "organ data-agency grassroots property circulation revenue security implementation"),
            ("kind", "Region Dataset sharing_edge need"),
            ("dangling", "broken absent"),
        ];
        for (column, words) in words {
            for english in words.split(' ') {
                let english = &english.replace('_', " ");
                let chinese = word(column, english, Language::Chinese);
                assert!(chinese.chars().all(|c| !c.is_ascii()), "{column}: {english} is {chinese}");
                assert_eq!(word(column, english, Language::English), english);
            }
        }
    }

    #[test]
    fn within_a_column_no_two_words_are_one_in_chinese() {
        for column in ["cause", "rule", "scope", "severity", "certainty", "share", "barrier", "tier", "verdict", "type"]
        {
            let mut words: Vec<&str> = glossary(column).unwrap().0.iter().map(|(_, zh)| *zh).collect();
            let count = words.len();
            words.sort_unstable();
            words.dedup();
            assert_eq!(words.len(), count, "{column}");
        }
    }
}
