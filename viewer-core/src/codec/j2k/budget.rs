//! What decoding a codestream would allocate, told from its headers.
//!
//! A few bytes of header can ask for millions of precincts, code-blocks and layers; each packet takes at least
//! one byte, so that a sound stream cannot have more of them than bytes.

use super::geometry::ceil_shift;
use super::params::{Coding, Settings, Size};
use crate::codec::Fault;
use crate::codec::shape::Shape;

/// Working memory may be this many times what a decoded frame may take.
const WORKING_FACTOR: u64 = 4;
/// Lines of all levels, their halves included, by byte of a coefficient.
const LINES_PER_COLUMN: u64 = 32;
/// A block with its share of tag trees.
const BYTES_PER_BLOCK: u64 = 48;
const BYTES_PER_PRECINCT: u64 = 256;

/// Refuses numbers of tiles that cannot be.
pub(super) fn check_tiles(size: &Size) -> Result<(), Fault> {
    let [across, down] = size.tiles().map(u64::from);
    if across * down > 65_535 {
        return Err(Fault::stream(format!("{} tiles, at most 65535 may be", across * down)));
    }
    Ok(())
}

/// Refuses what would take more than the limits allow, under the settings of the picture or of a tile.
pub(super) fn check(shape: &Shape<'_>, size: &Size, settings: &Settings, bytes: usize) -> Result<(), Fault> {
    let limit = shape.limits.frame_bytes.saturating_mul(WORKING_FACTOR);
    let [across, down] = size.tiles().map(u64::from);
    let precincts = sum(settings, |coding| precincts(shape, coding, across * down));
    let packets = precincts.saturating_mul(settings.style.layers.into());
    // Half of a truncated stream is still worth showing, an eighth of it hardly.
    if packets > (bytes as u64).saturating_mul(8).max(1 << 16) {
        return Err(Fault::stream(format!("{packets} packets in {bytes} bytes")));
    }
    let visits = packets.saturating_mul(settings.changes.len() as u64);
    if visits > (bytes as u64).saturating_mul(64).max(1 << 20) {
        return Err(Fault::stream(format!("{} changes of progression", settings.changes.len())));
    }
    let blocks = sum(settings, |coding| blocks(shape, coding));
    // Coefficients of 64 bits are met where a sample has more than 16.
    let container = u64::from(shape.header.bits_allocated.div_ceil(8));
    let coefficient = if container > 2 { 8 } else { 4 };
    // Output words, and rows of code-blocks, which are at most the whole component.
    let needed = (shape.samples as u64 * (container + coefficient))
        .saturating_add(shape.row_samples() as u64 * coefficient * LINES_PER_COLUMN)
        .saturating_add(blocks.saturating_mul(BYTES_PER_BLOCK))
        .saturating_add(precincts.saturating_mul(BYTES_PER_PRECINCT));
    if needed > limit {
        return Err(Fault::Limit { unit: "bytes of working memory", needed, limit });
    }
    Ok(())
}

fn sum(settings: &Settings, of: impl Fn(&Coding) -> u64) -> u64 {
    settings.coding.iter().map(of).fold(0, u64::saturating_add)
}

/// Precincts of all resolutions of a component, at most.
fn precincts(shape: &Shape<'_>, coding: &Coding, tiles: u64) -> u64 {
    let of_resolution = |(resolution, exponents): (usize, &[u8; 2])| {
        let shrink = u32::from(coding.levels) - resolution as u32;
        let along =
            |extent: usize, exponent: u8| u64::from(ceil_shift(extent as u32, shrink) >> exponent) + 1;
        along(shape.columns, exponents[0]).saturating_mul(along(shape.rows, exponents[1]))
    };
    let sum = coding.precincts.iter().enumerate().map(of_resolution).fold(0, u64::saturating_add);
    // Tiles cut precincts, and each has at least one at every resolution.
    sum.saturating_add(tiles.saturating_mul(coding.precincts.len() as u64))
}

/// Code-blocks of a component, at most (precincts smaller than a block cut it).
fn blocks(shape: &Shape<'_>, coding: &Coding) -> u64 {
    let smallest = |axis: usize| {
        let sizes = coding.precincts.iter().enumerate().map(|(resolution, exponents)| {
            coding.block[axis].min(exponents[axis].saturating_sub(u8::from(resolution != 0)))
        });
        sizes.min().unwrap_or(0)
    };
    let area = 1u64 << (smallest(0) + smallest(1));
    let samples = (shape.rows * shape.columns) as u64;
    // And rows and columns of blocks that are cut by an edge.
    let edges = (shape.rows as u64 >> smallest(1)) + (shape.columns as u64 >> smallest(0));
    samples / area + 2 * edges + 64 * coding.precincts.len() as u64
}
