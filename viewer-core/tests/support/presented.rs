//! A frame with what lies over it, drawn by the CPU reference, and by DCMTK under a presentation state.

#![allow(clippy::expect_used, dead_code, unreachable_pub)]

use std::path::Path;
use std::process::Command;

use super::drawn::Pnm;
use viewer_core::codec::{self, NeverStop, TransferSyntax};
use viewer_core::dicom::dataset::DataSet;
use viewer_core::dicom::frames::FrameIndex;
use viewer_core::dicom::header::InstanceHeader;
use viewer_core::dicom::limits::Limits;
use viewer_core::dicom::{part10, read_header};
use viewer_core::frame::Frame;
use viewer_core::geometry::{Fit, ImageShape, Placement, ViewTransform};
use viewer_core::lut::draw::{DrawOptions, draw_view};
use viewer_core::lut::{Pipeline, PixelFacts, VoiChoice};
use viewer_core::presentation::{
    AppliedState, Drawing, Framing, NativeBytes, Overlay, PresentationState, Shutter, overlay, paint, shutter,
};

/// One frame of an uncompressed file, and all that its file says.
pub struct Image {
    pub header: InstanceHeader,
    pub frame: Frame,
    pub native: Vec<u8>,
    pub big_endian: bool,
    pub overlays: Vec<Overlay>,
    pub shutter: Option<Shutter>,
    pub index: u32,
}

/// Runs a closure over the data set of a file.
pub fn with_data<T>(path: &Path, take: impl FnOnce(&DataSet<'_>) -> T) -> T {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    take(&part10::read(&bytes, &Limits::default()).expect("DICOM").data)
}

/// A presentation state.
pub fn state(path: &Path) -> PresentationState {
    with_data(path, |data| PresentationState::read(data, &Limits::default()).expect("a presentation state"))
}

impl Image {
    /// A frame, from 0.
    pub fn open(path: &Path, index: u32) -> Self {
        let limits = Limits::default();
        let bytes = std::fs::read(path).expect("a file");
        let file = part10::read(&bytes, &limits).expect("DICOM");
        let uid = file.frame_transfer_syntax();
        let header = read_header(&file.data, Some(uid), &limits).expect("a header");
        let place = FrameIndex::new(&file, &header.pixels).and_then(|frames| frames.frame(index));
        let native = place.expect("a frame").of(&file.bytes).into_owned();
        let syntax = TransferSyntax::from_uid(uid).expect("a transfer syntax");
        let frame =
            codec::decode(&header.pixels, syntax, &native, &limits, &NeverStop).expect("pixels").frame;
        let mut findings = Vec::new();
        let overlays = overlay::read(&file.data, &limits, &mut findings);
        let shutter = shutter::read(&file.data, &overlays, &mut findings);
        assert_eq!(findings, []);
        let big_endian = uid == "1.2.840.10008.1.2.2";
        Self { header, frame, native, big_endian, overlays, shutter, index }
    }

    fn native(&self) -> NativeBytes<'_> {
        NativeBytes { header: &self.header.pixels, bytes: &self.native, big_endian: self.big_endian }
    }

    fn shape(&self) -> ImageShape {
        let spacing = &self.header.frame(self.index).expect("a frame").spacing;
        let square = ImageShape::new(self.frame.columns(), self.frame.rows(), spacing);
        // DCMTK's pictures have a pixel for every pixel.
        ImageShape { pixel_aspect: 1.0, ..square }
    }

    /// With the file's own overlays and shutter, those of `groups` if any are named.
    pub fn plain(&self, voi: VoiChoice, groups: &[u16]) -> Vec<u8> {
        let wanted: Vec<Overlay> =
            self.overlays.iter().filter(|o| groups.contains(&o.group)).cloned().collect();
        let overlays = if groups.is_empty() { &self.overlays } else { &wanted };
        let (shape, native) = (self.shape(), Some(self.native()));
        let drawing = Drawing::of_image(self.shutter.as_ref(), overlays, self.index, native, &shape);
        assert_eq!(drawing.findings, []);
        let display = &self.header.frame(self.index).expect("a frame").display;
        let facts = PixelFacts::new(&self.header.pixels, self.frame.model());
        let pipeline = Pipeline::new(display, facts, voi, false).expect("a pipeline");
        self.draw(&pipeline, &drawing, &ViewTransform { fit: Fit::OneToOne, ..ViewTransform::default() })
    }

    /// Under a state, the whole image at one pixel a pixel.
    pub fn under(&self, state: &AppliedState) -> Vec<u8> {
        let (display, voi) =
            state.display(&self.header.frame(self.index).expect("a frame").display, &self.header.pixels);
        let facts = PixelFacts::new(&self.header.pixels, self.frame.model());
        let voi = voi.expect("a grey state");
        let pipeline = Pipeline::new(&display, facts, voi, false).expect("a pipeline");
        let shape = self.shape();
        let drawing = Drawing::of_state(state, &self.overlays, self.index, Some(self.native()), &shape);
        let whole = Framing { area: None, ..state.framing() };
        let turned = whole.view(shape, [64.0, 64.0], None);
        self.draw(
            &pipeline,
            &drawing,
            &ViewTransform { fit: Fit::OneToOne, zoom: 1.0, pan: [0.0; 2], ..turned },
        )
    }

    fn draw(&self, pipeline: &Pipeline, drawing: &Drawing, view: &ViewTransform) -> Vec<u8> {
        let (mut width, mut height) = (self.frame.columns(), self.frame.rows());
        if view.is_turned_sideways() {
            (width, height) = (height, width);
        }
        let placement = Placement::new(view, self.shape(), [f64::from(width), f64::from(height)]);
        let mut out = vec![0; width as usize * height as usize * 4];
        let options = DrawOptions { width, height, sharp_from: None };
        draw_view(&self.frame, pipeline, &placement, options, &mut out).expect("a picture");
        paint::paint(drawing, &placement, [width, height], &mut out).expect("a picture");
        out
    }
}

/// What DCMTK's dcmp2pgm makes of an image, a state and a frame from 0: P-values of 8 bits, overlays included.
pub fn dcmp2pgm(image: &Path, state: &Path, frame: u32) -> Option<Pnm> {
    let mut command = Command::new("dcmp2pgm");
    let out = state.with_extension(format!("{frame}.pgm"));
    command.arg("-p").arg(state).args(["-f", &(frame + 1).to_string()]).arg(image).arg(&out);
    let ran = command.output().ok()?;
    let pnm = std::fs::read(&out).ok().and_then(|bytes| Pnm::read(&bytes));
    let _ = std::fs::remove_file(&out);
    assert!(pnm.is_some(), "dcmp2pgm: {}", String::from_utf8_lossy(&ran.stderr));
    pnm
}
