//! What H.264 units say of pictures (ISO/IEC 14496-10 sections 7.3, 8.2.1), and the `avcC` box (ISO/IEC 14496-15
//! section 5.3.3).

use super::VideoError;
use super::bits::Bits;
use super::units::{Configuration, Reader, Role, Slice};

/// Bytes of a unit in which all that is read of it stands.
const HEAD: usize = 64;
const PARAMETERS: usize = 4096;

/// Profiles whose sequence parameter sets say how chroma is sampled.
const HIGH: [u32; 13] = [44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244];

/// What slices need of a sequence parameter set.
#[derive(Debug, Clone, Copy)]
struct Sequence {
    chroma: u32,
    depth_luma: u32,
    depth_chroma: u32,
    separate_planes: bool,
    frame_num_bits: u32,
    /// Bits of the picture order's low part, where it is of type 0.
    order_bits: Option<u32>,
    frames_only: bool,
}

/// What tells one picture's slices from the next one's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Head {
    pps: u32,
    frame_num: u32,
    /// A field, and whether it is the bottom one.
    field: Option<bool>,
    idr: Option<u32>,
    order_low: Option<u32>,
    reference: bool,
}

/// Reads the units of one stream.
#[derive(Default)]
pub(super) struct Avc {
    sps: Option<Vec<u8>>,
    pps: Vec<Vec<u8>>,
    sequences: Vec<(u32, Sequence)>,
    pictures: Vec<(u32, u32)>,
    last: Option<Head>,
    /// The last picture was a field that waits for its other one.
    half: bool,
    /// High and low part of the order of the last reference picture, and a counter for streams without one.
    order: (i64, i64),
    counted: i64,
}

impl Reader for Avc {
    fn role(&mut self, unit: &[u8]) -> Result<Role, VideoError> {
        let Some((&header, payload)) = unit.split_first() else { return Ok(Role::Unneeded) };
        Ok(match header & 0x1F {
            1 | 5 => self.slice(header, payload)?,
            7 => {
                if let Some(read) = sequence(payload) {
                    remember(&mut self.sequences, read);
                    self.sps.get_or_insert_with(|| unit.to_vec());
                }
                Role::Before
            }
            8 => {
                let mut bits = Bits::of(payload, HEAD);
                if let (Some(id), Some(sps)) = (bits.ue(), bits.ue())
                    && id < 256
                {
                    if !self.pictures.iter().any(|(known, _)| *known == id) {
                        self.pps.push(unit.to_vec());
                    }
                    remember(&mut self.pictures, (id, sps));
                }
                Role::Before
            }
            9 => Role::Delimiter,
            6 | 14..=18 => Role::Before,
            // End of sequence and stream, filler; slices of a second view.
            10..=12 | 20 => Role::Unneeded,
            _ => Role::Beside,
        })
    }

    fn configuration(&self) -> Result<Configuration, VideoError> {
        let sps = self.sps.as_ref().ok_or(VideoError::NoParameters("a sequence parameter set"))?;
        let first = self.sequences.first().ok_or(VideoError::NoParameters("a sequence parameter set"))?.1;
        if self.pps.is_empty() {
            return Err(VideoError::NoParameters("a picture parameter set"));
        }
        let [_, profile, compatible, level, ..] = sps[..] else {
            return Err(VideoError::NoParameters("a whole sequence parameter set"));
        };
        let mut record = vec![1, profile, compatible, level, 0xFF, 0xE1];
        push(&mut record, sps)?;
        let pps = &self.pps[..self.pps.len().min(255)];
        record.push(pps.len() as u8);
        for set in pps {
            push(&mut record, set)?;
        }
        if HIGH.contains(&u32::from(profile)) {
            let [chroma, luma_depth, chroma_depth] =
                [first.chroma, first.depth_luma, first.depth_chroma].map(|number| number as u8);
            record.extend([0xFC | chroma & 3, 0xF8 | luma_depth & 7, 0xF8 | chroma_depth & 7, 0]);
        }
        Ok(Configuration { entry: b"avc1", name: b"avcC", record })
    }
}

/// A parameter set with its length in two bytes.
pub(super) fn push(record: &mut Vec<u8>, set: &[u8]) -> Result<(), VideoError> {
    let length =
        u16::try_from(set.len()).map_err(|_| VideoError::NoParameters("a parameter set that is short"))?;
    record.extend(length.to_be_bytes());
    record.extend(set);
    Ok(())
}

