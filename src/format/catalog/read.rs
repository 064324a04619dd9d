//! From a directory to its records.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::manifest::{self, Manifest};
use super::reading::{FileReading, ReadOptions, Reading};
use super::rejection::Rejection;
use super::{Error, Note, notes, rows};
use crate::model::symbols::NewSymbols;
use crate::model::{Kind, SymbolScope, Symbols};

/// Whether this directory holds a `catalog.toml`.
#[must_use]
pub fn is_catalog(dir: &Path) -> bool {
    dir.join(manifest::FILE).is_file()
}

/// The catalogs of a directory: itself, or its subfolders that hold a `catalog.toml`, in the order of their names.
/// Fails where there is none.
pub fn members(dir: &Path) -> Result<Vec<PathBuf>, Error> {
    if is_catalog(dir) {
        return Ok(vec![dir.to_path_buf()]);
    }
    let mut found: Vec<PathBuf> = entries(dir)?.into_iter().filter(|path| is_catalog(path)).collect();
    found.sort();
    if found.is_empty() { Err(Error::NoCatalogs { dir: dir.to_path_buf() }) } else { Ok(found) }
}

/// Notes on the subfolders of a directory of catalogs that hold catalogs and are none: what is in them is left out.
pub fn nested(dir: &Path) -> Result<Vec<Note>, Error> {
    if is_catalog(dir) {
        return Ok(Vec::new());
    }
    let mut found: Vec<PathBuf> = entries(dir)?
        .into_iter()
        .filter(|path| path.is_dir() && !is_catalog(path))
        .filter(|path| entries(path).is_ok_and(|inner| inner.iter().any(|inner| is_catalog(inner))))
        .collect();
    found.sort();
    Ok(found.into_iter().map(|path| Note::Nested { path }).collect())
}

/// Reads the catalog in this directory. A record that cannot be taken is among the rejections; an error is what keeps
/// a whole file from being read.
pub fn read(dir: &Path, options: &ReadOptions<'_>) -> Result<Reading, Error> {
    let mut files = Vec::new();
    let mut total = 0;
    for kind in Kind::ALL {
        let path = dir.join(kind.spec().file);
        match fs::metadata(&path) {
            Ok(metadata) if !metadata.is_file() => return Err(Error::NotAFile { path }),
            Ok(_) if kind == Kind::Tier => {}
            Ok(metadata) => {
                total += metadata.len();
                files.push((kind, path));
            }
            // A link to nowhere is no file that was left out: what it should lead to is missing.
            Err(source) if kind != Kind::Catalog && path.is_symlink() => return Err(Error::Io { path, source }),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound && kind != Kind::Catalog => {}
            Err(e) if e.kind() == std::io::ErrorKind::NotFound && dir.is_dir() => {
                return Err(Error::NoManifest { dir: dir.to_path_buf() });
            }
            Err(source) if kind == Kind::Catalog && !dir.is_dir() => {
                return Err(Error::of_folder(dir, source));
            }
            Err(source) => return Err(Error::Io { path, source }),
        }
    }
    options.progress.start(total);
    let reading = read_files(dir, &files, options);
    options.progress.finish();
    reading
}

/// What one thread read.
type Part = Vec<Result<(FileReading, Vec<Rejection>), Error>>;

fn read_files(dir: &Path, files: &[(Kind, PathBuf)], options: &ReadOptions<'_>) -> Result<Reading, Error> {
    let nothing = Symbols::new();
    let mut scope = SymbolScope::new(&nothing);
    let path = dir.join(manifest::FILE);
    let manifest = manifest::read(open(&path)?, &path, &mut scope, options)?;
    let first = scope.finish();
    let Manifest { id, files: own, mut rejections, mut notes } = manifest;

    // Two threads at a time. The nodes come first, since the edges name hardly anything else: their texts are then
    // found in the nodes' symbols, which both threads share.
    let part = |base: &Symbols, wanted: &dyn Fn(Kind) -> bool| read_part(base, &id, files, wanted, options);
    let is_node_file = |kind: Kind| !matches!(kind, Kind::Catalog | Kind::Share | Kind::Need);
    let ((datasets, texts), (others, more)) = rayon::join(
        || part(&nothing, &|kind| kind == Kind::Dataset),
        || part(&nothing, &|kind| is_node_file(kind) && kind != Kind::Dataset),
    );
    let mut symbols = Symbols::new();
    let mut parts = Vec::new();
    for (part, texts) in [(datasets, texts), (others, more), (vec_of(own), first)] {
        parts.extend(join(part, texts, &mut symbols));
    }
    let ((shares, texts), (needs, more)) =
        rayon::join(|| part(&symbols, &|kind| kind == Kind::Share), || part(&symbols, &|kind| kind == Kind::Need));
    for (part, texts) in [(shares, texts), (needs, more)] {
        parts.extend(join(part, texts, &mut symbols));
    }

    let (mut files, mut errors) = (Vec::new(), Vec::new());
    for part in parts {
        match part {
            Ok(part) => files.push(part),
            Err(error) => errors.push(error),
        }
    }
    if !errors.is_empty() {
        return Err(Error::join(errors));
    }
    files.sort_by_key(|(file, _)| file.kind);
    let files = files
        .into_iter()
        .map(|(mut file, wrong)| {
            rejections.extend(wrong);
            notes.append(&mut file.notes);
            file
        })
        .collect();
    notes.extend(ignored_files(dir)?);
    Ok(Reading { id, symbols, files, rejections, notes })
}

fn vec_of(files: Vec<FileReading>) -> Part {
    files.into_iter().map(|file| Ok((file, Vec::new()))).collect()
}

/// Reads the files of the kinds that are wanted, one after the other.
fn read_part(
    base: &Symbols,
    catalog: &str,
    files: &[(Kind, PathBuf)],
    wanted: &dyn Fn(Kind) -> bool,
    options: &ReadOptions<'_>,
) -> (Part, NewSymbols) {
    let mut scope = SymbolScope::new(base);
    let part = files
        .iter()
        .filter(|(kind, _)| wanted(*kind))
        .map(|(kind, path)| rows::read(open(path)?, path, *kind, catalog, &mut scope, options))
        .collect();
    (part, scope.finish())
}

/// Adds a thread's texts to those of all, and gives its tables the numbers that they have there.
fn join(mut part: Part, texts: NewSymbols, symbols: &mut Symbols) -> Part {
    let renumbering = texts.merge_into(symbols);
    for (file, _) in part.iter_mut().flatten() {
        file.table.renumber(&renumbering);
        for identity in &mut file.rejected {
            for cell in identity.cells.iter_mut().flatten() {
                if let crate::model::table::Cell::Symbol(sym) = cell {
                    *sym = renumbering.apply(*sym);
                }
            }
        }
    }
    part
}

/// Notes on the files of a directory that are not read.
fn ignored_files(dir: &Path) -> Result<Vec<Note>, Error> {
    let mut paths = entries(dir)?;
    paths.sort();
    Ok(paths.into_iter().filter(|path| path.is_file()).filter_map(notes::on_file).collect())
}

fn entries(dir: &Path) -> Result<Vec<PathBuf>, Error> {
    let failed = |source| Error::of_folder(dir, source);
    fs::read_dir(dir).map_err(failed)?.map(|entry| entry.map(|e| e.path()).map_err(failed)).collect()
}

fn open(path: &Path) -> Result<File, Error> {
    File::open(path).map_err(|source| Error::Io { path: path.to_path_buf(), source })
}
