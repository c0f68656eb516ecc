//! What H.265 units say of pictures (ISO/IEC 23008-2 sections 7.3, 8.3.1), and the `hvcC` box (ISO/IEC 14496-15
//! section 8.3.3).

use super::VideoError;
use super::avc::{find, push, remember};
use super::bits::Bits;
use super::units::{Configuration, Reader, Role, Slice};

const HEAD: usize = 64;
const PARAMETERS: usize = 4096;

/// NAL unit types of table 7-1.
const VPS: u8 = 32;
const SPS: u8 = 33;
const PPS: u8 = 34;

/// What is needed of a sequence parameter set.
#[derive(Debug, Clone, Copy)]
struct Sequence {
    /// Profile, tier, compatibility, constraints and level as they stand in the stream.
    profile: [u8; 12],
    layers: u8,
    nested: bool,
    chroma: u32,
    depth_luma: u32,
    depth_chroma: u32,
    separate_planes: bool,
    order_bits: u32,
}

/// What is needed of a picture parameter set.
#[derive(Debug, Clone, Copy)]
struct Picture {
    sps: u32,
    output_flag: bool,
    extra_bits: u32,
}

/// Reads the units of one stream.
#[derive(Default)]
pub(super) struct Hevc {
    /// Units of the three kinds of parameter sets, the first of each identity.
    sets: [Vec<Vec<u8>>; 3],
    sequences: Vec<(u32, Sequence)>,
    pictures: Vec<(u32, Picture)>,
    /// High and low part of the order of the last picture that others are counted from.
    order: (i64, i64),
}

impl Reader for Hevc {
    fn role(&mut self, unit: &[u8]) -> Result<Role, VideoError> {
        let [first, second, payload @ ..] = unit else { return Ok(Role::Unneeded) };
        let kind = first >> 1 & 0x3F;
        // Further layers (scalable, second views) are not for a plain decoder.
        if first & 1 != 0 || second >> 3 != 0 {
            return Ok(Role::Unneeded);
        }
        Ok(match kind {
            0..=31 => self.slice(kind, second & 7, payload),
            VPS | SPS | PPS => {
                self.parameters(kind, unit, payload);
                Role::Before
            }
            35 => Role::Delimiter,
            36..=38 => Role::Unneeded,
            39 | 41..=44 | 48..=55 => Role::Before,
            _ => Role::Beside,
        })
    }

    fn configuration(&self) -> Result<Configuration, VideoError> {
        let missing = VideoError::NoParameters("a video, sequence or picture parameter set");
        let (_, sequence) = self.sequences.first().ok_or(missing)?;
        if self.sets.iter().any(Vec::is_empty) {
            return Err(missing);
        }
        let mut record = vec![1];
        record.extend(sequence.profile);
        let [chroma, luma, chroma_depth] =
            [sequence.chroma, sequence.depth_luma, sequence.depth_chroma].map(|number| number as u8);
        // No claim on segmentation, parallelism or frame rate; lengths in four bytes.
        record.extend([0xF0, 0, 0xFC, 0xFC | chroma & 3, 0xF8 | luma & 7, 0xF8 | chroma_depth & 7, 0, 0]);
        record.extend([(sequence.layers & 7) << 3 | u8::from(sequence.nested) << 2 | 3, 3]);
        for (kind, sets) in [VPS, SPS, PPS].into_iter().zip(&self.sets) {
            let sets = &sets[..sets.len().min(255)];
            record.extend([kind, 0, sets.len() as u8]);
            for set in sets {
                push(&mut record, set)?;
            }
        }
        Ok(Configuration { entry: b"hvc1", name: b"hvcC", record })
    }
}

impl Hevc {
    fn parameters(&mut self, kind: u8, unit: &[u8], payload: &[u8]) {
        let known = match kind {
            VPS => Some(!self.sets[0].is_empty()),
            SPS => sequence(payload).map(|read| {
                let known = find(&self.sequences, read.0).is_some();
                remember(&mut self.sequences, read);
                known
            }),
            _ => picture(payload).map(|read| {
                let known = find(&self.pictures, read.0).is_some();
                remember(&mut self.pictures, read);
                known
            }),
        };
        if known == Some(false) {
            self.sets[usize::from(kind - VPS)].push(unit.to_vec());
        }
    }

