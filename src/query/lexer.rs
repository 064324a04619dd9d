//! Query text cut into tokens.
//!
//! Cutting never fails: what is no token becomes one of kind [`TokenKind::Error`], and the parser complains if it gets
//! there. So the same tokens serve for colouring a query while it is typed. The time is linear in the text.

use nom::branch::alt;
use nom::bytes::complete::{is_not, tag, take_until, take_while, take_while1};
use nom::character::complete::{anychar, char, digit1, one_of, satisfy};
use nom::combinator::{opt, recognize};
use nom::multi::many0_count;
use nom::sequence::{pair, preceded};
use nom::{IResult, Parser};

use super::keyword::Keyword;
use super::span::Span;

/// A token: what it is, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands.
    pub span: Span,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A word of the language, though it may stand for a name.
    Keyword(Keyword),
    /// Any other word.
    Name,
    /// A name in back-quotes; one within is doubled.
    QuotedName,
    /// Digits of an integer, of any size: `12`, `0xFF`, `0o17`.
    Integer,
    /// Digits of a float: `1.5`, `.5`, `1e9`.
    Float,
    /// A text in single or double quotes, its escapes as written.
    Text,
    /// `$name`, `$0`, `` $`name` ``.
    Parameter,
    /// A sign.
    Sign(Sign),
    /// `// …` up to the end of the line, or `/* … */`.
    Comment,
    /// What is no token.
    Error(Fault),
    /// The end of the text; only the parser sees it.
    End,
}

/// Why something is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It begins as a number and is none: `12abc`, `0x`, `007`.
    Number,
    /// A text whose closing quote is missing.
    OpenText,
    /// A name whose closing back-quote is missing.
    OpenName,
    /// A comment whose `*/` is missing.
    OpenComment,
    /// A character that begins no token.
    Character,
}

macro_rules! signs {
    ($($name:ident $text:literal,)*) => {
        /// A sign.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Sign {
            $(#[doc = concat!("`", $text, "`")] $name,)*
        }

        /// Longer signs first.
        const SIGNS: &[(&str, Sign)] = &[$(($text, Sign::$name),)*];

        impl Sign {
            /// As it is written.
            #[must_use]
            pub fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

signs! {
    NotEqual "<>",
    LessOrEqual "<=",
    GreaterOrEqual ">=",
    Matches "=~",
    PlusEqual "+=",
    Dots "..",
    DoubleBar "||",
    LeftParenthesis "(",
    RightParenthesis ")",
    LeftBracket "[",
    RightBracket "]",
    LeftBrace "{",
    RightBrace "}",
    Comma ",",
    Dot ".",
    Colon ":",
    Semicolon ";",
    Equal "=",
    Less "<",
    Greater ">",
    Plus "+",
    Minus "-",
    Star "*",
    Slash "/",
    Percent "%",
    Caret "^",
    Bar "|",
    Ampersand "&",
    Exclamation "!",
}

/// Cuts a text into tokens, comments among them; blanks are left out.
#[must_use]
pub fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / 4);
    let mut rest = text.trim_start_matches(is_blank);
    while let Ok((after, kind)) = token(rest) {
        let span = Span::new(text.len() - rest.len(), text.len() - after.len());
        tokens.push(Token { kind, span });
        rest = after.trim_start_matches(is_blank);
    }
    tokens
}

/// Whether a character separates tokens and is otherwise nothing: Unicode white space, and what openCypher adds to it.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}' | '\u{180e}' | '\u{feff}')
}

fn starts_name(c: char) -> bool {
    c == '_' || unicode_ident::is_xid_start(c)
}

fn continues_name(c: char) -> bool {
    unicode_ident::is_xid_continue(c)
}

type Cut<'t> = IResult<&'t str, TokenKind>;

/// The first token; an error only at the end of the text.
fn token(text: &str) -> Cut<'_> {
    alt((word, number, quoted_text, comment, sign, parameter, quoted_name, other)).parse(text)
}

fn word(text: &str) -> Cut<'_> {
    let kind = |word| Keyword::of(word).map_or(TokenKind::Name, TokenKind::Keyword);
    recognize(pair(satisfy(starts_name), take_while(continues_name))).map(kind).parse(text)
}

/// A number runs on as long as letters and digits do, so that `12abc` is one mistake and not a number and a name.
fn number(text: &str) -> Cut<'_> {
    alt((prefixed, decimal)).parse(text)
}

