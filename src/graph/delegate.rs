//! Graphs that differ from another one in little: what they do not say themselves, they ask of it.

/// Every method of [`super::Graph`] but those of terms and of commits, asked of the field `base`.
macro_rules! records_of_base {
    () => {
        fn node_bound(&self) -> $crate::graph::Node {
            self.base.node_bound()
        }

        fn kind(&self, node: $crate::graph::Node) -> $crate::model::Kind {
            self.base.kind(node)
        }

        fn presence(&self, node: $crate::graph::Node) -> $crate::graph::Presence {
            self.base.presence(node)
        }

        fn id(&self, node: $crate::graph::Node) -> &str {
            self.base.id(node)
        }

        fn find(&self, kind: $crate::model::Kind, id: &str) -> Option<$crate::graph::Node> {
            self.base.find(kind, id)
        }

        fn nodes(&self, kind: $crate::model::Kind) -> Box<dyn Iterator<Item = $crate::graph::Node> + '_> {
            self.base.nodes(kind)
        }

        fn node_at(&self, kind: $crate::model::Kind, position: u64) -> Option<$crate::graph::Node> {
            self.base.node_at(kind, position)
        }

        fn dangling(&self) -> Box<dyn Iterator<Item = $crate::graph::Node> + '_> {
            self.base.dangling()
        }

        fn count(&self, kind: $crate::model::Kind) -> u64 {
            self.base.count(kind)
        }

        fn compare(&self, a: $crate::graph::Node, b: $crate::graph::Node) -> std::cmp::Ordering {
            self.base.compare(a, b)
        }

        fn node_catalog(&self, node: $crate::graph::Node) -> &str {
            self.base.node_catalog(node)
        }

        fn node_cell(&self, node: $crate::graph::Node, column: usize) -> $crate::graph::CellRef<'_> {
            self.base.node_cell(node, column)
        }

        fn node_extras(&self, node: $crate::graph::Node) -> Vec<$crate::graph::Extra<'_>> {
            self.base.node_extras(node)
        }

        fn outranked(&self) -> &[$crate::graph::Outranked] {
            self.base.outranked()
        }

        fn outgoing(&self, ty: $crate::model::RelType, node: $crate::graph::Node) -> $crate::graph::Neighbours<'_> {
            self.base.outgoing(ty, node)
        }

        fn incoming(&self, ty: $crate::model::RelType, node: $crate::graph::Node) -> $crate::graph::Neighbours<'_> {
            self.base.incoming(ty, node)
        }

        fn edge_count(&self, ty: $crate::model::RelType) -> u64 {
            self.base.edge_count(ty)
        }

        fn edge_bound(&self, ty: $crate::model::RelType) -> $crate::graph::EdgeIndex {
            self.base.edge_bound(ty)
        }

        fn edge_catalog(&self, ty: $crate::model::RelType, edge: $crate::graph::EdgeIndex) -> &str {
            self.base.edge_catalog(ty, edge)
        }

        fn edge_cell(
            &self,
            ty: $crate::model::RelType,
            edge: $crate::graph::EdgeIndex,
            column: usize,
        ) -> $crate::graph::CellRef<'_> {
            self.base.edge_cell(ty, edge, column)
        }

        fn edge_extras(
            &self,
            ty: $crate::model::RelType,
            edge: $crate::graph::EdgeIndex,
        ) -> Vec<$crate::graph::Extra<'_>> {
            self.base.edge_extras(ty, edge)
        }

        fn node_class(&self, dataset: $crate::graph::Node) -> u32 {
            self.base.node_class(dataset)
        }

        fn flow_classes(&self) -> Vec<$crate::graph::FlowClass<'_>> {
            self.base.flow_classes()
        }
    };
}

pub(super) use records_of_base;
