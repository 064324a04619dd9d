//! The commands of the shell: lines that begin with a colon.

use std::path::Path;

use super::{Next, Shell};
use crate::cli::exit::Failure;
use crate::cli::output;
use crate::database::{Rows, Value, parameter};
use crate::report::{Format, RenderOptions, render};

/// What a command takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Argument {
    /// Nothing.
    None,
    /// The name of a command.
    Command,
    /// The name of a format.
    Format,
    /// `on` or `off`.
    Switch,
    /// A parameter and its value.
    Parameter,
    /// The name of a file.
    File,
    /// A query.
    Query,
}

/// A command.
#[derive(Debug)]
pub(super) struct Command {
    /// Its name.
    pub(super) name: &'static str,
    /// How its argument is written.
    usage: &'static str,
    /// What it takes.
    pub(super) argument: Argument,
    /// What it does, in English.
    en: &'static str,
    /// What it does, in Chinese.
    zh: &'static str,
    run: fn(&mut Shell<'_>, &str) -> Result<Next, Failure>,
}

impl Command {
    /// The command of a name, which may be shortened to `q` or `h` where everybody does.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        let name = match name {
            "q" | "exit" => "quit",
            "h" | "?" => "help",
            name => name,
        };
        COMMANDS.iter().find(|c| c.name == name)
    }
}

/// All commands, in the order in which they are told.
pub(super) const COMMANDS: &[Command] = &[
    Command {
        name: "help",
        usage: "[COMMAND]",
        argument: Argument::Command,
        en: "what commands there are",
        zh: "列出命令",
        run: help,
    },
    Command {
        name: "mode",
        usage: "[FORMAT]",
        argument: Argument::Format,
        en: "how rows are written: table, csv, tsv, json, jsonl or markdown",
        zh: "结果的格式：table、csv、tsv、json、jsonl 或 markdown",
        run: mode,
    },
    Command {
        name: "param",
        usage: "NAME [= VALUE]",
        argument: Argument::Parameter,
        en: "give a parameter a value: JSON where it is that, else a text; without a value, forget it",
        zh: "为参数赋值：合法的 JSON 按 JSON 解读，否则作为文本；不带值则清除该参数",
        run: param,
    },
    Command {
        name: "params",
        usage: "",
        argument: Argument::None,
        en: "the parameters and their values",
        zh: "列出参数及其值",
        run: params,
    },
    Command {
        name: "schema",
        usage: "",
        argument: Argument::None,
        en: "labels, relationship types and property keys",
        zh: "列出标签、关系类型和属性键",
        run: schema,
    },
    Command {
        name: "explain",
        usage: "QUERY",
        argument: Argument::Query,
        en: "the plan of a query, which does not run",
        zh: "显示查询计划，不执行查询",
        run: explain,
    },
    Command {
        name: "timing",
        usage: "[on|off]",
        argument: Argument::Switch,
        en: "tell after each query how many rows it answered and how long it took",
        zh: "每次查询后显示行数和用时",
        run: timing,
    },
    Command {
        name: "source",
        usage: "FILE",
        argument: Argument::File,
        en: "run the statements and commands of a file",
        zh: "执行文件中的语句和命令",
        run: source,
    },
    Command {
        name: "export",
        usage: "FILE",
        argument: Argument::File,
        en: "write the rows of the last query to a file, in the format of its ending",
        zh: "将上一次查询的结果写入文件，格式由扩展名决定",
        run: export,
    },
    Command {
        name: "quit",
        usage: "",
        argument: Argument::None,
        en: "leave (Ctrl-D does too)",
        zh: "退出（或按 Ctrl-D）",
        run: |_, _| Ok(Next::Leave),
    },
];

