//! Stable sorting, compiled once.
//!
//! The standard library's sort is compiled anew for every type, at 6 KB each in the browser's program. Here numbers
//! of places are sorted, whatever lies there, and the things are moved once.

use std::cmp::Ordering;

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

fn sort_places(order: &mut [u32], compare: &dyn Fn(u32, u32) -> Ordering) {
    order.sort_by(|a, b| compare(*a, *b));
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
