//! MPEG-2 transport stream → the elementary stream of its first video, with the time stamps of its packets
//! (ISO/IEC 13818-1, sections 2.4.3 and 2.4.4).

use super::container::Packets;
use super::{Coding, VideoError};

/// Time stamps of a PES packet, in 1/90000 s.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    /// Where its payload begins in the elementary stream.
    pub(super) at: usize,
    /// When its first picture is shown.
    pub(super) pts: u64,
    /// When it is decoded.
    pub(super) dts: u64,
}

/// One packet that carries something.
struct Packet<'a> {
    pid: u16,
    begins: bool,
    payload: &'a [u8],
}

/// Stream types of table 2-34.
const AVC: u8 = 0x1B;
const HEVC: u8 = 0x24;

/// The elementary stream, its coding and its time stamps.
///
/// # Errors
/// No programme, or one without H.264 and H.265.
pub(super) fn read(bytes: &[u8], packets: Packets) -> Result<(Vec<u8>, Coding, Vec<Mark>), VideoError> {
    let (pid, coding) = video(bytes, packets)?;
    let mut stream = Vec::new();
    let mut marks = Vec::new();
    // What comes before the first beginning belongs to a packet that was not recorded.
    let mut begun = false;
    for packet in all(bytes, packets).filter(|packet| packet.pid == pid) {
        let mut payload = packet.payload;
        if packet.begins {
            let Some((mark, rest)) = pes(payload) else { continue };
            if let Some((pts, dts)) = mark {
                marks.push(Mark { at: stream.len(), pts, dts });
            }
            payload = rest;
            begun = true;
        }
        if begun {
            stream.extend_from_slice(payload);
        }
    }
    Ok((stream, coding, marks))
}

/// Packets with a payload, in order. One without its sync byte or marked as damaged is left out.
fn all(bytes: &[u8], packets: Packets) -> impl Iterator<Item = Packet<'_>> {
    let (stride, before) = packets.stride();
    bytes.chunks(stride).filter_map(move |chunk| {
        let packet = chunk.get(before..before + 188)?;
        let (head, rest) = packet.split_at_checked(4)?;
        let [0x47, high, low, control] = *head else { return None };
        let payload = match control >> 4 & 3 {
            1 => rest,
            3 => rest.get(1 + usize::from(*rest.first()?)..)?,
            _ => return None,
        };
        if high & 0x80 != 0 {
            return None;
        }
        let pid = u16::from(high & 0x1F) << 8 | u16::from(low);
        Some(Packet { pid, begins: high & 0x40 != 0, payload })
    })
}

/// The identifier and coding of the first video of the first programme.
fn video(bytes: &[u8], packets: Packets) -> Result<(u16, Coding), VideoError> {
    let mut map = None;
    let mut other = None;
    for packet in all(bytes, packets).filter(|packet| packet.begins) {
        if packet.pid == 0 && map.is_none() {
            map = section(packet.payload, 0).and_then(programme);
        } else if Some(packet.pid) == map {
            let Some(body) = section(packet.payload, 2) else { continue };
            match streams(body) {
                Ok(found) => return Ok(found),
                Err(first) => other = Some(first),
            }
        }
    }
    Err(other.flatten().map_or(VideoError::NoProgramme, VideoError::NoVideo))
}

/// What a section of this table holds between its header of eight bytes and its CRC. A section that goes on in another
/// packet is not read: maps of one or two streams are short.
fn section(payload: &[u8], table: u8) -> Option<&[u8]> {
    let section = payload.get(1 + usize::from(*payload.first()?)..)?;
    let [id, high, low, ..] = *section else { return None };
    let length = usize::from(high & 0x0F) << 8 | usize::from(low);
    if id != table {
        return None;
    }
    section.get(8..(3 + length).checked_sub(4)?)
}

/// The identifier of the first programme's map, section 2.4.4.3.
fn programme(body: &[u8]) -> Option<u16> {
    let mut rows = body.chunks_exact(4).filter(|row| row[0] != 0 || row[1] != 0);
    rows.next().map(|row| u16::from(row[2] & 0x1F) << 8 | u16::from(row[3]))
}

/// The first H.264 or H.265 stream of a map, section 2.4.4.8; else the type of its first stream.
fn streams(body: &[u8]) -> Result<(u16, Coding), Option<u8>> {
    let length = |high: u8, low: u8| usize::from(high & 0x0F) << 8 | usize::from(low);
    let [_, _, high, low, rest @ ..] = body else { return Err(None) };
    let mut rows = rest.get(length(*high, *low)..).unwrap_or_default();
    let first = rows.first().copied();
    while let [kind, high, low, info_high, info_low, rest @ ..] = rows {
        let pid = u16::from(high & 0x1F) << 8 | u16::from(*low);
        match *kind {
            AVC => return Ok((pid, Coding::Avc)),
            HEVC => return Ok((pid, Coding::Hevc)),
            _ => rows = rest.get(length(*info_high, *info_low)..).unwrap_or_default(),
        }
    }
    Err(first)
}

/// Presentation and decoding time stamp.
type Stamps = (u64, u64);

/// Time stamps and payload of a PES packet's first bytes, section 2.4.3.6.
fn pes(bytes: &[u8]) -> Option<(Option<Stamps>, &[u8])> {
    let [0, 0, 1, _, _, _, _, flags, length, rest @ ..] = bytes else { return None };
    let (head, payload) = rest.split_at_checked(usize::from(*length))?;
    let pts = (flags & 0x80 != 0).then(|| stamp(head.get(..5))).flatten();
    let dts = (flags & 0x40 != 0).then(|| stamp(head.get(5..10))).flatten();
    Some((pts.map(|pts| (pts, dts.unwrap_or(pts))), payload))
}

/// 33 bits with markers between.
fn stamp(bytes: Option<&[u8]>) -> Option<u64> {
    let [a, b, c, d, e] = *bytes? else { return None };
    let [a, b, c, d, e] = [a, b, c, d, e].map(u64::from);
    Some((a >> 1 & 7) << 30 | b << 22 | (c >> 1) << 15 | d << 7 | e >> 1)
}
