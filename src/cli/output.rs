//! Where data goes: standard output, or a file that appears whole or not at all.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::context::Context;
use super::exit::Failure;
use crate::database::{Layout, Rows, Value};
use crate::report::{Format, RenderOptions, Rendered, render};

/// Calls with the stream that data goes to.
pub(super) fn write_to<T>(
    context: &Context,
    write: impl FnOnce(&mut dyn Write) -> Result<T, Failure>,
) -> Result<T, Failure> {
    match &context.global.out {
        None => {
            let stdout = Stdout { out: io::stdout().lock(), context };
            let mut out = BufWriter::with_capacity(1 << 16, stdout);
            let value = write(&mut out)?;
            out.flush()?;
            Ok(value)
        }
        Some(path) => write_file(path, write),
    }
}

/// Calls with a stream whose bytes become a file: whole or not at all.
pub(super) fn write_file<T>(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<T, Failure>,
) -> Result<T, Failure> {
    outside_stores(path)?;
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

/// Refuses a place inside a store, where a file of the store's own might be replaced.
pub(super) fn outside_stores(path: &Path) -> Result<(), Failure> {
    let place = fs::canonicalize(path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")));
    let inside =
        place.is_ok_and(|place| place.join(path.file_name().unwrap_or_default()).iter().any(|c| c == Layout::FOLDER));
    if inside {
        Err(Failure::Usage(format!("{} is inside a store: name another place", path.display())))
    } else {
        Ok(())
    }
}

/// Standard output, which remembers whether anything went there.
struct Stdout<'a> {
    out: io::StdoutLock<'static>,
    context: &'a Context,
}

impl Write for Stdout<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A buffer that is dropped while damage unwinds is not to be printed: the command runs again.
        if std::thread::panicking() {
            return Ok(bytes.len());
        }
        self.context.set_printed();
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn named(path: &Path, error: &io::Error) -> Failure {
    // A failure to make the temporary file names that one as well, which says nothing to the reader.
    let text = error.to_string();
    let cause = text.split_once(" at path \"").map_or(text.as_str(), |(cause, _)| cause);
    Failure::Usage(format!("{}: {cause}", path.display()))
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
    let rendered = rows_as(context, format, rows)?;
    if rendered.rows == 0 && format == Format::Table {
        context.tell(context.say("no rows", "没有结果"));
    }
    Ok(rendered)
}

/// Writes rows in a format, and says nothing of it.
pub(super) fn rows_as(context: &Context, format: Format, rows: Rows<'_>) -> Result<Rendered, Failure> {
    let options = RenderOptions { width: context.width(), ..RenderOptions::default() };
    write_to(context, |out| Ok(render(rows, format, context.language, &options, out)?))
}

/// Writes figures, each with its name.
pub(super) fn figures(context: &Context, figures: &[(&'static str, u64)]) -> Result<(), Failure> {
    let all = figures.iter().map(|&(name, count)| vec![Value::text(Some(name)), Value::Integer(count as i64)]);
    rows(context, Rows::new(vec!["name", "count"], all.collect::<Vec<_>>().into_iter()))?;
    Ok(())
}