    /// A slice whose parameter sets never came cannot be decoded by anybody: it is left out.
    fn slice(&mut self, kind: u8, temporal: u8, payload: &[u8]) -> Role {
        let mut bits = Bits::of(payload, HEAD);
        let random_access = (16..=23).contains(&kind);
        // Instantaneous refresh or a broken link: nothing before it counts.
        let restart = (16..=20).contains(&kind);
        let Some(first) = bits.bit() else { return Role::Unneeded };
        if !first {
            return Role::Slice(Slice { first, key: random_access, restart, order: 0 });
        }
        match self.low(&mut bits, kind, random_access) {
            Some((low, count)) => {
                let order = self.ordered(i64::from(low), 1 << count, kind, temporal);
                Role::Slice(Slice { first, key: random_access, restart, order })
            }
            None => Role::Unneeded,
        }
    }

    /// The low part of a picture's order and its bits, section 7.3.6.1.
    fn low(&self, bits: &mut Bits, kind: u8, random_access: bool) -> Option<(u32, u32)> {
        if random_access {
            bits.skip(1);
        }
        let picture = find(&self.pictures, bits.ue()?)?;
        let sequence = find(&self.sequences, picture.sps)?;
        if kind == 19 || kind == 20 {
            return Some((0, sequence.order_bits));
        }
        bits.skip(picture.extra_bits as usize);
        bits.ue()?;
        bits.skip(usize::from(picture.output_flag) + if sequence.separate_planes { 2 } else { 0 });
        Some((bits.number(sequence.order_bits)?, sequence.order_bits))
    }

    /// Picture order count, section 8.3.1.
    fn ordered(&mut self, low: i64, range: i64, kind: u8, temporal: u8) -> i64 {
        let (before_high, before_low) = self.order;
        let high = if (16..=20).contains(&kind) {
            0
        } else if low < before_low && before_low - low >= range / 2 {
            before_high.saturating_add(range)
        } else if low > before_low && low - before_low > range / 2 {
            before_high.saturating_sub(range)
        } else {
            before_high
        };
        // Leading pictures and those that no other refers to do not count.
        let counts = temporal == 1 && !(6..=9).contains(&kind) && !(kind < 16 && kind.is_multiple_of(2));
        if counts {
            self.order = (high, low);
        }
        high.saturating_add(low)
    }
}

/// Section 7.3.2.2.1, as far as it is needed.
fn sequence(payload: &[u8]) -> Option<(u32, Sequence)> {
    let mut bits = Bits::of(payload, PARAMETERS);
    bits.skip(4);
    let sub_layers = bits.number(3).filter(|count| *count < 7)?;
    let nested = bits.bit()?;
    let mut profile = [0; 12];
    for byte in &mut profile {
        *byte = bits.number(8)? as u8;
    }
    let mut further = 0;
    for _ in 0..sub_layers {
        further += if bits.bit()? { 88 } else { 0 };
        further += if bits.bit()? { 8 } else { 0 };
    }
    if sub_layers > 0 {
        bits.skip(2 * (8 - sub_layers as usize));
    }
    bits.skip(further);
    let id = bits.ue().filter(|id| *id < 16)?;
    let chroma = bits.ue().filter(|chroma| *chroma < 4)?;
    let separate_planes = chroma == 3 && bits.bit()?;
    bits.ue()?;
    bits.ue()?;
    if bits.bit()? {
        for _ in 0..4 {
            bits.ue()?;
        }
    }
    let (depth_luma, depth_chroma) = (bits.ue()?, bits.ue()?);
    let order_bits = bits.ue()?.checked_add(4).filter(|count| *count <= 16)?;
    let layers = sub_layers as u8 + 1;
    let read =
        Sequence { profile, layers, nested, chroma, depth_luma, depth_chroma, separate_planes, order_bits };
    Some((id, read))
}

/// Section 7.3.2.3.1, as far as it is needed.
fn picture(payload: &[u8]) -> Option<(u32, Picture)> {
    let mut bits = Bits::of(payload, HEAD);
    let id = bits.ue().filter(|id| *id < 64)?;
    let sps = bits.ue()?;
    bits.skip(1);
    Some((id, Picture { sps, output_flag: bits.bit()?, extra_bits: bits.number(3)? }))
}
