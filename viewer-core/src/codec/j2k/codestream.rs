//! Main header and tile-parts of a codestream: ISO/IEC 15444-1 A.3 and A.4.

use std::ops::Range;

use super::markers;
use super::params::{Coding, Quantisation, Settings, Size, Style};
use crate::codec::Fault;

mod marker {
    pub(super) const CAP: u8 = 0x50;
    pub(super) const SIZ: u8 = 0x51;
    pub(super) const COD: u8 = 0x52;
    pub(super) const COC: u8 = 0x53;
    pub(super) const QCD: u8 = 0x5c;
    pub(super) const QCC: u8 = 0x5d;
    pub(super) const RGN: u8 = 0x5e;
    pub(super) const POC: u8 = 0x5f;
    pub(super) const PPM: u8 = 0x60;
    pub(super) const PPT: u8 = 0x61;
    pub(super) const SOT: u8 = 0x90;
    pub(super) const SOD: u8 = 0x93;
    pub(super) const EOC: u8 = 0xd9;
}

/// One tile-part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) tile: u32,
    /// Marker segments between SOT and SOD: marker and place of the content.
    header: Vec<(u8, Range<usize>)>,
    /// Packet data.
    pub(super) body: Range<usize>,
    /// Packet headers out of PPM; `None` where they are in the body or in PPT.
    packed: Option<Vec<u8>>,
}

/// A codestream's headers.
#[derive(Debug)]
pub(super) struct Codestream<'b> {
    pub(super) bytes: &'b [u8],
    pub(super) size: Size,
    /// What holds for tiles that say nothing else.
    pub(super) settings: Settings,
    /// By tile, and in order within it.
    pub(super) parts: Vec<Part>,
    /// Whether the last tile-part is longer than what is there, or the end is missing.
    pub(super) truncated: bool,
}

/// Settings that are being read: COD is the default of components without COC wherever it stands, and QCD so too.
struct Reading<'s> {
    size: &'s Size,
    style: Option<Style>,
    coding: (Option<Coding>, Vec<Option<Coding>>),
    quantisation: (Option<Quantisation>, Vec<Option<Quantisation>>),
    regions: Vec<Option<u8>>,
    changes: Vec<super::params::Change>,
}

impl<'s> Reading<'s> {
    fn new(size: &'s Size) -> Self {
        let components = size.components.len();
        Self {
            size,
            style: None,
            coding: (None, vec![None; components]),
            quantisation: (None, vec![None; components]),
            regions: vec![None; components],
            changes: Vec::new(),
        }
    }

    fn take(&mut self, marker: u8, segment: &[u8]) -> Result<(), Fault> {
        let components = self.size.components.len();
        match marker {
            marker::COD => {
                let (style, coding) = markers::coding_default(segment)?;
                self.style = Some(style);
                self.coding.0 = Some(coding);
            }
            marker::COC => {
                let (component, coding) = markers::coding_component(segment, components)?;
                self.coding.1[component] = Some(coding);
            }
            marker::QCD => self.quantisation.0 = Some(markers::quantisation(segment)?),
            marker::QCC => {
                let (component, steps) = markers::quantisation_component(segment, components)?;
                self.quantisation.1[component] = Some(steps);
            }
            marker::RGN => {
                let (component, shift) = markers::region(segment, components)?;
                self.regions[component] = Some(shift);
            }
            marker::POC => self.changes.extend(markers::changes(segment, components)?),
            _ => {}
        }
        Ok(())
    }

    /// What holds, over what held before: a tile's COC, a tile's COD, the main COC, the main COD (A.6.1).
    fn over(self, before: Option<&Settings>) -> Result<Settings, Fault> {
        fn merge<T: Clone>(
            (default, own): (Option<T>, Vec<Option<T>>),
            before: Option<&Vec<T>>,
            missing: &str,
        ) -> Result<Vec<T>, Fault> {
            let all = own.into_iter().enumerate().map(|(component, own)| {
                own.or_else(|| default.clone()).or_else(|| before?.get(component).cloned())
            });
            all.collect::<Option<Vec<T>>>().ok_or_else(|| Fault::stream(format!("{missing} is missing")))
        }
        let earlier = before.map(|settings| &settings.regions);
        let regions = (Some(0), self.regions);
        Ok(Settings {
            style: self
                .style
                .or(before.map(|settings| settings.style))
                .ok_or_else(|| Fault::stream("COD is missing"))?,
            coding: merge(self.coding, before.map(|settings| &settings.coding), "COD")?,
            quantisation: merge(self.quantisation, before.map(|settings| &settings.quantisation), "QCD")?,
            regions: match earlier {
                Some(earlier) => {
                    regions.1.iter().zip(earlier).map(|(own, &before)| own.unwrap_or(before)).collect()
                }
                None => merge(regions, None, "RGN")?,
            },
            changes: match before {
                Some(settings) if self.changes.is_empty() => settings.changes.clone(),
                _ => self.changes,
            },
        })
    }
}

