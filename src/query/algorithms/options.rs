//! The options of algorithms: which part of the graph a call looks at, and how an algorithm works.

use std::sync::Arc;

use crate::query::error::{Detail, ErrorType, QueryError, Result, Text};
use crate::query::registry::Bilingual;
use crate::query::source::{Direction, PropertyGraph};
use crate::query::value::{LabelToken, Map, NodeId, TypeToken, Value};

/// An option of an algorithm.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Its key in the map of options.
    pub name: &'static str,
    /// Its value where it is left out, as a query would write it.
    pub default: &'static str,
    /// What it means.
    pub about: Bilingual,
}

impl Setting {
    /// An option.
    pub(super) const fn new(name: &'static str, default: &'static str, en: &'static str, zh: &'static str) -> Self {
        Self { name, default, about: Bilingual { en, zh } }
    }
}

/// Which relationships are followed.
pub(super) const TYPES: Setting = Setting::new(
    "types",
    "[]",
    "the types of relationships that are followed; all, where none is named",
    "所经关系的类型；不列则为全部",
);

/// Which nodes are walked over.
pub(super) const LABELS: Setting = Setting::new(
    "labels",
    "[]",
    "the labels of nodes that are looked at, beside those given; all, where none is named",
    "所看节点的标签（给定的节点总在其中）；不列则为全部",
);

/// Which way relationships are followed, from their start unless it is said.
pub(super) const DIRECTION: Setting = Setting::new(
    "direction",
    "'outgoing'",
    "which way relationships are followed: 'outgoing', 'incoming' or 'both'",
    "沿关系的哪个方向：'outgoing'、'incoming' 或 'both'",
);

/// How far a search goes.
pub(super) const MAX_DISTANCE: Setting = Setting::new(
    "maxDistance",
    "null",
    "the most relationships of a walk; any number, where it is null",
    "最多经过多少个关系；null 表示不限",
);

/// The options of a call, held against those that the algorithm takes.
pub(super) struct Options<'o> {
    procedure: &'static str,
    given: Option<&'o Map>,
    /// The part of the graph that the call looks at.
    pub(super) part: Part,
}

/// A part of a graph: relationships of some types, between nodes of some labels.
pub(super) struct Part {
    /// The types of relationships; empty for all.
    pub(super) types: Vec<TypeToken>,
    /// The labels of nodes; empty for all.
    pub(super) labels: Vec<LabelToken>,
    /// Which way relationships are followed.
    pub(super) direction: Direction,
}

impl Part {
    /// Whether a node is in it.
    pub(super) fn holds(&self, graph: &dyn PropertyGraph, node: NodeId) -> bool {
        self.labels.is_empty() || self.labels.iter().any(|label| graph.has_label(node, *label))
    }
}

impl<'o> Options<'o> {
    /// Reads the options of a call.
    ///
    /// # Errors
    /// When they are no map, an option is unknown, or one of those that tell the part of the graph is not what it has to be.
    pub(super) fn read(
        procedure: &'static str,
        settings: &'static [Setting],
        given: Option<&'o Value>,
        graph: &dyn PropertyGraph,
    ) -> Result<Self> {
        let given = match given {
            None | Some(Value::Null) => None,
            Some(Value::Map(map)) => Some(map.as_ref()),
            Some(other) => {
                let ty = other.type_name();
                return Err(QueryError::runtime(
                    ErrorType::TypeError,
                    Detail::InvalidArgumentType,
                    format!("the options of `{procedure}` are a Map, but were given as a value of type {ty}"),
                    format!("`{procedure}` 的选项应为映射，得到的是 {ty} 类型的值"),
                ));
            }
        };
        let part = Part { types: Vec::new(), labels: Vec::new(), direction: Direction::Outgoing };
        let mut options = Self { procedure, given: given.map(|map| &**map), part };
        if let Some(key) = given.and_then(|map| map.keys().find(|key| settings.iter().all(|s| s.name != &***key))) {
            return Err(options.unknown(settings, key));
        }
        options.part.types = options.names("types", graph.relationship_types(), |name| {
            graph.relationship_type(name).map(|ty| (ty, graph.type_name(ty)))
        })?;
        options.part.labels = options
            .names("labels", graph.labels(), |name| graph.label(name).map(|label| (label, graph.label_name(label))))?;
        options.part.direction = match options.word("direction", &["outgoing", "incoming", "both"])? {
            Some("incoming") => Direction::Incoming,
            Some("both") => Direction::Both,
            _ => Direction::Outgoing,
        };
        Ok(options)
    }

