//! What the parser says when it cannot go on: what it found, what it expected, and what may have been meant.

use super::MAX_DEPTH;
use super::cursor::Parser;
use crate::query::error::{Detail, ErrorType, QueryError};
use crate::query::keyword::nearest;
use crate::query::lexer::{Fault, Sign, TokenKind};
use crate::query::span::Span;

/// How many characters of an unexpected token are shown.
const SHOWN: usize = 40;

impl Parser<'_> {
    /// The next token cannot stand here; what could, in both languages.
    #[cold]
    pub(super) fn unexpected(&self, en: &str, zh: &str) -> Box<QueryError> {
        let span = self.span();
        if let TokenKind::Error(fault) = self.kind()
            && fault != Fault::Number
        {
            return self.faulty(fault, span);
        }
        let (found_en, found_zh) = match self.kind() {
            TokenKind::End => ("the end of the query".to_owned(), "查询已结束".to_owned()),
            _ => {
                let shown = shown(span.of(self.text));
                (format!("`{shown}`"), format!("遇到 `{shown}`"))
            }
        };
        let error = QueryError::syntax(
            Detail::UnexpectedSyntax,
            span,
            format!("expected {en}, found {found_en}"),
            format!("此处应为{zh}，但{found_zh}"),
        );
        let meant = (self.kind() == TokenKind::Name).then(|| nearest(span.of(self.text))).flatten();
        match meant {
            Some(word) => error.hint(format!("did you mean `{word}`?"), format!("是否想写 `{word}`？")),
            None => error,
        }
    }

    /// A bracket that should be closed here is not.
    #[cold]
    pub(super) fn unclosed(&self, sign: Sign, open: Span) -> Box<QueryError> {
        let wanted = format!("`{}`", sign.text());
        let error = self.unexpected(&wanted, &wanted);
        if error.hint.is_some() {
            return error;
        }
        let (line, column) = self.line_and_column(open);
        let opened = open.of(self.text);
        error.hint(
            format!("it would close the `{opened}` in line {line}, column {column}"),
            format!("它与第 {line} 行第 {column} 列的 `{opened}` 相配"),
        )
    }

    /// No variable can have the name that is next.
    #[cold]
    pub(super) fn no_name(&self, en: &str, zh: &str) -> Box<QueryError> {
        let error = self.unexpected(en, zh);
        let TokenKind::Keyword(keyword) = self.kind() else { return error };
        let word = self.span().of(self.text);
        error.hint(
            format!("`{}` is a word of the language; as a name it is written `` `{word}` ``", keyword.word()),
            format!("`{}` 是保留字；用作名称时写作 `` `{word}` ``", keyword.word()),
        )
    }

    /// The tree would be deeper than is allowed.
    #[cold]
    pub(super) fn too_deep(&self) -> Box<QueryError> {
        QueryError::compile(
            ErrorType::LimitExceeded,
            Detail::DepthExceeded,
            self.span(),
            format!("the query is nested deeper than {MAX_DEPTH} levels"),
            format!("查询嵌套超过 {MAX_DEPTH} 层"),
        )
        .hint("pass long lists and long chains of values as parameters", "较长的列表或连续的运算请以参数传入")
    }

    #[cold]
    fn faulty(&self, fault: Fault, span: Span) -> Box<QueryError> {
        let first = span.of(self.text).chars().next().unwrap_or_default();
        let start = Span { start: span.start, end: span.start + first.len_utf8() as u32 };
        let (en, zh) = match fault {
            Fault::OpenText => {
                (format!("the text that begins with {first} is never closed"), format!("以 {first} 开头的文本没有结束"))
            }
            Fault::OpenName => {
                ("the name in back-quotes is never closed".to_owned(), "反引号中的名称没有结束".to_owned())
            }
            Fault::OpenComment => ("the comment is never closed".to_owned(), "注释没有结束".to_owned()),
            Fault::Number | Fault::Character => {
                let code = u32::from(first);
                let shown = if first.is_control() { String::new() } else { format!(" `{first}`") };
                (
                    format!("the character{shown} (U+{code:04X}) means nothing here"),
                    format!("字符{shown}（U+{code:04X}）在此没有意义"),
                )
            }
        };
        let error = QueryError::syntax(Detail::UnexpectedSyntax, start, en, zh);
        match (fault, narrow(first)) {
            (Fault::OpenComment, _) => error.hint("it ends with `*/`", "注释以 `*/` 结束"),
            (_, Some(narrow)) => {
                error.hint(format!("did you mean the narrow `{narrow}`?"), format!("是否想写半角的 `{narrow}`？"))
            }
            _ => error,
        }
    }

    /// The line and the column, in characters, of a place.
    fn line_and_column(&self, span: Span) -> (usize, usize) {
        let before = self.text.get(..span.start as usize).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        (before.matches('\n').count() + 1, line.chars().count() + 1)
    }
}

/// The beginning of a token, on one line.
fn shown(token: &str) -> String {
    let line = token.lines().next().unwrap_or_default();
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None if line.len() < token.len() => format!("{line}…"),
        None => line.to_owned(),
    }
}

/// The sign that a wide one, as Chinese input methods write it, stands for.
fn narrow(wide: char) -> Option<char> {
    match wide {
        '，' | '、' => Some(','),
        '。' => Some('.'),
        '“' | '”' | '「' | '」' => Some('"'),
        '‘' | '’' => Some('\''),
        '【' => Some('['),
        '】' => Some(']'),
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(wide) - 0xfee0),
        _ => None,
    }
}
