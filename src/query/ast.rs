//! The syntax tree: what a query says, before anything is known of its names.
//!
//! It follows the openCypher grammar, with the parts of ISO/IEC 39075:2024 (GQL) that the language takes over. Every
//! expression, name and clause knows its place in the text.

use super::span::Span;

/// A statement: a query, or a question about the graph's schema.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// Whether it is to be explained or profiled.
    pub mode: Mode,
    /// What it asks.
    pub body: Body,
    /// From its first word to its last, without the semicolon.
    pub span: Span,
}

impl Statement {
    /// Whether it would write if it were run.
    #[must_use]
    pub fn writes(&self) -> bool {
        use ClauseKind as C;
        let Body::Query(query) = &self.body else { return false };
        let singles = std::iter::once(&query.first).chain(query.unions.iter().map(|(_, single)| single));
        let writes =
            |kind: &C| matches!(kind, C::Create(_) | C::Merge { .. } | C::Set(_) | C::Remove(_) | C::Delete { .. });
        self.mode != Mode::Explain && singles.flat_map(|s| &s.clauses).any(|clause| writes(&clause.kind))
    }
}

/// What is to be done with a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It is run.
    Run,
    /// Its plan is shown (`EXPLAIN`).
    Explain,
    /// It is run, and its plan shown with rows and times (`PROFILE`).
    Profile,
}

/// What a statement asks.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// A query.
    Query(Query),
    /// `SHOW PROCEDURES | FUNCTIONS | LABELS | CATALOGS`.
    Show(Shown, Span),
}

/// What `SHOW` lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Procedures, findings among them.
    Procedures,
    /// Functions.
    Functions,
    /// Labels, relationship types and their aliases.
    Labels,
    /// The catalogs of the store.
    Catalogs,
}

/// A name with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The name, unescaped.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// One or more single queries, united.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// `USE catalog` at its head.
    pub catalog: Option<Name>,
    /// The first.
    pub first: SingleQuery,
    /// The others, each with how it is united with those before.
    pub unions: Vec<(Union, SingleQuery)>,
}

/// `UNION`, or `UNION ALL`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Union {
    /// Whether equal rows are kept.
    pub all: bool,
    /// Where it stands.
    pub span: Span,
}

/// Clauses, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct SingleQuery {
    /// The clauses.
    pub clauses: Vec<Clause>,
    /// From the first to the last.
    pub span: Span,
}

/// A clause with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    /// The clause.
    pub kind: ClauseKind,
    /// Where it stands.
    pub span: Span,
}

/// A clause.
#[derive(Clone, Debug, PartialEq)]
pub enum ClauseKind {
    /// `[OPTIONAL] MATCH pattern [WHERE …]`.
    Match {
        /// Whether rows without a match are kept.
        optional: bool,
        /// Comma-separated path patterns.
        patterns: Vec<PathPattern>,
        /// The condition.
        filter: Option<Expr>,
    },
    /// `UNWIND list AS variable`.
    Unwind {
        /// The list.
        list: Expr,
        /// The variable.
        variable: Name,
    },
    /// `WITH …`.
    With {
        /// What goes on.
        projection: Projection,
        /// The condition (`WHERE`).
        filter: Option<Expr>,
    },
    /// `RETURN …`.
    Return(Projection),
    /// `FILTER [WHERE] condition` (GQL).
    Filter(Expr),
    /// `LET name = expression, …` (GQL).
    Let(Vec<(Name, Expr)>),
    /// `ORDER BY … SKIP … LIMIT …` as a clause of its own (GQL).
    OrderAndPage(Paging),
    /// `CALL procedure[(arguments)] [YIELD … [WHERE …]]`.
    Call(Call),
    /// `CREATE pattern`.
    Create(Vec<PathPattern>),
    /// `MERGE pattern [ON CREATE SET …] [ON MATCH SET …]`.
    Merge {
        /// The path.
        pattern: PathPattern,
        /// What is set on what was created.
        on_create: Vec<SetItem>,
        /// What is set on what was found.
        on_match: Vec<SetItem>,
    },
    /// `SET …`.
    Set(Vec<SetItem>),
    /// `REMOVE …`.
    Remove(Vec<RemoveItem>),
    /// `[DETACH] DELETE …`.
    Delete {
        /// Whether the relationships of nodes go with them.
        detach: bool,
        /// What is deleted.
        expressions: Vec<Expr>,
    },
}

