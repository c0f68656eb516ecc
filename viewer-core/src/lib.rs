//! Bytes → picture: the pure core of Lightbox.
//!
//! Native and wasm alike. This crate knows no browser, no server and no clock: it never spawns, never blocks,
//! never reads the time. Time, randomness and I/O come in as arguments or go out as [`session`] effects.
//!
//! | room | job |
//! | --- | --- |
//! | [`dicom`] | DICOM JSON and Part 10 → validated headers, character sets, every limit on size and depth |
//! | [`study`] | identifiers; grouping and ordering of frames in space |
//! | [`frame`] | stored values: what a decoder makes and everything after it reads |
//! | [`codec`] | encoded bytes → [`frame::Frame`], one file per transfer syntax family |
//! | [`lut`] | stored values → grey or colour (PS3.3 C.11, C.7.6.3): the CPU reference the GPU must match |
//! | [`presentation`] | overlays, shutters and presentation states over a picture |
//! | `icc` | ICC profiles → a cube that `lut` looks colours up in (feature `icc`) |
//! | [`geometry`] | pixel ↔ screen ↔ patient |
//! | [`video`] | video streams → MP4, for the browser's own decoder |
//! | [`cache`] | what to fetch, keep and drop, and in which order |
//! | `render` | the same pictures on the GPU, through wgpu (feature `render`) |
//! | [`sort`], [`map`], [`decimal`] | what the standard library does too, in less code |
//! | [`session`] | Event → Model → (ViewModel, Effects); no I/O |
#![forbid(unsafe_code)]

pub mod cache;
pub mod codec;
pub mod decimal;
pub mod dicom;
pub mod frame;
pub mod geometry;
#[cfg(feature = "icc")]
pub mod icc;
pub mod lut;
pub mod map;
pub mod presentation;
#[cfg(feature = "render")]
pub mod render;
pub mod session;
pub mod sort;
pub mod study;
mod threes;
mod vector;
pub mod video;
