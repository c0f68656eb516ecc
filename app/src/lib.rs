//! The single-page application: thin views over viewer-core's session.
//!
//! Four programs are made of this crate (see Cargo.toml): the page (`ui`), the decoder worker (`decoder`), the GPU renderer
//! (`renderer-webgpu`, `renderer-webgl`) and the presenter of what lies over pictures (`presenter`). What needs no
//! browser compiles and is tested natively:
//!
//! - [`answers`]: what the HTTP answers of the gateway mean
//! - [`builds`]: which build of the decoder, and what a film needs
//! - [`look`]: how a frame is to look, on its way to the GPU renderer
//! - [`presenting`]: what the page and the presenter say to each other
//! - [`parts`]: many pictures in one answer, as they arrive
//! - [`protocol`]: what the page and a decoder worker say to each other
//! - [`pool`]: who of the workers does what
//! - [`ui`]: the views (plain parts natively: words, names, gestures, keys)
//! - [`shelf`]: which kept frames leave the device when space is short
//!
//! Only `platform` names web-sys and js-sys. `ui` neither fetches nor decodes.

pub mod answers;
pub mod builds;
#[cfg(feature = "ui")]
mod doors;
pub mod look;
pub mod pack;
pub mod parts;
#[cfg(any(feature = "ui", feature = "decoder", feature = "renderer", feature = "presenter"))]
pub mod platform;
pub mod pool;
pub mod presenting;
pub mod protocol;
#[cfg(feature = "ui")]
pub mod runner;
pub mod shelf;
pub mod ui;
