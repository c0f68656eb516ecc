//! Several pictures of the same place: told apart by what the header says, else by the order they came in.

use super::divide::Entry;
use crate::dicom::header::Phase;
use crate::map::Map;
use crate::sort::sort_by;
use crate::vector::{length, minus};

/// Positions nearer than this are one place, mm.
pub(super) const SAME_PLACE_MM: f64 = 0.01;

/// What may tell phases apart, best first.
const KEYS: [fn(&Entry<'_>) -> Option<Key>; 7] = [
    |entry| phase(entry)?.temporal.map(Key::Whole),
    |entry| phase(entry)?.b_value.map(Key::from),
    |entry| phase(entry)?.echo_ms.map(Key::from),
    |entry| phase(entry)?.trigger_ms.map(Key::from),
    |entry| phase(entry)?.stack.clone().map(Key::Text),
    // Magnitude, phase, real, imaginary, where the scanner says so.
    |entry| entry.instance.image_type.get(3..).map(|values| Key::Text(values.join("\\"))),
    |entry| entry.instance.acquisition.map(|number| Key::Whole(number.into())),
];

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Whole(i64),
    Text(String),
}

impl From<f64> for Key {
    /// Thousandths: below what any of these quantities is set to.
    fn from(value: f64) -> Self {
        Self::Whole((value * 1000.0).round() as i64)
    }
}

fn phase<'h>(entry: &Entry<'h>) -> Option<&'h Phase> {
    entry.phase
}

/// Divides a group whose frames lie in the same places; a group without doubles stays one. What cannot be told apart
/// stays together, with its doubles.
pub(super) fn split<'h>(entries: Vec<Entry<'h>>) -> Vec<Vec<Entry<'h>>> {
    let visits = visits(&entries);
    let most = visits.iter().max().map_or(1, |last| last + 1);
    if most == 1 {
        return vec![entries];
    }
    for key in KEYS {
        let parts = by_key(&entries, &|entry| vec![key(entry)]);
        if parts.len() as u32 == most && parts.iter().all(|part| !has_doubles(part)) {
            return parts;
        }
    }
    // Several dimensions at once: echoes of every time point.
    let all = |entry: &Entry<'h>| KEYS.iter().map(|key| key(entry)).collect();
    let parts = by_key(&entries, &all);
    if parts.len() as u32 == most && parts.iter().all(|part| !has_doubles(part)) {
        return parts;
    }
    // As often at every place: one after the other.
    let places = visits.iter().filter(|visit| **visit == 0).count();
    if entries.len() == places * most as usize {
        let mut parts: Vec<Vec<Entry<'h>>> = (0..most).map(|_| Vec::with_capacity(places)).collect();
        for (entry, visit) in entries.into_iter().zip(visits) {
            parts[visit as usize].push(entry);
        }
        return parts;
    }
    vec![entries]
}

/// For every frame, how many before it lie in its place.
fn visits(entries: &[Entry<'_>]) -> Vec<u32> {
    let mut order: Vec<usize> = (0..entries.len()).collect();
    let position = |index: &usize| entries[*index].plane.map_or([0.0; 3], |plane| plane.position);
    // On a grid, so that noise in one coordinate does not part frames that agree in the others.
    sort_by(&mut order, |a, b| {
        let (p, q) = (position(a), position(b));
        let axes = (0..3)
            .map(|axis| (p[axis] / SAME_PLACE_MM).round().total_cmp(&(q[axis] / SAME_PLACE_MM).round()));
        axes.fold(core::cmp::Ordering::Equal, core::cmp::Ordering::then).then(a.cmp(b))
    });
    let mut visits = vec![0; entries.len()];
    for pair in order.windows(2) {
        let same = length(minus(position(&pair[1]), position(&pair[0]))) < 2.0 * SAME_PLACE_MM;
        visits[pair[1]] = if same { visits[pair[0]] + 1 } else { 0 };
    }
    visits
}

fn has_doubles(entries: &[Entry<'_>]) -> bool {
    visits(entries).iter().any(|visit| *visit > 0)
}

/// Parts of equal key, by ascending key.
fn by_key<'h>(entries: &[Entry<'h>], key: &dyn Fn(&Entry<'h>) -> Vec<Option<Key>>) -> Vec<Vec<Entry<'h>>> {
    let mut parts = Map::<Vec<Option<Key>>, Vec<Entry<'h>>>::new();
    for entry in entries {
        parts.entry(key(entry), Vec::new).push(*entry);
    }
    parts.into_iter().map(|(_, part)| part).collect()
}
