//! Patterns put in order: from which node a pattern is matched, and which way from there.
//!
//! Without rules the order is that of the text: nodes are scanned and links followed as they are written, and conditions
//! asked at the end. With [`Rule::JoinOrder`] every node is tried as a start, and the order with the least work is taken;
//! estimates come from the counts of labels and types.

use std::collections::{BTreeMap, BTreeSet};

use super::expression::{Expression, ExpressionKind, LabelTest, Slot};
use super::pattern::{LinkKind, Pattern, PatternLink, PatternNode, PatternPath, Shape};
use super::rules::{Effects, Rule, RuleSet};
use super::{Label, Plan};
use crate::query::ast::{BinaryOp, Direction, Selector};
use crate::query::source::PropertyGraph;
use crate::query::value::{KeyToken, TypeToken};

/// Lowers every pattern of a plan, those of subqueries included.
pub(super) fn lower(plan: Plan, graph: &dyn PropertyGraph, rules: RuleSet, effects: &mut Effects) -> Plan {
    let mut lowering = Lowering { graph, rules, effects };
    lowering.plan(plan)
}

struct Lowering<'l> {
    graph: &'l dyn PropertyGraph,
    rules: RuleSet,
    effects: &'l mut Effects,
}

impl Lowering<'_> {
    fn plan(&mut self, mut plan: Plan) -> Plan {
        plan.inputs_mut(&mut |input| {
            let own = std::mem::replace(input, Plan::Once);
            *input = self.plan(own);
        });
        plan.expressions_mut(&mut |e| self.expression(e));
        match plan {
            Plan::Match { input, pattern } => self.pattern(*input, pattern),
            other => other,
        }
    }

    /// Lowers the plans of subqueries.
    fn expression(&mut self, expression: &mut Expression) {
        if let ExpressionKind::Subquery(_, plan) = &mut expression.kind {
            let own = std::mem::replace(&mut **plan, Plan::Once);
            **plan = self.plan(own);
        }
        expression.children_mut(&mut |child| self.expression(child));
    }

    fn pattern(&mut self, input: Plan, mut pattern: Pattern) -> Plan {
        for link in &mut pattern.links {
            match &mut link.kind {
                LinkKind::One { .. } => {}
                LinkKind::Walk(walk) => walk.condition.iter_mut().for_each(|e| self.expression(e)),
                LinkKind::Group(group) => group.pattern.conditions.iter_mut().for_each(|e| self.expression(e)),
            }
        }
        let selected: Vec<PatternPath> = pattern.paths.iter().filter(|p| self.selects(&pattern, p)).cloned().collect();
        let steps = self.steps(&pattern, &selected);
        Matcher::new(self, &pattern, &selected, input).run(&steps)
    }

    /// Whether a path is chosen among many in a way that takes all of them first.
    fn selects(&self, pattern: &Pattern, path: &PatternPath) -> bool {
        path.selector != Selector::All && shortest_walk(pattern, path).is_none()
    }

    /// The order in which a pattern is matched.
    fn steps(&mut self, pattern: &Pattern, selected: &[PatternPath]) -> Vec<Step> {
        if !self.rules.has(Rule::JoinOrder) {
            return textual(pattern, selected);
        }
        let estimate = Estimate { graph: self.graph, pattern, rules: self.rules };
        let best = estimate.best(selected);
        let plain = textual(pattern, selected);
        if best != plain {
            let name = |step: &Step| match step {
                Step::Scan(node) => format!("node {}", node + 1),
                Step::Follow { link, backwards } => {
                    format!("link {}{}", link + 1, if *backwards { " backwards" } else { "" })
                }
                Step::Select(path) => format!("path {}", path + 1),
            };
            let order: Vec<String> = best.iter().map(name).collect();
            self.effects.push((Rule::JoinOrder.name(), order.join(", then ")));
        }
        best
    }
}

/// A step of matching a pattern.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    /// A node is looked up.
    Scan(usize),
    /// A link is followed, from left to right or backwards.
    Follow { link: usize, backwards: bool },
    /// A path is chosen among all that match, by its position in the list of those.
    Select(usize),
}

