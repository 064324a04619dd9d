//! Small graphs and queries made of arbitrary bytes. Every byte is a choice, and the first choice is always the plainest: what
//! is found to fail shrinks to a query that can be read.

use std::fmt::Write;

/// Choices that are still to be made.
pub(crate) struct Choices<'b>(&'b [u8]);

impl<'b> Choices<'b> {
    /// Choices by these bytes; after them the first is always taken.
    pub(crate) fn new(bytes: &'b [u8]) -> Self {
        Self(bytes)
    }

    fn below(&mut self, count: usize) -> usize {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        usize::from(*first) % count
    }

    fn of<'t>(&mut self, options: &[&'t str]) -> &'t str {
        options[self.below(options.len())]
    }
}

/// A statement that makes a graph of up to six nodes and eight relationships.
pub(crate) fn graph(choices: &mut Choices<'_>) -> String {
    let nodes = 1 + choices.below(6);
    let mut text = String::from("CREATE ");
    for i in 0..nodes {
        let (labels, p) = (choices.of(&["", ":A", ":B", ":A:B"]), choices.of(&["", " {p: 0}", " {p: 1}", " {p: 2}"]));
        let comma = if i == 0 { "" } else { ", " };
        _ = write!(text, "{comma}(n{i}{labels}{p})");
    }
    for _ in 0..choices.below(9) {
        let (from, to) = (choices.below(nodes), choices.below(nodes));
        let ty = choices.of(&["R", "R", "S", "R {w: 1}", "S {w: 2}"]);
        _ = write!(text, ", (n{from})-[:{ty}]->(n{to})");
    }
    text
}

/// A query that reads, and how its answers are to be compared.
#[derive(Debug)]
pub(crate) struct Query {
    /// The text.
    pub(crate) text: String,
    /// Whether its rows are in an order.
    pub(crate) ordered: bool,
    /// Whether lists in it are in no order.
    pub(crate) collects: bool,
}

/// Makes a query.
pub(crate) fn query(choices: &mut Choices<'_>) -> Query {
    let maker =
        Maker { choices, text: String::new(), nodes: Vec::new(), values: Vec::new(), made: 0, unbounded: false };
    maker.query()
}

struct Maker<'c, 'b> {
    choices: &'c mut Choices<'b>,
    text: String,
    /// Variables of nodes that are in scope.
    nodes: Vec<String>,
    /// Variables of anything else.
    values: Vec<String>,
    made: usize,
    /// Whether there is a walk without a bound: one is enough.
    unbounded: bool,
}

impl Maker<'_, '_> {
    fn query(mut self) -> Query {
        self.matches("MATCH ");
        for _ in 0..self.choices.below(4) {
            match self.choices.below(7) {
                0 => self.matches("MATCH "),
                1 => self.matches("OPTIONAL MATCH "),
                2 => {
                    let name = self.name('u');
                    _ = write!(self.text, "UNWIND [0, 1, 1] AS {name} ");
                    self.values.push(name);
                }
                3 => self.with_distinct(),
                4 => self.with_count(),
                5 => {
                    let name = self.name('l');
                    let value = self.value();
                    _ = write!(self.text, "LET {name} = {value} ");
                    self.values.push(name);
                }
                _ => {
                    let condition = self.condition(2);
                    _ = write!(self.text, "FILTER {condition} ");
                }
            }
        }
        self.returns()
    }

    fn name(&mut self, letter: char) -> String {
        self.made += 1;
        format!("{letter}{}", self.made)
    }

    fn node_variable(&mut self) -> String {
        let at = self.choices.below(self.nodes.len().max(1));
        self.nodes.get(at).cloned().unwrap_or_else(|| "null".to_owned())
    }

