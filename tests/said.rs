//! What the program says to somebody who named the wrong thing: what was wrong, where, and what to do.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use assert_cmd::Command;

/// Runs the program in a folder of its own, and returns the exit code, standard output and standard error.
fn tiaokuai(folder: &tempfile::TempDir, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tiaokuai"));
    command.current_dir(folder.path()).args(arguments);
    command.env_remove("TIAOKUAI_LANG").env_remove("TIAOKUAI_STORE");
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn guangdong() -> String {
    format!("{}/sample-catalogs/guangdong", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn a_wrong_folder_is_named_with_what_is_wanted() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("empty")).unwrap();
    std::fs::write(folder.path().join("sheet.csv"), "id\n").unwrap();
    for (named, said) in [
        ("nowhere", "there is no folder nowhere; name one that holds a catalog.toml"),
        ("sheet.csv", "sheet.csv is not a folder; name the folder that holds catalog.toml and the CSV files"),
        ("empty", "empty: neither this folder nor a folder in it holds a catalog.toml"),
    ] {
        let (code, out, err) = tiaokuai(&folder, &["report", named]);
        assert_eq!((code, out.as_str()), (2, ""), "{named}");
        assert_eq!(err, format!("error: {said}\n"));
    }
}

#[test]
fn an_unknown_region_is_answered_with_where_codes_are() {
    let folder = tempfile::tempdir().unwrap();
    let (code, _, err) = tiaokuai(&folder, &["silos", &guangdong(), "--region", "999999"]);
    assert_eq!(code, 2);
    assert_eq!(err, "error: no region has the code `999999`; codes are those of the column `code` in regions.csv\n");
}

fn plan(folder: &tempfile::TempDir, file: &str, rows: &str) {
    std::fs::create_dir(folder.path().join("plan")).unwrap();
    std::fs::write(folder.path().join("plan/catalog.toml"), "id = \"cn-gd\"\n").unwrap();
    std::fs::write(folder.path().join("plan").join(file), rows).unwrap();
}

/// A misspelt id in a plan would otherwise look like a plan that helps nobody.
#[test]
fn a_plan_that_names_what_is_not_there_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    plan(&folder, "shares.csv", "type,from,to\nSERVES,440000-p-misspelt,440106-minzheng\n");
    let (code, _, err) = tiaokuai(&folder, &["unreachable", &guangdong(), "--what-if", "plan"]);
    assert_eq!(code, 0);
    assert!(err.contains("plan: no Platform has the id `cn-gd:440000-p-misspelt`\n"), "{err}");
    assert_eq!(err.matches("has the id").count(), 1, "{err}");
}

#[test]
fn a_plan_that_breaks_a_rule_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    plan(&folder, "shares.csv", "type,from,to\nSERVES,440106-minzheng,440106-minzheng\n");
    let (code, _, err) = tiaokuai(&folder, &["unreachable", &guangdong(), "--what-if", "plan"]);
    assert_eq!(code, 2);
    let said = "this is the id of a Department; a Platform is wanted";
    assert!(err.contains("shares.csv, column from, `cn-gd:440106-minzheng`") && err.contains(said), "{err}");
}

/// A command's own options come first; those that every command takes stand together under a heading.
#[test]
fn help_keeps_a_commands_own_options_together() {
    let folder = tempfile::tempdir().unwrap();
    let (code, out, _) = tiaokuai(&folder, &["help", "silos"]);
    assert_eq!(code, 0);
    let at = |text: &str| out.find(text).unwrap_or_else(|| panic!("{text}:\n{out}"));
    let order =
        ["Options:", "--scope", "--region", "--waived", "Options of every command:", "--store", "--lang", "Examples:"];
    assert!(order.is_sorted_by_key(|text| at(text)), "{out}");
}

#[test]
fn every_command_has_examples() {
    let folder = tempfile::tempdir().unwrap();
    let (_, help, _) = tiaokuai(&folder, &["--help"]);
    let commands = help.lines().skip_while(|l| *l != "Commands:").skip(1).take_while(|l| !l.is_empty());
    let names: Vec<&str> =
        commands.filter_map(|l| l.strip_prefix("  ")?.split(' ').next()).filter(|n| !n.is_empty()).collect();
    assert!(names.len() > 15, "{help}");
    for name in names.into_iter().filter(|n| *n != "help") {
        let (_, out, _) = tiaokuai(&folder, &["help", name]);
        assert!(out.contains("Examples:\n") && out.contains(&format!("  tiaokuai {name}")), "{name}:\n{out}");
    }
}
