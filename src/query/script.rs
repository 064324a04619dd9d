//! Several statements in one text, cut at their semicolons as the text comes in.
//!
//! A shell and a script are read line by line, and each statement runs before the next is looked at. So this cuts without
//! parsing: it knows only what hides a semicolon, which is texts, quoted names and comments. Every character is looked at
//! once, however the text is portioned.

use super::lexer::is_blank;

/// A statement, cut from a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Portion {
    /// Its text, without the semicolon and the blanks around it.
    pub text: String,
    /// The line on which it begins, from 1.
    pub line: usize,
}

/// Cuts a text into statements.
#[derive(Clone, Debug)]
pub struct Splitter {
    /// What was pushed and not given out, behind `from`.
    pending: String,
    from: usize,
    scanned: usize,
    within: Within,
    /// Whether the pending text holds more than blanks and comments.
    says_something: bool,
    /// The line at `from`.
    line: usize,
}

/// What the scan is in the middle of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Within {
    Nothing,
    /// A text or a quoted name; `escaped` after a backslash.
    Quotes {
        quote: char,
        escaped: bool,
    },
    LineComment,
    /// After a `*`, the comment may end.
    BlockComment {
        star: bool,
    },
}

impl Default for Splitter {
    fn default() -> Self {
        Self { pending: String::new(), from: 0, scanned: 0, within: Within::Nothing, says_something: false, line: 1 }
    }
}

impl Splitter {
    /// Adds text. What comes before must have been asked for with [`Splitter::cut`] until there was no more.
    pub fn push(&mut self, text: &str) {
        self.pending.drain(..self.from);
        self.scanned -= self.from;
        self.from = 0;
        self.pending.push_str(text);
    }

    /// The next statement that is whole. Those that say nothing are left out.
    pub fn cut(&mut self) -> Option<Portion> {
        while let Some(end) = self.semicolon() {
            let says_something = std::mem::take(&mut self.says_something);
            let portion = self.give(end, end + 1);
            if says_something {
                return Some(portion);
            }
        }
        None
    }

    /// Whether there is nothing but blanks and finished comments behind the last semicolon.
    #[must_use]
    pub fn is_at_rest(&self) -> bool {
        let scanned = self.scanned == self.pending.len();
        scanned && !self.says_something && matches!(self.within, Within::Nothing | Within::LineComment)
    }

    /// What is left at the end of the text, without a semicolon; none where it is at rest. Then all is forgotten but the
    /// line.
    pub fn rest(&mut self) -> Option<Portion> {
        let at_rest = self.is_at_rest();
        let end = self.pending.len();
        let portion = self.give(end, end);
        (self.scanned, self.within, self.says_something) = (end, Within::Nothing, false);
        (!at_rest).then_some(portion)
    }

    /// Takes the text up to `end`, and goes on at `next`.
    fn give(&mut self, end: usize, next: usize) -> Portion {
        let text = self.pending.get(self.from..end).unwrap_or_default();
        let trimmed = text.trim_start_matches(is_blank);
        let blank = text.get(..text.len() - trimmed.len()).unwrap_or_default();
        let lines = |text: &str| text.bytes().filter(|b| *b == b'\n').count();
        let portion = Portion { text: trimmed.trim_end_matches(is_blank).to_owned(), line: self.line + lines(blank) };
        self.line += lines(text);
        self.from = next;
        portion
    }

