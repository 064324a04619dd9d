//! Groups gathered from the pieces of a scan, on several threads.

use rayon::prelude::*;

use super::group::{Grouping, Groups};
use super::{Context, Frame, build_over};
use crate::query::error::Result;
use crate::query::plan::Plan;
use crate::query::value::NodeId;

/// Pieces for each thread: some have more work than others.
const PIECES: usize = 4;

/// The groups of a plan's rows, put together in the order of its first scan. None where one thread has to gather them: the
/// graph cannot be shared, or something went wrong, which is then to happen as it does row by row.
///
/// # Errors
/// When the query is to end.
pub(super) fn gather<'p>(
    plan: &'p Plan,
    grouping: Grouping<'p>,
    cx: &Context<'_>,
    frame: &Frame,
) -> Result<Option<Groups<'p>>> {
    let (Some(scan), Some(graph)) = (plan.first_scan(), cx.graph.shared()) else { return Ok(None) };
    let nodes = scanned(scan, cx)?;
    let count = rayon::current_num_threads() * PIECES;
    let piece = nodes.len().div_ceil(count).max(1);
    let (share, clock) = (cx.budget.share(count), cx.clock);
    let pieces: Result<Vec<(Groups<'p>, u64)>> = nodes
        .par_chunks(piece)
        .map(|nodes| {
            let budget = share.budget();
            let cx = Context { graph, workspace: None, clock, budget: &budget };
            let mut groups = Groups::new(grouping);
            groups.gather(&mut build_over(plan, scan, nodes), &cx, &mut frame.clone())?;
            Ok((groups, budget.taken()))
        })
        .collect();
    let before = cx.budget.taken();
    let merged = pieces.and_then(|pieces| {
        let size: u64 = pieces.iter().map(|(_, size)| size).sum();
        cx.budget.take(usize::try_from(size).unwrap_or(usize::MAX))?;
        let mut all = Groups::new(grouping);
        pieces.into_iter().try_for_each(|(piece, _)| all.merge(piece, cx))?;
        cx.budget.give_back(size);
        Ok(all)
    });
    merged.map(Some).or_else(|_| {
        cx.budget.give_back_to(before);
        cx.budget.look().map(|()| None)
    })
}

/// The nodes of a scan.
fn scanned(scan: &Plan, cx: &Context<'_>) -> Result<Vec<NodeId>> {
    let mut nodes = Vec::new();
    let label = match scan {
        Plan::NodeScan { label: Some((_, None)), .. } => return Ok(nodes),
        Plan::NodeScan { label: Some((_, label)), .. } => *label,
        _ => None,
    };
    let mut from = Some(0);
    while let Some(at) = from {
        let before = nodes.len();
        from = cx.graph.scan(label, at, &mut nodes);
        cx.budget.work(nodes.len() - before)?;
    }
    Ok(nodes)
}
