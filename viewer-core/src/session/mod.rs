//! Event → Model → (ViewModel, Effects). No I/O, no clock.

mod action;
mod closed;
mod device;
mod effect;
mod event;
mod film;
mod fragment;
mod model;
mod pending;
mod view;

pub use crate::cache::Failure;
pub use action::{Action, Page, Tool, ViewportIx};
pub use closed::Closed;
pub use device::Device;
pub use effect::Effect;
pub use event::{CpuReason, Event, Renderer, StoreFailure};
pub use film::Film;
pub use fragment::{Place, PlaceView, PlaceVoi};
pub use model::{FrameAddress, Session};
pub use pending::{ValueRange, ViewTransform, VoiChoice};
pub use view::{
    Basis, ChoiceName, Cine, Drawn, Fidelity, Findings, Held, HeldPicture, Keep, Layout, Letters, Notice,
    Overlay, Picture, PreviewState, ScaleBar, Screen, SeriesState, SeriesView, Shared, ViewModel,
    ViewportView, WindowChoice,
};
