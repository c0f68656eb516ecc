//! Small previews of a series' frames, many in one answer.

use viewer_core::cache::{FrameKey, SeriesIx};
use viewer_core::session::{Event, Failure};

use super::Runner;
use super::network::failure_of;
use crate::platform::buffer::Buffer;
use crate::platform::clock;
use crate::platform::fetch::Abort;
use crate::platform::pieces::{Part, Pieces};
use crate::platform::preview::PreviewImage;

/// How they are asked for: a quarter of a CT's pixels, some 3 KB each.
const LOOK: &str = "viewport=256,256&quality=40";

/// Streams of one series that are kept: far jumps begin new ones.
const MOST_KEPT: u32 = 8;

const ACCEPT: &str = "multipart/related; type=\"image/webp\", multipart/related; type=\"image/jpeg\"; q=0.5";

impl Runner {
    /// Fetches previews of frames of one series, in this order.
    pub(super) fn fetch_sketches(&self, stream: u32, keys: &[FrameKey]) {
        let Some(series) = keys.first().map(|key| key.series) else { return };
        let Some(path) = self.series_path(series) else { return };
        let names: Vec<String> = keys.iter().map(name).collect();
        let path = format!("{path}/rendered?{LOOK}&select={}", names.join(","));
        let abort = Abort::default();
        abort.watch();
        *self.0.sketching.borrow_mut() = abort.clone();
        let runner = self.clone();
        clock::spawn(async move {
            let mut arrived = Vec::new();
            let result = runner.read_sketches(series, &path, &abort, &mut arrived).await;
            if !abort.aborted() {
                if result.is_ok() {
                    runner.0.boot.mark("scrollable");
                }
                runner.send(Event::FramePreviewsEnded { stream, result });
            }
            runner.remember_sketches(series, &arrived).await;
            for piece in arrived {
                // Each is freed by way of a message channel: on a slow phone not all in one task.
                drop(piece);
                clock::sleep(0.0).await;
            }
        });
    }

    async fn read_sketches(
        &self,
        series: SeriesIx,
        path: &str,
        abort: &Abort,
        arrived: &mut Vec<Buffer>,
    ) -> Result<(), Failure> {
        let chunks = self.ask(path, ACCEPT, abort).await?.chunks().ok_or(Failure::Network)?;
        let mut pieces = Pieces::default();
        while let Some(bytes) = chunks.next(abort).await.map_err(failure_of)? {
            arrived.push(bytes.clone());
            self.take_sketches(series, &mut pieces, bytes)?;
        }
        if pieces.ended() { Ok(()) } else { Err(Failure::Network) }
    }

    fn take_sketches(&self, series: SeriesIx, pieces: &mut Pieces, bytes: Buffer) -> Result<(), Failure> {
        pieces.push(bytes);
        while let Some(part) = pieces.next_part().map_err(|_| Failure::Damaged)? {
            self.take_sketch(series, part);
        }
        Ok(())
    }

    /// Keeps what has come of a stream, as it came: whole, or broken off somewhere.
    async fn remember_sketches(&self, series: SeriesIx, arrived: &[Buffer]) {
        let names = self.sketch_names(series);
        if let (Some(free), false) = (self.first_free(&names).await, arrived.is_empty()) {
            self.remember_picture(names[free].clone(), Buffer::joined(arrived));
        }
    }

    /// Takes the previews of a series that this device has kept.
    pub(super) async fn recall_sketches(&self, series: SeriesIx) {
        for name in self.sketch_names(series) {
            let Some(stream) = self.recall_picture(&name).await else { return };
            // What was broken off ends in the middle of a part.
            let _ = self.take_sketches(series, &mut Pieces::default(), stream);
        }
    }

    /// Names of the streams that are kept of a series.
    fn sketch_names(&self, series: SeriesIx) -> Vec<String> {
        let film = self.film();
        let uid = film.as_ref().and_then(|film| Some(&film.entry(series)?.1.uid));
        uid.map(|uid| (0..MOST_KEPT).map(|nth| format!("previews/{uid}/{nth}")).collect()).unwrap_or_default()
    }

    /// Has the browser decode a picture, while the next ones arrive.
    fn take_sketch(&self, series: SeriesIx, part: Part) {
        let runner = self.clone();
        clock::spawn(async move {
            let Ok(image) = PreviewImage::decode(&part.body).await else { return };
            // By its own names, and only now: the film may have gone in the meantime.
            let key = frame_of(part.head.location.strip_suffix("/rendered").unwrap_or_default())
                .and_then(|(instance, frame)| runner.0.session.borrow().find(series, instance, frame));
            if let Some(key) = key {
                runner.0.held.borrow_mut().put_sketch(key, image);
                runner.send(Event::FramePreview { key });
            }
        });
    }
}

/// As the gateway's `select` names a frame: place in the series' metadata, and the frame from 1 where it is not the first.
pub(super) fn name(key: &FrameKey) -> String {
    match key.frame {
        0 => key.instance.to_string(),
        frame => key.instance.to_string() + "." + &(frame + 1).to_string(),
    }
}

/// SOP Instance UID and frame of `instances/{uid}/frames/{number}`.
pub(super) fn frame_of(location: &str) -> Option<(&str, u32)> {
    let (instance, frame) = location.strip_prefix("instances/")?.split_once("/frames/")?;
    Some((instance, frame.parse().ok()?))
}
