//! A byte stream's NAL units (annex B of H.264 and H.265).

use core::ops::Range;

/// Units in order, each without its start code and the zeros behind it. Empty ones are left out.
pub(super) fn units(stream: &[u8]) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut next = start_code(stream, 0);
    core::iter::from_fn(move || {
        loop {
            let begin = next? + 3;
            next = start_code(stream, begin);
            let mut end = next.unwrap_or(stream.len());
            while end > begin && stream.get(end - 1) == Some(&0) {
                end -= 1;
            }
            if end > begin {
                return Some(begin..end);
            }
        }
    })
}

/// Where the next 00 00 01 begins.
fn start_code(stream: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        // The third byte of a code says how far the next one can be.
        match *stream.get(at + 2)? {
            1 if stream.get(at..at + 2) == Some(&[0, 0]) => return Some(at),
            0 => at += 1,
            _ => at += 3,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_three_and_four_bytes() {
        let stream = [0, 0, 0, 1, 9, 8, 0, 0, 1, 7, 0, 0, 0, 0, 1, 0, 0, 1, 5, 1];
        let found: Vec<_> = units(&stream).map(|unit| stream[unit].to_vec()).collect();
        assert_eq!(found, [vec![9, 8], vec![7], vec![5, 1]]);
        assert_eq!(units(&[]).count() + units(&[0, 0]).count() + units(&[0, 0, 1]).count(), 0);
    }

    #[test]
    fn as_found_byte_by_byte() {
        // Every stream of eight bytes from 0, 1 and 2.
        for number in 0..3u32.pow(8) {
            let stream: Vec<u8> = (0..8).map(|at| (number / 3u32.pow(at) % 3) as u8).collect();
            let plain = stream.windows(3).position(|three| three == [0, 0, 1]);
            assert_eq!(start_code(&stream, 0), plain, "{stream:?}");
        }
    }
}
