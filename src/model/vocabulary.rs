//! The closed vocabularies: the word that is stored, and the Chinese word that is also accepted and printed.

/// A closed set of words. `words[i]` is the word of code `i` and its Chinese form.
#[derive(Debug)]
pub struct Vocabulary {
    /// What the vocabulary names, for messages.
    pub name: &'static str,
    /// Each word that is stored, with its Chinese form.
    pub words: &'static [(&'static str, &'static str)],
}

impl Vocabulary {
    /// The stored word for a word in either language.
    #[must_use]
    pub fn parse(&self, word: &str) -> Option<&'static str> {
        self.words.iter().find(|(en, zh)| *en == word || *zh == word).map(|(en, _)| *en)
    }

    /// The position of a stored word.
    #[must_use]
    pub fn code(&self, word: &str) -> Option<u8> {
        self.words.iter().position(|(en, _)| *en == word).map(|i| i as u8)
    }

    /// The Chinese form of a stored word.
    #[must_use]
    pub fn chinese(&self, word: &str) -> Option<&'static str> {
        self.words.iter().find(|(en, _)| *en == word).map(|(_, zh)| *zh)
    }

    /// All words, for messages: `a (甲), b (乙)`.
    #[must_use]
    pub fn listing(&self) -> String {
        let words: Vec<String> = self
            .words
            .iter()
            .map(|(en, zh)| if en == zh { (*en).to_owned() } else { format!("{en} ({zh})") })
            .collect();
        words.join(", ")
    }
}

/// Share classes, in their order from the freest to the strictest.
pub static SHARE: Vocabulary = Vocabulary {
    name: "share",
    words: &[("unconditional", "无条件共享"), ("conditional", "有条件共享"), ("withheld", "不予共享")],
};

/// The strictest share class that a sharing edge carries.
pub static CARRIES: Vocabulary =
    Vocabulary { name: "carries", words: &[("unconditional", "无条件共享"), ("conditional", "有条件共享")] };

/// Whether a platform is software or a machine room or hall.
pub static NATURE: Vocabulary = Vocabulary { name: "nature", words: &[("soft", "软"), ("hard", "硬")] };

/// Whether a platform is meant for every region under its own.
pub static SCOPE: Vocabulary = Vocabulary { name: "scope", words: &[("unified", "统建"), ("own", "自建")] };

/// A platform's life.
pub static PLATFORM_STATUS: Vocabulary = Vocabulary {
    name: "status",
    words: &[("planned", "规划"), ("building", "在建"), ("running", "运行"), ("retired", "停用")],
};

/// A sharing edge's state; only an active one passes data.
pub static EDGE_STATUS: Vocabulary = Vocabulary {
    name: "status",
    words: &[("active", "生效"), ("requested", "申请中"), ("suspended", "暂停"), ("refused", "拒绝")],
};

/// Why something is not shared.
pub static BARRIER: Vocabulary = Vocabulary {
    name: "barrier",
    words: &[("risk", "不敢"), ("interest", "不愿"), ("capacity", "不能"), ("standard", "标准不一")],
};

/// What a department is.
pub static DEPARTMENT_KIND: Vocabulary = Vocabulary {
    name: "kind",
    words: &[("organ", "职能部门"), ("data-agency", "数据管理机构"), ("grassroots", "基层单位")],
};

/// The default tiers, from rank 0 downwards. A catalog may define its own beside them.
pub static TIER: Vocabulary = Vocabulary {
    name: "tier",
    words: &[
        ("national", "国家级"),
        ("province", "省级"),
        ("city", "市级"),
        ("county", "县级"),
        ("township", "乡级"),
        ("village", "村级"),
    ],
};

/// The economic bloc of a region.
pub static BLOC: Vocabulary = Vocabulary {
    name: "bloc",
    words: &[("east", "东部"), ("central", "中部"), ("west", "西部"), ("northeast", "东北")],
};

/// What a policy rules.
pub static POLICY_KIND: Vocabulary = Vocabulary {
    name: "kind",
    words: &[
        ("property", "property"),
        ("circulation", "circulation"),
        ("revenue", "revenue"),
        ("security", "security"),
        ("implementation", "implementation"),
    ],
};

/// How a claim's value relates to what is counted.
pub static CLAIM_OP: Vocabulary =
    Vocabulary { name: "op", words: &[("=", "="), (">=", ">="), ("<=", "<="), ("~", "~")] };

/// The five kinds of sharing edge.
pub static SHARE_TYPE: Vocabulary = Vocabulary {
    name: "type",
    words: &[
        ("GRANTED_TO", "GRANTED_TO"),
        ("PUBLISHED_ON", "PUBLISHED_ON"),
        ("CASCADES_TO", "CASCADES_TO"),
        ("SERVES", "SERVES"),
        ("RELAYS_TO", "RELAYS_TO"),
    ],
};
