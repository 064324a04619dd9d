//! An error in a query, drawn where it is.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level as Drawn, Renderer, Snippet};

use crate::model::Language;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The query does not run.
    Error,
    /// The query runs, and may not mean what its writer thinks.
    Warning,
}

/// What is wrong with a query.
#[derive(Clone, Copy, Debug)]
pub struct Diagnosis<'d> {
    /// How bad it is.
    pub level: Level,
    /// The query's text.
    pub text: &'d str,
    /// The bytes of the text that it is about, if it is about any.
    pub span: Option<(usize, usize)>,
    /// The code: type and detail.
    pub code: &'d str,
    /// In words.
    pub message: &'d str,
    /// What to do about it.
    pub hint: Option<&'d str>,
}

impl Diagnosis<'_> {
    /// The error as lines of a terminal, without a line break at the end.
    #[must_use]
    pub fn draw(&self, language: Language, styled: bool) -> String {
        let level = match self.level {
            Level::Error => Drawn::ERROR.with_name(language.pick("error", "错误")),
            Level::Warning => Drawn::WARNING.with_name(language.pick("warning", "警告")),
        };
        let title = level.primary_title(self.message).id(self.code);
        let mut group = match self.span {
            Some((start, end)) => {
                let start = boundary(self.text, start);
                let end = boundary(self.text, end.max(start));
                let place = AnnotationKind::Primary.span(start..end);
                title.element(Snippet::source(self.text).annotation(place))
            }
            None => title.elements(Vec::<Snippet<'_, annotate_snippets::Annotation<'_>>>::new()),
        };
        if let Some(hint) = self.hint {
            group = group.element(Drawn::HELP.with_name(language.pick("help", "提示")).message(hint));
        }
        let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
        renderer.decor_style(DecorStyle::Ascii).render(&[group])
    }
}

/// The nearest byte at or before a position at which a character begins.
fn boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_underlined_beneath_wide_characters_too() {
        let text = "MATCH (d:数据集)\nRETURN e";
        let diagnosis = Diagnosis {
            level: Level::Error,
            text,
            span: Some((text.len() - 1, text.len())),
            code: "UndefinedVariable",
            message: "the variable `e` is not defined",
            hint: Some("did you mean `d`?"),
        };
        let drawn = diagnosis.draw(Language::English, false);
        let place = drawn.lines().skip_while(|line| !line.contains("RETURN e")).nth(1);
        assert_eq!(place.map(|line| line.trim_end().ends_with("|        ^")), Some(true), "{drawn}");
        assert!(drawn.starts_with("error[UndefinedVariable]: the variable `e` is not defined"), "{drawn}");
        assert!(drawn.ends_with("help: did you mean `d`?"), "{drawn}");
    }

    #[test]
    fn a_place_beyond_the_text_is_its_end() {
        let (level, span) = (Level::Warning, Some((1, 99)));
        let diagnosis = Diagnosis { level, text: "表", span, code: "c", message: "m", hint: None };
        assert!(diagnosis.draw(Language::Chinese, false).contains("警告"));
    }
}
