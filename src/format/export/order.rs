//! The order of texts as numbers, so that millions of rows sort by integers.

use rayon::prelude::*;

use crate::model::{Sym, SymbolScope};

/// The ranks of some symbols by their text. Rank 0 is the absent cell.
pub(crate) struct Order {
    ranks: Vec<u32>,
    sorted: Vec<Sym>,
}

impl Order {
    /// Ranks the marked symbols: `marked[i]` is that of symbol `i`.
    pub(crate) fn new(texts: &SymbolScope<'_>, marked: &[bool]) -> Self {
        let mut keyed: Vec<(u64, Sym)> = Vec::new();
        let used = || marked.iter().enumerate().filter(|(_, m)| **m).map(|(i, _)| Sym(i as u32));
        // The eight bytes after the prefix that all share decide most comparisons without a look at the texts.
        let mut shared: Option<&str> = None;
        for sym in used() {
            let text = texts.text(sym);
            let known = shared.unwrap_or(text);
            let common = known.bytes().zip(text.bytes()).take_while(|(a, b)| a == b).count();
            shared = Some(&known[..(0..=common).rev().find(|&i| known.is_char_boundary(i)).unwrap_or(0)]);
        }
        let skip = shared.map_or(0, str::len);
        for sym in used() {
            let mut head = [0; 8];
            let tail = &texts.text(sym).as_bytes()[skip..];
            let len = tail.len().min(8);
            head[..len].copy_from_slice(&tail[..len]);
            keyed.push((u64::from_be_bytes(head), sym));
        }
        keyed.par_sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| texts.text(a.1).cmp(texts.text(b.1))));
        let sorted: Vec<Sym> = keyed.into_iter().map(|(_, sym)| sym).collect();
        let mut ranks = vec![0; marked.len()];
        for (i, sym) in sorted.iter().enumerate() {
            ranks[sym.index()] = i as u32 + 1;
        }
        Self { ranks, sorted }
    }

    /// The rank of a symbol: 0 for an absent one.
    pub(crate) fn rank(&self, sym: Sym) -> u32 {
        self.ranks.get(sym.index()).copied().unwrap_or(0)
    }

    /// The symbol of a rank above 0.
    pub(crate) fn symbol(&self, rank: u32) -> Sym {
        self.sorted.get((rank as usize).wrapping_sub(1)).copied().unwrap_or(Sym::NONE)
    }

    /// The ranked symbols in the order of their texts.
    pub(crate) fn symbols(&self) -> &[Sym] {
        &self.sorted
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::Symbols;

    proptest! {
        #[test]
        fn ranks_agree_with_the_texts(texts in proptest::collection::btree_set("(gd:)?[a-b\u{0}东条]{0,12}", 1..40)) {
            let mut symbols = Symbols::new();
            let syms: Vec<Sym> = texts.iter().rev().map(|t| symbols.intern(t)).collect();
            let order = Order::new(&SymbolScope::new(&symbols), &vec![true; symbols.len()]);
            for pair in syms.windows(2) {
                prop_assert!(order.rank(pair[0]) > order.rank(pair[1]));
            }
            prop_assert!(syms.iter().all(|s| order.symbol(order.rank(*s)) == *s));
            prop_assert_eq!(order.rank(Sym::NONE), 0);
        }
    }
}
