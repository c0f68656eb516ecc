//! A stored video → what a browser's own decoder can be given: MP4 as it is stored, or transport streams and bare byte
//! streams put into MP4, pictures unchanged (PS3.5 sections 8.2.5 to 8.2.10).
//!
//! Limits: a video is put into MP4 in memory, one at a time, up to [`MOST_REMUXED`] bytes; MP4 and MPEG-2 of any length
//! are given out piece by piece as they are stored.

use bytes::{Bytes, BytesMut};
use film_link::code::ErrorCode;
use futures_util::TryStreamExt;
use viewer_core::codec::{Family, TransferSyntax};
use viewer_core::video::{self, About, Coding, Container, VideoError};

use super::Renderer;
use crate::dicomweb::multipart;
use crate::problem::Problem;
use crate::source::{EncodedStream, InstanceId, Payload, Source};

/// Most bytes of a video that is put into MP4; a quarter of an hour at 4 Mbps.
const MOST_REMUXED: u64 = 512 << 20;

/// Raised when the same video gives another MP4 file than before.
const VERSION: u32 = 1;

/// MP4 (RFC 4337).
pub const MP4: &str = "video/mp4";

/// MPEG-1 and MPEG-2 (RFC 3555): no browser plays it, other programs do.
pub const MPEG: &str = "video/mpeg";

/// A video that can be sent.
pub struct Video {
    /// [`MP4`] or [`MPEG`].
    pub media_type: &'static str,
    /// Its bytes.
    pub payload: Payload,
    /// Strong entity tag with its quotes.
    pub etag: String,
}

impl Renderer {
    /// The video of an instance.
    ///
    /// # Errors
    /// `NotAcceptable` where the instance is no video, or one that is too long to be put into MP4; `Damaged` where the
    /// stream is not what the header says.
    pub async fn video(&self, source: &dyn Source, id: &InstanceId) -> Result<Video, Problem> {
        // The source may hold a million frames that are no video: the header is asked first.
        let header = self.facts(source, id).await?;
        let named = TransferSyntax::from_uid(&header.header.transfer_syntax_uid);
        let no_video = || {
            Problem::not_acceptable(
                "this instance is no video; pictures are image/jpeg, image/png or image/webp",
            )
        };
        let EncodedStream { transfer_syntax_uid, payload, etag } = match named.map(TransferSyntax::family) {
            Some(Family::Video) => source.video(id.clone()).await?,
            _ => return Err(no_video()),
        };
        let syntax =
            TransferSyntax::from_uid(&transfer_syntax_uid).filter(|syntax| syntax.family() == Family::Video);
        let coding = coding(syntax.or(named).ok_or_else(no_video)?);
        let (head, payload) = head(payload).await?;
        let container = Container::of(&head);
        match (coding, container) {
            (_, Container::Mp4) => Ok(Video { media_type: MP4, payload, etag }),
            (None, _) | (_, Container::Program | Container::MpegVideo) => {
                Ok(Video { media_type: MPEG, payload, etag })
            }
            (Some(coding), _) => {
                let about = About {
                    coding,
                    width: u16::try_from(header.header.pixels.columns).unwrap_or(u16::MAX),
                    height: u16::try_from(header.header.pixels.rows).unwrap_or(u16::MAX),
                    frame_ms: header.header.frame_time_ms.unwrap_or_default(),
                };
                self.remuxed(payload, &etag, about).await
            }
        }
    }

    /// The video as MP4, made once where there is a folder to keep it.
    async fn remuxed(&self, payload: Payload, etag: &str, about: About) -> Result<Video, Problem> {
        let key = super::key_of(&format!("mp4 {VERSION}\n{etag}"));
        let etag = format!("\"{key}\"");
        let found =
            |(path, len)| Video { media_type: MP4, payload: Payload::file(path, len), etag: etag.clone() };
        if let Some(kept) = &self.kept
            && let Some(file) = kept.locate(&key).await
        {
            return Ok(found(file));
        }
        // One at a time: each holds the stored video and the made one.
        let stopping = |_| Problem::new(ErrorCode::Unavailable, "the server is stopping");
        let alone = self.remuxing.acquire().await.map_err(stopping)?;
        let stored = collected(payload).await?;
        let made =
            self.work(move || video::to_mp4(&stored, &about).map(Bytes::from).map_err(problem)).await?;
        drop(alone);
        if let Some(kept) = &self.kept {
            kept.keep(&key, made.clone()).await;
        }
        Ok(Video { media_type: MP4, payload: Payload::Bytes(made), etag })
    }
}

/// How pictures are coded; nothing for MPEG-2.
fn coding(syntax: TransferSyntax) -> Option<Coding> {
    use TransferSyntax::{
        HevcMain, HevcMain10, Mpeg2High, Mpeg2HighFragmentable, Mpeg2Main, Mpeg2MainFragmentable,
    };
    match syntax {
        Mpeg2Main | Mpeg2MainFragmentable | Mpeg2High | Mpeg2HighFragmentable => None,
        HevcMain | HevcMain10 => Some(Coding::Hevc),
        _ => Some(Coding::Avc),
    }
}

/// The beginning of a payload, and the payload as it was.
async fn head(payload: Payload) -> Result<(Bytes, Payload), Problem> {
    match payload {
        Payload::File { path, pieces } => {
            let first = Payload::File { path: path.clone(), pieces: pieces.clone() };
            let span = Some((0, Container::HEAD as u64));
            let chunks: Vec<Bytes> = multipart::chunks(first, span).try_collect().await?;
            Ok((chunks.concat().into(), Payload::File { path, pieces }))
        }
        Payload::Bytes(bytes) => Ok((bytes.slice(..bytes.len().min(Container::HEAD)), Payload::Bytes(bytes))),
        stream @ Payload::Stream { .. } => {
            let bytes = collected(stream).await?;
            Ok((bytes.slice(..bytes.len().min(Container::HEAD)), Payload::Bytes(bytes)))
        }
    }
}

/// All of a payload in memory.
async fn collected(payload: Payload) -> Result<Bytes, Problem> {
    let too_long = || {
        Problem::not_acceptable(format!(
            "this video is longer than the {} MiB that are put into MP4; retrieve the instance itself",
            MOST_REMUXED >> 20
        ))
    };
    if let Payload::Bytes(bytes) = payload {
        return Ok(bytes);
    }
    let len = payload.len().unwrap_or(0);
    if len > MOST_REMUXED {
        return Err(too_long());
    }
    let mut all = BytesMut::with_capacity(len as usize);
    let mut chunks = multipart::chunks(payload, None);
    while let Some(chunk) = chunks.try_next().await? {
        if (all.len() + chunk.len()) as u64 > MOST_REMUXED {
            return Err(too_long());
        }
        all.extend_from_slice(&chunk);
    }
    Ok(all.freeze())
}

fn problem(error: VideoError) -> Problem {
    match error {
        VideoError::TooLong | VideoError::TooMany(_) | VideoError::NoVideo(_) => {
            Problem::not_acceptable(error.to_string())
        }
        _ => Problem::new(ErrorCode::Damaged, error.to_string()),
    }
}