/// What `WITH` and `RETURN` have in common.
#[derive(Clone, Debug, PartialEq)]
pub struct Projection {
    /// Whether equal rows are given once.
    pub distinct: bool,
    /// Whether all variables in scope come first (`*`), and where the star stands.
    pub star: Option<Span>,
    /// The items.
    pub items: Vec<ProjectionItem>,
    /// Order and page.
    pub paging: Paging,
}

/// `ORDER BY`, `SKIP` (or `OFFSET`), `LIMIT`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Paging {
    /// What rows are ordered by.
    pub order: Vec<SortItem>,
    /// How many are skipped.
    pub skip: Option<Expr>,
    /// How many are given at the most.
    pub limit: Option<Expr>,
}

/// An item of a projection.
#[derive(Clone, Debug, PartialEq)]
pub struct ProjectionItem {
    /// The expression; its span covers its text exactly, which names a column without an alias.
    pub expression: Expr,
    /// `AS alias`.
    pub alias: Option<Name>,
}

/// An item of `ORDER BY`.
#[derive(Clone, Debug, PartialEq)]
pub struct SortItem {
    /// What is ordered by.
    pub expression: Expr,
    /// Whether from the greatest down.
    pub descending: bool,
}

/// A call of a procedure.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The procedure's name, with its namespace.
    pub name: Name,
    /// The arguments; none where even the parentheses are left out.
    pub arguments: Option<Vec<Expr>>,
    /// `YIELD`: nothing where it is left out.
    pub yields: Option<Yield>,
}

/// `YIELD …`.
#[derive(Clone, Debug, PartialEq)]
pub struct Yield {
    /// Whether everything is yielded (`*`, or `-` for nothing gives no items).
    pub star: bool,
    /// Columns, each with its alias.
    pub items: Vec<(Name, Option<Name>)>,
    /// The condition.
    pub filter: Option<Expr>,
    /// Where it stands.
    pub span: Span,
}

/// An item of `SET`.
#[derive(Clone, Debug, PartialEq)]
pub enum SetItem {
    /// `expression.key = value`.
    Property {
        /// The node, relationship or expression that gives one.
        target: Expr,
        /// The key.
        key: Name,
        /// The value.
        value: Expr,
    },
    /// `variable = map`.
    Replace {
        /// The variable.
        variable: Name,
        /// The map, node or relationship.
        value: Expr,
    },
    /// `variable += map`.
    Extend {
        /// The variable.
        variable: Name,
        /// The map, node or relationship.
        value: Expr,
    },
    /// `variable:Label…`.
    Labels {
        /// The variable.
        variable: Name,
        /// The labels.
        labels: Vec<Name>,
    },
}

/// An item of `REMOVE`.
#[derive(Clone, Debug, PartialEq)]
pub enum RemoveItem {
    /// `expression.key`.
    Property {
        /// The node or relationship.
        target: Expr,
        /// The key.
        key: Name,
    },
    /// `variable:Label…`.
    Labels {
        /// The variable.
        variable: Name,
        /// The labels.
        labels: Vec<Name>,
    },
}

/// A path pattern: a node, and links to further nodes. Where two quantified groups meet, or one begins or ends a
/// path, the parser puts a node without conditions.
#[derive(Clone, Debug, PartialEq)]
pub struct PathPattern {
    /// `variable = …`.
    pub variable: Option<Name>,
    /// Which of the paths are wanted.
    pub selector: Selector,
    /// The first node.
    pub start: NodePattern,
    /// The links, each with the node that it leads to.
    pub links: Vec<(Link, NodePattern)>,
    /// Where it stands.
    pub span: Span,
}

/// Which of the paths that match between two nodes are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selector {
    /// All.
    All,
    /// Any one (`ANY`).
    Any,
    /// One of the shortest: `ANY SHORTEST`, or `shortestPath(…)`.
    AnyShortest,
    /// All of the shortest: `ALL SHORTEST`, or `allShortestPaths(…)`.
    AllShortest,
}