/// Whether a path is one walk between two nodes: then a search finds the shortest.
fn shortest_walk(pattern: &Pattern, path: &PatternPath) -> Option<usize> {
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
fn textual(pattern: &Pattern, selected: &[PatternPath]) -> Vec<Step> {
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
struct Estimate<'e> {
    graph: &'e dyn PropertyGraph,
    pattern: &'e Pattern,
    rules: RuleSet,
}

impl Estimate<'_> {
    /// The order with the least work, of those from every node.
    fn best(&self, selected: &[PatternPath]) -> Vec<Step> {
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
        let nodes = self.with_labels(near.labels.as_ref()).max(1.0);
        let of = |shape: &Shape| {
            let types = shape.types.as_ref().filter(|t| t.test.is_none());
            let count = match types {
                Some(types) => {
                    types.names.iter().map(|(_, t)| t.map_or(0, |t| self.graph.relationship_count(Some(t)))).sum()
                }
                None => self.graph.relationship_count(None),
            };
            let both = if shape.direction == Direction::Both { 2.0 } else { 1.0 };
            both * count as f64 / nodes
        };
        match &link.kind {
            LinkKind::One { bound: true, .. } => 1.0,
            LinkKind::One { shape, .. } => of(shape),
            LinkKind::Walk(walk) => {
                let steps = walk.length.max.unwrap_or(8).min(8).max(walk.length.min);
                of(&walk.shape).max(1.1).powi(steps.min(16) as i32)
            }
            LinkKind::Group(group) => {
                let steps = group.length.max.unwrap_or(8).min(8);
                2.0_f64.powi(steps.min(16) as i32)
            }
        }
    }
}

/// The ways to read a condition as "a property of a slot equals a value": the slot, the key and the value.
fn property_equality(condition: &Expression) -> Vec<(Slot, &str, &Expression)> {
    let ExpressionKind::Binary(BinaryOp::Equal, a, b) = &condition.kind else { return Vec::new() };
    [(a, b), (b, a)]
        .into_iter()
        .filter_map(|(side, value)| match &side.kind {
            ExpressionKind::Property(base, key, _) => match base.kind {
                ExpressionKind::Slot(slot) if !value.reads(slot) => Some((slot, key.as_ref(), &**value)),
                _ => None,
            },
            _ => None,
        })
        .collect()
}

/// How a node can be looked up by a property: by a label, a key, and a value that only reads what is known.
fn seek(
    graph: &dyn PropertyGraph,
    pattern: &Pattern,
    node: &PatternNode,
    known: &dyn Fn(Slot) -> bool,
) -> Option<(Label, (std::sync::Arc<str>, KeyToken), Expression)> {
    let own = pattern_slots(pattern);
    let labels = node.labels.as_ref().map(LabelTest::required).unwrap_or_default();
    for condition in &pattern.conditions {
        for (slot, key, value) in property_equality(condition) {
            let mut readable = true;
            let mut depends = false;
            value.slots(&mut |s| {
                depends = true;
                readable &= known(s) || !own.contains(&s);
            });
            if slot != node.slot || !readable || value.is_volatile() {
                continue;
            }
            let Some(key_token) = graph.key(key) else { continue };
            for (name, label) in &labels {
                let Some(label) = label else { continue };
                // A value that differs from row to row is looked up often: an index is worth making.
                if graph.has_index(*label, key_token) || depends {
                    let key = (std::sync::Arc::from(key), key_token);
                    return Some(((name.clone(), Some(*label)), key, value.clone()));
                }
            }
        }
    }
    None
}

/// The slots that a pattern gives values to.
fn pattern_slots(pattern: &Pattern) -> BTreeSet<Slot> {
    let mut slots: BTreeSet<Slot> = pattern.nodes.iter().filter(|n| !n.bound).map(|n| n.slot).collect();
    for link in &pattern.links {
        match &link.kind {
            LinkKind::One { bound: true, .. } => {}
            LinkKind::Walk(walk) if walk.bound => {}
            kind => {
                slots.insert(kind.slot());
            }
        }
        if let LinkKind::Group(group) = &link.kind {
            slots.extend(group.lists.iter().map(|(_, list)| *list));
        }
    }
    slots.extend(pattern.paths.iter().filter_map(|p| p.slot));
    slots
}

