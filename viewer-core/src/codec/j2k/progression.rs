//! The order of packets: ISO/IEC 15444-1 B.12.

use super::geometry::Tile;
use super::params::{Change, Progression, Settings, Size};

/// A precinct of a tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) component: u16,
    pub(super) resolution: u8,
    pub(super) precinct: u32,
}

/// Precincts in the order of a progression, and how their layers lie in it.
#[derive(Debug)]
pub(super) struct Volume {
    pub(super) places: Vec<Place>,
    /// Places that go through all layers together: all of them, those of one resolution, or each alone.
    pub(super) groups: Vec<usize>,
    /// One beyond the last layer.
    pub(super) layers: u16,
}

/// The progressions of a tile, one after the other; a packet that was in an earlier one is not in a later one again.
pub(super) fn changes(settings: &Settings) -> Vec<Change> {
    if settings.changes.is_empty() {
        vec![Change {
            progression: settings.style.progression,
            resolutions: [0, u8::MAX],
            components: [0, u16::MAX],
            layers: settings.style.layers,
        }]
    } else {
        settings.changes.clone()
    }
}

/// The precincts that a progression goes through.
pub(super) fn volume(size: &Size, settings: &Settings, tile: &Tile, change: &Change) -> Volume {
    let mut keyed = Vec::new();
    let chosen = |index: usize| {
        (usize::from(change.components[0])..usize::from(change.components[1])).contains(&index)
    };
    for (component, parts) in tile.components.iter().enumerate().filter(|(index, _)| chosen(*index)) {
        let levels = parts.resolutions.len() as u64 - 1;
        let separation = size.components[component].separation.map(u64::from);
        for (level, resolution) in parts.resolutions.iter().enumerate() {
            if !(change.resolutions[0].into()..change.resolutions[1].into()).contains(&level) {
                continue;
            }
            for precinct in 0..resolution.states.len() as u32 {
                let place = Place { component: component as u16, resolution: level as u8, precinct };
                // Where on the reference grid the precinct begins, not before its tile.
                let index = [precinct % resolution.precincts[0], precinct / resolution.precincts[0]];
                let [x, y] = [0, 1].map(|axis| {
                    let exponent = resolution.precinct[axis];
                    let first = u64::from(resolution.rect.start[axis] >> exponent) + u64::from(index[axis]);
                    let start = first << exponent;
                    if start < resolution.rect.start[axis].into() {
                        u64::from(tile.rect.start[axis])
                    } else {
                        (start << (levels - level as u64)) * separation[axis]
                    }
                });
                let (level, component) = (level as u64, component as u64);
                let key = match change.progression {
                    Progression::LRCP | Progression::RLCP => [level, component, 0, 0],
                    Progression::RPCL => [level, y, x, component],
                    Progression::PCRL => [y, x, component, level],
                    Progression::CPRL => [component, y, x, level],
                };
                keyed.push((key, place));
            }
        }
    }
    keyed.sort_by_key(|&(key, place)| (key, place.precinct));
    let places: Vec<Place> = keyed.into_iter().map(|(_, place)| place).collect();
    let groups = match change.progression {
        Progression::LRCP => vec![places.len()],
        Progression::RLCP => {
            places.chunk_by(|a, b| a.resolution == b.resolution).map(<[Place]>::len).collect()
        }
        _ => vec![1; places.len()],
    };
    Volume { places, groups, layers: change.layers.min(settings.style.layers) }
}
