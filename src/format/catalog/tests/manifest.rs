//! `catalog.toml`.

use super::*;

fn manifest(text: &str) -> Reading {
    reading(&[("catalog.toml", text)])
}

#[test]
fn the_record_and_its_tiers_are_read() {
    let read = manifest(
        "# 目录\nid = \"示范-1\"\ntitle = \" T \"\nauthority = [\"110000\", \"12\"]\nissued = 2026-01-01\n\
         level = 3\nratio = 0.5\nopen = true\nsince = 2020-02-02\ntags = [\"a;b\"]\nmixed = [1]\nat = 2020-01-01T00:00:00Z\n\
         [policy]\nhide = [\"Claim\"]\n[policy.properties]\nDataset = [\"fields\"]\n\
         [[tier]]\nid = \"国家级\"\nrank = 0\n[[tier]]\nid = \"zone\"\nrank = 3\nname = \"区\"\ngrassroots = true\n",
    );
    assert_eq!(read.id, "示范-1");
    assert_eq!(
        rows(&read, Kind::Catalog),
        [
            "2 id=示范-1 title=T authority=[\"110000\", \"12\"] issued=2026-01-01 policy=hide = [\"Claim\"]\n\n[properties]\n\
          Dataset = [\"fields\"]\n at=2020-01-01T00:00:00Z level=3 open=true ratio=0.5 since=2020-02-02 tags=[\"a;b\"]"
        ]
    );
    assert_eq!(rows(&read, Kind::Tier), ["17 id=national rank=0", "20 id=zone rank=3 name=区 grassroots=true"]);
    assert_eq!(rejections(&read, Language::English), [""; 0]);
    let note = read.notes[0].message(Language::English);
    assert!(
        note.ends_with("catalog.toml, line 11: `mixed` is ignored; it is neither a value nor a list of texts"),
        "{note}"
    );
    assert!(manifest("id = \"c\"").file(Kind::Tier).is_none());
}

#[test]
fn values_that_cannot_be_taken_are_named() {
    let read = manifest(
        "id = \"c\"\ntitle = 7\nauthority = \"110000\"\nissued = \"last year\"\n\
         [[tier]]\nid = \"a\"\nrank = 100\n[[tier]]\nrank = 1\n[[tier]]\nid = \"b\"\nrank = 1\n[[tier]]\nid = \"b\"\nrank = 2\n\
         [[tier]]\nid = \"d\"\nrank = \"low\"\n",
    );
    assert_eq!(
        rejections(&read, Language::English),
        [
            "catalog.toml, line 2, column title: \"7\" is not a text",
            "catalog.toml, line 3, column authority: \"110000\" is not a list of texts",
            "catalog.toml, line 4, column issued: \"last year\" is not a date such as 2024-05-01",
            "catalog.toml, line 7, column rank: \"100\" is not between 0 and 99",
            "catalog.toml, line 8, column id: a value is missing",
            "catalog.toml, line 13, column id: \"b\" stands already in line 10",
            "catalog.toml, line 18, column rank: \"low\" is not an integer",
        ]
    );
    assert_eq!(rows(&read, Kind::Tier), ["10 id=b rank=1"]);
    assert_eq!(rows(&read, Kind::Catalog), ["1 id=c"]);
}

#[test]
fn without_a_usable_id_there_is_no_catalog() {
    let manifest = |text: &str| error(&[("catalog.toml", text.as_bytes())]);
    assert!(manifest("title = \"x\"").starts_with("catalog.toml: the key `id` is missing; an id is letters"));
    assert!(manifest("id = 7").starts_with("catalog.toml: the key `id` is not a text"));
    assert!(manifest("id = \"a:b\"").starts_with("catalog.toml: \"a:b\" cannot be a catalog's id"));
    let broken = manifest("id = \"c\"\ntitle = \"x\n");
    assert!(broken.starts_with("catalog.toml: TOML parse error at line 2, column"), "{broken}");
    let dir = TempDir::new().unwrap();
    let error = read(dir.path(), &ReadOptions::default()).unwrap_err().to_string();
    assert!(error.contains("no catalog.toml here"), "{error}");
}
