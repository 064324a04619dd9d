//! Breaking lines where columns are counted: a Chinese character takes two, and a line may break between any two.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How many columns a text takes.
pub(super) fn width(text: &str) -> usize {
    if text.bytes().all(|b| (0x20..0x7f).contains(&b)) {
        return text.len();
    }
    // Control characters (see `document`) take none here; the crate would count one for each.
    if text.bytes().any(|b| b < 0x20) { text.chars().map(char_width).sum() } else { text.width() }
}

fn char_width(c: char) -> usize {
    c.width().unwrap_or(0)
}

/// Breaks a line into pieces of at most `first` columns, then `rest` columns. It breaks at blanks (which are dropped),
/// beside wide characters, after the punctuation of ids, and within a word only where nothing else fits. A piece is
/// wider than allowed only where a single character is.
pub(super) fn wrap(line: &str, first: usize, rest: usize) -> Vec<&str> {
    if width(line) <= first {
        return vec![line.trim_end_matches(' ')];
    }
    let mut pieces = Vec::new();
    let mut left = line;
    loop {
        let limit = if pieces.is_empty() { first } else { rest }.max(1);
        let end = piece_end(left, limit);
        pieces.push(left[..end].trim_end_matches(' '));
        left = &left[end..];
        if left.is_empty() {
            return pieces;
        }
    }
}

/// Where the first piece of a text ends: its length if all of it fits.
fn piece_end(text: &str, limit: usize) -> usize {
    let mut used = 0;
    // The last place where the piece may end.
    let mut chance = None;
    let mut before = None;
    for (i, c) in text.char_indices() {
        let size = char_width(c);
        if before.is_some_and(|b| may_break(b, c, size)) {
            chance = Some(i);
        }
        if used + size > limit && i > 0 && c != ' ' && size > 0 {
            return chance.unwrap_or(i);
        }
        used += size;
        before = Some(c);
    }
    text.len()
}

fn may_break(before: char, after: char, after_width: usize) -> bool {
    if after == ' ' || after_width == 0 || is_closing(after) || is_opening(before) {
        return false;
    }
    before == ' '
        || after_width == 2
        || char_width(before) == 2
        || (matches!(before, ':' | '/' | ';' | ',' | '-' | '_') && !after.is_ascii_digit())
}

fn is_closing(c: char) -> bool {
    matches!(
        c,
        '，' | '。'
            | '、'
            | '；'
            | '：'
            | '？'
            | '！'
            | '）'
            | '》'
            | '」'
            | '”'
            | '’'
            | '%'
            | ')'
            | ','
            | '.'
            | ';'
    )
}

fn is_opening(c: char) -> bool {
    matches!(c, '（' | '《' | '「' | '“' | '‘' | '(')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_break_where_a_reader_would() {
        assert_eq!(wrap("held by one department", 10, 10), ["held by", "one", "department"]);
        assert_eq!(wrap("将低保对象信息授权给新都区。", 12, 12), ["将低保对象信", "息授权给新都", "区。"]);
        assert_eq!(wrap("信息共享，完成", 8, 8), ["信息共", "享，完成"]);
        assert_eq!(wrap("sichuan:dataset-1", 12, 12), ["sichuan:", "dataset-1"]);
        assert_eq!(wrap("其余2,790项", 7, 7), ["其余", "2,790项"]);
        assert_eq!(wrap("abcdefgh", 3, 4), ["abc", "defg", "h"]);
        assert_eq!(wrap("", 3, 3), [""]);
        assert_eq!(wrap("宽", 1, 1), ["宽"]);
    }

    proptest! {
        #[test]
        fn nothing_but_blanks_is_lost_and_no_piece_is_too_wide(
            line in "([a-c宽字，。 :]|é\u{301}){0,40}",
            first in 1_usize..12,
            rest in 1_usize..12,
        ) {
            let pieces = wrap(&line, first, rest);
            let solid = |text: &str| text.replace(' ', "");
            prop_assert_eq!(solid(&pieces.concat()), solid(&line));
            for (i, piece) in pieces.iter().enumerate() {
                let limit = if i == 0 { first } else { rest };
                let single = piece.chars().filter(|&c| char_width(c) > 0 && c != ' ').count() <= 1;
                prop_assert!(width(piece) <= limit || single, "{:?} in {:?}", piece, pieces);
            }
        }
    }
}
