//! Patterns made into operators: where a pattern begins, which way its links are followed, and when its conditions are asked.
//!
//! Without rules the order is that of the text: nodes are scanned and links followed as they are written, and conditions
//! asked at the end. With [`Rule::JoinOrder`] the order with the least work is taken ([`order`]); with
//! [`Rule::PredicatePushDown`] a condition is asked as soon as what it reads is there.
//!
//! A condition that can fail is asked early as a guess only: where it fails, the row goes on, and it is asked again at the
//! end. So a row that another condition or link would have dropped raises no error that it does not raise as written.

mod failing;
mod order;
mod seek;

use std::collections::BTreeSet;

use super::expression::{Expression, ExpressionKind, LabelTest, Slot};
use super::pattern::{LinkKind, Pattern, PatternLink, PatternPath, Shape};
use super::rules::{Effects, Rule, RuleSet, number_of};
use super::{Label, Plan};
use crate::query::ast::{Direction, Selector};
use crate::query::source::PropertyGraph;
use crate::query::value::TypeToken;
use order::{Estimate, Step, shortest_walk, textual};
use seek::seek;

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

/// A condition that is still to be asked.
struct Open {
    condition: Expression,
    /// Whether it stands within the pattern.
    within: bool,
    /// Whether it was asked as a guess.
    guessed: bool,
}

impl Open {
    fn new(condition: &Expression, within: bool) -> Self {
        Self { condition: condition.clone(), within, guessed: condition.is_volatile() }
    }
}

/// Builds the plan of a pattern step by step.
struct Matcher<'m, 'l> {
    lowering: &'m mut Lowering<'l>,
    pattern: &'m Pattern,
    selected: &'m [PatternPath],
    own: BTreeSet<Slot>,
    known: BTreeSet<Slot>,
    /// Conditions that are still to be asked, in the order of the text.
    open: Vec<Open>,
    /// How many conditions were asked before the last step.
    early: usize,
    /// Links that were followed.
    followed: Vec<usize>,
    /// Paths that were made.
    made: BTreeSet<Slot>,
    plan: Plan,
}

impl<'m, 'l> Matcher<'m, 'l> {
    fn new(lowering: &'m mut Lowering<'l>, pattern: &'m Pattern, selected: &'m [PatternPath], input: Plan) -> Self {
        let own = pattern_slots(pattern);
        let open = pattern.conditions.iter().enumerate().map(|(i, c)| Open::new(c, i < pattern.within)).collect();
        let known = BTreeSet::new();
        Self {
            lowering,
            pattern,
            selected,
            own,
            known,
            open,
            early: 0,
            followed: Vec::new(),
            made: BTreeSet::new(),
            plan: input,
        }
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
                // What no link comes to is looked at by nobody else.
                if !self.pattern.links.is_empty() {
                    if !self.pattern.links.iter().any(|link| link.left == node || link.right == node) {
                        self.check_presence(self.pattern.nodes[node].slot);
                    }
                    self.check_labels(node, None);
                }
            }
        }
        if !steps.is_empty() && self.has(Rule::PredicatePushDown) {
            self.ask_early();
        }
        for (i, step) in steps.iter().enumerate() {
            match *step {
                Step::Scan(node) => self.scan(node),
                Step::Follow { link, backwards } => self.follow(link, backwards),
                Step::Select(path) => self.select(&self.selected[path].clone()),
            }
            if i + 1 < steps.len() && self.has(Rule::PredicatePushDown) {
                self.make_paths();
                self.ask_early();
            }
        }
        self.make_paths();
        for open in std::mem::take(&mut self.open) {
            let condition = open.condition;
            self.wrap(|input| Plan::Filter { input, condition, guess: false });
        }
        if self.early > 0 {
            self.lowering.effects.push((Rule::PredicatePushDown.name(), number_of(self.early, "condition")));
        }
        self.plan
    }

    /// Asks the conditions whose slots are known.
    fn ask_early(&mut self) {
        for mut open in std::mem::take(&mut self.open) {
            let mut ready = !open.guessed;
            open.condition.slots(&mut |slot| ready &= !self.own.contains(&slot) || self.known.contains(&slot));
            let (own, nodes) = (&self.own, &self.pattern.nodes);
            let entity = |slot| own.contains(&slot) || nodes.iter().any(|n| n.slot == slot);
            let guess = failing::condition(&open.condition, &entity);
            ready &= !guess || !failing::runs_a_plan(&open.condition);
            if ready {
                let condition = open.condition.clone();
                self.wrap(|input| Plan::Filter { input, condition, guess });
                self.early += 1;
                open.guessed = guess;
            }
            if !ready || guess {
                self.open.push(open);
            }
        }
    }

    /// A node that was bound before has to be one: null matches nothing.
    fn check_presence(&mut self, slot: Slot) {
        let span = crate::query::span::Span::default();
        let is_there = ExpressionKind::IsNull(Box::new(Expression::slot(slot, span)), true);
        self.wrap(|input| Plan::Filter { input, condition: Expression::new(is_there, span), guess: false });
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
        self.wrap(|input| Plan::Filter { input, condition: Expression::new(kind, span), guess: false });
    }

    fn scan(&mut self, position: usize) {
        let node = &self.pattern.nodes[position];
        let slot = node.slot;
        if node.bound {
            self.check_presence(slot);
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
        if let Some((name, _)) = &label {
            self.lowering.effects.push((Rule::LabelScan.name(), format!(":{name}")));
        }
        self.wrap(|input| Plan::NodeScan { input, slot, label });
        self.known.insert(slot);
        self.check_labels(position, scanned.as_ref());
    }

    /// Relationships that a link may not share with those followed before. Paths that are chosen among others are chosen of
    /// the graph, whatever else the pattern follows: which they are would depend on what is followed first.
    fn distinct(&self, link: usize) -> Vec<Slot> {
        let chosen = |l: usize| self.pattern.paths.iter().any(|p| p.selector != Selector::All && p.links.contains(&l));
        if chosen(link) {
            return Vec::new();
        }
        let own = types_of(&self.pattern.links[link].kind);
        let others = self.followed.iter().filter(|&&l| !chosen(l)).map(|&l| &self.pattern.links[l].kind);
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
                        self.wrap(|input| Plan::Shortest { input, from, to, into, walk, reversed, all });
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
        for open in std::mem::take(&mut self.open) {
            let mut inside = open.within;
            open.condition
                .slots(&mut |s| inside &= !self.own.contains(&s) || own.contains(&s) || self.known.contains(&s));
            if inside { sub.conditions.push(open.condition) } else { self.open.push(open) }
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