/// What leads from a node to the next.
#[derive(Clone, Debug, PartialEq)]
pub enum Link {
    /// A relationship, or a walk along several.
    Relationship(RelationshipPattern),
    /// A quantified path pattern: `((a)-[:R]->(b) WHERE …){1,3}` (GQL).
    Group(Group),
}

/// A node pattern: `(variable:Labels {key: value} WHERE …)`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NodePattern {
    /// The variable.
    pub variable: Option<Name>,
    /// The labels.
    pub labels: Option<LabelExpr>,
    /// A map or a parameter.
    pub properties: Option<Expr>,
    /// The condition within (GQL).
    pub filter: Option<Expr>,
    /// Where it stands.
    pub span: Span,
}

/// Which way a relationship is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From left to right: `-->`.
    Outgoing,
    /// From right to left: `<--`.
    Incoming,
    /// Either: `--`, `<-->`.
    Both,
}

/// A relationship pattern: `-[variable:TYPE*1..3 {key: value} WHERE …]->`.
#[derive(Clone, Debug, PartialEq)]
pub struct RelationshipPattern {
    /// The variable.
    pub variable: Option<Name>,
    /// The types.
    pub types: Option<LabelExpr>,
    /// Which way it is read.
    pub direction: Direction,
    /// How many relationships: `*1..3` within the brackets, or `{1,3}`, `+`, `*` behind (GQL). None for exactly one
    /// relationship, whose variable is then no list.
    pub length: Option<Length>,
    /// A map or a parameter.
    pub properties: Option<Expr>,
    /// The condition within (GQL).
    pub filter: Option<Expr>,
    /// Where it stands.
    pub span: Span,
}

/// How often something is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Length {
    /// The least. `*` alone says 1, `*0..` says 0, the quantifier `*` of GQL says 0.
    pub min: u64,
    /// The most.
    pub max: Option<u64>,
}

/// A quantified path pattern.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The path that is repeated; it has at least one relationship and no selector.
    pub pattern: Box<PathPattern>,
    /// The condition that every repetition fulfils.
    pub filter: Option<Expr>,
    /// How often.
    pub length: Length,
    /// Where it stands.
    pub span: Span,
}

/// A label expression: `A`, `A&B`, `A|B`, `!A`, `%`. In openCypher's own notation, `:A:B` on nodes is `A&B`.
#[derive(Clone, Debug, PartialEq)]
pub enum LabelExpr {
    /// One label or type.
    Name(Name),
    /// Both.
    And(Box<Self>, Box<Self>),
    /// Either.
    Or(Box<Self>, Box<Self>),
    /// Not.
    Not(Box<Self>),
    /// Any label at all.
    Any(Span),
}

