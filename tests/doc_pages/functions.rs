//! `docs/functions.md` is what the registry of functions says.

use std::fmt::Write;

use tiaokuai::query::functions::{Function, FunctionKind, subjects};

use crate::hold;

const HEAD: &str = "\
# Functions · 函数

The functions of the query language. `SHOW FUNCTIONS` lists the same. This page is made from the registry
(`src/query/functions`) and held against it by a test; it is not edited by hand.

本页由函数登记表生成，与 `SHOW FUNCTIONS` 的内容一致，请勿手工编辑。

How to read it · 读法:

- Names may be written in any case. `?` marks an argument that may be left out, `…` that the last may be repeated.
  名称不区分大小写；`?` 表示可省略，`…` 表示最后一个参数可重复。
- If an argument is null, so is the result, where a line does not say otherwise; a length below 0 is an error all the same.
  除另有说明外，任一参数为空则结果为空。
- An argument of a type that is not listed is an error. 参数类型不在所列之中即为错误。
- Positions and lengths in texts count characters (Unicode scalar values). 字符串的位置与长度按字符计。
";

fn line(function: &Function) -> String {
    let random = matches!(function.kind, FunctionKind::Scalar { volatile: true, .. });
    let signature = function.signature().replace('|', "\\|");
    let mark = if random { " ↻" } else { "" };
    format!("| `{signature}`{mark} | {} | {} |", function.about.en, function.about.zh)
}

fn page() -> String {
    let mut page = HEAD.to_owned();
    page.push_str("- ↻ marks a function whose result differs from call to call. ↻ 表示每次调用结果可能不同。\n");
    for subject in subjects() {
        let title = subject.title;
        write!(page, "\n## {} · {}\n\n| function | what it gives | 说明 |\n|---|---|---|\n", title.en, title.zh)
            .unwrap();
        for function in subject.functions {
            writeln!(page, "{}", line(function)).unwrap();
        }
    }
    page
}

#[test]
fn the_page_says_what_the_registry_says() {
    hold("functions.md", &page());
}

/// A line without a full stop, or in one language twice, is a slip.
#[test]
fn every_function_is_told_in_both_languages() {
    for function in subjects().iter().flat_map(|subject| subject.functions) {
        let about = function.about;
        let english = about.en.chars().all(|c| c.is_ascii() || c == '…');
        assert!(english && about.en.ends_with('.'), "{}: {}", function.name, about.en);
        assert!(!about.zh.is_ascii() && about.zh.ends_with('。'), "{}: {}", function.name, about.zh);
        assert!(!about.en.contains('|') && !about.zh.contains('|'), "{}: a sign of tables", function.name);
    }
}
