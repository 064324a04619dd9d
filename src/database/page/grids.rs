//! Regions against something else, as a reader can take them in: the upper regions, each with all under it, and the
//! columns that weigh most.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Making;
use crate::graph::{Node, Presence};
use crate::model::{Kind, RelType};
use crate::report::html::{Grid, GridRow, Part};

/// The most regions that are shown: the country and its provinces.
const ROWS: usize = 40;
/// The most columns.
const COLUMNS: usize = 20;

/// Counts by region and by the id of something else, if it is known.
pub(super) struct Cells<'g> {
    of: HashMap<(Node, Option<&'g str>), Part>,
}

impl<'g> Cells<'g> {
    pub(super) fn new() -> Self {
        Self { of: HashMap::new() }
    }

    pub(super) fn add(&mut self, region: Node, column: Option<&'g str>, part: Part) {
        add(self.of.entry((region, column)).or_default(), part);
    }
}

fn add(sum: &mut Part, part: Part) {
    sum.part += part.part;
    sum.whole += part.whole;
}

impl Making<'_, '_> {
    /// The grid of some cells whose columns are records of a kind.
    pub(super) fn grid(&self, cells: Cells<'_>, kind: Kind) -> Grid {
        let mut weights: HashMap<Node, u64> = HashMap::new();
        let mut columns: BTreeMap<Option<&str>, u64> = BTreeMap::new();
        for (&(region, column), part) in &cells.of {
            *columns.entry(column).or_default() += part.whole;
            for above in self.counted_in(region) {
                *weights.entry(above).or_default() += part.whole;
            }
        }
        let rows = self.shown(&weights);
        let mut columns: Vec<(Option<&str>, u64)> = columns.into_iter().collect();
        columns.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let columns_left_out = columns.len().saturating_sub(COLUMNS) as u64;
        columns.truncate(COLUMNS);
        let column_at: HashMap<Option<&str>, usize> = columns.iter().enumerate().map(|(i, (c, _))| (*c, i)).collect();
        let row_at: HashMap<Node, usize> = rows.iter().enumerate().map(|(i, (r, _))| (*r, i)).collect();
        let blank = |&(region, depth): &(Node, u32)| GridRow {
            name: self.names.of(region),
            depth,
            cells: vec![Part::default(); columns.len()],
            total: Part::default(),
        };
        let mut grid = Grid {
            rows: rows.iter().map(blank).collect(),
            columns: columns.iter().map(|(column, _)| self.column_name(*column, kind)).collect(),
            regions_left_out: (weights.len() - rows.len()) as u64,
            columns_left_out,
        };
        for (&(region, column), &part) in &cells.of {
            for row in self.counted_in(region).filter_map(|above| row_at.get(&above)) {
                let row = &mut grid.rows[*row];
                add(&mut row.total, part);
                if let Some(&i) = column_at.get(&column) {
                    add(&mut row.cells[i], part);
                }
            }
        }
        grid
    }

    fn column_name(&self, column: Option<&str>, kind: Kind) -> String {
        match column {
            Some(id) => self.names.by_id(kind, id),
            None => self.language.pick("not stated", "未注明").to_owned(),
        }
    }

    /// A region and those above it, as far as the question goes.
    fn counted_in(&self, region: Node) -> impl Iterator<Item = Node> + '_ {
        let outer = self.outer();
        let mut over = false;
        let upwards = self.hierarchy.upwards(region).filter(|&r| self.graph.presence(r) == Presence::Defined);
        upwards.take_while(move |&r| !std::mem::replace(&mut over, Some(r) == outer))
    }

    /// The regions to show, each after the one that it is under, with how deep it is: as many whole levels from the top as
    /// there is room for.
    fn shown(&self, weights: &HashMap<Node, u64>) -> Vec<(Node, u32)> {
        let weight = |r: &Node| weights.get(r).copied().unwrap_or(0);
        let is_top = |r: &Node| self.counted_in(*r).nth(1).is_none();
        let mut level: Vec<Node> = weights.keys().copied().filter(|r| weight(r) > 0 && is_top(r)).collect();
        level.sort_by(|a, b| weight(b).cmp(&weight(a)).then_with(|| self.graph.compare(*a, *b)));
        level.truncate(ROWS);
        level.sort_by(|a, b| self.graph.compare(*a, *b));
        let tops = level.clone();
        let mut shown: HashSet<Node> = HashSet::new();
        while !level.is_empty() && shown.len() + level.len() <= ROWS {
            shown.extend(&level);
            level = level.iter().flat_map(|r| self.below(*r)).filter(|r| weight(r) > 0).collect();
        }
        let mut rows = Vec::with_capacity(shown.len());
        let mut next: Vec<(Node, u32)> = tops.into_iter().rev().map(|r| (r, 0)).collect();
        while let Some((region, depth)) = next.pop() {
            rows.push((region, depth));
            let below = self.below(region).into_iter().filter(|r| shown.contains(r));
            next.extend(below.rev().map(|r| (r, depth + 1)));
        }
        rows
    }

    /// The regions directly under one, in the order of their codes.
    fn below(&self, region: Node) -> Vec<Node> {
        let inner = self.graph.incoming(RelType::Within, region).nodes.iter().copied();
        let mut inner: Vec<Node> = inner.filter(|&r| self.graph.presence(r) == Presence::Defined).collect();
        inner.sort_by(|a, b| self.graph.compare(*a, *b));
        inner
    }
}
