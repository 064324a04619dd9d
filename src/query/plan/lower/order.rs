//! The order in which a pattern is matched: that of the text, or the one with the least work. Every node is tried as a start;
//! estimates come from the counts of labels and types.

use std::collections::{BTreeMap, BTreeSet};

use super::seek::{property_equality, seek};
use crate::query::ast::Direction;
use crate::query::plan::expression::{LabelTest, Slot};
use crate::query::plan::pattern::{LinkKind, Pattern, PatternLink, PatternPath, Shape};
use crate::query::plan::rules::{Rule, RuleSet};
use crate::query::source::PropertyGraph;

/// A step of matching a pattern.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Step {
    /// A node is looked up.
    Scan(usize),
    /// A link is followed, from left to right or backwards.
    Follow { link: usize, backwards: bool },
    /// A path is chosen among all that match, by its position in the list of those.
    Select(usize),
}

/// Whether a path is one walk between two nodes: then a search finds the shortest.
pub(super) fn shortest_walk(pattern: &Pattern, path: &PatternPath) -> Option<usize> {
    match path.links.as_slice() {
        [link] if matches!(&pattern.links[*link].kind, LinkKind::Walk(w) if !w.bound) => Some(*link),
        _ => None,
    }
}

/// The links that belong to paths which are chosen as a whole.
fn links_of(selected: &[PatternPath]) -> BTreeSet<usize> {
    selected.iter().flat_map(|p| p.links.iter().copied()).collect()
}

/// The order of the text.
pub(super) fn textual(pattern: &Pattern, selected: &[PatternPath]) -> Vec<Step> {
    let within = links_of(selected);
    let mut known: BTreeSet<usize> = bound_nodes(pattern);
    let mut steps = Vec::new();
    for (i, link) in pattern.links.iter().enumerate().filter(|(i, _)| !within.contains(i)) {
        // A chain that begins at a node that is not there yet, and ends at one that is, is followed backwards: a
        // scan would find the same with more work.
        let backwards = !known.contains(&link.left) && known.contains(&link.right) && can_go_back(link);
        if !known.contains(&link.left) && !backwards {
            steps.push(Step::Scan(link.left));
        }
        steps.push(Step::Follow { link: i, backwards });
        known.extend([link.left, link.right]);
    }
    let inner = nodes_within(pattern, selected);
    for node in (0..pattern.nodes.len()).filter(|n| !inner.contains(n)) {
        if known.insert(node) || (pattern.nodes[node].bound && pattern.links.is_empty()) {
            steps.push(Step::Scan(node));
        }
    }
    steps.extend((0..selected.len()).map(Step::Select));
    steps
}

/// The nodes that have a value beforehand. A node without any link still has to be held against its labels.
fn bound_nodes(pattern: &Pattern) -> BTreeSet<usize> {
    (0..pattern.nodes.len()).filter(|&n| pattern.nodes[n].bound).collect()
}

/// The inner nodes of chosen paths, which no other link touches.
fn nodes_within(pattern: &Pattern, selected: &[PatternPath]) -> BTreeSet<usize> {
    let within = links_of(selected);
    let mut inner = BTreeSet::new();
    for path in selected {
        let Some(last) = path.links.last().map(|&l| pattern.links[l].right) else { continue };
        for &link in &path.links {
            inner.extend([pattern.links[link].left, pattern.links[link].right]);
        }
        inner.remove(&path.start);
        inner.remove(&last);
    }
    let outside = pattern.links.iter().enumerate().filter(|(i, _)| !within.contains(i));
    for (_, link) in outside {
        inner.remove(&link.left);
        inner.remove(&link.right);
    }
    inner
}

fn can_go_back(link: &PatternLink) -> bool {
    !matches!(link.kind, LinkKind::Group(_))
}

/// Patterns of so many links are put in the best order there is; longer ones link by link.
const EXACT: usize = 10;

/// An order that is being put together.
#[derive(Clone, Debug)]
struct Order {
    /// The nodes that are known by now.
    known: BTreeSet<usize>,
    /// How many rows are expected.
    rows: f64,
    /// How much work it took.
    cost: f64,
    steps: Vec<Step>,
}

impl Default for Order {
    fn default() -> Self {
        Self { known: BTreeSet::new(), rows: 1.0, cost: 0.0, steps: Vec::new() }
    }
}