    fn matches(&mut self, keyword: &str) {
        self.text.push_str(keyword);
        let (mut nodes, mut values) = (Vec::new(), Vec::new());
        let paths = 1 + self.choices.below(5) / 4;
        for i in 0..paths {
            if i > 0 {
                self.text.push_str(", ");
            }
            let path = self.path(&mut nodes, &mut values);
            self.text.push_str(&path);
        }
        if self.nodes.is_empty() && nodes.is_empty() {
            // What comes next needs a node to speak of.
            let name = self.name('n');
            _ = write!(self.text, ", ({name})");
            nodes.push(name);
        }
        self.nodes.extend(nodes);
        self.values.extend(values);
        self.text.push(' ');
        if self.choices.below(2) == 1 {
            let condition = self.condition(2);
            _ = write!(self.text, "WHERE {condition} ");
        }
    }

    fn path(&mut self, nodes: &mut Vec<String>, values: &mut Vec<String>) -> String {
        if self.choices.below(8) == 7 {
            let (start, end) = (self.node(nodes), self.node(nodes));
            let (way, p) = (self.choices.of(&["-[:R*]->", "-[*..3]-", "<-[*0..]-"]), self.name('p'));
            values.push(format!("length({p})"));
            return format!("{p} = {} {start}{way}{end}", self.choices.of(&["ALL SHORTEST", "ANY SHORTEST"]));
        }
        let mut text = self.node(nodes);
        for _ in 0..self.choices.below(4) {
            text += &self.link(values);
            text += &self.node(nodes);
        }
        text
    }

    fn node(&mut self, nodes: &mut Vec<String>) -> String {
        let known: Vec<String> = self.nodes.iter().chain(nodes.iter()).cloned().collect();
        let name = match self.choices.below(4) {
            2 => String::new(),
            3 if !known.is_empty() => return format!("({})", known[self.choices.below(known.len())]),
            _ => self.name('n'),
        };
        let labels = self.choices.of(&["", ":A", ":B", ":A|B", ":!A", ":A&B", ":%", ":A&!B", " IS A"]);
        let more = match self.choices.below(6) {
            4 => " {p: 1}".to_owned(),
            5 if !name.is_empty() => format!(" WHERE {name}.p > 0"),
            _ => String::new(),
        };
        if !name.is_empty() {
            nodes.push(name.clone());
        }
        format!("({name}{labels}{more})")
    }

    fn link(&mut self, values: &mut Vec<String>) -> String {
        let (left, right) = [("-", "->"), ("<-", "-"), ("-", "-")][self.choices.below(3)];
        let types = self.choices.of(&["", ":R", ":S", ":R|S", ":!R"]);
        let length = match self.choices.below(9) {
            4 => "*1..2",
            5 => "*0..1",
            6 if !std::mem::replace(&mut self.unbounded, true) => "*",
            7 => return format!("(()-[{}]->()){}", types, self.choices.of(&["{1,2}", "{0,2}", "{2}"])),
            8 => return format!("{left}[{types}]{right}{}", self.choices.of(&["{1,2}", "{0,1}", "{,2}"])),
            _ => "",
        };
        let name = if self.choices.below(3) == 2 { self.name('r') } else { String::new() };
        if !name.is_empty() {
            values.push(name.clone());
        }
        let properties = if length.is_empty() && self.choices.below(8) == 7 { " {w: 1}" } else { "" };
        format!("{left}[{name}{types}{length}{properties}]{right}")
    }

    fn condition(&mut self, depth: usize) -> String {
        if depth > 0 && self.choices.below(4) == 3 {
            let (a, b) = (self.condition(depth - 1), self.condition(depth - 1));
            return match self.choices.below(4) {
                0 => format!("{a} AND {b}"),
                1 => format!("({a} OR {b})"),
                2 => format!("NOT ({a})"),
                _ => format!("({a} XOR {b})"),
            };
        }
        let (n, m) = (self.node_variable(), self.node_variable());
        match self.choices.below(18) {
            0 => format!("{n}.p = 1"),
            1 => format!("{n}.p < {m}.p"),
            2 => format!("{n}.p IS NULL"),
            3 => format!("{n}:A"),
            4 => format!("{n} = {m}"),
            5 => format!("{n}.p IN [0, 2]"),
            6 => format!("EXISTS {{ ({n})-[:R]->() }}"),
            7 => format!("EXISTS {{ MATCH ({n})-[:R*]->(x) WHERE x.p = {m}.p }}"),
            8 => format!("COUNT {{ ({n})--() }} > 1"),
            9 => format!("({n})-->({m})"),
            10 => format!("size([({n})-->(x) | x.p]) > 0"),
            11 => format!("{n}.p = 1 + 1"),
            12 => "1 = 1".to_owned(),
            13 => format!("COUNT {{ MATCH ({n})-->(x)-->() RETURN DISTINCT x }} = 1"),
            14 => format!("any(x IN [0, {n}.p] WHERE x = 1)"),
            15 => format!("12 / ({n}.p - 1) > {m}.p"),
            16 => format!("size({n}.p) > 0"),
            _ => format!("({n})-[*0..2]-({m}:B)"),
        }
    }

