//! Cells of the kit's tables: openCypher literals, and nodes, relationships and paths as the kit writes them, such as
//! `(:A {n: 1})`, `[:T]` and `<(:A)-[:T]->()>`.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::str::CharIndices;

use serde_json::{Value as Json, json};

/// What a cell says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    Null,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    List(Vec<Self>),
    Map(BTreeMap<String, Self>),
    Node(Node),
    Relationship(Relationship),
    Path(Path),
}

/// A node, without an identity: the kit writes none.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    pub labels: Vec<String>,
    pub properties: BTreeMap<String, Cell>,
}

/// A relationship, without its ends.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Relationship {
    pub ty: String,
    pub properties: BTreeMap<String, Cell>,
}

/// A path: its nodes, and the relationships between, each with whether it is walked from its start to its end.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Path {
    pub nodes: Vec<Node>,
    pub relationships: Vec<(Relationship, bool)>,
}

impl Cell {
    /// Reads a cell.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut reader = Reader { text, chars: text.char_indices().peekable() };
        let value = reader.value()?;
        reader.blanks();
        match reader.chars.peek() {
            None => Ok(value),
            Some((at, _)) => Err(format!("`{text}`: what is `{}`?", &text[*at..])),
        }
    }

    /// As a parameter of a request; none where the kit could not mean one.
    pub(crate) fn json(&self) -> Option<Json> {
        Some(match self {
            Self::Null => Json::Null,
            Self::Boolean(b) => json!(b),
            Self::Integer(i) => json!(i),
            Self::Float(f) if f.is_finite() => json!(f),
            Self::Float(f) if f.is_nan() => json!({ "$float": "NaN" }),
            Self::Float(f) => json!({ "$float": if *f > 0.0 { "Infinity" } else { "-Infinity" } }),
            Self::Text(text) => json!(text),
            Self::List(items) => Json::Array(items.iter().map(Self::json).collect::<Option<_>>()?),
            Self::Map(entries) => {
                let entries = entries.iter().map(|(k, v)| Some((k.clone(), v.json()?)));
                let map = Json::Object(entries.collect::<Option<_>>()?);
                json!({ "$map": map })
            }
            Self::Node(_) | Self::Relationship(_) | Self::Path(_) => return None,
        })
    }
}

struct Reader<'t> {
    text: &'t str,
    chars: Peekable<CharIndices<'t>>,
}

impl<'t> Reader<'t> {
    fn blanks(&mut self) {
        while self.chars.next_if(|(_, c)| c.is_whitespace()).is_some() {}
    }

