//! Functions of all rows of a group. Nulls count for nothing in any of them.

use std::cmp::Ordering;

use crate::query::compare;
use crate::query::error::{Detail, ErrorType, QueryError, Result};
use crate::query::temporal::{self, Temporal, TemporalError, TemporalKind};
use crate::query::value::Value;

use super::arguments::Arguments;
use super::percentiles::{Percentile, Way};
use super::{Aggregator, Function, Parameter, Type};

const VALUE: &[Parameter] = &[Parameter::new("value", Type::Any)];
const NUMBER: &[Parameter] = &[Parameter::new("number", Type::Number)];
const QUANTITY: &[Parameter] = &[Parameter::new("value", Type::Quantity)];
const PERCENTILE: &[Parameter] = &[Parameter::new("number", Type::Number), Parameter::new("percentile", Type::Number)];

/// The functions of this file, and those of `percentiles.rs`.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::aggregate(
        "count",
        VALUE,
        Type::Integer,
        || Box::new(Count(0)),
        "How many values are not null; count(*) counts rows.",
        "非空值的个数；count(*) 为行数。",
    )
    .merging(),
    Function::aggregate(
        "collect",
        VALUE,
        Type::List,
        || Box::new(Collect { items: Vec::new(), size: 0 }),
        "All values that are not null, in a list.",
        "由全部非空值组成的列表。",
    )
    .merging(),
    Function::aggregate(
        "sum",
        QUANTITY,
        Type::Quantity,
        || Box::new(Sum { function: "sum", total: Total::Nothing }),
        "The sum of numbers or durations; 0 of none.",
        "数或时长之和；没有值时为 0。",
    )
    .merging(),
    Function::aggregate(
        "avg",
        QUANTITY,
        Type::Quantity,
        || Box::new(Average { count: 0, sum: Sum { function: "avg", total: Total::Nothing } }),
        "The mean of numbers or durations; null of none.",
        "数或时长的平均值；没有值时为空。",
    ),
    Function::aggregate(
        "min",
        VALUE,
        Type::Any,
        || Box::new(Extreme { best: Value::Null, wanted: Ordering::Less }),
        "The least value, in the order of ORDER BY.",
        "按 ORDER BY 的次序最小的值。",
    )
    .merging(),
    Function::aggregate(
        "max",
        VALUE,
        Type::Any,
        || Box::new(Extreme { best: Value::Null, wanted: Ordering::Greater }),
        "The greatest value, in the order of ORDER BY.",
        "按 ORDER BY 的次序最大的值。",
    )
    .merging(),
    Function::aggregate(
        "percentileDisc",
        PERCENTILE,
        Type::Number,
        || Box::new(Percentile::new("percentileDisc", Way::Discrete)),
        "The number below which such a share of the numbers lies, from 0.0 to 1.0: one of them.",
        "给定百分位（0.0 到 1.0）处的数，取自原有的数。",
    ),
    Function::aggregate(
        "percentileCont",
        PERCENTILE,
        Type::Float,
        || Box::new(Percentile::new("percentileCont", Way::Continuous)),
        "The number below which such a share of the numbers lies, from 0.0 to 1.0, computed between two of them.",
        "给定百分位（0.0 到 1.0）处的数，在相邻两数之间插值。",
    ),
    Function::aggregate(
        "stDev",
        NUMBER,
        Type::Float,
        || Box::new(Deviation { function: "stDev", sample: true, count: 0, mean: 0.0, squares: 0.0 }),
        "The standard deviation of numbers that are a sample; 0.0 of fewer than two.",
        "样本标准差；不足两个数时为 0.0。",
    ),
    Function::aggregate(
        "stDevP",
        NUMBER,
        Type::Float,
        || Box::new(Deviation { function: "stDevP", sample: false, count: 0, mean: 0.0, squares: 0.0 }),
        "The standard deviation of numbers that are all there are; 0.0 of none.",
        "总体标准差；没有值时为 0.0。",
    ),
];

/// `count`.
struct Count(i64);

