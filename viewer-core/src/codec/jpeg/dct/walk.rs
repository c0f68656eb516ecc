//! The order in which a scan visits blocks: ISO/IEC 10918-1 A.2.2, A.2.3; restarts: E.2.4.

use super::plane::Layout;
use crate::codec::Fault;
use crate::codec::jpeg::bits::{BitReader, Intervals};
use crate::codec::jpeg::huffman::NoCode;
use crate::codec::jpeg::markers::Scan;
use crate::codec::shape::Shape;

/// Coded data that mean nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Broken;

impl From<NoCode> for Broken {
    fn from(_: NoCode) -> Self {
        Self
    }
}

/// What a kind of scan does with blocks.
pub(super) trait Visit {
    /// A restart interval begins.
    fn restart(&mut self);

    /// Reads the block (x, y) of a component of the scan.
    fn block(
        &mut self,
        reader: &mut BitReader<'_>,
        component: usize,
        x: usize,
        y: usize,
    ) -> Result<(), Broken>;
}

/// MCUs of a scan, and blocks of each component in one of them.
pub(super) struct Grid {
    mcus_x: usize,
    mcus_y: usize,
    blocks: Vec<(usize, usize)>,
}

/// A scan of one component goes through the blocks that count; one of several through whole MCUs.
pub(super) fn grid(layout: &Layout, scan: &Scan<'_>) -> Grid {
    if let [component] = scan.components[..] {
        let plane = &layout.planes[component.index];
        return Grid { mcus_x: plane.blocks_x, mcus_y: plane.blocks_y, blocks: vec![(1, 1)] };
    }
    let of_plane = |index: usize| (layout.planes[index].horizontal, layout.planes[index].vertical);
    Grid {
        mcus_x: layout.mcus_x,
        mcus_y: layout.mcus_y,
        blocks: scan.components.iter().map(|component| of_plane(component.index)).collect(),
    }
}

/// Visits all blocks. Says how many rows of `layout`'s MCUs were there before the bits ended, of as many as the
/// scan has.
pub(super) fn walk(
    shape: &Shape<'_>,
    scan: &Scan<'_>,
    restart: u32,
    grid: Grid,
    visit: &mut impl Visit,
) -> Result<usize, Fault> {
    let mut intervals = Intervals::new(scan.coded);
    let mut reader = intervals.next_reader();
    let mut left = restart;
    visit.restart();
    for mcu_y in 0..grid.mcus_y {
        shape.check_stop()?;
        for mcu_x in 0..grid.mcus_x {
            if restart != 0 && left == 0 {
                reader = intervals.next_reader();
                visit.restart();
                left = restart;
            }
            left = left.wrapping_sub(1);
            for (component, &(across, down)) in grid.blocks.iter().enumerate() {
                for block in 0..across * down {
                    let (x, y) = (mcu_x * across + block % across, mcu_y * down + block / across);
                    let read = visit.block(&mut reader, component, x, y);
                    if reader.overran() {
                        return Ok(mcu_y);
                    }
                    if read.is_err() {
                        return Err(Fault::data(format!("no Huffman code fits in block row {}", mcu_y + 1)));
                    }
                }
            }
        }
    }
    Ok(grid.mcus_y)
}
