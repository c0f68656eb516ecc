//! Sessions played through: scripted events, expected effects and views.

mod memory;
mod opening;
mod random;
mod reading;
mod sketching;
mod states;
mod trouble;
mod video;
mod world;

use super::*;
use crate::cache::{FrameKey, RequestId, SeriesIx, Source};
use world::{World, frames_of, headers, key, manifest};