fn prefixed(text: &str) -> Cut<'_> {
    let (digits, radix) = alt((tag("0x").or(tag("0X")).map(|_| 16), tag("0o").or(tag("0O")).map(|_| 8))).parse(text)?;
    let (rest, digits) = take_while(continues_name)(digits)?;
    let whole = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
    Ok((rest, if whole { TokenKind::Integer } else { TokenKind::Error(Fault::Number) }))
}

fn decimal(text: &str) -> Cut<'_> {
    let exponent = (one_of("eE"), opt(one_of("+-")), digit1);
    let (rest, (whole, fraction, exponent)) =
        (opt(digit1), opt(recognize(pair(char('.'), digit1))), opt(recognize(exponent))).parse(text)?;
    if whole.is_none() && fraction.is_none() {
        return digit1(text).map(|(rest, _)| (rest, TokenKind::Integer));
    }
    let (rest, tail) = take_while(continues_name)(rest)?;
    // openCypher has no octal numbers that only begin with a zero; a number that looks like one is not guessed at.
    let is_float = fraction.is_some() || exponent.is_some();
    let padded = !is_float && whole.is_some_and(|w| w.len() > 1 && w.starts_with('0'));
    let kind = match is_float {
        _ if !tail.is_empty() || padded => TokenKind::Error(Fault::Number),
        true => TokenKind::Float,
        false => TokenKind::Integer,
    };
    Ok((rest, kind))
}

fn quoted_text(text: &str) -> Cut<'_> {
    let (body, quote) = one_of("'\"")(text)?;
    let plain = if quote == '"' { "\"\\" } else { "'\\" };
    let (rest, _) = many0_count(alt((is_not(plain), recognize(pair(char('\\'), anychar))))).parse(body)?;
    closed(rest, quote, TokenKind::Text, Fault::OpenText)
}

fn quoted_name(text: &str) -> Cut<'_> {
    let (body, _) = char('`')(text)?;
    let (rest, _) = many0_count(alt((is_not("`"), tag("``")))).parse(body)?;
    closed(rest, '`', TokenKind::QuotedName, Fault::OpenName)
}

/// What ends with a quote; without one it is a fault that takes the rest of the text.
fn closed(text: &str, quote: char, kind: TokenKind, fault: Fault) -> Cut<'_> {
    match text.strip_prefix(quote) {
        Some(rest) => Ok((rest, kind)),
        None => Ok(("", TokenKind::Error(fault))),
    }
}

fn parameter(text: &str) -> Cut<'_> {
    let (name, _) = char('$')(text)?;
    alt((take_while1(continues_name).map(|_| TokenKind::Parameter), |name| {
        let (rest, kind) = quoted_name(name)?;
        Ok((rest, if kind == TokenKind::QuotedName { TokenKind::Parameter } else { kind }))
    }))
    .parse(name)
}

fn comment(text: &str) -> Cut<'_> {
    let line = preceded(tag("//"), take_while(|c| c != '\n' && c != '\r')).map(|_| TokenKind::Comment);
    alt((line, |text| {
        let (body, _) = tag("/*")(text)?;
        match (take_until::<_, _, nom::error::Error<_>>("*/"), tag("*/")).parse(body) {
            Ok((rest, _)) => Ok((rest, TokenKind::Comment)),
            Err(_) => Ok(("", TokenKind::Error(Fault::OpenComment))),
        }
    }))
    .parse(text)
}

fn sign(text: &str) -> Cut<'_> {
    let first = text.as_bytes().first();
    let fits = |(sign, _): &&(&str, Sign)| sign.as_bytes().first() == first && text.starts_with(sign);
    if let Some((sign, kind)) = SIGNS.iter().find(fits) {
        return Ok((&text[sign.len()..], TokenKind::Sign(*kind)));
    }
    satisfy(|c| look_alike(c).is_some()).map(|c| look_alike(c).map_or(TokenKind::End, TokenKind::Sign)).parse(text)
}

/// The other dashes and arrow heads that openCypher takes.
fn look_alike(c: char) -> Option<Sign> {
    match c {
        '\u{ad}' | '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '﹘' | '﹣' | '－' => Some(Sign::Minus),
        '⟨' | '〈' | '﹤' | '＜' => Some(Sign::Less),
        '⟩' | '〉' | '﹥' | '＞' => Some(Sign::Greater),
        _ => None,
    }
}

