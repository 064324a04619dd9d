//! Catalogs come from strangers: nothing that stands in one is markup on the page. (Control characters do not come this far:
//! an import refuses them, and the page replaces them all the same.)

use crate::TODAY;
use crate::page::Page;
use crate::support::Place;

/// Texts that would break out of a page that takes them as they stand.
const EVIL: [&str; 5] = [
    "<script>alert(1)</script>",
    "\"onload=\"alert(1)\" x='y'",
    "</title></style></svg></html><h1>",
    "]]><!-- &amp; &lt; --> {{ 7 * 7 }} {% end %}",
    "turned \u{202e}around\u{202c} and \u{2066}apart\u{2069}",
];

/// A cell of CSV.
fn cell(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// A catalog whose every name is one of those texts.
fn catalog(place: &Place) {
    let evil = |i: usize| cell(EVIL[i % EVIL.len()]);
    let title = format!("id = \"a\"\ntitle = {:?}\nauthority = [\"100000\"]\n", EVIL[0]);
    place.write("c/catalog.toml", title);
    let regions = [("100000", "national", ""), ("510000", "province", "100000"), ("510100", "city", "510000")];
    let regions = regions.iter().enumerate();
    let regions: String = regions.map(|(i, (c, t, p))| format!("{c},{},{t},{p}\n", evil(i))).collect();
    place.write("c/regions.csv", format!("code,name,tier,parent\n{regions}510100001000,{},township,510100\n", evil(3)));
    place.write("c/lines.csv", format!("id,name,sectors\nl1,{},s1\nl2,{},s2\n", evil(4), evil(5)));
    place.write("c/sectors.csv", format!("id,name,lead\ns1,{},\ns2,{},\n", evil(0), evil(1)));
    let places = ["510000", "510100", "510100001000"];
    let mut departments = "id,name,region,line,superior,kind\n".to_owned();
    let mut datasets = "id,title,holder,sector,share,sensitivity,barrier\n".to_owned();
    let mut needs = "consumer,dataset,service\n".to_owned();
    let mut shares = "type,from,to,status\n".to_owned();
    for i in 0..12 {
        departments.push_str(&format!("o{i},{},{},l{},,\n", evil(i), places[i % 3], 1 + i % 2));
        datasets.push_str(&format!("d{i},{},o{i},s{},conditional,1,risk\n", evil(i + 1), 1 + i % 2));
        needs.push_str(&format!("o{},d{i},v{i}\n", (i + 1) % 12));
        shares.push_str(&format!("GRANTED_TO,d{i},o{},{}\n", (i + 1) % 12, ["active", "refused", "suspended"][i % 3]));
    }
    place.write("c/departments.csv", departments);
    place.write("c/datasets.csv", datasets);
    place.write("c/needs.csv", needs);
    place.write("c/shares.csv", shares);
    let services: String = (0..12).map(|i| format!("v{i},{},o{i}\n", evil(i + 2))).collect();
    place.write("c/services.csv", format!("id,name,department\n{services}"));
    let platforms: String = (0..6).map(|i| format!("p{i},{},{},o{i},soft,running\n", evil(i), cell(EVIL[1]))).collect();
    place.write("c/platforms.csv", format!("id,name,function,operator,nature,status\n{platforms}"));
    place.write("c/claims.csv", format!("subject,measure,op,value,source\n510000,departments,=,99,{}\n", evil(0)));
}

#[test]
fn names_of_a_catalog_are_never_markup() {
    let place = Place::new();
    catalog(&place);
    for language in ["en", "zh"] {
        place.run(["report", "c", "--html", "p.html", "--lang", language, "--today", TODAY, "--top", "50"]).well();
        let html = place.read("p.html");
        let page = Page::read(&html);
        assert_eq!(page.all("script").count(), 0);
        assert_eq!(page.all("h1").count(), 1);
        for element in &page.elements {
            assert!(element.attributes.iter().all(|(name, _)| !name.starts_with("on")), "{element:?}");
        }
        let harmful = |c: &char| (c.is_control() && *c != '\n') || ('\u{202a}'..='\u{202e}').contains(c);
        assert_eq!(html.chars().find(harmful), None);
        for text in &EVIL[..4] {
            assert!(page.says(text), "{language}: {text} is nowhere");
        }
        assert!(page.says("turned \u{fffd}around\u{fffd} and \u{fffd}apart"), "{}", page.words());
        // Drawings say them too, and as texts.
        let drawn =
            |text: &str| page.texts.iter().any(|(within, t)| within.contains(&"text".to_owned()) && t.contains(text));
        assert!(drawn("<script>") && drawn("\"onload=\""), "{}", page.words());
    }
}