    /// Whether an option is given.
    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    fn get(&self, name: &str) -> Option<&'o Value> {
        self.given?.get(name).filter(|value| !value.is_null())
    }

    /// A list of names that the graph knows, or one such name. A name may be another for one that is known; a graph
    /// that takes any name still does not know those that nothing has.
    fn names<T>(
        &self,
        option: &str,
        known: Vec<Arc<str>>,
        token: impl Fn(&str) -> Option<(T, Arc<str>)>,
    ) -> Result<Vec<T>> {
        let given = match self.get(option) {
            None => return Ok(Vec::new()),
            Some(Value::List(items)) => items.as_slice(),
            Some(one) => std::slice::from_ref(one),
        };
        let mut tokens = Vec::with_capacity(given.len());
        for name in given {
            let Value::Text(name) = name else {
                return Err(self.wrong_type(option, "a list of Strings", "字符串列表", name));
            };
            let Some((token, _)) = token(name).filter(|(_, name)| known.contains(name)) else {
                let error =
                    self.refuse(option, &format!("`{name}` is not in this graph"), &format!("图中没有 `{name}`"));
                let list = Text::new("list what there is with SHOW LABELS", "可用 SHOW LABELS 列出全部");
                return Err(error.did_you_mean(name, known.iter().map(AsRef::as_ref), list));
            };
            tokens.push(token);
        }
        Ok(tokens)
    }

    /// One of some words.
    fn word(&self, option: &str, words: &[&'static str]) -> Result<Option<&'static str>> {
        match self.get(option) {
            None => Ok(None),
            Some(Value::Text(given)) => match words.iter().find(|word| ***word == **given) {
                Some(word) => Ok(Some(word)),
                None => {
                    let en = format!("`{given}` is none of {}", words.join(", "));
                    Err(self.refuse(option, &en, &format!("`{given}` 不在 {} 之中", words.join("、"))))
                }
            },
            Some(other) => Err(self.wrong_type(option, "a String", "字符串", other)),
        }
    }

    /// True or false; false where it is left out.
    pub(super) fn flag(&self, option: &str) -> Result<bool> {
        match self.get(option) {
            None => Ok(false),
            Some(Value::Boolean(flag)) => Ok(*flag),
            Some(other) => Err(self.wrong_type(option, "a Boolean", "布尔值", other)),
        }
    }

    /// A number that counts something.
    pub(super) fn count(&self, option: &str) -> Result<Option<u64>> {
        match self.get(option) {
            None => Ok(None),
            Some(Value::Integer(i)) => match u64::try_from(*i) {
                Ok(count) => Ok(Some(count)),
                Err(_) => Err(self.refuse(option, &format!("{i} is negative"), &format!("{i} 为负数"))),
            },
            Some(other) => Err(self.wrong_type(option, "an Integer", "整数", other)),
        }
    }

    /// A number from 0 on and below a bound.
    pub(super) fn number(&self, option: &str, below: f64) -> Result<Option<f64>> {
        let number = match self.get(option) {
            None => return Ok(None),
            Some(Value::Integer(i)) => *i as f64,
            Some(Value::Float(f)) => *f,
            Some(other) => return Err(self.wrong_type(option, "an Integer or a Float", "整数或浮点数", other)),
        };
        if (0.0..below).contains(&number) {
            return Ok(Some(number));
        }
        let en = format!("{number} is not at least 0 and below {below}");
        Err(self.refuse(option, &en, &format!("{number} 不在 [0, {below}) 之内")))
    }

    fn unknown(&self, settings: &[Setting], key: &str) -> Box<QueryError> {
        let names: Vec<&str> = settings.iter().map(|s| s.name).collect();
        let error = self.refuse(key, "there is no such option", "没有这个选项");
        let listed = Text::new(format!("the options are {}", names.join(", ")), format!("选项有 {}", names.join("、")));
        error.did_you_mean(key, names.iter().copied(), listed)
    }

    fn refuse(&self, option: &str, en: &str, zh: &str) -> Box<QueryError> {
        let procedure = self.procedure;
        QueryError::runtime(
            ErrorType::ArgumentError,
            Detail::InvalidArgumentValue,
            format!("option `{option}` of `{procedure}`: {en}"),
            format!("`{procedure}` 的选项 `{option}`：{zh}"),
        )
    }

    fn wrong_type(&self, option: &str, wanted: &str, wanted_zh: &str, given: &Value) -> Box<QueryError> {
        let (procedure, given) = (self.procedure, given.type_name());
        QueryError::runtime(
            ErrorType::TypeError,
            Detail::InvalidArgumentType,
            format!("option `{option}` of `{procedure}` is {wanted}, but was given a value of type {given}"),
            format!("`{procedure}` 的选项 `{option}` 应为{wanted_zh}，得到的是 {given} 类型的值"),
        )
    }
}
