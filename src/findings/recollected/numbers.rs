//! Numbers for texts, which are compared and indexed in their place.

use std::borrow::Cow;

use hashbrown::HashMap;

/// Numbers for texts: the same text, the same number.
#[derive(Default)]
pub(super) struct Numbers<'g> {
    numbers: HashMap<Cow<'g, str>, u32>,
    texts: Vec<Cow<'g, str>>,
}

impl<'g> Numbers<'g> {
    /// The number of a text.
    pub(super) fn number(&mut self, text: Cow<'g, str>) -> u32 {
        let next = self.texts.len() as u32;
        *self.numbers.entry(text).or_insert_with_key(|text| {
            self.texts.push(text.clone());
            next
        })
    }

    /// The texts, by their numbers.
    pub(super) fn into_texts(self) -> Vec<Cow<'g, str>> {
        self.texts
    }
}
