//! overdue (答复超期): day by day from the request to today.

use std::cmp::Reverse;

use jiff::civil::{Date, Weekday};
use serde_json::{Value, json};

use super::super::flow::{Edge, share_of};
use super::super::{Row, World, text};
use super::{TODAY, row};

pub fn overdue(world: &World, holidays: &[&str]) -> Vec<Row> {
    let union = world.union();
    let mut rows = Vec::new();
    for edge in &union.edges {
        let Some(since) = requested_since(edge) else { continue };
        let dataset = union.datasets.get(edge.from());
        let share = dataset.map(share_of);
        let limit = match share {
            Some("unconditional") => 1,
            // *Choice*: nobody can grant a request for what is withheld, so there is no limit.
            Some("withheld") => continue,
            _ => 10,
        };
        let days = working_days(&since, holidays);
        if days <= limit {
            continue;
        }
        let name = edge.name();
        let columns = vec![
            ("type", name.kind.into()),
            ("from", name.from.into()),
            ("to", name.to.into()),
            ("id", text(name.id.as_deref())),
            ("since", json!({"$date": since})),
            ("share", share.map_or(Value::Null, Value::from)),
            ("working_days", days.into()),
            ("limit", limit.into()),
        ];
        rows.push(row("overdue", 4, columns, "violation", false));
    }
    rows.sort_by_key(|row| {
        let key = ["type", "from", "to", "id"].map(|column| row.text(column).to_string());
        (Reverse(row.get("working_days").as_u64()), key)
    });
    rows
}

/// *Choice*: an edge that both sides state is requested when a statement says so, since the earliest of those.
fn requested_since(edge: &Edge) -> Option<String> {
    let statements = edge.statements.iter().map(|(_, share)| share);
    let requested = statements.filter(|share| share.status.as_deref() == Some("requested"));
    requested.filter_map(|share| share.since.clone()).min()
}

/// The days after the request, up to today, that are no Saturday, Sunday or holiday.
pub fn working_days(since: &str, holidays: &[&str]) -> usize {
    let (mut day, today): (Date, Date) = (since.parse().unwrap(), TODAY.parse().unwrap());
    let mut days = 0;
    while day < today {
        day = day.tomorrow().unwrap();
        let free = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        if !free && !holidays.contains(&day.to_string().as_str()) {
            days += 1;
        }
    }
    days
}
