//! Statements and commands that nobody types: a file, or input that is no terminal.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use super::input::{Entry, Input};
use super::{Next, Shell};
use crate::cli::exit::{self, Failure};

/// How deep files may source one another.
const DEEPEST: usize = 16;

/// Runs a file.
pub(super) fn run_file(shell: &mut Shell<'_>, path: &Path) -> Result<Next, Failure> {
    if shell.depth == DEEPEST {
        return Err(shell.usage(
            format!("{}: files source one another more than {DEEPEST} deep", path.display()),
            format!("{}：文件嵌套超过 {DEEPEST} 层", path.display()),
        ));
    }
    let file = File::open(path).map_err(|e| Failure::Usage(format!("{}: {e}", path.display())))?;
    shell.depth += 1;
    let next = run(shell, BufReader::new(file), Some(path));
    shell.depth -= 1;
    next
}

/// Runs what is read, as it comes. It ends at the first error, which is told; or at the end, where the shell is to keep
/// going, but not after a Ctrl-C.
pub(super) fn run(shell: &mut Shell<'_>, lines: impl BufRead, path: Option<&Path>) -> Result<Next, Failure> {
    let mut input = Input::default();
    let mut failed = false;
    let mut perform = |shell: &mut Shell<'_>, entry: Entry| match shell.perform(&entry) {
        Err(failure) if failure.is_reader_gone() => Err(failure),
        Err(failure) => {
            tell(shell, &failure, path, entry.line());
            failed = true;
            if shell.keeps_going() { Ok(Next::Go) } else { Err(Failure::Told) }
        }
        Ok(next) => Ok(next),
    };
    let mut left = false;
    'lines: for line in lines.lines() {
        let line = line.map_err(|e| match path {
            Some(path) => Failure::Usage(format!("{}: {e}", path.display())),
            None => Failure::Usage(format!("standard input: {e}")),
        })?;
        for entry in input.take(&line) {
            if perform(shell, entry)? == Next::Leave {
                left = true;
                break 'lines;
            }
        }
    }
    if !left && let Some(entry) = input.end() {
        left = perform(shell, entry)? == Next::Leave;
    }
    match (failed, left) {
        (true, _) => Err(Failure::Told),
        (false, true) => Ok(Next::Leave),
        (false, false) => Ok(Next::Go),
    }
}

/// Tells an error, after the place of what failed.
fn tell(shell: &Shell<'_>, failure: &Failure, path: Option<&Path>, line: usize) {
    if matches!(failure, Failure::Told) {
        return;
    }
    let file = path.map(|p| p.display().to_string());
    let english = file.as_ref().map_or_else(|| format!("line {line}:"), |file| format!("{file}, line {line}:"));
    let chinese = file.as_ref().map_or_else(|| format!("第 {line} 行："), |file| format!("{file}，第 {line} 行："));
    shell.context.tell(shell.context.say(&english, &chinese));
    exit::tell(failure, shell.context);
}
