//! Prints what every frame of DICOM files decodes to, for comparison with other decoders.
//!
//! `cargo run --release -p viewer-core --example frame_hash -- FILE…` prints `PATH<TAB>FRAME<TAB>SHA256`, frames
//! counted from 1, or `PATH<TAB>error<TAB>REASON` and goes on, with the next frame where only one is damaged. The hash is that of the canonical form: samples
//! interleaved, little endian, in the container of Bits Allocated (one byte for one bit), masked to Bits Stored and
//! sign-extended, without rescale, window, palette or colour conversion.

use std::io::Write;
use std::path::Path;

use sha2::{Digest, Sha256};
use viewer_core::codec::{self, DecodeError, Decoded, Fault, NeverStop, TransferSyntax};
use viewer_core::dicom::frames::{FrameError, FrameIndex, align_bits};
use viewer_core::dicom::header::PixelHeader;
use viewer_core::dicom::limits::Limits;
use viewer_core::dicom::part10::{self, Part10};
use viewer_core::dicom::read_header;
use viewer_core::frame::Samples;

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    for path in std::env::args_os().skip(1) {
        let path = Path::new(&path);
        let name = one_line(&path.display().to_string());
        let mut print = |frame: &str, hash: &str| writeln!(out, "{name}\t{frame}\t{hash}");
        if let Err(reason) = hash_frames(path, &mut print) {
            writeln!(out, "{name}\terror\t{}", one_line(&reason.to_string()))?;
        }
    }
    Ok(())
}

fn hash_frames(
    path: &Path,
    print: &mut dyn FnMut(&str, &str) -> std::io::Result<()>,
) -> Result<(), Box<dyn std::error::Error>> {
    let limits = Limits::default();
    let bytes = std::fs::read(path)?;
    let file = part10::read(&bytes, &limits)?;
    let uid = file.frame_transfer_syntax();
    let header = read_header(&file.data, Some(uid), &limits)?;
    let syntax = TransferSyntax::from_uid(uid)
        .ok_or_else(|| format!("transfer syntax {uid} is unknown; convert the file to a known one"))?;
    let frames = FrameIndex::new(&file, &header.pixels)?;
    for index in 0..frames.len() {
        match decode(&file, &header.pixels, &frames, syntax, index, &limits) {
            Ok(decoded) => {
                for warning in &decoded.warnings {
                    eprintln!("{}: frame {}: {warning}", path.display(), index + 1);
                }
                print(&(index + 1).to_string(), &hash(decoded.frame.samples()))?;
            }
            Err(Problem::Decode(error)) if matches!(error.fault, Fault::Unsupported(_)) => {
                return Err(error.into());
            }
            Err(error) => print("error", &one_line(&format!("frame {}: {error}", index + 1)))?,
        }
    }
    Ok(())
}

#[derive(Debug, thiserror::Error)]
enum Problem {
    #[error(transparent)]
    Place(#[from] FrameError),
    #[error(transparent)]
    Decode(#[from] DecodeError),
}

fn decode(
    file: &Part10<'_>,
    header: &PixelHeader,
    frames: &FrameIndex,
    syntax: TransferSyntax,
    index: u32,
    limits: &Limits,
) -> Result<Decoded, Problem> {
    let place = frames.frame(index)?;
    let mut coded = place.of(&file.bytes);
    if place.bit_offset != 0 {
        let pixels = u64::from(header.rows) * u64::from(header.columns);
        coded = align_bits(&coded, place.bit_offset, pixels).into();
    }
    Ok(codec::decode(header, syntax, &coded, limits, &NeverStop)?)
}

fn hash(samples: &Samples) -> String {
    fn digest<T: Copy, const N: usize>(samples: &[T], bytes: impl Fn(T) -> [u8; N]) -> Sha256 {
        let mut hash = Sha256::new();
        for chunk in samples.chunks(1 << 14) {
            let block: Vec<u8> = chunk.iter().flat_map(|&sample| bytes(sample)).collect();
            hash.update(block);
        }
        hash
    }
    let hash = match samples {
        Samples::U8(v) => digest(v, u8::to_le_bytes),
        Samples::I8(v) => digest(v, i8::to_le_bytes),
        Samples::U16(v) => digest(v, u16::to_le_bytes),
        Samples::I16(v) => digest(v, i16::to_le_bytes),
        Samples::U32(v) => digest(v, u32::to_le_bytes),
        Samples::I32(v) => digest(v, i32::to_le_bytes),
        Samples::F32(v) => digest(v, f32::to_le_bytes),
        Samples::F64(v) => digest(v, f64::to_le_bytes),
    };
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Without what would break a line or a column.
fn one_line(text: &str) -> String {
    text.split(['\t', '\n', '\r']).collect::<Vec<_>>().join(" ")
}
