//! Mirrors of what the shader reads. Keep in sync with `View` and the flags in shaders/frame.wgsl.

use crate::geometry::Placement;
use crate::lut::Pipeline;
use crate::lut::pipeline::Mapping;

use super::tables::TablePlaces;
use super::tiles::Tiles;

/// Bytes of [`View`]: five rows of 16, as uniform buffers of WebGL2 want them.
pub(super) const VIEW_BYTES: usize = 80;

/// Rows of the image run along screen x.
const SIDEWAYS: u32 = 1;
/// Nearest pixel instead of a filter.
const SHARP: u32 = 2;
/// White is black.
const INVERSE: u32 = 4;
/// Some stored values are background.
const PADDING: u32 = 8;
/// A modality table comes first.
const TABLE: u32 = 16;
/// Grey levels lie on a curve.
const CURVE: u32 = 32;

/// Values that stand for "no finite number" in float textures; compared, never computed with.
pub(super) const NO_VALUE: f32 = -3.0e38;

/// The uniform: where the image lies and how its values become grey.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct View {
    /// Step and start of the image coordinate along screen x.
    along_x: [f32; 2],
    /// The same along screen y.
    along_y: [f32; 2],
    /// Columns, rows.
    image: [u32; 2],
    /// Columns and rows of a tile.
    tile: [u32; 2],
    /// Top left corner of the viewport in the target, pixels.
    origin: [f32; 2],
    tiles_across: u32,
    flags: u32,
    /// Origin and gain of the window, lowest and highest padding value.
    shade: [f32; 4],
    /// Last index of the modality table, first texel and last index of the curve.
    tables: [u32; 3],
    /// First stored value of the modality table.
    table_first: i32,
}

impl View {
    pub(super) fn new(
        pipeline: &Pipeline,
        placement: &Placement,
        tiles: &Tiles,
        places: TablePlaces,
        origin: [f32; 2],
        sharp: bool,
        is_float: bool,
    ) -> Self {
        let mut flags = if placement.is_sideways() { SIDEWAYS } else { 0 };
        if sharp {
            flags |= SHARP;
        }
        let mut shade = [0.0, 1.0, 0.0, 0.0];
        let mut table_first = 0;
        match &pipeline.mapping {
            Mapping::Grey(grey) => {
                let (low, high) = if is_float {
                    (f32::MIN, NO_VALUE / 2.0)
                } else {
                    grey.padding.map_or((1.0, 0.0), |(low, high)| (low as f32, high as f32))
                };
                shade = [grey.shade.origin, grey.shade.gain, low, high];
                let on = |flag: u32, condition: bool| if condition { flag } else { 0 };
                flags |= on(INVERSE, grey.shade.inverse)
                    | on(PADDING, low <= high)
                    | on(CURVE, grey.shade.curve.is_some());
                if let Some(table) = &grey.table {
                    flags |= TABLE;
                    table_first = table.first;
                }
            }
            Mapping::Palette { invert, .. } | Mapping::Colour { invert, .. } => {
                if *invert {
                    flags |= INVERSE;
                }
            }
        }
        Self {
            along_x: placement.along_x().map(|v| v as f32),
            along_y: placement.along_y().map(|v| v as f32),
            image: [placement.shape().columns, placement.shape().rows],
            tile: [tiles.columns, tiles.rows],
            origin,
            tiles_across: tiles.across,
            flags,
            shade,
            tables: [places.table_last, places.curve_start, places.curve_last],
            table_first,
        }
    }

    /// Little endian, as every GPU this runs on.
    pub(super) fn bytes(&self) -> [u8; VIEW_BYTES] {
        let floats = |v: [f32; 2]| v.map(f32::to_bits);
        let [origin_x, origin_y] = floats(self.origin);
        let words: [[u32; 2]; 10] = [
            floats(self.along_x),
            floats(self.along_y),
            self.image,
            self.tile,
            [origin_x, origin_y],
            [self.tiles_across, self.flags],
            floats([self.shade[0], self.shade[1]]),
            floats([self.shade[2], self.shade[3]]),
            [self.tables[0], self.tables[1]],
            [self.tables[2], self.table_first.cast_unsigned()],
        ];
        let mut bytes = [0; VIEW_BYTES];
        for (slot, word) in bytes.chunks_exact_mut(4).zip(words.as_flattened()) {
            slot.copy_from_slice(&word.to_le_bytes());
        }
        bytes
    }
}
