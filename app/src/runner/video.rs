//! Videos: fetched whole, and handed to the browser's own player.

use std::cell::RefCell;
use std::rc::Rc;

use viewer_core::cache::FrameKey;
use viewer_core::session::{Failure, ViewportIx};

use super::Runner;
use crate::platform::clock;
use crate::platform::video::Player;

/// The player of this page, once there has been a video.
#[derive(Default)]
pub(super) struct Video(RefCell<Option<Rc<Player>>>);

impl Runner {
    /// The player; None where it cannot be loaded now.
    async fn player(&self) -> Option<Rc<Player>> {
        let known = self.0.video.0.borrow().clone();
        if known.is_some() {
            return known;
        }
        let loaded = Player::load(&self.0.boot).await.map(Rc::new);
        self.0.video.0.borrow_mut().clone_from(&loaded);
        loaded
    }

    /// Whether it is worth fetching a video.
    pub(super) async fn can_play(&self, uid: &str) -> Result<(), Failure> {
        match self.player().await {
            Some(player) if player.plays(uid) => Ok(()),
            Some(_) => Err(Failure::Unsupported),
            None => Err(Failure::Network),
        }
    }

    /// Shows a video, or why it is not played, in a viewport; without one takes away what was there.
    pub(super) fn play(&self, viewport: ViewportIx, key: Option<FrameKey>) {
        let player = self.0.video.0.borrow().clone();
        let Some(player) = player else {
            if key.is_some() {
                let runner = self.clone();
                clock::spawn(async move {
                    if runner.player().await.is_some() {
                        runner.paint_soon(viewport);
                    }
                });
            }
            return;
        };
        let session = self.0.session.borrow();
        let uid = key.and_then(|key| Some(session.header(key)?.0.transfer_syntax_uid.as_str()));
        let encoded = key.and_then(|key| self.0.held.borrow().encoded(key));
        let bytes = encoded.as_ref().map(|encoded| &encoded.bytes);
        self.0.surfaces.borrow().play(viewport, &player, uid.unwrap_or_default(), bytes);
    }
}
