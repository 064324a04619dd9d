//! `SHOW`: what there is to name in a query.

use std::sync::Arc;

use super::ast::Shown;
use super::engine::Answer;
use super::functions;
use super::procedure::{Procedures, signature};
use super::source::PropertyGraph;
use super::value::Value;

/// What `SHOW` lists.
#[must_use]
pub fn show(shown: Shown, graph: &dyn PropertyGraph, procedures: &Procedures) -> Answer {
    match shown {
        Shown::Procedures => {
            let rows = procedures.all().iter().map(|p| {
                let about = p.about();
                vec![
                    text(p.name()),
                    text(&signature(p.name(), p.parameters(), p.columns())),
                    text(about.en),
                    text(about.zh),
                ]
            });
            Answer { columns: names(["name", "signature", "about", "about_zh"]), rows: rows.collect() }
        }
        Shown::Functions => {
            let rows = functions::all()
                .iter()
                .map(|f| vec![text(f.name), text(&f.signature()), text(f.about.en), text(f.about.zh)]);
            Answer { columns: names(["name", "signature", "about", "about_zh"]), rows: rows.collect() }
        }
        Shown::Labels => {
            let aliases = graph.aliases();
            let alias = |name: &Arc<str>| {
                let found = aliases.iter().find(|(n, _)| n == name);
                found.map_or(Value::Null, |(_, alias)| Value::Text(Arc::clone(alias)))
            };
            let labels = graph.labels().into_iter().map(|name| {
                let count = graph.label(&name).map_or(0, |l| graph.node_count(Some(l)));
                vec![text("label"), Value::Text(Arc::clone(&name)), alias(&name), Value::Integer(count.cast_signed())]
            });
            let types = graph.relationship_types().into_iter().map(|name| {
                let count = graph.relationship_type(&name).map_or(0, |t| graph.relationship_count(Some(t)));
                let kind = text("relationship type");
                vec![kind, Value::Text(Arc::clone(&name)), alias(&name), Value::Integer(count.cast_signed())]
            });
            Answer { columns: names(["kind", "name", "alias", "count"]), rows: labels.chain(types).collect() }
        }
        Shown::Catalogs => {
            let rows = graph.catalogs().into_iter().map(|name| vec![Value::Text(name)]);
            Answer { columns: names(["catalog"]), rows: rows.collect() }
        }
    }
}

fn names<const N: usize>(names: [&str; N]) -> Vec<Arc<str>> {
    names.into_iter().map(Arc::from).collect()
}

fn text(text: &str) -> Value {
    Value::text(text)
}
