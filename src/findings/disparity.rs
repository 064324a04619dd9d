//! Disparity (区域差异): how well needs are met, region against region, bloc against bloc, tier against tier, and between
//! regions that agreed to act together against those that did not.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::flow::{Carrier, Flow};
use super::places::Places;
use super::row::{count, ratio, row, rows, share_of};
use super::sweep::{Judged, Needs, judge, sweep};
use crate::graph::{Graph, Node, Presence};
use crate::model::{Kind, RelType, Value};
use crate::query::registry::{ArgumentError, Arguments, Bilingual, Column, Parameter, Procedure, RegionBy};
use crate::query::rows::{Row, Rows};

const KINDS: [&str; 4] = ["bloc", "compact", "region", "tier"];

pub(super) static PROCEDURE: Procedure = Procedure {
    name: "disparity",
    about: Bilingual {
        en: "How many needs are met in each region, bloc and tier, and across compacts, against the median of their kind",
        zh: "各区划、经济区域、层级及协同协议之间的需求满足情况，与同类中位数之差",
    },
    parameters: &[Parameter {
        name: "by",
        about: Bilingual { en: "Groups of one kind alone", zh: "只按一种方式分组" },
        choices: &KINDS,
        default: None,
    }],
    key: &["by", "group"],
    columns: &[
        Column::text("finding_id"),
        Column::text("by"),
        Column::text("group"),
        Column::integer("needs"),
        Column::integer("met"),
        Column::float("ratio"),
        Column::float("investment"),
        Column::integer("staff"),
        Column::float("spread"),
        Column::text("severity"),
        Column::text("certainty"),
    ],
    region_by: Some(RegionBy::Region("group")),
    call,
};

/// A group of consumers.
#[derive(Clone, Default)]
struct Group {
    needs: Needs,
    /// What the regions that stand for the group put in.
    means: Means,
}

/// Money and people of regions; none where none of them states any.
#[derive(Clone, Copy, Default)]
struct Means {
    investment: Option<f64>,
    staff: Option<i64>,
}

impl Means {
    fn of(graph: &dyn Graph, region: Node) -> Self {
        let investment = graph.number(region, "investment").map(|bits| f64::from_bits(bits as u64));
        Self { investment, staff: graph.number(region, "staff") }
    }

    fn add(&mut self, other: Self) {
        let both = self.investment.zip(other.investment).map(|(a, b)| a + b);
        self.investment = both.or(self.investment).or(other.investment);
        self.staff = self.staff.zip(other.staff).map(|(a, b)| a.saturating_add(b)).or(self.staff).or(other.staff);
    }
}

fn call<'g>(graph: &'g dyn Graph, arguments: &Arguments) -> Result<Rows<'g>, ArgumentError> {
    arguments.check(&PROCEDURE)?;
    let only = arguments.text("by")?;
    if let Some(word) = only.filter(|word| !KINDS.contains(word)) {
        return Err(ArgumentError::new("by", format!("`{word}` is none of {}", KINDS.join(", "))));
    }
    let wanted = |kind: &str| only.is_none_or(|word| word == kind);
    let flow = Flow::of(graph, arguments);
    let places = Places::new(&flow);
    let mut found = Vec::new();
    let compacts = if wanted("compact") { Compacts::new(graph, &places) } else { Compacts::default() };
    let counted = Counted::of(&flow, &places, &compacts, only != Some("compact"));
    let mut own: HashMap<Node, Needs> = HashMap::new();
    for (consumer, needs) in counted.by_consumer.iter().copied().enumerate() {
        if let Some(region) = places.region(consumer as Carrier) {
            own.entry(region).or_default().add(needs);
        }
    }
    // What was told to stop is not to compare what it has counted.
    let wanted = |kind: &str| wanted(kind) && !flow.stop.is_due();
    for (kind, groups) in [
        ("bloc", wanted("bloc").then(|| by_bloc(graph, &places, &own))),
        ("compact", wanted("compact").then(|| by_compact(graph, &compacts, &counted))),
        ("region", wanted("region").then(|| by_region(graph, &places, &own))),
        ("tier", wanted("tier").then(|| by_tier(graph, &places, &own))),
    ] {
        found.extend(groups.into_iter().flat_map(|groups| rows_of(kind, groups)));
    }
    Ok(rows(&PROCEDURE, found))
}

