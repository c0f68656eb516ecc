//! Event → Model → (ViewModel, Effects). No I/O, no clock, no bytes of pictures.
//!
//! The platform tells what happened ([`Event`], with the time), the session answers with what to do ([`Effect`], in order) and
//! with what the screen shows ([`ViewModel`]). Everything else is in here: which frame a viewport asks for, what is drawn
//! until it has come, what is fetched before what ([`crate::cache`]), when to try again, what the address bar says.
//!
//! | file | job |
//! | --- | --- |
//! | `event`, `action`, `effect`, `view` | the words: in, in by the reader, out, shown |
//! | `model` | the state, and look-ups for the platform |
//! | `hear`, `act` | what an event and what an action change |
//! | `drive` | what follows: requests, painting, the address, the next tick |
//! | `stored` | whether there is a store, and what to do until that is known |
//! | `states` | presentation states: which there are, which are chosen, how they have frames drawn |
//! | `wants`, `picture`, `project` | the state seen by the cache, by a canvas, by the interface |
//!
//! # Limits
//! At most 65,535 series and 9 viewports. One film at a time. Measurements, synchronised viewports and reference lines are not here yet.

mod act;
mod action;
mod cine;
mod closed;
mod device;
mod drive;
mod effect;
mod event;
mod film;
mod fragment;
mod hear;
mod memory;
mod model;
mod order;
mod picture;
mod project;
mod series;
mod sketches;
mod states;
mod stored;
#[cfg(test)]
mod tests;
mod view;
mod viewport;
mod viewport_view;
mod wants;

pub use crate::cache::Failure;
pub use action::{Action, Page, Tool, ViewportIx};
pub use closed::Closed;
pub use device::Device;
pub use effect::Effect;
pub use event::{CpuReason, Event, Renderer, StoreFailure};
pub use film::Film;
pub use fragment::{Place, PlaceView, PlaceVoi};
pub use model::{FrameAddress, Session};
pub use states::{StateEntry, StateId, StateLook};
pub use view::{
    Findings, Keep, Layout, Notice, PreviewState, Screen, SeriesState, SeriesView, Shared, ViewModel,
};
pub use viewport_view::{
    Basis, ChoiceName, Cine, Drawn, Fidelity, Held, HeldPicture, Overlay, Picture, ViewportView, WindowChoice,
};
