//! One frame to decode.

use js_sys::{Int8Array, Int16Array, Uint8Array, Uint16Array};
use viewer_core::codec::{self, NeverStop, TransferSyntax};
use viewer_core::dicom::frames::FrameIndex;
use viewer_core::dicom::header::{DisplayHeader, Photometric, PixelHeader, SampleKind};
use viewer_core::dicom::limits::Limits;
use viewer_core::dicom::{part10, read_header};
use viewer_core::frame::{Frame, Samples};
use viewer_core::lut::{Pipeline, PixelFacts, VoiChoice, render_rgba};
use wasm_bindgen::prelude::*;

/// Any window will do for colour, which has none.
const NO_WINDOW: VoiChoice = VoiChoice::Auto { min: 0.0, max: 255.0 };

/// By place in a description.
const PHOTOMETRIC: [Photometric; 8] = [
    Photometric::Monochrome1,
    Photometric::Monochrome2,
    Photometric::Rgb,
    Photometric::YbrFull,
    Photometric::YbrFull422,
    Photometric::YbrRct,
    Photometric::YbrIct,
    Photometric::PaletteColor,
];

/// The first frame of a DICOM file, or a picture like it.
#[wasm_bindgen]
pub struct Picture {
    header: PixelHeader,
    syntax: TransferSyntax,
    coded: Vec<u8>,
}

#[wasm_bindgen]
impl Picture {
    /// Reads a DICOM file.
    ///
    /// # Errors
    /// When it cannot be read or has no frame.
    #[wasm_bindgen(constructor)]
    pub fn new(file: &[u8]) -> Result<Picture, JsError> {
        let limits = Limits::default();
        let file = part10::read(file, &limits)?;
        let uid = file.frame_transfer_syntax();
        let header = read_header(&file.data, Some(uid), &limits)?.pixels;
        let syntax = TransferSyntax::from_uid(uid).ok_or_else(|| JsError::new("unknown transfer syntax"))?;
        let place = FrameIndex::new(&file, &header)?.frame(0)?;
        Ok(Self { header, syntax, coded: place.of(&file.bytes).into_owned() })
    }

    /// From another instance's [`Self::description`], for one in another transfer syntax. `bits` 8: bytes without a sign.
    /// It holds nothing but these numbers, so that memory can be measured.
    ///
    /// # Errors
    /// When there is no such transfer syntax or photometric interpretation.
    pub fn described(description: &[u32], uid: &str, bits: u8) -> Result<Picture, JsError> {
        let unknown = || JsError::new("not a description");
        let &[rows, columns, samples, photometric, planar, allocated, stored, high, signed] = description
        else {
            return Err(unknown());
        };
        let narrow = bits == 8;
        let header = PixelHeader {
            rows,
            columns,
            samples_per_pixel: samples as u8,
            photometric: *PHOTOMETRIC.get(photometric as usize).ok_or_else(unknown)?,
            planar: planar == 1,
            bits_allocated: if narrow { 8 } else { allocated as u8 },
            bits_stored: if narrow { 8 } else { stored as u8 },
            high_bit: if narrow { 7 } else { high as u8 },
            kind: if signed == 1 && !narrow { SampleKind::Signed } else { SampleKind::Unsigned },
            frames: 1,
        };
        let syntax = TransferSyntax::from_uid(uid).ok_or_else(unknown)?;
        Ok(Self { header, syntax, coded: Vec::new() })
    }

    /// What [`Self::described`] takes.
    #[wasm_bindgen(getter)]
    pub fn description(&self) -> Vec<u32> {
        let PixelHeader { rows, columns, samples_per_pixel, photometric, .. } = self.header;
        let photometric = PHOTOMETRIC.iter().position(|one| *one == photometric).unwrap_or_default();
        let PixelHeader { planar, bits_allocated, bits_stored, high_bit, kind, .. } = self.header;
        let signed = kind == SampleKind::Signed;
        let small = [bits_allocated, bits_stored, high_bit].map(u32::from);
        let [allocated, stored, high] = small;
        let samples = samples_per_pixel.into();
        vec![
            rows,
            columns,
            samples,
            photometric as u32,
            planar.into(),
            allocated,
            stored,
            high,
            signed.into(),
        ]
    }

    /// Transfer Syntax UID.
    #[wasm_bindgen(getter)]
    pub fn uid(&self) -> String {
        self.syntax.uid().to_owned()
    }

    /// The frame's bytes as they are stored.
    #[wasm_bindgen(getter)]
    pub fn coded(&self) -> Vec<u8> {
        self.coded.clone()
    }

    /// Rows.
    #[wasm_bindgen(getter)]
    pub fn rows(&self) -> u32 {
        self.header.rows
    }

    /// Columns.
    #[wasm_bindgen(getter)]
    pub fn columns(&self) -> u32 {
        self.header.columns
    }

    /// Samples per Pixel.
    #[wasm_bindgen(getter)]
    pub fn components(&self) -> u8 {
        self.header.samples_per_pixel
    }

    /// Bits Allocated.
    #[wasm_bindgen(getter, js_name = bitsAllocated)]
    pub fn bits_allocated(&self) -> u8 {
        self.header.bits_allocated
    }

    /// Bits Stored.
    #[wasm_bindgen(getter, js_name = bitsStored)]
    pub fn bits_stored(&self) -> u8 {
        self.header.bits_stored
    }

    /// Pixel Representation is 1.
    #[wasm_bindgen(getter)]
    pub fn signed(&self) -> bool {
        self.header.kind == SampleKind::Signed
    }

    /// Decodes `coded` and copies the samples out, as the decoder of the browser build does.
    ///
    /// # Errors
    /// When it cannot be decoded.
    pub fn decode(&self, coded: &[u8]) -> Result<JsValue, JsError> {
        Ok(match self.frame(coded)?.samples() {
            Samples::U8(v) => Uint8Array::from(&v[..]).into(),
            Samples::I8(v) => Int8Array::from(&v[..]).into(),
            Samples::U16(v) => Uint16Array::from(&v[..]).into(),
            Samples::I16(v) => Int16Array::from(&v[..]).into(),
            _ => return Err(JsError::new("samples of more than 16 bits are not measured")),
        })
    }

    /// Decodes `coded` and draws it: red, green, blue, 255. For codings whose other decoders convert colours.
    ///
    /// # Errors
    /// When it cannot be decoded or drawn.
    #[wasm_bindgen(js_name = decodeColour)]
    pub fn decode_colour(&self, coded: &[u8]) -> Result<Uint8Array, JsError> {
        let frame = self.frame(coded)?;
        let facts = PixelFacts::new(&self.header, frame.model());
        let pipeline = Pipeline::new(&DisplayHeader::default(), facts, NO_WINDOW, false)?;
        let mut out = vec![0; frame.rows() as usize * frame.columns() as usize * 4];
        render_rgba(&frame, &pipeline, &mut out)?;
        Ok(Uint8Array::from(&out[..]))
    }

    fn frame(&self, coded: &[u8]) -> Result<Frame, JsError> {
        Ok(codec::decode(&self.header, self.syntax, coded, &Limits::default(), &NeverStop)?.frame)
    }
}

/// Size of this module's memory: what decoding has made it grow to is what decoding takes.
#[wasm_bindgen(js_name = heapBytes)]
pub fn heap_bytes() -> f64 {
    core::arch::wasm32::memory_size::<0>() as f64 * 65536.0
}
