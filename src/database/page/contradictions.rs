//! Records of the page that cannot all be true.

use super::Making;
use super::names::Reader;
use crate::database::error::Result;
use crate::model::{Kind, Language, Value};
use crate::query::registry::Arguments;
use crate::query::rows::Row;
use crate::report::page::Contradictions;

impl Making<'_, '_> {
    /// The finding's rows as sentences.
    pub(super) fn contradictions(&self) -> Result<Contradictions> {
        let asked = self.ask("contradictions", Arguments::new())?;
        let reader = Reader::of(&asked.rows);
        let mut found = Contradictions::default();
        for row in asked.rows {
            found.total += 1;
            if found.worst.len() < self.top {
                found.worst.push(self.contradiction(&reader, &row));
            }
        }
        self.tell("contradictions", &reader, &asked.tally.borrow(), &asked.waived.borrow());
        Ok(found)
    }

    fn contradiction(&self, reader: &Reader, row: &Row<'_>) -> String {
        let (record, detail) = (reader.text(row, "record"), reader.text(row, "detail"));
        let name = |kind| self.names.by_id(kind, record);
        let edge = || {
            let cells = ["type", "from", "to"].map(|c| (c.into(), Value::owned(reader.owned(row, c))));
            let edge = self.names.edge_of_value(&Value::Map(cells.to_vec()));
            edge.map(|edge| edge.clause(self.language)).unwrap_or_default()
        };
        let (english, chinese) = match reader.text(row, "reason") {
            "not-running" => {
                let (edge, name) = (edge(), name(Kind::Platform));
                (format!("{edge}, and {name} does not run"), format!("{edge}，而{name}并未运行"))
            }
            "withheld-granted" => {
                let title = name(Kind::Dataset);
                let to = self.names.by_id(Kind::Department, reader.text(row, "to"));
                (format!("{title} is withheld, and granted to {to}"), format!("“{title}”不予共享，却已授权给{to}"))
            }
            "superior-not-above" => {
                let (name, superior) = (name(Kind::Department), self.names.by_id(Kind::Department, detail));
                (
                    format!("{superior} is named as the superior of {name}, and does not stand above it"),
                    format!("{name}的上级填为{superior}，而其区划并不在上"),
                )
            }
            _ => {
                let name = name(Kind::Platform);
                (
                    format!("{name} runs, and is to be built only on {detail}"),
                    format!("{name}已在运行，建成日期却是{detail}"),
                )
            }
        };
        match self.language {
            Language::English => english,
            Language::Chinese => chinese,
        }
    }
}
