//! Records of the page that cannot all be true.

use std::collections::HashSet;

use super::Making;
use crate::findings::flow::SharingEdge;
use crate::graph::Node;
use crate::model::{Kind, Language, RelType};
use crate::report::page::Contradictions;

impl Making<'_, '_> {
    /// Active edges at platforms that do not run, and withheld datasets that are granted: each edge a contradiction.
    pub(super) fn contradictions(&self) -> Contradictions {
        let graph = self.graph;
        let mut found = Contradictions::default();
        let mut tell = |english: String, chinese: String| {
            found.total += 1;
            if found.worst.len() < self.top {
                found.worst.push(match self.language {
                    Language::English => english,
                    Language::Chinese => chinese,
                });
            }
        };
        let active: Vec<bool> = graph.terms().iter().map(|t| t.status.is_none_or(|s| s == "active")).collect();
        let idle: HashSet<Node> =
            graph.nodes(Kind::Platform).filter(|&p| graph.text(p, "status").is_some_and(|s| s != "running")).collect();
        for ty in [RelType::PublishedOn, RelType::CascadesTo, RelType::Serves] {
            for from in graph.nodes(ty.from()) {
                for (to, edge) in graph.outgoing(ty, from).iter() {
                    let platform = [from, to].into_iter().find(|n| idle.contains(n));
                    if let (Some(platform), true) = (platform, active[graph.edge_terms(ty, edge) as usize]) {
                        let name = self.names.of(platform);
                        let words = self.names.edge(SharingEdge { ty, from, to, edge });
                        tell(
                            format!("{}, and {name} does not run", words.clause(Language::English)),
                            format!("{}，而{name}并未运行", words.clause(Language::Chinese)),
                        );
                    }
                }
            }
        }
        for dataset in graph.nodes(Kind::Dataset).filter(|&d| graph.text(d, "share") == Some("withheld")) {
            for (to, edge) in graph.outgoing(RelType::GrantedTo, dataset).iter() {
                if active[graph.edge_terms(RelType::GrantedTo, edge) as usize] {
                    let (title, to) = (self.names.of(dataset), self.names.of(to));
                    tell(
                        format!("{title} is withheld, and granted to {to}"),
                        format!("“{title}”不予共享，却已授权给{to}"),
                    );
                }
            }
        }
        found
    }
}