/// Does what a command asks. A semicolon at its end is a habit, and means nothing.
pub(super) fn run(shell: &mut Shell<'_>, text: &str) -> Result<Next, Failure> {
    let (name, argument) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let (name, argument) = (name.trim_end_matches(';'), argument.trim().trim_end_matches(';').trim_end());
    let Some(command) = Command::named(name) else { return Err(unknown(shell, name)) };
    let wanted = matches!(command.argument, Argument::File | Argument::Query | Argument::Parameter);
    let unwanted = command.argument == Argument::None;
    if (wanted && argument.is_empty()) || (unwanted && !argument.is_empty()) {
        let usage = format!(":{} {}", command.name, command.usage);
        return Err(shell.usage(format!("write `{}`", usage.trim()), format!("用法：`{}`", usage.trim())));
    }
    (command.run)(shell, argument)
}

fn unknown(shell: &Shell<'_>, name: &str) -> Failure {
    let near = COMMANDS.iter().map(|c| c.name).min_by_key(|known| strsim::osa_distance(known, name));
    match near.filter(|known| strsim::osa_distance(known, name) <= 2 && name.len() > 2) {
        Some(near) => shell.usage(
            format!("there is no command `:{name}`; did you mean `:{near}`?"),
            format!("没有命令 `:{name}`；是否指 `:{near}`？"),
        ),
        None => shell.usage(
            format!("there is no command `:{name}`; `:help` lists them"),
            format!("没有命令 `:{name}`；可用 `:help` 列出"),
        ),
    }
}

fn help(shell: &mut Shell<'_>, name: &str) -> Result<Next, Failure> {
    let name = name.trim_start_matches(':');
    let one = Command::named(name);
    if one.is_none() && !name.is_empty() {
        return Err(unknown(shell, name));
    }
    let context = shell.context;
    let all = COMMANDS.iter().filter(|c| one.is_none_or(|one| one.name == c.name));
    output::write_to(context, |out| {
        for command in all {
            let usage = format!(":{} {}", command.name, command.usage);
            writeln!(out, "{usage:<22} {}", context.say(command.en, command.zh))?;
        }
        if one.is_none() {
            let english =
                "A query ends with `;`. SHOW LABELS, SHOW PROCEDURES and SHOW FUNCTIONS tell what one can name.";
            let chinese = "查询以 `;` 结尾。SHOW LABELS、SHOW PROCEDURES 和 SHOW FUNCTIONS 列出可用的名称。";
            writeln!(out, "\n{}", context.say(english, chinese))?;
        }
        Ok(Next::Go)
    })
}

fn mode(shell: &mut Shell<'_>, name: &str) -> Result<Next, Failure> {
    if name.is_empty() {
        return say(shell, shell.format.name());
    }
    shell.format = name.parse().map_err(|e: crate::report::UnknownFormat| Failure::Usage(e.to_string()))?;
    Ok(Next::Go)
}

fn timing(shell: &mut Shell<'_>, word: &str) -> Result<Next, Failure> {
    shell.timing = match word {
        "" => !shell.timing,
        "on" => true,
        "off" => false,
        _ => {
            return Err(
                shell.usage("write `:timing on` or `:timing off`".into(), "用法：`:timing on` 或 `:timing off`".into())
            );
        }
    };
    Ok(Next::Go)
}

/// `name = VALUE`, and what users of other shells write: `name => VALUE`, `name: VALUE`.
fn param(shell: &mut Shell<'_>, text: &str) -> Result<Next, Failure> {
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, '=' | ':')).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let (name, rest) = (name.trim_start_matches('$'), rest.trim_start());
    let value = rest.strip_prefix("=>").or_else(|| rest.strip_prefix(['=', ':']));
    match value.map(str::trim) {
        _ if name.is_empty() => Err(usage_of_param(shell)),
        None if rest.is_empty() => {
            shell.parameters.remove(name);
            Ok(Next::Go)
        }
        None | Some("") => Err(usage_of_param(shell)),
        Some(value) => {
            shell.parameters.insert(name.to_owned(), value.to_owned());
            Ok(Next::Go)
        }
    }
}

fn usage_of_param(shell: &Shell<'_>) -> Failure {
    shell.usage("write `:param NAME = VALUE`".into(), "用法：`:param NAME = VALUE`".into())
}

