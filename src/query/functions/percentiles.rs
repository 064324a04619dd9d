//! `percentileDisc` and `percentileCont`.

use crate::query::compare;
use crate::query::error::{Detail, ErrorType, QueryError, Result};
use crate::query::value::Value;

use super::Aggregator;
use super::arguments::Arguments;

/// How a percentile between two numbers is found.
#[derive(Clone, Copy)]
pub(super) enum Way {
    /// The nearest rank: one of the numbers, as it was given.
    Discrete,
    /// On the line between the two.
    Continuous,
}

/// The numbers of a group, and the share that is asked for.
pub(super) struct Percentile {
    function: &'static str,
    way: Way,
    share: f64,
    numbers: Vec<Value>,
}

impl Percentile {
    /// Of no number yet.
    pub(super) fn new(function: &'static str, way: Way) -> Self {
        Self { function, way, share: 0.0, numbers: Vec::new() }
    }
}

impl Aggregator for Percentile {
    fn add(&mut self, arguments: &[Value]) -> Result<()> {
        let arguments = Arguments::of(self.function, arguments);
        let Some(share) = arguments.number(1)? else {
            return Err(arguments.wrong_type(&Value::Null, "a percentile", "百分位"));
        };
        let share = share.float();
        if !(0.0..=1.0).contains(&share) {
            return Err(QueryError::runtime(
                ErrorType::ArgumentError,
                Detail::NumberOutOfRange,
                format!("the percentile of {}() lies between 0.0 and 1.0, and {share} does not", self.function),
                format!("{}() 的百分位应在 0.0 到 1.0 之间，而不是 {share}", self.function),
            ));
        }
        self.share = share;
        if arguments.number(0)?.is_some() {
            self.numbers.push(arguments.get(0).clone());
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<Value> {
        self.numbers.sort_by(compare::order);
        let count = self.numbers.len();
        let at = |rank: usize| self.numbers.get(rank).cloned().unwrap_or_default();
        Ok(match self.way {
            Way::Discrete => at(((self.share * count as f64).ceil() as usize).saturating_sub(1)),
            Way::Continuous => {
                let rank = self.share * count.saturating_sub(1) as f64;
                match (float(&at(rank.floor() as usize)), float(&at(rank.ceil() as usize))) {
                    (Some(below), Some(above)) => Value::Float(between(below, above, rank.fract())),
                    _ => Value::Null,
                }
            }
        })
    }

    fn size(&self) -> usize {
        self.numbers.len() * size_of::<Value>()
    }
}

fn float(value: &Value) -> Option<f64> {
    match value {
        Value::Integer(i) => Some(*i as f64),
        Value::Float(f) => Some(*f),
        _ => None,
    }
}

/// The number so far on the way from one to another; exact at both ends.
fn between(below: f64, above: f64, part: f64) -> f64 {
    if part == 0.0 || below == above { below } else { below * (1.0 - part) + above * part }
}
