//! Stovepipes (数据烟囱): lines whose data stays within the line.

use super::flow::Flow;
use super::row::{count, ratio, row, rows};
use super::sweep::sweep;
use crate::graph::{Graph, Node};
use crate::model::{Kind, Value};
use crate::query::registry::{ArgumentError, Arguments, Bilingual, Column, Procedure};
use crate::query::rows::Rows;

use super::hierarchy::Hierarchy;

pub(super) static PROCEDURE: Procedure = Procedure {
    name: "stovepipes",
    about: Bilingual {
        en: "For every line, how much of what is shared out of it stays in it",
        zh: "各条线共享出去的数据有多少仍在本条线内：全部在内者为数据烟囱",
    },
    parameters: &[],
    key: &["line"],
    columns: &[
        Column::text("finding_id"),
        Column::text("line"),
        Column::integer("departments"),
        Column::integer("pairs"),
        Column::integer("inside"),
        Column::float("share"),
        Column::text("severity"),
        Column::text("certainty"),
    ],
    region_by: None,
    call,
};

/// What is known of a line.
#[derive(Clone, Copy, Default)]
struct Counts {
    departments: u64,
    pairs: u64,
    inside: u64,
    /// A dataset held in the line reaches an absent record: others may have it.
    doubt: bool,
}

fn call<'g>(graph: &'g dyn Graph, arguments: &Arguments) -> Result<Rows<'g>, ArgumentError> {
    arguments.check(&PROCEDURE)?;
    let lines: Vec<Node> = graph.nodes(Kind::Line).collect();
    let counts = count_pairs(&Flow::of(graph, arguments), &lines);
    let found = lines.iter().zip(counts).map(|(&line, counts)| {
        let Counts { departments, pairs, inside, doubt } = counts;
        let is_stovepipe = pairs > 0 && inside == pairs;
        let cells = vec![
            Value::text(Some(graph.id(line))),
            count(departments),
            count(pairs),
            count(inside),
            ratio(inside, pairs),
        ];
        row(&PROCEDURE, cells, if is_stovepipe { "warning" } else { "note" }, is_stovepipe && doubt)
    });
    Ok(rows(&PROCEDURE, found.collect()))
}

fn count_pairs(flow: &Flow<'_>, lines: &[Node]) -> Vec<Counts> {
    const NONE: u32 = u32::MAX;
    let hierarchy = Hierarchy::new(flow.graph);
    let mut numbers = vec![NONE; flow.graph.node_bound() as usize];
    for (i, &line) in lines.iter().enumerate() {
        numbers[line as usize] = i as u32;
    }
    // The line of each department, by its number as a carrier.
    let of_department: Vec<u32> = (0..flow.network.departments())
        .map(|c| hierarchy.line(flow.network.node(c)).map_or(NONE, |line| numbers[line as usize]))
        .collect();
    let zero = || vec![Counts::default(); lines.len()];
    let mut sums = zero();
    for &line in of_department.iter().filter(|line| **line != NONE) {
        sums[line as usize].departments += 1;
    }
    let parts = sweep(flow, zero, |counts, reach, dataset| {
        let Some(holder) = flow.network.holder(dataset) else { return };
        let Some(&line) = of_department.get(holder as usize).filter(|line| **line != NONE) else { return };
        let counts = &mut counts[line as usize];
        for &carrier in reach.search(dataset, |_| true).iter().filter(|c| **c != holder) {
            if let Some(&other) = of_department.get(carrier as usize) {
                counts.pairs += 1;
                counts.inside += u64::from(other == line);
            }
        }
        counts.doubt |= flow.is_in_doubt(reach.all_reached());
    });
    for part in parts {
        for (sum, part) in sums.iter_mut().zip(part) {
            sum.pairs += part.pairs;
            sum.inside += part.inside;
            sum.doubt |= part.doubt;
        }
    }
    sums
}
