//! Reading the header of a saved query.

use super::{ParameterType, Saved, SavedParameter};
use crate::query::error::Text;
use crate::query::suggest;

/// What is wrong with a saved query's header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderError {
    /// The query's name.
    pub name: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and what would be right.
    pub message: Text,
}

impl std::fmt::Display for HeaderError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.cypher:{}: {}", self.name, self.line, self.message.en)
    }
}

impl std::error::Error for HeaderError {}

/// The keys, and what a line of each looks like.
const KEYS: [(&str, &str); 6] = [
    ("title", "// title: …"),
    ("标题", "// 标题: …"),
    ("question", "// question: …"),
    ("问题", "// 问题: …"),
    ("parameter", "// parameter NAME: TYPE = DEFAULT"),
    ("中文", "//   中文: …"),
];

/// What goes on in an indented line.
#[derive(Clone, Copy)]
enum Open {
    Title,
    TitleChinese,
    Question,
    QuestionChinese,
    About,
    AboutChinese,
}

/// What was read so far.
struct Header<'t> {
    name: &'t str,
    line: usize,
    title: Text,
    question: Text,
    parameters: Vec<SavedParameter>,
    open: Option<Open>,
}

/// Reads a saved query. Its text is not looked at beyond the header.
///
/// # Errors
/// When the header lacks a title or question in either language, or a line of it is none that is known.
pub fn parse(name: &str, text: &str) -> Result<Saved, HeaderError> {
    let empty = || Text::new("", "");
    let mut header = Header { name, line: 0, title: empty(), question: empty(), parameters: Vec::new(), open: None };
    for line in text.trim_start_matches('\u{feff}').lines() {
        header.line += 1;
        match line.trim_end().strip_prefix("//") {
            None | Some("") => break,
            Some(comment) => header.take(comment)?,
        }
    }
    let Header { title, question, parameters, .. } = header.whole()?;
    Ok(Saved { name: name.to_owned(), title, question, parameters, text: text.to_owned() })
}

