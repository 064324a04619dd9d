//! Titles as they are compared: without the names of their region and of those above it, with width, case and traditional
//! forms folded, and blanks made one.

use std::borrow::Cow;
use std::rc::Rc;

use hashbrown::HashMap;

use crate::findings::hierarchy::Hierarchy;
use crate::findings::look_alike::fold;
use crate::graph::{Graph, Node};

/// Numbers for folded titles: the same title, the same number.
pub(super) struct Titles<'g> {
    graph: &'g dyn Graph,
    /// The names of a region and of those above it, the longest first: as they stand, and folded.
    places: HashMap<Node, Rc<[(&'g str, String)]>>,
    /// What is left of a title without its places is the same for thousands of datasets, and folded once.
    folds: HashMap<String, Rc<str>>,
    numbers: HashMap<String, u32>,
    texts: Vec<String>,
}

impl<'g> Titles<'g> {
    pub(super) fn new(graph: &'g dyn Graph) -> Self {
        Self { graph, places: HashMap::new(), folds: HashMap::new(), numbers: HashMap::new(), texts: Vec::new() }
    }

    /// The number of a dataset's title; none where nothing is left of it.
    pub(super) fn number(&mut self, dataset: Node, region: Node, hierarchy: &Hierarchy<'g>) -> Option<u32> {
        const TITLE: usize = 1;
        let graph = self.graph;
        let title = graph.node_cell(dataset, TITLE).text()?;
        let places = Rc::clone(self.places.entry(region).or_insert_with(|| {
            let names = hierarchy.upwards(region).filter_map(|r| graph.text(r, "name")).filter(|name| !name.is_empty());
            let mut names: Vec<(&str, String)> = names.map(|name| (name, fold(name))).collect();
            names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
            names.into()
        }));
        let bare = without(title, places.iter().map(|(name, _)| *name));
        let folded = Rc::clone(self.folds.entry_ref(bare.as_ref()).or_insert_with(|| fold(&bare).into()));
        // What is left may name a place in another width or in traditional forms.
        let left = without(&folded, places.iter().map(|(_, name)| name.as_str()));
        let words: Vec<&str> = left.split_whitespace().collect();
        let text = words.join(" ");
        if text.is_empty() {
            return None;
        }
        if let Some(&number) = self.numbers.get(&text) {
            return Some(number);
        }
        let number = self.texts.len() as u32;
        self.texts.push(text.clone());
        self.numbers.insert(text, number);
        Some(number)
    }

    /// The folded titles, by their numbers.
    pub(super) fn into_texts(self) -> Vec<String> {
        self.texts
    }
}

/// A text with names taken out, each a blank in its place.
fn without<'t>(text: &'t str, names: impl Iterator<Item = &'t str>) -> Cow<'t, str> {
    let mut left = Cow::Borrowed(text);
    for name in names {
        if left.contains(name) {
            left = Cow::Owned(left.replace(name, " "));
        }
    }
    left
}
