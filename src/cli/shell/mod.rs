//! `tiaokuai shell`: query after query.
//!
//! Input is a terminal, where [`editor`] reads it, or a [`script`]. Both make lines into entries ([`input`]), and each entry
//! is performed here: a statement is asked, a command is one of [`meta`].

mod answer;
mod complete;
mod editor;
mod history;
mod input;
mod interrupt;
mod meta;
mod script;

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, stdin, stdout};
use std::time::Instant;

use super::commands::asking::{AskingArgs, values};
use super::context::Context;
use super::exit::{Ended, Failure, Outcome};
use super::output;
use crate::database::{Error, Rows, Snapshot, Vocabulary, Workspace};
use crate::database::{query, query_scratch, scratch_vocabulary, vocabulary};
use crate::report::Format;
use answer::{Answer, Kept};
use complete::Known;
use input::Entry;
use interrupt::Interrupts;

/// The graph that is asked.
pub(super) enum Ground {
    /// A state of a catalog. It stays the same as long as the shell lives.
    Catalog(Box<Snapshot>),
    /// A graph of the shell's own.
    Scratch(Box<Workspace<'static>>),
}

impl Ground {
    /// Whether it never changes.
    fn is_fixed(&self) -> bool {
        matches!(self, Self::Catalog(_))
    }
}

/// What comes after an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// The next one.
    Go,
    /// The end.
    Leave,
}

/// The state of a shell.
struct Shell<'s> {
    context: &'s Context,
    ground: &'s Ground,
    asking: &'s AskingArgs,
    interrupts: &'static Interrupts,
    keep_going: bool,
    /// Parameters, as they were written.
    parameters: BTreeMap<String, String>,
    format: Format,
    timing: bool,
    /// The last statement, if it was answered.
    last: Option<Answer>,
    /// How many files are being run, one from within another.
    depth: usize,
}

/// Runs a shell to its end.
pub(super) fn run(context: &Context, asking: &AskingArgs, ground: &Ground, keep_going: bool) -> Outcome {
    let typed = stdin().is_terminal() && stdout().is_terminal();
    let mut shell = Shell {
        context,
        ground,
        asking,
        interrupts: Interrupts::install(typed)?,
        keep_going,
        parameters: asking.parameters()?,
        format: context.format()?,
        timing: false,
        last: None,
        depth: 0,
    };
    if typed {
        let english = "A query ends with `;`. `:help` lists the commands, Ctrl-D leaves.";
        context.tell(context.say(english, "查询以 `;` 结尾；`:help` 列出命令，Ctrl-D 退出。"));
        editor::run(&mut shell)?;
    } else {
        script::run(&mut shell, stdin().lock(), None)?;
    }
    Ok(Ended::Well)
}

impl Shell<'_> {
    /// Does what an entry asks.
    fn perform(&mut self, entry: &Entry) -> Result<Next, Failure> {
        match entry {
            Entry::Command(command) => meta::run(self, &command.text),
            Entry::Statement(statement) => {
                let asked = self.statement(&statement.text);
                asked.map(|()| Next::Go).map_err(|failure| moved(failure, statement.line))
            }
        }
    }

    /// Asks a statement, and writes its answer.
    fn statement(&mut self, text: &str) -> Result<(), Failure> {
        self.last = None;
        let begun = Instant::now();
        let mut kept = Kept::default();
        self.ask(&self.parameters, text, |rows| output::rows_as(self.context, self.format, kept.keep(rows)))??;
        let taken = begun.elapsed();
        let rows = kept.passed();
        if self.timing {
            let milliseconds = taken.as_secs_f64() * 1e3;
            let some = if rows == 1 { "row" } else { "rows" };
            let english = format!("{rows} {some} in {milliseconds:.1} ms");
            self.context.tell(self.context.say(&english, &format!("{rows} 行，用时 {milliseconds:.1} 毫秒")));
        } else if self.format == Format::Table && rows == 0 {
            let said = if kept.has_columns() { ("no rows", "没有结果") } else { ("done", "已完成") };
            self.context.tell(self.context.say(said.0, said.1));
        }
        self.last = Some(Answer { text: text.to_owned(), parameters: self.parameters.clone(), kept });
        Ok(())
    }

    /// Asks a statement. A Ctrl-C ends it.
    fn ask<R>(
        &self,
        parameters: &BTreeMap<String, String>,
        text: &str,
        take: impl FnOnce(Rows<'_>) -> R,
    ) -> Result<R, Failure> {
        let parameters = values(parameters);
        self.interrupts.during(|interrupt| {
            self.asking.with(self.context, text, &parameters, interrupt, |asking| {
                Ok(match self.ground {
                    Ground::Catalog(snapshot) => query(snapshot, text, asking, take)?,
                    Ground::Scratch(scratch) => query_scratch(scratch, text, asking, take)?,
                })
            })
        })
    }

    /// The words that queries can be written with at present.
    fn vocabulary(&self) -> Vocabulary {
        match self.ground {
            Ground::Catalog(snapshot) => vocabulary(snapshot),
            Ground::Scratch(scratch) => scratch_vocabulary(scratch),
        }
    }

    /// What completions are made from at present.
    fn known(&self) -> Known {
        Known { vocabulary: self.vocabulary(), parameters: self.parameters.keys().cloned().collect() }
    }

    /// Whether a script goes on after an error.
    fn keeps_going(&self) -> bool {
        self.keep_going && !self.interrupts.happened()
    }

    /// An error of whoever typed, in the reader's language.
    fn usage(&self, english: String, chinese: String) -> Failure {
        Failure::Usage(self.context.say(&english, &chinese).to_owned())
    }
}

/// An error in a statement, as one in the text that it is a part of: its lines are numbered as there.
fn moved(failure: Failure, line: usize) -> Failure {
    let Failure::Database(Error::Query { text, mut error }) = failure else { return failure };
    let above = line.saturating_sub(1);
    if let Some(span) = &mut error.span {
        let bytes = u32::try_from(above).unwrap_or(u32::MAX);
        (span.start, span.end) = (span.start.saturating_add(bytes), span.end.saturating_add(bytes));
    }
    Failure::Database(Error::Query { text: format!("{}{text}", "\n".repeat(above)), error })
}
