//! Titles as they are compared: without the names of their region and of those above it, with width, case and traditional
//! forms folded, and blanks made one.

use std::borrow::Cow;
use std::rc::Rc;

use hashbrown::HashMap;

use crate::findings::hierarchy::Hierarchy;
use crate::findings::look_alike::fold;
use crate::graph::{Graph, Node};

/// Folds titles, and remembers what it folded.
pub(super) struct Titles<'g> {
    graph: &'g dyn Graph,
    /// The names of a region and of those above it, the longest first: as they stand, and folded.
    places: HashMap<Node, Rc<[(&'g str, String)]>>,
    /// What is left of a title without its places is the same for thousands of datasets, and folded once.
    folds: HashMap<String, Rc<str>>,
}

impl<'g> Titles<'g> {
    pub(super) fn new(graph: &'g dyn Graph) -> Self {
        Self { graph, places: HashMap::new(), folds: HashMap::new() }
    }

    /// A title of a region as it is compared, a part of the title itself where nothing was folded in it; none where nothing
    /// is left of it.
    pub(super) fn bare(&mut self, title: &'g str, region: Node, hierarchy: &Hierarchy<'g>) -> Option<Cow<'g, str>> {
        let graph = self.graph;
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
        let as_it_stands = title.find(&text).and_then(|start| title.get(start..start + text.len()));
        Some(as_it_stands.map_or(Cow::Owned(text), Cow::Borrowed))
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