    /// Scans up to the next semicolon that ends a statement, and answers its place.
    fn semicolon(&mut self) -> Option<usize> {
        let rest = self.pending.get(self.scanned..)?;
        let mut characters = rest.char_indices().peekable();
        while let Some((at, c)) = characters.next() {
            let next = characters.peek().map(|(_, c)| *c);
            match self.within {
                Within::Quotes { quote, escaped: false } if c == quote => self.within = Within::Nothing,
                // A name in back-quotes has no escapes: `\` is a character like any other.
                Within::Quotes { quote, escaped } => {
                    self.within = Within::Quotes { quote, escaped: !escaped && c == '\\' && quote != '`' };
                }
                Within::LineComment if matches!(c, '\n' | '\r') => self.within = Within::Nothing,
                Within::LineComment => {}
                Within::BlockComment { star: true } if c == '/' => self.within = Within::Nothing,
                Within::BlockComment { .. } => self.within = Within::BlockComment { star: c == '*' },
                Within::Nothing => match c {
                    ';' => {
                        let place = self.scanned + at;
                        self.scanned = place + 1;
                        return Some(place);
                    }
                    '\'' | '"' | '`' => {
                        self.within = Within::Quotes { quote: c, escaped: false };
                        self.says_something = true;
                    }
                    '/' if next == Some('/') => self.within = Within::LineComment,
                    '/' if next == Some('*') => {
                        // The star that opens does not close.
                        characters.next();
                        self.within = Within::BlockComment { star: false };
                    }
                    // What follows decides what it is, and has not come yet.
                    '/' if next.is_none() => {
                        self.scanned += at;
                        return None;
                    }
                    c => self.says_something |= !is_blank(c),
                },
            }
        }
        self.scanned = self.pending.len();
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::lexer::{Sign, TokenKind, tokens};
    use proptest::prelude::*;

    fn split(text: &str) -> (Vec<(String, usize)>, Option<String>) {
        let mut splitter = Splitter::default();
        splitter.push(text);
        let statements = std::iter::from_fn(|| splitter.cut()).map(|p| (p.text, p.line)).collect();
        (statements, splitter.rest().map(|p| p.text))
    }

    #[test]
    fn statements_end_with_semicolons_that_nothing_hides() {
        let text = "RETURN ';' AS `a;b`; // one; two\n/* ; */ ;;\n\nRETURN\n 2;\nRETURN 3";
        let statements = vec![("RETURN ';' AS `a;b`".to_owned(), 1), ("RETURN\n 2".to_owned(), 4)];
        assert_eq!(split(text), (statements, Some("RETURN 3".to_owned())));
        assert_eq!(split("RETURN 'a\\';b'; ").0, vec![("RETURN 'a\\';b'".to_owned(), 1)]);
        assert_eq!(split("// nothing\n \n"), (vec![], None));
    }

    #[test]
    fn what_is_open_waits() {
        let mut splitter = Splitter::default();
        for (text, at_rest) in [("/* a;\n", false), ("*/\n", true), ("RETURN\n", false), ("'a;\n", false)] {
            splitter.push(text);
            assert_eq!(splitter.cut(), None);
            assert_eq!(splitter.is_at_rest(), at_rest, "{text:?}");
        }
        splitter.push("b'; ");
        assert_eq!(splitter.cut(), Some(Portion { text: "/* a;\n*/\nRETURN\n'a;\nb'".to_owned(), line: 1 }));
        assert_eq!(splitter.cut(), None);
        assert!(splitter.is_at_rest());
    }

    proptest! {
        /// Cut here and there, a text has the semicolons that the lexer sees.
        #[test]
        fn semicolons_are_those_of_the_lexer(pieces in prop::collection::vec("[a;'\"`/*\\\\\n数 ]{0,6}", 0..8)) {
            let text = pieces.concat();
            let semicolon = |t: &&crate::query::lexer::Token| t.kind == TokenKind::Sign(Sign::Semicolon);
            let found = tokens(&text);
            let mut starts = vec![0];
            starts.extend(found.iter().filter(semicolon).map(|t| t.span.end as usize));
            let ends = found.iter().filter(semicolon).map(|t| t.span.start as usize);
            let wanted: Vec<String> = starts.iter().zip(ends)
                .map(|(start, end)| &text[*start..end])
                .filter(|part| tokens(part).iter().any(|t| t.kind != TokenKind::Comment))
                .map(|part| part.trim_matches(is_blank).to_owned())
                .collect();
            let mut splitter = Splitter::default();
            let mut given = Vec::new();
            for piece in &pieces {
                splitter.push(piece);
                given.extend(std::iter::from_fn(|| splitter.cut()).map(|p| p.text));
            }
            prop_assert_eq!(given, wanted);
        }
    }
}