fn rows_of<'g>(kind: &'static str, groups: BTreeMap<String, Group>) -> Vec<Row<'g>> {
    let mut ratios: Vec<f64> = groups.values().filter_map(|g| share_of(g.needs.met, g.needs.needs)).collect();
    let median = median(&mut ratios);
    let one = |(name, group): (String, Group)| {
        let Needs { needs, met, suspected } = group.needs;
        let spread = share_of(met, needs).zip(median).map(|(ratio, median)| ratio - median);
        let cells = vec![
            Value::text(Some(kind)),
            Value::owned(name),
            count(needs),
            count(met),
            ratio(met, needs),
            group.means.investment.map_or(Value::Null, Value::Float),
            group.means.staff.map_or(Value::Null, Value::Integer),
            spread.map_or(Value::Null, Value::Float),
        ];
        row(&PROCEDURE, cells, "note", suspected)
    };
    groups.into_iter().map(one).collect()
}

/// The middle value; of an even number, the mean of the two in the middle.
fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    if values.len().is_multiple_of(2) { Some(f64::midpoint(*values.get(middle - 1)?, upper)) } else { Some(upper) }
}

fn by_region(graph: &dyn Graph, places: &Places<'_>, own: &HashMap<Node, Needs>) -> BTreeMap<String, Group> {
    let sums = places.of_subtrees(own, Needs::add);
    let group = |r: Node| Group { needs: sums.get(&r).copied().unwrap_or_default(), means: Means::of(graph, r) };
    graph.nodes(Kind::Region).map(|r| (graph.id(r).to_owned(), group(r))).collect()
}

/// A region is of the bloc that it states, or the nearest above it that states one.
fn by_bloc(graph: &dyn Graph, places: &Places<'_>, own: &HashMap<Node, Needs>) -> BTreeMap<String, Group> {
    let stated = |region: Node| graph.text(region, "bloc");
    let bloc = |region: Node| places.upwards(region).find_map(stated);
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    for region in graph.nodes(Kind::Region) {
        let Some(name) = bloc(region) else { continue };
        let group = groups.entry(name.to_owned()).or_default();
        group.needs.add(own.get(&region).copied().unwrap_or_default());
        // What a region under another of the bloc puts in is part of what that one does.
        if !places.upwards(region).skip(1).any(|above| stated(above) == Some(name)) && stated(region).is_some() {
            group.means.add(Means::of(graph, region));
        }
    }
    groups
}

fn by_tier(graph: &dyn Graph, places: &Places<'_>, own: &HashMap<Node, Needs>) -> BTreeMap<String, Group> {
    let mut groups: BTreeMap<String, Group> =
        graph.nodes(Kind::Tier).map(|t| (graph.id(t).to_owned(), Group::default())).collect();
    for region in graph.nodes(Kind::Region) {
        let tier = places.hierarchy.region_tier(region);
        if let Some(group) = tier.and_then(|tier| groups.get_mut(tier.id)) {
            group.needs.add(own.get(&region).copied().unwrap_or_default());
            group.means.add(Means::of(graph, region));
        }
    }
    groups
}

/// The pairs of regions with a compact, and what every region has to do with them.
#[derive(Default)]
struct Compacts<'g> {
    /// The smaller code first.
    pairs: Vec<(Node, Node)>,
    together: HashSet<(Node, Node)>,
    /// The tiers that both regions of a pair are of.
    tiers: Vec<&'g str>,
    /// For each region that is in one of a pair or under it: the pair, that region of it, and the other.
    of_region: HashMap<Node, Vec<(usize, Node, Node)>>,
    /// For each region, which region of each of those tiers it is, or is under.
    at_tiers: HashMap<Node, Vec<Option<Node>>>,
}

impl<'g> Compacts<'g> {
    fn new(graph: &'g dyn Graph, places: &Places<'g>) -> Self {
        let is_defined = |r: &Node| graph.presence(*r) == Presence::Defined;
        let tier = |r: Node| places.hierarchy.region_tier(r).map(|t| t.id);
        let mut pairs: Vec<(Node, Node)> = graph
            .nodes(Kind::Region)
            .flat_map(|a| graph.outgoing(RelType::Compact, a).nodes.iter().map(move |&b| (a, b)))
            .filter(|(a, b)| a != b && is_defined(b))
            .map(|(a, b)| if graph.compare(a, b).is_gt() { (b, a) } else { (a, b) })
            .collect();
        pairs.sort_unstable();
        pairs.dedup();
        let mut tiers: Vec<&str> = pairs.iter().filter_map(|&(a, b)| tier(a).filter(|_| tier(a) == tier(b))).collect();
        tiers.sort_unstable();
        tiers.dedup();
        let mut ends: HashMap<Node, Vec<(usize, Node, Node)>> = HashMap::new();
        for (i, &(a, b)) in pairs.iter().enumerate() {
            ends.entry(a).or_default().push((i, a, b));
            ends.entry(b).or_default().push((i, b, a));
        }
        let (mut of_region, mut at_tiers) = (HashMap::new(), HashMap::new());
        for region in graph.nodes(Kind::Region) {
            let above = places.upwards(region).filter_map(|r| ends.get(&r)).flatten().copied().collect::<Vec<_>>();
            if !above.is_empty() {
                of_region.insert(region, above);
            }
            let at = |id: &&str| places.upwards(region).find(|&r| tier(r) == Some(id));
            at_tiers.insert(region, tiers.iter().map(at).collect());
        }
        Self { together: pairs.iter().copied().collect(), pairs, tiers, of_region, at_tiers }
    }

