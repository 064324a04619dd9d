//! Saved queries: a query in a file, with what it answers and what it takes.
//!
//! A file begins with comment lines of the form `// key: text`. A text goes on in lines that are indented by two spaces
//! or more. The keys:
//!
//! ```text
//! // title: Most wanted datasets
//! // 标题: 最受需要的数据集
//! // question: Which datasets do the most departments need?
//! // 问题: 哪些数据集被最多的部门需要？
//! // parameter limit: integer = 20
//! //   the most rows
//! //   中文: 最多行数
//! MATCH (c:Department)-[:NEEDS]->(d:Dataset)
//! RETURN d.id, count(DISTINCT c) AS departments ORDER BY departments DESC, d.id LIMIT $limit
//! ```
//!
//! After `parameter` stand a name, a type ([`ParameterType`]) and, if it may be left out, `=` and a default, which is written
//! as on a command line; `null` is no value. Below it stands what it means. The header ends at the first line that is no
//! comment, or at an empty comment line: comments after that are for the reader of the query.

mod built_in;
mod header;
mod parameter;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::error::Text;
use super::value::Value;

pub use built_in::built_in;
pub use header::{HeaderError, parse};
pub use parameter::{GivenError, ParameterType, SavedParameter};

/// A saved query.
#[derive(Clone, Debug)]
pub struct Saved {
    /// The name that it is run by: its file's, without `.cypher`.
    pub name: String,
    /// What it is called.
    pub title: Text,
    /// The question that it answers.
    pub question: Text,
    /// What it takes, in the order in which it is listed.
    pub parameters: Vec<SavedParameter>,
    /// The whole text of the file, so that places in it are those of the file.
    pub text: String,
}

impl Saved {
    /// The values of its parameters: those that are given as texts, each by its type, and else the defaults.
    ///
    /// # Errors
    /// When something is given that it does not take, a text is not of the type, or what has no default is not given.
    pub fn values<'t>(
        &self,
        given: impl IntoIterator<Item = (&'t str, &'t str)>,
    ) -> Result<BTreeMap<String, Value>, GivenError> {
        let mut values = BTreeMap::new();
        for (name, text) in given {
            let Some(parameter) = self.parameters.iter().find(|p| p.name == name) else {
                return Err(GivenError::unknown(self, name));
            };
            values.insert(name.to_owned(), parameter.read(text)?);
        }
        for parameter in &self.parameters {
            if !values.contains_key(&parameter.name) {
                let default = parameter.default.clone().ok_or_else(|| GivenError::missing(parameter))?;
                values.insert(parameter.name.clone(), default);
            }
        }
        Ok(values)
    }
}