    /// What is not read yet.
    fn rest(&mut self) -> &'t str {
        self.chars.peek().map_or("", |(at, _)| &self.text[*at..])
    }

    /// Takes a sign, after blanks, if it comes next.
    fn take(&mut self, sign: char) -> bool {
        self.blanks();
        self.chars.next_if(|(_, c)| *c == sign).is_some()
    }

    fn need(&mut self, sign: char) -> Result<(), String> {
        if self.take(sign) {
            return Ok(());
        }
        let rest = self.rest();
        Err(format!("`{}`: `{sign}` is missing at `{rest}`", self.text))
    }

    /// The characters that come next, as long as they are of a sort.
    fn run(&mut self, sort: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let length = rest.find(|c| !sort(c)).unwrap_or(rest.len());
        while self.chars.next_if(|(_, c)| sort(*c)).is_some() {}
        &rest[..length]
    }

    fn name(&mut self) -> Result<String, String> {
        self.blanks();
        if self.take('`') {
            let name = self.run(|c| c != '`').to_owned();
            self.need('`')?;
            return Ok(name);
        }
        match self.run(|c| !c.is_whitespace() && !":{}()[]<>,'\"|-".contains(c)) {
            "" => {
                let rest = self.rest();
                Err(format!("`{}`: a name is missing at `{rest}`", self.text))
            }
            name => Ok(name.to_owned()),
        }
    }

    fn value(&mut self) -> Result<Cell, String> {
        self.blanks();
        match self.chars.peek().map(|(_, c)| *c) {
            Some(quote @ ('\'' | '"')) => self.string(quote).map(Cell::Text),
            Some('(') => self.node().map(Cell::Node),
            Some('<') => self.path().map(Cell::Path),
            Some('{') => self.map().map(Cell::Map),
            Some('[') if self.rest()[1..].trim_start().starts_with(':') => self.relationship().map(Cell::Relationship),
            Some('[') => self.list(),
            _ => self.word(),
        }
    }

    /// A word or a number.
    fn word(&mut self) -> Result<Cell, String> {
        let word = self.run(|c| c.is_alphanumeric() || "+-.".contains(c));
        Ok(match word {
            "null" => Cell::Null,
            "true" => Cell::Boolean(true),
            "false" => Cell::Boolean(false),
            "NaN" => Cell::Float(f64::NAN),
            "Inf" | "Infinity" => Cell::Float(f64::INFINITY),
            "-Inf" | "-Infinity" => Cell::Float(f64::NEG_INFINITY),
            number if number.contains(['.', 'e', 'E']) => {
                Cell::Float(number.parse().map_err(|_| self.no_value(number))?)
            }
            number => Cell::Integer(number.parse().map_err(|_| self.no_value(number))?),
        })
    }

    fn no_value(&self, word: &str) -> String {
        format!("`{}`: `{word}` is no value", self.text)
    }

    fn string(&mut self, quote: char) -> Result<String, String> {
        self.need(quote)?;
        let mut string = String::new();
        while let Some((_, c)) = self.chars.next() {
            match c {
                c if c == quote => return Ok(string),
                '\\' => string.push(match self.chars.next().map(|(_, c)| c) {
                    Some('n') => '\n',
                    Some('t') => '\t',
                    Some('r') => '\r',
                    Some('b') => '\u{8}',
                    Some('f') => '\u{c}',
                    Some(other) => other,
                    None => break,
                }),
                c => string.push(c),
            }
        }
        Err(format!("`{}`: a quotation mark is missing", self.text))
    }

    fn list(&mut self) -> Result<Cell, String> {
        self.need('[')?;
        let mut items = Vec::new();
        while !self.take(']') {
            if !items.is_empty() {
                self.need(',')?;
            }
            items.push(self.value()?);
        }
        Ok(Cell::List(items))
    }

    fn map(&mut self) -> Result<BTreeMap<String, Cell>, String> {
        self.need('{')?;
        let mut entries = BTreeMap::new();
        while !self.take('}') {
            if !entries.is_empty() {
                self.need(',')?;
            }
            let key = self.name()?;
            self.need(':')?;
            entries.insert(key, self.value()?);
        }
        Ok(entries)
    }

    /// The properties of a node or relationship, which may be left out.
    fn properties(&mut self) -> Result<BTreeMap<String, Cell>, String> {
        self.blanks();
        if self.rest().starts_with('{') { self.map() } else { Ok(BTreeMap::new()) }
    }

    fn node(&mut self) -> Result<Node, String> {
        self.need('(')?;
        let mut labels = Vec::new();
        while self.take(':') {
            labels.push(self.name()?);
        }
        labels.sort();
        let properties = self.properties()?;
        self.need(')')?;
        Ok(Node { labels, properties })
    }

    fn relationship(&mut self) -> Result<Relationship, String> {
        self.need('[')?;
        self.need(':')?;
        let ty = self.name()?;
        let properties = self.properties()?;
        self.need(']')?;
        Ok(Relationship { ty, properties })
    }

    fn path(&mut self) -> Result<Path, String> {
        self.need('<')?;
        let (mut nodes, mut relationships) = (vec![self.node()?], Vec::new());
        while !self.take('>') {
            let backwards = self.take('<');
            self.need('-')?;
            let relationship = self.relationship()?;
            self.need('-')?;
            if !backwards {
                self.need('>')?;
            }
            relationships.push((relationship, !backwards));
            nodes.push(self.node()?);
        }
        Ok(Path { nodes, relationships })
    }
}

#[test]
fn cells_are_read_as_the_kit_writes_them() {
    let text = |text: &str| Cell::Text(text.to_owned());
    let cases = [
        ("null", Cell::Null),
        ("-1", Cell::Integer(-1)),
        ("-1e-305", Cell::Float(-1e-305)),
        ("1.0", Cell::Float(1.0)),
        ("'it\\'s \\\\ [:T]'", text("it's \\ [:T]")),
        ("[ 1, ['a'] ]", Cell::List(vec![Cell::Integer(1), Cell::List(vec![text("a")])])),
        ("{a: true, `b c`: null}", {
            Cell::Map([("a".into(), Cell::Boolean(true)), ("b c".into(), Cell::Null)].into())
        }),
        ("(:B:A {n: 1})", {
            let properties = [("n".into(), Cell::Integer(1))].into();
            Cell::Node(Node { labels: vec!["A".into(), "B".into()], properties })
        }),
        ("[:T]", Cell::Relationship(Relationship { ty: "T".into(), properties: BTreeMap::new() })),
    ];
    for (cell, wanted) in cases {
        assert_eq!(Cell::parse(cell), Ok(wanted), "{cell}");
    }
    let Ok(Cell::Path(path)) = Cell::parse("<(:A)-[:T]->()<-[:U {x: 1}]-(:B)>") else { panic!("no path") };
    assert_eq!(path.nodes.len(), 3);
    assert_eq!(
        path.relationships.iter().map(|(r, forward)| (r.ty.as_str(), *forward)).collect::<Vec<_>>(),
        [("T", true), ("U", false)]
    );
    for wrong in ["", "'a", "[1", "{a 1}", "(:A", "<(:A)-[:T]-()>", "1 2", "x"] {
        assert!(Cell::parse(wrong).is_err(), "{wrong}");
    }
}
