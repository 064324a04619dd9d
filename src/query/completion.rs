//! What may be written at a place of an unfinished query, as far as the words before it tell.
//!
//! The text need not parse, so this looks at tokens alone: the one that is being typed, the one before it, and the bracket
//! that both stand in. It may offer too much, and never fails.

use super::keyword::Keyword;
use super::lexer::{Fault, Sign, Token, TokenKind, tokens};

/// What is wanted at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A clause or an expression: keywords, functions and variables.
    Anything,
    /// A label.
    Label,
    /// A relationship type.
    RelationshipType,
    /// A property key.
    Key,
    /// A property key, or the rest of a function's name with a namespace.
    Member,
    /// A procedure.
    Procedure,
    /// A parameter, with its dollar sign.
    Parameter,
    /// Nothing that could be guessed: a text, a number or a comment.
    Nothing,
}

/// A place of an unfinished query: the end of the text that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// What is wanted.
    pub wanted: Wanted,
    /// Where the word begins that is being typed: a byte of the text.
    pub start: usize,
    /// Where its namespace begins; where it has none, the same.
    pub qualified: usize,
    /// Names that stand elsewhere in the text, most of which are variables: each once, in the order of the alphabet.
    pub names: Vec<String>,
}

/// Looks at the end of a text.
#[must_use]
pub fn place(text: &str) -> Place {
    let all = tokens(text);
    let typed = all.last().filter(|t| t.span.end as usize == text.len());
    let unguessable = typed.is_some_and(|t| {
        use TokenKind::{Comment, Error, Float, Integer, QuotedName, Text};
        matches!(t.kind, Text | Integer | Float | QuotedName | Comment)
            || (matches!(t.kind, Error(_)) && t.span.of(text) != "$")
    });
    // A line comment takes everything up to the end of its line, which blanks do not end.
    let open_comment = all.last().is_some_and(|t| {
        t.kind == TokenKind::Comment
            && t.span.of(text).starts_with("//")
            && !text.get(t.span.end as usize..).unwrap_or_default().contains(['\n', '\r'])
    });
    let all: Vec<Token> = all.iter().copied().filter(|t| t.kind != TokenKind::Comment).collect();
    let nothing = |wanted| Place { wanted, start: text.len(), qualified: text.len(), names: Vec::new() };
    if unguessable || open_comment {
        return nothing(Wanted::Nothing);
    }
    let typed = all.last().filter(|t| {
        t.span.end as usize == text.len() && (is_word(t.kind) || matches!(t.kind, TokenKind::Parameter | DOLLAR))
    });
    let before = typed.map_or(all.as_slice(), |_| all.split_last().map_or(&[][..], |(_, before)| before));
    let start = typed.map_or(text.len(), |t| t.span.start as usize);
    if typed.is_some_and(|t| !is_word(t.kind)) {
        return Place { wanted: Wanted::Parameter, start, qualified: start, names: Vec::new() };
    }
    let (before, qualified) = namespace(before, start);
    let wanted = match before.last().map(|t| t.kind) {
        Some(TokenKind::Keyword(Keyword::Call)) => Wanted::Procedure,
        Some(TokenKind::Sign(Sign::Dot)) => Wanted::Key,
        _ if qualified < start => Wanted::Member,
        Some(TokenKind::Sign(sign)) => after(sign, before),
        _ => Wanted::Anything,
    };
    Place { wanted, start, qualified, names: names(text, &all, typed) }
}

/// A dollar sign before the parameter's name is typed.
const DOLLAR: TokenKind = TokenKind::Error(Fault::Character);

fn is_word(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Name | TokenKind::Keyword(_))
}

/// Goes back over `a.b.` before the word that is typed: what stands before it, and where it begins.
fn namespace(mut before: &[Token], start: usize) -> (&[Token], usize) {
    let mut begins = start;
    while let [rest @ .., name, dot] = before
        && dot.kind == TokenKind::Sign(Sign::Dot)
        && dot.span.end as usize == begins
        && (is_word(name.kind) || name.kind == TokenKind::QuotedName)
        && name.span.end == dot.span.start
    {
        begins = name.span.start as usize;
        before = rest;
    }
    (before, begins)
}

/// What is wanted after a sign, which is the last of these tokens.
fn after(sign: Sign, before: &[Token]) -> Wanted {
    let bracket = bracket(before);
    let named = |wanted| if bracket == Bracket::Relationship { Wanted::RelationshipType } else { wanted };
    match (sign, bracket) {
        (Sign::LeftBrace | Sign::Comma, Bracket::Map) => Wanted::Key,
        (Sign::Colon, Bracket::Map) => Wanted::Anything,
        (Sign::Colon, _) => named(Wanted::Label),
        // Signs of a label expression, if a colon began one.
        (Sign::Bar | Sign::Ampersand | Sign::Exclamation, _) if in_label_expression(before) => named(Wanted::Label),
        _ => Wanted::Anything,
    }
}

