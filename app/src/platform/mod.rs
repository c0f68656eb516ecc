//! The browser, and the only place that names web-sys and js-sys.
//!
//! Each file is one service of the browser behind a plain interface; none decides anything: what to fetch, keep,
//! decode and draw is viewer-core's session's business, and `runner` carries it here. A `JsValue` becomes an error
//! type at the edge and goes no further.
//!
//! | file | service |
//! | --- | --- |
//! | [`boot`] | what the boot script has already done |
//! | [`fetch`] | HTTP with typed failures |
//! | [`transfer`] | bodies that go on where they broke off |
//! | [`pieces`] | bodies of many parts |
//! | [`address`] | the address bar |
//! | [`clock`] | time, timers, animation frames |
//! | [`dom`] | elements, texts and events of the page |
//! | [`listen`] | event listeners that remove themselves |
//! | [`device`] | what this device can bear |
//! | [`decoders`] | the decoder workers, or the decoder in the page |
//! | [`buffer`] | bytes that the browser holds |
//! | [`pixels`] | samples in such buffers |
//! | [`preview`] | pictures that the gateway made |
//! | [`page`] | preferences, languages, sharing |
//! | [`painter`] | the CPU's canvas |
//! | [`backdrop`] | the canvas of previews, behind that one |
//! | [`screen`] | what that canvas stands on: another when the browser loses its GPU |
//! | [`canvas`] | canvas elements and their contexts |
//! | [`gpu`] | the GPU renderer's module |
//! | [`presenter`] | the module for presentation states and overlays |
//! | [`video`] | its own video player |
//! | [`keep`] | leave to stay, and a page that opens without a network |
//! | [`store`] | what is kept on the device, encrypted |
//! | [`decoder_exports`], [`renderer_exports`], [`presenter_exports`] | what the other programs offer to the page |

#[cfg(feature = "ui")]
pub mod address;
#[cfg(feature = "ui")]
mod backdrop;
#[cfg(feature = "ui")]
pub mod boot;
#[cfg(feature = "ui")]
pub mod buffer;
#[cfg(any(feature = "ui", feature = "presenter"))]
mod canvas;
#[cfg(feature = "ui")]
pub mod clock;
#[cfg(feature = "decoder")]
pub mod decoder_exports;
#[cfg(feature = "ui")]
mod decoder_worker;
#[cfg(feature = "ui")]
pub mod decoders;
#[cfg(feature = "ui")]
pub mod device;
#[cfg(feature = "ui")]
pub mod dom;
#[cfg(any(feature = "ui", feature = "presenter"))]
mod error;
#[cfg(feature = "ui")]
pub mod fetch;
#[cfg(feature = "ui")]
pub mod gpu;
#[cfg(feature = "ui")]
mod inline_decoder;
#[cfg(feature = "ui")]
pub mod keep;
#[cfg(feature = "ui")]
pub mod listen;
#[cfg(feature = "presenter")]
mod marks_canvas;
#[cfg(feature = "ui")]
pub mod page;
#[cfg(feature = "ui")]
pub mod painter;
#[cfg(feature = "ui")]
pub mod pieces;
#[cfg(any(feature = "ui", feature = "decoder", feature = "renderer"))]
pub mod pixels;
#[cfg(feature = "ui")]
pub mod presenter;
#[cfg(feature = "presenter")]
pub mod presenter_exports;
#[cfg(feature = "ui")]
pub mod preview;
#[cfg(feature = "renderer")]
pub mod renderer_exports;
#[cfg(feature = "ui")]
mod screen;
#[cfg(feature = "ui")]
pub mod script;
#[cfg(feature = "ui")]
pub mod store;
#[cfg(feature = "ui")]
pub mod transfer;
#[cfg(feature = "ui")]
pub mod video;
#[cfg(any(feature = "ui", feature = "renderer"))]
mod wait;

#[cfg(any(feature = "ui", feature = "presenter"))]
pub use error::BrowserError;
