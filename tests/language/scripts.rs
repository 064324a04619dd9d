//! Golden scripts: what is asked, and below it what is answered.
//!
//! A script is a list of blocks with empty lines between them. A block is a statement, a line `---`, and what came of it:
//! the columns and a line for every row, in JSON, or an error and the place that it points to. `#` begins a comment;
//! before a statement, `:lang zh` lets errors speak Chinese, and `:param name = JSON` sets a parameter; both last until they
//! are set anew. Statements of one script work on one graph: an empty one, or the sample catalog that `:catalog` names in the
//! first lines.
//!
//! `REWRITE_SCRIPTS=1 cargo test --test language scripts` writes down what is answered at present; look at the difference
//! before it is committed.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use tiaokuai::database::{
    self, Asking, Database, Environment, Interrupt, Limits, QueryError, QueryValue, Reader, RuleSet, Snapshot,
    Warnings, Workspace,
};
use tiaokuai::query::rows::Rows;
use tiaokuai::report::json_text;

/// What a script is run on.
enum Subject {
    Scratch(Box<Workspace<'static>>),
    Catalog(Box<Snapshot>),
}

/// A script while it runs.
struct Script {
    subject: Subject,
    chinese: bool,
    parameters: BTreeMap<String, QueryValue>,
}

impl Script {
    fn new(text: &str) -> Self {
        let named = text.lines().find_map(|line| line.strip_prefix(":catalog "));
        let subject = match named {
            None => Subject::Scratch(Box::default()),
            Some(name) => {
                let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-catalogs").join(name.trim());
                let snapshot = Database::Directory(folder).snapshot(None, &Reader::default(), &Environment::quiet());
                Subject::Catalog(Box::new(snapshot.unwrap()))
            }
        };
        Self { subject, chinese: false, parameters: BTreeMap::new() }
    }

    /// Obeys a line that begins with a colon.
    fn set(&mut self, line: &str) {
        if let Some(language) = line.strip_prefix(":lang ") {
            self.chinese = language.trim() == "zh";
        } else if let Some((name, value)) = line.strip_prefix(":param ").and_then(|rest| rest.split_once('=')) {
            self.parameters.insert(name.trim().to_owned(), database::parameter(value.trim()));
        } else {
            assert!(line.starts_with(":catalog "), "what is `{line}`?");
        }
    }

    fn answer(&self, statement: &str) -> String {
        let (interrupt, warnings) = (Interrupt::default(), Warnings::default());
        let asking = Asking {
            parameters: &self.parameters,
            limits: Limits::default(),
            interrupt: &interrupt,
            rules: RuleSet::all(),
            today: "2026-11-01".parse().unwrap(),
            warnings: Some(&warnings),
        };
        let answered = match &self.subject {
            Subject::Scratch(graph) => database::query_scratch(graph, statement, &asking, written),
            Subject::Catalog(snapshot) => database::query(snapshot, statement, &asking, written),
        };
        let warned: String =
            warnings.take().iter().map(|warning| format!("warning {}", self.drawn(statement, warning))).collect();
        match answered {
            Ok(text) => warned + &text,
            Err(database::Error::Query { error, .. }) => self.drawn(statement, &error),
            Err(other) => panic!("{statement}: {other}"),
        }
    }

    /// An error, with the part of the statement that it is about.
    fn drawn(&self, statement: &str, error: &QueryError) -> String {
        let say = |text: &database::QueryText| if self.chinese { text.zh.clone() } else { text.en.clone() };
        let mut text = format!("{} {}: {}\n", error.ty.name(), error.detail.name(), say(&error.message));
        if let Some(span) = error.span {
            _ = writeln!(text, "  at `{}`", span.of(statement));
        }
        if let Some(hint) = &error.hint {
            _ = writeln!(text, "  hint: {}", say(hint));
        }
        text
    }
}

/// Rows as a script shows them. Times differ from run to run, and are left out.
fn written(rows: Rows<'_>) -> String {
    let columns: Vec<String> = rows.columns().iter().map(|c| c.to_string()).collect();
    let hidden = columns.iter().position(|c| c == "milliseconds");
    let shown = |i: &usize| Some(*i) != hidden;
    let join = |values: Vec<String>| {
        let kept: Vec<String> = values.into_iter().enumerate().filter(|(i, _)| shown(i)).map(|(_, v)| v).collect();
        kept.join(" | ") + "\n"
    };
    if columns.is_empty() {
        return "(no columns)\n".to_owned() + &rows.map(|_| "a row\n").collect::<String>();
    }
    let mut text = join(columns);
    for row in rows {
        text += &join(row.iter().map(json_text).collect());
    }
    text
}

/// Runs a script; it becomes the text that it should have been.
fn played(text: &str) -> String {
    let mut script = Script::new(text);
    let (mut out, mut statement, mut in_answer) = (String::new(), String::new(), false);
    for line in text.lines().chain(std::iter::once("")) {
        if in_answer {
            if line.is_empty() {
                in_answer = false;
                out.push('\n');
            }
            continue;
        }
        out += line;
        out.push('\n');
        match line {
            "---" => {
                out += &script.answer(statement.trim_end());
                statement.clear();
                in_answer = true;
            }
            line if line.starts_with(':') => script.set(line),
            line if line.starts_with('#') || line.is_empty() => {}
            line => {
                statement += line;
                statement.push('\n');
            }
        }
    }
    assert!(statement.is_empty(), "a statement without `---`: {statement}");
    out.trim_end().to_owned() + "\n"
}

fn golden(name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/language/scripts").join(name).with_extension("test");
    let written = fs::read_to_string(&path).unwrap();
    let played = played(&written);
    if std::env::var_os("REWRITE_SCRIPTS").is_some() {
        fs::write(&path, played).unwrap();
        return;
    }
    for (i, (was, is)) in written.lines().zip(played.lines()).enumerate() {
        assert_eq!(is, was, "line {} of {}", i + 1, path.display());
    }
    assert_eq!(played.lines().count(), written.lines().count(), "the end of {}", path.display());
}

macro_rules! scripts {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            golden(stringify!($name));
        })*

        #[test]
        fn every_script_is_played() {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/language/scripts");
            let mut files: Vec<String> = fs::read_dir(folder)
                .unwrap()
                .filter_map(|entry| entry.unwrap().file_name().into_string().ok()?.strip_suffix(".test").map(str::to_owned))
                .collect();
            files.sort();
            assert_eq!(files, [$(stringify!($name)),*]);
        }
    };
}

scripts! {
    catalog
    clauses
    errors
    explain
    federation
    labels
    paths
    shortest
    subqueries
    writes
}
