//! Lists within a cell: split by `;`, with `\;` and `\\` as escapes.

use std::borrow::Cow;

/// The items of a list cell; blanks around an item and empty items are dropped.
pub fn split(cell: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let mut rest = Some(cell);
    std::iter::from_fn(move || {
        loop {
            let text = rest?;
            let mut escaped = false;
            let mut had_escape = false;
            let mut end = text.len();
            for (i, b) in text.bytes().enumerate() {
                match b {
                    _ if escaped => escaped = false,
                    b'\\' => {
                        escaped = true;
                        had_escape = true;
                    }
                    b';' => {
                        end = i;
                        break;
                    }
                    _ => {}
                }
            }
            rest = text.get(end + 1..);
            let item = text[..end].trim();
            if item.is_empty() {
                rest?;
                continue;
            }
            return Some(if had_escape { Cow::Owned(unescape(item)) } else { Cow::Borrowed(item) });
        }
    })
}

fn unescape(item: &str) -> String {
    let mut out = String::with_capacity(item.len());
    let mut chars = item.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.push(chars.next().unwrap_or('\\')),
            c => out.push(c),
        }
    }
    out
}

/// Whether an item of a list cell cannot stand as it is.
#[must_use]
pub fn needs_escapes(item: &[u8]) -> bool {
    memchr::memchr2(b';', b'\\', item).is_some()
}

/// Appends an item to a list cell, escaping what the cell's form needs.
pub fn push(cell: &mut String, item: &str) {
    if !cell.is_empty() {
        cell.push(';');
    }
    if !needs_escapes(item.as_bytes()) {
        cell.push_str(item);
        return;
    }
    for c in item.chars() {
        if c == ';' || c == '\\' {
            cell.push('\\');
        }
        cell.push(c);
    }
}

/// Joins items to a list cell.
#[must_use]
pub fn join<S: AsRef<str>>(items: impl IntoIterator<Item = S>) -> String {
    let mut cell = String::new();
    for item in items {
        push(&mut cell, item.as_ref());
    }
    cell
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_joined_is_split_again() {
        let items = ["a", "b;c", r"d\e", "无偿共享"];
        let cell = join(items);
        assert_eq!(cell, r"a;b\;c;d\\e;无偿共享");
        assert_eq!(split(&cell).collect::<Vec<_>>(), items);
        assert_eq!(split(" a ;; b ;").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(split(r"tail\").collect::<Vec<_>>(), [r"tail\"]);
    }
}
