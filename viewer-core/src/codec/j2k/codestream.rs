//! Codestream headers: ISO/IEC 15444-1 annex A; boxes: annex I.

use crate::codec::Fault;

const SIGNATURE_BOX: &[u8] = &[0, 0, 0, 12, b'j', b'P', b' ', b' '];
const START: &[u8] = &[0xff, 0x4f, 0xff, 0x51];

/// One component of SIZ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Component {
    pub(super) precision: u8,
    pub(super) signed: bool,
    /// XRsiz and YRsiz.
    pub(super) separation: [u8; 2],
}

/// What SIZ says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) columns: u32,
    pub(super) rows: u32,
    pub(super) tiles: u64,
    pub(super) components: Vec<Component>,
}

/// What one COD says of the sizes of things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Coding {
    pub(super) layers: u16,
    /// Whether the first three components went through RCT or ICT.
    pub(super) colour_transform: bool,
    /// Width and height of a code-block.
    pub(super) block: [u64; 2],
    /// Exponents of precinct width and height by resolution, lowest first.
    pub(super) precincts: Vec<[u8; 2]>,
}

/// The headers of a codestream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Headers {
    pub(super) size: Size,
    /// Main header first, then those of tiles.
    pub(super) codings: Vec<Coding>,
    /// Whether the last tile-part is longer than what is there.
    pub(super) truncated: bool,
}

/// The codestream itself, out of its JP2 boxes where it has them.
pub(super) fn find(bytes: &[u8]) -> Result<&[u8], Fault> {
    if bytes.starts_with(START) {
        return Ok(bytes);
    }
    let missing = || Fault::stream("no JPEG 2000 codestream begins here (SOC and SIZ are missing)");
    if !bytes.starts_with(SIGNATURE_BOX) {
        return Err(missing());
    }
    let mut rest = bytes;
    while let Some((head, after)) = rest.split_first_chunk::<8>() {
        let [length @ .., _, _, _, _] = *head;
        let (content, next) = match u32::from_be_bytes(length) {
            0 => (after, &[][..]),
            1 => {
                let long = after.split_first_chunk::<8>().ok_or_else(missing)?;
                let length = u64::from_be_bytes(*long.0).saturating_sub(16);
                split_at_most(long.1, length)
            }
            length => split_at_most(after, u64::from(length.saturating_sub(8))),
        };
        if head.ends_with(b"jp2c") && content.starts_with(START) {
            return Ok(content);
        }
        rest = next;
    }
    Err(missing())
}

fn split_at_most(bytes: &[u8], at: u64) -> (&[u8], &[u8]) {
    bytes.split_at(usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len()))
}

/// Reads the main header and walks the tile-parts.
pub(super) fn headers(codestream: &[u8]) -> Result<Headers, Fault> {
    let mut size = None;
    let mut codings = Vec::new();
    let mut position = 2;
    let mut tile_part_end = None;
    let mut truncated = true;
    while let Some((&[0xff, marker], rest)) =
        codestream.get(position..).and_then(|rest| rest.split_first_chunk())
    {
        match marker {
            // SOD: the tile-part's data run to its end; with Psot 0, to the end of the codestream.
            0x93 => match tile_part_end {
                None => {
                    truncated = false;
                    break;
                }
                Some(end) if end > codestream.len() => break,
                Some(end) if end <= position => {
                    return Err(Fault::stream("a tile-part is shorter than its own header"));
                }
                Some(end) => {
                    position = end;
                    continue;
                }
            },
            0xd9 => {
                truncated = false;
                break;
            }
            _ => {}
        }
        let Some(segment) =
            rest.first_chunk().and_then(|&length| rest.get(2..usize::from(u16::from_be_bytes(length))))
        else {
            break;
        };
        match marker {
            0x51 if size.is_none() => size = Some(read_size(segment)?),
            0x52 => codings.push(read_coding(segment)?),
            0x90 => {
                let &[_, _, a, b, c, d, ..] = segment else {
                    return Err(Fault::stream("SOT ends early"));
                };
                let length = u32::from_be_bytes([a, b, c, d]) as usize;
                tile_part_end = (length != 0).then_some(position.saturating_add(length));
            }
            _ => {}
        }
        position += 4 + segment.len();
    }
    // All tile-parts whole and only EOC missing: nothing of the picture is.
    truncated &= position < codestream.len() || tile_part_end != Some(codestream.len());
    match size {
        Some(size) if !codings.is_empty() => Ok(Headers { size, codings, truncated }),
        _ => Err(Fault::stream("SIZ or COD is missing")),
    }
}