/// Builds the plan of a pattern step by step.
struct Matcher<'m, 'l> {
    lowering: &'m mut Lowering<'l>,
    pattern: &'m Pattern,
    selected: &'m [PatternPath],
    own: BTreeSet<Slot>,
    known: BTreeSet<Slot>,
    /// Conditions that were not asked yet, with whether they stand within the pattern.
    open: Vec<(Expression, bool)>,
    /// Links that were followed.
    followed: Vec<usize>,
    /// Paths that were made.
    made: BTreeSet<Slot>,
    plan: Plan,
}

impl<'m, 'l> Matcher<'m, 'l> {
    fn new(lowering: &'m mut Lowering<'l>, pattern: &'m Pattern, selected: &'m [PatternPath], input: Plan) -> Self {
        let own = pattern_slots(pattern);
        let open = pattern.conditions.iter().enumerate().map(|(i, c)| (c.clone(), i < pattern.within)).collect();
        let known = BTreeSet::new();
        Self { lowering, pattern, selected, own, known, open, followed: Vec::new(), made: BTreeSet::new(), plan: input }
    }

    fn has(&self, rule: Rule) -> bool {
        self.lowering.rules.has(rule)
    }

    fn wrap(&mut self, make: impl FnOnce(Box<Plan>) -> Plan) {
        let input = std::mem::replace(&mut self.plan, Plan::Once);
        self.plan = make(Box::new(input));
    }

    fn run(mut self, steps: &[Step]) -> Plan {
        // Nodes that are there already have to be nodes, and to have the labels that are asked for here.
        for node in 0..self.pattern.nodes.len() {
            if self.pattern.nodes[node].bound {
                self.known.insert(self.pattern.nodes[node].slot);
                if !self.pattern.links.is_empty() {
                    self.check_labels(node, None);
                }
            }
        }
        if self.has(Rule::PredicatePushDown) {
            self.ask(false);
        }
        for step in steps {
            match *step {
                Step::Scan(node) => self.scan(node),
                Step::Follow { link, backwards } => self.follow(link, backwards),
                Step::Select(path) => self.select(&self.selected[path].clone()),
            }
            if self.has(Rule::PredicatePushDown) {
                self.make_paths();
                self.ask(false);
            }
        }
        self.make_paths();
        self.ask(true);
        self.plan
    }

    /// Asks the conditions whose slots are known, or all that are left.
    fn ask(&mut self, all: bool) {
        let open = std::mem::take(&mut self.open);
        for (condition, within) in open {
            let mut ready = true;
            condition.slots(&mut |slot| ready &= !self.own.contains(&slot) || self.known.contains(&slot));
            if !ready && !all {
                self.open.push((condition, within));
                continue;
            }
            self.wrap(|input| Plan::Filter { input, condition });
        }
    }

    fn check_labels(&mut self, node: usize, scanned: Option<&Label>) {
        let node = &self.pattern.nodes[node];
        let Some(test) = &node.labels else { return };
        if let (Some((_, known)), LabelTest::Name(_, only)) = (scanned, test)
            && known.is_some()
            && known == only
        {
            return;
        }
        let span = crate::query::span::Span::default();
        let kind = ExpressionKind::HasLabels(Box::new(Expression::slot(node.slot, span)), test.clone());
        self.wrap(|input| Plan::Filter { input, condition: Expression::new(kind, span) });
    }

