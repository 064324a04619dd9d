//! The page of the report and the answers of `why`, in both languages and every form.

use super::super::explain::{self, Certificate, ClosedEdge, Condition, WhyAnswer};
use super::super::page::{self, *};
use super::super::{EdgeInWords, Form};
use super::*;
use crate::model::RelType;

const FORMS: [(&str, Form); 3] = [
    ("plain", Form::Terminal { width: Some(80), styled: false }),
    ("styled", Form::Terminal { width: None, styled: true }),
    ("markdown", Form::Markdown),
];
const LANGUAGES: [(Language, &str); 2] = [(Language::English, "en"), (Language::Chinese, "zh")];

fn page_text(report: &Report, form: Form, language: Language) -> String {
    let mut out = Vec::new();
    page::write(report, form, language, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn why_text(answer: &WhyAnswer, form: Form, language: Language) -> String {
    let mut out = Vec::new();
    explain::write(answer, form, language, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn s(text: &str) -> String {
    text.to_owned()
}

fn edge(edge_type: RelType, from: &str, to: &str, holder: Option<&str>) -> EdgeInWords {
    EdgeInWords { edge_type, from_name: s(from), to_name: s(to), holder_name: holder.map(s) }
}

fn counts(list: &[(&str, u64)]) -> Vec<(String, u64)> {
    list.iter().map(|(word, number)| (s(word), *number)).collect()
}

fn report() -> Report {
    let dibao = edge(RelType::GrantedTo, "低保对象信息", "新都区民政局", Some("成都市民政局"));
    let relay = edge(RelType::RelaysTo, "新都区民政局", "新都区便民服务中心", None);
    Report {
        region_name: s("四川省"),
        today: Some(jiff::civil::date(2024, 6, 1)),
        catalogs: vec![
            CatalogLine {
                id: s("sichuan"),
                title: s("四川省政务数据目录"),
                issued: Some(jiff::civil::date(2024, 5, 1)),
                records: 1_234_567,
            },
            CatalogLine { id: s("tax"), records: 1, ..CatalogLine::default() },
        ],
        state: Some(StateLine {
            number: 12,
            time: s("2024-06-01 09:30"),
            digest: s("7d9f3e2c1b0a49586770a1b2c3d4e5f6aa"),
        }),
        figures: Figures {
            regions: 205,
            departments: 3_402,
            grassroots: 2_960,
            platforms: 88,
            datasets: 120,
            services: 45,
            needs: 10_043,
            sharing_edges: 5_000,
            active_edges: 4_321,
            needs_met: 7_241,
            needs_counted: 10_040,
        },
        silos: SiloSection {
            datasets: 112,
            total: 43,
            needed: 12,
            by_cause: counts(&[("unshared", 30), ("inactive", 12), ("blocked", 1)]),
            by_scope: counts(&[("tier", 20), ("platform", 0)]),
            worst: vec![
                SiloItem {
                    finding_id: s("0f3a9c1e5b7d2468"),
                    dataset: s("sichuan:dibao"),
                    title: s("低保对象信息"),
                    holder: s("sichuan:mz-cd"),
                    holder_name: s("成都市民政局"),
                    region_name: s("成都市"),
                    cause: s("inactive"),
                    barrier: s("interest;risk"),
                    needed_by: 7,
                    certainty: s("certain"),
                },
                SiloItem {
                    finding_id: s("1b2c3d4e5f607182"),
                    dataset: s("tax:returns"),
                    holder: s("tax:bureau"),
                    cause: s("unshared"),
                    needed_by: 1,
                    certainty: s("suspected"),
                    ..SiloItem::default()
                },
            ],
        },
        unreachable: UnreachableSection {
            tier: s("grassroots"),
            needs: 9_000,
            total: 2_799,
            violations: 2_790,
            withheld: 9,
            by_cause: counts(&[("withheld", 9), ("unshared", 2_000), ("cut", 790)]),
            by_cost: vec![(Some(1), 2_500), (Some(2), 289), (None, 1)],
            best_repairs: vec![
                RepairItem {
                    edge: edge(RelType::Serves, "四川省数据共享交换平台", "新都区便民服务中心", None),
                    needs: 34,
                },
                RepairItem { edge: dibao.clone(), needs: 1 },
            ],
            worst: vec![
                UnreachableItem {
                    finding_id: s("a1b2c3d4e5f60718"),
                    consumer: s("sichuan:bm-xd"),
                    consumer_name: s("新都区便民服务中心"),
                    region_name: s("新都区"),
                    dataset: s("sichuan:dibao"),
                    title: s("低保对象信息"),
                    holder_name: s("成都市民政局"),
                    service_name: s("低保申请"),
                    cause: s("inactive"),
                    repair: vec![dibao, relay],
                    repair_cost: Some(2),
                    certainty: s("certain"),
                },
                UnreachableItem {
                    finding_id: s("b1b2c3d4e5f60718"),
                    consumer: s("sichuan:x"),
                    dataset: s("tax:returns"),
                    cause: s("cut"),
                    certainty: s("suspected"),
                    ..UnreachableItem::default()
                },
            ],
        },
        redundant: RedundantSection {
            total: 17,
            violations: 5,
            cost_total: 23_456.0,
            by_rule: counts(&[("built-above", 4), ("could-unify", 1), ("twice-here", 2), ("look-alike", 10)]),
            worst: vec![
                RedundantItem {
                    finding_id: s("c1b2c3d4e5f60718"),
                    rule: s("built-above"),
                    name: s("成都市“一网通办”平台"),
                    function: s("service-hall"),
                    operator_name: s("成都市数据局"),
                    region_name: s("成都市"),
                    counterpart_name: s("四川省一体化政务服务平台"),
                    cost: Some(1_280.0),
                    reason: s("built 2021-03-01, the counterpart 2019-07-01"),
                    severity: s("violation"),
                    ..RedundantItem::default()
                },
                RedundantItem {
                    finding_id: s("d1b2c3d4e5f60718"),
                    rule: s("could-unify"),
                    function: s("hotline"),
                    region_name: s("四川省"),
                    members: ["成都热线", "绵阳热线", "德阳热线", "宜宾热线", "泸州热线"].map(s).to_vec(),
                    cost: None,
                    severity: s("warning"),
                    ..RedundantItem::default()
                },
                RedundantItem {
                    finding_id: s("e1b2c3d4e5f60718"),
                    rule: s("twice-here"),
                    function: s("video"),
                    region_name: s("绵阳市"),
                    members: vec![s("雪亮工程"), s("天网*二期*")],
                    cost: Some(35.0),
                    severity: s("violation"),
                    ..RedundantItem::default()
                },
            ],
        },
        further: Vec::new(),
        dangling: Dangling { broken: 1, absent: 23 },
        contradictions: Contradictions {
            total: 1,
            worst: vec![s("四川省共享平台 is retired, yet an edge at it is active.")],
        },
        waived: vec![WaivedItem {
            finding_id: s("f1b2c3d4e5f60718"),
            finding: s("silos"),
            subject: s("公安人口库"),
            reason: s("迁移中"),
            by: s("四川省数据局"),
            until: Some(jiff::civil::date(2024, 12, 31)),
        }],
        next: vec![
            NextStep { command: s("tiaokuai silos --region 51 --format csv"), purpose: Purpose::Silos },
            NextStep { command: s("tiaokuai why sichuan:bm-xd sichuan:dibao"), purpose: Purpose::Why },
            NextStep { command: s("tiaokuai prescribe --k 10"), purpose: Purpose::Prescribe },
        ],
        ..Report::default()
    }
}

#[test]
fn the_page_in_every_form_and_language() {
    for (form_name, form) in FORMS {
        for (language, name) in LANGUAGES {
            insta::assert_snapshot!(format!("page_{form_name}_{name}"), page_text(&report(), form, language));
        }
    }
}

#[test]
fn a_page_about_nothing_says_so() {
    for (language, name) in LANGUAGES {
        let text = page_text(&Report::default(), FORMS[0].1, language);
        insta::assert_snapshot!(format!("page_empty_{name}"), text);
    }
}

#[test]
fn styles_change_nothing_but_the_looks() {
    for (language, _) in LANGUAGES {
        let form = |styled| Form::Terminal { width: Some(72), styled };
        let styled = page_text(&report(), form(true), language);
        assert!(styled.contains('\u{1b}'));
        let mut plain = String::new();
        let mut parts = styled.split('\u{1b}');
        plain.push_str(parts.next().unwrap());
        for part in parts {
            plain.push_str(part.split_once('m').unwrap().1);
        }
        assert_eq!(plain, page_text(&report(), form(false), language));
    }
}

#[test]
fn the_page_keeps_to_the_width_of_the_terminal() {
    for width in [40_u16, 60, 80, 132] {
        for (language, _) in LANGUAGES {
            let text = page_text(&report(), Form::Terminal { width: Some(width), styled: false }, language);
            for line in text.lines().filter(|line| !line.trim_start().starts_with("tiaokuai ")) {
                assert!(super::super::wrap::width(line) <= usize::from(width), "{width}: {line}");
            }
        }
    }
}

#[test]
fn a_stranger_s_name_cannot_drive_the_terminal_or_be_markup() {
    let mut report = report();
    report.silos.worst[0].title = s("\u{1b}[2J<img src=x>\n# not a heading");
    for (language, _) in LANGUAGES {
        let plain = page_text(&report, FORMS[0].1, language);
        assert!(!plain.contains('\u{1b}'));
        let markdown = page_text(&report, Form::Markdown, language);
        assert!(!markdown.contains('\u{1b}') && !markdown.contains("<img"));
        assert!(markdown.lines().all(|line| !line.starts_with("# not")));
    }
}

fn certificate() -> Certificate {
    let closed = |edge, condition, barrier: &str| ClosedEdge { edge, condition, barrier: s(barrier) };
    let holder = Some("成都市民政局");
    let data = "低保对象信息";
    let list = |items: &[&str]| items.iter().map(|i| s(i)).collect::<Vec<_>>();
    Certificate {
        reached: list(&["成都市民政局", "成都市共享平台"]),
        closed: vec![
            closed(
                edge(RelType::GrantedTo, data, "新都区民政局", holder),
                Condition::Status { status: s("requested") },
                "interest;risk",
            ),
            closed(
                edge(RelType::PublishedOn, data, "四川省共享平台", holder),
                Condition::Share { share: s("conditional"), carries: s("unconditional") },
                "",
            ),
            closed(
                edge(RelType::CascadesTo, "成都市共享平台", "新都区共享平台", None),
                Condition::Sensitivity { sensitivity: 3, ceiling: 2 },
                "",
            ),
            closed(
                edge(RelType::Serves, "成都市共享平台", "成都市税务局", None),
                Condition::Sector { sector: s("civil-affairs"), sectors: list(&["tax", "finance"]) },
                "",
            ),
            closed(
                edge(RelType::RelaysTo, "成都市民政局", "成都市医保局", None),
                Condition::Standard { standard: String::new(), standards: list(&["GB/T 39477"]) },
                "standard",
            ),
            closed(edge(RelType::RelaysTo, "成都市民政局", "旧部门", None), Condition::Broken, ""),
        ],
    }
}

#[test]
fn why_not_in_words() {
    let answer = WhyAnswer {
        consumer_name: s("新都区便民服务中心"),
        dataset_title: s("低保对象信息"),
        holder_name: s("成都市民政局"),
        certificate: Some(certificate()),
        repair: vec![edge(RelType::GrantedTo, "低保对象信息", "新都区民政局", Some("成都市民政局"))],
        suspected: true,
        ..WhyAnswer::default()
    };
    for (form_name, form) in [FORMS[0], FORMS[2]] {
        for (language, name) in LANGUAGES {
            insta::assert_snapshot!(format!("why_not_{form_name}_{name}"), why_text(&answer, form, language));
        }
    }
    let numbers: Vec<u8> = certificate().closed.iter().map(|c| c.condition.number()).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 0]);
}

#[test]
fn why_in_words() {
    let mut answer = WhyAnswer {
        consumer_name: s("成都市税务局"),
        dataset_title: s("低保对象信息"),
        path: Some(vec![
            edge(RelType::PublishedOn, "低保对象信息", "成都市共享平台", Some("成都市民政局")),
            edge(RelType::Serves, "成都市共享平台", "成都市税务局", None),
        ]),
        ..WhyAnswer::default()
    };
    for (language, name) in LANGUAGES {
        insta::assert_snapshot!(format!("why_{name}"), why_text(&answer, FORMS[0].1, language));
    }
    answer.path = Some(Vec::new());
    assert_eq!(why_text(&answer, FORMS[0].1, Language::English), "成都市税务局 holds 低保对象信息 itself.\n");
    let nowhere = WhyAnswer { path: None, certificate: Some(Certificate::default()), ..answer };
    insta::assert_snapshot!("why_nowhere", why_text(&nowhere, FORMS[0].1, Language::English));
}
