//! Lines of shared chroma brought to the picture's width.

/// A sample of a component, of 8 bits or of up to 16.
pub(super) trait Sample: Copy + Default + Into<u16> {
    /// Two of them from words that hold no more than they do.
    fn pair(first: u16, second: u16) -> [Self; 2];
}

impl Sample for u8 {
    #[inline(always)]
    fn pair(first: u16, second: u16) -> [Self; 2] {
        (first | second << 8).to_le_bytes()
    }
}

impl Sample for u16 {
    #[inline(always)]
    fn pair(first: u16, second: u16) -> [Self; 2] {
        [first, second]
    }
}

/// Doubles a line: each new sample is three parts of the nearer one and one part of the farther. Halves are
/// rounded up and down in turn. `out` is twice as long, or one less.
pub(super) fn widen<T: Sample>(line: &[T], out: &mut [T]) {
    doubled::<T, T, 2>(line, out, [1, 2]);
}

/// As [`widen`], between two lines as well, of at most 12 bits. `between` is as long as they are.
pub(super) fn widen_between<T: Sample>(near: &[T], far: &[T], between: &mut [u16], out: &mut [T]) {
    for ((between, &near), &far) in between.iter_mut().zip(near).zip(far) {
        *between = near.into() * 3 + far.into();
    }
    doubled::<u16, T, 4>(between, out, [8, 7]);
}

/// Two of `out` for each of `line`, whose values are less than 2¹⁴: a sample of 12 bits and three times another.
#[inline(always)]
fn doubled<S: Sample, T: Sample, const BITS: u32>(line: &[S], out: &mut [T], half: [u16; 2]) {
    let pair = |before: S, here: S, after: S| {
        let three = here.into() * 3;
        T::pair((three + before.into() + half[0]) >> BITS, (three + after.into() + half[1]) >> BITS)
    };
    let (&[first, ..], &[.., last]) = (line, line) else {
        return;
    };
    let (pairs, odd) = out.as_chunks_mut::<2>();
    // The ends have but one neighbour; between them nothing has to be asked.
    let inner = pairs.iter_mut().skip(1);
    for ((out, around), after) in inner.zip(line.windows(2)).zip(line.iter().skip(2)) {
        *out = pair(around[0], around[1], *after);
    }
    if let Some(out) = pairs.first_mut() {
        *out = pair(first, first, line.get(1).copied().unwrap_or(first));
    }
    let end = pair(line.len().checked_sub(2).map_or(last, |at| line[at]), last, last);
    match (odd, pairs.get_mut(line.len() - 1)) {
        ([single], _) => *single = end[0],
        (_, Some(out)) => *out = end,
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_mixed_and_ends_are_held() {
        let line = [10u8, 50, 90, 30];
        let mut out = [0; 8];
        widen(&line, &mut out);
        assert_eq!(out, [10, 20, 40, 60, 80, 75, 45, 30]);
        let mut odd = [0; 7];
        widen(&line, &mut odd);
        assert_eq!(odd, out[..7]);
    }

    #[test]
    fn twelve_bits_do_not_overflow() {
        let (line, mut between, mut out) = ([4095u16; 5], [0; 5], [0; 10]);
        widen_between(&line, &line, &mut between, &mut out);
        assert_eq!(out, [4095; 10]);
    }
}