fn params(shell: &mut Shell<'_>, _: &str) -> Result<Next, Failure> {
    let rows = shell.parameters.iter().map(|(name, value)| {
        let ty = parameter(value).type_name();
        vec![Value::text(Some(name)), Value::text(Some(value)), Value::owned(ty.to_string())]
    });
    output::rows_as(shell.context, shell.format, Rows::named(names(&["name", "value", "type"]), rows))?;
    Ok(Next::Go)
}

fn schema(shell: &mut Shell<'_>, _: &str) -> Result<Next, Failure> {
    let mut rows: Vec<Vec<Value<'static>>> = Vec::new();
    shell.ask(&shell.parameters, "SHOW LABELS", |answer| {
        rows.extend(answer.map(|row| row.into_iter().map(Value::into_owned).collect()));
    })?;
    let vocabulary = shell.vocabulary();
    rows.extend(
        vocabulary
            .keys
            .into_iter()
            .map(|key| vec![Value::text(Some("property key")), Value::owned(key), Value::Null, Value::Null]),
    );
    let columns = names(&["kind", "name", "alias", "count"]);
    output::rows_as(shell.context, shell.format, Rows::named(columns, rows.into_iter()))?;
    Ok(Next::Go)
}

fn explain(shell: &mut Shell<'_>, query: &str) -> Result<Next, Failure> {
    shell.statement(&format!("EXPLAIN {query}"))?;
    Ok(Next::Go)
}

fn source(shell: &mut Shell<'_>, path: &str) -> Result<Next, Failure> {
    super::script::run_file(shell, Path::new(unquoted(path)))
}

fn export(shell: &mut Shell<'_>, path: &str) -> Result<Next, Failure> {
    let path = Path::new(unquoted(path));
    let Some(format) = Format::of_file(&path.to_string_lossy()) else {
        return Err(shell.usage(
            format!(
                "{}: its ending tells no format; there are .csv, .tsv, .json, .jsonl, .md and .txt",
                path.display()
            ),
            format!("{}：无法由扩展名得知格式；可用 .csv、.tsv、.json、.jsonl、.md 和 .txt", path.display()),
        ));
    };
    let Some(answer) = &shell.last else {
        return Err(shell.usage("no query was answered yet".into(), "尚无查询结果".into()));
    };
    let language = shell.context.language;
    let options = RenderOptions::default();
    // The query is asked within the writing, so that one that fails leaves no part of a file.
    let written = output::write_file(path, |out| match answer.kept.rows() {
        Some(rows) => Ok(render(rows, format, language, &options, out)?),
        // A query over a snapshot changes nothing, and can be asked again.
        None if shell.ground.is_fixed() => {
            let write = |rows: Rows<'_>| render(rows, format, language, &options, out);
            Ok(shell.ask(&answer.parameters, &answer.text, write)??)
        }
        None => {
            let rows = answer.kept.passed();
            Err(shell.usage(
                format!("the last answer had {rows} rows, which are too many to keep: add a LIMIT"),
                format!("上一次查询有 {rows} 行，超出可保留的行数：请加上 LIMIT"),
            ))
        }
    })?;
    let (rows, place) = (written.rows, path.display());
    let some = if rows == 1 { "row" } else { "rows" };
    shell.context.tell(shell.context.say(&format!("{rows} {some} in {place}"), &format!("已将 {rows} 行写入 {place}")));
    Ok(Next::Go)
}

fn say(shell: &Shell<'_>, text: &str) -> Result<Next, Failure> {
    output::write_to(shell.context, |out| Ok(writeln!(out, "{text}")?))?;
    Ok(Next::Go)
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

/// A file's name, which may stand in quotes.
fn unquoted(path: &str) -> &str {
    let within = |quote| path.strip_prefix(quote).and_then(|p: &str| p.strip_suffix(quote));
    within('"').or_else(|| within('\'')).unwrap_or(path)
}