impl Header<'_> {
    fn error(&self, en: String, zh: String) -> HeaderError {
        HeaderError { name: self.name.to_owned(), line: self.line, message: Text::new(en, zh) }
    }

    /// Takes what follows the slashes of a line.
    fn take(&mut self, comment: &str) -> Result<(), HeaderError> {
        let text = comment.trim_start();
        if !comment.starts_with("  ") {
            return self.field(text);
        }
        if self.open.is_none() {
            return Err(self.error(
                "an indented line goes on with the one before it, and here is none".to_owned(),
                "缩进行是上一行的延续，此处没有上一行".to_owned(),
            ));
        }
        match (self.open, key(text)) {
            (Some(Open::About), Some(("中文", rest))) => {
                self.open = Some(Open::AboutChinese);
                self.append(rest);
            }
            _ => self.append(text),
        }
        Ok(())
    }

    /// A line that begins a field.
    fn field(&mut self, text: &str) -> Result<(), HeaderError> {
        if let Some(rest) = text.strip_prefix("parameter ") {
            return self.parameter(rest);
        }
        let Some((key, rest)) = key(text) else { return Err(self.unknown(text)) };
        let (open, said) = match key {
            "title" => (Open::Title, &self.title.en),
            "标题" => (Open::TitleChinese, &self.title.zh),
            "question" => (Open::Question, &self.question.en),
            "问题" => (Open::QuestionChinese, &self.question.zh),
            _ => return Err(self.unknown(text)),
        };
        if !said.is_empty() {
            return Err(self.error(format!("`{key}` is said twice"), format!("`{key}` 重复")));
        }
        self.open = Some(open);
        self.append(rest);
        Ok(())
    }

    /// `NAME: TYPE = DEFAULT`.
    fn parameter(&mut self, text: &str) -> Result<(), HeaderError> {
        let Some((name, rest)) = key(text) else { return Err(self.unknown(text)) };
        let (ty, default) = rest.split_once('=').map_or((rest, None), |(ty, default)| (ty, Some(default.trim())));
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        if name.is_empty() || !name.chars().all(is_name) || name.starts_with(|c: char| c.is_numeric()) {
            return Err(
                self.error(format!("`{name}` cannot be the name of a parameter"), format!("`{name}` 不能作参数名"))
            );
        }
        if self.parameters.iter().any(|p| p.name == name) {
            return Err(self.error(format!("the parameter `{name}` is there twice"), format!("参数 `{name}` 重复")));
        }
        let Some(ty) = ParameterType::from_name(ty.trim()) else {
            let (ty, known) = (ty.trim(), ParameterType::ALL.map(ParameterType::name));
            return Err(self.error(
                format!("`{ty}` is no type of a parameter; the types are {}", known.join(", ")),
                format!("`{ty}` 不是参数类型；类型有 {}", known.join("、")),
            ));
        };
        let mut parameter = SavedParameter { name: name.to_owned(), ty, default: None, about: Text::new("", "") };
        parameter.default = match default {
            None => None,
            Some("null") => Some(crate::query::value::Value::Null),
            Some(text) => Some(parameter.read(text).map_err(|e| self.error(e.message.en, e.message.zh))?),
        };
        self.parameters.push(parameter);
        self.open = Some(Open::About);
        Ok(())
    }

    /// Appends to the field that is open. Chinese is written without blanks between lines.
    fn append(&mut self, text: &str) {
        let about = self.parameters.last_mut().map(|p| &mut p.about);
        let (into, blank) = match (self.open, about) {
            (Some(Open::Title), _) => (&mut self.title.en, " "),
            (Some(Open::TitleChinese), _) => (&mut self.title.zh, ""),
            (Some(Open::Question), _) => (&mut self.question.en, " "),
            (Some(Open::QuestionChinese), _) => (&mut self.question.zh, ""),
            (Some(Open::About), Some(about)) => (&mut about.en, " "),
            (Some(Open::AboutChinese), Some(about)) => (&mut about.zh, ""),
            _ => return,
        };
        if !into.is_empty() {
            into.push_str(blank);
        }
        into.push_str(text.trim());
    }

    fn unknown(&self, text: &str) -> HeaderError {
        let word = text.split([':', '：', ' ']).next().unwrap_or_default();
        let forms: Vec<&str> = KEYS.iter().map(|(_, form)| *form).collect();
        let near = suggest::nearest(word, KEYS.iter().map(|(key, _)| *key));
        let (en, zh) = match near {
            Some(near) => (format!("did you mean `{near}`?"), format!("是否指 `{near}`？")),
            None => (format!("its lines are {}", forms.join(", ")), format!("其各行形如 {}", forms.join("、"))),
        };
        self.error(
            format!("`{text}` is no line of a header: {en} An empty comment line ends the header"),
            format!("`{text}` 不是文件头的一行：{zh} 空注释行结束文件头"),
        )
    }

    /// Everything that a header has to say.
    fn whole(self) -> Result<Self, HeaderError> {
        let said = [
            ("title", &self.title.en),
            ("标题", &self.title.zh),
            ("question", &self.question.en),
            ("问题", &self.question.zh),
        ];
        if let Some((key, _)) = said.into_iter().find(|(_, text)| text.is_empty()) {
            return Err(self.error(format!("the header lacks its `// {key}: …`"), format!("文件头缺少 `// {key}: …`")));
        }
        let silent = self.parameters.iter().find(|p| p.about.en.is_empty() || p.about.zh.is_empty());
        if let Some(SavedParameter { name, .. }) = silent {
            return Err(self.error(
                format!("the parameter `{name}` lacks what it means: `//   …` and `//   中文: …` below it"),
                format!("参数 `{name}` 缺少含义：其下应有 `//   …` 和 `//   中文: …`"),
            ));
        }
        Ok(self)
    }
}

/// A key and what follows its colon, which may be a full-width one.
fn key(text: &str) -> Option<(&str, &str)> {
    let (key, rest) = text.split_once([':', '：'])?;
    Some((key.trim(), rest.trim()))
}
