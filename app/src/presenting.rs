//! What the page and the presenter's module say to each other: which presentation states there are, and how one has a frame
//! drawn. The two programs share no memory; see [`crate::pack`].

use std::sync::Arc;

use viewer_core::cache::FrameKey;
use viewer_core::dicom::header::{ColourMap, DisplayHeader, LutTable, PresentationLut, Window};
use viewer_core::lut::VoiChoice;
use viewer_core::presentation::{DisplayedArea, Framing, SizeMode};
use viewer_core::session::{Event, StateEntry, StateId, StateLook};

use crate::look::{WireModality, WirePalette, WireTable, WireVoi, function_of, place_of};
use crate::pack::packed;

/// A presentation state, as far as choosing it goes.
#[derive(Debug, Clone, PartialEq)]
pub struct WireState {
    /// Its place among all that the module has read.
    pub id: u32,
    /// What to call it.
    pub label: Option<String>,
    /// SOP Instance UIDs and frames from 0; no frames: all of them.
    pub images: Vec<(String, Vec<u32>)>,
}

/// How a state has one frame drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct WirePresented {
    /// What it changes of the frame's header; nothing for colour.
    pub changes: Option<WireChanges>,
    /// Clockwise, before `flip`.
    pub quarter_turns: u8,
    /// Left and right change places.
    pub flip: bool,
    /// The part to be seen.
    pub area: Option<WireArea>,
    /// Something that it says is not done.
    pub incomplete: bool,
}

/// Lookup tables of a state.
#[derive(Debug, Clone, PartialEq)]
pub struct WireChanges {
    modality: WireModality,
    windows: Vec<([f64; 2], u8)>,
    voi_luts: Vec<WireTable>,
    last: WireLast,
    pseudo: Option<WirePalette>,
    voi: Option<WireVoi>,
}

#[derive(Debug, Clone, PartialEq)]
enum WireLast {
    Identity,
    Inverse,
    Table(WireTable),
}

/// [`DisplayedArea`] on the wire.
#[derive(Debug, Clone, PartialEq)]
pub struct WireArea {
    bounds: [f64; 4],
    mode: WireMode,
    pixel_aspect: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum WireMode {
    Fit,
    TrueSize(f64, f64),
    Magnify(f64),
}

packed!(struct WireState { id, label, images });
packed!(struct WirePresented { changes, quarter_turns, flip, area, incomplete });
packed!(struct WireChanges { modality, windows, voi_luts, last, pseudo, voi });
packed!(enum WireLast { 0 Identity, 1 Inverse, 2 Table(table) });
packed!(struct WireArea { bounds, mode, pixel_aspect });
packed!(enum WireMode { 0 Fit, 1 TrueSize(row, column), 2 Magnify(ratio) });

impl From<WireState> for StateEntry {
    fn from(wire: WireState) -> Self {
        Self { id: StateId(wire.id), label: wire.label.map(Arc::from), images: wire.images }
    }
}

impl WireChanges {
    /// What a state's header has other than an image's.
    pub fn new(header: &DisplayHeader, voi: Option<VoiChoice>) -> Self {
        Self {
            modality: WireModality::from(&header.modality_lut),
            windows: header
                .windows
                .iter()
                .map(|window| ([window.center, window.width], place_of(window.function)))
                .collect(),
            voi_luts: header.voi_luts.iter().map(|table| WireTable::from(&**table)).collect(),
            last: match &header.softcopy {
                None | Some(PresentationLut::Identity) => WireLast::Identity,
                Some(PresentationLut::Inverse) => WireLast::Inverse,
                Some(PresentationLut::Table(table)) => WireLast::Table(WireTable::from(&**table)),
            },
            pseudo: match &header.colours {
                Some(ColourMap::Pseudo(palette)) => Some(WirePalette::from(&**palette)),
                _ => None,
            },
            voi: voi.map(WireVoi::from),
        }
    }

