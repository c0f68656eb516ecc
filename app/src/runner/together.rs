//! Frames that come in one answer: `GET …/series/{series}/frames?select=…`.

use viewer_core::cache::{FrameKey, RequestId, SeriesIx, Source};
use viewer_core::session::{Event, Failure};

use super::Runner;
use super::held::Encoded;
use super::network::{FRAME, failure_of};
use super::sketches::{frame_of, name};
use crate::answers;
use crate::platform::clock;
use crate::platform::fetch::Abort;
use crate::platform::pieces::{Part, Pieces};
use crate::platform::transfer::Transfer;

/// As they are stored, as [`FRAME`] brings each.
const FRAMES: &str = "multipart/related; type=\"application/octet-stream\"; transfer-syntax=*";

/// Which of the session's requests a frame is for.
type Asked = (RequestId, FrameKey);

impl Runner {
    /// Asks for the frames that the last event has had the session ask for: those that go together in one request.
    pub(super) fn fetch_wanted(&self) {
        let mut wanted = self.0.wanted.take().into_iter().peekable();
        while let Some((with, first)) = wanted.next() {
            let mut asked = vec![first];
            while let Some((_, next)) = wanted.next_if(|(other, _)| *other == with) {
                asked.push(next);
            }
            self.fetch_frames(asked);
        }
    }

    fn fetch_frames(&self, mut asked: Vec<Asked>) {
        // What an earlier attempt has begun is gone on with; a video comes by another route.
        let (alone, together): (Vec<Asked>, Vec<Asked>) = asked.drain(..).partition(|(_, key)| {
            self.0.held.borrow().has_begun(*key) || self.0.session.borrow().video(*key).is_some()
        });
        let path = together.first().and_then(|(_, key)| self.series_path(key.series));
        match path {
            Some(path) if together.len() > 1 => self.fetch_together(&path, together),
            _ => asked = together,
        }
        for (request, key) in alone.into_iter().chain(asked) {
            self.fetch_frame(request, key);
        }
    }

    fn fetch_together(&self, path: &str, mut asked: Vec<Asked>) {
        let names: Vec<String> = asked.iter().map(|(_, key)| name(key)).collect();
        let path = format!("{path}/frames?select={}", names.join(","));
        let abort = Abort::default();
        abort.watch();
        for (request, _) in &asked {
            self.0.aborts.borrow_mut().insert(*request, abort.clone());
        }
        let runner = self.clone();
        clock::spawn(async move {
            let result = runner.take_together(&path, &abort, &mut asked).await;
            for (request, key) in asked {
                // Those that were aborted get no answer.
                if runner.0.aborts.borrow_mut().remove(&request).is_none() {
                    continue;
                }
                match result {
                    Err(failure @ (Failure::Network | Failure::Server)) => {
                        runner.send(Event::FrameFailed { request, key, failure });
                    }
                    // What was left out says why when it is asked for by itself.
                    _ => runner.fetch_frame(request, key),
                }
            }
        });
    }

    /// Takes frames out of `asked` as they come.
    async fn take_together(&self, path: &str, abort: &Abort, asked: &mut Vec<Asked>) -> Result<(), Failure> {
        let Some(series) = asked.first().map(|(_, key)| key.series) else { return Ok(()) };
        let begun = clock::now_ms();
        let chunks = self.ask(path, FRAMES, abort).await?.chunks().ok_or(Failure::Network)?;
        let (mut pieces, mut bytes) = (Pieces::default(), 0.0);
        let ended = loop {
            match chunks.next(abort).await {
                Ok(Some(piece)) => {
                    bytes += f64::from(piece.len());
                    pieces.push(piece);
                }
                Ok(None) => break if pieces.ended() { Ok(()) } else { Err(Failure::Network) },
                Err(error) => break Err(failure_of(error)),
            }
            // Its share of the time that everything so far has taken.
            let each_ms = (clock::now_ms() - begun) / bytes;
            while let Some(part) = pieces.next_part().map_err(|_| Failure::Damaged)? {
                if let Some((request, key)) = self.asked_for(series, &part, asked) {
                    self.take_frame(request, key, part, each_ms);
                }
            }
        };
        if let Some(Part { head, body }) = pieces.broken()
            && let Some(key) = self.key_of(series, &head.location)
        {
            self.0.held.borrow_mut().put_begun(key, Transfer::begun(body, head.etag, FRAME));
        }
        ended
    }

    fn key_of(&self, series: SeriesIx, location: &str) -> Option<FrameKey> {
        let (instance, frame) = frame_of(location)?;
        self.0.session.borrow().find(series, instance, frame)
    }

    fn asked_for(&self, series: SeriesIx, part: &Part, asked: &mut Vec<Asked>) -> Option<Asked> {
        let key = self.key_of(series, &part.head.location)?;
        let at = asked.iter().position(|(_, one)| *one == key)?;
        Some(asked.remove(at))
    }

    fn take_frame(&self, request: RequestId, key: FrameKey, part: Part, each_ms: f64) {
        if self.0.aborts.borrow_mut().remove(&request).is_none() {
            return;
        }
        let length = part.head.length;
        let transfer_syntax_uid = answers::transfer_syntax_of(&part.head.content_type);
        let event = if length == 0 {
            Event::FrameFailed { request, key, failure: Failure::Damaged }
        } else {
            let encoded = Encoded { bytes: part.body, transfer_syntax_uid };
            self.0.held.borrow_mut().put_encoded(key, encoded);
            let ms = (each_ms * f64::from(length)) as f32;
            Event::FrameArrived { request, key, source: Source::Network, bytes: length, ms }
        };
        self.send(event);
    }
}
