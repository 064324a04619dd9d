//! Governance (数据基础制度): what holders leave unsaid of their datasets, and where a part of the basic data regime is not
//! ruled.

use rayon::prelude::*;

use super::finding_id;
use super::hierarchy::Hierarchy;
use super::row::{count, id, row_of_id, rows};
use super::today::today;
use crate::graph::{CellRef, Graph, Node, Presence};
use crate::model::{Kind, RelType, Value};
use crate::query::registry::{ArgumentError, Arguments, Bilingual, Column, Parameter, Procedure, RegionBy};
use crate::query::rows::{Row, Rows};

/// The parts of the regime that every region needs a policy of: the rules that carry them out are not one of them.
const PARTS: [&str; 4] = ["circulation", "property", "revenue", "security"];

/// What is missed of a dataset, in the order of the columns.
const MISSED: [&str; 6] = ["share", "sensitivity", "owner_right", "revenue_rule", "security_rule", "standard"];

pub(super) static PROCEDURE: Procedure = Procedure {
    name: "governance",
    about: Bilingual {
        en: "What holders leave unsaid of their datasets, or which regions have no policy of a kind in force",
        zh: "持有部门未写明的数据属性，或缺少数据基础制度的区划",
    },
    parameters: &[
        Parameter {
            name: "by",
            about: Bilingual { en: "What is listed: holders, or regions", zh: "按持有部门还是按区划列出" },
            choices: &["holder", "region"],
            default: Some("holder"),
        },
        super::today::PARAMETER,
    ],
    key: &["holder", "region", "kind"],
    columns: &[
        Column::text("finding_id"),
        Column::text("holder"),
        Column::text("region"),
        Column::text("kind"),
        Column::integer("datasets"),
        Column::integer("no_share"),
        Column::integer("no_sensitivity"),
        Column::integer("no_owner"),
        Column::integer("no_revenue"),
        Column::integer("no_security"),
        Column::integer("no_standard"),
        Column::text("severity"),
        Column::text("certainty"),
    ],
    region_by: Some(RegionBy::Region("region")),
    call,
};

fn call<'g>(graph: &'g dyn Graph, arguments: &Arguments) -> Result<Rows<'g>, ArgumentError> {
    arguments.check(&PROCEDURE)?;
    let hierarchy = Hierarchy::new(graph);
    let found = match arguments.text("by")? {
        None | Some("holder") => by_holder(graph, &hierarchy),
        Some("region") => by_region(graph, &hierarchy, today(arguments)?),
        Some(word) => return Err(ArgumentError::new("by", format!("`{word}` is none of holder, region"))),
    };
    Ok(rows(&PROCEDURE, found))
}

fn by_holder<'g>(graph: &'g dyn Graph, hierarchy: &Hierarchy<'g>) -> Vec<Row<'g>> {
    let columns: Vec<usize> = MISSED.iter().filter_map(|name| Kind::Dataset.column(name)).collect();
    let holders: Vec<Node> = graph.nodes(Kind::Department).collect();
    let of_holder = |&holder: &Node| {
        let datasets = graph.outgoing(RelType::Holds, holder).nodes;
        let mut missing = [0; MISSED.len()];
        let mut held = 0;
        for &dataset in datasets.iter().filter(|&&d| graph.presence(d) == Presence::Defined) {
            held += 1;
            for (missing, &column) in missing.iter_mut().zip(&columns) {
                *missing += u64::from(graph.node_cell(dataset, column) == CellRef::Absent);
            }
        }
        if missing == [0; MISSED.len()] {
            return None;
        }
        let region = hierarchy.region(holder);
        let mut cells = vec![Value::text(Some(graph.id(holder))), id(graph, region), Value::Null, count(held)];
        cells.extend(missing.map(count));
        Some(row_of_id(finding_id("governance", &[graph.id(holder)]), cells, "warning", false))
    };
    holders.par_iter().filter_map(of_holder).collect()
}

fn by_region<'g>(graph: &'g dyn Graph, hierarchy: &Hierarchy<'g>, today: i64) -> Vec<Row<'g>> {
    let mut ruled = std::collections::HashSet::new();
    for policy in graph.nodes(Kind::Policy) {
        let in_force = graph.number(policy, "since").is_none_or(|since| since <= today);
        let part = PARTS.iter().position(|part| graph.text(policy, "kind") == Some(part));
        if let (Some(part), Some(region), true) = (part, graph.one_out(RelType::AppliesIn, policy), in_force) {
            ruled.insert((region, part));
        }
    }
    let mut found = Vec::new();
    for region in graph.nodes(Kind::Region) {
        for (i, part) in PARTS.iter().enumerate() {
            if hierarchy.upwards(region).any(|r| graph.presence(r) == Presence::Defined && ruled.contains(&(r, i))) {
                continue;
            }
            let code = graph.id(region);
            let mut cells = vec![Value::Null, Value::text(Some(code)), Value::text(Some(part))];
            cells.extend(std::iter::repeat_with(|| Value::Null).take(1 + MISSED.len()));
            found.push(row_of_id(finding_id("governance", &[code, part]), cells, "warning", false));
        }
    }
    found
}
