//! Asking for a finding: its rows, in a region, without what is waived, and how grave they are.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use jiff::civil::Date;

use super::Snapshot;
use super::error::{Error, Result};
use crate::findings::Hierarchy;
use crate::graph::{CellRef, Graph, Node};
use crate::model::{Kind, RelType, Value, date};
use crate::query::registry::{Arguments, Procedure, RegionBy};
use crate::query::rows::{Reading, Row, Rows};

/// What is asked beside the procedure's own arguments.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// Keep the rows of this region and those under it.
    pub region: Option<&'a str>,
    /// The day that waivers and dates are held against.
    pub today: Date,
    /// Which rows to give: those that count, or those that are waived.
    pub waived: bool,
}

/// How many rows there were, by severity; filled as they are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// By severity: violation, warning, note.
    pub by_severity: BTreeMap<String, u64>,
    /// How many were waived.
    pub waived: u64,
}

impl Tally {
    /// Whether there is a row at or above a severity.
    #[must_use]
    pub fn reaches(&self, severity: &str) -> bool {
        const SEVERITIES: [&str; 3] = ["note", "warning", "violation"];
        let rank = |word: &str| SEVERITIES.iter().position(|s| *s == word);
        self.by_severity.iter().any(|(word, count)| *count > 0 && rank(word) >= rank(severity))
    }

    /// How many rows are more than a note.
    pub(super) fn graver_than_notes(&self) -> u64 {
        self.by_severity.iter().filter(|(word, _)| *word != "note").map(|(_, count)| count).sum()
    }

    fn add(&mut self, severity: &str, rows: u64) {
        match self.by_severity.get_mut(severity) {
            Some(count) => *count += rows,
            None => drop(self.by_severity.insert(severity.to_owned(), rows)),
        }
    }
}

/// The rows of a finding, and their tally once they are read.
pub struct Asked<'g> {
    /// The rows.
    pub rows: Rows<'g>,
    /// Their tally so far.
    pub tally: Rc<RefCell<Tally>>,
    /// The rows so far that are not given because they are waived.
    pub waived: Rc<RefCell<Vec<Row<'g>>>>,
    /// Which columns of the rows are read: all, until whoever reads says otherwise.
    pub reading: Reading,
}

impl std::fmt::Debug for Asked<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Asked").field("tally", &self.tally).finish_non_exhaustive()
    }
}

/// The waivers that count, by finding id.
#[derive(Clone, Debug, Default)]
pub struct Waivers {
    until: HashMap<String, i64>,
}

impl Waivers {
    /// Reads the waivers of the home catalog, or of every catalog of a directory.
    #[must_use]
    pub fn of(snapshot: &Snapshot) -> Self {
        const FINDING: usize = 0;
        const UNTIL: usize = 3;
        let graph = snapshot.graph.as_ref();
        let mut until = HashMap::new();
        for node in graph.nodes(Kind::Waiver) {
            let counts = snapshot.home.as_ref().is_none_or(|home| graph.node_catalog(node) == home);
            if let (true, CellRef::Text(finding), CellRef::Number(day)) =
                (counts, graph.node_cell(node, FINDING), graph.node_cell(node, UNTIL))
            {
                let latest = until.entry(finding.to_owned()).or_insert(day);
                *latest = day.max(*latest);
            }
        }
        Self { until }
    }

    /// Whether a finding is waived on a day: until its date, that day included.
    #[must_use]
    pub fn covers(&self, finding: &str, today: Date) -> bool {
        self.until.get(finding).is_some_and(|&until| date::to_days(today) <= until)
    }
}