fn in_label_expression(before: &[Token]) -> bool {
    let part = |t: &&Token| {
        let sign = matches!(t.kind, TokenKind::Sign(Sign::Bar | Sign::Ampersand | Sign::Exclamation));
        sign || is_word(t.kind) || t.kind == TokenKind::QuotedName
    };
    before.iter().rev().find(|t| !part(t)).is_some_and(|t| t.kind == TokenKind::Sign(Sign::Colon))
}

/// The bracket that a place stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bracket {
    /// `-[ … ]`
    Relationship,
    /// `{key: … }`
    Map,
    /// Any other, or none.
    Other,
}

fn bracket(before: &[Token]) -> Bracket {
    let mut closed = 0_usize;
    for (i, token) in before.iter().enumerate().rev() {
        let TokenKind::Sign(sign) = token.kind else { continue };
        match sign {
            Sign::RightParenthesis | Sign::RightBracket | Sign::RightBrace => closed += 1,
            Sign::LeftParenthesis | Sign::LeftBracket | Sign::LeftBrace if closed > 0 => closed -= 1,
            Sign::Semicolon => return Bracket::Other,
            Sign::LeftParenthesis => return Bracket::Other,
            Sign::LeftBracket => {
                let dash = i.checked_sub(1).and_then(|i| before.get(i));
                let relationship = dash.is_some_and(|t| t.kind == TokenKind::Sign(Sign::Minus));
                return if relationship { Bracket::Relationship } else { Bracket::Other };
            }
            Sign::LeftBrace => {
                let subquery = i.checked_sub(1).and_then(|i| before.get(i)).is_some_and(|t| {
                    use Keyword::{Call, Collect, Count, Exists};
                    matches!(t.kind, TokenKind::Keyword(Call | Collect | Count | Exists))
                });
                return if subquery { Bracket::Other } else { Bracket::Map };
            }
            _ => {}
        }
    }
    Bracket::Other
}

/// Names that are neither labels, types nor keys, but for the one that is typed.
fn names(text: &str, all: &[Token], typed: Option<&Token>) -> Vec<String> {
    let mut names = Vec::new();
    let mut previous = None;
    for token in all {
        let called = matches!(previous, Some(TokenKind::Sign(Sign::Dot | Sign::Colon)));
        if token.kind == TokenKind::Name && !called && typed != Some(token) {
            names.push(token.span.of(text).to_owned());
        }
        previous = Some(token.kind);
    }
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_stands_before_tells_what_is_wanted() {
        for (text, wanted, typed) in [
            ("", Wanted::Anything, ""),
            ("MAT", Wanted::Anything, "MAT"),
            ("MATCH (d:", Wanted::Label, ""),
            ("MATCH (d:数据", Wanted::Label, "数据"),
            ("MATCH (d:Dataset|Pl", Wanted::Label, "Pl"),
            ("MATCH (d:!Da", Wanted::Label, "Da"),
            ("MATCH (a)-[s:SER", Wanted::RelationshipType, "SER"),
            ("MATCH (a)<-[:A|", Wanted::RelationshipType, ""),
            ("MATCH (d:Dataset {sha", Wanted::Key, "sha"),
            ("MATCH (d:Dataset {share: 'x', ti", Wanted::Key, "ti"),
            ("MATCH (d:Dataset {share: wi", Wanted::Anything, "wi"),
            ("MATCH (d) WHERE d.sh", Wanted::Member, "sh"),
            ("MATCH (d) WHERE nodes(p)[0].", Wanted::Key, ""),
            ("MATCH (d) WHERE d:Da", Wanted::Label, "Da"),
            ("MATCH (d) WHERE EXISTS { MA", Wanted::Anything, "MA"),
            ("RETURN [x IN l | x", Wanted::Anything, "x"),
            ("CALL si", Wanted::Procedure, "si"),
            ("CALL graph.re", Wanted::Procedure, "re"),
            ("RETURN $", Wanted::Parameter, "$"),
            ("RETURN $sh", Wanted::Parameter, "$sh"),
            ("RETURN 'a", Wanted::Nothing, ""),
            ("RETURN 12", Wanted::Nothing, ""),
            ("RETURN 1 // a: ", Wanted::Nothing, ""),
            ("RETURN 1 /* a: */ ", Wanted::Anything, ""),
        ] {
            let place = place(text);
            assert_eq!((place.wanted, &text[place.start..]), (wanted, typed), "{text}");
        }
    }

    #[test]
    fn names_of_the_query_are_gathered_without_labels_and_keys() {
        let place = place("MATCH (d:Dataset {share: x})-[s]->(d) WHERE d.title = pl");
        assert_eq!(place.names, ["d", "s", "share"]);
    }

    #[test]
    fn a_namespace_is_told_apart() {
        let place = place("RETURN date.trun");
        assert_eq!((place.qualified, place.start), (7, 12));
    }

    proptest! {
        #[test]
        fn every_text_has_a_place(text in "[a:.\\[\\](){}|$`'/* 数,-]{0,24}") {
            let place = place(&text);
            prop_assert!(text.is_char_boundary(place.start) && text.is_char_boundary(place.qualified));
            prop_assert!(place.qualified <= place.start);
        }
    }
}
