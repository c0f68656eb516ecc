//! Tag trees: ISO/IEC 15444-1 B.10.2.

use super::bits::HeaderBits;

#[derive(Debug, Clone, Copy)]
struct Node {
    /// The value is at least this.
    least: u16,
    known: bool,
}

/// Values of a rectangle of leaves; each node above holds the least of its four.
#[derive(Debug)]
pub(super) struct TagTree {
    /// Index of the first node and nodes across, leaves first.
    levels: Vec<(usize, usize)>,
    nodes: Vec<Node>,
}

impl TagTree {
    pub(super) fn new(across: usize, down: usize) -> Self {
        let (mut levels, mut nodes) = (Vec::new(), 0);
        let (mut across, mut down) = (across, down);
        while across * down > 0 {
            levels.push((nodes, across));
            nodes += across * down;
            if across * down == 1 {
                break;
            }
            (across, down) = (across.div_ceil(2), down.div_ceil(2));
        }
        Self { levels, nodes: vec![Node { least: 0, known: false }; nodes] }
    }

    /// Reads until it is known whether the value of a leaf is less than `threshold`: the value, if it is.
    /// `None` also where the bits end.
    pub(super) fn read(
        &mut self,
        bits: &mut HeaderBits<'_>,
        leaf: [usize; 2],
        threshold: u16,
    ) -> Option<u16> {
        let mut least = 0;
        let mut known = false;
        for (shift, &(first, across)) in self.levels.iter().enumerate().rev() {
            let node = &mut self.nodes[first + (leaf[1] >> shift) * across + (leaf[0] >> shift)];
            node.least = node.least.max(least);
            while !node.known && node.least < threshold {
                if bits.bit() == 1 {
                    node.known = true;
                } else {
                    node.least += 1;
                }
            }
            (least, known) = (node.least, node.known);
        }
        (known && least < threshold).then_some(least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of B.10.2: a tree of 6 × 3 leaves, of which the first has value 1 and the second 3.
    #[test]
    fn the_standard_s_example() {
        let bytes = [0b0111_1001, 0b1010_1000];
        let mut bits = HeaderBits::new(&bytes);
        let mut tree = TagTree::new(6, 3);
        assert_eq!(tree.read(&mut bits, [0, 0], 9), Some(1));
        assert_eq!(tree.read(&mut bits, [1, 0], 9), Some(3));
        assert_eq!(tree.read(&mut bits, [2, 0], 9), Some(2));
    }
}
