//! Whether there is a store on this device, and what of the film it has.

use super::closed::Closed;
use super::effect::Effect;
use super::event::StoreFailure;
use super::model::Session;
use super::view::{Notice, Screen, SeriesState};
use crate::cache::SeriesIx;

impl Session {
    /// A film that is over goes from the device, too.
    pub(super) fn clear_if_gone(&mut self) {
        let gone =
            matches!(self.screen, Screen::Closed(Closed::Revoked | Closed::Expired | Closed::NotFound));
        if gone && self.has_store {
            self.out.push(Effect::ClearStore);
        }
    }

    pub(super) fn store_opened(&mut self, usable: bool, keeps: bool) {
        self.has_store = usable;
        self.clear_if_gone();
        // The reader may have wanted everything deleted meanwhile.
        if std::mem::replace(&mut self.store_known, true) {
            return;
        }
        self.store = usable;
        if usable && self.keep {
            self.out.push(Effect::KeepWhole(true));
        }
        self.keep = usable && (keeps || self.keep);
        self.cache.set_store(usable);
        self.list_series();
    }

    /// Whether the reader is offered to keep the film: also as long as nobody knows better, so that nothing moves on screen when
    /// it is known.
    pub(super) fn may_keep(&self) -> bool {
        self.store || !self.store_known
    }

    /// Finds out which frames of the series that are open the store has. A series whose frames are being asked for goes on.
    fn list_series(&mut self) {
        let store = self.store;
        for (ix, series) in self.series.iter_mut().enumerate().filter(|(_, s)| s.state == SeriesState::Ready)
        {
            series.listed |= !store;
            if store {
                self.out.push(Effect::ListStore { series: SeriesIx(ix as u16) });
            }
        }
        self.moved = true;
    }

    /// The reader wants nothing of it on the device any more.
    pub(super) fn forget_stored(&mut self) {
        self.keep = false;
        self.cache.store_cleared();
        self.without_store();
        self.out.push(Effect::ClearStore);
    }

    pub(super) fn store_failed(&mut self, failure: StoreFailure) {
        // A store that is not in use, as after clearing it, is nobody's concern.
        if self.store {
            self.notice(Notice::Store(failure));
        }
        self.without_store();
    }

    fn without_store(&mut self) {
        (self.store, self.store_known) = (false, true);
        self.cache.set_store(false);
        self.list_series();
    }
}
