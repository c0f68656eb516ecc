//! A frame's bytes: one read at an offset for each piece.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use super::buffers::Buffers;
use super::place::Place;
use crate::source::{EncodedFrame, SourceError};

/// Entity tag of a stored object or a frame of it: the hash of the file says all there is.
pub fn etag(sha256: &str, frame: Option<u32>) -> String {
    let hash = sha256.get(..32).unwrap_or(sha256);
    match frame {
        Some(number) => format!("\"{hash}-{number}\""),
        None => format!("\"{hash}\""),
    }
}

/// Reads a frame, from the disk if need be.
///
/// # Errors
/// `Storage` where the file is gone or shorter than it was.
pub fn waiting(place: &Place, buffers: &Buffers) -> Result<EncodedFrame, SourceError> {
    let read = |mut file: &File, part: &mut [u8], offset| {
        file.seek(SeekFrom::Start(offset))?;
        file.read_exact(part)
    };
    frame(place, buffers, read).map_err(|error| {
        SourceError::Storage(match error.kind() {
            io::ErrorKind::UnexpectedEof => "a stored file is shorter than the index says".into(),
            _ => format!("a stored file: {error}"),
        })
    })
}

/// Reads a frame whose bytes the system has in memory; `None` where the disk would have to be waited for, where the
/// system cannot say, and where something is wrong: then [`waiting`] says what.
pub fn at_once(place: &Place, buffers: &Buffers) -> Option<EncodedFrame> {
    frame(place, buffers, read_cached).ok()
}

/// Reads all of `part` without waiting for the disk (RWF_NOWAIT).
#[cfg(target_os = "linux")]
fn read_cached(file: &File, part: &mut [u8], offset: u64) -> io::Result<()> {
    use rustix::io::{ReadWriteFlags, preadv2};
    let wanted = part.len();
    let read = preadv2(file, &mut [io::IoSliceMut::new(part)], offset, ReadWriteFlags::NOWAIT)?;
    if read == wanted { Ok(()) } else { Err(io::ErrorKind::WouldBlock.into()) }
}

#[cfg(not(target_os = "linux"))]
fn read_cached(_file: &File, _part: &mut [u8], _offset: u64) -> io::Result<()> {
    Err(io::ErrorKind::WouldBlock.into())
}

/// Reads the pieces one behind the other; `read` fills all of the slice from an offset or fails.
fn frame(
    place: &Place,
    buffers: &Buffers,
    read: impl Fn(&File, &mut [u8], u64) -> io::Result<()>,
) -> io::Result<EncodedFrame> {
    let file = File::open(&place.path)?;
    let mut buffer = buffers.take(place.length());
    let mut rest = buffer.bytes_mut();
    for piece in &place.pieces {
        let (part, others) = rest.split_at_mut(piece.length);
        read(&file, part, piece.offset)?;
        rest = others;
    }
    if !place.frame_bits.is_multiple_of(8) {
        let shift = place.pieces.first().map_or(0, |piece| piece.shift);
        let whole = align_bits(buffer.bytes_mut(), shift, place.frame_bits);
        buffer.truncate(whole);
    }
    Ok(EncodedFrame {
        transfer_syntax_uid: place.syntax.clone(),
        bytes: buffer.freeze(),
        etag: place.etag.clone(),
    })
}

/// One-bit frames follow each other without padding (PS3.5 section 8.1.1): moves the frame's first bit to bit 0 of
/// its first byte and clears what lies behind its last. Gives the bytes that the frame takes then.
fn align_bits(bytes: &mut [u8], shift: u8, frame_bits: u64) -> usize {
    if shift > 0 {
        for at in 0..bytes.len() {
            let next = bytes.get(at + 1).copied().unwrap_or(0);
            bytes[at] = bytes[at] >> shift | next << (8 - shift);
        }
    }
    let whole = usize::try_from(frame_bits.div_ceil(8)).unwrap_or(usize::MAX).min(bytes.len());
    if let Some(last) = bytes[..whole].last_mut() {
        *last &= 0xFF >> (8 - frame_bits % 8);
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::align_bits;

    #[test]
    fn second_frame_of_three_times_three_bits() {
        // Two frames of 9 bits: 1 0101 0101 after 0 1111 0000.
        let all: u32 = 0b1_0101_0101 << 9 | 0b0_1111_0000;
        let stored = all.to_le_bytes();
        let mut second = stored[1..3].to_vec();
        assert_eq!(align_bits(&mut second, 1, 9), 2);
        assert_eq!(second, [0b0101_0101, 0b1]);
        let mut first = stored[0..2].to_vec();
        assert_eq!(align_bits(&mut first, 0, 9), 2);
        assert_eq!(first, [0b1111_0000, 0b0]);
    }
}
