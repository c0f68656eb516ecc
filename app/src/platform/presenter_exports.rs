//! What the presenter's program offers to the page: presentation states read and applied, and what lies over a picture
//! drawn on a canvas of its own.
//!
//! It keeps what it has read of the film; the page asks by SOP Instance UID and frame, from 0.

use std::collections::HashMap;

use js_sys::Uint8Array;
use viewer_core::dicom::dataset::DataSet;
use viewer_core::dicom::header::{DisplayHeader, PixelHeader};
use viewer_core::dicom::limits::Limits;
use viewer_core::dicom::{json, tag};
use viewer_core::geometry::ImageShape;
use viewer_core::presentation::{
    AppliedState, Drawing, NativeBytes, Overlay, OverlayBits, PresentationState, Shutter, overlay, shutter,
};
use wasm_bindgen::prelude::*;
use web_sys::HtmlCanvasElement;

use super::marks_canvas::Layers;
use crate::look::WireLook;
use crate::pack::{pack, unpack};
use crate::presenting::{WireChanges, WirePresented, WireState};
use crate::protocol::WirePixels;

/// Everything that was read of the film, and what was drawn last.
#[wasm_bindgen]
#[derive(Default)]
pub struct Presenter {
    states: Vec<PresentationState>,
    images: HashMap<String, Image>,
    last: Option<Drawn>,
}

/// What an image's file lays over its frames.
struct Image {
    overlays: Vec<Overlay>,
    shutter: Option<Shutter>,
}

/// A drawing, ready for any place on screen.
struct Drawn {
    instance: String,
    frame: u32,
    state: Option<u32>,
    layers: Layers,
}

/// An empty presenter.
#[wasm_bindgen]
pub fn create() -> Presenter {
    Presenter::default()
}

#[wasm_bindgen]
impl Presenter {
    /// Reads the presentation states in a series' metadata (DICOM JSON). Gives a packed list of [`WireState`].
    ///
    /// # Errors
    /// When the text is no such document. A state that cannot be read is left out.
    pub fn read_states(&mut self, text: &str) -> Result<String, JsError> {
        let limits = Limits::default();
        let mut found = Vec::new();
        for data in json::read(text.as_bytes(), &limits)? {
            let Ok(state) = PresentationState::read(&data, &limits) else { continue };
            let images = state.series.iter().flat_map(|series| &series.images.0);
            found.push(WireState {
                id: self.states.len() as u32,
                label: state.description.clone().or_else(|| state.label.clone()),
                images: images.map(|image| (image.sop_instance_uid.clone(), image.frames.clone())).collect(),
            });
            self.states.push(state);
        }
        Ok(pack(&found))
    }

    /// Reads overlays and shutters in a series' metadata.
    ///
    /// # Errors
    /// When the text is no such document.
    pub fn read_images(&mut self, text: &str) -> Result<(), JsError> {
        let limits = Limits::default();
        for data in json::read(text.as_bytes(), &limits)? {
            if let Some(uid) = data.string(tag::SOP_INSTANCE_UID) {
                self.images.insert(uid, Image::read(&data, &limits));
            }
        }
        Ok(())
    }

    /// How a state has a frame drawn: a packed [`WirePresented`], or nothing where it does not name the frame.
    ///
    /// # Errors
    /// When `pixels` is no [`WirePixels`].
    pub fn apply(
        &self,
        state: u32,
        instance: &str,
        frame: u32,
        pixels: &str,
    ) -> Result<Option<String>, JsError> {
        let pixels = PixelHeader::try_from(&unpack::<WirePixels>(pixels)?)?;
        let Some(applied) = self.applied(Some(state), instance, frame) else { return Ok(None) };
        let (header, voi) = applied.display(&DisplayHeader::default(), &pixels);
        let changes = voi.is_some().then(|| WireChanges::new(&header, voi));
        Ok(Some(pack(&WirePresented {
            changes,
            quarter_turns: applied.quarter_turns,
            flip: applied.flip,
            area: applied.area.map(Into::into),
            incomplete: !applied.findings.is_empty(),
        })))
    }

