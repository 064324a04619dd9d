//! Idle (硬件闲置): machine rooms and halls that are hardly used.

use super::exchanges::{is_running, operated_in};
use super::hierarchy::Hierarchy;
use super::row::{id, row, rows};
use crate::graph::{Graph, Node};
use crate::model::{Kind, RelType, Value};
use crate::query::registry::{ArgumentError, Arguments, Bilingual, Column, Parameter, Procedure, RegionBy};
use crate::query::rows::Rows;

pub(super) static PROCEDURE: Procedure = Procedure {
    name: "idle",
    about: Bilingual { en: "Hardware that runs and is hardly used", zh: "正在运行而利用率低的硬件" },
    parameters: &[Parameter {
        name: "below",
        about: Bilingual {
            en: "The utilisation under which hardware is idle, above 0 and up to 1",
            zh: "利用率低于多少算闲置（大于 0，至多 1）",
        },
        choices: &[],
        default: Some("0.2"),
    }],
    key: &["platform"],
    columns: &[
        Column::text("finding_id"),
        Column::text("platform"),
        Column::text("name"),
        Column::text("operator"),
        Column::text("region"),
        Column::text("tier"),
        Column::float("utilisation"),
        Column::float("cost"),
        Column::text("severity"),
        Column::text("certainty"),
    ],
    region_by: Some(RegionBy::Region("region")),
    call,
};

fn call<'g>(graph: &'g dyn Graph, arguments: &Arguments) -> Result<Rows<'g>, ArgumentError> {
    arguments.check(&PROCEDURE)?;
    let below = arguments.number("below")?.unwrap_or(0.2);
    if !(below > 0.0 && below <= 1.0) {
        return Err(ArgumentError::new("below", "a number above 0 and up to 1 is wanted"));
    }
    let hierarchy = Hierarchy::new(graph);
    let amount = |p: Node, column| graph.number(p, column).map(|bits| f64::from_bits(bits as u64));
    let mut idle: Vec<(f64, Node)> = graph
        .nodes(Kind::Platform)
        .filter(|&p| graph.text(p, "nature") == Some("hard") && is_running(graph, p))
        .filter_map(|p| Some((amount(p, "utilisation")?, p)))
        .filter(|(utilisation, _)| *utilisation < below)
        .collect();
    // A cost that is not stated counts 0; the sort is stable, and platforms come in the order of their ids.
    let cost = |p| amount(p, "cost").unwrap_or(0.0);
    idle.sort_by(|a, b| cost(b.1).total_cmp(&cost(a.1)));
    let found = idle.into_iter().map(|(utilisation, platform)| {
        let region = operated_in(graph, &hierarchy, platform);
        let cells = vec![
            Value::text(Some(graph.id(platform))),
            Value::text(graph.text(platform, "name")),
            id(graph, graph.one_in(RelType::Operates, platform)),
            id(graph, region),
            Value::text(region.and_then(|r| hierarchy.region_tier(r)).map(|t| t.id)),
            Value::Float(utilisation),
            amount(platform, "cost").map_or(Value::Null, Value::Float),
        ];
        row(&PROCEDURE, cells, "warning", false)
    });
    Ok(rows(&PROCEDURE, found.collect()))
}
