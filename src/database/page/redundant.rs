//! What was built twice, on the page.

use std::collections::{BTreeMap, HashMap};

use super::names::Reader;
use super::{Making, most_first};
use crate::database::error::Result;
use crate::model::{Kind, Language, Value};
use crate::query::registry::Arguments;
use crate::query::rows::Row;
use crate::report::page::{RedundantItem, RedundantSection};

impl Making<'_, '_> {
    /// The section of what was built twice.
    pub(super) fn redundant(&self) -> Result<RedundantSection> {
        let mut section = RedundantSection::default();
        let asked = self.ask("redundant", Arguments::new())?;
        let reader = Reader::of(&asked.rows);
        let mut by_rule: BTreeMap<String, u64> = BTreeMap::new();
        // A platform may break several rules: its cost could have been saved only once.
        let mut saved: HashMap<String, f64> = HashMap::new();
        for row in asked.rows {
            section.total += 1;
            *by_rule.entry(reader.owned(&row, "rule")).or_default() += 1;
            section.violations += u64::from(reader.text(&row, "severity") == "violation");
            let cost = match reader.value(&row, "cost") {
                Some(Value::Float(cost)) => *cost,
                _ => 0.0,
            };
            let rule = reader.text(&row, "rule");
            match (rule, reader.value(&row, "members")) {
                ("look-alike", _) => {}
                (_, Some(Value::List(members))) => self.save_members(members, &mut saved),
                _ => drop(saved.insert(reader.owned(&row, "platform"), cost)),
            }
            if section.worst.len() < self.top {
                section.worst.push(self.redundant_item(&reader, &row, cost));
            }
        }
        section.cost_total = saved.values().sum();
        section.by_rule = most_first(by_rule);
        self.tell("redundant", &reader, &asked.tally.borrow(), &asked.waived.borrow());
        Ok(section)
    }

    /// All of a group but the dearest could have been saved.
    fn save_members(&self, members: &[Value<'_>], saved: &mut HashMap<String, f64>) {
        let mut costs: Vec<(f64, String)> = members
            .iter()
            .filter_map(Value::as_text)
            .map(|id| {
                let node = self.graph.find(Kind::Platform, id);
                let bits = node.and_then(|n| self.graph.number(n, "cost"));
                (bits.map_or(0.0, |bits| f64::from_bits(bits as u64)), id.to_owned())
            })
            .collect();
        costs.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        saved.extend(costs.into_iter().skip(1).map(|(cost, id)| (id, cost)));
    }

    fn redundant_item(&self, reader: &Reader, row: &Row<'_>, cost: f64) -> RedundantItem {
        let members: Vec<String> = match reader.value(row, "members") {
            Some(Value::List(members)) => {
                members.iter().filter_map(Value::as_text).map(|id| self.names.by_id(Kind::Platform, id)).collect()
            }
            _ => Vec::new(),
        };
        let named = |kind, column| match reader.text(row, column) {
            "" => String::new(),
            id => self.names.by_id(kind, id),
        };
        RedundantItem {
            finding_id: reader.owned(row, "finding_id"),
            rule: reader.owned(row, "rule"),
            name: reader.owned(row, "name"),
            function: reader.owned(row, "function"),
            operator_name: named(Kind::Department, "operator"),
            region_name: named(Kind::Region, "region"),
            counterpart_name: named(Kind::Platform, "counterpart"),
            members,
            cost: (cost > 0.0).then_some(cost),
            reason: reason_in_words(reader.text(row, "reason"), self.language),
            severity: reader.owned(row, "severity"),
            certainty: reader.owned(row, "certainty"),
        }
    }
}

/// The reason of a redundant row as a sentence; evidence in figures stays as it is.
fn reason_in_words(reason: &str, language: Language) -> String {
    let (english, chinese) = match reason {
        "above-not-running" => ("the platform above does not run yet", "上级平台尚未运行"),
        "being-built" => ("it is still planned or being built", "本平台仍在规划或建设中"),
        "built-later" => ("it was built no earlier than the platform above", "本平台不早于上级平台建成"),
        "built-earlier" => ("it was there first: to migrate, not to blame", "本平台建成在先：应迁移，不追责"),
        "date-unknown" => ("a date of building is unknown", "建成日期不详"),
        "not-unified" => ("several regions below each built their own", "下级多地分别建设"),
        "same-region" => ("several stand in the same region", "同一区划内多个并存"),
        other => return other.to_owned(),
    };
    language.pick(english, chinese).to_owned()
}
