//! Marker segments → parameters: ISO/IEC 15444-1 annex A. Each function is given what follows the segment's length.

use super::params::{BlockStyle, Change, Coding, Component, Kinds, Progression, Quantisation, Size, Style};
use crate::codec::Fault;

fn damaged(marker: &str) -> Fault {
    Fault::stream(format!("{marker} is damaged"))
}

/// SIZ, A.5.1.
pub(super) fn size(segment: &[u8]) -> Result<Size, Fault> {
    let (head, components) = segment.split_at_checked(36).ok_or_else(|| damaged("SIZ"))?;
    let (words, _) = head[2..34].as_chunks::<4>();
    let word = |index: usize| u32::from_be_bytes(words[index]);
    let pair = |index: usize| [word(index), word(index + 1)];
    let (end, start, tile, tile_start) = (pair(0), pair(2), pair(4), pair(6));
    let inside = [0, 1].iter().all(|&axis| {
        let first_tile_end = u64::from(tile_start[axis]) + u64::from(tile[axis]);
        start[axis] < end[axis]
            && end[axis] <= i32::MAX as u32
            && tile_start[axis] <= start[axis]
            && first_tile_end > u64::from(start[axis])
    });
    let (components, _) = components.as_chunks::<3>();
    if !inside
        || components.is_empty()
        || components.iter().any(|&[_, x, y]| x == 0 || y == 0)
        || components.len() != usize::from(u16::from_be_bytes([head[34], head[35]]))
    {
        return Err(damaged("SIZ"));
    }
    let component = |&[bits, x, y]: &[u8; 3]| Component {
        precision: (bits & 0x7f) + 1,
        signed: bits & 0x80 != 0,
        separation: [x, y],
    };
    Ok(Size { start, end, tile, tile_start, components: components.iter().map(component).collect() })
}

fn progression(code: u8) -> Option<Progression> {
    use Progression::{CPRL, LRCP, PCRL, RLCP, RPCL};
    [LRCP, RLCP, RPCL, PCRL, CPRL].get(usize::from(code)).copied()
}

/// COD, A.6.1.
pub(super) fn coding_default(segment: &[u8]) -> Result<(Style, Coding), Fault> {
    let &[scod, order, layers_high, layers_low, transform, ref rest @ ..] = segment else {
        return Err(damaged("COD"));
    };
    let layers = u16::from_be_bytes([layers_high, layers_low]);
    let order = progression(order).filter(|_| layers > 0).ok_or_else(|| damaged("COD"))?;
    let style = Style { progression: order, layers, colour_transform: transform != 0 };
    Ok((style, coding("COD", scod & 1 != 0, rest)?))
}

/// COC, A.6.2: the component and what holds for it.
pub(super) fn coding_component(segment: &[u8], components: usize) -> Result<(usize, Coding), Fault> {
    let (component, rest) = component("COC", segment, components)?;
    let (&style, rest) = rest.split_first().ok_or_else(|| damaged("COC"))?;
    Ok((component, coding("COC", style & 1 != 0, rest)?))
}

/// SPcod and SPcoc: table A.20.
fn coding(marker: &str, own_precincts: bool, segment: &[u8]) -> Result<Coding, Fault> {
    let &[levels, width, height, style, transform, ref precincts @ ..] = segment else {
        return Err(damaged(marker));
    };
    let resolutions = usize::from(levels) + 1;
    if levels > 32 || width > 8 || height > 8 || width + height > 8 {
        return Err(damaged(marker));
    }
    let precincts: Vec<[u8; 2]> = if own_precincts {
        let sizes = precincts.get(..resolutions).ok_or_else(|| damaged(marker))?;
        sizes.iter().map(|&size| [size & 15, size >> 4]).collect()
    } else {
        vec![[15, 15]; resolutions]
    };
    // Above the lowest resolution a precinct's bands are half its size, which may not be less than one sample.
    if precincts.iter().skip(1).any(|exponents| exponents.contains(&0)) {
        return Err(damaged(marker));
    }
    let kinds = match style & 0xc0 {
        0 => Kinds::Arithmetic,
        0x40 => Kinds::HighThroughput,
        0xc0 => Kinds::Both,
        _ => return Err(damaged(marker)),
    };
    // Lengths of a block whose kind is not known yet are read as those of one segment.
    if kinds == Kinds::Both && style & 5 != 0 {
        let what =
            "JPEG 2000 with both kinds of code-blocks in one component and several segments in a block";
        return Err(Fault::Unsupported(what.into()));
    }
    let style = BlockStyle {
        bypass: style & 1 != 0,
        reset: style & 2 != 0,
        terminate_all: style & 4 != 0,
        causal: style & 8 != 0,
        segmentation: style & 32 != 0,
        kinds,
    };
    let reversible = match transform {
        0 => false,
        1 => true,
        other => return Err(Fault::Unsupported(format!("JPEG 2000 with wavelet {other}"))),
    };
    Ok(Coding { levels, block: [width + 2, height + 2], style, reversible, precincts })
}