    fn value(&mut self) -> String {
        let (n, m) = (self.node_variable(), self.node_variable());
        match self.choices.below(8) {
            0 => n,
            1 => format!("{n}.p"),
            2 => format!("coalesce({n}.p, 0) + coalesce({m}.p, 1)"),
            3 => format!("labels({n})"),
            4 => format!("COUNT {{ ({n})-->() }}"),
            5 => format!("EXISTS {{ ({n})<--({m}) }}"),
            6 => format!("CASE WHEN {n}:A THEN {m} ELSE 1 + 2 END"),
            _ => format!("{n} {{.p, q: 1 + 1}}.q"),
        }
    }

    fn with_distinct(&mut self) {
        let n = self.node_variable();
        let name = self.name('n');
        _ = write!(self.text, "WITH {}{n} AS {name} ", self.choices.of(&["DISTINCT ", ""]));
        if self.choices.below(3) == 2 {
            // What is in the order of all columns is cut the same way every time.
            _ = write!(
                self.text,
                "ORDER BY {name} {} ",
                self.choices.of(&["LIMIT 2", "SKIP 1", "DESC SKIP 1 LIMIT 1"])
            );
        }
        self.nodes = vec![name];
        self.values.clear();
    }

    fn with_count(&mut self) {
        let (n, m) = (self.node_variable(), self.node_variable());
        let (name, count) = (self.name('n'), self.name('c'));
        let aggregate = match self.choices.below(5) {
            0 => "count(*)".to_owned(),
            1 => format!("count(DISTINCT {m})"),
            2 => format!("sum({m}.p)"),
            3 => format!("max({m}.p)"),
            _ => format!("count({m}.p)"),
        };
        _ = write!(self.text, "WITH {n} AS {name}, {aggregate} AS {count} ");
        self.nodes = vec![name];
        self.values = vec![count];
    }

    fn returns(mut self) -> Query {
        let (n, m) = (self.node_variable(), self.node_variable());
        let mut collects = false;
        let mut items: Vec<String> = match self.choices.below(8) {
            0 | 1 => self.nodes.iter().chain(&self.values).cloned().collect(),
            2 => vec![n, self.value()],
            3 => vec!["count(*)".to_owned()],
            4 => vec![n, "count(*)".to_owned()],
            5 => vec![format!("{n}.p"), format!("count(DISTINCT {m})"), format!("min({m}.p)"), format!("avg({m}.p)")],
            6 => {
                collects = true;
                vec![format!("{n}.p"), format!("collect(DISTINCT {m})"), format!("count({m})")]
            }
            _ => vec![self.value()],
        };
        if items.is_empty() {
            items.push("1".to_owned());
        }
        let columns: Vec<String> = (0..items.len()).map(|i| format!("c{i}")).collect();
        let named: Vec<String> = items.iter().zip(&columns).map(|(item, c)| format!("{item} AS {c}")).collect();
        _ = write!(self.text, "RETURN {}{}", self.choices.of(&["", "DISTINCT "]), named.join(", "));
        let ordered = !collects && self.choices.below(2) == 1;
        if ordered {
            _ = write!(self.text, " ORDER BY {}", columns.join(", "));
            self.text += self.choices.of(&["", " LIMIT 2", " SKIP 1", " SKIP 1 LIMIT 3"]);
        }
        Query { text: self.text, ordered, collects }
    }
}