fn other(text: &str) -> Cut<'_> {
    anychar.map(|_| TokenKind::Error(Fault::Character)).parse(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cut(text: &str) -> Vec<(TokenKind, &str)> {
        tokens(text).into_iter().map(|t| (t.kind, t.span.of(text))).collect()
    }

    fn only(text: &str) -> TokenKind {
        let cut = cut(text);
        assert_eq!(cut.iter().map(|(_, t)| *t).collect::<Vec<_>>(), [text]);
        cut[0].0
    }

    #[test]
    fn numbers() {
        for text in ["0", "12", "0x1aF", "0o17", "9223372036854775808"] {
            assert_eq!(only(text), TokenKind::Integer, "{text}");
        }
        for text in ["1.5", ".5", "1e9", "1E-9", "1.5e+3", "00.5"] {
            assert_eq!(only(text), TokenKind::Float, "{text}");
        }
        for text in ["12abc", "0x", "0xG", "0o8", "007", "1e", "1.5f", "1中"] {
            assert_eq!(only(text), TokenKind::Error(Fault::Number), "{text}");
        }
        let dots = TokenKind::Sign(Sign::Dots);
        assert_eq!(cut("1..3"), [(TokenKind::Integer, "1"), (dots, ".."), (TokenKind::Integer, "3")]);
        assert_eq!(cut("..3")[0], (dots, ".."));
        assert_eq!(cut("1.a").len(), 3);
    }

    #[test]
    fn words_texts_and_parameters() {
        assert_eq!(only("mAtCh"), TokenKind::Keyword(Keyword::Match));
        for text in ["a1", "_", "数据集", "É_é", "match1"] {
            assert_eq!(only(text), TokenKind::Name, "{text}");
        }
        for text in ["`a b`", "`a``b`", "``"] {
            assert_eq!(only(text), TokenKind::QuotedName, "{text}");
        }
        for text in ["'it\\'s'", "\"a'b\\\"\"", "''", "'\\\\'", "'中\n文'"] {
            assert_eq!(only(text), TokenKind::Text, "{text}");
        }
        for text in ["$a", "$0", "$`a b`", "$match", "$参数"] {
            assert_eq!(only(text), TokenKind::Parameter, "{text}");
        }
    }

    #[test]
    fn what_is_never_closed_takes_the_rest() {
        assert_eq!(only("'a\\'"), TokenKind::Error(Fault::OpenText));
        assert_eq!(only("\"a\\"), TokenKind::Error(Fault::OpenText));
        assert_eq!(only("`a``"), TokenKind::Error(Fault::OpenName));
        assert_eq!(only("$`a"), TokenKind::Error(Fault::OpenName));
        assert_eq!(only("/* a"), TokenKind::Error(Fault::OpenComment));
        assert_eq!(
            cut("a # $")[1..],
            [(TokenKind::Error(Fault::Character), "#"), (TokenKind::Error(Fault::Character), "$")]
        );
    }

    #[test]
    fn comments_and_blanks() {
        let texts = |text| cut(text).into_iter().map(|(_, t)| t).collect::<Vec<_>>();
        assert_eq!(
            texts("\u{feff}a // b\r\n/* c\n*/d/**/\u{3000}e//"),
            ["a", "// b", "/* c\n*/", "d", "/**/", "e", "//"]
        );
        assert_eq!(tokens(" \n"), []);
    }

    #[test]
    fn signs() {
        for (text, sign) in SIGNS {
            assert_eq!(only(text), TokenKind::Sign(*sign));
            assert_eq!(sign.text(), *text);
        }
        for text in ["−", "—", "－"] {
            assert_eq!(only(text), TokenKind::Sign(Sign::Minus));
        }
    }

    proptest! {
        #[test]
        fn tokens_cover_all_but_blanks(text in "\\PC{0,60}|[-a0.'\"`$/*\\\\ \n<>=]{0,60}") {
            let mut end = 0;
            for token in tokens(&text) {
                let (start, next) = (token.span.start as usize, token.span.end as usize);
                prop_assert!(text[end..start].chars().all(is_blank) && start < next);
                end = next;
            }
            prop_assert!(text[end..].chars().all(is_blank));
        }
    }
}
