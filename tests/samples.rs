//! The sample catalogs as a newcomer meets them: golden files of what the program says about each, and the promises that
//! their READMEs make under "Where to look", held against the program.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use assert_cmd::Command;

/// The day of every answer, so that no golden file ages.
const TODAY: &str = "2026-11-01";

/// What the program writes to standard output, run in the project's folder.
fn tiaokuai(arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tiaokuai"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments);
    command.env_remove("TIAOKUAI_LANG").env_remove("TIAOKUAI_STORE").env_remove("COLUMNS");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn finding(name: &str, catalog: &str, more: &[&str]) -> String {
    let dir = format!("sample-catalogs/{catalog}");
    tiaokuai(&[&[name, &dir, "--format", "csv", "--today", TODAY], more].concat())
}

fn golden(catalog: &str, name: &str, language: &str) {
    insta::assert_snapshot!(format!("{catalog}-{name}-{language}"), finding(name, catalog, &["--lang", language]));
}

macro_rules! golden_files {
    ($($test:ident: $catalog:literal, $name:literal, $language:literal;)*) => {
        $(#[test]
        fn $test() {
            golden($catalog, $name, $language);
        })*
    };
}

golden_files! {
    silos_of_guangdong: "guangdong", "silos", "en";
    unreachable_of_guangdong: "guangdong", "unreachable", "en";
    redundant_of_guangdong: "guangdong", "redundant", "en";
    silos_of_zhejiang: "zhejiang", "silos", "en";
    unreachable_of_zhejiang: "zhejiang", "unreachable", "en";
    redundant_of_zhejiang: "zhejiang", "redundant", "en";
    silos_of_shanghai: "shanghai", "silos", "en";
    unreachable_of_shanghai: "shanghai", "unreachable", "en";
    redundant_of_shanghai: "shanghai", "redundant", "en";
    silos_of_sichuan_and_chongqing: "sichuan-chongqing", "silos", "en";
    unreachable_of_sichuan_and_chongqing: "sichuan-chongqing", "unreachable", "en";
    redundant_of_sichuan_and_chongqing: "sichuan-chongqing", "redundant", "en";
    silos_in_chinese: "sichuan-chongqing", "silos", "zh";
    unreachable_in_chinese: "sichuan-chongqing", "unreachable", "zh";
    redundant_in_chinese: "sichuan-chongqing", "redundant", "zh";
    asymmetry_of_sichuan_and_chongqing: "sichuan-chongqing", "asymmetry", "en";
    stovepipes_of_sichuan_and_chongqing: "sichuan-chongqing", "stovepipes", "en";
    barriers_of_sichuan_and_chongqing: "sichuan-chongqing", "barriers", "en";
    burden_of_sichuan_and_chongqing: "sichuan-chongqing", "burden", "en";
    recollected_of_sichuan_and_chongqing: "sichuan-chongqing", "recollected", "en";
    cohesion_of_sichuan_and_chongqing: "sichuan-chongqing", "cohesion", "en";
    disparity_of_sichuan_and_chongqing: "sichuan-chongqing", "disparity", "en";
    governance_of_sichuan_and_chongqing: "sichuan-chongqing", "governance", "en";
    reuse_of_sichuan_and_chongqing: "sichuan-chongqing", "reuse", "en";
    lagging_of_sichuan_and_chongqing: "sichuan-chongqing", "lagging", "en";
    idle_of_sichuan_and_chongqing: "sichuan-chongqing", "idle", "en";
    overdue_of_sichuan_and_chongqing: "sichuan-chongqing", "overdue", "en";
    chokepoints_of_sichuan_and_chongqing: "sichuan-chongqing", "chokepoints", "en";
    claims_of_sichuan_and_chongqing: "sichuan-chongqing", "claims", "en";
    claims_of_guangdong: "guangdong", "claims", "en";
    claims_in_chinese: "guangdong", "claims", "zh";
    prescribe_of_sichuan_and_chongqing: "sichuan-chongqing", "prescribe", "en";
    contradictions_of_sichuan_and_chongqing: "sichuan-chongqing", "contradictions", "en";
    stovepipes_in_chinese: "sichuan-chongqing", "stovepipes", "zh";
    barriers_in_chinese: "sichuan-chongqing", "barriers", "zh";
    lagging_in_chinese: "sichuan-chongqing", "lagging", "zh";
    contradictions_in_chinese: "sichuan-chongqing", "contradictions", "zh";
    prescribe_in_chinese: "sichuan-chongqing", "prescribe", "zh";
}

fn page(catalog: &str, language: &str) -> String {
    tiaokuai(&["report", &format!("sample-catalogs/{catalog}"), "--today", TODAY, "--lang", language])
}

#[test]
fn the_report() {
    insta::assert_snapshot!("report-en", page("sichuan-chongqing", "en"));
}

#[test]
fn the_report_in_chinese() {
    insta::assert_snapshot!("report-zh", page("sichuan-chongqing", "zh"));
}

#[test]
fn scorecards() {
    let cards = tiaokuai(&["report", "sample-catalogs/zhejiang", "--by", "line", "--today", TODAY, "--format", "csv"]);
    insta::assert_snapshot!("scorecards-en", cards);
}

/// Rows of a finding as cells, by the header's names.
struct Table {
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    fn of(name: &str, catalog: &str, more: &[&str]) -> Self {
        let text = finding(name, catalog, more);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let columns = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let rows = reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect();
        Self { columns, rows }
    }

    /// Whether a row has these values.
    fn has(&self, wanted: &[(&str, &str)]) -> bool {
        let position = |name: &str| self.columns.iter().position(|c| c == name).unwrap();
        self.rows.iter().any(|row| {
            wanted.iter().all(|(column, value)| {
                let cell = &row[position(column)];
                // Ids are told without their catalog's.
                cell == value || cell.split_once(':').is_some_and(|(_, id)| id == *value)
            })
        })
    }

    #[track_caller]
    fn must_have(&self, wanted: &[(&str, &str)]) {
        assert!(self.has(wanted), "no row has {wanted:?}");
    }

    #[track_caller]
    fn must_lack(&self, unwanted: &[(&str, &str)]) {
        assert!(!self.has(unwanted), "a row has {unwanted:?}");
    }
}

/// Forms of the findings that every sample shows.
#[test]
fn every_sample_shows_every_form() {
    for catalog in ["guangdong", "zhejiang", "shanghai", "sichuan-chongqing"] {
        let silos = Table::of("silos", catalog, &[]);
        for cause in ["unshared", "inactive", "blocked", "confined"] {
            assert!(silos.has(&[("cause", cause)]), "{catalog}: no silo is {cause}");
        }
        for severity in ["violation", "note"] {
            assert!(silos.has(&[("severity", severity)]), "{catalog}: no silo is a {severity}");
        }
        assert!(Table::of("silos", catalog, &["--withheld"]).has(&[("cause", "withheld")]), "{catalog}: withheld");
        for scope in ["tier", "line", "region", "sector", "platform"] {
            let scoped = Table::of("silos", catalog, &["--scope", scope]);
            assert!(
                scoped.has(&[("scope", scope), ("cause", "confined")]),
                "{catalog}: none is confined to its {scope}"
            );
        }
        let unreachable = Table::of("unreachable", catalog, &[]);
        for cause in ["withheld", "unshared", "inactive", "blocked", "cut"] {
            assert!(unreachable.has(&[("cause", cause)]), "{catalog}: no need is {cause}");
        }
        for cost in ["", "1", "2", "3"] {
            assert!(unreachable.has(&[("repair_cost", cost)]), "{catalog}: no repair costs `{cost}`");
        }
        let redundant = Table::of("redundant", catalog, &[]);
        let twice = [("rule", "twice-here")];
        let waived = Table::of("redundant", catalog, &["--waived"]);
        assert!(redundant.has(&twice) || waived.has(&twice), "{catalog}: no twice-here");
        for rule in ["built-above", "could-unify", "look-alike"] {
            assert!(redundant.has(&[("rule", rule)]), "{catalog}: no {rule}");
        }
        let waived: usize =
            ["silos", "unreachable", "redundant"].iter().map(|n| Table::of(n, catalog, &["--waived"]).rows.len()).sum();
        assert!(waived > 0, "{catalog}: nothing is waived");
    }
}

/// The report lists what is waived, of every finding, as the findings' own commands do.
#[test]
fn what_the_report_says_is_waived() {
    for catalog in ["guangdong", "shanghai", "sichuan-chongqing", "zhejiang"] {
        let folder = format!("sample-catalogs/{catalog}");
        let report = tiaokuai(&["report", &folder, "--format", "json", "--today", TODAY]);
        let report: serde_json::Value = serde_json::from_str(&report).unwrap();
        let told = report["waived"].as_array().unwrap().iter();
        let mut told: Vec<(&str, &str)> =
            told.map(|item| (item["finding"].as_str().unwrap(), item["finding_id"].as_str().unwrap())).collect();
        told.sort_unstable();
        let mut listed = Vec::new();
        for procedure in tiaokuai::findings::procedures().into_iter().filter(|procedure| procedure.name != "why") {
            let rows = Table::of(procedure.name, catalog, &["--waived"]);
            let id = rows.columns.iter().position(|column| column == "finding_id").unwrap();
            listed.extend(rows.rows.into_iter().map(|row| (procedure.name, row[id].clone())));
        }
        listed.sort_unstable();
        let listed: Vec<(&str, &str)> = listed.iter().map(|(finding, id)| (*finding, id.as_str())).collect();
        assert!(!listed.is_empty(), "{catalog}: nothing is waived");
        assert_eq!(told, listed, "{catalog}");
    }
}

#[test]
fn what_the_readme_of_guangdong_promises() {
    let redundant = Table::of("redundant", "guangdong", &[]);
    redundant.must_have(&[("rule", "built-above"), ("region", "440100"), ("function", "e-licence")]);
    redundant.must_lack(&[("rule", "built-above"), ("region", "440300"), ("function", "e-licence")]);
    redundant.must_have(&[("rule", "built-above"), ("region", "440106"), ("function", "e-licence")]);
    let four = "cn-gd:440100-p-tingche;cn-gd:440300-p-tingche;cn-gd:440605-p-tingche;cn-gd:441900-p-tingche";
    redundant.must_have(&[("rule", "could-unify"), ("function", "smart-parking"), ("members", four)]);
    let waived = Table::of("redundant", "guangdong", &["--waived"]);
    waived.must_have(&[("rule", "twice-here"), ("region", "440300"), ("function", "enterprise-policy")]);
    let silos = Table::of("silos", "guangdong", &[]);
    silos.must_have(&[("dataset", "440117-ziran-weifa"), ("cause", "confined")]);
    Table::of("silos", "guangdong", &["--scope", "region"]).must_have(&[("dataset", "440106-minzheng-dibao")]);
    Table::of("silos", "guangdong", &["--waived"]).must_have(&[("dataset", "440000-nongye-fanpin")]);
    Table::of("unreachable", "guangdong", &[]).must_have(&[
        ("consumer", "441424120000-shuju"),
        ("dataset", "440000-minzheng-hunyin"),
        ("repair_cost", "3"),
    ]);
    let page = page("guangdong", "en");
    assert!(page.contains("does not run"), "an active edge at a retired platform");
    assert!(page.contains("is withheld, and granted to 深圳市应急管理局"), "a withheld dataset that is granted");
}

#[test]
fn what_the_readme_of_zhejiang_promises() {
    let redundant = Table::of("redundant", "zhejiang", &[]);
    redundant.must_have(&[("rule", "built-above"), ("region", "330100"), ("function", "e-licence")]);
    redundant.must_lack(&[("rule", "built-above"), ("region", "330200"), ("function", "e-licence")]);
    redundant.must_have(&[("region", "330212"), ("function", "e-licence")]);
    redundant.must_have(&[("region", "330521"), ("function", "data-exchange")]);
    redundant.must_have(&[("region", "330800"), ("function", "one-window"), ("reason", "date-unknown")]);
    redundant.must_have(&[("region", "330700"), ("function", "one-window"), ("reason", "built-earlier")]);
    Table::of("redundant", "zhejiang", &["--waived"]).must_have(&[("region", "330100")]);
    Table::of("silos", "zhejiang", &[]).must_have(&[("dataset", "330282-yingji-anquanma"), ("cause", "confined")]);
    Table::of("unreachable", "zhejiang", &["--waived"]).must_have(&[("consumer", "331127102000-minzheng")]);
    Table::of("unreachable", "zhejiang", &[]).must_have(&[
        ("consumer", "330782100000-jiceng"),
        ("dataset", "330000-ziran-budongchan"),
        ("repair_cost", "3"),
    ]);
}

#[test]
fn what_the_readme_of_shanghai_promises() {
    let redundant = Table::of("redundant", "shanghai", &[]);
    redundant.must_have(&[("region", "310106"), ("rule", "built-above"), ("reason", "built-later")]);
    redundant.must_have(&[("region", "310104"), ("rule", "built-above")]);
    redundant.must_have(&[("region", "310104"), ("function", "data-exchange")]);
    redundant.must_have(&[("region", "310112"), ("function", "data-exchange")]);
    redundant.must_have(&[("region", "310115"), ("rule", "could-unify")]);
    Table::of("redundant", "shanghai", &["--waived"]).must_have(&[("region", "310106")]);
    Table::of("silos", "shanghai", &[]).must_have(&[("dataset", "310112114000-yingji-anjian"), ("cause", "confined")]);
    Table::of("silos", "shanghai", &["--scope", "tier"]).must_have(&[("dataset", "310000-minzheng-jiuzhu")]);
    let waived = Table::of("silos", "shanghai", &["--waived"]);
    waived.must_have(&[("dataset", "310151-shuili-shuizha"), ("cause", "unshared")]);
    Table::of("unreachable", "shanghai", &[]).must_have(&[
        ("consumer", "310106021000-jiceng"),
        ("dataset", "310000-ziran-budongchan"),
        ("repair_cost", "3"),
    ]);
}

#[test]
fn what_the_readme_of_sichuan_and_chongqing_promises() {
    let redundant = Table::of("redundant", "sichuan-chongqing", &[]);
    for county in ["510117", "513401", "500112"] {
        redundant.must_have(&[("region", county), ("function", "data-exchange")]);
    }
    for county in ["510107", "500112"] {
        redundant.must_have(&[("region", county), ("function", "e-licence")]);
    }
    redundant.must_lack(&[("region", "510100"), ("function", "e-licence"), ("rule", "built-above")]);
    redundant.must_have(&[("function", "housing-fund"), ("rule", "could-unify")]);
    redundant.must_have(&[("function", "smart-parking"), ("rule", "could-unify")]);
    let waived = Table::of("redundant", "sichuan-chongqing", &["--waived"]);
    waived.must_have(&[("function", "construction-approval"), ("region", "510100")]);
    let silos = Table::of("silos", "sichuan-chongqing", &[]);
    silos.must_have(&[("dataset", "513400-minzheng-yijiaqing"), ("cause", "confined")]);
    Table::of("silos", "sichuan-chongqing", &["--waived"]).must_have(&[("dataset", "510726-yingji-dizai")]);
    Table::of("unreachable", "sichuan-chongqing", &[]).must_have(&[
        ("consumer", "513431107000-jiceng"),
        ("dataset", "510000-ziran-budongchan"),
        ("repair_cost", "3"),
    ]);
    // What rests on a record of an absent catalog is only suspected, and so is more with one of the two alone.
    let all = Table::of("unreachable", "sichuan-chongqing", &["--tier", "all"]);
    all.must_have(&[("dataset", "510000-gongan-siwang"), ("certainty", "suspected")]);
    all.must_lack(&[("dataset", "510000-gongan-siwang"), ("certainty", "certain")]);
    let suspected = |t: &Table| t.rows.iter().filter(|r| r.contains(&"suspected".to_owned())).count();
    let alone = Table::of("unreachable", "sichuan-chongqing/sichuan", &["--tier", "all"]);
    assert!(suspected(&alone) > 0, "of Sichuan alone");
}
