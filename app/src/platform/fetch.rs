//! HTTP with typed failures. Same origin only; nothing follows a redirect to elsewhere.

use js_sys::Uint8Array;
use std::cell::Cell;
use std::rc::{Rc, Weak};

use thiserror::Error;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, ReadableStreamDefaultReader, RequestCache, RequestCredentials, RequestInit, Response,
};

use super::buffer::Buffer;
use super::clock;
use super::script::get;
use crate::answers::HttpAnswer;

/// Why there is no body.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FetchError {
    /// It was aborted by us.
    #[error("aborted")]
    Aborted,
    /// No answer: offline, DNS, TLS, or the line broke.
    #[error("no answer from the gateway: check the network")]
    Network,
    /// An answer that is not a success.
    #[error("the gateway answered with status {}", .0.status)]
    Status(HttpAnswer),
}

/// A line that has brought nothing for so long has broken, though nobody has said so.
const STALLED_MS: f64 = 20_000.0;

/// A request under way.
pub type Sent = js_sys::Promise;

/// A way to stop a request. Dropping it stops nothing.
#[derive(Clone)]
pub struct Abort {
    controller: Option<AbortController>,
    /// When the line last brought something.
    heard_ms: Rc<Cell<f64>>,
}

impl std::fmt::Debug for Abort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Abort")
    }
}

impl Default for Abort {
    fn default() -> Self {
        Self::of(AbortController::new().ok())
    }
}

impl Abort {
    /// Of a request that somebody else has sent.
    pub(super) fn of(controller: Option<AbortController>) -> Self {
        Self { controller, heard_ms: Rc::new(Cell::new(clock::now_ms())) }
    }

    /// Stops the request; it ends with [`FetchError::Aborted`].
    pub fn abort(&self) {
        if let Some(controller) = &self.controller {
            controller.abort();
        }
    }

    /// Stops the request when the line stalls. Whoever reads the body says what is [heard](Abort::hear).
    pub fn watch(&self) {
        watch(self.controller.clone(), Rc::downgrade(&self.heard_ms));
    }

    /// Stops the request if the line has brought nothing since then, as [`Abort::watch`] does.
    pub fn abort_if_silent_since(&self, ms: f64) {
        if self.heard_ms.get() < ms {
            self.abort();
        }
    }

    /// Nothing is expected for so long.
    pub fn expect_pause(&self, ms: f64) {
        self.heard_ms.set(clock::now_ms() + ms);
    }

    /// The line has brought something.
    pub(super) fn hear(&self) {
        self.heard_ms.set(clock::now_ms());
    }

    /// Whether it stops the same request.
    pub fn is(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.heard_ms, &other.heard_ms)
    }

    /// Whether it was stopped.
    pub fn aborted(&self) -> bool {
        self.controller.as_ref().is_some_and(|controller| controller.signal().aborted())
    }
}

/// Looks now and then, until the request is over and forgotten.
fn watch(controller: Option<AbortController>, heard_ms: Weak<Cell<f64>>) {
    clock::after(STALLED_MS / 4.0, move || match (heard_ms.upgrade(), &controller) {
        (Some(heard), Some(line)) if clock::now_ms() - heard.get() > STALLED_MS => line.abort(),
        (Some(_), Some(_)) => watch(controller, heard_ms),
        _ => {}
    });
}

/// One request.
#[derive(Debug, Clone, Default)]
pub struct Ask<'a> {
    /// Path on this origin, with its query.
    pub path: &'a str,
    /// Goes into Authorization.
    pub token: Option<&'a str>,
    /// Goes into Accept.
    pub accept: Option<&'a str>,
    /// JSON to POST; GET where absent.
    pub json: Option<String>,
    /// Only what follows so many bytes of the entity with this tag (RFC 9110, 13.1.5 and 14.2).
    pub from: Option<(u32, &'a str)>,
}

/// An answer with status 200–299.
pub struct Answer(Response);

impl Answer {
    /// A header of the answer.
    pub fn header(&self, name: &str) -> Option<String> {
        self.0.headers().get(name).ok().flatten()
    }

    /// Its status.
    pub(super) fn status(&self) -> u16 {
        self.0.status()
    }

    /// The body as bytes, in a buffer of the browser's.
    ///
    /// # Errors
    /// When the line breaks or the request is aborted.
    pub async fn bytes(self, abort: &Abort) -> Result<Buffer, FetchError> {
        let body = self.0.array_buffer().map_err(|thrown| failure(&thrown, abort))?;
        let body = JsFuture::from(body).await.map_err(|thrown| failure(&thrown, abort))?;
        body.dyn_into().map(Buffer::new).map_err(|_| FetchError::Network)
    }