    fn scan(&mut self, position: usize) {
        let node = &self.pattern.nodes[position];
        let slot = node.slot;
        if node.bound {
            // It has to be a node: null matches nothing.
            let span = crate::query::span::Span::default();
            let is_there = ExpressionKind::IsNull(Box::new(Expression::slot(slot, span)), true);
            self.wrap(|input| Plan::Filter { input, condition: Expression::new(is_there, span) });
            self.check_labels(position, None);
            return;
        }
        if self.has(Rule::IndexSeek) {
            let known = &self.known;
            let found = seek(self.lowering.graph, self.pattern, node, &|s| known.contains(&s));
            if let Some((label, key, value)) = found {
                let what = format!(":{}({})", label.0, key.0);
                self.lowering.effects.push((Rule::IndexSeek.name(), what));
                let scanned = label.clone();
                self.wrap(|input| Plan::NodeSeek { input, slot, label, key, value });
                self.known.insert(slot);
                self.check_labels(position, Some(&scanned));
                return;
            }
        }
        let labels = node.labels.as_ref().map(LabelTest::required).unwrap_or_default();
        let graph = self.lowering.graph;
        let rarest = labels.into_iter().min_by_key(|(_, t)| t.map_or(0, |t| graph.node_count(Some(t))));
        let label = rarest.filter(|_| self.has(Rule::LabelScan));
        let scanned = label.clone();
        self.wrap(|input| Plan::NodeScan { input, slot, label });
        self.known.insert(slot);
        self.check_labels(position, scanned.as_ref());
    }

    /// Relationships that a link may not share with those followed before.
    fn distinct(&self, link: usize) -> Vec<Slot> {
        let own = types_of(&self.pattern.links[link].kind);
        let others = self.followed.iter().map(|&l| &self.pattern.links[l].kind);
        others.filter(|kind| !disjoint(own.as_deref(), types_of(kind).as_deref())).map(LinkKind::slot).collect()
    }

    fn follow(&mut self, position: usize, backwards: bool) {
        let link = &self.pattern.links[position];
        let (near, far) = if backwards { (link.right, link.left) } else { (link.left, link.right) };
        let (from, to) = (self.pattern.nodes[near].slot, self.pattern.nodes[far].slot);
        let into = self.known.contains(&to);
        let distinct = self.distinct(position);
        let turned = |shape: &Shape| {
            let mut shape = shape.clone();
            if backwards {
                shape.direction = match shape.direction {
                    Direction::Outgoing => Direction::Incoming,
                    Direction::Incoming => Direction::Outgoing,
                    Direction::Both => Direction::Both,
                };
            }
            shape
        };
        match &link.kind {
            LinkKind::One { slot, bound, shape } => {
                let (relationship, given, shape) = (*slot, *bound, turned(shape));
                let named = true;
                self.wrap(|input| Plan::Expand { input, from, to, into, relationship, given, shape, distinct, named });
            }
            LinkKind::Walk(walk) => {
                let mut walk = walk.clone();
                walk.shape = turned(&walk.shape);
                let selector = self
                    .pattern
                    .paths
                    .iter()
                    .find(|p| p.selector != Selector::All && shortest_walk(self.pattern, p) == Some(position))
                    .map(|p| p.selector);
                match selector {
                    Some(selector) => {
                        let all = selector == Selector::AllShortest;
                        let reversed = backwards;
                        self.wrap(|input| Plan::Shortest { input, from, to, into, walk, reversed, all, distinct });
                    }
                    None => {
                        let (reversed, reach, listed) = (backwards, false, true);
                        self.wrap(|input| Plan::Walk {
                            input,
                            from,
                            to,
                            into,
                            walk,
                            reversed,
                            distinct,
                            reach,
                            listed,
                        });
                    }
                }
            }
            LinkKind::Group(group) => {
                let mut inner = group.pattern.clone();
                for node in &mut inner.nodes {
                    node.bound = node.bound || node.slot == group.first;
                }
                let inner = Box::new(self.lowering.pattern(Plan::Once, inner));
                let group = group.clone();
                self.known.extend(group.lists.iter().map(|(_, list)| *list));
                self.wrap(|input| Plan::Repeat { input, from, to, into, group, inner, distinct });
            }
        }
        self.known.insert(self.pattern.links[position].kind.slot());
        self.known.insert(to);
        self.followed.push(position);
        if !into {
            let implied = self.implied(position, backwards);
            self.check_labels(far, implied.as_ref());
        }
    }

