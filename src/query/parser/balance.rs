//! Trees of an operator that does not care how its operands are grouped.
//!
//! Generated queries have thousands of operands in a row. As a chain they would make a tree that nobody can walk
//! recursively; balanced, it is as shallow as can be.

/// The operands, joined in their order; nothing where there are none.
pub(super) fn balanced<T>(mut operands: Vec<T>, join: impl Fn(Box<T>, Box<T>) -> T) -> Option<T> {
    while operands.len() > 1 {
        let mut pairs = Vec::with_capacity(operands.len().div_ceil(2));
        let mut rest = operands.into_iter();
        while let Some(left) = rest.next() {
            pairs.push(match rest.next() {
                Some(right) => join(Box::new(left), Box::new(right)),
                None => left,
            });
        }
        operands = pairs;
    }
    operands.pop()
}

/// How many levels of operators the tree of so many operands has.
pub(super) fn levels(operands: usize) -> u32 {
    operands.next_power_of_two().ilog2()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_balanced_tree_keeps_the_order_and_has_the_levels_it_says() {
        for count in 1..40usize {
            let leaves = (0..count).map(|n| (vec![n], 0)).collect();
            let join = |a: Box<(Vec<usize>, u32)>, b: Box<(Vec<usize>, u32)>| ([a.0, b.0].concat(), a.1.max(b.1) + 1);
            assert_eq!(balanced(leaves, join), Some(((0..count).collect(), levels(count))));
        }
    }
}
