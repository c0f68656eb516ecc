//! What decoding a codestream would allocate, told from its headers.
//!
//! A few bytes of header can ask for millions of precincts, code-blocks and layers; each packet takes at least
//! one byte, so that a sound stream cannot have more of them than bytes.

use super::codestream::{Coding, Headers};
use crate::codec::Fault;
use crate::codec::shape::Shape;

/// Working memory may be this many times what a decoded frame may take.
const WORKING_FACTOR: u64 = 4;
/// Floats of the component, its coefficients and the wavelet's scratch.
const BYTES_PER_SAMPLE: u64 = 12;
const BYTES_PER_BLOCK: u64 = 128;
const BYTES_PER_BLOCK_AND_LAYER: u64 = 32;

/// Refuses what would take more than the limits allow.
pub(super) fn check(shape: &Shape<'_>, headers: &Headers, bytes: usize) -> Result<(), Fault> {
    if headers.size.tiles > 65_535 {
        return Err(Fault::stream(format!("{} tiles, at most 65535 may be", headers.size.tiles)));
    }
    let limit = shape.limits.frame_bytes.saturating_mul(WORKING_FACTOR);
    for coding in &headers.codings {
        let layers = u64::from(coding.layers);
        let packets = precincts(shape, coding, headers.size.tiles).saturating_mul(layers);
        // Half of a truncated stream is still worth showing, an eighth of it hardly.
        if packets > (bytes as u64).saturating_mul(8).max(1 << 16) {
            return Err(Fault::stream(format!("{packets} packets in {bytes} bytes")));
        }
        let needed = (shape.samples as u64).saturating_mul(BYTES_PER_SAMPLE).saturating_add(
            blocks(shape, coding).saturating_mul(
                BYTES_PER_BLOCK.saturating_add(BYTES_PER_BLOCK_AND_LAYER.saturating_mul(layers)),
            ),
        );
        if needed > limit {
            return Err(Fault::Limit { unit: "bytes of working memory", needed, limit });
        }
    }
    Ok(())
}

/// Precincts of all resolutions and components, at most.
fn precincts(shape: &Shape<'_>, coding: &Coding, tiles: u64) -> u64 {
    let highest = coding.precincts.len() - 1;
    let of_resolution = |(resolution, exponents): (usize, &[u8; 2])| {
        let shrink = (highest - resolution) as u32;
        let across = (shape.columns as u64 >> shrink.min(63)) >> exponents[0];
        let down = (shape.rows as u64 >> shrink.min(63)) >> exponents[1];
        (across + 1).saturating_mul(down + 1)
    };
    let sum = coding.precincts.iter().enumerate().map(of_resolution).fold(0, u64::saturating_add);
    // Tiles cut precincts, and each has at least one at every resolution.
    sum.saturating_add(tiles.saturating_mul(coding.precincts.len() as u64))
        .saturating_mul(shape.components as u64)
}

/// Code-blocks of all components, at most (precincts smaller than a block cut it).
fn blocks(shape: &Shape<'_>, coding: &Coding) -> u64 {
    let smallest = |axis: usize| {
        let precinct = coding.precincts.iter().map(|exponents| exponents[axis]).min().unwrap_or(15);
        coding.block[axis].min(1 << precinct.saturating_sub(1))
    };
    let area = smallest(0) * smallest(1);
    (shape.samples as u64 / area).saturating_add(64 * coding.precincts.len() as u64)
}