    /// Addresses of overlay bits that are still to be fetched for an image: a packed list, each for [`Self::fill`].
    pub fn wanted(&self, instance: &str) -> String {
        let overlays = self.images.get(instance).map_or(&[][..], |image| &image.overlays);
        let address = |overlay: &Overlay| match &overlay.bits {
            OverlayBits::At(address) => Some(address.clone()),
            _ => None,
        };
        pack(&overlays.iter().filter_map(address).collect::<Vec<String>>())
    }

    /// Takes the bits that an address gave.
    pub fn fill(&mut self, instance: &str, address: &str, bytes: &Uint8Array) {
        let Some(image) = self.images.get_mut(instance) else { return };
        for overlay in &mut image.overlays {
            if matches!(&overlay.bits, OverlayBits::At(known) if known == address) {
                overlay.fill(&bytes.to_vec());
            }
        }
        self.last = None;
    }

    /// Whether overlays of an image lie in the spare bits of its frames: [`Self::draw`] wants their bytes then.
    pub fn wants_native(&self, instance: &str) -> bool {
        let embedded = |overlay: &Overlay| matches!(overlay.bits, OverlayBits::Embedded(_));
        self.images.get(instance).is_some_and(|image| image.overlays.iter().any(embedded))
    }

    /// Draws what lies over a frame, and nothing else, onto a canvas that has the viewport's size. `look` is the
    /// picture's packed [`WireLook`], `pixels` its [`WirePixels`], `native` the frame's bytes as stored, where they are
    /// uncompressed and at hand.
    ///
    /// # Errors
    /// When a text does not parse, or the canvas has no 2D context.
    #[allow(clippy::too_many_arguments, reason = "script values; the loader is the only caller")]
    pub fn draw(
        &mut self,
        canvas: &HtmlCanvasElement,
        instance: &str,
        frame: u32,
        state: Option<u32>,
        look: &str,
        pixels: &str,
        native: Option<Uint8Array>,
        big_endian: bool,
    ) -> Result<(), JsError> {
        let look: WireLook = unpack(look)?;
        let placement = look.placement();
        let known = self
            .last
            .take()
            .filter(|last| last.instance == instance && (last.frame, last.state) == (frame, state));
        let last = match known {
            Some(last) => last,
            None => {
                let header = PixelHeader::try_from(&unpack::<WirePixels>(pixels)?)?;
                let bytes = native.map(|bytes| bytes.to_vec());
                let native = bytes.as_deref().map(|bytes| NativeBytes { header: &header, bytes, big_endian });
                let drawing = self.drawing(instance, frame, state, native, &placement.shape());
                Drawn { instance: instance.to_owned(), frame, state, layers: Layers::new(drawing)? }
            }
        };
        let drawn = last.layers.draw(canvas, &placement);
        self.last = Some(last);
        Ok(drawn?)
    }
}

impl Presenter {
    fn applied(&self, state: Option<u32>, instance: &str, frame: u32) -> Option<AppliedState> {
        self.states.get(state? as usize)?.for_image(instance, frame)
    }

    fn drawing(
        &self,
        instance: &str,
        frame: u32,
        state: Option<u32>,
        native: Option<NativeBytes<'_>>,
        shape: &ImageShape,
    ) -> Drawing {
        let image = self.images.get(instance);
        let overlays = image.map_or(&[][..], |image| &image.overlays);
        match self.applied(state, instance, frame) {
            Some(applied) => Drawing::of_state(&applied, overlays, frame, native, shape),
            None => {
                let shutter = image.and_then(|image| image.shutter.as_ref());
                Drawing::of_image(shutter, overlays, frame, native, shape)
            }
        }
    }
}

impl Image {
    fn read(data: &DataSet<'_>, limits: &Limits) -> Self {
        // What cannot be read is not drawn; the picture is worth the same without it.
        let mut findings = Vec::new();
        let overlays = overlay::read(data, limits, &mut findings);
        let shutter = shutter::read(data, &overlays, &mut findings);
        Self { overlays, shutter }
    }
}