impl Aggregator for Count {
    fn add(&mut self, arguments: &[Value]) -> Result<()> {
        self.0 += i64::from(!Arguments::of("count", arguments).get(0).is_null());
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Value> {
        Ok(Value::Integer(self.0))
    }

    fn merge(&mut self, later: Value) -> Result<()> {
        self.0 += Arguments::of("count", &[later]).integer(0)?.unwrap_or(0);
        Ok(())
    }
}

/// `collect`.
struct Collect {
    items: Vec<Value>,
    size: usize,
}

impl Aggregator for Collect {
    fn add(&mut self, arguments: &[Value]) -> Result<()> {
        let value = Arguments::of("collect", arguments).get(0);
        if !value.is_null() {
            self.size += size_of::<Value>() + value.heap_size();
            self.items.push(value.clone());
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Value> {
        Ok(Value::list(self.items))
    }

    fn merge(&mut self, later: Value) -> Result<()> {
        if let Value::List(items) = later {
            items.iter().try_for_each(|item| self.add(std::slice::from_ref(item)))?;
        }
        Ok(())
    }

    fn size(&self) -> usize {
        self.size
    }
}

/// `min` and `max`.
struct Extreme {
    best: Value,
    wanted: Ordering,
}

impl Aggregator for Extreme {
    fn add(&mut self, arguments: &[Value]) -> Result<()> {
        let value = Arguments::of("min", arguments).get(0);
        if !value.is_null() && (self.best.is_null() || compare::order(value, &self.best) == self.wanted) {
            self.best = value.clone();
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Value> {
        Ok(self.best)
    }

    fn size(&self) -> usize {
        self.best.heap_size()
    }
}

/// What was summed so far.
enum Total {
    Nothing,
    /// Integers, wide enough for as many as can be counted: only the result has to fit 64 bits.
    Integers(i128),
    /// Numbers, a float among them.
    Floats(f64),
    Duration(Temporal),
}

/// `sum`.
struct Sum {
    function: &'static str,
    total: Total,
}

impl Sum {
    /// Takes a value and says whether it was one.
    fn take(&mut self, arguments: &[Value]) -> Result<bool> {
        let arguments = Arguments::of(self.function, arguments);
        let value = arguments.get(0);
        let total = match (&self.total, value) {
            (_, Value::Null) => return Ok(false),
            (Total::Nothing, Value::Integer(i)) => Total::Integers(i128::from(*i)),
            (Total::Nothing, Value::Float(f)) => Total::Floats(*f),
            (Total::Integers(total), Value::Integer(i)) => Total::Integers(total + i128::from(*i)),
            (Total::Integers(total), Value::Float(f)) => Total::Floats(*total as f64 + f),
            (Total::Floats(total), Value::Integer(i)) => Total::Floats(total + *i as f64),
            (Total::Floats(total), Value::Float(f)) => Total::Floats(total + f),
            (Total::Nothing, Value::Temporal(t)) if t.kind() == TemporalKind::Duration => {
                Total::Duration(t.as_ref().clone())
            }
            (Total::Duration(total), Value::Temporal(t)) if t.kind() == TemporalKind::Duration => {
                Total::Duration(temporal::add(total, t).map_err(|e| self.overflow(&e.to_string(), "时长之和超出范围"))?)
            }
            _ => {
                let (en, zh) = ("numbers alone or durations alone", "全为数或全为时长的值");
                return Err(arguments.wrong_type(value, en, zh));
            }
        };
        self.total = total;
        Ok(true)
    }

    fn overflow(&self, en: &str, zh: &str) -> Box<QueryError> {
        QueryError::runtime(
            ErrorType::ArithmeticError,
            Detail::IntegerOverflow,
            format!("{}(): {en}", self.function),
            format!("{}()：{zh}", self.function),
        )
    }
}

impl Aggregator for Sum {
    fn add(&mut self, arguments: &[Value]) -> Result<()> {
        self.take(arguments).map(|_| ())
    }

    fn finish(self: Box<Self>) -> Result<Value> {
        Ok(match &self.total {
            Total::Nothing => Value::Integer(0),
            Total::Integers(total) => match i64::try_from(*total) {
                Ok(total) => Value::Integer(total),
                Err(_) => {
                    return Err(
                        self.overflow("the sum is beyond the 64 bits of an Integer", "总和超出 64 位整数的范围")
                    );
                }
            },
            Total::Floats(total) => Value::Float(*total),
            Total::Duration(total) => Value::temporal(total.clone()),
        })
    }
}

/// `avg`.
struct Average {
    count: u64,
    sum: Sum,
}

impl Aggregator for Average {
    fn add(&mut self, arguments: &[Value]) -> Result<()> {
        self.count += u64::from(self.sum.take(arguments)?);
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Value> {
        let count = self.count as f64;
        let refused = |e: TemporalError| self.sum.overflow(&e.to_string(), "时长的平均值超出范围");
        Ok(match &self.sum.total {
            Total::Nothing => Value::Null,
            Total::Integers(total) => Value::Float(*total as f64 / count),
            Total::Floats(total) => Value::Float(total / count),
            Total::Duration(total) => Value::temporal(temporal::divide(total, count).map_err(refused)?),
        })
    }
}

/// `stDev` and `stDevP`, by Welford's method: the mean so far, and the sum of squared distances from it.
struct Deviation {
    function: &'static str,
    sample: bool,
    count: u64,
    mean: f64,
    squares: f64,
}

impl Aggregator for Deviation {
    fn add(&mut self, arguments: &[Value]) -> Result<()> {
        let Some(number) = Arguments::of(self.function, arguments).number(0)? else { return Ok(()) };
        let x = number.float();
        self.count += 1;
        let before = x - self.mean;
        self.mean += before / self.count as f64;
        self.squares += before * (x - self.mean);
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Value> {
        let freedom = self.count.saturating_sub(u64::from(self.sample));
        Ok(Value::Float(if freedom == 0 { 0.0 } else { (self.squares / freedom as f64).sqrt() }))
    }
}
