//! Equality, equivalence and order of values.
//!
//! Three relations, as the openCypher specification has them (CIP2016-06-14):
//! - *equality* (`=`) is of three values: null where either side is null, also within lists and maps;
//! - *equivalence* is what `DISTINCT`, grouping and set operations go by: null is null, and not-a-number is itself;
//! - *orderability* is a total order over all values, which `ORDER BY`, `min` and `max` go by. `<` and its like compare
//!   within one type only, and are null across types (*comparability*).

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use super::temporal::Temporal;
use super::value::{Map, Value};

/// `=`: none where it cannot be known.
#[must_use]
pub fn equals(a: &Value, b: &Value) -> Option<bool> {
    match (a, b) {
        (Value::Null, _) | (_, Value::Null) => None,
        (Value::Boolean(a), Value::Boolean(b)) => Some(a == b),
        (Value::Integer(a), Value::Integer(b)) => Some(a == b),
        (Value::Float(a), Value::Float(b)) => Some(a == b),
        (Value::Integer(i), Value::Float(f)) | (Value::Float(f), Value::Integer(i)) => {
            Some(integer_to_float(*i, *f) == Some(Ordering::Equal))
        }
        (Value::Text(a), Value::Text(b)) => Some(a == b),
        (Value::List(a), Value::List(b)) => {
            if a.len() != b.len() {
                return Some(false);
            }
            all(a.iter().zip(b.iter()).map(|(a, b)| equals(a, b)))
        }
        (Value::Map(a), Value::Map(b)) => {
            if a.len() != b.len() || !a.keys().eq(b.keys()) {
                return Some(false);
            }
            all(a.values().zip(b.values()).map(|(a, b)| equals(a, b)))
        }
        (Value::Node(a), Value::Node(b)) => Some(a == b),
        (Value::Relationship(a), Value::Relationship(b)) => Some(a == b),
        (Value::Path(a), Value::Path(b)) => Some(a == b),
        (Value::Temporal(a), Value::Temporal(b)) => Some(a == b),
        _ => Some(false),
    }
}

/// The conjunction of answers: false if any is, else unknown if any is.
fn all(answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut known = true;
    for answer in answers {
        match answer {
            Some(false) => return Some(false),
            Some(true) => {}
            None => known = false,
        }
    }
    known.then_some(true)
}

/// `<`, `<=`, `>`, `>=`: how two values of one type compare. None where the answer is null: across types, with null, or
/// with not-a-number; [`Comparison::Unordered`] tells the last apart.
#[must_use]
pub fn compare(a: &Value, b: &Value) -> Comparison {
    let of = |o: Option<Ordering>| o.map_or(Comparison::Unordered, Comparison::Ordered);
    match (a, b) {
        (Value::Boolean(a), Value::Boolean(b)) => Comparison::Ordered(a.cmp(b)),
        (Value::Integer(a), Value::Integer(b)) => Comparison::Ordered(a.cmp(b)),
        (Value::Float(a), Value::Float(b)) => of(a.partial_cmp(b)),
        (Value::Integer(a), Value::Float(b)) => of(integer_to_float(*a, *b)),
        (Value::Float(a), Value::Integer(b)) => of(integer_to_float(*b, *a).map(Ordering::reverse)),
        (Value::Text(a), Value::Text(b)) => Comparison::Ordered(a.as_ref().cmp(b.as_ref())),
        (Value::Temporal(a), Value::Temporal(b)) => a.compare(b).map_or(Comparison::Unknown, Comparison::Ordered),
        (Value::List(a), Value::List(b)) => {
            for (a, b) in a.iter().zip(b.iter()) {
                match compare(a, b) {
                    Comparison::Ordered(Ordering::Equal) => {}
                    other => return other,
                }
            }
            Comparison::Ordered(a.len().cmp(&b.len()))
        }
        _ => Comparison::Unknown,
    }
}

/// How two values compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// One way or another.
    Ordered(Ordering),
    /// Both are numbers and one is not a number: every comparison is false.
    Unordered,
    /// The answer is null.
    Unknown,
}

