//! The scenarios of the openCypher kit, where they are at hand: optimised and naive, they answer the same. What they have to
//! answer is another test's matter.

use std::fs;
use std::path::{Path, PathBuf};

use tiaokuai::query::plan::rules::RuleSet;

use crate::agreement::comparable;
use crate::scratch::{With, run};
use tiaokuai::query::workspace::Workspace;

/// A scenario: statements that make its graph, and queries.
#[derive(Debug, Default)]
struct Scenario {
    name: String,
    setup: Vec<String>,
    queries: Vec<String>,
    /// Whether it needs more than is read here: parameters, procedures, named graphs, tables of examples.
    needs_more: bool,
}

fn features(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            features(&path, found);
        } else if path.extension().is_some_and(|e| e == "feature") {
            found.push(path);
        }
    }
    found.sort();
}

/// Reads the scenarios of a file: their names and the texts between triple quotes.
fn scenarios(text: &str) -> Vec<Scenario> {
    let mut all: Vec<Scenario> = Vec::new();
    let (mut quoted, mut asks): (Option<Vec<&str>>, bool) = (None, false);
    for line in text.lines() {
        let trimmed = line.trim();
        if trimmed.starts_with("Scenario") {
            let needs_more = trimmed.starts_with("Scenario Outline");
            all.push(Scenario { name: trimmed.to_owned(), needs_more, ..Scenario::default() });
            continue;
        }
        let Some(scenario) = all.last_mut() else { continue };
        match (&mut quoted, trimmed) {
            (None, "\"\"\"") => quoted = Some(Vec::new()),
            (Some(lines), "\"\"\"") => {
                let statement = lines.join("\n");
                if asks {
                    scenario.queries.push(statement)
                } else {
                    scenario.setup.push(statement)
                }
                quoted = None;
            }
            (Some(lines), _) => lines.push(line),
            (None, _) => {
                let step = trimmed.split_once(' ').map_or("", |(_, step)| step);
                asks = if step.starts_with("executing") { true } else { asks && !step.starts_with("having executed") };
                let more = ["parameters are", "there exists a procedure", "the binary-tree"];
                scenario.needs_more |= more.iter().any(|m| step.starts_with(m));
            }
        }
    }
    all
}

fn answers(scenario: &Scenario, rules: RuleSet) -> Vec<String> {
    let graph = Workspace::new();
    for statement in &scenario.setup {
        run(&graph, statement, &With::default()).unwrap();
    }
    let answers = scenario.queries.iter().map(|query| {
        let answer = run(&graph, query, &With { rules, ..With::default() });
        comparable(&answer, false, true)
    });
    answers.collect()
}

/// Whether rows may be cut in any order, so that two right answers may differ; or are made up at random.
fn is_open(scenario: &Scenario) -> bool {
    let texts = scenario.queries.iter().map(|q| q.to_uppercase());
    texts.into_iter().any(|q| {
        ["LIMIT", "SKIP", "RAND("].iter().any(|w| q.contains(w)) || (q.contains("COLLECT(") && q.contains('['))
    })
}

#[test]
fn scenarios_of_the_kit_answer_alike_with_all_rules_and_with_none() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/tck/features");
    if !folder.is_dir() {
        eprintln!("skipped: the scenarios of the openCypher kit are not at hand");
        return;
    }
    let mut files = Vec::new();
    features(&folder, &mut files);
    let (mut compared, mut differing) = (0, Vec::new());
    for file in files {
        for scenario in scenarios(&fs::read_to_string(&file).unwrap()).iter().filter(|s| !s.needs_more) {
            compared += 1;
            let (all, naive) = (answers(scenario, RuleSet::all()), answers(scenario, RuleSet::none()));
            if all != naive && !is_open(scenario) {
                let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                let (text, all, naive) = (scenario.queries.join("\n"), all.join("\n"), naive.join("\n"));
                differing.push(format!("{name}, {}\n{text}\nall rules:\n{all}\nnone:\n{naive}\n", scenario.name));
            }
        }
    }
    assert!(compared > 500, "only {compared} scenarios were found");
    assert!(differing.is_empty(), "{} of {compared} differ:\n{}", differing.len(), differing.join("\n"));
}
