//! Every query of the openCypher Technology Compatibility Kit that lies beside the project is parsed, unless its scenario
//! expects an error that is the parser's to find.

use std::fs;
use std::path::{Path, PathBuf};

use crate::query::parser::parse;

/// Details that the parser reports, always or sometimes.
const OURS: [&str; 8] = [
    "UnexpectedSyntax",
    "InvalidNumberLiteral",
    "InvalidUnicodeLiteral",
    "InvalidRelationshipPattern",
    "InvalidParameterUse",
    "IntegerOverflow",
    "FloatingPointOverflow",
    "InvalidClauseComposition",
];

/// A query of the kit.
struct Case {
    place: String,
    text: String,
    /// The detail of the syntax error that its scenario expects before anything runs.
    expected: Option<String>,
}

fn feature_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            feature_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "feature") {
            found.push(path);
        }
    }
}

/// The cells of a row of a table.
fn cells(row: &str) -> Vec<String> {
    let row = row.replace("\\|", "\u{1}");
    let cell = |cell: &str| cell.trim().replace('\u{1}', "|").replace("\\\\", "\\");
    row.trim_matches('|').split('|').map(cell).collect()
}

/// The queries of a file. Those of outlines, whose placeholders the examples fill, are given once for each example.
fn cases(path: &Path) -> Vec<Case> {
    let text = fs::read_to_string(path).unwrap();
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let mut cases = Vec::new();
    for scenario in text.split("\n  Scenario").skip(1) {
        let title = scenario.lines().next().unwrap();
        let mut lines = scenario.lines().map(str::trim);
        let (mut queries, mut expected, mut examples) = (Vec::new(), None, Vec::new());
        let mut last = "";
        let mut in_examples = false;
        while let Some(line) = lines.next() {
            if line == "\"\"\"" {
                let text = lines.by_ref().take_while(|l| *l != "\"\"\"").collect::<Vec<_>>().join("\n");
                queries.push((text, last.ends_with("executing query:")));
            } else if let Some((_, detail)) = line.split_once("a SyntaxError should be raised at compile time: ") {
                expected = Some(detail.trim().to_owned());
            } else if line.starts_with("Examples:") {
                in_examples = true;
            } else if in_examples && line.starts_with('|') {
                examples.push(cells(line));
            }
            if !line.is_empty() {
                last = line;
            }
        }
        let Some((header, rows)) = examples.split_first() else {
            let case = |(text, tested)| Case {
                place: format!("{name}: {title}"),
                text,
                expected: expected.clone().filter(|_| tested),
            };
            cases.extend(queries.into_iter().map(case));
            continue;
        };
        for (text, tested) in &queries {
            let filled = rows.iter().map(|row| {
                let fill = |text: String, (name, value): (&String, &String)| text.replace(&format!("<{name}>"), value);
                header.iter().zip(row).fold(text.clone(), fill)
            });
            cases.extend(filled.map(|text| Case {
                place: format!("{name}: {title}"),
                text,
                expected: expected.clone().filter(|_| *tested),
            }));
        }
    }
    cases
}

#[test]
fn every_query_of_the_kit_is_parsed_or_refused_as_it_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/tck/features");
    if !folder.is_dir() {
        eprintln!("skipped: there is no openCypher kit beside the project");
        return;
    }
    let mut files = Vec::new();
    feature_files(&folder, &mut files);
    let cases: Vec<Case> = files.iter().flat_map(|f| cases(f)).collect();
    assert!(cases.len() > 1000, "only {} queries were found", cases.len());
    let mut wrong = Vec::new();
    for Case { place, text, expected } in &cases {
        let got = parse(text).err();
        let fits = match (&got, expected) {
            (None, None) => true,
            // What the parser cannot know is the analysis's to find.
            (None, Some(detail)) => !OURS.contains(&detail.as_str()) || detail == "InvalidParameterUse",
            (Some(error), Some(detail)) => error.detail.name() == detail,
            (Some(_), None) => false,
        };
        if !fits {
            wrong.push(format!("{place}\n{text}\nexpected {expected:?}, got {got:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n\n"));
}
