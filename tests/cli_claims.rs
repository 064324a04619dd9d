//! `tiaokuai claims`: whose queries count, and what cannot be counted.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use support::Place;

/// A saved query of one's own.
fn measure(query: &str) -> String {
    format!(
        "// title: a\n// 标题: 甲\n// question: b?\n// 问题: 乙？\n// parameter subject: string\n//   what it counts of\n//   \
         中文: 对象\n{query}\n"
    )
}

/// A catalog whose claims are these rows of `claims.csv`.
fn place(claims: &[&str]) -> Place {
    let place = Place::new();
    place.write("c/catalog.toml", "id = \"a\"\ntitle = \"A\"\n");
    place.write("c/regions.csv", "code,name,tier,parent\n510000,R,province,\n510100,S,city,510000\n");
    place.write("c/departments.csv", "id,name,region\no1,O,510000\no2,P,510100\n");
    place.write("c/claims.csv", format!("subject,measure,op,value,as_of,source\n{}\n", claims.join("\n")));
    place
}

/// Subject, measure, what is counted and the verdict of every row.
fn rows(place: &Place, more: &[&str]) -> Vec<[String; 4]> {
    let ran = place.run([&["claims", "c", "--format", "csv", "--today", "2026-11-01"], more].concat()).well();
    let columns = ["subject", "measure", "counted", "verdict"];
    ran.rows().iter().map(|row| columns.map(|column| row[column].clone())).collect()
}

#[test]
fn queries_of_ones_own_count_what_the_program_does_not_know() {
    let place = place(&["o1,letters,=,2,,", "510000,departments,=,2,,"]);
    let of = |subject: &str, measure: &str, counted: &str, verdict: &str| {
        [subject, measure, counted, verdict].map(str::to_owned)
    };
    let unknown = [of("510000", "departments", "2", "match"), of("a:o1", "letters", "", "uncheckable")];
    assert_eq!(rows(&place, &[]), unknown);
    place.write("q/letters.cypher", measure("MATCH (d:Department {id: $subject}) RETURN size(d.name) + 1"));
    // One of the program's name stands in its place.
    place.write("q/departments.cypher", measure("RETURN 1.5"));
    let own = [of("510000", "departments", "1.5", "under"), of("a:o1", "letters", "2", "match")];
    assert_eq!(rows(&place, &["--queries", "q"]), own);
    let text = measure("RETURN 2").replace('\n', "\\n");
    let call =
        format!("CALL claims({{measures: {{letters: '{text}'}}}}) YIELD measure, verdict RETURN measure, verdict");
    let ran = place.run(["query", &call, "c", "--format", "csv"]).well();
    assert_eq!(ran.out, "measure,verdict\ndepartments,match\nletters,match\n");
}

#[test]
fn what_gives_no_single_number_cannot_be_checked() {
    for query in [
        "MATCH (r:Region) RETURN r.code",
        "RETURN 'two'",
        "RETURN 1, 2",
        "MATCH (r:Nothing {code: $subject}) RETURN 1",
        "RETURN 1 / 0",
        "RETURN 0.0 / 0.0",
        "RETURN nonsense(",
        "CREATE (:Department {id: 'a:o9', subject: $subject}) RETURN 1",
        "UNWIND [1, 2] AS one RETURN one",
    ] {
        let place = place(&["510000,count,=,2,,"]);
        place.write("q/count.cypher", measure(query));
        assert_eq!(rows(&place, &["--queries", "q"])[0][3], "uncheckable", "{query}");
    }
    let absent = place(&["b:o7,departments,=,1,,", "o7,departments,=,1,,", "999999,departments,=,1,,"]);
    let subjects = rows(&absent, &[]).into_iter().map(|[subject, _, _, verdict]| (subject, verdict));
    let expected = ["999999", "b:o7", "o7"].map(|subject| (subject.to_owned(), "uncheckable".to_owned()));
    assert_eq!(subjects.collect::<Vec<_>>(), expected);
}

#[test]
fn a_query_that_is_none_is_refused() {
    let place = place(&["510000,departments,=,2,,"]);
    place.write("q/bad.cypher", "RETURN 1\n");
    place.run(["claims", "c", "--queries", "q"]).fails(&["bad.cypher:1", "the header lacks its"]);
    place.run(["claims", "c", "--queries", "nowhere"]).fails(&["nowhere"]);
    let ran = place.run(["query", "CALL claims({measures: {x: 'RETURN 1'}}) YIELD verdict RETURN verdict", "c"]);
    assert!(ran.code == Some(2) && ran.err.contains("measures: x.cypher:1"), "{}", ran.err);
}

#[test]
fn figures_that_differ_fail_and_those_of_a_region_are_its_own() {
    let place = place(&["510000,departments,=,3,,", "510100,departments,=,1,,", "o1,departments,=,1,,"]);
    let failed = |more: &[&str]| place.run([&["claims", "c", "--fail-on", "warning"], more].concat()).code;
    assert_eq!(failed(&[]), Some(1));
    assert_eq!(failed(&["--region", "510100"]), Some(0));
    let subjects = |region: &str| -> Vec<String> {
        rows(&place, &["--region", region]).into_iter().map(|[subject, ..]| subject).collect()
    };
    assert_eq!(subjects("510100"), ["510100"]);
    assert_eq!(subjects("510000"), ["510000", "510100", "a:o1"]);
}
