//! One tile: its packets, read in the order of its progressions.

use super::codestream::{Codestream, Part};
use super::geometry::Tile;
use super::packet::{End, Piece, Source};
use super::params::Settings;
use super::progression::{changes, volume};
use crate::codec::Fault;
use crate::codec::shape::Shape;

/// How often the stop is asked while packets are read.
const PACKETS_PER_POLL: u32 = 64;

/// What the packets of a tile gave.
pub(super) struct Packets {
    pub(super) tile: Tile,
    pub(super) pieces: Vec<Piece>,
    /// Why they end before the last; `None` where all are there.
    pub(super) end: Option<End>,
}

/// Reads the packets of a tile.
pub(super) fn packets(
    shape: &Shape<'_>,
    stream: &Codestream<'_>,
    settings: &Settings,
    parts: &[Part],
) -> Result<Packets, Fault> {
    let index = parts.first().map_or(0, |part| part.tile);
    let mut tile = Tile::new(&stream.size, settings, index)?;
    let mut source = Source {
        bytes: stream.bytes,
        parts: parts.iter().map(|part| part.body.clone()).collect(),
        part: 0,
        packed: stream.packed_headers(parts).map(|headers| (headers, 0)),
    };
    let mut pieces = Vec::new();
    let mut polls = 0;
    for change in changes(settings) {
        let volume = volume(&stream.size, settings, &tile, &change);
        let mut places = volume.places.as_slice();
        for &group in &volume.groups {
            let (together, rest) = places.split_at(group);
            places = rest;
            for layer in 0..volume.layers {
                for place in together {
                    polls += 1;
                    if polls % PACKETS_PER_POLL == 0 {
                        shape.check_stop()?;
                    }
                    let component = &mut tile.components[usize::from(place.component)];
                    let resolution = &mut component.resolutions[usize::from(place.resolution)];
                    let read = &mut resolution.states[place.precinct as usize].0;
                    // In an earlier volume already.
                    if *read != layer {
                        continue;
                    }
                    *read += 1;
                    if let Err(end) = source.packet(resolution, place.precinct, layer, &mut pieces) {
                        return Ok(Packets { tile, pieces, end: Some(end) });
                    }
                }
            }
        }
    }
    Ok(Packets { tile, pieces, end: None })
}
