//! How an image lies in an array texture whose sides are limited.

use super::{DeviceCaps, RenderError};

/// Tiles of one size, row by row, one a layer; the last column and row of tiles may be partly used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tiles {
    /// Columns of a tile.
    pub(super) columns: u32,
    /// Rows of a tile.
    pub(super) rows: u32,
    /// Tiles side by side.
    pub(super) across: u32,
    /// Tiles above each other.
    pub(super) down: u32,
}

/// One tile's part of the image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) layer: u32,
    /// First column and row in the image.
    pub(super) start: [u32; 2],
    /// Columns and rows that the image has there; not 0.
    pub(super) size: [u32; 2],
}

impl Tiles {
    /// The fewest tiles of nearly equal size, but at least two and not a number that WebGL could take for a
    /// cube: wgpu's GL backend makes a texture of one layer a plain one and then cannot bind it as an array.
    pub(super) fn new(columns: u32, rows: u32, caps: DeviceCaps) -> Result<Self, RenderError> {
        let across = columns.div_ceil(caps.max_side);
        let down = rows.div_ceil(caps.max_side).max(2);
        let mut tiles = Self { columns: columns.div_ceil(across), rows: rows.div_ceil(down), across, down };
        let too_large = RenderError::TooLarge { columns, rows, layers: caps.max_layers, side: caps.max_side };
        if tiles.columns == tiles.rows && tiles.layers().is_some_and(|l| l % 6 == 0) {
            tiles.down += 1;
            tiles.rows = rows.div_ceil(tiles.down);
        }
        match tiles.layers() {
            Some(layers) if layers <= caps.max_layers => Ok(tiles),
            _ => Err(too_large),
        }
    }

    /// Layers of the texture.
    pub(super) fn layers(&self) -> Option<u32> {
        self.across.checked_mul(self.down)
    }

    /// Parts of an image of `columns` × `rows` that are not empty.
    pub(super) fn parts(self, columns: u32, rows: u32) -> impl Iterator<Item = Part> {
        (0..self.down).flat_map(move |y| {
            (0..self.across).filter_map(move |x| {
                let start = [x * self.columns, y * self.rows];
                let size = [
                    columns.saturating_sub(start[0]).min(self.columns),
                    rows.saturating_sub(start[1]).min(self.rows),
                ];
                (size[0] > 0 && size[1] > 0).then_some(Part { layer: y * self.across + x, start, size })
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::Tier;

    const CAPS: DeviceCaps = DeviceCaps { tier: Tier::Downlevel, max_side: 2048, max_layers: 256 };

    #[test]
    fn every_pixel_is_in_one_part() {
        for (columns, rows) in [(1, 1), (512, 512), (2500, 3000), (2049, 7), (5, 5000), (300, 1800)] {
            let tiles = Tiles::new(columns, rows, CAPS).unwrap();
            let layers = tiles.layers().unwrap();
            assert!(layers >= 2 && tiles.columns <= 2048 && tiles.rows <= 2048);
            assert!(!(tiles.columns == tiles.rows && layers.is_multiple_of(6)));
            let area: u64 = tiles
                .parts(columns, rows)
                .inspect(|p| assert!(p.layer < layers))
                .map(|p| u64::from(p.size[0]) * u64::from(p.size[1]))
                .sum();
            assert_eq!(area, u64::from(columns) * u64::from(rows));
        }
    }

    #[test]
    fn tiles_waste_little() {
        let tiles = Tiles::new(512, 512, CAPS).unwrap();
        assert_eq!((tiles.columns, tiles.rows, tiles.layers()), (512, 256, Some(2)));
        assert!(Tiles::new(65_535, 65_535, CAPS).is_err());
    }
}
