//! How a command ends: the exit code, and the error as a reader should see it.

use std::io;
use std::process::ExitCode;

use super::context::Context;
use crate::database;
use crate::report::{Diagnosis, Level};

/// How a command ends well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// Done, and nothing found at or above `--fail-on`.
    Well,
    /// Something was found.
    Found,
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error(transparent)]
    Database(#[from] database::Error),
    #[error("{0}")]
    Output(#[from] io::Error),
    #[error("{0}")]
    Usage(String),
    /// It was told on the way.
    #[error("")]
    Told,
}

impl Failure {
    /// Whether it is only that whoever reads the output has gone.
    pub(super) fn is_reader_gone(&self) -> bool {
        use database::{Error::Export, ExportError::Write};
        match self {
            Self::Output(e) | Self::Database(Export(Write(e))) => e.kind() == io::ErrorKind::BrokenPipe,
            _ => false,
        }
    }
}

/// How a command ends.
pub(super) type Outcome = Result<Ended, Failure>;

/// How many rejected records are printed before the rest are counted.
const PRINTED: usize = 200;

/// An error or a warning about a query, drawn where it is.
pub(super) fn drawn(text: &str, error: &database::QueryError, level: Level, context: &Context) -> String {
    let say = |words: &database::QueryText| context.say(&words.en, &words.zh).to_owned();
    let hint = error.hint.as_ref().map(say);
    let diagnosis = Diagnosis {
        level,
        text,
        span: error.span.map(|span| (span.start as usize, span.end as usize)),
        code: error.detail.name(),
        message: &say(&error.message),
        hint: hint.as_deref(),
    };
    diagnosis.draw(context.language, context.styles_errors())
}

/// Prints an error, and tells the exit code.
pub(super) fn report(outcome: Outcome, context: &Context) -> ExitCode {
    match outcome {
        Ok(Ended::Well) => ExitCode::SUCCESS,
        Ok(Ended::Found) => ExitCode::from(1),
        // Whoever reads has had enough: that is no error.
        Err(failure) if failure.is_reader_gone() => ExitCode::SUCCESS,
        Err(failure) => {
            tell(&failure, context);
            ExitCode::from(2)
        }
    }
}

/// Prints which records cannot be taken, and why, where the error is that.
pub(super) fn tell_rejections(error: &database::Error, context: &Context) {
    if let database::Error::Rejected { rejections, .. } = error {
        context.print_rejections(rejections, PRINTED);
    }
}

/// Prints an error.
pub(super) fn tell(failure: &Failure, context: &Context) {
    if let Failure::Database(error) = failure {
        tell_rejections(error, context);
    }
    match failure {
        Failure::Told => {}
        Failure::Database(database::Error::Query { text, error }) => {
            context.tell(&drawn(text, error, Level::Error, context))
        }
        failure => {
            let label = context.styled_error(context.say("error", "错误"));
            context.tell(&format!("{label}: {failure}"));
        }
    }
}