/// How much work an order makes.
pub(super) struct Estimate<'e> {
    pub(super) graph: &'e dyn PropertyGraph,
    pub(super) pattern: &'e Pattern,
    pub(super) rules: RuleSet,
}

impl Estimate<'_> {
    /// The order with the least work, of those from every node.
    pub(super) fn best(&self, selected: &[PatternPath]) -> Vec<Step> {
        /// Beyond so many nodes, not every start is tried.
        const STARTS: usize = 24;
        let inner = nodes_within(self.pattern, selected);
        let bound = bound_nodes(self.pattern);
        let mut starts: Vec<Option<usize>> = (0..self.pattern.nodes.len())
            .filter(|n| !bound.contains(n) && !inner.contains(n))
            .take(STARTS)
            .map(Some)
            .collect();
        if starts.is_empty() || !bound.is_empty() {
            starts.insert(0, None);
        }
        let mut best: Option<(f64, Vec<Step>)> = None;
        for start in starts {
            let (cost, steps) = self.from(start, selected, &bound, &inner);
            if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                best = Some((cost, steps));
            }
        }
        best.map_or_else(Vec::new, |(_, steps)| steps)
    }

    /// The cheapest order from a start: of every set of links, the cheapest way to have followed them is kept, and made
    /// longer by one link at a time (dynamic programming). Beyond [`EXACT`] links, only the cheapest of all is made longer.
    fn from(
        &self,
        start: Option<usize>,
        selected: &[PatternPath],
        bound: &BTreeSet<usize>,
        inner: &BTreeSet<usize>,
    ) -> (f64, Vec<Step>) {
        let within = links_of(selected);
        let links: Vec<usize> = (0..self.pattern.links.len()).filter(|l| !within.contains(l)).collect();
        let mut first = Order { known: bound.clone(), ..Order::default() };
        if let Some(node) = start {
            self.scan_next(&mut first, node);
        }
        let mut orders: Vec<(u64, Order)> = vec![(0, first)];
        for _ in 0..links.len() {
            let mut longer: BTreeMap<u64, Order> = BTreeMap::new();
            for (done, order) in &orders {
                for (bit, next) in self.longer(order, &links, *done) {
                    let done = done | 1 << bit;
                    match longer.get(&done) {
                        Some(other) if other.cost <= next.cost => {}
                        _ => drop(longer.insert(done, next)),
                    }
                }
            }
            orders = longer.into_iter().collect();
            if links.len() > EXACT {
                orders.sort_by(|(_, a), (_, b)| a.cost.total_cmp(&b.cost));
                orders.truncate(1);
            }
        }
        let best = orders.into_iter().map(|(_, order)| order).min_by(|a, b| a.cost.total_cmp(&b.cost));
        let mut order = best.unwrap_or_default();
        for node in (0..self.pattern.nodes.len()).filter(|n| !inner.contains(n)) {
            let alone = self.pattern.nodes[node].bound && self.pattern.links.is_empty();
            if !order.known.contains(&node) || alone {
                self.scan_next(&mut order, node);
            }
        }
        order.steps.extend((0..selected.len()).map(Step::Select));
        (order.cost + order.rows, order.steps)
    }

    /// The orders that are longer by one link, with the position of the link.
    fn longer(&self, order: &Order, links: &[usize], done: u64) -> Vec<(usize, Order)> {
        let open = || links.iter().copied().enumerate().filter(|(bit, _)| done & 1 << bit == 0);
        let touched = |l: usize| {
            let link = &self.pattern.links[l];
            order.known.contains(&link.left) || (order.known.contains(&link.right) && can_go_back(link))
        };
        let mut all = Vec::new();
        let stuck = !open().any(|(_, l)| touched(l));
        for (bit, l) in open() {
            let link = &self.pattern.links[l];
            let mut from = order.clone();
            if stuck {
                // Another part of the pattern: it begins where the fewest rows are.
                let ends = if can_go_back(link) { vec![link.left, link.right] } else { vec![link.left] };
                let near = ends.into_iter().min_by(|a, b| self.scan(*a).0.total_cmp(&self.scan(*b).0));
                let Some(near) = near else { continue };
                self.scan_next(&mut from, near);
            } else if !touched(l) {
                continue;
            }
            let forward = from.known.contains(&link.left);
            let backwards = from.known.contains(&link.right) && can_go_back(link);
            let into = forward && from.known.contains(&link.right);
            let way = match (forward, backwards) {
                (true, true) => self.fan_out(link, true) < self.fan_out(link, false),
                (forward, _) => !forward,
            };
            let met = self.fan_out(link, way);
            from.cost += from.rows * met.max(1.0);
            from.rows *= self.follow(link, way, into);
            if !into {
                from.rows *= self.kept(if way { link.left } else { link.right });
            }
            from.known.extend([link.left, link.right]);
            from.steps.push(Step::Follow { link: l, backwards: way });
            all.push((bit, from));
        }
        all
    }

    fn scan_next(&self, order: &mut Order, node: usize) {
        let (found, looked_at) = self.scan(node);
        order.cost += order.rows * looked_at;
        order.rows *= found;
        order.known.insert(node);
        order.steps.push(Step::Scan(node));
    }

    /// How many nodes a scan finds, and how many it looks at.
    fn scan(&self, node: usize) -> (f64, f64) {
        let node = &self.pattern.nodes[node];
        if node.bound {
            return (1.0, 1.0);
        }
        let all = self.with_labels(node.labels.as_ref());
        let kept = self.kept_by_conditions(node.slot, all);
        let seeks = self.rules.has(Rule::IndexSeek) && seek(self.graph, self.pattern, node, &|_| false).is_some();
        (kept, if seeks { kept } else { all })
    }

    fn with_labels(&self, labels: Option<&LabelTest>) -> f64 {
        let required = labels.map(LabelTest::required).unwrap_or_default();
        let counts = required.iter().map(|(_, token)| token.map_or(0, |t| self.graph.node_count(Some(t))));
        counts.min().unwrap_or_else(|| self.graph.node_count(None)) as f64
    }

    /// Of nodes that are reached, the share that fulfils the conditions.
    fn kept(&self, node: usize) -> f64 {
        let node = &self.pattern.nodes[node];
        let conditions = self.kept_by_conditions(node.slot, 1000.0) / 1000.0;
        let labels = if node.labels.is_some() { 0.7 } else { 1.0 };
        conditions * labels
    }

    fn kept_by_conditions(&self, slot: Slot, mut rows: f64) -> f64 {
        for condition in &self.pattern.conditions {
            if let Some((of, key, _)) = property_equality(condition).into_iter().find(|(of, ..)| *of == slot) {
                debug_assert_eq!(of, slot);
                let unique = matches!(key, "id" | "code");
                rows = if unique { rows.min(1.0) } else { rows * 0.1 };
            } else if condition.reads(slot) {
                rows *= 0.5;
            }
        }
        rows
    }

    /// How many rows a row becomes when a link is followed.
    fn follow(&self, link: &PatternLink, backwards: bool, into: bool) -> f64 {
        let out = self.fan_out(link, backwards);
        if into {
            let far = &self.pattern.nodes[if backwards { link.left } else { link.right }];
            return out / self.with_labels(far.labels.as_ref()).max(1.0);
        }
        out
    }

    /// How many relationships are met at a node.
    fn fan_out(&self, link: &PatternLink, backwards: bool) -> f64 {
        let near = &self.pattern.nodes[if backwards { link.right } else { link.left }];
        let of = |shape: &Shape, nodes: f64| {
            let types = shape.types.as_ref().filter(|t| t.test.is_none());
            let count = match types {
                Some(types) => {
                    types.names.iter().map(|(_, t)| t.map_or(0, |t| self.graph.relationship_count(Some(t)))).sum()
                }
                None => self.graph.relationship_count(None),
            };
            let both = if shape.direction == Direction::Both { 2.0 } else { 1.0 };
            both * count as f64 / nodes.max(1.0)
        };
        let labelled = self.with_labels(near.labels.as_ref());
        match &link.kind {
            LinkKind::One { bound: true, .. } => 1.0,
            LinkKind::One { shape, .. } => of(shape, labelled),
            LinkKind::Walk(walk) => {
                // The first step leaves a node of the label, those after it any node.
                let steps = walk.length.max.unwrap_or(8).min(8).max(walk.length.min).clamp(1, 16);
                let further = of(&walk.shape, self.graph.node_count(None) as f64).max(1.1);
                of(&walk.shape, labelled).max(1.1) * further.powi(steps as i32 - 1)
            }
            LinkKind::Group(group) => {
                let steps = group.length.max.unwrap_or(8).min(8);
                2.0_f64.powi(steps.min(16) as i32)
            }
        }
    }
}
