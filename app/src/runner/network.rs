//! Everything that goes to the gateway.

use film_link::open::{OpenRequest, PROTOCOL, RenewResponse};
use viewer_core::cache::{FrameKey, RequestId, SeriesIx, Source};
use viewer_core::session::{Closed, Event, Failure};

use super::Runner;
use super::glimpse::Glance;
use super::held::Encoded;
use crate::answers::{self, HttpAnswer, Refusal};
use crate::platform::buffer::Buffer;
use crate::platform::clock;
use crate::platform::fetch::{Abort, Answer, Ask, FetchError, Sent, answered, line_ms, send};
use crate::platform::transfer::Transfer;

/// What the patient reads in the list of openings.
const RECIPIENT: &str = "web";

/// A gateway may wait 30 s for a silent archive before it says anything: so much longer than for a line that has stalled.
const ARCHIVE_MS: f64 = 20_000.0;

/// Time between two attempts to renew the token.
const RENEW_PAUSE_MS: f64 = 5_000.0;

/// A frame in its stored transfer syntax.
pub(super) const FRAME: &str = "application/octet-stream; transfer-syntax=*";

/// The same on a weak line: what is stored uncompressed or as JPEG Lossless rather as JPEG-LS, a quarter or four fifths as
/// large. The boot script asks likewise.
const SMALL_FRAME: &str =
    "image/jls; transfer-syntax=1.2.840.10008.1.2.4.80, application/octet-stream; transfer-syntax=*; q=0.9";

/// Longest wait that a busy gateway is granted at once, and how often it is.
const MOST_WAIT_SECS: u32 = 60;
const MOST_WAITS: usize = 8;

/// Share of a token's life after which it is exchanged.
const RENEW_AT: f64 = 0.7;

impl Runner {
    /// Opens the film. The first time the boot script has already asked.
    pub(super) fn open_film(&self, passcode: Option<String>) {
        let runner = self.clone();
        clock::spawn(async move {
            let open_to_all = passcode.is_none();
            let begun = if open_to_all { runner.0.boot.opened().await } else { None };
            let answer = match begun {
                Some(answer) => Ok(answer),
                None => runner.ask_open(passcode).await,
            };
            let read = answer.map(|answer| (answers::opened(&answer), answer.body));
            let event = match read {
                Ok((Ok(opened), body)) => {
                    runner.adopt_preview();
                    runner.remember_film(&opened.event, &body);
                    if open_to_all {
                        runner.remember_boot_preview();
                    }
                    runner.begin_decoders(&opened.event);
                    runner.hold_token(opened.token, opened.expires_in_secs);
                    opened.event
                }
                Ok((Err(event), _)) => event,
                Err(closed) => {
                    let recalled = runner.recall_film(closed).await;
                    if recalled.is_ok() {
                        runner.adopt_preview();
                    }
                    recalled.unwrap_or_else(Event::Closed)
                }
            };
            runner.send(event);
        });
    }

    /// Opens again for a new token, until the gateway answers.
    pub(super) fn renew_token(&self) {
        let runner = self.clone();
        clock::spawn(async move {
            let answer = loop {
                match runner.ask_open(None).await {
                    Ok(answer) if answer.status < 500 && answer.status != 429 => break answer,
                    _ => clock::sleep(RENEW_PAUSE_MS).await,
                }
            };
            let event = match answers::opened(&answer) {
                Ok(opened) => {
                    runner.hold_token(opened.token, opened.expires_in_secs);
                    Event::TokenRenewed
                }
                Err(event) => event,
            };
            runner.send(event);
        });
    }

    /// Takes a token, and exchanges it for the next before it is too old: a film with a passcode stays open
    /// without asking for it again.
    fn hold_token(&self, token: String, expires_in_secs: u32) {
        *self.0.token.borrow_mut() = Some(token.clone());
        let runner = self.clone();
        clock::after(f64::from(expires_in_secs) * 1000.0 * RENEW_AT, move || {
            let held = runner.0.token.borrow().as_ref() == Some(&token);
            let Some(film) = runner.0.boot.film().filter(|_| held) else { return };
            clock::spawn(async move {
                let path = format!("/api/films/{film}/renew");
                let json = Some("{}".to_owned());
                let abort = Abort::default();
                let ask = Ask { path: &path, token: Some(&token), json, ..Ask::default() };
                // Without an answer the token runs out, and the film is opened again.
                let Ok(answer) = send(&ask, &abort).await else { return };
                let Ok(text) = answer.text(&abort).await else { return };
                if let Ok(renewed) = RenewResponse::read(&text) {
                    runner.hold_token(renewed.token, renewed.expires_in);
                }
            });
        });
    }

