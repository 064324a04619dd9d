//! Rows of procedures are read as they are made: a query that wants the first of many waits for no others, and holds none.

use std::sync::Arc;
use std::time::Duration;

use tiaokuai::query::error::Result;
use tiaokuai::query::exec::budget::Limits;
use tiaokuai::query::functions::{Surroundings, Type};
use tiaokuai::query::procedure::{Procedure, ProcedureParameter, ProcedureRows, Procedures};
use tiaokuai::query::registry::Bilingual;
use tiaokuai::query::value::Value;

use crate::scratch::{With, made_by, run};

/// Yields every number from 0 on, with its double.
#[derive(Debug)]
struct Numbers {
    columns: [(String, Type); 2],
}

impl Procedure for Numbers {
    fn name(&self) -> &str {
        "test.numbers"
    }

    fn about(&self) -> Bilingual {
        Bilingual { en: "Every number.", zh: "所有的数。" }
    }

    fn parameters(&self) -> &[ProcedureParameter] {
        &[]
    }

    fn columns(&self) -> &[(String, Type)] {
        &self.columns
    }

    fn call<'a>(&'a self, _: &Surroundings<'_>, _: &[Value], _: &[usize]) -> Result<ProcedureRows<'a>> {
        Ok(Box::new((0..).map(|n| Ok(vec![Value::Integer(n), Value::Integer(2 * n)]))))
    }
}

fn with(limits: Limits) -> With {
    let columns = [("n".to_owned(), Type::Integer), ("double".to_owned(), Type::Integer)];
    With { limits, procedures: Procedures::new(vec![Arc::new(Numbers { columns })]), ..With::default() }
}

/// What a query answers that may take a megabyte.
#[track_caller]
fn integers(text: &str) -> Vec<Vec<Option<i64>>> {
    let limits = Limits { memory: 1 << 20, ..Limits::default() };
    let answer = run(&made_by(&[]), text, &with(limits)).unwrap();
    answer.rows.iter().map(|row| row.iter().map(Value::as_integer).collect()).collect()
}

#[test]
fn the_first_of_endless_rows() {
    assert_eq!(
        integers("CALL test.numbers() YIELD n, double RETURN n, double LIMIT 2"),
        [[Some(0), Some(0)], [Some(1), Some(2)]]
    );
    assert_eq!(integers("CALL test.numbers() YIELD n WHERE n > 7 AND n % 2 = 0 RETURN n LIMIT 1"), [[Some(8)]]);
    // One column under two names.
    assert_eq!(integers("CALL test.numbers() YIELD n AS a, n AS b RETURN a, b SKIP 3 LIMIT 1"), [[Some(3), Some(3)]]);
}

#[test]
fn rows_that_are_counted_are_not_held() {
    assert_eq!(
        integers("CALL test.numbers() YIELD n WITH n LIMIT 300000 RETURN count(*), max(n)"),
        [[Some(300_000), Some(299_999)]]
    );
}

#[test]
fn endless_rows_end_in_time() {
    let limits = Limits { time: Some(Duration::from_millis(200)), ..Limits::default() };
    let error = run(&made_by(&[]), "CALL test.numbers() YIELD n RETURN count(*)", &with(limits)).unwrap_err();
    assert_eq!(error.detail.name(), "TimeExceeded");
}
