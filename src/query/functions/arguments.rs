//! Reading the arguments of a call: null gives none, what is of a wrong type an error that says so.

use std::sync::Arc;

use crate::query::error::{Detail, ErrorType, QueryError, Result};
use crate::query::temporal::Temporal;
use crate::query::value::{Map, Value};

/// The arguments of a call, with the name of the function for messages.
#[derive(Clone, Copy)]
pub(super) struct Arguments<'a> {
    function: &'static str,
    values: &'a [Value],
}

/// A number as it was given.
#[derive(Clone, Copy, Debug)]
pub(super) enum Number {
    /// An integer.
    Integer(i64),
    /// A float.
    Float(f64),
}

impl Number {
    /// As a float.
    pub(super) fn float(self) -> f64 {
        match self {
            Self::Integer(i) => i as f64,
            Self::Float(f) => f,
        }
    }
}

impl<'a> Arguments<'a> {
    /// The arguments of a call of a function.
    pub(super) fn of(function: &'static str, values: &'a [Value]) -> Self {
        Self { function, values }
    }

    /// An argument; null where it is left out.
    pub(super) fn get(self, position: usize) -> &'a Value {
        const NULL: &Value = &Value::Null;
        self.values.get(position).unwrap_or(NULL)
    }

    /// Whether an argument is given, were it null.
    pub(super) fn given(self, position: usize) -> bool {
        position < self.values.len()
    }

    /// A text.
    pub(super) fn text(self, position: usize) -> Result<Option<&'a Arc<str>>> {
        match self.get(position) {
            Value::Null => Ok(None),
            Value::Text(text) => Ok(Some(text)),
            other => Err(self.wrong_type(other, "a String", "字符串")),
        }
    }

    /// An integer.
    pub(super) fn integer(self, position: usize) -> Result<Option<i64>> {
        match self.get(position) {
            Value::Null => Ok(None),
            Value::Integer(i) => Ok(Some(*i)),
            other => Err(self.wrong_type(other, "an Integer", "整数")),
        }
    }

    /// An integer that counts something: how many characters, how many digits.
    pub(super) fn count(self, position: usize) -> Result<Option<usize>> {
        match self.integer(position)? {
            None => Ok(None),
            Some(i) => match usize::try_from(i) {
                Ok(count) => Ok(Some(count)),
                Err(_) => Err(QueryError::runtime(
                    ErrorType::ArgumentError,
                    Detail::NegativeIntegerArgument,
                    format!("{}() takes no negative number here, but was given {i}", self.function),
                    format!("{}() 此处不接受负数，得到的是 {i}", self.function),
                )),
            },
        }
    }

    /// A number.
    pub(super) fn number(self, position: usize) -> Result<Option<Number>> {
        match self.get(position) {
            Value::Null => Ok(None),
            Value::Integer(i) => Ok(Some(Number::Integer(*i))),
            Value::Float(f) => Ok(Some(Number::Float(*f))),
            other => Err(self.wrong_type(other, "an Integer or a Float", "整数或浮点数")),
        }
    }

    /// A list.
    pub(super) fn list(self, position: usize) -> Result<Option<&'a Vec<Value>>> {
        match self.get(position) {
            Value::Null => Ok(None),
            Value::List(items) => Ok(Some(items)),
            other => Err(self.wrong_type(other, "a List", "列表")),
        }
    }

    /// A map.
    pub(super) fn map(self, position: usize) -> Result<Option<&'a Map>> {
        match self.get(position) {
            Value::Null => Ok(None),
            Value::Map(entries) => Ok(Some(entries)),
            other => Err(self.wrong_type(other, "a Map", "映射")),
        }
    }

    /// A temporal value.
    pub(super) fn temporal(self, position: usize) -> Result<Option<&'a Temporal>> {
        match self.get(position) {
            Value::Null => Ok(None),
            Value::Temporal(temporal) => Ok(Some(temporal)),
            other => Err(self.wrong_type(other, "a temporal value", "时间值")),
        }
    }

    /// The error that an argument is of a type that the function does not take.
    pub(super) fn wrong_type(self, given: &Value, wanted: &str, wanted_zh: &str) -> Box<QueryError> {
        self.refuse(ErrorType::TypeError, Detail::InvalidArgumentType, given, wanted, wanted_zh)
    }

    /// The same for functions that take any value by their signature and refuse some when they see them: openCypher
    /// has another word for that.
    pub(super) fn wrong_value(self, given: &Value, wanted: &str, wanted_zh: &str) -> Box<QueryError> {
        self.refuse(ErrorType::TypeError, Detail::InvalidArgumentValue, given, wanted, wanted_zh)
    }

    /// The error that an argument is not what the function takes.
    pub(super) fn refuse(
        self,
        ty: ErrorType,
        detail: Detail,
        given: &Value,
        wanted: &str,
        wanted_zh: &str,
    ) -> Box<QueryError> {
        let given = given.type_name();
        QueryError::runtime(
            ty,
            detail,
            format!("{}() takes {wanted}, but was given a value of type {given}", self.function),
            format!("{}() 需要{wanted_zh}，得到的是 {given} 类型的值", self.function),
        )
    }
}
