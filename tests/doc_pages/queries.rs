//! `docs/queries.md` is what the headers of the saved queries say.

use std::fmt::Write;

use tiaokuai::query::saved::{Saved, built_in};

use crate::hold;

const HEAD: &str = "\
# Saved queries · 保存的查询

Questions that architects and auditors ask, each a file of the folder `queries` that can be read, run and changed. This page
is made from their headers and held against them by a test; it is not edited by hand.

架构师和审计人员常问的问题，每个问题是 `queries` 目录中的一个文件，可读、可运行、可修改。本页由各文件的文件头生成，请勿手工编辑。

A file begins with comment lines: `// title: …`, `// 标题: …`, `// question: …`, `// 问题: …`, and for each parameter
`// parameter NAME: TYPE = DEFAULT`, with what it means indented below, in Chinese after `中文:`. The types are `string`,
`integer`, `float`, `boolean`, `date`, `list` (texts with `;` between them) and `region` (a code whose zeros at the end may be
left out: `51` is `510000`). A parameter without a default has to be given.
";

fn section(saved: &Saved) -> String {
    let Saved { name, title, question, parameters, .. } = saved;
    let mut text = format!("\n## `{name}`\n\n{} · {}\n\n{}\n\n{}\n", title.en, title.zh, question.en, question.zh);
    if !parameters.is_empty() {
        text.push_str("\n| parameter | what it means | 含义 |\n|---|---|---|\n");
    }
    for parameter in parameters {
        let default = if parameter.default.is_some() { "" } else { " (to be given · 必填)" };
        let about = &parameter.about;
        writeln!(text, "| `{}`{default} | {} | {} |", parameter.signature(), about.en, about.zh).unwrap();
    }
    text
}

#[test]
fn the_page_says_what_the_headers_say() {
    hold("queries.md", &std::iter::once(HEAD.to_owned()).chain(built_in().iter().map(section)).collect::<String>());
}

/// Titles and questions are of the language that they stand under, and questions ask.
#[test]
fn every_query_asks_in_both_languages() {
    for Saved { name, title, question, .. } in built_in() {
        assert!(title.en.is_ascii() && !title.zh.is_ascii(), "{name}: {title:?}");
        assert!(!question.zh.is_ascii() && question.zh.contains('？'), "{name}: {question:?}");
        assert!(question.en.contains('?'), "{name}: {question:?}");
    }
}
