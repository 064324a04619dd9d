//! What every command needs: where the records are, which language, who is told what.

use std::cell::Cell;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Global;
use super::exit::Failure;
use super::progress::Bar;
use crate::database::Language;
use crate::database::ProbeCommand;
use crate::database::{Database, Environment, Notice, Reader, Snapshot, newly_dangling, what_if};
use crate::database::{Encoding, NoProgress, Progress, Rejection};
use crate::database::{duration, source_ages};
use crate::report::Format;

/// The hidden command that tries a ledger in a child process.
pub(super) const PROBE: &str = "probe-ledger";

/// What every command needs.
pub(super) struct Context {
    pub(super) global: Global,
    pub(super) language: Language,
    bar: Bar,
    /// Whether anything went to standard output.
    printed: Cell<bool>,
}

/// Where the records of a reading command come from, as arguments.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Source {
    /// A catalog directory (or one of several), read into memory in place of a store
    #[arg(value_name = "CATALOG_DIR")]
    pub(super) dir: Option<PathBuf>,
    /// The state to read: its number, a commit, or a time (2026-05-01, 2026-05-01T12:00)
    #[arg(long, value_name = "STATE|COMMIT|TIME")]
    pub(super) at: Option<String>,
    /// Let nothing flow on the word of one side alone: close sharing edges that the other side, being here, does not state
    #[arg(long)]
    pub(super) agreed_only: bool,
    /// Refuse to answer from what is held of a member catalog where that is older: 12h, 7d
    #[arg(long, value_name = "TIME")]
    pub(super) max_age: Option<String>,
    #[command(flatten)]
    pub(super) reading: Reading,
}

/// How catalog directories are read, as arguments.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Reading {
    /// The encoding of the CSV files
    #[arg(long, value_parser = ["utf-8", "gb18030"], default_value = "utf-8")]
    pub(super) encoding: String,
    /// Leave out records that cannot be taken, and list them, instead of failing
    #[arg(long)]
    pub(super) lenient: bool,
}

impl Context {
    pub(super) fn new(global: Global) -> Self {
        let language = super::language(&global.lang);
        Self { language, bar: Bar::new(), printed: Cell::new(false), global }
    }

    /// Whether anything went to standard output.
    pub(super) fn has_printed(&self) -> bool {
        self.printed.get()
    }

    /// Remembers that something went to standard output.
    pub(super) fn set_printed(&self) {
        self.printed.set(true);
    }

    /// The words of the reader's language.
    pub(super) fn say<'a>(&self, english: &'a str, chinese: &'a str) -> &'a str {
        self.language.pick(english, chinese)
    }

    /// Whether standard output takes colours.
    pub(super) fn styled(&self) -> bool {
        let to_terminal = || std::io::stdout().is_terminal() && self.global.out.is_none();
        self.colours(to_terminal)
    }