    async fn ask_open(&self, passcode: Option<String>) -> Result<HttpAnswer, Closed> {
        let film = self.0.boot.film().ok_or(Closed::BadLink)?;
        let access = self.0.boot.access().ok_or(Closed::Unsupported)?;
        let request =
            OpenRequest { protocol: PROTOCOL, access, passcode, recipient: RECIPIENT.into(), preview: None };
        let path = format!("/api/films/{film}/open");
        let abort = Abort::default();
        abort.expect_pause(ARCHIVE_MS);
        abort.watch();
        let ask = Ask { path: &path, json: Some(request.json()), ..Ask::default() };
        match send(&ask, &abort).await {
            Ok(answer) => {
                let body = answer.text(&abort).await.map_err(|_| Closed::Unreachable)?;
                Ok(HttpAnswer { status: 200, retry_after_secs: 0, body })
            }
            Err(FetchError::Status(answer)) => Ok(answer),
            Err(FetchError::Network | FetchError::Aborted) => Err(Closed::Unreachable),
        }
    }

    /// Fetches the trimmed metadata of a series.
    pub(super) fn fetch_metadata(&self, series: SeriesIx) {
        let Some(path) = self.series_path(series) else { return };
        let runner = self.clone();
        clock::spawn(async move {
            let path = format!("{path}/metadata?includefield=lightbox");
            let text = match runner.0.boot.metadata(&path).await {
                Some(text) => Ok(text),
                None => runner.text(&path, "application/dicom+json").await,
            };
            let text = match text {
                Err(Failure::Network) => runner.recall_metadata(series).await.ok_or(Failure::Network),
                other => other,
            };
            let result = text.and_then(|text| {
                let headers = answers::headers(&text)?;
                runner.remember_metadata(series, &text);
                if headers.iter().any(|instance| instance.has_marks) {
                    runner.learn_marks(&text);
                }
                Ok(headers)
            });
            runner.send(Event::Metadata { series, result });
        });
    }

    /// Fetches the encoded bytes of a frame.
    pub(super) fn fetch_frame(&self, request: RequestId, key: FrameKey) {
        let video = self.0.session.borrow().video(key).map(str::to_owned);
        let path = self.0.session.borrow().locate(key).map(|at| {
            let frame = match video {
                Some(_) => "rendered".to_owned(),
                None => format!("frames/{}", at.frame),
            };
            format!(
                "/dicom-web/studies/{}/series/{}/instances/{}/{frame}",
                at.study_uid, at.series_uid, at.instance_uid
            )
        });
        let Some(path) = path else {
            return self.send(Event::FrameFailed { request, key, failure: Failure::Missing });
        };
        let (begun_by_boot, abort) = self.0.boot.first_frame(&path).unzip();
        // The script asks by what it knows of the line, which is less.
        let weak = match &begun_by_boot {
            Some(_) => self.0.boot.asks_for_less(),
            None => self.0.session.borrow().line_is_weak(),
        };
        let accept = if weak { SMALL_FRAME } else { FRAME };
        let abort = abort.unwrap_or_default();
        abort.watch();
        self.0.aborts.borrow_mut().insert(request, abort.clone());
        let runner = self.clone();
        clock::spawn(async move {
            let begun = clock::now_ms();
            let mut transfer = runner.0.held.borrow_mut().take_begun(key);
            let accept = transfer.accept(accept, begun_by_boot.is_some());
            let fetched = match &video {
                None => runner.transfer(key, &path, accept, begun_by_boot, &mut transfer, &abort).await,
                Some(uid) => match runner.can_play(uid).await {
                    Ok(()) => runner.transfer(key, &path, "video/mp4", None, &mut transfer, &abort).await,
                    Err(failure) => Err(failure),
                },
            };
            // An aborted request has been taken out, and gets no answer.
            let displaced = runner.0.aborts.borrow_mut().remove(&request).is_none();
            if displaced || fetched.is_err() {
                runner.0.held.borrow_mut().put_begun(key, std::mem::take(&mut transfer));
            }
            if displaced {
                return;
            }
            let event = match fetched {
                Ok(_) if transfer.bytes() == 0 => {
                    Event::FrameFailed { request, key, failure: Failure::Damaged }
                }
                Ok(transfer_syntax_uid) => {
                    let bytes = transfer.join();
                    let length = bytes.len();
                    runner.0.held.borrow_mut().put_encoded(key, Encoded { bytes, transfer_syntax_uid });
                    let ms = line_ms(&path).unwrap_or(clock::now_ms() - begun) as f32;
                    Event::FrameArrived { request, key, source: Source::Network, bytes: length, ms }
                }
                Err(failure) => Event::FrameFailed { request, key, failure },
            };
            runner.send(event);
        });
    }

