//! How long a catalog directory takes to read, build and answer, as ratios to a baseline of the same run: reading every
//! byte of its files and counting separators, which nothing that reads CSV can beat.
//!
//! `cargo bench --bench catalog -- DIR` measures the catalog directory DIR; without one, the largest sample catalog.
//! Timing decides nothing: the figures are to be read.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

use tiaokuai::database::{
    Arguments, Database, Environment, Language, Question, Reader, Value, ask, date, procedures, report,
};
use tiaokuai::report::{Format, RenderOptions, render};

fn main() {
    // Cargo passes `--bench` along.
    let named = std::env::args().skip(1).find(|a| !a.starts_with("--")).map(PathBuf::from);
    let dir = named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-catalogs/guangdong"));
    let (bytes, baseline) = timed(|| separators(&dir));
    let bytes_read = bytes.0;
    println!("{}: {bytes_read} bytes, baseline {:.4} s", dir.display(), baseline);
    let print = |what: &str, seconds: f64, detail: String| {
        println!("{what:<24} {seconds:>9.4} s {:>9.1} × baseline  peak {:>6} MB  {detail}", seconds / baseline, peak());
    };

    let environment = Environment::quiet();
    let database = Database::Directory(dir);
    let (snapshot, seconds) = timed(|| database.snapshot(None, &Reader::default(), &environment));
    let snapshot = match snapshot {
        Ok(snapshot) => snapshot,
        Err(e) => {
            eprintln!("{e}");
            std::process::exit(2);
        }
    };
    print("read and build", seconds, format!("{} nodes", snapshot.graph.node_bound()));

    let today = date::parse("2026-11-01").unwrap_or_default();
    let question = Question { region: None, today, waived: false };
    let scopes =
        ["sector", "platform"].map(|scope| ("silos", Arguments::new().with("scope", Value::text(Some(scope)))));
    let findings = procedures().into_iter().filter(|p| p.name != "why").map(|p| (p.name, Arguments::new()));
    for (name, arguments) in findings.chain(scopes) {
        let Some(procedure) = procedures().into_iter().find(|p| p.name == name) else { continue };
        // As text: that is what somebody waits for.
        let (rendered, seconds) = timed(|| {
            let rows = ask(&snapshot, procedure, &arguments, &question).ok()?.rows;
            render(rows, Format::Csv, Language::English, &RenderOptions::default(), &mut io::sink()).ok()
        });
        let scope = arguments.text("scope").ok().flatten().unwrap_or_default();
        print(format!("{name} {scope}").trim_end(), seconds, format!("{} rows", rendered.map_or(0, |r| r.rows)));
    }
    let (made, seconds) = timed(|| report(&snapshot, "grassroots", 10, None, Language::English, &question));
    print("report", seconds, format!("{} sections", made.map_or(0, |made| made.report.further.len() + 4)));
}

fn timed<T>(run: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let value = run();
    (value, start.elapsed().as_secs_f64())
}

/// The bytes of every file in a directory and the folders in it, and how many separators they hold.
fn separators(dir: &Path) -> (u64, u64) {
    let mut sum = (0, 0);
    for path in fs::read_dir(dir).into_iter().flatten().flatten().map(|e| e.path()) {
        let (bytes, found) = if path.is_dir() {
            separators(&path)
        } else {
            let bytes = fs::read(&path).unwrap_or_default();
            (bytes.len() as u64, bytes.iter().filter(|b| matches!(b, b',' | b'\n')).count() as u64)
        };
        sum = (sum.0 + bytes, sum.1 + found);
    }
    sum
}

/// The most memory that this process has had, in megabytes; 0 where the system does not tell.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    line.and_then(|l| l.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}
