//! JPEG XL of the corpus: what is left of a JPEG file in it, of a stream that is cut, of one that is not wanted.

#![allow(clippy::expect_used)]

mod support;

use std::cell::Cell;

use viewer_core::codec::{self, DecodeError, Decoded, Fault, NeverStop, Stop, TransferSyntax, Warning};
use viewer_core::dicom::frames::FrameIndex;
use viewer_core::dicom::header::{PixelHeader, SampleKind};
use viewer_core::dicom::limits::Limits;
use viewer_core::dicom::{part10, read_header};
use viewer_core::frame::{ColourModel, Samples};

/// 1016 × 708, a cine of ultrasound, of JPEG files; so twelve groups a frame.
const CINE: &str = "conformance/ts/dcm4che/will-jxl.dcm";
const LOSSLESS: &str = "conformance/ts-made/jxl110_mr_u16_container.dcm";

/// The first frame of a file.
struct Coded {
    header: PixelHeader,
    syntax: TransferSyntax,
    bytes: Vec<u8>,
}

impl Coded {
    fn read(path: &str) -> Option<Self> {
        let file = std::fs::read(support::corpus()?.join(path)).expect("a file of the corpus");
        let limits = Limits::default();
        let file = part10::read(&file, &limits).expect("a DICOM file");
        let uid = file.frame_transfer_syntax();
        let header = read_header(&file.data, Some(uid), &limits).expect("a header").pixels;
        let syntax = TransferSyntax::from_uid(uid).expect("a transfer syntax");
        let frames = FrameIndex::new(&file, &header).expect("frames");
        let bytes = frames.frame(0).expect("a frame").of(&file.bytes).into_owned();
        Some(Self { header, syntax, bytes })
    }

    fn decode(&self) -> Decoded {
        self.decode_some(self.bytes.len(), &NeverStop).expect("a sound frame")
    }

    fn decode_some(&self, bytes: usize, stop: &dyn Stop) -> Result<Decoded, DecodeError> {
        codec::decode(&self.header, self.syntax, &self.bytes[..bytes], &Limits::default(), stop)
    }
}

fn bytes(decoded: &Decoded) -> &[u8] {
    let Samples::U8(values) = decoded.frame.samples() else { panic!("8 bits") };
    values
}

/// Samples of which the two differ by more than `by`.
fn apart(one: &[u8], other: &[u8], by: u8) -> usize {
    assert_eq!(one.len(), other.len());
    one.iter().zip(other).filter(|(a, b)| a.abs_diff(**b) > by).count()
}

/// Its Y, C_B and C_R come back as a JPEG decoder gives them, but for its rounding: that clamps to 8 bits before chroma is
/// interpolated, JPEG XL has floats up to the end.
#[test]
fn a_recompressed_jpeg_file_is_that_file() {
    let Some(jxl) = Coded::read("conformance/ts-made/jxl111_TestPattern_JPEG-Baseline_YBR422.dcm") else {
        return;
    };
    let jpeg =
        Coded::read("conformance/ts/testpattern/TestPattern_JPEG-Baseline_YBR422.dcm").expect("its source");
    let (jxl, jpeg) = (jxl.decode(), jpeg.decode());
    assert_eq!((jxl.frame.model(), jpeg.frame.model()), (ColourModel::YbrFull, ColourModel::YbrFull));
    assert!(jxl.lossy && jxl.warnings.is_empty(), "{:?}", jxl.warnings);
    let (one, other) = (bytes(&jxl), bytes(&jpeg));
    assert_eq!(apart(one, other, 4), 0);
    assert!(apart(one, other, 1) * 1000 < one.len(), "{}", apart(one, other, 1));
}

#[test]
fn the_beginning_of_a_stream_is_shown_and_said_to_be_that() {
    let Some(coded) = Coded::read(CINE) else { return };
    let whole = coded.decode();
    let length = coded.bytes.len();
    let mut shown = 0;
    for part in (0..16).map(|sixteenths| length * sixteenths / 16) {
        match coded.decode_some(part, &NeverStop) {
            Ok(some) => {
                assert!(!some.is_whole(), "{part}: {:?}", some.warnings);
                let missing = apart(bytes(&some), bytes(&whole), 48);
                assert!(missing * 4 < bytes(&whole).len(), "{part}: {missing}");
                shown += 1;
            }
            Err(error) => assert!(matches!(error.fault, Fault::Truncated { .. }), "{part}: {error}"),
        }
    }
    assert!(shown > 8, "only {shown} of 16");
}

#[test]
fn a_frame_can_be_given_up_at_every_group() {
    let Some(coded) = Coded::read(CINE) else { return };
    let stopped_after = |polls: u32| {
        let left = Cell::new(polls);
        let stop = || {
            let stopped = left.get() == 0;
            left.set(left.get().saturating_sub(1));
            stopped
        };
        matches!(coded.decode_some(coded.bytes.len(), &stop), Err(error) if error.fault == Fault::Stopped)
    };
    assert!((0..12).all(stopped_after));
    assert!(!stopped_after(1000));
}

#[test]
fn a_stream_of_another_size_than_its_header_is_refused() {
    for (rows, columns, attribute) in [(256, 255, "Columns"), (300, 256, "Rows"), (8, 8, "Columns")] {
        let Some(mut coded) = Coded::read(LOSSLESS) else { return };
        (coded.header.rows, coded.header.columns) = (rows, columns);
        let fault = coded.decode_some(coded.bytes.len(), &NeverStop).map(|_| ()).unwrap_err().fault;
        assert!(
            matches!(fault, Fault::Mismatch { attribute: found, stream: 256, .. } if found == attribute),
            "{fault}"
        );
    }
}

/// JPEG XL has no signed samples: the header says what the bits are.
#[test]
fn pixel_representation_is_the_headers() {
    let Some(mut coded) = Coded::read(LOSSLESS) else { return };
    let unsigned = coded.decode();
    coded.header.kind = SampleKind::Signed;
    (coded.header.bits_stored, coded.header.high_bit) = (10, 9);
    let signed = coded.decode();
    assert_eq!(
        (&unsigned.warnings[..], &signed.warnings[..]),
        (&[][..] as &[Warning], &[][..] as &[Warning])
    );
    let (Samples::U16(unsigned), Samples::I16(signed)) = (unsigned.frame.samples(), signed.frame.samples())
    else {
        panic!("16 bits")
    };
    let extend = |word: &u16| ((word << 6) as i16) >> 6;
    assert_eq!(unsigned.iter().map(extend).collect::<Vec<_>>(), *signed);
}
