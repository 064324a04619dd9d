//! `graph.pagerank`: how likely a walker who follows relationships at random is at a node.

use super::algorithm::Algorithm;
use super::network::Network;
use super::options::{DIRECTION, LABELS, Options, Setting, TYPES};
use crate::query::error::Result;
use crate::query::exec::budget::Budget;
use crate::query::functions::{Surroundings, Type};
use crate::query::procedure::ProcedureRows;
use crate::query::registry::Bilingual;
use crate::query::value::{NodeId, Value};

/// The share of steps that follow a relationship, as in the first paper (Brin and Page, 1998).
const DAMPING: f64 = 0.85;
/// Scores that change by less than this in all are taken for settled.
const TOLERANCE: f64 = 1e-8;
/// More rounds than settle any graph at this damping and tolerance.
const ROUNDS: u64 = 200;

const SETTINGS: &[Setting] = &[
    TYPES,
    LABELS,
    DIRECTION,
    Setting::new(
        "damping",
        "0.85",
        "the share of steps that follow a relationship rather than begin anew anywhere; below 1",
        "沿关系前进（而非随机另起）的比例，小于 1",
    ),
    Setting::new(
        "tolerance",
        "1e-8",
        "it ends when a round changes the scores by less than this in all",
        "一轮中得分变化总和小于此值即停止",
    ),
    Setting::new("maxIterations", "200", "the most rounds", "最多迭代轮数"),
];

/// The procedure.
pub(super) fn procedure() -> Algorithm {
    Algorithm::new(
        "graph.pagerank",
        Bilingual {
            en: "The PageRank of each node, 1 in all: the greatest first. A walker who can go nowhere begins anew anywhere.",
            zh: "每个节点的 PageRank 得分，总和为 1，由大到小；无路可走时随机另起。",
        },
        &[],
        SETTINGS,
        &[("node", Type::Node), ("score", Type::Float)],
        run,
    )
}

fn run(around: &Surroundings<'_>, _: &[NodeId], options: &Options<'_>) -> Result<ProcedureRows<'static>> {
    let damping = options.number("damping", 1.0)?.unwrap_or(DAMPING);
    let tolerance = options.number("tolerance", f64::INFINITY)?.unwrap_or(TOLERANCE);
    let rounds = options.count("maxIterations")?.unwrap_or(ROUNDS);
    let network = Network::whole(around.graph, &options.part, around.budget)?;
    let scores = scores(&network, damping, tolerance, rounds, around.budget)?;
    let mut rows: Vec<(f64, NodeId)> = scores.into_iter().zip(network.nodes).collect();
    rows.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    Ok(Box::new(rows.into_iter().map(|(score, node)| Ok(vec![Value::Node(node), Value::Float(score)]))))
}

/// Scores by the power method. They are summed in the order of the nodes, so that they are the same every time.
fn scores(network: &Network, damping: f64, tolerance: f64, rounds: u64, budget: &Budget) -> Result<Vec<f64>> {
    let count = network.len();
    let incoming = network.turned(budget)?;
    budget.take(count * 3 * size_of::<f64>())?;
    let mut scores = vec![1.0 / count as f64; count];
    // What a node gives to each of its neighbours.
    let mut given = vec![0.0; count];
    for _ in 0..rounds {
        let mut stuck = 0.0;
        for node in 0..count as u32 {
            let (score, neighbours) = (scores[node as usize], network.neighbours(node).len());
            if neighbours == 0 {
                stuck += score;
            } else {
                given[node as usize] = score / neighbours as f64;
            }
        }
        let anew = (1.0 - damping + damping * stuck) / count as f64;
        let mut change = 0.0;
        for node in 0..count as u32 {
            budget.tick()?;
            let sum: f64 = incoming.neighbours(node).iter().map(|other| given[*other as usize]).sum();
            let score = anew + damping * sum;
            change += (score - scores[node as usize]).abs();
            scores[node as usize] = score;
        }
        if change < tolerance {
            break;
        }
    }
    Ok(scores)
}
