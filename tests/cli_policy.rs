//! What a policy keeps at home, and that answers about reachability stay true all the same.
#![allow(clippy::unwrap_used, missing_docs)]

mod federation_support;
mod support;

use std::fs;
use std::path::Path;

use federation_support::{add, commit, key, log, member, retitle};
use support::{Place, copy, import, sample};

/// Hides what people alone read of every dataset and platform, and who waived what.
const POLICY: &str = "
[[policy.hide]]
kind = \"Dataset\"

[[policy.hide]]
kind = \"Platform\"
properties = [\"description\", \"utilisation\"]

[[policy.hide]]
kind = \"Waiver\"

[[policy.hide]]
kind = \"Claim\"
";

/// Whether any file under a folder holds these bytes.
fn holds(folder: &Path, needle: &str) -> bool {
    fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).any(|path| {
        if path.is_dir() {
            return holds(&path, needle);
        }
        let bytes = fs::read(&path).unwrap();
        bytes.windows(needle.len()).any(|w| w == needle.as_bytes())
    })
}

/// Rows without the columns that hold what was hidden.
fn without_titles(ran: &support::Ran) -> Vec<String> {
    let rows = ran.rows().into_iter().map(|mut row| {
        row.remove("title");
        format!("{row:?}")
    });
    rows.collect()
}

#[test]
fn what_is_hidden_is_in_no_byte_that_leaves_and_the_findings_are_the_owners() {
    let (sc, reader) = (Place::with_store("cn-sc"), Place::with_store("reader"));
    copy(&sample("sichuan-chongqing/sichuan"), &sc.path("catalog"));
    let toml = sc.read("catalog/catalog.toml");
    let at = toml.find("[[tier]]").unwrap_or(toml.len());
    sc.write("catalog/catalog.toml", format!("{}\n{POLICY}\n{}", &toml[..at], &toml[at..]));
    let sc_key = key(&sc);
    import(&sc, &["catalog"]).well();
    let owner = sc.run(["export", "--format", "jsonl"]).well().out;
    sc.run(["bundle", "create", "--out", "out.bundle"]).well();
    add(&reader, "sc", &sc, "cn-sc", &sc_key);
    reader.run(["fetch"]).well();
    let other = reader.run(["export", "--format", "jsonl"]).well().out;

    // Texts of datasets that stand nowhere else, straight from the files.
    let mut rows = csv::Reader::from_path(sc.path("catalog/datasets.csv")).unwrap();
    let titles: Vec<String> =
        rows.records().map(|r| r.unwrap()[1].to_owned()).filter(|t| t.chars().count() > 5).collect();
    assert!(titles.len() > 50);
    let leaves = [sc.path(".tiaokuai/federation/published"), sc.path("carried")];
    fs::create_dir_all(&leaves[1]).unwrap();
    fs::rename(sc.path("out.bundle"), sc.path("carried/out.bundle")).unwrap();
    let elsewhere = |title: &str| owner.matches(title).count() > 1;
    for title in titles.iter().filter(|t| !elsewhere(t)) {
        assert!(owner.contains(title.as_str()), "the owner has {title}");
        assert!(!other.contains(title.as_str()), "{title} left");
        for folder in &leaves {
            assert!(!holds(folder, title), "{title} is in {}", folder.display());
        }
    }
    assert!(!other.contains("Waiver") && !other.contains("\"utilisation\""), "hidden records and properties stay");

    for command in [
        &["silos", "--scope", "any", "--withheld"][..],
        &["silos", "--scope", "region"],
        &["silos", "--scope", "platform"],
        &["unreachable", "--tier", "all"],
        &["redundant", "--rule", "built-above"],
        &["redundant", "--rule", "could-unify"],
        &["redundant", "--rule", "twice-here"],
    ] {
        // Waivers stay at home: on a day when none is in force both say the same.
        let words = || command.iter().copied().chain(["--format", "csv", "--today", "2099-01-01"]);
        let (ours, theirs) = (sc.run(words()).well(), reader.run(words()).well());
        assert_eq!(without_titles(&ours), without_titles(&theirs), "{command:?}");
        assert!(!ours.rows().is_empty(), "{command:?} compares something");
    }
}

#[test]
fn a_policy_may_not_hide_what_reachability_is_read_from() {
    let a = member("a", "510000");
    for (property, kind) in
        [("share", "Dataset"), ("holder", "Dataset"), ("status", "sharing edge"), ("ceiling", "sharing edge")]
    {
        a.write(
            "catalog/catalog.toml",
            format!("id = \"a\"\nauthority = [\"510000\"]\n[[policy.hide]]\nkind = \"{kind}\"\nproperties = [\"{property}\"]\n"),
        );
        import(&a, &["catalog"]).fails(&["catalog.toml", "may not hide", property]);
    }
    assert!(a.run(["log", "--format", "csv"]).well().rows().is_empty(), "nothing was imported");
    a.write("catalog/catalog.toml", "id = \"a\"\n[policy]\nhide = 3\n");
    import(&a, &["catalog"]).fails(&["policy cannot be read"]);
}

#[test]
fn a_change_of_policy_is_a_commit_of_the_difference_and_the_chain_goes_on() {
    let (a, b) = (member("a", "510000"), member("b", "500000"));
    let a_key = key(&a);
    commit(&a);
    add(&b, "a", &a, "a", &a_key);
    b.run(["fetch"]).well();
    let title = |place: &Place| {
        let rows = place.run(["silos", "--format", "csv"]).well().rows();
        rows.iter().find(|r| r["dataset"] == "a:s").unwrap()["title"].clone()
    };
    assert_eq!(title(&b), "数据a");
    assert_eq!(log(&a, "a"), log(&b, "a"), "without a policy the log is its own published log");
    // The policy comes: what had left stays in the log, and is hidden from now on.
    let plain = a.read("catalog/catalog.toml");
    a.write(
        "catalog/catalog.toml",
        format!("{plain}\n[[policy.hide]]\nkind = \"Dataset\"\nproperties = [\"title\"]\n"),
    );
    commit(&a);
    b.run(["fetch"]).well();
    assert_eq!(title(&b), "");
    let (private, published) = (log(&a, "a"), log(&b, "a"));
    assert_eq!((private.len(), published.len()), (2, 2));
    assert_eq!(private[0], published[0]);
    assert_ne!(private[1], published[1]);
    let rows = b.run(["log", "--catalog", "a", "--format", "csv"]).well().rows();
    assert!(rows[0]["message"].contains(&format!("From-commit: {}", private[1])), "{rows:?}");
    // A change of what is hidden is a commit all the same, and says nothing of it.
    retitle(&a, "秘密");
    b.run(["fetch"]).well();
    assert_eq!(title(&b), "");
    assert!(!b.run(["export", "--format", "jsonl"]).well().out.contains("秘密"));
    // The policy goes: what was hidden leaves.
    a.write("catalog/catalog.toml", plain);
    commit(&a);
    b.run(["fetch"]).well();
    assert_eq!(title(&b), "秘密");
    // A bundle since a private commit is one since the published commit that comes from it.
    a.run(["bundle", "create", "--since", &log(&a, "a")[2], "--out", "p.bundle"]).well();
    let rows = a.run(["bundle", "inspect", "p.bundle", "--format", "csv"]).well().rows();
    assert_eq!((&*rows[0]["commits"], &rows[0]["since"]), ("1", &log(&b, "a")[2]));
}
