//! The sections of the page on the findings beyond the first three: what they count, and the rows at their head in names.

use rayon::prelude::*;

use super::Making;
use super::names::Reader;
use crate::database::error::Result;
use crate::findings::procedures;
use crate::model::{Kind, Value};
use crate::query::registry::Arguments;
use crate::query::rows::Row;
use crate::query::saved::built_in;
use crate::report::page::{FurtherItem, FurtherSection};

/// The findings that have a section of another form, or none.
const ELSEWHERE: [&str; 5] = ["silos", "unreachable", "redundant", "why", "contradictions"];

/// The finding that is a plan.
const PLAN: &str = "prescribe";

/// At most so many edges are planned to be opened, as by the command.
const PLANNED: usize = 10;

/// The findings whose rows are for comparison, and none of them more than a note.
const NOTES_ALONE: [&str; 4] = ["burden", "disparity", "chokepoints", PLAN];

impl Making<'_, '_> {
    /// A section for each; those that have no region are left out of a region's report.
    pub(super) fn further(&self) -> Result<Vec<FurtherSection>> {
        let findings: Vec<&'static str> = procedures()
            .into_iter()
            .filter(|p| !ELSEWHERE.contains(&p.name) && (self.question.region.is_none() || p.region_by.is_some()))
            .map(|p| p.name)
            .collect();
        // A plan is made step after step, and takes longest. Much of every section is done on one core alone.
        let (plan, others): (Vec<_>, Vec<_>) = findings.iter().partition(|finding| **finding == PLAN);
        let sections = |findings: Vec<&'static str>| -> Result<Vec<FurtherSection>> {
            findings.into_par_iter().with_max_len(1).map(|finding| self.section(finding)).collect()
        };
        let (plan, others) = rayon::join(|| sections(plan), || sections(others));
        let mut sections: Vec<FurtherSection> = plan?.into_iter().chain(others?).collect();
        sections.sort_by_key(|section| findings.iter().position(|finding| *finding == section.finding));
        Ok(sections)
    }

    /// Shows the rows that are more than a note; of a finding that has but notes, the first that say something.
    fn section(&self, finding: &'static str) -> Result<FurtherSection> {
        let mut arguments = Arguments::new();
        if finding == PLAN {
            // Each step takes its time, and those that are not shown are not wanted.
            arguments = arguments.with("k", Value::Integer(self.top.clamp(1, PLANNED) as i64));
        }
        let asked = self.ask(finding, arguments)?;
        let reader = Reader::of(&asked.rows);
        let mut section = FurtherSection { finding: finding.to_owned(), ..FurtherSection::default() };
        let mut notes = Vec::new();
        let mut rows = asked.rows;
        while let Some(row) = rows.next() {
            section.total += 1;
            if reader.text(&row, "severity") == "note" {
                if NOTES_ALONE.contains(&finding) && notes.len() < self.top && is_telling(&reader, &row) {
                    notes.push(row);
                }
                continue;
            }
            section.grave += 1;
            if section.worst.len() < self.top {
                section.worst.push(self.further_item(&reader, &row));
            } else {
                // What follows is counted.
                section.total += rows.pass_over();
                section.grave = asked.tally.borrow().graver_than_notes();
                break;
            }
        }
        if section.grave == 0 {
            section.worst = notes.iter().map(|row| self.further_item(&reader, row)).collect();
        }
        self.tell(finding, &reader, &asked.tally.borrow(), &asked.waived.borrow());
        Ok(section)
    }

    fn further_item(&self, reader: &Reader, row: &Row<'_>) -> FurtherItem {
        let mut cells: Vec<(String, String)> =
            reader.cells(row).map(|(column, value)| (column.to_owned(), self.cell(column, value))).collect();
        let parts = ["type", "from", "to"].map(|column| reader.text(row, column));
        if parts.iter().all(|part| !part.is_empty()) {
            let cells_of_edge = ["type", "from", "to"].into_iter().zip(parts);
            let edge = Value::Map(cells_of_edge.map(|(c, v)| (c.into(), Value::owned(v.to_owned()))).collect());
            cells.push(("edge".to_owned(), self.cell("edges", &edge)));
        }
        FurtherItem { finding_id: reader.owned(row, "finding_id"), cells }
    }

    /// A cell as a reader knows it: records by their names, edges as clauses.
    fn cell(&self, column: &str, value: &Value<'_>) -> String {
        match value {
            Value::Null => String::new(),
            Value::Boolean(flag) => flag.to_string(),
            Value::Integer(number) => number.to_string(),
            Value::Float(number) => number.to_string(),
            Value::Date(day) => day.to_string(),
            Value::Text(id) => self.name_in(column, id),
            Value::List(items) => {
                let items: Vec<String> = items.iter().map(|item| self.cell(column, item)).collect();
                items.join(self.language.pick("; ", "；"))
            }
            Value::Map(_) => self.names.edge_of_value(value).map(|e| e.clause(self.language)).unwrap_or_default(),
            #[allow(unreachable_patterns, reason = "kinds of value that no finding has")]
            _ => String::new(),
        }
    }

    fn name_in(&self, column: &str, id: &str) -> String {
        if let (true, Some(saved)) = (column == "measure", built_in().iter().find(|saved| saved.name == id)) {
            return self.language.pick(&saved.title.en, &saved.title.zh).to_owned();
        }
        let kinds: &[Kind] = match column {
            "subject" => &Kind::NODES,
            "region" | "backstop" | "group" => &[Kind::Region],
            "line" => &[Kind::Line],
            "sector" => &[Kind::Sector],
            "department" | "holder" | "other_holder" | "lead" | "operator" => &[Kind::Department],
            "platform" => &[Kind::Platform],
            "dataset" | "other" => &[Kind::Dataset],
            "pilot" => &[Kind::Pilot],
            "record" => &[Kind::Platform, Kind::Department],
            _ => &[],
        };
        let part = |id: &str| {
            let node = kinds.iter().find_map(|&kind| self.graph.find(kind, id));
            node.map_or_else(|| id.to_owned(), |node| self.names.of(node))
        };
        // A group may be a pair of regions.
        let parts: Vec<String> = if column == "group" { id.split(';').map(part).collect() } else { vec![part(id)] };
        parts.join(self.language.pick(" and ", "、"))
    }
}

/// Whether a row says something worth a line of the page: some figure of it is above 0.
fn is_telling(reader: &Reader, row: &Row<'_>) -> bool {
    reader.cells(row).any(|(_, value)| match value {
        Value::Integer(number) => *number > 0,
        Value::Float(number) => *number > 0.0,
        _ => false,
    })
}