    /// The body as text, which is UTF-8.
    ///
    /// # Errors
    /// When the line breaks or the request is aborted.
    pub async fn text(self, abort: &Abort) -> Result<String, FetchError> {
        let mut pieces = Vec::new();
        if let Some(chunks) = self.chunks() {
            while let Some(piece) = chunks.next(abort).await? {
                pieces.push(piece);
            }
        }
        String::from_utf8(Buffer::joined(&pieces).to_vec()).map_err(|_| FetchError::Network)
    }
}

/// The body of an answer, as it arrives.
pub struct Chunks(ReadableStreamDefaultReader);

impl Answer {
    /// The body piece by piece; none where there is no body.
    pub fn chunks(self) -> Option<Chunks> {
        self.0.body()?.get_reader().dyn_into().ok().map(Chunks)
    }
}

impl Chunks {
    /// The next piece; none at the end.
    ///
    /// # Errors
    /// When the line breaks or the request is aborted.
    pub async fn next(&self, abort: &Abort) -> Result<Option<Buffer>, FetchError> {
        let piece = JsFuture::from(self.0.read()).await.map_err(|thrown| failure(&thrown, abort))?;
        abort.hear();
        let bytes = get(&piece, "value").dyn_into::<Uint8Array>().ok();
        // A piece has a buffer of its own in every engine; where it does not, it gets one.
        Ok(bytes.map(|bytes| {
            let whole = bytes.byte_length() == bytes.buffer().byte_length();
            Buffer::new(if whole { bytes } else { bytes.slice(0, bytes.length()) }.buffer())
        }))
    }
}

/// Sends a request and waits for the head of its answer.
///
/// # Errors
/// Any [`FetchError`].
pub async fn send(ask: &Ask<'_>, abort: &Abort) -> Result<Answer, FetchError> {
    let window = web_sys::window().ok_or(FetchError::Network)?;
    let init = RequestInit::new();
    let headers = web_sys::Headers::new().map_err(|_| FetchError::Network)?;
    let set = |name: &str, value: &str| headers.set(name, value).map_err(|_| FetchError::Network);
    if let Some(token) = ask.token {
        set("Authorization", &format!("Bearer {token}"))?;
    }
    if let Some(accept) = ask.accept {
        set("Accept", accept)?;
    }
    if let Some((bytes, etag)) = ask.from {
        set("Range", &format!("bytes={bytes}-"))?;
        set("If-Range", etag)?;
    }
    if let Some(json) = &ask.json {
        set("Content-Type", "application/json")?;
        init.set_method("POST");
        init.set_body(&JsValue::from_str(json));
        init.set_cache(RequestCache::NoStore);
    }
    init.set_headers(&headers);
    init.set_credentials(RequestCredentials::Omit);
    init.set_signal(abort.controller.as_ref().map(AbortController::signal).as_ref());
    answered(window.fetch_with_str_and_init(ask.path, &init), abort).await
}

/// Waits for the head of an answer that somebody else has asked for.
///
/// # Errors
/// Any [`FetchError`].
pub async fn answered(sent: Sent, abort: &Abort) -> Result<Answer, FetchError> {
    let response: Response = JsFuture::from(sent)
        .await
        .map_err(|thrown| failure(&thrown, abort))?
        .dyn_into()
        .map_err(|_| FetchError::Network)?;
    if response.ok() {
        return Ok(Answer(response));
    }
    let answer = Answer(response);
    let status = answer.0.status();
    let retry_after_secs =
        answer.header("Retry-After").and_then(|text| text.trim().parse().ok()).unwrap_or(0);
    let body = answer.text(abort).await?;
    Err(FetchError::Status(HttpAnswer { status, retry_after_secs, body }))
}

/// Requests that the browser remembers the times of.
const REMEMBERED: u32 = 2000;

/// Has the browser remember the times of requests, beyond the 250 that it does by itself.
pub fn remember_times() {
    if let Some(performance) = web_sys::window().and_then(|window| window.performance()) {
        performance.set_resource_timing_buffer_size(REMEMBERED);
    }
}

/// How long the last request for a path took on the line, by the browser's own clock: however long a busy page took to
/// notice (Resource Timing, requestStart to responseEnd). None where the browser does not say.
pub fn line_ms(path: &str) -> Option<f64> {
    let window = web_sys::window()?;
    let address = window.location().origin().ok()? + path;
    let entries = window.performance()?.get_entries_by_name_with_entry_type(&address, "resource");
    let entry = entries.get(entries.length().checked_sub(1)?);
    let at = |name| get(&entry, name).as_f64().filter(|ms| *ms > 0.0);
    Some(at("responseEnd")? - at("requestStart")?).filter(|ms| *ms > 0.0)
}

/// Fetches a small text file of this build.
///
/// # Errors
/// Any [`FetchError`].
pub async fn text(path: &str) -> Result<String, FetchError> {
    let abort = Abort::default();
    send(&Ask { path, ..Ask::default() }, &abort).await?.text(&abort).await
}

fn failure(_thrown: &JsValue, abort: &Abort) -> FetchError {
    if abort.aborted() { FetchError::Aborted } else { FetchError::Network }
}