/// A.5.1.
fn read_size(segment: &[u8]) -> Result<Size, Fault> {
    let damaged = || Fault::stream("SIZ is damaged");
    let (head, components) = segment.split_at_checked(36).ok_or_else(damaged)?;
    let (words, _) = head[2..34].as_chunks::<4>();
    let word = |index: usize| u32::from_be_bytes(words[index]);
    let [width, height, left, top] = std::array::from_fn(word);
    let [tile_width, tile_height, tile_left, tile_top] = std::array::from_fn(|index| word(index + 4));
    let inside = left < width && top < height && tile_left <= left && tile_top <= top;
    if !inside || tile_width == 0 || tile_height == 0 {
        return Err(damaged());
    }
    let across = u64::from((width - tile_left).div_ceil(tile_width));
    let down = u64::from((height - tile_top).div_ceil(tile_height));
    let (components, _) = components.as_chunks::<3>();
    if components.len() != usize::from(u16::from_be_bytes([head[34], head[35]])) {
        return Err(damaged());
    }
    let components = components
        .iter()
        .map(|&[bits, x, y]| Component {
            precision: (bits & 0x7f) + 1,
            signed: bits & 0x80 != 0,
            separation: [x, y],
        })
        .collect();
    Ok(Size { columns: width - left, rows: height - top, tiles: across * down, components })
}

/// A.6.1.
fn read_coding(segment: &[u8]) -> Result<Coding, Fault> {
    let &[style, _, layers_high, layers_low, transform, levels, width, height, _, _, ref precincts @ ..] =
        segment
    else {
        return Err(Fault::stream("COD ends early"));
    };
    let resolutions = usize::from(levels) + 1;
    if levels > 32 || width > 8 || height > 8 || (style & 1 != 0 && precincts.len() < resolutions) {
        return Err(Fault::stream("COD is damaged"));
    }
    let precincts = if style & 1 == 0 {
        vec![[15, 15]; resolutions]
    } else {
        precincts[..resolutions].iter().map(|&size| [size & 15, size >> 4]).collect()
    };
    Ok(Coding {
        layers: u16::from_be_bytes([layers_high, layers_low]),
        colour_transform: transform != 0,
        block: [4 << width, 4 << height],
        precincts,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tile_part_that_ends_in_its_header_is_refused() {
        let mut stream = START.to_vec();
        stream.extend([0, 41, 0, 0]);
        stream.extend([0, 0, 0, 8].repeat(2));
        stream.extend([0; 8]);
        stream.extend([0, 0, 0, 8].repeat(2));
        stream.extend([0; 8]);
        stream.extend([0, 1, 7, 1, 1]);
        stream.extend([0xff, 0x52, 0, 12, 0, 0, 0, 1, 0, 1, 4, 4, 0, 1]);
        let start_of_tile = stream.len();
        stream.extend([0xff, 0x90, 0, 10, 0, 0, 0, 0, 0, 12, 0, 1, 0xff, 0x93, 0xff, 0xd9]);
        assert!(headers(&stream).is_err());
        stream[start_of_tile + 9] = 14;
        assert!(!headers(&stream).unwrap().truncated);
        stream[start_of_tile + 9] = 99;
        assert!(headers(&stream).unwrap().truncated);
    }

    #[test]
    fn boxes_are_walked_to_the_codestream() {
        let mut bytes = SIGNATURE_BOX.to_vec();
        bytes.extend([0x0d, 0x0a, 0x87, 0x0a, 0, 0, 0, 9, b'x', b'x', b'x', b'x', 7, 0, 0, 0, 0]);
        bytes.extend(b"jp2c");
        bytes.extend(START);
        assert_eq!(find(&bytes).unwrap(), START);
        assert!(find(&bytes[..bytes.len() - 5]).is_err());
    }
}
