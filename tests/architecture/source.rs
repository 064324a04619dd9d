//! Reading Rust source just well enough to see what it names: comments and literals go, `#[cfg(test)]` items go, and
//! what is left is a row of words and signs.

use std::fs;
use std::path::{Path, PathBuf};

/// A source file under `src`, as the tests see it.
pub(crate) struct Source {
    /// Its path below `src`, with `/`.
    pub path: String,
    /// Its words and signs outside test code, each with its line.
    pub tokens: Vec<Token>,
    /// How many lines it has.
    pub lines: usize,
}

/// A word or a sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// The line that it is on, from 1.
    pub line: usize,
    /// The text; `::` is one sign.
    pub text: String,
}

impl Source {
    /// A file of this path with this text.
    pub(crate) fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), tokens: without_tests(tokens(text)), lines: text.lines().count() }
    }

    /// The modules that the file is within, from the crate's root: `store`, `codec` for `store/codec/mod.rs`.
    pub(crate) fn modules(&self) -> Vec<&str> {
        let mut parts: Vec<&str> = self.path.trim_end_matches(".rs").split('/').collect();
        if matches!(parts.last(), Some(&("mod" | "lib" | "main"))) {
            parts.pop();
        }
        parts
    }

    /// Whether a word stands in the file, outside tests.
    pub(crate) fn line_of(&self, word: &str) -> Option<usize> {
        self.tokens.iter().find(|t| t.text == word).map(|t| t.line)
    }
}

/// Every file under `src` but those of `#[cfg(test)]` modules.
pub(crate) fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.sort();
    let texts: Vec<(String, String)> = files
        .into_iter()
        .map(|file| {
            let inner = file.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
            (inner, fs::read_to_string(&file).unwrap())
        })
        .collect();
    let mut tests: Vec<String> = Vec::new();
    for (path, text) in &texts {
        let source = Source::new(path, "");
        for module in test_modules(&tokens(text)) {
            let within = source.modules().join("/");
            tests.push(format!("{within}/{module}"));
        }
    }
    let is_test = |path: &str| {
        let path = path.trim_end_matches(".rs");
        tests.iter().any(|test| path == test || path.starts_with(&format!("{test}/")))
    };
    texts.iter().filter(|(path, _)| !is_test(path)).map(|(path, text)| Source::new(path, text)).collect()
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
}

/// The words and signs of a text, without comments, strings and characters.
fn tokens(text: &str) -> Vec<Token> {
    let chars: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let (mut i, mut line) = (0, 1);
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    while i < chars.len() {
        let c = chars[i];
        let start = i;
        if c == '/' && at(i + 1) == '/' {
            while i < chars.len() && chars[i] != '\n' {
                i += 1;
            }
        } else if c == '/' && at(i + 1) == '*' {
            let mut depth = 0;
            loop {
                match (at(i), at(i + 1)) {
                    ('/', '*') => (depth, i) = (depth + 1, i + 2),
                    ('*', '/') => (depth, i) = (depth - 1, i + 2),
                    _ => i += 1,
                }
                if depth == 0 || i >= chars.len() {
                    break;
                }
            }
        } else if let Some(end) = raw_string(&chars, i) {
            i = end;
        } else if c == '"' {
            i = quoted(&chars, i, '"');
        } else if c == '\'' && (at(i + 1) == '\\' || at(i + 2) == '\'') {
            i = quoted(&chars, i, '\'');
        } else if c.is_alphanumeric() || c == '_' {
            while at(i).is_alphanumeric() || at(i) == '_' {
                i += 1;
            }
            // The quote after `b` or `c` begins a literal, which the next round takes out.
            tokens.push(Token { line, text: chars[start..i].iter().collect() });
        } else {
            i += if c == ':' && at(i + 1) == ':' { 2 } else { 1 };
            if !c.is_whitespace() {
                tokens.push(Token { line, text: chars[start..i].iter().collect() });
            }
        }
        line += chars[start..i.min(chars.len())].iter().filter(|c| **c == '\n').count();
    }
    tokens
}

/// Where a raw string that begins here ends.
fn raw_string(chars: &[char], start: usize) -> Option<usize> {
    let before = start.checked_sub(1).map(|i| chars[i]);
    if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
        return None;
    }
    let mut i = start;
    if chars.get(i) == Some(&'b') {
        i += 1;
    }
    if chars.get(i) != Some(&'r') {
        return None;
    }
    i += 1;
    let hashes = chars[i..].iter().take_while(|c| **c == '#').count();
    i += hashes;
    if chars.get(i) != Some(&'"') {
        return None;
    }
    i += 1;
    while i < chars.len() {
        if chars[i] == '"' && chars[i + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes {
            return Some(i + 1 + hashes);
        }
        i += 1;
    }
    Some(i)
}

fn quoted(chars: &[char], start: usize, quote: char) -> usize {
    let mut i = start + 1;
    while i < chars.len() && chars[i] != quote {
        i += if chars[i] == '\\' { 2 } else { 1 };
    }
    i + 1
}

fn is(tokens: &[Token], at: usize, texts: &[&str]) -> bool {
    texts.iter().enumerate().all(|(k, text)| tokens.get(at + k).is_some_and(|t| t.text == *text))
}

const CFG_TEST: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];

/// Names of the modules of other files that are declared under `#[cfg(test)]`.
fn test_modules(tokens: &[Token]) -> Vec<String> {
    let mut names = Vec::new();
    for i in 0..tokens.len() {
        if !is(tokens, i, &CFG_TEST) {
            continue;
        }
        let module = (i + CFG_TEST.len()..i + CFG_TEST.len() + 8).find(|&k| is(tokens, k, &["mod"]));
        if let Some(k) = module
            && is(tokens, k + 2, &[";"])
        {
            names.push(tokens[k + 1].text.clone());
        }
    }
    names
}

/// The tokens but for items under `#[cfg(test)]`.
fn without_tests(tokens: Vec<Token>) -> Vec<Token> {
    let mut kept = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        if !is(&tokens, i, &CFG_TEST) {
            kept.push(tokens[i].clone());
            i += 1;
            continue;
        }
        // The item ends with a semicolon, or with the brace that closes its first one.
        let mut depth = 0;
        while i < tokens.len() {
            match tokens[i].text.as_str() {
                "{" => depth += 1,
                "}" => depth -= 1,
                _ => {}
            }
            let ends = depth == 0 && matches!(tokens[i].text.as_str(), ";" | "}");
            i += 1;
            if ends {
                break;
            }
        }
    }
    kept
}
