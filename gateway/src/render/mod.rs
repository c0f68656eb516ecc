//! A stored frame → JPEG or PNG, through the LUTs of viewer-core.
//!
//! | room | job |
//! | --- | --- |
//! | [`facts`] | an instance's header, remembered |
//! | [`decode`] | stored bytes → stored values |
//! | [`picture`] | stored values → the picture asked for, by the pixels' true shape |
//! | [`encode`] | picture → JPEG, PNG |
//! | [`video`] | a stored video → MP4 |
//! | [`kept`] | small pictures and remuxed videos kept on disk |
//!
//! Limits: no presentation states, no annotations; one frame a picture.

pub mod decode;
pub mod encode;
pub mod facts;
pub mod kept;
pub mod picture;
pub mod video;

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use facts::{Facts, FactsCache};
use film_link::code::ErrorCode;
use kept::Kept;
use picture::PictureRequest;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use crate::problem::Problem;
use crate::source::{EncodedFrame, InstanceId, Source};

/// Raised when the same request gives another picture than before: kept ones are not used then.
const VERSION: u32 = 3;

/// Draws frames, a few at a time, and keeps the small pictures.
#[derive(Debug)]
pub struct Renderer {
    facts: FactsCache,
    kept: Option<Arc<Kept>>,
    /// As many as there are processors: decoding is work, not waiting.
    workers: Arc<Semaphore>,
    /// Videos being put into MP4.
    remuxing: Semaphore,
}

impl Renderer {
    /// `folder` keeps small pictures between requests; without one each is drawn anew.
    pub fn new(folder: Option<PathBuf>) -> Self {
        let workers = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            facts: FactsCache::default(),
            kept: folder.map(|folder| Arc::new(Kept::new(folder))),
            workers: Arc::new(Semaphore::new(workers)),
            remuxing: Semaphore::new(1),
        }
    }

    /// What is known of an instance.
    ///
    /// # Errors
    /// `NotFound`, or `Damaged` where the header cannot be used.
    pub async fn facts(&self, source: &dyn Source, id: &InstanceId) -> Result<Arc<Facts>, Problem> {
        self.facts.get(source, id).await
    }

    /// Does work that decodes or draws, when a processor is free.
    ///
    /// # Errors
    /// What `work` ends in; `Unavailable` while the server stops.
    pub async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let stopping = || Problem::new(ErrorCode::Unavailable, "the server is stopping");
        let permit = Arc::clone(&self.workers).acquire_owned().await.map_err(|_| stopping())?;
        tokio::task::spawn_blocking(move || {
            let result = work();
            drop(permit);
            result
        })
        .await
        .map_err(|_| Problem::new(ErrorCode::Internal, "a picture could not be drawn"))?
    }

    /// The entity tag of the picture that a request makes of a frame: known before it is drawn.
    pub fn etag(frame_etag: &str, request: &PictureRequest) -> String {
        format!("\"{}\"", key(frame_etag, request))
    }

    /// The picture of a frame, encoded.
    ///
    /// # Errors
    /// `Damaged` where the frame cannot be decoded, `NotAcceptable` for coding that nothing here decodes,
    /// `BadRequest` for a region outside the image.
    pub async fn draw(
        &self,
        source: &dyn Source,
        id: &InstanceId,
        frame: EncodedFrame,
        number: u32,
        request: PictureRequest,
    ) -> Result<Bytes, Problem> {
        let key = key(&frame.etag, &request);
        let kept = self.kept.clone().filter(|_| request.is_small());
        if let Some(kept) = &kept
            && let Some(found) = kept.find(&key).await
        {
            return Ok(found);
        }
        let facts = self.facts(source, id).await?;
        let encoded = self
            .work(move || {
                let decoded = decode::decode(&facts.header.pixels, &frame)?;
                let picture = picture::draw(&decoded, &facts, number, &request)?;
                encode::encode(&picture, &request).map(Bytes::from)
            })
            .await?;
        if let Some(kept) = kept {
            kept.keep(&key, encoded.clone()).await;
        }
        Ok(encoded)
    }
}

fn key(frame_etag: &str, request: &PictureRequest) -> String {
    key_of(&format!("{VERSION}\n{frame_etag}\n{request:?}"))
}

/// The name of what is made from these words: 128 bits of their hash.
fn key_of(words: &str) -> String {
    let digest = Sha256::digest(words);
    digest.iter().take(16).fold(String::with_capacity(32), |text, byte| text + &format!("{byte:02x}"))
}