    fn colours(&self, to_terminal: impl Fn() -> bool) -> bool {
        match self.global.color.as_str() {
            "always" => true,
            "never" => false,
            // https://no-color.org: any value but an empty one turns colours off.
            _ => to_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()),
        }
    }

    /// Whether standard error takes colours.
    pub(super) fn styles_errors(&self) -> bool {
        self.colours(|| std::io::stderr().is_terminal())
    }

    /// A word in the style of errors, where standard error takes colours.
    pub(super) fn styled_error(&self, word: &str) -> String {
        if self.styles_errors() {
            let style = anstyle::AnsiColor::Red.on_default().bold();
            format!("{style}{word}{style:#}")
        } else {
            word.to_owned()
        }
    }

    /// The format asked for: by its name, or by the ending of the file that is written.
    pub(super) fn format(&self) -> Result<Format, Failure> {
        match (&self.global.format, &self.global.out) {
            (Some(name), _) => name.parse().map_err(|e: crate::report::UnknownFormat| Failure::Usage(e.to_string())),
            (None, Some(path)) => match Format::of_file(&path.to_string_lossy()) {
                Some(format) => Ok(format),
                None if is_of_another_format(path) => Err(Failure::Usage(format!(
                    "{}: nothing is written in the format that this ending stands for; use csv, tsv, json, jsonl, md or \
                     txt, or say which with --format (`tiaokuai report --html FILE` makes a page, `tiaokuai export` other files)",
                    path.display()
                ))),
                None => Ok(Format::default()),
            },
            (None, None) => Ok(Format::default()),
        }
    }

    /// Whether a format was asked for by its name.
    pub(super) fn names_format(&self) -> bool {
        self.global.format.is_some()
    }

    /// The width of the terminal that standard output is, if it is one.
    pub(super) fn width(&self) -> Option<u16> {
        let set = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
        if self.global.out.is_none() && std::io::stdout().is_terminal() {
            set.or_else(|| terminal_size::terminal_size().map(|(width, _)| width.0))
        } else {
            None
        }
    }

    /// Calls with the world as this process knows it.
    pub(super) fn with_environment<T>(&self, call: impl FnOnce(&Environment<'_>) -> T) -> T {
        let notify = |notice: &Notice| self.notice(notice);
        let environment = Environment {
            command: std::env::args().skip(1).take(1).fold("tiaokuai".to_owned(), |c, a| format!("{c} {a}")),
            now: Timestamp::now(),
            zone: TimeZone::system(),
            author: author(),
            probe: probe(),
            notify: &notify,
            progress: self.progress(),
        };
        call(&environment)
    }

    fn notice(&self, notice: &Notice) {
        let text = match notice {
            Notice::Waiting(holder) => {
                format!("{}: {holder}", self.say("waiting for another process", "正在等待另一个进程"))
            }
            Notice::Rebuilding(reason) => {
                format!("{} ({reason})", self.say("rebuilding the projection from the ledger", "正在由账本重建投影"))
            }
            Notice::NotPublished(why) => {
                let said =
                    self.say("committed, but what others fetch is not up to date", "已提交，但对外发布的日志未能更新");
                format!("{said}: {why}")
            }
            Notice::Recovered(what) => format!("{}: {what}", self.say("recovered", "已恢复")),
        };
        self.bar.say(&text);
    }

    /// Who hears how far a long reading is.
    pub(super) fn progress(&self) -> &dyn Progress {
        if std::io::stderr().is_terminal() { &self.bar } else { &NoProgress }
    }

    /// How catalog directories are read.
    pub(super) fn reader(&self, reading: &Reading) -> Reader<'_> {
        let encoding = if reading.encoding == "gb18030" { Encoding::Gb18030 } else { Encoding::Utf8 };
        Reader { encoding, lenient: reading.lenient, progress: self.progress() }
    }

    /// The store, wherever it is.
    pub(super) fn store(&self) -> Result<Database, Failure> {
        let here = std::env::current_dir()?;
        Ok(Database::find_store(self.global.store.as_deref(), &here)?)
    }

    /// The store, wherever it is, damaged or not.
    pub(super) fn damaged_store(&self) -> Result<Database, Failure> {
        let here = std::env::current_dir()?;
        Ok(Database::find_damaged_store(self.global.store.as_deref(), &here)?)
    }

    /// Where the records are.
    pub(super) fn database(&self, dir: Option<&Path>) -> Result<Database, Failure> {
        match dir {
            Some(dir) => Ok(Database::Directory(dir.to_owned())),
            None => self.store(),
        }
    }

    /// The folder that is to hold a new store.
    pub(super) fn new_store_folder(&self, named: Option<&Path>) -> Result<PathBuf, Failure> {
        match named.or(self.global.store.as_deref()) {
            Some(folder) => Ok(folder.to_owned()),
            None => Ok(std::env::current_dir()?),
        }
    }

    /// The graph that a reading command answers from.
    pub(super) fn snapshot(&self, source: &Source) -> Result<Snapshot, Failure> {
        let database = self.database(source.dir.as_deref())?;
        let reader = self.reader(&source.reading);
        let snapshot = self.with_environment(|e| database.snapshot(source.at.as_deref(), &reader, e))?;
        // What a past state held is as old as it was told to be then.
        if let (Database::Store(_), None) = (&database, &source.at) {
            self.tell_ages(&database, source.max_age.as_deref())?;
        }
        for note in &snapshot.notes {
            self.bar.say(&note.message(self.language));
        }
        Ok(if source.agreed_only { snapshot.agreed_only() } else { snapshot })
    }

    /// Says how old what is held of each member is, which the answer rests on.
    fn tell_ages(&self, database: &Database, max_age: Option<&str>) -> Result<(), Failure> {
        let wrong = |word: &str| Failure::Usage(format!("`{word}` is no length of time; write it as 12h or 7d"));
        let most = max_age.map(|word| duration::parse(word).ok_or_else(|| wrong(word))).transpose()?;
        let mut told = Vec::new();
        for source in source_ages(database.layout()?, Timestamp::now())? {
            let age = source.seconds.map_or_else(|| self.say("of unknown age", "时间不详").to_owned(), duration::told);
            if most.is_some_and(|most| source.seconds.is_none_or(|seconds| seconds > most)) {
                let failed = source.failed.map(|why| format!("; the newest fetch failed: {why}")).unwrap_or_default();
                return Err(Failure::Usage(format!(
                    "what is held of {} is {age} old, and --max-age is {}{failed}",
                    source.catalog,
                    max_age.unwrap_or_default()
                )));
            }
            let failed = if source.failed.is_some() {
                self.say(" (the newest fetch failed)", "（最近一次获取失败）")
            } else {
                ""
            };
            told.push(format!("{} {age}{failed}", source.catalog));
        }
        if !told.is_empty() {
            let list = told.join(self.say(", ", "、"));
            self.bar.say(&format!("{}: {list}", self.say("age of sources", "来源的新旧")));
        }
        Ok(())
    }

    /// One of two sides to compare: a catalog directory, or a state of the store.
    pub(super) fn side(&self, word: &str, reading: &Reading) -> Result<Snapshot, Failure> {
        let dir = Path::new(word);
        let is_dir = dir.is_dir();
        let database = self.database(is_dir.then_some(dir))?;
        let reader = self.reader(reading);
        Ok(self.with_environment(|e| database.snapshot((!is_dir).then_some(word), &reader, e))?)
    }

    /// The snapshot with the files of a directory put over it.
    pub(super) fn what_if(&self, snapshot: &Snapshot, dir: &Path, source: &Source) -> Result<Snapshot, Failure> {
        let after = what_if(snapshot, dir, &self.reader(&source.reading))?;
        for (kind, id) in newly_dangling(snapshot, &after) {
            self.tell(&match self.language {
                Language::English => format!("{}: no {} has the id `{id}`", dir.display(), kind.label()),
                Language::Chinese => format!("{}：没有代号为 `{id}` 的{}", dir.display(), kind.spec().chinese),
            });
        }
        Ok(if source.agreed_only { after.agreed_only() } else { after })
    }

    /// Says something on standard error.
    pub(super) fn tell(&self, text: &str) {
        self.bar.say(text);
    }

    /// Names records that cannot be taken, on standard error.
    pub(super) fn print_rejections(&self, rejections: &[Rejection], most: usize) {
        for rejection in rejections.iter().take(most) {
            self.tell(&rejection.message(self.language));
        }
        if rejections.len() > most {
            let more = rejections.len() - most;
            self.tell(&match self.language {
                Language::English => format!("… and {more} more"),
                Language::Chinese => format!("……另有 {more} 条"),
            });
        }
    }
}

/// Whether a file's ending stands for a format that is none of ours.
fn is_of_another_format(path: &Path) -> bool {
    const OTHERS: [&str; 10] = ["html", "htm", "xlsx", "xls", "ods", "docx", "pdf", "xml", "parquet", "zip"];
    path.extension().is_some_and(|ending| OTHERS.iter().any(|other| ending.eq_ignore_ascii_case(other)))
}

/// The day that a word means; today without one.
pub(super) fn day(word: Option<&str>) -> Result<Date, Failure> {
    match word {
        None => Ok(TimeZone::system().to_datetime(Timestamp::now()).date()),
        Some(word) => crate::database::date::parse(word)
            .ok_or_else(|| Failure::Usage(format!("`{word}` is no date; write it as 2026-05-01"))),
    }
}

/// How to try a ledger that may be damaged: this program, in a child process.
pub(super) fn probe() -> Option<ProbeCommand> {
    let program = std::env::current_exe().ok();
    program.map(|program| ProbeCommand { program, arguments: vec![PROBE.into()], deadline: None })
}

/// Who this process works for.
fn author() -> String {
    ["TIAOKUAI_AUTHOR", "USER", "USERNAME", "LOGNAME"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()))
        .unwrap_or_else(|| "unknown".to_owned())
}
