//! What stands at the end of the grey scale's way: palettes, and the presentation LUT of a presentation state.

use std::sync::Arc;

use super::LutTable;

/// Palette Color Lookup Tables, PS3.3 C.7.6.3.1.5–6, segmented ones already expanded, entries as 16 bits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Palette {
    /// First stored value mapped.
    pub first: i32,
    /// Red, green and blue, all of one length (1–65536), scaled to 0–65535.
    pub red: Vec<u16>,
    /// Green.
    pub green: Vec<u16>,
    /// Blue.
    pub blue: Vec<u16>,
}

/// Colours of pictures whose Photometric Interpretation is MONOCHROME.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColourMap {
    /// Supplemental Palette Color Lookup Tables, PS3.3 C.7.6.19 and C.8.16.2.1.1.1: stored values from
    /// [`Palette::first`] on are colours, those below are grey.
    Supplemental(Arc<Palette>),
    /// Palette of a Pseudo-Color Softcopy Presentation State, PS3.3 A.33.3: black is its first entry, white its last.
    Pseudo(Arc<Palette>),
}

/// Softcopy Presentation LUT, PS3.3 C.11.6: what VOI made → P-values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PresentationLut {
    /// Shape IDENTITY: the smallest value is black, whatever the image's photometric interpretation.
    Identity,
    /// Shape INVERSE: the smallest value is white.
    Inverse,
    /// Presentation LUT Sequence (2050,0010): black is its first entry, white its last.
    Table(Arc<LutTable>),
}
