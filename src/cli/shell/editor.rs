//! What is typed: lines with history and completion.

use std::path::PathBuf;

use rustyline::completion::{Completer, FilenameCompleter, Pair};
use rustyline::config::Configurer as _;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{CompletionType, Editor, Helper};

use super::complete::{Known, Offer, offer};
use super::{Next, Shell, history, input};
use crate::cli::exit::{self, Failure};

/// What is typed goes on until a statement ends.
struct Typing {
    known: Known,
    files: FilenameCompleter,
}

impl Completer for Typing {
    type Candidate = Pair;

    fn complete(&self, line: &str, at: usize, _: &rustyline::Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        match offer(line.get(..at).unwrap_or_default(), &self.known) {
            Offer::File(_) => self.files.complete_path(line, at),
            Offer::Words(start, words) => {
                Ok((start, words.into_iter().map(|w| Pair { display: w.clone(), replacement: w }).collect()))
            }
        }
    }
}

impl Validator for Typing {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let (_, complete) = input::entries(context.input());
        Ok(if complete { ValidationResult::Valid(None) } else { ValidationResult::Incomplete })
    }
}

impl Hinter for Typing {
    type Hint = String;
}

impl Highlighter for Typing {}

impl Helper for Typing {}

/// Asks for input until the user leaves.
pub(super) fn run(shell: &mut Shell<'_>) -> Result<(), Failure> {
    let mut editor = Editor::<Typing, FileHistory>::new().map_err(failed)?;
    editor.set_completion_type(CompletionType::List);
    editor.set_max_history_size(history::MOST).map_err(failed)?;
    editor.set_helper(Some(Typing { known: shell.known(), files: FilenameCompleter::new() }));
    let file = history::file().map_err(|reason| forgetful(shell, &reason)).ok();
    if let Some(file) = &file {
        // There is none before the first time.
        let _ = editor.load_history(file);
    }
    let prompt = if shell.ground.is_fixed() { "tiaokuai> " } else { "scratch> " };
    loop {
        match editor.readline(prompt) {
            Ok(text) => {
                remember(&mut editor, &file, &text);
                if perform(shell, &text)? == Next::Leave {
                    return Ok(());
                }
                if let Some(typing) = editor.helper_mut() {
                    typing.known = shell.known();
                }
            }
            // What was typed is dropped.
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => return Ok(()),
            Err(error) => return Err(failed(error)),
        }
    }
}

/// Does what was typed, up to the first error.
fn perform(shell: &mut Shell<'_>, text: &str) -> Result<Next, Failure> {
    let (entries, _) = input::entries(text);
    for entry in entries {
        match shell.perform(&entry) {
            Ok(Next::Go) => {}
            Ok(Next::Leave) => return Ok(Next::Leave),
            Err(failure) if failure.is_reader_gone() => return Err(failure),
            Err(failure) => {
                exit::tell(&failure, shell.context);
                break;
            }
        }
    }
    Ok(Next::Go)
}

/// Adds to the history at once, so that a shell that is killed loses nothing.
fn remember(editor: &mut Editor<Typing, FileHistory>, file: &Option<PathBuf>, text: &str) {
    let added = editor.add_history_entry(text.trim_end()).unwrap_or(false);
    if let Some(file) = file.as_ref().filter(|_| added) {
        // A full disk is no reason to stop.
        let _ = editor.append_history(file);
    }
}

fn forgetful(shell: &Shell<'_>, reason: &str) {
    let said = shell.context.say("the history will not be kept", "不会保存历史记录").to_owned();
    shell.context.tell(&format!("{said}: {reason}"));
}

fn failed(error: ReadlineError) -> Failure {
    match error {
        ReadlineError::Io(error) => Failure::Output(error),
        error => Failure::Usage(error.to_string()),
    }
}