/// An integer against a float, exactly; none for not-a-number.
fn integer_to_float(i: i64, f: f64) -> Option<Ordering> {
    if f.is_nan() {
        return None;
    }
    // 2^63 is the first float beyond every integer.
    const BEYOND: f64 = 9_223_372_036_854_775_808.0;
    if f >= BEYOND {
        return Some(Ordering::Less);
    }
    if f < -BEYOND {
        return Some(Ordering::Greater);
    }
    let whole = f.trunc();
    match i.cmp(&(whole as i64)) {
        Ordering::Equal => Some(if f > whole {
            Ordering::Less
        } else if f < whole {
            Ordering::Greater
        } else {
            Ordering::Equal
        }),
        other => Some(other),
    }
}

/// Where values of a type stand in the order of all: maps, nodes, relationships, lists, paths, temporal values, texts,
/// truths, numbers, null.
fn rank(value: &Value) -> u8 {
    match value {
        Value::Map(_) => 0,
        Value::Node(_) => 1,
        Value::Relationship(_) => 2,
        Value::List(_) => 3,
        Value::Path(_) => 4,
        Value::Temporal(_) => 5,
        Value::Text(_) => 6,
        Value::Boolean(_) => 7,
        Value::Integer(_) | Value::Float(_) => 8,
        Value::Null => 9,
    }
}

/// The order of all values.
#[must_use]
pub fn order(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Boolean(a), Value::Boolean(b)) => a.cmp(b),
        (Value::Integer(a), Value::Integer(b)) => a.cmp(b),
        (Value::Float(a), Value::Float(b)) => order_floats(*a, *b),
        (Value::Integer(a), Value::Float(b)) => integer_to_float(*a, *b).unwrap_or(Ordering::Less),
        (Value::Float(a), Value::Integer(b)) => integer_to_float(*b, *a).map_or(Ordering::Greater, Ordering::reverse),
        (Value::Text(a), Value::Text(b)) => a.as_ref().cmp(b.as_ref()),
        (Value::Temporal(a), Value::Temporal(b)) => Temporal::order(a, b),
        (Value::List(a), Value::List(b)) => order_lists(a, b),
        (Value::Map(a), Value::Map(b)) => order_maps(a, b),
        (Value::Node(a), Value::Node(b)) => a.cmp(b),
        (Value::Relationship(a), Value::Relationship(b)) => a.identity().cmp(&b.identity()),
        (Value::Path(a), Value::Path(b)) => a.nodes.cmp(&b.nodes).then_with(|| {
            let identities = |p: &super::value::Path| p.relationships.iter().map(|r| r.identity()).collect::<Vec<_>>();
            identities(a).cmp(&identities(b))
        }),
        _ => rank(a).cmp(&rank(b)),
    }
}

/// Not-a-number stands above all numbers; the two zeros are one.
fn order_floats(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
}

fn order_lists(a: &[Value], b: &[Value]) -> Ordering {
    let first = a.iter().zip(b).map(|(a, b)| order(a, b)).find(|o| *o != Ordering::Equal);
    first.unwrap_or_else(|| a.len().cmp(&b.len()))
}

/// By keys first, then by values.
fn order_maps(a: &Map, b: &Map) -> Ordering {
    a.keys().cmp(b.keys()).then_with(|| {
        let first = a.values().zip(b.values()).map(|(a, b)| order(a, b)).find(|o| *o != Ordering::Equal);
        first.unwrap_or(Ordering::Equal)
    })
}

/// A value as a key of `DISTINCT` and grouping: equal by equivalence.
#[derive(Clone, Debug)]
pub struct Key(pub Value);

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        equivalent(&self.0, &other.0)
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash(&self.0, state);
    }
}

/// Whether two values are the same for `DISTINCT` and grouping.
#[must_use]
pub fn equivalent(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Null, Value::Null) => true,
        (Value::Float(a), Value::Float(b)) if a.is_nan() && b.is_nan() => true,
        (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| equivalent(a, b)),
        (Value::Map(a), Value::Map(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|((k, a), (l, b))| k == l && equivalent(a, b))
        }
        _ => equals(a, b) == Some(true),
    }
}