    fn are_together(&self, a: Node, b: Node) -> bool {
        self.together.contains(&(a, b)) || self.together.contains(&(b, a))
    }
}

/// The needs that are compared, counted in one go over all datasets.
struct Counted {
    /// Per department, by its number as a carrier, where that is asked for.
    by_consumer: Vec<Needs>,
    /// Per pair of regions with a compact: the consumer in one and the holder in the other.
    across: Vec<Needs>,
    /// For the tiers of such pairs, those between any two other regions of the tier.
    others: Vec<Needs>,
}

impl Counted {
    fn of(flow: &Flow<'_>, places: &Places<'_>, compacts: &Compacts<'_>, by_consumer: bool) -> Self {
        let zero = || Self {
            by_consumer: vec![Needs::default(); if by_consumer { flow.network.departments() as usize } else { 0 }],
            across: vec![Needs::default(); compacts.pairs.len()],
            others: vec![Needs::default(); compacts.tiers.len()],
        };
        let parts = sweep(flow, zero, |counted, reach, dataset| {
            let held_in = flow.network.holder(dataset).and_then(|h| places.region(h));
            let held = held_in.and_then(|held_in| Some((held_in, compacts.at_tiers.get(&held_in)?)));
            if held.is_none() && !by_consumer {
                return;
            }
            judge(flow, reach, dataset, |judged| {
                if let Some(needs) = counted.by_consumer.get_mut(judged.consumer as usize) {
                    needs.take(judged);
                }
                if let Some((held_in, held_at)) = held {
                    counted.take_across(places, compacts, held_in, held_at, judged);
                }
            });
        });
        let mut sum = zero();
        let add = |sum: &mut [Needs], part: Vec<Needs>| sum.iter_mut().zip(part).for_each(|(sum, part)| sum.add(part));
        for part in parts {
            add(&mut sum.by_consumer, part.by_consumer);
            add(&mut sum.across, part.across);
            add(&mut sum.others, part.others);
        }
        sum
    }

    /// Counts a need of a dataset that is held in a region, which at the tiers of compacts is, or is under, others.
    fn take_across(
        &mut self,
        places: &Places<'_>,
        compacts: &Compacts<'_>,
        held_in: Node,
        held_at: &[Option<Node>],
        judged: Judged,
    ) {
        let Some(needed_in) = places.region(judged.consumer) else { return };
        for &(pair, here, there) in compacts.of_region.get(&needed_in).into_iter().flatten() {
            // Where one region of a pair is in the other, a need may come by both: it counts once.
            let by_first = |(a, b)| places.is_within(needed_in, a) && places.is_within(held_in, b);
            let again = here != compacts.pairs[pair].0 && by_first(compacts.pairs[pair]);
            if places.is_within(held_in, there) && !again {
                self.across[pair].take(judged);
            }
        }
        let needed_at = compacts.at_tiers.get(&needed_in).into_iter().flatten();
        for ((needed, held), needs) in needed_at.zip(held_at).zip(&mut self.others) {
            if let (Some(a), Some(b)) = (*needed, *held)
                && a != b
                && !compacts.are_together(a, b)
            {
                needs.take(judged);
            }
        }
    }
}

fn by_compact(graph: &dyn Graph, compacts: &Compacts<'_>, counted: &Counted) -> BTreeMap<String, Group> {
    if compacts.pairs.is_empty() {
        return BTreeMap::new();
    }
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    for &(a, b) in &compacts.pairs {
        let mut means = Means::of(graph, a);
        means.add(Means::of(graph, b));
        groups.insert(pair_name(graph, a, b), Group { needs: Needs::default(), means });
    }
    groups.extend(compacts.tiers.iter().map(|tier| ((*tier).to_owned(), Group::default())));
    let pairs = compacts.pairs.iter().map(|&(a, b)| pair_name(graph, a, b)).zip(&counted.across);
    let tiers = compacts.tiers.iter().map(|tier| (*tier).to_owned()).zip(&counted.others);
    for (name, needs) in pairs.chain(tiers) {
        groups.entry(name).or_default().needs.add(*needs);
    }
    groups
}

/// What a pair of regions is called as a group: both codes, the smaller first.
fn pair_name(graph: &dyn Graph, a: Node, b: Node) -> String {
    format!("{};{}", graph.id(a), graph.id(b))
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(&mut []), None);
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&mut [4.0, 1.0, 2.0, 3.0]), Some(2.5));
    }
}