    /// An image's header, changed; and the window to begin with.
    fn apply(self, image: &DisplayHeader) -> (DisplayHeader, Option<VoiChoice>) {
        let mut header = image.clone();
        header.modality_lut = self.modality.into();
        let window = |([center, width], function): ([f64; 2], u8)| Window {
            center,
            width,
            function: function_of(function),
            explanation: None,
        };
        header.windows = self.windows.into_iter().map(window).collect();
        header.voi_luts = self.voi_luts.into_iter().map(|table| Arc::new(LutTable::from(table))).collect();
        header.softcopy = Some(match self.last {
            WireLast::Identity => PresentationLut::Identity,
            WireLast::Inverse => PresentationLut::Inverse,
            WireLast::Table(table) => PresentationLut::Table(Arc::new(table.into())),
        });
        if let Some(palette) = self.pseudo {
            header.colours = Some(ColourMap::Pseudo(Arc::new(palette.into())));
        }
        (header, self.voi.map(VoiChoice::from))
    }
}

impl From<DisplayedArea> for WireArea {
    fn from(area: DisplayedArea) -> Self {
        let mode = match area.mode {
            SizeMode::Fit => WireMode::Fit,
            SizeMode::TrueSize([row, column]) => WireMode::TrueSize(row, column),
            SizeMode::Magnify(ratio) => WireMode::Magnify(ratio),
        };
        Self { bounds: area.bounds, mode, pixel_aspect: area.pixel_aspect }
    }
}

impl From<WireArea> for DisplayedArea {
    fn from(wire: WireArea) -> Self {
        let mode = match wire.mode {
            WireMode::Fit => SizeMode::Fit,
            WireMode::TrueSize(row, column) => SizeMode::TrueSize([row, column]),
            WireMode::Magnify(ratio) => SizeMode::Magnify(ratio),
        };
        Self { bounds: wire.bounds, mode, pixel_aspect: wire.pixel_aspect }
    }
}

/// What the session hears of a state that was applied to a frame.
pub fn applied(
    state: StateId,
    key: FrameKey,
    image: &Arc<DisplayHeader>,
    presented: Option<WirePresented>,
) -> Event {
    let look = presented.map(|wire| {
        let (display, voi) = match wire.changes {
            None => (Arc::clone(image), None),
            Some(changes) => {
                let (header, voi) = changes.apply(image);
                (Arc::new(header), voi)
            }
        };
        let framing = Framing {
            quarter_turns: wire.quarter_turns,
            flip: wire.flip,
            area: wire.area.map(DisplayedArea::from),
        };
        Box::new(StateLook { display, voi, framing, incomplete: wire.incomplete })
    });
    Event::StateApplied { state, key, look }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::{pack, unpack};
    use viewer_core::cache::SeriesIx;
    use viewer_core::dicom::header::{ModalityLut, Palette, WindowFunction};

    #[test]
    fn a_state_means_the_same_on_the_other_side() {
        let table = || Arc::new(LutTable { first: -3, bits: 12, entries: vec![1, 4095], explanation: None });
        let palette = Palette { first: 0, red: vec![1, 2], green: vec![3, 4], blue: vec![5, 65_535] };
        let window =
            Window { center: 1.5, width: 0.25, function: WindowFunction::Sigmoid, explanation: None };
        let image = Arc::new(DisplayHeader {
            padding: Some((-5, -5)),
            units: Some("HU".to_owned()),
            ..DisplayHeader::default()
        });
        let header = DisplayHeader {
            modality_lut: ModalityLut::Table(table()),
            windows: vec![window],
            voi_luts: vec![table()],
            softcopy: Some(PresentationLut::Table(table())),
            colours: Some(ColourMap::Pseudo(Arc::new(palette))),
            ..(*image).clone()
        };
        let area = DisplayedArea {
            bounds: [-1.5, 0.0, 20.0, 30.5],
            mode: SizeMode::TrueSize([0.5, 0.25]),
            pixel_aspect: Some(2.0),
        };
        let voi = VoiChoice::Lut(0);
        let presented = WirePresented {
            changes: Some(WireChanges::new(&header, Some(voi))),
            quarter_turns: 3,
            flip: true,
            area: Some(area.into()),
            incomplete: true,
        };
        let presented: WirePresented = unpack(&pack(&presented)).unwrap();
        let key = FrameKey { series: SeriesIx(1), instance: 2, frame: 3 };
        let Event::StateApplied { look: Some(look), .. } = applied(StateId(7), key, &image, Some(presented))
        else {
            panic!("no look");
        };
        assert_eq!((&*look.display, look.voi), (&header, Some(voi)));
        assert_eq!(look.framing, Framing { quarter_turns: 3, flip: true, area: Some(area) });
        assert!(look.incomplete);
    }

    #[test]
    fn states_are_named_as_they_were_read() {
        let images = vec![("1.2".to_owned(), vec![0, 4]), ("1.3".to_owned(), Vec::new())];
        let wire = WireState { id: 4, label: Some("肺结节 1".to_owned()), images: images.clone() };
        let entry = StateEntry::from(unpack::<WireState>(&pack(&wire)).unwrap());
        assert_eq!((entry.id, entry.label.as_deref(), entry.images), (StateId(4), Some("肺结节 1"), images));
    }
}