/// Asks a snapshot for a finding.
///
/// # Errors
/// When an argument does not fit, or the region is not in the catalog.
pub fn ask<'g>(
    snapshot: &'g Snapshot,
    procedure: &Procedure,
    arguments: &Arguments,
    question: &Question<'_>,
) -> Result<Asked<'g>> {
    let graph = snapshot.graph.as_ref();
    let mut inside = match question.region {
        None => None,
        Some(code) => Some(Inside::new(graph, procedure, code)?),
    };
    let waivers = Waivers::of(snapshot);
    let id = procedure.position("finding_id").filter(|_| !waivers.until.is_empty());
    let severity = procedure.position("severity");
    let reading = Reading::with(id.into_iter().chain(severity).chain(inside.as_ref().map(|inside| inside.column)));
    let arguments = on_day(procedure, arguments, question.today).read_by(reading.clone());
    let rows = (procedure.call)(graph, &arguments)?;
    let tally = Rc::new(RefCell::new(Tally::default()));
    let (today, wants_waived) = (question.today, question.waived);
    let left_out = Rc::new(RefCell::new(Vec::new()));
    let (told, leave_out) = (Rc::clone(&tally), Rc::clone(&left_out));
    // All of them are given: nobody need look at one by one.
    if inside.is_none() && id.is_none() && !wants_waived {
        let rows = match severity {
            Some(severity) => rows.watched(severity, move |word, count| told.borrow_mut().add(word, count)),
            None => rows,
        };
        return Ok(Asked { rows, tally, waived: left_out, reading });
    }
    let rows = rows.filtered(move |row| {
        if inside.as_mut().is_some_and(|inside| !inside.keeps(row)) {
            return false;
        }
        let finding = id.and_then(|i| row[i].as_text());
        let waived = finding.is_some_and(|finding| waivers.covers(finding, today));
        let mut tally = told.borrow_mut();
        if waived {
            tally.waived += 1;
            if !wants_waived {
                leave_out.borrow_mut().push(row.clone());
            }
        } else if let Some(word) = severity.and_then(|i| row[i].as_text()) {
            tally.add(word, 1);
        }
        waived == wants_waived
    });
    Ok(Asked { rows, tally, waived: left_out, reading })
}

/// The arguments of a call, with the day that is asked on where the procedure takes one and none is given.
fn on_day(procedure: &Procedure, arguments: &Arguments, today: Date) -> Arguments {
    const TODAY: &str = "today";
    let arguments = arguments.clone();
    let wants = procedure.parameters.iter().any(|p| p.name == TODAY) && arguments.get(TODAY).is_none();
    if wants { arguments.with(TODAY, Value::Date(today)) } else { arguments }
}

/// Keeps rows by their region.
struct Inside<'g> {
    graph: &'g dyn Graph,
    hierarchy: Hierarchy<'g>,
    outer: Node,
    by: RegionBy,
    column: usize,
    /// Consecutive rows ask for the same department.
    last: Option<(String, bool)>,
}

impl<'g> Inside<'g> {
    fn new(graph: &'g dyn Graph, procedure: &Procedure, code: &str) -> Result<Self> {
        let Some(by) = procedure.region_by else {
            return Err(Error::User(format!("{} has no region to keep rows by", procedure.name)));
        };
        let (RegionBy::Department(column) | RegionBy::Region(column) | RegionBy::Record(column)) = by;
        let hierarchy = Hierarchy::new(graph);
        let outer = hierarchy.region_by_code(code).ok_or_else(|| {
            Error::User(format!("no region has the code `{code}`; codes are those of the column `code` in regions.csv"))
        })?;
        let column = procedure.position(column).unwrap_or_default();
        Ok(Self { graph, hierarchy, outer, by, column, last: None })
    }

    fn keeps(&mut self, row: &Row<'_>) -> bool {
        let Some(id) = row[self.column].as_text() else { return false };
        if let Some((last, keeps)) = &self.last
            && last == id
        {
            return *keeps;
        }
        let region = match self.by {
            RegionBy::Region(_) => self.graph.find(Kind::Region, id),
            RegionBy::Department(_) => self.region_of_department(id),
            RegionBy::Record(_) => self.region_of_record(id),
        };
        let keeps = region.is_some_and(|r| self.hierarchy.is_within(r, self.outer));
        self.last = Some((id.to_owned(), keeps));
        keeps
    }

