//! Overdue (答复超期): requests for data that nobody has answered in time.

use rayon::prelude::*;

use super::flow::{Flow, SharingEdge};
use super::row::{row, rows};
use super::sharing::{identity, only_dataset, sharing_edges};
use super::today::today;
use crate::graph::{Graph, Presence};
use crate::model::{RelType, Value, date};
use crate::query::registry::{ArgumentError, Arguments, Bilingual, Column, Parameter, Procedure, RegionBy};
use crate::query::rows::Rows;

pub(super) static PROCEDURE: Procedure = Procedure {
    name: "overdue",
    about: Bilingual {
        en: "Requests for data that have waited for an answer longer than they may",
        zh: "超过时限仍未答复的数据共享申请",
    },
    parameters: &[
        Parameter {
            name: "unconditional",
            about: Bilingual {
                en: "Working days to answer a request for unconditional data",
                zh: "无条件共享数据的答复时限（工作日）",
            },
            choices: &[],
            default: Some("1"),
        },
        Parameter {
            name: "conditional",
            about: Bilingual {
                en: "Working days to answer any other request", zh: "其他申请的答复时限（工作日）"
            },
            choices: &[],
            default: Some("10"),
        },
        Parameter {
            name: "holidays",
            about: Bilingual {
                en: "A list of dates that do not count, beside Saturdays and Sundays",
                zh: "周六、周日以外不计的日期",
            },
            choices: &[],
            default: Some("[]"),
        },
        super::today::PARAMETER,
    ],
    key: &["type", "from", "to", "id"],
    columns: &[
        Column::text("finding_id"),
        Column::text("type"),
        Column::text("from"),
        Column::text("to"),
        Column::text("id"),
        Column::date("since"),
        Column::text("share"),
        Column::integer("working_days"),
        Column::integer("limit"),
        Column::text("severity"),
        Column::text("certainty"),
    ],
    region_by: Some(RegionBy::Record("from")),
    call,
};

fn call<'g>(graph: &'g dyn Graph, arguments: &Arguments) -> Result<Rows<'g>, ArgumentError> {
    arguments.check(&PROCEDURE)?;
    let limit = |name: &'static str, default: i64| match arguments.number(name)? {
        None => Ok(default),
        Some(days) if days >= 0.0 && days.fract() == 0.0 && days <= 100_000.0 => Ok(days as i64),
        Some(_) => Err(ArgumentError::new(name, "a number of days is wanted")),
    };
    let limits = [limit("unconditional", 1)?, limit("conditional", 10)?];
    let calendar = Calendar { today: today(arguments)?, holidays: holidays(arguments)? };
    let flow = Flow::of(graph, arguments);
    let mut overdue: Vec<(i64, SharingEdge, i64, i64)> = Vec::new();
    for (edge, terms) in sharing_edges(&flow, &RelType::SHARING) {
        if flow.openness.is_active(terms) {
            continue;
        }
        let Some(since) = requested_since(&flow, &edge) else { continue };
        let Some(limit) = limit_of(&flow, &edge, limits) else { continue };
        let days = calendar.working_days(since);
        if days > limit {
            overdue.push((days, edge, since, limit));
        }
    }
    let own_id = |edge: &SharingEdge| identity(graph, edge)[3].as_text().map(str::to_owned).unwrap_or_default();
    overdue.par_sort_by(|(days, edge, ..), (other_days, other, ..)| {
        let by_type = other_days.cmp(days).then_with(|| edge.ty.name().cmp(other.ty.name()));
        let by_ends = || graph.compare(edge.from, other.from).then_with(|| graph.compare(edge.to, other.to));
        by_type.then_with(by_ends).then_with(|| own_id(edge).cmp(&own_id(other)))
    });
    let found = flow.stop.within(overdue.into_iter()).map(|(days, edge, since, limit)| {
        let mut cells = identity(graph, &edge).to_vec();
        cells.extend([
            Value::Date(date::from_days(since)),
            Value::text(share(&flow, &edge)),
            Value::Integer(days),
            Value::Integer(limit),
        ]);
        row(&PROCEDURE, cells, "violation", false)
    });
    Ok(rows(&PROCEDURE, found.collect()))
}

