//! The silos of the page.

use std::collections::BTreeMap;

use super::names::Reader;
use super::{Making, most_first};
use crate::database::error::Result;
use crate::graph::{Node, Presence};
use crate::model::{Kind, RelType, Value};
use crate::query::registry::Arguments;
use crate::report::page::{SiloItem, SiloSection};

impl Making<'_, '_> {
    /// The section of silos.
    pub(super) fn silos(&self) -> Result<SiloSection> {
        let inside = self.inside();
        let shareable = |&d: &Node| {
            let holder = self.graph.one_in(RelType::Holds, d);
            let held = holder.is_some_and(|h| self.graph.presence(h) == Presence::Defined && inside(h));
            held && self.graph.text(d, "share") != Some("withheld")
        };
        let mut section = SiloSection {
            datasets: self.graph.nodes(Kind::Dataset).filter(shareable).count() as u64,
            ..SiloSection::default()
        };
        drop(inside);
        let asked = self.ask("silos", Arguments::new())?;
        let reader = Reader::of(&asked.rows);
        let mut by_cause: BTreeMap<String, u64> = BTreeMap::new();
        asked.rows.visit(|row| {
            section.total += 1;
            match by_cause.get_mut(reader.text(row, "cause")) {
                Some(count) => *count += 1,
                None => drop(by_cause.insert(reader.owned(row, "cause"), 1)),
            }
            let needed_by = reader.integer(row, "needed_by").unwrap_or(0) as u64;
            section.needed += u64::from(needed_by > 0);
            if section.worst.len() < self.top {
                section.worst.push(SiloItem {
                    finding_id: reader.owned(row, "finding_id"),
                    dataset: reader.owned(row, "dataset"),
                    title: reader.owned(row, "title"),
                    holder: reader.owned(row, "holder"),
                    holder_name: self.names.by_id(Kind::Department, reader.text(row, "holder")),
                    region_name: self.names.by_id(Kind::Region, reader.text(row, "region")),
                    cause: reader.owned(row, "cause"),
                    barrier: reader.owned(row, "barrier"),
                    needed_by,
                    certainty: reader.owned(row, "certainty"),
                });
            }
        });
        section.by_cause = most_first(by_cause);
        self.tell("silos", &reader, &asked.tally.borrow(), &asked.waived.borrow());
        for scope in ["tier", "line", "region", "sector", "platform"] {
            let asked = self.ask("silos", Arguments::new().with("scope", Value::text(Some(scope))))?;
            asked.reading.narrow([]);
            section.by_scope.push((scope.to_owned(), asked.rows.pass_over()));
        }
        Ok(section)
    }
}
