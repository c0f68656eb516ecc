//! When each access unit is decoded and shown: by the time stamps of the transport stream where they hold, else one
//! after the other at the frame rate, shown in the order that the pictures themselves say.

use super::transport::Mark;
use super::units::Unit;

/// Ticks of a second, as in transport streams.
pub(super) const SECOND: u32 = 90_000;

/// Time stamps have 33 bits and begin anew behind them, after a day.
const WRAP: i64 = 1 << 33;

/// The times of one access unit, in ticks from the first decoding on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Time {
    /// Ticks until the next one is decoded.
    pub(super) duration: u32,
    /// Ticks from decoding to showing.
    pub(super) delay: u32,
}

/// One for each unit.
pub(super) fn of(units: &[Unit], marks: &[Mark], frame_ms: f64) -> Vec<Time> {
    // Between a thousand frames a second and one in ten; else 25 a second.
    let ms = if (1.0..=10_000.0).contains(&frame_ms) { frame_ms } else { 40.0 };
    let frame = (ms * f64::from(SECOND) / 1000.0).round() as u32;
    stamped(units, marks, frame).unwrap_or_else(|| counted(units, frame))
}

/// By time stamps; `None` where a unit has none, or where they do not ascend.
fn stamped(units: &[Unit], marks: &[Mark], frame: u32) -> Option<Vec<Time>> {
    let mut stamps: Vec<(i64, i64)> = Vec::with_capacity(units.len());
    let mut marks = marks.iter().peekable();
    for unit in units {
        // Of the packets that began before this unit did, the last one; each serves one unit.
        let mut found = None;
        while let Some(mark) = marks.next_if(|mark| mark.at <= unit.at) {
            found = Some(mark);
        }
        let (pts, dts) = (found?.pts as i64, found?.dts as i64);
        let dts = match stamps.last() {
            Some((_, before)) => before + (dts - before).rem_euclid(WRAP),
            None => dts,
        };
        let delay = (pts - dts).rem_euclid(WRAP);
        stamps.push((delay, dts));
    }
    let mut times = Vec::with_capacity(stamps.len());
    for (index, (delay, dts)) in stamps.iter().enumerate() {
        let duration = match stamps.get(index + 1) {
            Some((_, next)) => {
                u32::try_from(next - dts).ok().filter(|ticks| (1..=60 * SECOND).contains(ticks))?
            }
            None => times.last().map_or(frame, |time: &Time| time.duration),
        };
        // Nothing waits longer than the sixteen pictures a decoder may hold, at one a second.
        let delay = u32::try_from(*delay).ok().filter(|ticks| *ticks <= 16 * SECOND)?;
        times.push(Time { duration, delay });
    }
    Some(times)
}

/// One frame after the other.
fn counted(units: &[Unit], frame: u32) -> Vec<Time> {
    // Where each is shown, counted in frames.
    let mut shown = Vec::with_capacity(units.len());
    let mut begin = 0;
    while begin < units.len() {
        let rest = &units[begin + 1..];
        let end = rest.iter().position(|unit| unit.restart).map_or(units.len(), |length| begin + 1 + length);
        let mut order: Vec<usize> = (begin..end).collect();
        order.sort_by_key(|&index| units[index].order);
        shown.resize(end, 0);
        for (rank, index) in order.into_iter().enumerate() {
            shown[index] = begin + rank;
        }
        begin = end;
    }
    // So much later than decoded that none is shown before.
    let late =
        shown.iter().enumerate().map(|(decoded, shown)| decoded.saturating_sub(*shown)).max().unwrap_or(0);
    let delay = |(decoded, shown): (usize, &usize)| {
        let frames = u32::try_from(shown + late - decoded).unwrap_or(0);
        Time { duration: frame, delay: frames.saturating_mul(frame) }
    };
    shown.iter().enumerate().map(delay).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(at: usize, restart: bool, order: i64) -> Unit {
        Unit { at, nals: 0..0, key: restart, restart, order }
    }

    fn times(pairs: &[(u32, u32)]) -> Vec<Time> {
        pairs.iter().map(|&(duration, delay)| Time { duration, delay }).collect()
    }

    #[test]
    fn pictures_are_shown_in_their_order() {
        // Decoded I P B B, then a new beginning.
        let units = [(true, 0), (false, 6), (false, 2), (false, 4), (true, 0)];
        let units: Vec<_> = units.iter().map(|&(restart, order)| unit(0, restart, order)).collect();
        let frames = [1, 3, 0, 0, 1].map(|frames| (3600, frames * 3600));
        assert_eq!(of(&units, &[], 40.0), times(&frames));
        assert_eq!(of(&units, &[], f64::NAN), times(&frames));
    }

    #[test]
    fn time_stamps_count_where_every_unit_has_one() {
        let units = [unit(0, true, 0), unit(100, false, 1), unit(200, false, 2)];
        let mark = |at, pts, dts| Mark { at, pts, dts };
        // The counter begins anew between the first two.
        let marks = [mark(0, 90, (1 << 33) - 10), mark(100, 190, 90), mark(200, 90 + 450, 90 + 450)];
        assert_eq!(of(&units, &marks, 40.0), times(&[(100, 100), (450, 100), (450, 0)]));
        let frames = [(3600, 0); 3];
        assert_eq!(of(&units, &marks[..2], 40.0), times(&frames));
        let back = [marks[0], marks[2], marks[1]].map(|found| Mark { at: 0, ..found });
        assert_eq!(of(&units, &back, 40.0), times(&frames));
    }
}