/// An expression with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// The expression.
    pub kind: ExprKind,
    /// Where it stands, without blanks around it.
    pub span: Span,
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `null`.
    Null,
    /// `true`, `false`.
    Boolean(bool),
    /// An integer.
    Integer(i64),
    /// A float.
    Float(f64),
    /// A text.
    Text(String),
    /// `$name`.
    Parameter(String),
    /// A variable.
    Variable(String),
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `{key: value}`.
    Map(Vec<(Name, Expr)>),
    /// `base {.key, .*, key: value, variable}`.
    MapProjection(Box<Expr>, Vec<MapProjectionItem>),
    /// `base.key`.
    Property(Box<Expr>, Name),
    /// `base[index]`.
    Index(Box<Expr>, Box<Expr>),
    /// `base[from..to]`.
    Slice(Box<Expr>, Option<Box<Expr>>, Option<Box<Expr>>),
    /// A sign or word before an operand.
    Unary(UnaryOp, Box<Expr>),
    /// An operator between two operands.
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `a < b <= c`: a chain of two or more comparisons, each operand computed once.
    Comparison(Box<Expr>, Vec<(BinaryOp, Expr)>),
    /// `IS NULL`, `IS NOT NULL`.
    IsNull {
        /// The operand.
        operand: Box<Expr>,
        /// Whether it is `IS NOT NULL`.
        negated: bool,
    },
    /// `n:Label`.
    HasLabels(Box<Expr>, LabelExpr),
    /// `name(DISTINCT arguments)`.
    Function {
        /// The name, with its namespace.
        name: Name,
        /// Whether equal arguments count once.
        distinct: bool,
        /// The arguments.
        arguments: Vec<Expr>,
    },
    /// `count(*)`.
    CountStar,
    /// `CASE`.
    Case {
        /// What is compared with each arm.
        subject: Option<Box<Expr>>,
        /// `WHEN … THEN …`.
        arms: Vec<(Expr, Expr)>,
        /// `ELSE …`.
        otherwise: Option<Box<Expr>>,
    },
    /// `[x IN list WHERE … | …]`.
    ListComprehension {
        /// The variable.
        variable: Name,
        /// The list.
        list: Box<Expr>,
        /// The condition.
        filter: Option<Box<Expr>>,
        /// What each becomes.
        map: Option<Box<Expr>>,
    },
    /// `all(x IN list WHERE …)` and its like.
    Quantifier {
        /// Which.
        quantifier: Quantifier,
        /// The variable.
        variable: Name,
        /// The list.
        list: Box<Expr>,
        /// The condition; without one, each element is its own.
        filter: Option<Box<Expr>>,
    },
    /// `reduce(total = 0, x IN list | total + x)`.
    Reduce {
        /// What is carried along.
        accumulator: Name,
        /// Its first value.
        initial: Box<Expr>,
        /// The variable.
        variable: Name,
        /// The list.
        list: Box<Expr>,
        /// The next value.
        step: Box<Expr>,
    },
    /// A pattern where a truth is wanted: `(a)-->(b)`; it has at least one link.
    Pattern(Box<PathPattern>),
    /// `[p = (a)-->(b) WHERE … | …]`.
    PatternComprehension {
        /// The pattern, with its path variable.
        pattern: Box<PathPattern>,
        /// The condition.
        filter: Option<Box<Expr>>,
        /// What each match becomes.
        map: Box<Expr>,
    },
    /// `EXISTS { … }`.
    Exists(Box<Subquery>),
    /// `COUNT { … }`.
    Count(Box<Subquery>),
    /// `COLLECT { … }`.
    Collect(Box<Subquery>),
}

/// What stands in `EXISTS { }` or `COUNT { }`.
#[derive(Clone, Debug, PartialEq)]
pub enum Subquery {
    /// A pattern with a condition, `MATCH` left out or not.
    Pattern {
        /// The patterns.
        patterns: Vec<PathPattern>,
        /// The condition.
        filter: Option<Expr>,
    },
    /// A whole query, with or without `RETURN`.
    Query(Query),
}

/// An item of a map projection.
#[derive(Clone, Debug, PartialEq)]
pub enum MapProjectionItem {
    /// `.key`.
    Property(Name),
    /// `.*`.
    All(Span),
    /// `key: value`.
    Entry(Name, Expr),
    /// `variable`.
    Variable(Name),
}

/// An operator before its operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// `NOT`.
    Not,
    /// `-`.
    Minus,
    /// `+`.
    Plus,
}

/// An operator between two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `OR`.
    Or,
    /// `XOR`.
    Xor,
    /// `AND`.
    And,
    /// `=`.
    Equal,
    /// `<>`.
    NotEqual,
    /// `<`.
    Less,
    /// `<=`.
    LessOrEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterOrEqual,
    /// `+`.
    Add,
    /// `-`.
    Subtract,
    /// `*`.
    Multiply,
    /// `/`.
    Divide,
    /// `%`.
    Modulo,
    /// `^`.
    Power,
    /// `IN`.
    In,
    /// `STARTS WITH`.
    StartsWith,
    /// `ENDS WITH`.
    EndsWith,
    /// `CONTAINS`.
    Contains,
    /// `=~`: the whole text matches a regular expression.
    Matches,
    /// `||`: texts or lists joined (GQL).
    Concatenate,
}

/// A quantifier over a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quantifier {
    /// `all`.
    All,
    /// `any`.
    Any,
    /// `none`.
    None,
    /// `single`.
    Single,
}
