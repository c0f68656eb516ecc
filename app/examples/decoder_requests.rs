//! Prints what the page would ask a decoder for the first frame of DICOM files, whole and cut short, and what the native
//! decoder answers: for comparison with the decoders that browsers run (`tests/e2e/decoders.test.mjs`).
//!
//! `cargo run --release -p app --example decoder_requests -- FILE…` prints a line of JSON for each request: `name`,
//! `syntax` (a UID), `request` (a `ToWorker`), `bytes` (base64), `reply` (a `FromWorker` that says nothing of its heap) and, where there are
//! samples, `sha256` of them in little endian. Of lossy JPEG XL, whose coding is in floats, `samples` themselves (base64) are there,
//! too. Files without a picture are passed over.

use std::io::Write;
use std::path::Path;

use app::pack::pack;
use app::protocol::{FromWorker, ToWorker, WirePixels, serve};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use viewer_core::codec::{Family, TransferSyntax};
use viewer_core::dicom::frames::{FrameIndex, align_bits};
use viewer_core::dicom::limits::Limits;
use viewer_core::dicom::{part10, read_header};
use viewer_core::frame::Samples;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout().lock();
    for path in std::env::args_os().skip(1) {
        let path = Path::new(&path);
        let Some((request, bytes)) = read(&std::fs::read(path)?) else { continue };
        let ToWorker::Decode { transfer_syntax_uid, .. } = &request;
        let floats = TransferSyntax::from_uid(transfer_syntax_uid)
            .is_some_and(|syntax| syntax.family() == Family::JpegXl && syntax.lossy());
        for (what, length) in [("whole", bytes.len()), ("cut", bytes.len() * 3 / 5)] {
            let bytes = &bytes[..length];
            let (result, samples) = match serve(&request, bytes)? {
                Ok((picture, samples)) => (Ok(picture), Some(little_endian(&samples))),
                Err(failure) => (Err(failure), None),
            };
            let line = serde_json::json!({
                "name": format!("{} ({what})", path.display()),
                "syntax": transfer_syntax_uid,
                "request": pack(&request),
                "bytes": STANDARD.encode(bytes),
                "reply": pack(&FromWorker::Reply { id: 1, result, heap: 0 }),
                "sha256": samples.as_deref().map(digest),
                "samples": samples.filter(|_| floats).map(|samples| STANDARD.encode(samples)),
            });
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

/// The request for a file's first frame, and the bytes that go with it.
fn read(file: &[u8]) -> Option<(ToWorker, Vec<u8>)> {
    let limits = Limits::default();
    let file = part10::read(file, &limits).ok()?;
    let uid = file.frame_transfer_syntax();
    let header = read_header(&file.data, Some(uid), &limits).ok()?.pixels;
    let place = FrameIndex::new(&file, &header).and_then(|frames| frames.frame(0)).ok()?;
    let bytes = place.of(&file.bytes);
    let bytes = match place.bit_offset {
        0 => bytes.into_owned(),
        offset => align_bits(&bytes, offset, u64::from(header.rows) * u64::from(header.columns)),
    };
    let request = ToWorker::Decode {
        id: 1,
        transfer_syntax_uid: uid.to_owned(),
        pixels: WirePixels::from(&header),
        padding: None,
    };
    Some((request, bytes))
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn little_endian(samples: &Samples) -> Vec<u8> {
    macro_rules! bytes {
        ($values:expr) => {
            $values.iter().flat_map(|value| value.to_le_bytes()).collect()
        };
    }
    match samples {
        Samples::U8(v) => bytes!(v),
        Samples::I8(v) => bytes!(v),
        Samples::U16(v) => bytes!(v),
        Samples::I16(v) => bytes!(v),
        Samples::U32(v) => bytes!(v),
        Samples::I32(v) => bytes!(v),
        Samples::F32(v) => bytes!(v),
        Samples::F64(v) => bytes!(v),
    }
}
