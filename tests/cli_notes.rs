//! What is read as it stands, though something else was meant, and what is mended on the way: it is said, and nobody has to find it in the
//! answers.
#![allow(clippy::unwrap_used)]

mod support;

use support::{Place, guangdong, import};

/// Two catalogs beside each other, and two in a folder of their own.
fn places() -> Place {
    let place = Place::new();
    for (folder, id) in [("all/one", "x-one"), ("all/two", "x-two"), ("all/inner/three", "x-three")] {
        place.write(&format!("{folder}/catalog.toml"), format!("id = \"{id}\"\n"));
        place.write(&format!("{folder}/lines.csv"), "id,name\n");
    }
    place
}

#[test]
fn headings_that_are_misspelt_or_translated() {
    for (from, to, said) in [
        (
            "type,from,to,status,",
            "type,from,to,stat,",
            "the column `stat` is kept as a property of its own; did you mean `status`?",
        ),
        (
            "type,from,to,status,",
            "type,from,to,状态,",
            "the column `状态` is kept as a property of its own; did you mean `status`",
        ),
    ] {
        let place = guangdong();
        place.edit("catalog/shares.csv", from, to);
        for ran in [place.run(["silos", "catalog"]).well(), import(&place, &["catalog"]).well()] {
            assert!(ran.err.contains("shares.csv: ") && ran.err.contains(said), "{}", ran.err);
        }
    }
    // A column of one's own beside all that the contract knows is nobody's mistake.
    let place = guangdong();
    let text = place.read("catalog/lines.csv");
    let mut lines = text.lines().map(|line| format!("{line},x"));
    let header = lines.next().unwrap().replace(",x", ",备注");
    let rest: Vec<String> = lines.collect();
    place.write("catalog/lines.csv", format!("{header}\n{}\n", rest.join("\n")));
    let ran = place.run(["silos", "catalog"]).well();
    assert!(!ran.err.contains("备注"), "{}", ran.err);
}

#[test]
fn tiers_that_nobody_defines() {
    let place = guangdong();
    let text = place.read("catalog/regions.csv");
    assert!(text.contains("乡级"), "{text}");
    place.write("catalog/regions.csv", text.replace("乡级", "乡镇级"));
    for ran in [place.run(["unreachable", "catalog"]).well(), import(&place, &["catalog"]).well()] {
        assert!(ran.err.contains("the tier `乡镇级` of ") && ran.err.contains("township"), "{}", ran.err);
    }
}

#[test]
fn folders_of_catalogs_within_a_folder_of_catalogs() {
    let ran = places().run(["stats", "all"]).well();
    assert!(ran.err.contains("inner: left out; it holds several catalogs"), "{}", ran.err);
}

#[test]
fn a_plan_is_not_told_as_what_is() {
    let place = guangdong();
    place.write("plan/catalog.toml", "id = \"cn-gd\"\n");
    let plan = ["report", "catalog", "--what-if", "plan"];
    let said = "As if the files of plan were put: a plan, not what is.";
    assert!(place.run(plan).well().out.contains(said));
    let json = place.run(plan.into_iter().chain(["--format", "json"])).well().out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["plan"], "plan");
    assert!(!place.run(["report", "catalog"]).well().out.contains("a plan, not what is"));
}

#[test]
fn records_are_counted_and_not_their_faults() {
    let place = guangdong();
    place.edit("catalog/platforms.csv", "\n", "\nbad,Bad,f,,soft,own,running,never,cheap,much,,\n");
    place.run(["silos", "catalog"]).fails(&["1 record cannot be taken; --lenient leaves them out"]);
    import(&place, &["catalog"]).fails(&["1 record cannot be taken; nothing was changed"]);
    let ran = import(&place, &["catalog", "--lenient"]).well();
    assert!(ran.err.contains("1 record was left out"), "{}", ran.err);
}

#[test]
fn endings_of_formats_that_there_are_not() {
    let place = guangdong();
    for (command, file) in [("silos", "y.xlsx"), ("report", "x.html")] {
        place.run([command, "catalog", "--out", file]).fails(&[file, "--format"]);
        assert!(!place.path(file).exists());
    }
    place.run(["silos", "catalog", "--out", "y.xlsx", "--format", "csv"]).well();
}

#[test]
fn a_repair_of_a_projection_leaves_the_ledger_alone() {
    let place = guangdong();
    let silos = place.run(["silos", "--format", "csv"]).well().out;
    let folder = std::fs::read_dir(place.path(".tiaokuai/projections")).unwrap();
    let largest = folder.map(|entry| entry.unwrap().path()).max_by_key(|path| std::fs::metadata(path).unwrap().len());
    let path = largest.unwrap();
    let damage = || {
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() / 8;
        bytes[middle..middle + 64].fill(0x5a);
        std::fs::write(&path, bytes).unwrap();
    };
    damage();
    let ran = place.run(["check", "--repair"]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert!(ran.err.contains("repaired") && !ran.err.contains("damaged ledger"), "{}", ran.err);
    assert!(place.run(["check"]).well().err.contains("everything is whole"));
    assert!(!place.path(".tiaokuai/ledger.damaged-1").exists());
    // Whoever reads a damaged one is told that it is, and answered.
    damage();
    let ran = place.run(["silos", "--format", "csv"]).well();
    assert_eq!(ran.out, silos);
    assert!(ran.err.contains("is damaged; it is made anew from the ledger"), "{}", ran.err);
}
