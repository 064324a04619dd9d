//! Platforms whose names and descriptions say the same, though their functions differ or are missing.
//!
//! Texts are compared as sets of grams: pairs of Han characters, whole words of other scripts, after the names of the
//! platform's region and of those above it are taken out and width, case and traditional forms are folded. The score is
//! the Jaccard similarity of the names' grams; where both are described, the mean of that and of the descriptions'.
//! Candidates come from an index of each name's rarest grams (a prefix filter, which loses no pair above the threshold:
//! Chaudhuri, Ganti and Kaushik, ICDE 2006), and only platforms in one chain of regions or with one parent are held
//! against each other.

use std::borrow::Cow;
use std::sync::Arc;

use hashbrown::{HashMap, HashSet};
use memchr::memmem::Finder;
use rayon::prelude::*;

use super::hierarchy::Hierarchy;
use super::redundant::Platform;
use crate::graph::{Graph, Node};
use crate::model::RelType;

/// Two platforms that look alike: positions among the platforms given, the smaller id first.
pub(super) struct Pair {
    pub(super) first: usize,
    pub(super) second: usize,
    pub(super) score: f64,
    /// The words that both names share.
    pub(super) shared: String,
}

/// A name and description as grams.
#[derive(Clone, Debug)]
struct Text {
    name: Vec<String>,
    description: Vec<String>,
}

/// Loads the dictionary of traditional forms, which takes as long as reading the platforms of a country.
pub(super) fn prepare() {
    fold("\u{689d}");
}

/// Every pair of platforms at or above the threshold, each once.
pub(super) fn pairs(graph: &dyn Graph, hierarchy: &Hierarchy<'_>, platforms: &[Platform], threshold: f64) -> Vec<Pair> {
    // Every part remembers what it folded: not too many parts.
    let part = platforms.len().div_ceil(2 * rayon::current_num_threads()).max(1);
    let bare: Vec<Option<Bare>> = platforms
        .par_chunks(part)
        .flat_map_iter(|platforms| {
            let mut reader = BareReader::new(graph, hierarchy);
            platforms.iter().map(move |p| p.region.and_then(|region| reader.read(p.node, region)))
        })
        .collect();
    // Thousands of platforms share a few hundred texts: those are compared, and their platforms joined afterwards.
    let mut members: HashMap<Bare, Vec<usize>> = HashMap::new();
    for (i, bare) in bare.into_iter().enumerate() {
        if let Some(bare) = bare {
            members.entry(bare).or_default().push(i);
        }
    }
    let (distinct, members): (Vec<Text>, Vec<Vec<usize>>) = members
        .into_iter()
        .map(|(bare, members)| (Text { name: grams(&bare.name), description: grams(&bare.description) }, members))
        .filter(|(text, _)| !text.name.is_empty())
        .unzip();
    let mut pairs: Vec<Pair> = alike(&distinct, threshold)
        .into_par_iter()
        .flat_map_iter(|(a, b, score)| {
            let joined = join(graph, platforms, hierarchy, &members[a], &members[b], a == b);
            let shared = if joined.is_empty() { String::new() } else { shared_words(&distinct[a], &distinct[b]) };
            joined
                .into_iter()
                .map(move |(first, second)| Pair { first, second, score, shared: shared.clone() })
                .collect::<Vec<_>>()
        })
        .collect();
    pairs.sort_by_key(|p| (p.first, p.second));
    pairs
}

/// The name of a region, ready to be found: as it stands, and folded.
struct Place<'g> {
    raw: &'g str,
    find_raw: Finder<'g>,
    folded: String,
    find_folded: Finder<'static>,
}

impl<'g> Place<'g> {
    fn new(raw: &'g str) -> Self {
        let folded = fold(raw);
        Self { raw, find_raw: Finder::new(raw), find_folded: Finder::new(&folded).into_owned(), folded }
    }
}

/// The names of a region and of those above it, longest first.
type Places<'g> = Arc<[Arc<Place<'g>>]>;

/// A name and description without their places, folded.
#[derive(PartialEq, Eq, Hash)]
struct Bare {
    name: Arc<str>,
    description: Arc<str>,
}

/// Reads names and descriptions. What is left of one without its places is the same for thousands of platforms, and folded
/// once.
struct BareReader<'a, 'g> {
    graph: &'g dyn Graph,
    hierarchy: &'a Hierarchy<'g>,
    /// The place of each region that has a name.
    places: HashMap<Node, Option<Arc<Place<'g>>>>,
    around: HashMap<Node, Places<'g>>,
    folds: HashMap<String, Arc<str>>,
}

