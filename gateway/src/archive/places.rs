//! Where frames lie, remembered while they are asked for: a reader scrolls through the same series again and again,
//! and a film is opened by several.
//!
//! What is remembered never becomes wrong: the archive changes and deletes nothing (see [`super`]). Frames that are
//! not there are not remembered, since a later import may bring them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::place::Place;
use crate::source::InstanceId;

/// Frames of one generation. An entry takes some 500 bytes; there are two generations.
const GENERATION: usize = 8192;

/// Frames of more pieces than this are looked up each time, so that the memory is bounded by [`GENERATION`].
const MOST_PIECES: usize = 16;

type Frame = (InstanceId, u32);

/// The places of the frames asked for last.
#[derive(Debug, Default)]
pub struct Places(Mutex<Generations>);

/// The younger generation takes what is asked for; when it is full it becomes the older one, whose frames that
/// nobody asked for again are forgotten.
#[derive(Debug, Default)]
struct Generations {
    young: HashMap<Frame, Arc<Place>>,
    old: HashMap<Frame, Arc<Place>>,
}

impl Places {
    /// The place of a frame, where it is remembered.
    pub fn get(&self, frame: &Frame) -> Option<Arc<Place>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = kept.young.get(frame) {
            return Some(Arc::clone(place));
        }
        let (frame, place) = kept.old.remove_entry(frame)?;
        kept.insert(frame, Arc::clone(&place));
        Some(place)
    }

    /// Remembers a place.
    pub fn keep(&self, frame: Frame, place: &Arc<Place>) {
        if place.pieces.len() <= MOST_PIECES {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(frame, Arc::clone(place));
        }
    }
}

impl Generations {
    fn insert(&mut self, frame: Frame, place: Arc<Place>) {
        if self.young.len() >= GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(frame, place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(number: u32) -> Frame {
        let uid = |text: &str| text.to_owned();
        (InstanceId { study: uid("1.2"), series: uid("1.3"), instance: uid("1.4") }, number)
    }

    #[test]
    fn what_is_asked_for_stays_and_the_rest_goes() {
        let places = Places::default();
        let place = Arc::new(Place::default());
        for number in 0..3 * GENERATION as u32 {
            places.keep(frame(number), &place);
            assert!(places.get(&frame(0)).is_some(), "asked for all the time, gone after {number}");
        }
        assert!(places.get(&frame(1)).is_none());
        let kept = places.0.lock().unwrap();
        assert!(kept.young.len() + kept.old.len() <= 2 * GENERATION);
    }

    #[test]
    fn a_frame_is_known_by_all_its_uids() {
        let places = Places::default();
        places.keep(frame(1), &Arc::default());
        let (mut id, number) = frame(1);
        id.study = "9.9".into();
        assert!(places.get(&(id, number)).is_none());
        assert!(places.get(&frame(2)).is_none());
    }
}