/// Feeds a value to a hasher, the same for equivalent values.
pub fn hash<H: Hasher>(value: &Value, state: &mut H) {
    match value {
        // An integer and a float that are equal have to hash alike.
        Value::Integer(_) | Value::Float(_) => {}
        other => rank(other).hash(state),
    }
    match value {
        Value::Null => {}
        Value::Boolean(b) => b.hash(state),
        Value::Integer(i) => i.hash(state),
        Value::Float(f) => match integral(*f) {
            Some(i) => i.hash(state),
            None if f.is_nan() => u64::MAX.hash(state),
            None => f.to_bits().hash(state),
        },
        Value::Text(t) => t.hash(state),
        Value::List(items) => {
            items.len().hash(state);
            items.iter().for_each(|item| hash(item, state));
        }
        Value::Map(entries) => {
            entries.len().hash(state);
            for (key, value) in entries.iter() {
                key.hash(state);
                hash(value, state);
            }
        }
        Value::Node(n) => n.hash(state),
        Value::Relationship(r) => r.hash(state),
        Value::Path(p) => p.hash(state),
        Value::Temporal(t) => t.hash(state),
    }
}

/// The integer that a float equals, if it equals one.
fn integral(f: f64) -> Option<i64> {
    let whole = f.trunc();
    (whole == f && integer_to_float(whole as i64, f) == Some(Ordering::Equal)).then_some(whole as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(items: &[Value]) -> Value {
        Value::list(items.to_vec())
    }

    #[test]
    fn null_is_unknown_and_spreads_into_lists() {
        let (one, null) = (Value::Integer(1), Value::Null);
        assert_eq!(equals(&null, &null), None);
        assert_eq!(equals(&list(&[one.clone(), null.clone()]), &list(&[one.clone(), one.clone()])), None);
        assert_eq!(equals(&list(&[Value::Integer(2), null.clone()]), &list(&[one.clone(), one.clone()])), Some(false));
        assert_eq!(equals(&list(std::slice::from_ref(&null)), &list(&[one.clone(), one])), Some(false));
        assert!(equivalent(&null, &null));
    }

    #[test]
    fn integers_and_floats_are_compared_exactly() {
        let big = Value::Integer(9_007_199_254_740_993);
        assert_eq!(equals(&big, &Value::Float(9_007_199_254_740_992.0)), Some(false));
        assert_eq!(order(&Value::Integer(i64::MAX), &Value::Float(9.3e18)), Ordering::Less);
        assert_eq!(order(&Value::Integer(i64::MIN), &Value::Float(-9_223_372_036_854_775_808.0)), Ordering::Equal);
        assert_eq!(order(&Value::Integer(-1), &Value::Float(-1.5)), Ordering::Greater);
        assert_eq!(compare(&Value::Integer(1), &Value::Float(f64::NAN)), Comparison::Unordered);
        assert_eq!(compare(&Value::Integer(1), &Value::text("1")), Comparison::Unknown);
    }

    #[test]
    fn equivalent_values_hash_alike() {
        let hashed = |v: &Value| {
            let mut state = std::collections::hash_map::DefaultHasher::new();
            hash(v, &mut state);
            state.finish()
        };
        let pairs = [
            (Value::Integer(1), Value::Float(1.0)),
            (Value::Float(0.0), Value::Float(-0.0)),
            (Value::Float(f64::NAN), Value::Float(-f64::NAN)),
            (list(&[Value::Null]), list(&[Value::Null])),
        ];
        for (a, b) in pairs {
            assert!(equivalent(&a, &b), "{a:?} {b:?}");
            assert_eq!(hashed(&a), hashed(&b), "{a:?} {b:?}");
        }
    }

    #[test]
    fn the_order_of_all_values_goes_by_type_first() {
        let sorted = [list(&[Value::Integer(1)]), Value::text("a"), Value::Boolean(true), Value::Integer(3)];
        for pair in sorted.windows(2) {
            assert_eq!(order(&pair[0], &pair[1]), Ordering::Less);
        }
        assert_eq!(order(&Value::Float(f64::NAN), &Value::Float(f64::INFINITY)), Ordering::Greater);
        assert_eq!(order(&Value::Float(f64::NAN), &Value::Null), Ordering::Less);
    }
}