    fn region_of_department(&self, id: &str) -> Option<Node> {
        self.graph.find(Kind::Department, id).and_then(|d| self.hierarchy.region(d))
    }

    /// Where a record stands: a region itself, a department in its own, others with who holds or operates them.
    fn region_of_record(&self, id: &str) -> Option<Node> {
        // The codes of regions are no ids of other records: these have their catalog in front.
        if let Some(region) = self.hierarchy.region_by_code(id) {
            return Some(region);
        }
        let of_owner = |ty: RelType| {
            let owned = self.graph.find(ty.to(), id)?;
            self.graph.one_in(ty, owned).and_then(|owner| self.hierarchy.region(owner))
        };
        self.region_of_department(id).or_else(|| of_owner(RelType::Holds)).or_else(|| of_owner(RelType::Operates))
    }
}

/// What opened, closed or was waived between two snapshots: rows of the finding with what became of them in front.
///
/// # Errors
/// As [`ask`].
pub fn findings_diff(
    before: &Snapshot,
    after: &Snapshot,
    procedures: &[(&'static Procedure, Arguments)],
    question: &Question<'_>,
) -> Result<Rows<'static>> {
    const COLUMNS: [&str; 6] = ["change", "finding", "finding_id", "subject", "severity", "certainty"];
    let mut rows: Vec<Row<'static>> = Vec::new();
    for (procedure, arguments) in procedures {
        let old = keyed(before, procedure, arguments, question)?;
        let new = keyed(after, procedure, arguments, question)?;
        let mut add = |change: &'static str, row: &Found| {
            rows.push(vec![
                Value::text(Some(change)),
                Value::text(Some(procedure.name)),
                Value::owned(row.id.clone()),
                Value::owned(row.subject.clone()),
                Value::owned(row.severity.clone()),
                Value::owned(row.certainty.clone()),
            ]);
        };
        for (id, row) in &new {
            match old.get(id) {
                Some(earlier) if earlier.waived == row.waived => {}
                Some(_) if row.waived => add("waived", row),
                None if row.waived => add("waived", row),
                _ => add("opened", row),
            }
        }
        for (id, row) in &old {
            if !new.contains_key(id) && !row.waived {
                add("closed", row);
            }
        }
    }
    Ok(Rows::new(COLUMNS.to_vec(), rows.into_iter()))
}

struct Found {
    id: String,
    subject: String,
    severity: String,
    certainty: String,
    waived: bool,
}

/// The rows of a finding by what identifies them, in the order of their keys.
fn keyed(
    snapshot: &Snapshot,
    procedure: &Procedure,
    arguments: &Arguments,
    question: &Question<'_>,
) -> Result<BTreeMap<(String, String), Found>> {
    let waivers = Waivers::of(snapshot);
    let graph = snapshot.graph.as_ref();
    let mut inside = question.region.map(|code| Inside::new(graph, procedure, code)).transpose()?;
    let rows = (procedure.call)(graph, &on_day(procedure, arguments, question.today))?;
    let at = |name: &str| rows.position(name);
    let (id, severity, certainty) = (at("finding_id"), at("severity"), at("certainty"));
    let key: Vec<usize> = procedure.key.iter().filter_map(|name| at(name)).collect();
    let text = |row: &Row<'_>, i: Option<usize>| i.and_then(|i| row[i].as_text()).unwrap_or_default().to_owned();
    let mut found = BTreeMap::new();
    for row in rows {
        if inside.as_mut().is_some_and(|inside| !inside.keeps(&row)) {
            continue;
        }
        let finding = text(&row, id);
        let parts: Vec<&str> = key.iter().filter_map(|&i| row[i].as_text()).filter(|t| !t.is_empty()).collect();
        let subject = parts.join(" ");
        let waived = waivers.covers(&finding, question.today);
        let entry = Found {
            id: finding.clone(),
            subject: subject.clone(),
            severity: text(&row, severity),
            certainty: text(&row, certainty),
            waived,
        };
        found.insert((subject, finding), entry);
    }
    Ok(found)
}