    /// Brings a frame's bytes, from where an earlier attempt left off. The transfer syntax that Content-Type names.
    async fn transfer(
        &self,
        key: FrameKey,
        path: &str,
        accept: &str,
        begun: Option<Sent>,
        transfer: &mut Transfer,
        abort: &Abort,
    ) -> Result<Option<String>, Failure> {
        let begun = match begun {
            Some(begun) => answered(begun, abort).await.ok(),
            None => None,
        };
        let answer = match begun {
            Some(answer) => answer,
            // Also what the boot script could not get.
            None => match self.ask_from(path, accept, transfer.from(), abort).await {
                Ok(answer) => answer,
                Err(failure) => {
                    // Whatever the gateway has against it may be the part that was asked for.
                    if failure != Failure::Network {
                        *transfer = Transfer::default();
                    }
                    return Err(failure);
                }
            },
        };
        let syntax = answer.header("Content-Type").and_then(|kind| answers::transfer_syntax_of(&kind));
        let glance = Glance::new(key, syntax.as_deref());
        let arrived = |so_far: &Transfer, whole| self.look_at(&glance, so_far, whole);
        transfer.take(answer, abort, arrived).await.map_err(failure_of)?;
        Ok(syntax)
    }

    /// Text of an answer. A line that stalls fails.
    async fn text(&self, path: &str, accept: &str) -> Result<String, Failure> {
        let abort = Abort::default();
        abort.expect_pause(ARCHIVE_MS);
        abort.watch();
        self.ask(path, accept, &abort).await?.text(&abort).await.map_err(failure_of)
    }

    /// Bytes of an answer.
    pub(super) async fn bytes(&self, path: &str, accept: &str, abort: &Abort) -> Result<Buffer, Failure> {
        self.ask(path, accept, abort).await?.bytes(abort).await.map_err(failure_of)
    }

    /// Asks with the token, and lets the session know what concerns the whole film.
    pub(super) async fn ask(&self, path: &str, accept: &str, abort: &Abort) -> Result<Answer, Failure> {
        self.ask_from(path, accept, None, abort).await
    }

    async fn ask_from(
        &self,
        path: &str,
        accept: &str,
        from: Option<(u32, &str)>,
        abort: &Abort,
    ) -> Result<Answer, Failure> {
        for _ in 0..MOST_WAITS {
            match self.ask_once(path, accept, from, abort).await {
                // A gateway that names a time is not asked before it, nor by anybody else in this place of the line.
                Err((Failure::Server, wait_secs @ 1..)) => {
                    let wait_ms = f64::from(wait_secs.min(MOST_WAIT_SECS)) * 1000.0;
                    abort.expect_pause(wait_ms);
                    clock::sleep(wait_ms).await;
                }
                other => return other.map_err(|(failure, _)| failure),
            }
            if abort.aborted() {
                return Err(Failure::Network);
            }
        }
        Err(Failure::Server)
    }

    /// One request. A refusal comes with the seconds after which to ask again; 0 where it names none.
    async fn ask_once(
        &self,
        path: &str,
        accept: &str,
        from: Option<(u32, &str)>,
        abort: &Abort,
    ) -> Result<Answer, (Failure, u32)> {
        let token = self.0.token.borrow().clone();
        let ask = Ask { path, token: token.as_deref(), accept: Some(accept), json: None, from };
        match send(&ask, abort).await {
            Ok(answer) => Ok(answer),
            Err(FetchError::Status(answer)) => Err(match answers::refused(&answer) {
                Refusal::Object(Failure::Server) if matches!(answer.status, 429 | 503) => {
                    return Err((Failure::Server, answer.retry_after_secs));
                }
                Refusal::Object(failure) => failure,
                Refusal::TokenExpired => {
                    // Many requests may be refused together; the first of them says so.
                    if *self.0.token.borrow() == token {
                        self.send(Event::TokenExpired);
                    }
                    Failure::Server
                }
                Refusal::Closed(closed) => {
                    self.send(Event::Closed(closed));
                    Failure::Denied
                }
            }),
            Err(FetchError::Network | FetchError::Aborted) => Err(Failure::Network),
        }
        .map_err(|failure| (failure, 0))
    }

    pub(super) fn series_path(&self, series: SeriesIx) -> Option<String> {
        let film = self.film()?;
        let (study, entry) = film.entry(series)?;
        Some(format!("/dicom-web/studies/{}/series/{}", study.uid, entry.uid))
    }
}

pub(super) fn failure_of(_: FetchError) -> Failure {
    Failure::Network
}