impl<'b> Codestream<'b> {
    /// Reads the main header, which has to be whole, and walks the tile-parts as far as they are there.
    pub(super) fn read(bytes: &'b [u8]) -> Result<Self, Fault> {
        let mut walk = Walk { bytes, position: 2, truncated: false };
        let early = || Fault::Truncated { found: bytes.len(), needed: bytes.len() as u64 + 1 };
        let (first, place) = walk.segment().ok_or_else(early)?;
        if first != marker::SIZ {
            return Err(Fault::stream("SIZ is missing"));
        }
        let size = markers::size(&bytes[place])?;
        let mut reading = Reading::new(&size);
        let mut packed: Vec<(u8, &[u8])> = Vec::new();
        loop {
            let (marker, place) = walk.segment().ok_or_else(early)?;
            let content = &bytes[place.clone()];
            match marker {
                marker::SOT => {
                    walk.position = place.start - 4;
                    break;
                }
                marker::SOD | marker::EOC => return Err(Fault::stream("SOT is missing")),
                marker::PPM => {
                    let (&index, data) =
                        content.split_first().ok_or_else(|| Fault::stream("PPM is damaged"))?;
                    packed.push((index, data));
                }
                // Which capabilities a decoder needs is seen from what is used.
                marker::CAP => {}
                _ => reading.take(marker, content)?,
            }
        }
        let settings = reading.over(None)?;
        packed.sort_by_key(|&(index, _)| index);
        let packed: Vec<u8> = packed.into_iter().flat_map(|(_, data)| data).copied().collect();
        let mut parts = walk.parts(&size, &packed)?;
        parts.sort_by_key(|part| part.tile);
        Ok(Self { bytes, settings, parts, truncated: walk.truncated, size })
    }

    /// Whether there is a part of a tile.
    pub(super) fn has_tile(&self, tile: u32) -> bool {
        self.parts.binary_search_by_key(&tile, |part| part.tile).is_ok()
    }

    /// What holds for a tile, given its parts.
    pub(super) fn settings_of(&self, parts: &[Part]) -> Result<Settings, Fault> {
        let mut reading = Reading::new(&self.size);
        for (marker, place) in parts.iter().flat_map(|part| &part.header) {
            reading.take(*marker, &self.bytes[place.clone()])?;
        }
        reading.over(Some(&self.settings))
    }

    /// Packet headers of a tile where they are not among the packets: PPM or PPT, A.7.4 and A.7.5.
    pub(super) fn packed_headers(&self, parts: &[Part]) -> Option<Vec<u8>> {
        let mut headers: Option<Vec<u8>> = None;
        for part in parts {
            if let Some(packed) = &part.packed {
                headers.get_or_insert_default().extend(packed);
            }
            let of_tile = part.header.iter().filter(|(marker, _)| *marker == marker::PPT);
            let mut of_tile: Vec<&[u8]> = of_tile.map(|(_, place)| &self.bytes[place.clone()]).collect();
            of_tile.sort_by_key(|data| data.first().copied());
            for data in of_tile {
                headers.get_or_insert_default().extend(data.iter().skip(1));
            }
        }
        headers
    }
}

struct Walk<'b> {
    bytes: &'b [u8],
    position: usize,
    truncated: bool,
}