/// The newest of a number counts.
pub(super) fn remember<T>(all: &mut Vec<(u32, T)>, new: (u32, T)) {
    match all.iter_mut().find(|(id, _)| *id == new.0) {
        Some(known) => *known = new,
        None => all.push(new),
    }
}

/// The set a number names.
pub(super) fn find<T: Copy>(all: &[(u32, T)], id: u32) -> Option<T> {
    all.iter().find(|(known, _)| *known == id).map(|(_, found)| *found)
}

impl Avc {
    /// A slice whose parameter sets never came cannot be decoded by anybody: it is left out.
    fn slice(&mut self, header: u8, payload: &[u8]) -> Result<Role, VideoError> {
        let Some((first_block, sequence, head)) = self.head(header, payload) else {
            return Ok(Role::Unneeded);
        };
        let same = self.last.is_some_and(|last| last == head) && first_block != 0;
        let other_field = !same && self.half && self.last.is_some_and(|last| is_pair(&last, &head));
        let first = !same && !other_field;
        if !same {
            self.half = first && head.field.is_some();
            self.last = Some(head);
        }
        let order = if same { 0 } else { self.ordered(&head, &sequence) };
        Ok(Role::Slice(Slice { first, key: head.idr.is_some(), restart: head.idr.is_some(), order }))
    }

    fn head(&self, header: u8, payload: &[u8]) -> Option<(u32, Sequence, Head)> {
        let mut bits = Bits::of(payload, HEAD);
        let first_block = bits.ue()?;
        bits.ue()?;
        let pps = bits.ue()?;
        let sequence = find(&self.sequences, find(&self.pictures, pps)?)?;
        if sequence.separate_planes {
            bits.skip(2);
        }
        let frame_num = bits.number(sequence.frame_num_bits)?;
        let field = match !sequence.frames_only && bits.bit()? {
            true => Some(bits.bit()?),
            false => None,
        };
        let idr = if header & 0x1F == 5 { Some(bits.ue()?) } else { None };
        let order_low = match sequence.order_bits {
            Some(count) => Some(bits.number(count)?),
            None => None,
        };
        Some((
            first_block,
            sequence,
            Head { pps, frame_num, field, idr, order_low, reference: header & 0x60 != 0 },
        ))
    }

    /// Picture order count, section 8.2.1.1; without a low part pictures are shown as they are decoded (8.2.1.3).
    fn ordered(&mut self, head: &Head, sequence: &Sequence) -> i64 {
        let (Some(low), Some(bits)) = (head.order_low, sequence.order_bits) else {
            self.counted += 1;
            return self.counted;
        };
        let (low, range) = (i64::from(low), 1i64 << bits);
        if head.idr.is_some() {
            self.order = (0, 0);
        }
        let (before_high, before_low) = self.order;
        let high = if low < before_low && before_low - low >= range / 2 {
            before_high.saturating_add(range)
        } else if low > before_low && low - before_low > range / 2 {
            before_high.saturating_sub(range)
        } else {
            before_high
        };
        if head.reference {
            self.order = (high, low);
        }
        high.saturating_add(low)
    }
}

/// Whether `second` is the other field of the frame that `first` began (section 7.4.1.2.4).
fn is_pair(first: &Head, second: &Head) -> bool {
    let opposite = first.field.zip(second.field).is_some_and(|(one, other)| one != other);
    opposite && first.frame_num == second.frame_num && second.idr.is_none_or(|idr| first.idr == Some(idr))
}

