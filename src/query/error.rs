//! What can be wrong with a query: a code that programs can rely on, the place, and words for the reader.
//!
//! Codes are those of the openCypher Technology Compatibility Kit: a type (`SyntaxError`), the phase in which it was found,
//! and a detail (`UndefinedVariable`).

use super::span::Span;
use super::suggest::nearest;

/// A text in both languages, made for one occasion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

impl Text {
    /// A text in both languages.
    #[must_use]
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { en: en.into(), zh: zh.into() }
    }
}

/// When an error was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Before anything ran.
    CompileTime,
    /// While the query ran.
    Runtime,
}

impl Phase {
    /// The name in the openCypher kit.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CompileTime => "compile time",
            Self::Runtime => "runtime",
        }
    }
}

macro_rules! names {
    ($(#[$about:meta])* $name:ident { $($variant:ident $doc:literal,)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $(#[doc = $doc] $variant,)* }

        impl $name {
            /// The name, as programs read it.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => stringify!($variant),)* }
            }
        }
    };
}

names! {
    /// The type of an error.
    ErrorType {
        SyntaxError "The text is no query, or a query that cannot mean anything.",
        SemanticError "The query contradicts itself on this graph.",
        ParameterMissing "A parameter was given no value.",
        ProcedureError "A procedure does not exist or failed.",
        TypeError "A value is of a type that the operation does not take.",
        ArgumentError "An argument is of the right type and has an impossible value.",
        ArithmeticError "A computation has no result.",
        EntityNotFound "A node or relationship is not there any more.",
        ConstraintVerificationFailed "What was written breaks a rule of the graph.",
        PropertyNotFound "A property is not there.",
        LimitExceeded "The query used more than it may: time, memory, depth or rows.",
        Cancelled "The query was interrupted.",
    }
}

names! {
    /// What exactly is wrong.
    Detail {
        UnexpectedSyntax "A word or sign that cannot stand here.",
        UndefinedVariable "A variable that nothing defines.",
        VariableAlreadyBound "A variable that is defined already.",
        VariableTypeConflict "A variable used as what it is not.",
        InvalidArgumentType "A value of a type that is not taken here.",
        InvalidArgumentValue "A value that is not taken here.",
        InvalidArgumentPassingMode "Arguments of a procedure left implicit where they may not be.",
        InvalidNumberOfArguments "Too many or too few arguments.",
        InvalidNumberLiteral "Digits that are no number.",
        InvalidUnicodeLiteral "An escape that is no character.",
        InvalidUnicodeCharacter "A character that is not taken here.",
        IntegerOverflow "An integer beyond 64 bits.",
        FloatingPointOverflow "A float beyond 64 bits.",
        NumberOutOfRange "A number outside of what is allowed.",
        NegativeIntegerArgument "A negative number where none can be.",
        NonConstantExpression "An expression that depends on a row where it may not.",
        NoSingleRelationshipType "A relationship to be created without exactly one type.",
        RequiresDirectedRelationship "A relationship to be created without a direction.",
        CreatingVarLength "A relationship of variable length that is to be created.",
        InvalidRelationshipPattern "A pattern of relationships that cannot be.",
        RelationshipUniquenessViolation "One relationship used twice in a pattern.",
        InvalidParameterUse "A parameter where none may stand.",
        InvalidAggregation "An aggregation where none may stand.",
        NestedAggregation "An aggregation within an aggregation.",
        AmbiguousAggregationExpression "An expression that mixes an aggregation with what is not grouped by.",
        InvalidDelete "Something to be deleted that is no node, relationship or path.",
        InvalidClauseComposition "Clauses that cannot stand together.",
        DifferentColumnsInUnion "The sides of a union have different columns.",
        ColumnNameConflict "Two columns of one name.",
        NoExpressionAlias "An expression without a name where one is needed.",
        NoVariablesInScope "A star where there is nothing to return.",
        UnknownFunction "A function that does not exist.",
        ProcedureNotFound "A procedure that does not exist.",
        MissingParameter "A parameter without a value.",
        InvalidPropertyType "A value that no property can have.",
        MapElementAccessByNonString "A key that is no text.",
        ListElementAccessByNonInteger "A position that is no integer.",
        PropertyAccessOnNonMap "A property of something that has none.",
        DeletedEntityAccess "Something that was deleted in this query.",
        DeleteConnectedNode "A node that is to be deleted and still has relationships.",
        MergeReadOwnWrites "A merge that cannot be told apart from what it creates.",
        DivisionByZero "An integer divided by zero.",
        SchemaViolation "A write that the catalog's schema does not allow.",
        ReadOnly "A write where nothing can be written.",
        UnknownCatalog "A catalog that is not in the store.",
        UnknownLabel "A label or relationship type that nothing in the graph has.",
        ProcedureCallFailed "A procedure that could not do its work.",
        DepthExceeded "Nested deeper than is allowed.",
        TimeExceeded "The time allowed is over.",
        MemoryExceeded "The memory allowed is used up.",
        RowsExceeded "More rows than are allowed.",
        Interrupted "Interrupted by the user.",
    }
}