/// The component that COC, QCC or RGN is about.
fn component<'b>(marker: &str, segment: &'b [u8], components: usize) -> Result<(usize, &'b [u8]), Fault> {
    let (index, rest) = match segment {
        [index, rest @ ..] if components < 257 => (usize::from(*index), rest),
        [high, low, rest @ ..] => (usize::from(u16::from_be_bytes([*high, *low])), rest),
        _ => return Err(damaged(marker)),
    };
    if index >= components {
        return Err(Fault::stream(format!("{marker} is about component {index} of {components}")));
    }
    Ok((index, rest))
}

/// QCD, A.6.4, and what follows the component in QCC.
pub(super) fn quantisation(segment: &[u8]) -> Result<Quantisation, Fault> {
    let (&style, rest) = segment.split_first().ok_or_else(|| damaged("QCD"))?;
    let steps: Vec<(u8, u16)> = match style & 31 {
        0 => rest.iter().map(|&step| (step >> 3, 0)).collect(),
        1 | 2 => {
            let (words, _) = rest.as_chunks::<2>();
            let words = words.iter().map(|&word| u16::from_be_bytes(word));
            words.map(|word| ((word >> 11) as u8, word & 0x7ff)).collect()
        }
        _ => return Err(damaged("QCD")),
    };
    if steps.is_empty() {
        return Err(damaged("QCD"));
    }
    Ok(Quantisation { guard_bits: style >> 5, derived: style & 31 == 1, steps })
}

/// QCC, A.6.5.
pub(super) fn quantisation_component(
    segment: &[u8],
    components: usize,
) -> Result<(usize, Quantisation), Fault> {
    let (component, rest) = component("QCC", segment, components)?;
    Ok((component, quantisation(rest)?))
}

/// RGN, A.6.3: the component and its shift.
pub(super) fn region(segment: &[u8], components: usize) -> Result<(usize, u8), Fault> {
    match component("RGN", segment, components)? {
        (component, &[0, shift, ..]) => Ok((component, shift)),
        _ => Err(damaged("RGN")),
    }
}

/// POC, A.6.6.
pub(super) fn changes(segment: &[u8], components: usize) -> Result<Vec<Change>, Fault> {
    let mut rest = segment;
    let mut changes = Vec::new();
    while !rest.is_empty() {
        let wide = components >= 257;
        let (change, next) = match rest {
            [from, c0, l1, l0, to, c1, order, next @ ..] if !wide => {
                ((*from, u16::from(*c0), [*l1, *l0], *to, u16::from(*c1), *order), next)
            }
            [from, c01, c00, l1, l0, to, c11, c10, order, next @ ..] if wide => {
                let word = |high: &u8, low: &u8| u16::from_be_bytes([*high, *low]);
                ((*from, word(c01, c00), [*l1, *l0], *to, word(c11, c10), *order), next)
            }
            _ => return Err(damaged("POC")),
        };
        let (from, first, layers, to, last, order) = change;
        changes.push(Change {
            progression: progression(order).ok_or_else(|| damaged("POC"))?,
            resolutions: [from, to],
            // In one byte, 0 stands for 256.
            components: [first, if last == 0 { 256 } else { last }],
            layers: u16::from_be_bytes(layers),
        });
        rest = next;
    }
    Ok(changes)
}
