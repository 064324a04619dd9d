//! The unmet needs of the page.

use std::collections::BTreeMap;

use hashbrown::HashMap;

use super::names::Reader;
use super::{Making, most_first};
use crate::database::error::Result;
use crate::findings::finding_id;
use crate::model::{Kind, Value};
use crate::query::registry::Arguments;
use crate::query::rows::Row;
use crate::report::page::{RepairItem, UnreachableItem, UnreachableSection};

/// The column of a finding's id.
const ID: &str = "finding_id";

impl<'g> Making<'g, '_> {
    /// The section, and a need to look into: its consumer and dataset.
    pub(super) fn unreachable(&self, tier: &str) -> Result<(UnreachableSection, Option<(String, String)>)> {
        let mut section =
            UnreachableSection { tier: tier.to_owned(), needs: self.counted_needs(tier), ..Default::default() };
        let asked = self.ask("unreachable", Arguments::new().with("tier", Value::owned(tier.to_owned())))?;
        let reader = Reader::of(&asked.rows);
        // There are millions, and the ids of those that are shown alone are wanted.
        let columns = asked.rows.columns().iter().filter(|column| *column != ID).map(AsRef::as_ref);
        asked.reading.narrow(reader.positions(&columns.collect::<Vec<_>>()));
        let mut by_cause: BTreeMap<String, u64> = BTreeMap::new();
        let mut by_cost: BTreeMap<(bool, i64), u64> = BTreeMap::new();
        let mut single: HashMap<String, (u64, Value<'g>)> = HashMap::new();
        // The worst: needs that one edge would meet, each edge once, then those that nothing would.
        let mut shown: Vec<(String, Row<'g>)> = Vec::new();
        // Written anew for each row: there are millions.
        let mut key = String::new();
        asked.rows.visit(|row| {
            section.total += 1;
            let cause = reader.text(row, "cause");
            match by_cause.get_mut(cause) {
                Some(count) => *count += 1,
                None => drop(by_cause.insert(cause.to_owned(), 1)),
            }
            if cause == "withheld" {
                section.withheld += 1;
                return;
            }
            section.violations += 1;
            let cost = reader.integer(row, "repair_cost");
            *by_cost.entry((cost.is_none(), cost.unwrap_or(0))).or_default() += 1;
            if let (Some(1), Some(Value::List(edges))) = (cost, reader.value(row, "repair"))
                && let [edge] = &edges[..]
            {
                write_key(edge, &mut key);
                match single.get_mut(&key) {
                    Some((count, _)) => *count += 1,
                    None => {
                        single.insert(key.clone(), (1, edge.clone()));
                        if single.len() <= 100_000 {
                            shown.push((key.clone(), row.clone()));
                        }
                    }
                }
            } else if shown.len() < self.top {
                shown.push((String::new(), row.clone()));
            }
        });
        section.by_cause = most_first(by_cause);
        section.by_cost = by_cost.into_iter().map(|((none, cost), n)| ((!none).then_some(cost as u32), n)).collect();
        let mut best: Vec<(&String, &(u64, Value<'g>))> = single.iter().collect();
        best.sort_by(|a, b| b.1.0.cmp(&a.1.0).then_with(|| a.0.cmp(b.0)));
        for (_, (needs, edge)) in best.iter().take(self.top) {
            if let Some(edge) = self.names.edge_of_value(edge) {
                section.best_repairs.push(RepairItem { edge, needs: *needs });
            }
        }
        shown.sort_by_key(|(key, _)| std::cmp::Reverse(single.get(key).map_or(0, |(n, _)| *n)));
        let example = shown.first().map(|(_, row)| (reader.owned(row, "consumer"), reader.owned(row, "dataset")));
        for (_, row) in shown.iter().take(self.top) {
            section.worst.push(self.unreachable_item(&reader, row));
        }
        self.tell("unreachable", &reader, &asked.tally.borrow(), &asked.waived.borrow());
        Ok((section, example))
    }

    fn unreachable_item(&self, reader: &Reader, row: &Row<'_>) -> UnreachableItem {
        let repair = match reader.value(row, "repair") {
            Some(Value::List(edges)) => edges.iter().filter_map(|e| self.names.edge_of_value(e)).collect(),
            _ => Vec::new(),
        };
        let service = reader.text(row, "service");
        let key = [reader.text(row, "consumer"), reader.text(row, "dataset"), service];
        UnreachableItem {
            finding_id: finding_id("unreachable", &key).into(),
            consumer: reader.owned(row, "consumer"),
            consumer_name: self.names.by_id(Kind::Department, reader.text(row, "consumer")),
            region_name: self.names.by_id(Kind::Region, reader.text(row, "consumer_region")),
            dataset: reader.owned(row, "dataset"),
            title: reader.owned(row, "title"),
            holder_name: self.names.by_id(Kind::Department, reader.text(row, "holder")),
            service_name: if service.is_empty() { String::new() } else { self.names.by_id(Kind::Service, service) },
            cause: reader.owned(row, "cause"),
            repair,
            repair_cost: reader.integer(row, "repair_cost").map(|c| c as u32),
            certainty: reader.owned(row, "certainty"),
        }
    }
}

/// Writes what tells one sharing edge from another.
fn write_key(edge: &Value<'_>, key: &mut String) {
    key.clear();
    let Value::Map(entries) = edge else { return };
    for (_, value) in entries {
        key.push_str(value.as_text().unwrap_or_default());
        key.push('\n');
    }
}