impl<'a, 'g> BareReader<'a, 'g> {
    fn new(graph: &'g dyn Graph, hierarchy: &'a Hierarchy<'g>) -> Self {
        Self { graph, hierarchy, places: HashMap::new(), around: HashMap::new(), folds: HashMap::new() }
    }

    fn read(&mut self, platform: Node, region: Node) -> Option<Bare> {
        const NAME: usize = 1;
        const DESCRIPTION: usize = 11;
        let (graph, hierarchy) = (self.graph, self.hierarchy);
        let around = Arc::clone(self.around.entry(region).or_insert_with(|| {
            let place = |r: Node| {
                let name = || graph.node_cell(r, NAME).text().filter(|name| !name.is_empty());
                self.places.entry(r).or_insert_with(|| name().map(|name| Arc::new(Place::new(name)))).clone()
            };
            let mut places: Vec<Arc<Place<'_>>> = hierarchy.upwards(region).filter_map(place).collect();
            places.sort_by_key(|place| std::cmp::Reverse(place.raw.len()));
            places.into()
        }));
        let name = self.bare(graph.node_cell(platform, NAME).text()?, &around);
        let description = self.bare(graph.node_cell(platform, DESCRIPTION).text().unwrap_or_default(), &around);
        Some(Bare { name, description })
    }

    fn bare(&mut self, text: &str, places: &[Arc<Place<'g>>]) -> Arc<str> {
        let mut bare = Cow::Borrowed(text);
        for place in places {
            if place.find_raw.find(bare.as_bytes()).is_some() {
                bare = Cow::Owned(bare.replace(place.raw, " "));
            }
        }
        // What is left may name a place in another width or in traditional forms.
        let folded = self.folds.entry_ref(bare.as_ref()).or_insert_with(|| fold(&bare).into());
        let mut left = Cow::Borrowed(&**folded);
        for place in places {
            if place.find_folded.find(left.as_bytes()).is_some() {
                left = Cow::Owned(left.replace(place.folded.as_str(), " "));
            }
        }
        match left {
            Cow::Borrowed(_) => Arc::clone(folded),
            Cow::Owned(left) => left.into(),
        }
    }
}

/// Folds width, case and traditional forms.
pub(super) fn fold(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let folded: String = text.nfkc().flat_map(char::to_lowercase).collect();
    // The conversion walks a dictionary; a text of other scripts has no traditional form.
    if folded.is_ascii() { folded } else { character_converter::traditional_to_simplified(&folded).into_owned() }
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

/// The grams of a text, sorted and distinct.
fn grams(text: &str) -> Vec<String> {
    let mut grams = Vec::new();
    let mut word = String::new();
    let mut last: Option<char> = None;
    let mut run = 0;
    for c in text.chars().chain([' ']) {
        if is_han(c) {
            if let Some(last) = last {
                grams.push([last, c].iter().collect());
            }
            last = Some(c);
            run += 1;
        } else {
            if let (Some(last), 1) = (last, run) {
                grams.push(last.to_string());
            }
            last = None;
            run = 0;
        }
        if c.is_alphanumeric() && !is_han(c) {
            word.push(c);
        } else if !word.is_empty() {
            grams.push(std::mem::take(&mut word));
        }
    }
    grams.sort_unstable();
    grams.dedup();
    grams
}

fn jaccard(a: &[String], b: &[String]) -> f64 {
    let (mut i, mut j, mut both) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                both += 1;
                i += 1;
                j += 1;
            }
        }
    }
    f64::from(both) / (a.len() + b.len()).saturating_sub(both as usize).max(1) as f64
}

fn score(a: &Text, b: &Text) -> f64 {
    let names = jaccard(&a.name, &b.name);
    if a.description.is_empty() || b.description.is_empty() {
        names
    } else {
        f64::midpoint(names, jaccard(&a.description, &b.description))
    }
}

/// Pairs of texts at or above the threshold, a text with itself among them.
fn alike(texts: &[Text], threshold: f64) -> Vec<(usize, usize, f64)> {
    // The mean with a description may lift a name's similarity by at most half of what is missing to 1.
    let name_threshold = (2.0 * threshold - 1.0).max(0.0);
    let mut frequency: HashMap<&str, u32> = HashMap::new();
    for gram in texts.iter().flat_map(|t| t.name.iter()) {
        *frequency.entry(gram).or_default() += 1;
    }
    let by_rarity = |text: &'_ Text| -> Vec<String> {
        let mut grams = text.name.to_vec();
        grams.sort_by_key(|g| (frequency.get(g.as_str()).copied().unwrap_or(0), g.clone()));
        // Two sets at or above a Jaccard similarity share one of these of each. What rounding adds to the product must
        // not cost a gram.
        let shared = (name_threshold * grams.len() as f64 - 1e-9).ceil().max(0.0) as usize;
        let keep = grams.len() - shared.min(grams.len()) + 1;
        grams.truncate(keep.clamp(1, text.name.len()));
        grams
    };
    let mut index: HashMap<String, Vec<usize>> = HashMap::new();
    let mut found = Vec::new();
    for (i, text) in texts.iter().enumerate() {
        found.push((i, i, 1.0));
        let mut candidates = HashSet::new();
        for gram in by_rarity(text) {
            let postings = index.entry(gram).or_default();
            candidates.extend(postings.iter().copied());
            postings.push(i);
        }
        for j in candidates {
            let score = score(&texts[j], text);
            if score >= threshold {
                found.push((j, i, score));
            }
        }
    }
    found
}

