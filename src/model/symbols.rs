//! Interned texts: every text of a table is a number, so that equal texts are equal numbers.

use hashbrown::HashTable;
use xxhash_rust::xxh3::xxh3_64;

/// The number of an interned text. [`Sym::NONE`] marks an absent cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(transparent)]
pub struct Sym(pub u32);

impl Sym {
    /// No text: an absent cell.
    pub const NONE: Self = Self(u32::MAX);

    /// Whether there is a text.
    #[must_use]
    pub fn is_some(self) -> bool {
        self != Self::NONE
    }

    /// Whether the cell is absent.
    #[must_use]
    pub fn is_none(self) -> bool {
        self == Self::NONE
    }

    /// The position of this text among the texts interned.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A growing set of distinct texts, numbered in the order in which they came.
#[derive(Clone, Debug, Default)]
pub struct Symbols {
    arena: String,
    ends: Vec<usize>,
    table: HashTable<Entry>,
}

/// A text in the hash table: the upper half of its hash beside its number, so that neither a comparison with an unequal
/// text nor growing touches the texts.
#[derive(Clone, Copy, Debug)]
struct Entry {
    tag: u32,
    index: u32,
}

impl Entry {
    fn tag(hash: u64) -> u32 {
        (hash >> 32) as u32
    }

    /// The hash that the table goes by.
    fn slot(tag: u32) -> u64 {
        u64::from(tag).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
}

impl Symbols {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many texts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The text of a symbol of this set.
    #[must_use]
    #[inline]
    pub fn text(&self, sym: Sym) -> &str {
        let i = sym.index();
        let start = if i == 0 { 0 } else { self.ends[i - 1] };
        &self.arena[start..self.ends[i]]
    }

    /// The text of a symbol, or none for an absent cell.
    #[must_use]
    pub fn get(&self, sym: Sym) -> Option<&str> {
        sym.is_some().then(|| self.text(sym))
    }

    /// The symbol of a text, if it is known.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<Sym> {
        self.find_hashed(xxh3_64(text.as_bytes()), text)
    }

    fn find_hashed(&self, hash: u64, text: &str) -> Option<Sym> {
        let tag = Entry::tag(hash);
        let same = |entry: &Entry| entry.tag == tag && self.text(Sym(entry.index)) == text;
        self.table.find(Entry::slot(tag), same).map(|entry| Sym(entry.index))
    }

    /// The symbol of a text, new where it was not known.
    pub fn intern(&mut self, text: &str) -> Sym {
        let hash = xxh3_64(text.as_bytes());
        self.find_hashed(hash, text).unwrap_or_else(|| self.insert_hashed(hash, text))
    }

    fn insert_hashed(&mut self, hash: u64, text: &str) -> Sym {
        let index = self.ends.len() as u32;
        assert!(index < u32::MAX, "more than four thousand million distinct texts");
        self.arena.push_str(text);
        self.ends.push(self.arena.len());
        let tag = Entry::tag(hash);
        self.table.insert_unique(Entry::slot(tag), Entry { tag, index }, |entry| Entry::slot(entry.tag));
        Sym(index)
    }

    /// Every text, in the order of its number.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.len()).map(|i| self.text(Sym(i as u32)))
    }
}

/// A set of texts that grows on top of one that several threads read: what is new gets numbers from the
/// base's length upwards, and joins the base by [`SymbolScope::merge_into`].
#[derive(Debug)]
pub struct SymbolScope<'a> {
    base: &'a Symbols,
    local: Symbols,
}

/// The texts that a [`SymbolScope`] added, apart from its base.
#[derive(Debug)]
pub struct NewSymbols {
    base_len: usize,
    local: Symbols,
}

/// Renumbers the symbols of a scope once it has joined its base.
#[derive(Debug)]
pub struct Renumbering {
    base_len: usize,
    numbers: Vec<Sym>,
}

impl Renumbering {
    /// The symbol's number in the joined set.
    #[must_use]
    pub fn apply(&self, sym: Sym) -> Sym {
        if sym.is_none() || sym.index() < self.base_len { sym } else { self.numbers[sym.index() - self.base_len] }
    }
}

impl<'a> SymbolScope<'a> {
    /// Nothing new yet.
    #[must_use]
    pub fn new(base: &'a Symbols) -> Self {
        Self { base, local: Symbols::new() }
    }

    /// The symbol of a text, new where neither the base nor this scope knew it.
    pub fn intern(&mut self, text: &str) -> Sym {
        let hash = xxh3_64(text.as_bytes());
        if let Some(sym) = self.base.find_hashed(hash, text) {
            return sym;
        }
        let local = self.local.find_hashed(hash, text).unwrap_or_else(|| self.local.insert_hashed(hash, text));
        Sym(local.0 + self.base.len() as u32)
    }

    /// The text of a symbol of the base or of this scope.
    #[must_use]
    pub fn text(&self, sym: Sym) -> &str {
        if sym.index() < self.base.len() {
            self.base.text(sym)
        } else {
            self.local.text(Sym(sym.0 - self.base.len() as u32))
        }
    }

    /// What this scope added, free of the base's borrow.
    #[must_use]
    pub fn finish(self) -> NewSymbols {
        NewSymbols { base_len: self.base.len(), local: self.local }
    }
}

impl NewSymbols {
    /// Adds the texts to the base (which others may have extended meanwhile) and tells the new numbers.
    pub fn merge_into(self, base: &mut Symbols) -> Renumbering {
        if base.is_empty() && self.base_len == 0 {
            // Nothing stands before these texts, so their numbers stay, and none has to be copied.
            *base = self.local;
            return Renumbering { base_len: base.len(), numbers: Vec::new() };
        }
        let numbers = self.local.iter().map(|text| base.intern(text)).collect();
        Renumbering { base_len: self.base_len, numbers }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_of_two_threads_join_without_losing_a_text() {
        let mut base = Symbols::new();
        let known = base.intern("known");
        let (first, second) = {
            let (mut a, mut b) = (SymbolScope::new(&base), SymbolScope::new(&base));
            assert_eq!(a.intern("known"), known);
            (vec![a.intern("x"), a.intern("y")], vec![b.intern("y"), b.intern("z"), b.intern("known")])
        };
        let (mut a, mut b) = (SymbolScope::new(&base), SymbolScope::new(&base));
        a.intern("x");
        a.intern("y");
        b.intern("y");
        b.intern("z");
        let (a, b) = (a.finish(), b.finish());
        let a = a.merge_into(&mut base);
        let b = b.merge_into(&mut base);
        let texts =
            |r: &Renumbering, s: &[Sym]| s.iter().map(|s| base.text(r.apply(*s)).to_owned()).collect::<Vec<_>>();
        assert_eq!(texts(&a, &first), ["x", "y"]);
        assert_eq!(texts(&b, &second), ["y", "z", "known"]);
    }
}