/// Since when an edge is requested: by the earlier of its statements where both sides request it.
fn requested_since(flow: &Flow<'_>, edge: &SharingEdge) -> Option<i64> {
    const STATUS: usize = 3;
    const SINCE: usize = 8;
    let graph = flow.graph;
    let stated = [Some(edge.edge), flow.network.second_statement(graph, edge)];
    let requested =
        stated.into_iter().flatten().filter(|&e| graph.edge_cell(edge.ty, e, STATUS).text() == Some("requested"));
    requested.filter_map(|e| graph.edge_cell(edge.ty, e, SINCE).number()).min()
}

/// The share class of the dataset of an edge, where it carries one alone that is defined.
fn share(flow: &Flow<'_>, edge: &SharingEdge) -> Option<&'static str> {
    let dataset = only_dataset(edge).filter(|&d| flow.graph.presence(d) == Presence::Defined)?;
    Some(flow.openness.share(flow.graph.node_class(dataset)))
}

/// The limit of an edge; none for a dataset that is withheld: no request can be granted.
fn limit_of(flow: &Flow<'_>, edge: &SharingEdge, [unconditional, conditional]: [i64; 2]) -> Option<i64> {
    match share(flow, edge) {
        Some("unconditional") => Some(unconditional),
        Some("withheld") => None,
        _ => Some(conditional),
    }
}

/// Which days count.
struct Calendar {
    today: i64,
    /// Days that do not count though they are no Saturdays or Sundays, sorted.
    holidays: Vec<i64>,
}

impl Calendar {
    /// The working days after a day, up to today.
    fn working_days(&self, since: i64) -> i64 {
        if since >= self.today {
            return 0;
        }
        let before = |day: i64| self.holidays.partition_point(|holiday| *holiday <= day) as i64;
        weekdays_until(self.today) - weekdays_until(since) - (before(self.today) - before(since))
    }
}

/// Whether a day is no Saturday and no Sunday: 1970-01-01 was a Thursday.
fn is_weekday(day: i64) -> bool {
    (day + 3).rem_euclid(7) < 5
}

/// How many weekdays there are from the Monday before 1970 to a day, that day included.
fn weekdays_until(day: i64) -> i64 {
    let (weeks, days) = ((day + 3).div_euclid(7), (day + 3).rem_euclid(7));
    5 * weeks + (days + 1).min(5)
}

fn holidays(arguments: &Arguments) -> Result<Vec<i64>, ArgumentError> {
    let wrong = || ArgumentError::new("holidays", "a list of dates is wanted, such as ['2026-10-01']");
    let items = match arguments.get("holidays") {
        None => return Ok(Vec::new()),
        Some(Value::List(items)) => items,
        Some(_) => return Err(wrong()),
    };
    let mut days = Vec::new();
    for item in items {
        let day = match item {
            Value::Date(day) => *day,
            Value::Text(text) => date::parse(text).ok_or_else(wrong)?,
            _ => return Err(wrong()),
        };
        days.push(date::to_days(day));
    }
    days.retain(|&day| is_weekday(day));
    days.sort_unstable();
    days.dedup();
    Ok(days)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn working_days_are_those_that_one_counts(
            since in -400i64..400,
            length in 0i64..60,
            holidays in proptest::collection::btree_set(-400i64..460, 0..40),
        ) {
            let weekday = |day: &i64| !matches!(
                date::from_days(*day).weekday(),
                jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday
            );
            let counted = (since + 1..=since + length).filter(|d| weekday(d) && !holidays.contains(d)).count();
            let holidays = holidays.into_iter().filter(|d| is_weekday(*d)).collect();
            let calendar = Calendar { today: since + length, holidays };
            prop_assert_eq!(calendar.working_days(since), counted as i64);
        }
    }
}