fn shared_words(a: &Text, b: &Text) -> String {
    let shared: Vec<&str> = a.name.iter().filter(|g| b.name.binary_search(g).is_ok()).map(String::as_str).collect();
    shared.join(" ")
}

/// Joins the platforms of two texts whose functions differ or are missing, in one chain of regions or with one parent.
fn join(
    graph: &dyn Graph,
    platforms: &[Platform],
    hierarchy: &Hierarchy<'_>,
    a: &[usize],
    b: &[usize],
    same: bool,
) -> HashSet<(usize, usize)> {
    let mut found = HashSet::new();
    // Where one function covers all, no pair can differ.
    let functions: HashSet<Option<u32>> = a.iter().chain(b).map(|&i| platforms[i].function).collect();
    if functions.len() == 1 && !functions.contains(&None) {
        return found;
    }
    let by = |list: &[usize], key: &dyn Fn(Node) -> Option<Node>| {
        let mut map: HashMap<Node, Vec<usize>> = HashMap::new();
        for &i in list {
            if let Some(node) = platforms[i].region.and_then(key) {
                map.entry(node).or_default().push(i);
            }
        }
        map
    };
    let parent = |region: Node| graph.one_out(RelType::Within, region);
    let regions_b = by(b, &|r| Some(r));
    let parents_b = by(b, &parent);
    let mut add = |i: usize, j: usize| {
        let (p, q) = (&platforms[i], &platforms[j]);
        let differs = p.function.is_none() || q.function.is_none() || p.function != q.function;
        if i != j && differs {
            found.insert((i.min(j), i.max(j)));
        }
    };
    for &i in a {
        let Some(region) = platforms[i].region else { continue };
        let siblings = parent(region).and_then(|p| parents_b.get(&p));
        for &j in siblings.into_iter().flatten() {
            add(i, j);
        }
        for above in hierarchy.upwards(region) {
            for &j in regions_b.get(&above).into_iter().flatten() {
                add(i, j);
            }
        }
    }
    if !same {
        let regions_a = by(a, &|r| Some(r));
        for &j in b {
            let Some(region) = platforms[j].region else { continue };
            for above in hierarchy.upwards(region) {
                for &i in regions_a.get(&above).into_iter().flatten() {
                    add(i, j);
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Texts of few words, many of them rare and some of them shared, as catalogs have them.
    fn texts() -> impl Strategy<Value = Vec<Text>> {
        let word = prop_oneof![0..6u8, 0..30u8].prop_map(|n| format!("w{n}"));
        let words = move |least| {
            proptest::collection::btree_set(word.clone(), least..9).prop_map(|set| set.into_iter().collect())
        };
        let text = (words(1), words(0)).prop_map(|(name, description)| Text { name, description });
        proptest::collection::vec(text, 0..14)
    }

    proptest! {
        /// The index loses no pair: all of them held against each other find the same.
        #[test]
        fn alike_is_what_all_pairs_say(texts in texts(), threshold in 1..=20u8) {
            let threshold = f64::from(threshold) / 20.0;
            let mut found: Vec<(usize, usize)> = alike(&texts, threshold).into_iter().map(|(a, b, _)| (a, b)).collect();
            found.sort_unstable();
            let pairs = (0..texts.len()).flat_map(|a| (a..texts.len()).map(move |b| (a, b)));
            let expected: Vec<(usize, usize)> = pairs
                .filter(|&(a, b)| a == b || jaccard(&texts[a].name, &texts[b].name) > 0.0)
                .filter(|&(a, b)| score(&texts[a], &texts[b]) >= threshold)
                .collect();
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn texts_are_folded_before_they_are_cut_into_grams() {
        let grams_of = |text: &str| grams(&fold(text));
        assert_eq!(grams_of("政务数据"), ["务数", "政务", "数据"]);
        assert_eq!(grams_of("政務數據"), grams_of("政务数据"));
        assert_eq!(grams_of("ＯＡ　Portal 3"), ["3", "oa", "portal"]);
        assert_eq!(grams_of("市"), ["市"]);
    }
}
