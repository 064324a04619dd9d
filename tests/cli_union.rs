//! Several catalogs as one graph: who agrees with whom, what flows on one side's word, and where catalogs disagree.
#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use std::collections::BTreeMap;

use support::{Place, sample};

/// Two catalogs, `a` and `b`, each with a holder or a consumer, and edges between them. `first` and `second` are rows of
/// the shares of each.
fn two(first: &[&str], second: &[&str]) -> Place {
    let place = Place::new();
    let regions =
        "code,name,tier,parent\n100000,中国,national,\n510000,四川,province,100000\n500000,重庆,province,100000\n";
    for (id, authority, shares) in [("a", "510000", first), ("b", "500000", second)] {
        place.write(&format!("u/{id}/catalog.toml"), format!("id = \"{id}\"\nauthority = [\"{authority}\"]\n"));
        place.write(&format!("u/{id}/regions.csv"), regions);
        place.write(
            &format!("u/{id}/departments.csv"),
            format!("id,name,region,line,superior,kind\nd,部门{id},{authority},x,,organ\n"),
        );
        place.write(&format!("u/{id}/lines.csv"), "id,name,sectors\nx,条线,\n");
        let rows = shares.join("\n");
        place.write(
            &format!("u/{id}/shares.csv"),
            format!("type,from,to,status,carries,ceiling,sectors,standards,since,barrier,id\n{rows}\n"),
        );
    }
    place.write("u/a/datasets.csv", "id,title,holder,platform,sector,share,sensitivity\ns,数据,d,,,unconditional,2\n");
    place.write("u/b/needs.csv", "consumer,dataset,service,priority\nd,a:s,,1\n");
    for (id, shares) in [("a", first), ("b", second)] {
        if shares.is_empty() {
            std::fs::remove_file(place.path(&format!("u/{id}/shares.csv"))).unwrap();
        }
    }
    place
}

const GRANT: &str = "GRANTED_TO,a:s,b:d,active,,,,,,,";

fn paper(place: &Place) -> Vec<BTreeMap<String, String>> {
    place.run(["paper-sharing", "u", "--format", "csv"]).well().rows()
}

fn is_met(place: &Place, more: &[&str]) -> bool {
    let ran = place.run(["unreachable", "u", "--tier", "all", "--format", "csv"].iter().chain(more)).well();
    ran.rows().is_empty()
}

#[test]
fn a_claimed_edge_flows_as_stated_unless_only_agreed_ones_may() {
    let place = two(&[GRANT], &[]);
    assert!(is_met(&place, &[]));
    assert!(!is_met(&place, &["--agreed-only"]));
    let rows = paper(&place);
    assert_eq!(rows.len(), 1);
    let of = |name: &str| rows[0][name].clone();
    assert_eq!((of("agreement"), of("catalog"), of("other_catalog")), ("claimed".into(), "a".into(), "b".into()));
    assert_eq!((of("severity"), of("region"), of("edges")), ("warning".into(), "500000".into(), "1".into()));
    // The other side is asked for no more than it can know: without its catalog there is nobody to confirm.
    place.run(["paper-sharing", "u/a", "--format", "csv"]).well();
    assert!(place.run(["paper-sharing", "u/a", "--format", "csv"]).well().rows().is_empty());
}

#[test]
fn a_confirmed_edge_flows_with_agreed_ones_alone() {
    let place = two(&[GRANT], &[GRANT]);
    assert!(is_met(&place, &["--agreed-only"]));
    assert!(paper(&place).is_empty());
    // What is left out says the default.
    let place = two(&["GRANTED_TO,a:s,b:d,,,,,,,,"], &["GRANTED_TO,a:s,b:d,active,conditional,4,,,,,"]);
    assert!(is_met(&place, &["--agreed-only"]));
    assert!(paper(&place).is_empty());
}

#[test]
fn a_disputed_edge_is_open_when_each_statement_alone_is() {
    let place = two(&[GRANT], &["GRANTED_TO,a:s,b:d,requested,,,,,,,"]);
    assert!(!is_met(&place, &[]));
    let rows = paper(&place);
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["agreement"], "disputed");
    assert!(rows[0]["disputed"].contains("status: active / requested"), "{rows:?}");
    let conflicts = place.run(["conflicts", "u", "--format", "csv"]).well().rows();
    assert_eq!(conflicts.len(), 1);
    assert_eq!((&*conflicts[0]["property"], &*conflicts[0]["value"]), ("status", "active"));
    assert_eq!((&*conflicts[0]["other_catalog"], &*conflicts[0]["other_value"]), ("b", "requested"));
    // Both let this dataset through, though they say it differently.
    let place = two(&[GRANT], &["GRANTED_TO,a:s,b:d,active,,2,,,,,"]);
    assert!(is_met(&place, &["--agreed-only"]));
    assert_eq!(paper(&place)[0]["agreement"], "disputed");
}

#[test]
fn parallel_edges_match_by_an_agreed_id_or_one_by_one() {
    let with_id = "GRANTED_TO,a:s,b:d,active,,,,,,,p1";
    let place = two(&[GRANT, with_id], &[with_id]);
    let rows = paper(&place);
    assert_eq!(rows.iter().map(|r| &*r["agreement"]).collect::<Vec<_>>(), ["claimed"]);
    let place = two(&[GRANT, GRANT], &[GRANT]);
    let rows = paper(&place);
    assert_eq!((rows.len(), &*rows[0]["edges"]), (1, "3"), "two on one side match none on the other");
}

#[test]
fn definitions_that_differ_are_listed_with_the_one_that_counts_first() {
    let place = two(&[], &[]);
    place.edit("u/b/regions.csv", "510000,四川,province", "510000,川,province");
    place.edit("u/a/regions.csv", "500000,重庆,province", "500000,渝,province");
    let rows = place.run(["conflicts", "u", "--format", "csv"]).well().rows();
    let told: Vec<[&str; 4]> =
        rows.iter().map(|r| ["record", "catalog", "value", "other_value"].map(|c| r[c].as_str())).collect();
    assert_eq!(told, [["500000", "b", "重庆", "渝"], ["510000", "a", "四川", "川"]]);
}

#[test]
fn the_sample_of_two_provinces_has_its_paper_sharing() {
    let place = Place::new();
    let union = sample("sichuan-chongqing");
    let union = union.to_str().unwrap();
    let rows = place.run(["paper-sharing", union, "--format", "csv"]).well().rows();
    let count = |word: &str| rows.iter().filter(|r| r["agreement"] == word).count();
    assert_eq!(count("disputed"), 1);
    assert!(count("claimed") > 0);
    place.run(["paper-sharing", union, "--fail-on", "warning"]);
    assert_eq!(place.run(["paper-sharing", union, "--fail-on", "warning"]).code, Some(1));
    let zh = place.run(["paper-sharing", union, "--lang", "zh"]).well();
    assert!(zh.out.contains("双方不一") && zh.out.contains("单方声明"), "{}", zh.out);
}

#[test]
fn waivers_of_a_directory_count_and_have_their_standing() {
    let place = two(&[], &[]);
    place.write("u/a/waivers.csv", "finding_id,reason,by,until\n0123456789abcdef,已知,某人,2026-05-01\n");
    let standing = |today: &str| {
        let rows = place.run(["waivers", "u", "--today", today, "--format", "csv"]).well().rows();
        rows[0]["standing"].clone()
    };
    assert_eq!(standing("2026-05-01"), "in force");
    assert_eq!(standing("2026-05-02"), "expired");
}
