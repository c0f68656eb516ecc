//! Stable sorting, compiled once.
//!
//! The standard library's sort is compiled anew for every type, at 6 KB each in the browser's program. Here numbers
//! of places are sorted by merging, whatever lies there, and the things are moved once.

use core::cmp::Ordering;

/// Sorts by a comparison; equal things keep their order.
pub fn sort_by<T>(things: &mut Vec<T>, compare: impl Fn(&T, &T) -> Ordering) {
    let mut order: Vec<u32> = (0..things.len() as u32).collect();
    sort_places(&mut order, &|a, b| match (things.get(a as usize), things.get(b as usize)) {
        (Some(a), Some(b)) => compare(a, b),
        _ => Ordering::Equal,
    });
    let mut from: Vec<Option<T>> = things.drain(..).map(Some).collect();
    things.extend(order.iter().filter_map(|at| from.get_mut(*at as usize)?.take()));
}

/// Merges runs of 1, 2, 4 … in turn.
fn sort_places(order: &mut [u32], compare: &dyn Fn(u32, u32) -> Ordering) {
    let mut spare = order.to_vec();
    let mut run = 1;
    while run < order.len() {
        for (pair, into) in order.chunks(run * 2).zip(spare.chunks_mut(run * 2)) {
            let (mut left, mut right) = pair.split_at(run.min(pair.len()));
            for place in into {
                let side = match (left, right) {
                    ([a, ..], [b, ..]) if compare(*b, *a) == Ordering::Less => &mut right,
                    ([], _) => &mut right,
                    _ => &mut left,
                };
                if let [first, rest @ ..] = *side {
                    *place = *first;
                    *side = rest;
                }
            }
        }
        order.copy_from_slice(&spare);
        run *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::sort_by;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn as_the_standard_library_sorts(mut things: Vec<(u8, u32)>) {
            let mut expected = things.clone();
            expected.sort_by_key(|(key, _)| *key);
            sort_by(&mut things, |a, b| a.0.cmp(&b.0));
            prop_assert_eq!(things, expected);
        }
    }
}
