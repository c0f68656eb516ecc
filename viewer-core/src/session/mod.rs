//! Event → Model → (ViewModel, Effects). No I/O, no clock.

mod action;
mod device;
mod effect;
mod event;
mod failure;
mod film;
mod fragment;
mod model;
mod pending;
mod view;

pub use action::{Action, Page, Tool, ViewportIx};
pub use device::Device;
pub use effect::Effect;
pub use event::{CpuReason, Event, Renderer, StoreFailure};
pub use failure::{Closed, Failure};
pub use film::Film;
pub use fragment::{Place, PlaceView, PlaceVoi};
pub use model::{FrameAddress, Session};
pub use pending::{ValueRange, ViewTransform, VoiChoice};
pub use view::{
    Basis, ChoiceName, Cine, Drawn, Fidelity, Findings, Held, HeldPicture, Keep, Layout, Letters, Notice,
    Overlay, Picture, PreviewState, ScaleBar, Screen, SeriesState, SeriesView, Shared, ViewModel,
    ViewportView, WindowChoice,
};
