//! The closed vocabularies: the Chinese words that stand for the plain ones.

/// The plain word of a closed vocabulary, given it or its Chinese word; any other text as it stands.
pub fn plain(word: &str) -> &str {
    match word {
        "无条件共享" => "unconditional",
        "有条件共享" => "conditional",
        "不予共享" => "withheld",
        "软" => "soft",
        "硬" => "hard",
        "统建" => "unified",
        "自建" => "own",
        "规划" => "planned",
        "在建" => "building",
        "运行" => "running",
        "停用" => "retired",
        "生效" => "active",
        "申请中" => "requested",
        "暂停" => "suspended",
        "拒绝" => "refused",
        "不敢" => "risk",
        "不愿" => "interest",
        "不能" => "capacity",
        "标准不一" => "standard",
        "职能部门" => "organ",
        "数据管理机构" => "data-agency",
        "基层单位" => "grassroots",
        "国家级" => "national",
        "省级" => "province",
        "市级" => "city",
        "县级" => "county",
        "乡级" => "township",
        "村级" => "village",
        "东部" => "east",
        "中部" => "central",
        "西部" => "west",
        "东北" => "northeast",
        other => other,
    }
}

/// [`plain`] of a cell, nothing where it is empty.
pub fn cell(word: &Option<String>) -> Option<String> {
    let word = word.as_deref().filter(|word| !word.is_empty())?;
    Some(plain(word).to_string())
}