    /// The label that every node at the far end of a link has, by the link's types.
    fn implied(&self, position: usize, backwards: bool) -> Option<Label> {
        let shape = match &self.pattern.links[position].kind {
            LinkKind::One { shape, .. } => shape,
            LinkKind::Walk(_) | LinkKind::Group(_) => return None,
        };
        let at_end = match shape.direction {
            Direction::Outgoing => !backwards,
            Direction::Incoming => backwards,
            Direction::Both => return None,
        };
        let types = shape.types.as_ref().filter(|t| t.test.is_none() && self.has(Rule::LabelScan))?;
        let graph = self.lowering.graph;
        let mut labels = types.names.iter().filter_map(|(_, ty)| *ty).map(|ty| graph.end_label(ty, at_end));
        let first = labels.next()??;
        labels.all(|label| label == Some(first)).then(|| (graph.label_name(first), Some(first)))
    }

    /// Matches a path as a whole, and chooses among the matches.
    fn select(&mut self, path: &PatternPath) {
        let mut sub = Pattern::default();
        let mut positions = std::collections::BTreeMap::new();
        let ends = [Some(path.start), path.links.last().map(|&l| self.pattern.links[l].right)];
        let all = path.links.iter().flat_map(|&l| [self.pattern.links[l].left, self.pattern.links[l].right]);
        for node in std::iter::once(path.start).chain(all) {
            positions.entry(node).or_insert_with(|| {
                let mut copy = self.pattern.nodes[node].clone();
                copy.bound = copy.bound || self.known.contains(&copy.slot);
                sub.nodes.push(copy);
                sub.nodes.len() - 1
            });
        }
        for &l in &path.links {
            let link = &self.pattern.links[l];
            sub.links.push(PatternLink {
                left: positions[&link.left],
                right: positions[&link.right],
                kind: link.kind.clone(),
            });
        }
        let own = pattern_slots(&sub);
        let open = std::mem::take(&mut self.open);
        for (condition, within) in open {
            let mut inside = within;
            condition.slots(&mut |s| inside &= !self.own.contains(&s) || own.contains(&s) || self.known.contains(&s));
            if inside { sub.conditions.push(condition) } else { self.open.push((condition, within)) }
        }
        sub.within = sub.conditions.len();
        let [start, end] = ends.map(|n| self.pattern.nodes[n.unwrap_or(path.start)].slot);
        let links: Vec<Slot> = sub.links.iter().map(|l| l.kind.slot()).collect();
        let live: Vec<Slot> = own.iter().copied().collect();
        let inner = Box::new(self.lowering.pattern(Plan::Once, sub));
        let (all, shortest) = (path.selector == Selector::AllShortest, path.selector != Selector::Any);
        self.wrap(|input| Plan::SelectPaths { input, inner, start, end, links, all, shortest, live });
        self.known.extend(own);
        self.followed.extend(&path.links);
    }

    /// Makes the paths whose parts are all there.
    fn make_paths(&mut self) {
        for path in &self.pattern.paths {
            let Some(slot) = path.slot else { continue };
            let whole = path.links.iter().all(|l| self.followed.contains(l))
                && self.known.contains(&self.pattern.nodes[path.start].slot);
            if !whole || !self.made.insert(slot) {
                continue;
            }
            let start = self.pattern.nodes[path.start].slot;
            let links = path.links.iter().map(|&l| self.pattern.links[l].kind.slot()).collect();
            self.wrap(|input| Plan::MakePath { input, slot, start, links });
            self.known.insert(slot);
        }
    }
}

/// The types of a link; none for any.
fn types_of(kind: &LinkKind) -> Option<Vec<TypeToken>> {
    let shape = match kind {
        LinkKind::One { shape, .. } => shape,
        LinkKind::Walk(walk) => &walk.shape,
        LinkKind::Group(_) => return None,
    };
    let types = shape.types.as_ref().filter(|t| t.test.is_none())?;
    Some(types.names.iter().filter_map(|(_, token)| *token).collect())
}

/// Whether no relationship can be of both.
fn disjoint(a: Option<&[TypeToken]>, b: Option<&[TypeToken]>) -> bool {
    matches!((a, b), (Some(a), Some(b)) if a.iter().all(|token| !b.contains(token)))
}
