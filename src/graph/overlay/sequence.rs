//! The defined nodes of a kind: runs of the base's, with others between them.

use super::Node;

/// The defined nodes of a kind in the order of their ids.
pub(super) struct Sequence {
    runs: Vec<Run>,
    len: u64,
}

struct Run {
    /// The position of its first node in the sequence.
    at: u64,
    nodes: Nodes,
}

enum Nodes {
    /// As many of the base's nodes, from this position.
    Base(u64, u64),
    /// One that the base does not define.
    Own(Node),
}

impl Sequence {
    /// The base's nodes without those at some positions and with others before those at some positions; both in order.
    pub(super) fn new(base: u64, gone: &[u64], come: &[(u64, Node)]) -> Self {
        let mut sequence = Self { runs: Vec::new(), len: 0 };
        let (mut from, mut gone, mut come) = (0, gone.iter().copied().peekable(), come.iter().copied().peekable());
        loop {
            let (next_gone, next_come) = (gone.peek().copied(), come.peek().copied());
            match (next_gone, next_come) {
                // What comes stands before the base's node at its position.
                (_, Some((position, node))) if next_gone.is_none_or(|g| position <= g) => {
                    sequence.push_base(from, position);
                    sequence.push(Nodes::Own(node), 1);
                    from = position;
                    come.next();
                }
                (Some(position), _) => {
                    sequence.push_base(from, position);
                    from = position + 1;
                    gone.next();
                }
                _ => break,
            }
        }
        sequence.push_base(from, base);
        sequence
    }

    fn push_base(&mut self, from: u64, to: u64) {
        if from < to {
            self.push(Nodes::Base(from, to - from), to - from);
        }
    }

    fn push(&mut self, nodes: Nodes, len: u64) {
        self.runs.push(Run { at: self.len, nodes });
        self.len += len;
    }

    /// How many nodes there are.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// The node at a position, the base's being looked up by theirs.
    pub(super) fn at(&self, position: u64, base: impl FnOnce(u64) -> Option<Node>) -> Option<Node> {
        if position >= self.len {
            return None;
        }
        let run = self.runs.partition_point(|r| r.at <= position).checked_sub(1).and_then(|i| self.runs.get(i))?;
        match run.nodes {
            Nodes::Base(first, _) => base(first + position - run.at),
            Nodes::Own(node) => Some(node),
        }
    }

    /// All nodes, the base's being read off its own sequence.
    pub(super) fn iter<'a>(&'a self, mut base: impl Iterator<Item = Node> + 'a) -> impl Iterator<Item = Node> + 'a {
        let mut runs = self.runs.iter();
        // Where the base's sequence stands, and how many more of it come now.
        let (mut position, mut left) = (0, 0);
        std::iter::from_fn(move || {
            if left == 0 {
                match runs.next()?.nodes {
                    Nodes::Own(node) => return Some(node),
                    Nodes::Base(first, len) => {
                        while position < first {
                            base.next()?;
                            position += 1;
                        }
                        left = len;
                    }
                }
            }
            left -= 1;
            position += 1;
            base.next()
        })
    }
}
