//! `docs/procedures.md` is what the registry of procedures says.

use std::fmt::Write;

use tiaokuai::database::{Described, described_procedures};

use crate::hold;

const HEAD: &str = "\
# Procedures · 过程

What `CALL` runs on a catalog. `SHOW PROCEDURES` lists the same, and `--help` of a finding's command gives the same signature.
This page is made from the registry and held against it by a test; it is not edited by hand.

本页由过程登记表生成，与 `SHOW PROCEDURES` 及各命令 `--help` 中的签名一致，请勿手工编辑。

`?` marks what may be left out. A finding takes the options of its command in a map, and gives the rows of its command, those
that are waived left out: `CALL silos({scope: 'region', region: '510000'}) YIELD dataset, severity`. Every column may be null.

`?` 表示可省略。各发现的选项以映射给出，结果与同名命令一致（不含已豁免的行）；任何列都可能为空。
";

fn section(procedure: &Described) -> String {
    let Described { name, signature, about, parameters } = procedure;
    let mut text = format!("\n## `{name}`\n\n{} · {}\n\n```text\n{signature}\n```\n", about.en, about.zh);
    for parameter in parameters.iter().filter(|p| !p.about.en.is_empty()) {
        write!(text, "\n- `{}`: {} · {}", parameter.name, parameter.about.en, parameter.about.zh).unwrap();
    }
    if text.ends_with("```\n") { text } else { text + "\n" }
}

#[test]
fn the_page_says_what_the_registry_says() {
    let sections = described_procedures();
    hold("procedures.md", &std::iter::once(HEAD.to_owned()).chain(sections.iter().map(section)).collect::<String>());
}

/// A column of a type that is not its own would be refused, or accepted, wrongly before a query runs.
#[test]
fn no_column_is_of_any_type() {
    for Described { name, signature, .. } in described_procedures() {
        assert!(!signature.contains(":: Any"), "{name}: {signature}");
    }
}