impl Walk<'_> {
    /// The next marker and the place of its content, whole; SOD and EOC have none.
    fn segment(&mut self) -> Option<(u8, Range<usize>)> {
        let &[0xff, marker] = self.bytes.get(self.position..)?.first_chunk::<2>()? else { return None };
        let start = self.position + 2;
        // Those of 0x30 to 0x3f have nothing after them either (table A.1).
        if matches!(marker, marker::SOD | marker::EOC | 0x30..=0x3f) {
            self.position = start;
            return Some((marker, start..start));
        }
        let length = usize::from(u16::from_be_bytes(*self.bytes.get(start..)?.first_chunk()?));
        let place = start + 2..start + length;
        self.bytes.get(place.clone())?;
        self.position = place.end;
        Some((marker, place))
    }

    fn parts(&mut self, size: &Size, mut packed: &[u8]) -> Result<Vec<Part>, Fault> {
        let mut parts = Vec::new();
        let tiles = size.tiles();
        let tiles = u64::from(tiles[0]) * u64::from(tiles[1]);
        let any_packed = !packed.is_empty();
        loop {
            let start = self.position;
            let place = match self.segment() {
                Some((marker::SOT, place)) => place,
                Some((marker::EOC, _)) => break,
                // The rest is missing, or is something that no tile-part begins with.
                _ => {
                    self.truncated |= start < self.bytes.len() || parts.is_empty();
                    break;
                }
            };
            let &[tile_high, tile_low, a, b, c, d, ..] = &self.bytes[place] else {
                return Err(Fault::stream("SOT ends early"));
            };
            let tile = u32::from(u16::from_be_bytes([tile_high, tile_low]));
            if u64::from(tile) >= tiles {
                return Err(Fault::stream(format!("a tile-part of tile {tile}, there are {tiles}")));
            }
            // 0: to the end of the codestream, which is EOC where it is there.
            let end = match u32::from_be_bytes([a, b, c, d]) as usize {
                0 => self.bytes.len() - if self.bytes.ends_with(&[0xff, marker::EOC]) { 2 } else { 0 },
                length => start.saturating_add(length),
            };
            let Some(header) = self.part_header() else {
                self.truncated = true;
                break;
            };
            if end < self.position {
                return Err(Fault::stream("a tile-part is shorter than its own header"));
            }
            self.truncated |= end > self.bytes.len();
            let end = end.min(self.bytes.len());
            let headers = any_packed.then(|| take_packed(&mut packed));
            parts.push(Part { tile, header, body: self.position..end, packed: headers });
            self.position = end;
        }
        Ok(parts)
    }

    /// Marker segments up to SOD; `None` where they end early.
    fn part_header(&mut self) -> Option<Vec<(u8, Range<usize>)>> {
        let mut header = Vec::new();
        loop {
            match self.segment()? {
                (marker::SOD, _) => return Some(header),
                (marker::EOC | marker::SOT, _) => return None,
                segment => header.push(segment),
            }
        }
    }
}

/// The packet headers of the next tile-part in PPM: Nppm and so many bytes.
fn take_packed(packed: &mut &[u8]) -> Vec<u8> {
    let Some((length, rest)) = packed.split_first_chunk() else { return Vec::new() };
    let (headers, rest) = rest.split_at((u32::from_be_bytes(*length) as usize).min(rest.len()));
    *packed = rest;
    headers.to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tile_part_that_ends_in_its_header_is_refused() {
        let mut stream = vec![0xff, 0x4f, 0xff, 0x51, 0, 41, 0, 0];
        stream.extend([0, 0, 0, 8].repeat(2));
        stream.extend([0; 8]);
        stream.extend([0, 0, 0, 8].repeat(2));
        stream.extend([0; 8]);
        stream.extend([0, 1, 7, 1, 1]);
        stream.extend([0xff, 0x52, 0, 12, 0, 0, 0, 1, 0, 1, 4, 4, 0, 1]);
        stream.extend([0xff, 0x5c, 0, 7, 0x40, 0x40, 0x48, 0x48, 0x50]);
        let start_of_tile = stream.len();
        stream.extend([0xff, 0x90, 0, 10, 0, 0, 0, 0, 0, 12, 0, 1, 0xff, 0x93, 0xff, 0xd9]);
        assert!(Codestream::read(&stream).is_err());
        stream[start_of_tile + 9] = 14;
        assert!(!Codestream::read(&stream).unwrap().truncated);
        stream[start_of_tile + 9] = 99;
        assert!(Codestream::read(&stream).unwrap().truncated);
    }
}
