//! What the page says, how it is built for those who do not see it, and when it is refused.

use crate::TODAY;
use crate::page::Page;
use crate::support::{Place, import, sample};

const LANGUAGES: [&str; 2] = ["en", "zh"];

/// The page of a sample catalog.
pub(crate) fn page(catalog: &str, language: &str) -> String {
    let place = Place::new();
    let dir = sample(catalog).display().to_string();
    let ran = place.run(["report", &dir, "--html", "page.html", "--lang", language, "--today", TODAY]).well();
    assert_eq!(ran.out, "", "the page goes to its file alone");
    place.read("page.html")
}

#[test]
fn the_page_of_sichuan_and_chongqing() {
    for language in LANGUAGES {
        // Where the catalog lies differs from machine to machine.
        let checkout = concat!(env!("CARGO_MANIFEST_DIR"), "/");
        let words = Page::read(&page("sichuan-chongqing", language)).words().replace(checkout, "");
        insta::assert_snapshot!(format!("page-{language}"), words);
    }
}

/// The same catalog gives the same bytes.
#[test]
fn a_page_is_the_same_every_time() {
    assert_eq!(page("zhejiang", "zh"), page("zhejiang", "zh"));
}

#[test]
fn a_page_needs_nothing_and_can_be_read_aloud() {
    for (catalog, language) in [("guangdong", "zh"), ("shanghai", "en")] {
        let html = page(catalog, language);
        for outside in ["http://", "https://", "//", "url(", "@import", "<script", "javascript:", "srcset"] {
            // A line of the style sheet may be commented out, but no address be named.
            assert!(!html.contains(outside), "{catalog} has {outside}");
        }
        let page = Page::read(&html);
        for one in ["html", "head", "h1", "main"] {
            assert_eq!(page.all(one).count(), 1, "{one}");
        }
        let lang = if language == "zh" { "zh-Hans" } else { "en" };
        assert_eq!(page.elements[0].get("lang"), Some(lang), "{:?}", page.elements[0]);
        in_order(&page);
        let ids: Vec<&str> = page.elements.iter().filter_map(|e| e.get("id")).collect();
        for svg in page.all("svg") {
            assert_eq!(svg.get("role"), Some("img"));
            let named = svg.get("aria-labelledby").unwrap().split(' ').collect::<Vec<_>>();
            assert!(named.len() == 2 && named.iter().all(|id| ids.contains(id)), "{named:?}");
        }
        assert!(page.all("svg").count() >= 3);
        assert_eq!(page.all("svg").count(), page.all("desc").count());
        assert_eq!(page.all("table").count(), page.all("caption").count());
        assert!(page.all("th").all(|th| matches!(th.get("scope"), Some("col" | "row"))));
        for link in page.all("a") {
            let to = link.get("href").unwrap().strip_prefix('#').unwrap();
            assert!(ids.contains(&to), "{to}");
        }
        let mut distinct = ids.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), ids.len(), "an id stands twice");
    }
}

/// No heading is skipped.
fn in_order(page: &Page) {
    let mut last = 0;
    for heading in page.elements.iter().filter(|e| e.name.len() == 2 && e.name.starts_with('h') && e.name != "hr") {
        let level: usize = heading.name[1..].parse().unwrap();
        assert!(level <= last + 1, "h{level} follows h{last}");
        last = level;
    }
    assert_eq!(page.elements.iter().find(|e| e.name.starts_with('h') && e.name.len() == 2).unwrap().name, "h1");
}

/// A store with two states: a request is granted in the second.
fn two_states() -> Place {
    let place = Place::new();
    for file in std::fs::read_dir(sample("guangdong")).unwrap() {
        let path = file.unwrap().path();
        place.write(&format!("c/{}", path.file_name().unwrap().to_str().unwrap()), std::fs::read(&path).unwrap());
    }
    place.run(["init", "--catalog", "cn-gd"]).well();
    import(&place, &["c"]).well();
    let shares = place.read("c/shares.csv");
    assert!(shares.contains(",申请中,"));
    place.write("c/shares.csv", shares.replace(",申请中,", ",生效,"));
    import(&place, &["c"]).well();
    place
}

#[test]
fn a_page_tells_what_has_changed() {
    let place = two_states();
    let words = |more: &[&str]| {
        place.run([&["report", "--html", "p.html", "--today", TODAY], more].concat()).well();
        Page::read(&place.read("p.html"))
    };
    let page = words(&["--since", "1"]);
    assert!(page.says("What has changed") && page.says("Against state 1 of the store"));
    assert!(page.says("Needs met: "), "{}", page.words());
    let now = words(&[]);
    assert!(!now.says("What has changed"));
    // The same state: nothing opened, nothing closed.
    assert!(words(&["--since", "2"]).says("silos: 0 opened, 0 closed; unreachable: 0 opened, 0 closed"));
    assert!(words(&["--since", "c", "--lang", "zh"]).says("与 c 中的目录相比"));
}

#[test]
fn a_plan_is_held_against_what_is() {
    let place = two_states();
    place.write("plan/catalog.toml", place.read("c/catalog.toml"));
    let shares = place.read("c/shares.csv");
    place.write("plan/shares.csv", shares.replace(",暂停,", ",生效,"));
    place.run(["report", "--html", "p.html", "--what-if", "plan", "--today", TODAY]).well();
    let page = Page::read(&place.read("p.html"));
    assert!(page.says("What the plan changes") && page.says("Against the same records without the plan"));
    assert!(page.says("As if the files in"), "{}", page.words());
}

#[test]
fn a_region_has_a_page_of_its_own() {
    let place = Place::new();
    let dir = sample("guangdong").display().to_string();
    place.run(["report", &dir, "--region", "440100", "--html", "p.html", "--today", TODAY]).well();
    let page = Page::read(&place.read("p.html"));
    assert!(page.says("Data sharing in 广州市") && page.says("Where the silos are"));
    assert!(!page.words().contains("深圳市\n"), "regions beside it have no rows");
}

#[test]
fn what_cannot_be_is_refused_and_nothing_is_written() {
    let place = two_states();
    let refused = |arguments: &[&str], parts: &[&str]| {
        let ran = place.run([&["report", "--html", "p.html"], arguments].concat());
        assert_eq!(ran.code, Some(2), "{arguments:?}: {}", ran.err);
        parts.iter().for_each(|part| assert!(ran.err.contains(part), "{arguments:?}: {}", ran.err));
        assert!(!place.path("p.html").exists(), "{arguments:?}");
    };
    refused(&["--by", "region"], &["--by"]);
    refused(&["--format", "json"], &["--html names the file", "--format"]);
    refused(&["--out", "x.md"], &["leave out --out"]);
    refused(&["--region", "999999"], &["no region has the code `999999`"]);
    refused(&["--since", "99"], &["99"]);
    let ran = place.run(["report", "--since", "1"]);
    assert!(ran.code == Some(2) && ran.err.contains("--html"), "{}", ran.err);
    let ran = place.run(["report", "--html", ".tiaokuai/p.html"]);
    ran.fails(&["is inside a store"]);
    place.run(["report", "--html", "nowhere/p.html"]).fails(&["nowhere/p.html"]);
}

#[test]
fn nothing_at_all_is_a_page_too() {
    let place = Place::new();
    place.write("c/catalog.toml", "id = \"a\"\ntitle = \"Nothing\"\n");
    for language in LANGUAGES {
        place.run(["report", "c", "--html", "p.html", "--lang", language, "--today", TODAY]).well();
        let page = Page::read(&place.read("p.html"));
        assert_eq!(page.all("h1").count(), 1);
        in_order(&page);
    }
}
