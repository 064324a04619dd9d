//! Scenarios, as the kit's features describe them: outlines are expanded, every step is understood or the test fails.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use gherkin::{Feature, GherkinEnv, Step};
use serde_json::{Value as Json, json};

use super::cell::Cell;

/// A scenario, or one example of an outline.
#[derive(Debug)]
pub(crate) struct Scenario {
    /// The folder of its feature, such as `clauses/match`.
    pub folder: String,
    /// `clauses/match/Match1.feature#[1] Name`, with `@2` for the second example of an outline.
    pub id: String,
    /// Statements that set the graph up.
    pub setup: Vec<String>,
    pub parameters: BTreeMap<String, Json>,
    /// Procedures, as requests describe them.
    pub procedures: Vec<Json>,
    /// Queries, one after another on one graph, and what is expected of each.
    pub checks: Vec<(String, Expectation)>,
}

/// What is expected of a query.
#[derive(Clone, Debug, Default)]
pub(crate) struct Expectation {
    pub outcome: Outcome,
    /// Side effects by name, where the scenario speaks of them.
    pub effects: Option<BTreeMap<String, u64>>,
}

/// How a query ends.
#[derive(Clone, Debug, Default)]
pub(crate) enum Outcome {
    /// The scenario does not say.
    #[default]
    Any,
    /// Without a row.
    Empty,
    /// With a table.
    Rows {
        columns: Vec<String>,
        rows: Vec<Vec<Cell>>,
        ordered: bool,
        /// Whether lists are compared without regard to the order of their elements.
        lists_unordered: bool,
    },
    /// With an error.
    Error {
        ty: String,
        /// None for "any time".
        phase: Option<String>,
        /// None for any.
        detail: Option<String>,
    },
}

/// Reads every feature under a folder, in the order of their paths.
pub(crate) fn read(kit: &Path) -> Result<Vec<Scenario>, String> {
    let features = kit.join("features");
    let mut files = Vec::new();
    find(&features, &mut files).map_err(|e| format!("{}: {e}", features.display()))?;
    files.sort();
    let mut scenarios = Vec::new();
    for file in files {
        let name = file.strip_prefix(&features).unwrap_or(&file).to_string_lossy().replace('\\', "/");
        let text = fs::read_to_string(&file).map_err(|e| format!("{name}: {e}"))?;
        let feature = Feature::parse(escaped(&text), GherkinEnv::default()).map_err(|e| format!("{name}: {e}"))?;
        let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        let background: Vec<Step> = feature.background.map(|b| b.steps).unwrap_or_default();
        for scenario in feature.scenarios {
            let steps: Vec<Step> = background.iter().cloned().chain(scenario.steps).collect();
            let id = format!("{name}#{}", scenario.name);
            let examples: Vec<Vec<(String, String)>> = scenario.examples.iter().flat_map(examples).collect();
            if examples.is_empty() {
                scenarios.push(build(&folder, id, &steps, kit)?);
                continue;
            }
            for (i, example) in examples.iter().enumerate() {
                let steps: Vec<Step> = steps.iter().map(|step| filled(step, example)).collect();
                scenarios.push(build(&folder, format!("{id}@{}", i + 1), &steps, kit)?);
            }
        }
    }
    Ok(scenarios)
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            find(&path, files)?;
        } else if path.extension().is_some_and(|e| e == "feature") {
            files.push(path);
        }
    }
    Ok(())
}

/// In tables a backslash stands for itself before all but `n`, `|` and another; the parser wants it doubled then.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut quoted = false;
    for line in text.lines() {
        quoted ^= line.trim() == "\"\"\"";
        if quoted || !line.trim_start().starts_with('|') {
            out.push_str(line);
        } else {
            let mut chars = line.chars().peekable();
            while let Some(c) = chars.next() {
                out.push(c);
                if c == '\\' {
                    out.push(chars.next_if(|c| "n|\\".contains(*c)).unwrap_or('\\'));
                }
            }
        }
        out.push('\n');
    }
    out
}

/// The rows of a table of examples, each as names with what stands for them.
fn examples(examples: &gherkin::Examples) -> Vec<Vec<(String, String)>> {
    let Some((head, rows)) = examples.table.as_ref().and_then(|t| t.rows.split_first()) else { return Vec::new() };
    rows.iter().map(|row| head.iter().cloned().zip(row.iter().cloned()).collect()).collect()
}

/// A step of an outline with an example put in.
fn filled(step: &Step, example: &[(String, String)]) -> Step {
    let fill = |text: &mut String| {
        for (name, value) in example {
            *text = text.replace(&format!("<{name}>"), value);
        }
    };
    let mut step = step.clone();
    fill(&mut step.value);
    step.docstring.iter_mut().for_each(fill);
    step.table.iter_mut().flat_map(|t| &mut t.rows).flatten().for_each(fill);
    step
}

fn build(folder: &str, id: String, steps: &[Step], kit: &Path) -> Result<Scenario, String> {
    let mut scenario = Scenario {
        folder: folder.to_owned(),
        id,
        setup: Vec::new(),
        parameters: BTreeMap::new(),
        procedures: Vec::new(),
        checks: Vec::new(),
    };
    for step in steps {
        take(&mut scenario, step, kit).map_err(|e| format!("{}: {e}", scenario.id))?;
    }
    Ok(scenario)
}

