//! Answers scenarios of the openCypher TCK for a runner outside: a JSON object a line on standard input, an answer a line on
//! standard output.
//!
//! ```text
//! {"id": "…", "setup": ["CREATE …"], "query": "MATCH …", "params": {"name": VALUE},
//!  "procedures": [{"name": "test.my.proc", "inputs": [["in", "INTEGER?"]], "outputs": [["out", "STRING?"]], "rows": [[VALUE]]}]}
//! ```
//!
//! Every request begins with an empty graph. The answer is one of
//!
//! ```text
//! {"columns": ["n"], "rows": [[VALUE]], "effects": {"+nodes": 1}}
//! {"error": "…", "stage": "setup" | "query", "type": "SyntaxError", "phase": "compile time", "detail": "UndefinedVariable"}
//! ```
//!
//! Values are those of `--format json`: `1` is an integer and `1.0` a float, a node is `{"$node": {id, labels, properties}}`, a
//! date `{"$date": "2024-05-01"}`, and so on (`tiaokuai::query::outward`).

mod effects;
mod fixture;
mod scenario;
mod wire;

use std::io::{self, BufRead, Write};

use tiaokuai::query::plan::rules::RuleSet;

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        writeln!(out, "{}", scenario::answer(&line?, RuleSet::all()))?;
        out.flush()?;
    }
    Ok(())
}