/// Section 7.3.2.1.1, as far as it is needed.
fn sequence(payload: &[u8]) -> Option<(u32, Sequence)> {
    let mut bits = Bits::of(payload, PARAMETERS);
    let profile = bits.number(8)?;
    bits.skip(16);
    let id = bits.ue().filter(|id| *id < 32)?;
    let (mut chroma, mut depth_luma, mut depth_chroma, mut separate_planes) = (1, 0, 0, false);
    if HIGH.contains(&profile) {
        chroma = bits.ue().filter(|chroma| *chroma < 4)?;
        separate_planes = chroma == 3 && bits.bit()?;
        depth_luma = bits.ue()?;
        depth_chroma = bits.ue()?;
        bits.skip(1);
        if bits.bit()? {
            for list in 0..if chroma == 3 { 12 } else { 8 } {
                if bits.bit()? {
                    skip_scaling_list(&mut bits, if list < 6 { 16 } else { 64 })?;
                }
            }
        }
    }
    let frame_num_bits = bits.ue()?.checked_add(4).filter(|count| *count <= 16)?;
    let order_bits = match bits.ue()? {
        0 => Some(bits.ue()?.checked_add(4).filter(|count| *count <= 16)?),
        1 => {
            bits.skip(1);
            bits.se()?;
            bits.se()?;
            for _ in 0..bits.ue().filter(|count| *count < 256)? {
                bits.se()?;
            }
            None
        }
        _ => None,
    };
    bits.ue()?;
    bits.skip(1);
    bits.ue()?;
    bits.ue()?;
    let frames_only = bits.bit()?;
    let read = Sequence {
        chroma,
        depth_luma,
        depth_chroma,
        separate_planes,
        frame_num_bits,
        order_bits,
        frames_only,
    };
    Some((id, read))
}

/// Section 7.3.2.1.1.1.
fn skip_scaling_list(bits: &mut Bits, size: usize) -> Option<()> {
    let (mut last, mut next) = (8i64, 8i64);
    for _ in 0..size {
        if next != 0 {
            next = (last + bits.se()?).rem_euclid(256);
        }
        last = if next == 0 { last } else { next };
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::video::units;

    /// Writes bits as text: `1`, `0`, and spaces between; filled up with the stop bit and zeros.
    fn unit(header: u8, bits: &str) -> Vec<u8> {
        let mut digits: Vec<u8> = bits.bytes().filter(|byte| *byte != b' ').map(|byte| byte - b'0').collect();
        digits.push(1);
        digits.resize(digits.len().next_multiple_of(8), 0);
        let byte = |eight: &[u8]| eight.iter().fold(0, |byte, bit| byte << 1 | bit);
        let payload: Vec<u8> = digits.chunks_exact(8).map(byte).collect();
        [&[0, 0, 0, 1, header], &payload[..]].concat()
    }

    /// Main profile, interlaced, four bits for frame numbers and picture order.
    fn parameters() -> Vec<u8> {
        let sps = "01001101 00000000 00011110 1 1 1 1 010 0 00100 00100 0 0 1 0 0";
        [unit(0x67, sps), unit(0x68, "1 1 0 0")].concat()
    }

    /// A slice of a field: first block, type and parameter set 0, frame number, field, bottom, order.
    fn field(idr: bool, frame: u8, bottom: u8, order: u8) -> Vec<u8> {
        let id = if idr { "1" } else { "" };
        unit(if idr { 0x65 } else { 0x41 }, &format!("1 1 1 {frame:04b} 1 {bottom} {id} {order:04b}"))
    }

    #[test]
    fn two_fields_are_one_picture_even_with_a_delimiter_between() {
        let delimiter = vec![0, 0, 1, 9, 0x10];
        let stream = [
            delimiter.clone(),
            parameters(),
            field(true, 0, 0, 0),
            delimiter.clone(),
            field(false, 0, 1, 1),
            delimiter.clone(),
            field(false, 1, 0, 2),
            field(false, 1, 1, 3),
            // A field alone, then a pair that begins with the bottom one.
            field(false, 2, 0, 4),
            field(false, 3, 1, 7),
            field(false, 3, 0, 6),
        ]
        .concat();
        let found = units::divide(&stream, Avc::default(), 100).unwrap();
        let shape: Vec<_> = found.units.iter().map(|unit| (unit.nals.len(), unit.key, unit.order)).collect();
        assert_eq!(shape, [(4, true, 0), (2, false, 2), (1, false, 4), (2, false, 7)]);
        assert_eq!(&found.configuration.record[..6], [1, 77, 0, 30, 0xFF, 0xE1]);
    }

    #[test]
    fn too_many_pictures_are_refused() {
        let stream =
            [parameters(), field(true, 0, 0, 0), field(false, 1, 0, 2), field(false, 2, 0, 4)].concat();
        assert!(units::divide(&stream, Avc::default(), 3).is_ok());
        assert_eq!(units::divide(&stream, Avc::default(), 1).err(), Some(VideoError::TooMany(1)));
    }
}