/// An error in a query, or while it ran.
#[derive(Clone, Debug, PartialEq)]
pub struct QueryError {
    /// Its type.
    pub ty: ErrorType,
    /// When it was found.
    pub phase: Phase,
    /// What exactly is wrong.
    pub detail: Detail,
    /// Where, if it is about a place in the text.
    pub span: Option<Span>,
    /// In words.
    pub message: Text,
    /// What to do about it.
    pub hint: Option<Text>,
}

/// The result of a step in the life of a query.
pub type Result<T, E = Box<QueryError>> = std::result::Result<T, E>;

impl QueryError {
    /// A `SyntaxError`, found before anything ran.
    #[must_use]
    pub fn syntax(detail: Detail, span: Span, en: impl Into<String>, zh: impl Into<String>) -> Box<Self> {
        Self::compile(ErrorType::SyntaxError, detail, span, en, zh)
    }

    /// An error of any type that was found before anything ran.
    #[must_use]
    pub fn compile(
        ty: ErrorType,
        detail: Detail,
        span: Span,
        en: impl Into<String>,
        zh: impl Into<String>,
    ) -> Box<Self> {
        let message = Text::new(en, zh);
        Box::new(Self { ty, phase: Phase::CompileTime, detail, span: Some(span), message, hint: None })
    }

    /// An error that was found while the query ran. Where it happened is added by whoever knows ([`QueryError::at`]).
    #[must_use]
    pub fn runtime(ty: ErrorType, detail: Detail, en: impl Into<String>, zh: impl Into<String>) -> Box<Self> {
        Box::new(Self { ty, phase: Phase::Runtime, detail, span: None, message: Text::new(en, zh), hint: None })
    }

    /// With a place, unless it has one.
    #[must_use]
    pub fn at(mut self: Box<Self>, span: Span) -> Box<Self> {
        self.span = self.span.or(Some(span));
        self
    }

    /// With a hint.
    #[must_use]
    pub fn hint(mut self: Box<Self>, en: impl Into<String>, zh: impl Into<String>) -> Box<Self> {
        self.hint = Some(Text::new(en, zh));
        self
    }

    /// With a hint at the known name that is most like one that is not known; else with another.
    #[must_use]
    pub fn did_you_mean<'n>(
        self: Box<Self>,
        name: &str,
        known: impl IntoIterator<Item = &'n str>,
        otherwise: Text,
    ) -> Box<Self> {
        match nearest(name, known) {
            Some(near) => self.hint(format!("did you mean `{near}`?"), format!("是否指 `{near}`？")),
            None => Box::new(Self { hint: Some(otherwise), ..*self }),
        }
    }

    /// Whether it is of no row in particular: a limit was met, or the query was interrupted.
    #[must_use]
    pub fn ends_the_query(&self) -> bool {
        matches!(self.ty, ErrorType::LimitExceeded | ErrorType::Cancelled)
    }
}

impl std::fmt::Display for QueryError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({}): {}", self.ty.name(), self.detail.name(), self.message.en)
    }
}

impl std::error::Error for QueryError {}
