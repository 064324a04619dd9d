//! Where data goes: standard output, or a file that appears whole or not at all.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::context::Context;
use super::exit::Failure;
use crate::database::{Rows, Value};
use crate::report::{Format, RenderOptions, Rendered, render};

/// Calls with the stream that data goes to.
pub(super) fn write_to<T>(
    context: &Context,
    write: impl FnOnce(&mut dyn Write) -> Result<T, Failure>,
) -> Result<T, Failure> {
    match &context.global.out {
        None => {
            let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
            let value = write(&mut out)?;
            out.flush()?;
            Ok(value)
        }
        Some(path) => {
            let in_place = |source: io::Error| named(path, &source);
            // A device or a pipe is written to as it is; it cannot be replaced by a file.
            if fs::metadata(path).is_ok_and(|m| !m.is_file()) {
                let mut out = BufWriter::new(fs::File::options().write(true).open(path).map_err(in_place)?);
                let value = write(&mut out)?;
                out.flush().map_err(in_place)?;
                return Ok(value);
            }
            let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let mut file = tempfile::NamedTempFile::new_in(folder).map_err(in_place)?;
            let value = {
                let mut out = BufWriter::with_capacity(1 << 20, file.as_file_mut());
                let value = write(&mut out)?;
                out.flush().map_err(in_place)?;
                value
            };
            share_with_others(file.as_file()).map_err(in_place)?;
            file.persist(path).map_err(|e| named(path, &e.error))?;
            Ok(value)
        }
    }
}

fn named(path: &Path, error: &io::Error) -> Failure {
    Failure::Usage(format!("{}: {error}", path.display()))
}

/// Gives a temporary file, which only its owner may read, the permissions of an ordinary one.
#[cfg(unix)]
fn share_with_others(file: &fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn share_with_others(_: &fs::File) -> io::Result<()> {
    Ok(())
}

/// Writes rows in the format asked for.
pub(super) fn rows(context: &Context, rows: Rows<'_>) -> Result<Rendered, Failure> {
    let format = context.format()?;
    let options = RenderOptions { width: context.width(), ..RenderOptions::default() };
    let rendered = write_to(context, |out| Ok(render(rows, format, context.language, &options, out)?))?;
    if rendered.rows == 0 && format == Format::Table {
        context.tell(context.say("no rows", "没有结果"));
    }
    Ok(rendered)
}

/// Writes figures, each with its name.
pub(super) fn figures(context: &Context, figures: &[(&'static str, u64)]) -> Result<(), Failure> {
    let all = figures.iter().map(|&(name, count)| vec![Value::text(Some(name)), Value::Integer(count as i64)]);
    rows(context, Rows::new(vec!["name", "count"], all.collect::<Vec<_>>().into_iter()))?;
    Ok(())
}