/// The text below a step.
fn query(step: &Step) -> Result<String, String> {
    let text = step.docstring.as_ref().ok_or("a query is missing")?;
    Ok(text.trim_matches('\n').trim_end().to_owned())
}

fn table(step: &Step) -> &[Vec<String>] {
    step.table.as_ref().map_or(&[], |t| &t.rows)
}

fn cells(row: &[String]) -> Result<Vec<Cell>, String> {
    row.iter().map(|cell| Cell::parse(cell)).collect()
}

fn take(scenario: &mut Scenario, step: &Step, kit: &Path) -> Result<(), String> {
    let text = step.value.trim_end_matches(':').trim();
    match text {
        "an empty graph" | "any graph" => return Ok(()),
        "having executed" | "after having executed" => scenario.setup.push(query(step)?),
        "parameters are" | "parameter values are" => {
            for row in table(step) {
                let [name, value] = row.as_slice() else { return Err("a parameter is a name and a value".into()) };
                let json = Cell::parse(value)?.json().ok_or("a parameter that is a node")?;
                scenario.parameters.insert(name.clone(), json);
            }
        }
        "executing query" | "executing control query" => {
            scenario.checks.push((query(step)?, Expectation::default()));
        }
        _ if text.starts_with("there exists a procedure ") => scenario.procedures.push(procedure(step)?),
        _ if text.starts_with("the ") && text.ends_with(" graph") => {
            scenario.setup.extend(named_graph(kit, &text["the ".len()..text.len() - " graph".len()])?);
        }
        _ => {
            let (_, expectation) = scenario.checks.last_mut().ok_or("an expectation without a query")?;
            expect(expectation, text, table(step))?;
        }
    }
    Ok(())
}

/// The statements that make a graph of the kit.
fn named_graph(kit: &Path, name: &str) -> Result<Vec<String>, String> {
    let file = kit.join("graphs").join(name).join(format!("{name}.cypher"));
    let script = fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
    Ok(script.split(';').map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned).collect())
}

/// `there exists a procedure test.my.proc(in :: INTEGER?) :: (out :: STRING?)`, with a table of its rows.
fn procedure(step: &Step) -> Result<Json, String> {
    let text = step.value.trim_end_matches(':').trim();
    let wrong = || format!("no signature: {text}");
    let signature = text.strip_prefix("there exists a procedure ").ok_or_else(wrong)?;
    let (name, rest) = signature.split_once('(').ok_or_else(wrong)?;
    let (inputs, outputs) = rest.split_once(") :: (").ok_or_else(wrong)?;
    let fields = |text: &str| -> Option<Vec<(String, String)>> {
        let parts = text.trim_end_matches(')').split(',').filter(|part| !part.trim().is_empty());
        parts.map(|part| part.split_once("::").map(|(n, ty)| (n.trim().to_owned(), ty.trim().to_owned()))).collect()
    };
    let rows = table(step).iter().skip(1).filter(|row| row.as_slice() != [""]);
    let rows: Result<Vec<Vec<Option<Json>>>, String> =
        rows.map(|row| Ok(cells(row)?.iter().map(Cell::json).collect())).collect();
    let (inputs, outputs) = (fields(inputs).ok_or_else(wrong)?, fields(outputs).ok_or_else(wrong)?);
    Ok(json!({ "name": name, "inputs": inputs, "outputs": outputs, "rows": rows? }))
}

/// Takes what a step expects.
fn expect(expectation: &mut Expectation, text: &str, table: &[Vec<String>]) -> Result<(), String> {
    if text == "no side effects" {
        expectation.effects = Some(BTreeMap::new());
        return Ok(());
    }
    if text == "the side effects should be" {
        let effect = |row: &Vec<String>| Some((row.first()?.clone(), row.get(1)?.parse().ok()?));
        expectation.effects = Some(table.iter().map(effect).collect::<Option<_>>().ok_or("no side effects")?);
        return Ok(());
    }
    if let Some((ty, rest)) = text.split_once(" should be raised at ") {
        let (phase, detail) = rest.split_once(':').ok_or("an error without a detail")?;
        let said = |text: &str, any: &str| Some(text.trim().to_owned()).filter(|text| text != any);
        expectation.outcome = Outcome::Error {
            ty: ty.trim_start_matches("an ").trim_start_matches("a ").to_owned(),
            phase: said(phase, "any time"),
            detail: said(detail, "*"),
        };
        return Ok(());
    }
    let (ordered, lists_unordered) = match text {
        "the result should be empty" => {
            expectation.outcome = Outcome::Empty;
            return Ok(());
        }
        "the result should be, in any order" => (false, false),
        "the result should be, in order" => (true, false),
        "the result should be (ignoring element order for lists)" => (false, true),
        "the result should be, in order (ignoring element order for lists)" => (true, true),
        other => return Err(format!("what is `{other}`?")),
    };
    let (columns, rows) = table.split_first().ok_or("a result without a table")?;
    let rows = rows.iter().map(|row| cells(row)).collect::<Result<_, _>>()?;
    expectation.outcome = Outcome::Rows { columns: columns.clone(), rows, ordered, lists_unordered };
    Ok(())
}
