//! Asking the library as its users do, and holding its answers against the oracle's.

use std::path::Path;

use jiff::civil::{Date, date};
use proptest::test_runner::TestCaseError;
use serde_json::{Map, Value as Json};
use tiaokuai::database::{
    Arguments, Database, Environment, Language, Procedure, Question, Reader, Rows, Snapshot, Value, ask, procedures,
};
use tiaokuai::report::{Format, RenderOptions, render};

use crate::oracle::{NOT_COMPARED, Row, World};

/// Whether a test case holds.
pub(crate) type Held = Result<(), TestCaseError>;

/// The day that all questions are asked on.
pub(crate) const TODAY: Date = date(2026, 5, 1);

/// An answer as a reader of JSON gets it.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Map<String, Json>>,
}

/// The graph of a world, by way of its files.
pub(crate) fn snapshot(world: &World) -> Result<Snapshot, TestCaseError> {
    let dir = tempfile::tempdir().unwrap();
    world.write_to(dir.path()).unwrap();
    open(dir.path())
}

/// The graph of a catalog directory.
pub(crate) fn open(dir: &Path) -> Result<Snapshot, TestCaseError> {
    let database = Database::Directory(dir.to_owned());
    let opened = database.snapshot(None, &Reader::default(), &Environment::quiet());
    opened.map_err(|error| TestCaseError::fail(format!("{error}: {error:?}")))
}

/// The finding of this name.
pub(crate) fn procedure(finding: &str) -> &'static Procedure {
    procedures().into_iter().find(|procedure| procedure.name == finding).unwrap()
}

/// The arguments of a call.
pub(crate) fn with(given: &[(&str, Value<'static>)]) -> Arguments {
    given.iter().fold(Arguments::new(), |arguments, (name, value)| arguments.with(name, value.clone()))
}

/// A text as an argument.
pub(crate) fn word(text: &str) -> Value<'static> {
    Value::owned(text.to_owned())
}

/// What a snapshot answers, nothing kept back.
pub(crate) fn answer(snapshot: &Snapshot, finding: &str, arguments: &Arguments) -> Result<Answer, TestCaseError> {
    answer_in(snapshot, finding, arguments, None)
}

/// What a snapshot answers of a region.
pub(crate) fn answer_in(
    snapshot: &Snapshot,
    finding: &str,
    arguments: &Arguments,
    region: Option<&str>,
) -> Result<Answer, TestCaseError> {
    let question = Question { region, today: TODAY, waived: false };
    let asked = ask(snapshot, procedure(finding), arguments, &question);
    asked.map(|asked| read(asked.rows)).map_err(|error| TestCaseError::fail(error.to_string()))
}

/// Rows as JSON says them.
pub(crate) fn read(rows: Rows<'_>) -> Answer {
    let columns = rows.columns().iter().map(|c| c.to_string()).collect();
    let mut text = Vec::new();
    render(rows, Format::Json, Language::English, &RenderOptions::default(), &mut text).unwrap();
    Answer { columns, rows: serde_json::from_slice(&text).unwrap() }
}

impl Answer {
    /// The rows are those expected, one by one, in order, in every column that is compared.
    pub(crate) fn is(&self, expected: &[Row], of: &str) -> Held {
        for (i, row) in expected.iter().enumerate() {
            let columns: Vec<_> = row.columns.iter().map(|(name, _)| *name).collect();
            let Some(given) = self.rows.get(i) else {
                return Err(TestCaseError::fail(format!("{of}: row {i} is missing: {row:?}")));
            };
            if columns != self.columns {
                return Err(TestCaseError::fail(format!("{of}: the columns are {:?}, not {columns:?}", self.columns)));
            }
            for (column, value) in &row.comparable().columns {
                if !same(value, &given[*column]) {
                    let found = &given[*column];
                    let reason = format!("{of}: row {i}, {column} is {found}, not {value}\n{given:?}\n{row:?}");
                    return Err(TestCaseError::fail(reason));
                }
            }
            // What is left out of the comparison is there all the same.
            if let Some(column) = NOT_COMPARED.iter().find(|c| columns.contains(c) && !given.contains_key(**c)) {
                return Err(TestCaseError::fail(format!("{of}: row {i} has no {column}")));
            }
        }
        match self.rows.get(expected.len()) {
            Some(row) => Err(TestCaseError::fail(format!("{of}: one row too many: {row:?}"))),
            None => Ok(()),
        }
    }
}

/// Whether two values say the same; a number is the same with and without a point, and where it was rounded otherwise.
fn same(expected: &Json, found: &Json) -> bool {
    match (expected, found) {
        (Json::Number(a), Json::Number(b)) => {
            a.as_f64().zip(b.as_f64()).is_some_and(|(a, b)| (a - b).abs() <= 1e-12 * a.abs().max(b.abs()))
        }
        (a, b) => a == b,
    }
}
