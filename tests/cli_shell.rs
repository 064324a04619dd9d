//! `tiaokuai shell` as scripts use it, and what a Ctrl-C does to it.
#![allow(clippy::unwrap_used)]

mod support;

use support::{Place, Ran};

fn guangdong() -> String {
    format!("{}/sample-catalogs/guangdong", env!("CARGO_MANIFEST_DIR"))
}

/// Runs a script that comes in on standard input.
fn shell(place: &Place, arguments: &[&str], script: &str) -> Ran {
    let mut command = place.command(["shell"].iter().chain(arguments));
    command.env("XDG_STATE_HOME", place.path("state")).write_stdin(script);
    support::ran(&mut command)
}

/// What is said on both streams, for a golden file.
fn told(ran: &Ran) -> String {
    format!("--- output\n{}--- errors\n{}--- exit code {:?}\n", ran.out, ran.err, ran.code)
}

const SESSION: &str = "\
// Statements and commands may be mixed.
CREATE (:Office {name: 'a'})-[:ASKS {since: 2020}]->(:Office {name: 'b;c'});
:param who = b;c
MATCH (o:Office)
RETURN o.name AS name, o.name = $who AS wanted
  ORDER BY name;
:mode csv
MATCH (o:Office {name: $who}) RETURN count(*) AS offices; RETURN 2 AS two;
:params
:param limit => 10
:param who
:params;
:mode
:mode jsonl
:schema
:export two.csv
:explain MATCH (o:Office) RETURN o.name
:help export
:quit
RETURN 'never';
";

#[test]
fn a_session_of_statements_and_commands() {
    let ran = shell(&Place::new(), &["--scratch"], SESSION);
    insta::assert_snapshot!(told(&ran));
}

#[test]
fn help_is_told_in_both_languages() {
    let place = Place::new();
    insta::assert_snapshot!("help_en", shell(&place, &["--scratch"], ":help\n").well().out);
    insta::assert_snapshot!("help_zh", shell(&place, &["--scratch", "--lang", "zh"], ":help\n").well().out);
}

#[test]
fn a_script_ends_at_its_first_error_which_is_drawn_where_it_is() {
    let place = Place::new();
    let script = "RETURN 1 AS one;\n\nRETURN\n  x;\nRETURN 2 AS two;\n:nothing\n:mod csv\n:mode xlsx\n:export x\n";
    insta::assert_snapshot!("stops", told(&shell(&place, &["--scratch"], script)));
    insta::assert_snapshot!("goes_on", told(&shell(&place, &["--scratch", "--keep-going"], script)));
    insta::assert_snapshot!("zh", told(&shell(&place, &["--scratch", "--keep-going", "--lang", "zh"], script)));
}

#[test]
fn the_end_of_a_script_completes_its_last_statement() {
    let place = Place::new();
    assert_eq!(shell(&place, &["--scratch", "--format", "csv"], "RETURN 1 AS one").well().out, "one\n1\n");
    let ran = shell(&place, &["--scratch"], "RETURN 'open");
    assert!(ran.code == Some(2) && ran.err.starts_with("line 1:\nerror["), "{}", ran.err);
    assert_eq!(shell(&place, &["--scratch"], "").well().out, "");
}

#[test]
fn files_are_sourced_and_their_errors_name_them() {
    let place = Place::new();
    place.write("good.cypher", "\u{feff}:mode csv\r\nRETURN 1 AS one;\r\n:export one.json\r\n");
    place.write("bad.cypher", "RETURN 1 AS one;\n\nRETURN nobody;\nRETURN 3 AS three;\n");
    place.write("loop.cypher", ":source loop.cypher\n");
    let ran = shell(&place, &["--scratch"], ":source good.cypher\nRETURN 2 AS two;\n").well();
    assert_eq!(ran.out, "one\n1\ntwo\n2\n");
    assert_eq!(place.read("one.json").split_whitespace().collect::<String>(), "[{\"one\":1}]");
    let ran = shell(&place, &["--scratch", "--format", "csv"], ":source bad.cypher\n");
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), "one\n1\n"));
    assert!(ran.err.starts_with("bad.cypher, line 3:\nerror[UndefinedVariable]"), "{}", ran.err);
    shell(&place, &["--scratch"], ":source loop.cypher\n").fails(&["more than 16 deep"]);
    shell(&place, &["--scratch"], ":source nowhere\n").fails(&["nowhere"]);
}

#[test]
fn a_catalog_is_asked_and_not_written() {
    let place = Place::new();
    let script = "MATCH (d:数据集) RETURN count(*) > 0 AS some;\n:timing on\nCALL silos() YIELD dataset RETURN 1 AS n LIMIT 1;\n";
    let ran = shell(&place, &[&guangdong(), "--format", "csv"], script).well();
    assert_eq!(ran.out, "some\ntrue\nn\n1\n");
    assert!(ran.err.contains("1 row in "), "{}", ran.err);
    let ran = shell(&place, &[&guangdong()], "CREATE (:X);");
    assert!(ran.code == Some(2) && ran.err.contains("ReadOnly"), "{}", ran.err);
}

#[test]
fn what_cannot_be_is_refused_before_anything_runs() {
    let place = Place::new();
    shell(&place, &["--scratch", "--out", "rows.csv"], "RETURN 1;").fails(&[":export FILE"]);
    shell(&place, &["--scratch", &guangdong()], "RETURN 1;").fails(&["--scratch"]);
    shell(&place, &["--scratch"], ":export rows.csv\n").fails(&["no query was answered yet"]);
}

#[cfg(unix)]
mod interrupts {
    use std::io::{BufRead, BufReader, Write};
    use std::process::{Child, Command, Stdio};
    use std::time::{Duration, Instant};

    use super::{Place, support};

    fn begin(place: &Place, arguments: &[&str]) -> Child {
        let mut command = Command::new(support::PROGRAM);
        command.args(["shell", "--scratch", "--format", "csv"]).args(arguments).current_dir(place.path(""));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    }

    fn interrupt(child: &Child) {
        let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        assert!(killed.success());
    }

    /// The long query has begun when the one before it was answered, and a little later.
    #[test]
    fn a_running_query_is_interrupted_and_not_the_shell() {
        let place = Place::new();
        let mut child = begin(&place, &[]);
        let mut input = child.stdin.take().unwrap();
        input
            .write_all(
                b"RETURN 1 AS one;\nUNWIND range(1, 1000000) AS x UNWIND range(1, 100000) AS y RETURN count(y);\n",
            )
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert_eq!((lines.next().unwrap().unwrap(), lines.next().unwrap().unwrap()), ("one".into(), "1".into()));
        std::thread::sleep(Duration::from_millis(300));
        let begun = Instant::now();
        interrupt(&child);
        drop(input);
        let output = child.wait_with_output().unwrap();
        // The machine may be busy; the query would take many times as long.
        assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("the query was interrupted"), "{said}");
        assert_eq!(output.status.code(), Some(2));
    }

    #[test]
    fn a_script_that_waits_for_input_ends() {
        let place = Place::new();
        let mut child = begin(&place, &["--keep-going"]);
        let mut input = child.stdin.take().unwrap();
        input.write_all(b"RETURN 1 AS one;\n").unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert_eq!(lines.next().unwrap().unwrap(), "one");
        std::thread::sleep(Duration::from_millis(300));
        interrupt(&child);
        assert_eq!(child.wait().unwrap().code(), Some(130));
    }
}
