//! One DICOM file → what the index keeps of it.

use serde_json::Value;
use thiserror::Error;
use viewer_core::dicom::dataset::{DataSet, Element};
use viewer_core::dicom::error::DicomError;
use viewer_core::dicom::frames::{FrameIndex, frame_bits};
use viewer_core::dicom::header::InstanceHeader;
use viewer_core::dicom::json::{self, Bulk, WriteOptions};
use viewer_core::dicom::limits::Limits;
use viewer_core::dicom::part10::{self, Part10, PixelLayout};
use viewer_core::dicom::vr::Vr;
use viewer_core::dicom::{is_viewer_tag, read_header, tag, uid};
use viewer_core::lut::presets::file_voi;

use super::levels;
use crate::source::{Detail, JsonDataset};

/// Bytes of a binary value that is still written into full metadata.
const INLINE: usize = 1024;

/// A file that cannot be kept.
#[derive(Debug, Error)]
pub enum RecordError {
    /// Not readable as DICOM.
    #[error(transparent)]
    Dicom(#[from] DicomError),
    /// A DICOMDIR: lists other files, is none to keep.
    #[error("this is a DICOMDIR")]
    Directory,
    /// Nested deeper than metadata can say.
    #[error("sequences are nested too deep for DICOM JSON")]
    Nested,
    /// One of the identifying UIDs is missing or not a UID.
    #[error("{0} is missing or not a UID; the object cannot be told from others")]
    NoUid(&'static str),
}

/// Where a piece of a frame lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FramePiece {
    /// Frame, counted from 1.
    pub number: u32,
    /// Piece of that frame, counted from 0.
    pub part: u32,
    /// First byte in the file, or in the inflated data set of a deflated one.
    pub offset: u64,
    /// Bytes.
    pub length: u64,
    /// Bits to skip in the first byte.
    pub shift: u8,
}

/// What an instance with pictures has besides.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pictures {
    /// Rows, columns, frames; 0 for an object without pictures.
    pub rows: u32,
    /// Columns (0028,0011).
    pub columns: u32,
    /// Number of Frames (0028,0008).
    pub frames: u32,
    /// Bits of a native frame; a multiple of 8 for encapsulated ones.
    pub frame_bits: u64,
    /// Where they are; frames that the file lost are not listed.
    pub pieces: Vec<FramePiece>,
    /// Along the normal of the plane, mm; of the first frame.
    pub position: Option<f64>,
    /// Window that the middle frame opens with.
    pub window: Option<(f64, f64)>,
    /// A localizer, a screenshot or the like: shown after the real images.
    pub secondary: u8,
}

/// What the index keeps of a file.
#[derive(Debug, Clone)]
pub struct Record {
    /// Study, series and SOP Instance UID.
    pub uids: [String; 3],
    /// SOP Class UID.
    pub class: String,
    /// Transfer syntax of the file.
    pub syntax: String,
    /// Transfer syntax of its frames as they are given out.
    pub frame_syntax: String,
    /// The inflated data set, for deflated files.
    pub inflated: Option<Vec<u8>>,
    /// Data set, all of it, as JSON.
    pub metadata: String,
    /// What the viewer reads of it, as JSON.
    pub lightbox: String,
    /// The same as `metadata`, taken apart.
    dataset: JsonDataset,
    /// How its text is encoded was told from the bytes, against or without what the file says.
    pub charset_guessed: bool,
    /// Its pictures.
    pub pictures: Pictures,
    /// What was wrong and could be kept all the same, in words.
    pub warnings: Vec<String>,
}

/// Root of the bulk values of an instance.
fn bulk_root([study, series, instance]: &[String; 3]) -> String {
    format!("{}/studies/{study}/series/{series}/instances/{instance}/bulkdata/", crate::dicomweb::ROOT)
}

/// The data set as JSON. A bulk value is named by its place in the file, which [`super::bulk`] finds again.
fn write(file: &Part10<'_>, bulk_root: &str, detail: Detail) -> String {
    // Of a presentation state the viewer reads nearly everything: what its sequences hold would only make the list long.
    let class = file.data.string(tag::SOP_CLASS_UID).unwrap_or_default();
    let state = uid::is_presentation_state(&class);
    let include = |tag| detail == Detail::Full || state || is_viewer_tag(tag);
    let bulk = |element: &Element<'_>| {
        if let (Detail::Lightbox, tag::ICC_PROFILE, Some(profile)) = (detail, element.tag, element.bytes()) {
            // What it comes to, for a page that reads no profiles; nothing where that is sRGB, or it cannot be read.
            let cube = viewer_core::icc::cube(profile).ok().flatten();
            return cube.map_or(Bulk::Omit, |cube| Bulk::Instead(cube.to_bytes()));
        }
        let large = match element.bytes() {
            None => true,
            // The viewer's lookup tables are wanted at once, the bits of overlays when their picture is there.
            Some(bytes) => {
                let later = detail == Detail::Full || (element.tag.is_overlay() && !state);
                later && is_binary(element.vr) && bytes.len() > INLINE
            }
        };
        if large { Bulk::Uri(format!("{bulk_root}{}", element.offset)) } else { Bulk::Inline }
    };
    let mut written = json::write(&file.data, &WriteOptions { include: &include, bulk: &bulk });
    // PS3.18 table 10.6.3-5: the syntaxes that frames can be had in without transcoding.
    let has_pixels = file.pixel_data.is_some() && file.data.get(tag::AVAILABLE_TRANSFER_SYNTAX_UID).is_none();
    if has_pixels && written.pop() == Some('}') {
        let syntax = file.frame_transfer_syntax();
        let comma = if written.len() > 1 { "," } else { "" };
        written.push_str(&format!("{comma}\"00083002\":{{\"vr\":\"UI\",\"Value\":[\"{syntax}\"]}}}}"));
    }
    written
}

fn is_binary(vr: Vr) -> bool {
    matches!(vr, Vr::OB | Vr::OD | Vr::OF | Vr::OL | Vr::OV | Vr::OW | Vr::UN)
}

impl Record {
    /// Reads a file.
    ///
    /// # Errors
    /// When it is not DICOM, is a DICOMDIR, or lacks an identifying UID.
    pub fn read(bytes: &[u8], limits: &Limits) -> Result<Self, RecordError> {
        let file = part10::read(bytes, limits)?;
        let class = file.data.string(tag::SOP_CLASS_UID);
        let stored_class = file.meta.string(tag::MEDIA_STORAGE_SOP_CLASS_UID);
        if [&class, &stored_class].iter().any(|class| class.as_deref() == Some(uid::MEDIA_DIRECTORY)) {
            return Err(RecordError::Directory);
        }
        let need = |tag, name| {
            file.data.string(tag).filter(|found| uid::is_valid(found)).ok_or(RecordError::NoUid(name))
        };
        let uids = [
            need(tag::STUDY_INSTANCE_UID, "Study Instance UID (0020,000D)")?,
            need(tag::SERIES_INSTANCE_UID, "Series Instance UID (0020,000E)")?,
            need(tag::SOP_INSTANCE_UID, "SOP Instance UID (0008,0018)")?,
        ];
        let mut warnings: Vec<String> = file.warnings.iter().map(|warning| format!("{warning:?}")).collect();
        warnings.extend(file.problem.as_ref().map(ToString::to_string));
        let frame_syntax = file.frame_transfer_syntax().to_owned();
        let pictures = pictures(&file, limits, &mut warnings);
        let bulk_root = bulk_root(&uids);
        let (metadata, lightbox) =
            (write(&file, &bulk_root, Detail::Full), write(&file, &bulk_root, Detail::Lightbox));
        let dataset = serde_json::from_str(&metadata).map_err(|_| RecordError::Nested)?;
        let inflated = (file.transfer_syntax == uid::DEFLATED).then(|| file.bytes.to_vec());
        Ok(Self {
            uids,
            class: class.or(stored_class).unwrap_or_default(),
            syntax: file.transfer_syntax.clone(),
            frame_syntax,
            inflated,
            metadata,
            lightbox,
            dataset,
            charset_guessed: file.data.character_set().guessed(),
            pictures,
            warnings,
        })
    }

    /// The attributes of a level, by a list of [`levels`].
    pub fn attributes(&self, tags: &[&str]) -> JsonDataset {
        let found = tags.iter().filter_map(|&tag| Some((tag.to_owned(), self.dataset.get(tag)?.clone())));
        found.collect()
    }

    /// First value of an attribute as text; empty where there is none.
    pub fn text(&self, tag: &str) -> &str {
        self.first(tag).and_then(Value::as_str).unwrap_or_default()
    }

    /// First value of an attribute as a whole number.
    pub fn number(&self, tag: &str) -> Option<i64> {
        self.first(tag).and_then(Value::as_i64)
    }

    fn first(&self, tag: &str) -> Option<&Value> {
        self.dataset.get(tag)?.get("Value")?.get(0)
    }

    /// The instance's own attributes, with Rows, Columns and the rest for searches.
    pub fn instance_attributes(&self) -> JsonDataset {
        self.attributes(levels::INSTANCE)
    }
}

fn pictures(file: &Part10<'_>, limits: &Limits, warnings: &mut Vec<String>) -> Pictures {
    if file.pixel_data.is_none() {
        return Pictures::default();
    }
    let header = match read_header(&file.data, Some(file.frame_transfer_syntax()), limits) {
        Ok(header) => header,
        Err(error) => {
            warnings
                .push(format!("its pictures cannot be shown: attribute {} {}", error.attribute, error.rule));
            return Pictures::default();
        }
    };
    let pixels = &header.pixels;
    let mut found = Pictures {
        rows: pixels.rows,
        columns: pixels.columns,
        frames: pixels.frames,
        frame_bits: match file.pixel_data.as_ref().map(|data| &data.layout) {
            Some(PixelLayout::Native(data)) => frame_bits(pixels, data.end - data.start),
            _ => 0,
        },
        position: position(&header),
        window: window(&header),
        secondary: secondary(&file.data, &header),
        pieces: Vec::new(),
    };
    let index = match FrameIndex::new(file, pixels) {
        Ok(index) => index,
        Err(error) => {
            warnings.push(error.to_string());
            return found;
        }
    };
    for at in 0..index.len() {
        match index.frame(at) {
            Ok(frame) => {
                // What is there of a cut frame is still a picture.
                if frame.missing > 0 {
                    warnings.push(format!("frame {} lacks {} bytes", at + 1, frame.missing));
                }
                let pieces = frame.ranges.iter().zip(0..).map(|(range, part)| FramePiece {
                    number: at + 1,
                    part,
                    offset: range.start,
                    length: range.end - range.start,
                    shift: frame.bit_offset,
                });
                found.pieces.extend(pieces);
            }
            Err(error) => {
                // The frames behind are missing as well: once is enough.
                warnings.push(error.to_string());
                break;
            }
        }
    }
    found
}

fn position(header: &InstanceHeader) -> Option<f64> {
    let plane = header.frames.first()?.plane.as_ref()?;
    let ([rx, ry, rz], [cx, cy, cz]) = (plane.row, plane.column);
    let normal = [ry * cz - rz * cy, rz * cx - rx * cz, rx * cy - ry * cx];
    Some(normal.iter().zip(plane.position).map(|(n, p)| n * p).sum())
}

fn window(header: &InstanceHeader) -> Option<(f64, f64)> {
    file_voi(&header.frame(header.pixels.frames / 2)?.display)?.center_width()
}

/// 0 for images, 1 for derived screens (dose reports, screenshots), 2 for localizers.
fn secondary(data: &DataSet<'_>, header: &InstanceHeader) -> u8 {
    let is = |value: &str| header.image_type.iter().any(|found| found == value);
    if is("LOCALIZER") {
        return 2;
    }
    let capture = header.sop_class_uid.starts_with("1.2.840.10008.5.1.4.1.1.7");
    let tomographic = matches!(data.string(tag::MODALITY).as_deref(), Some("CT" | "MR" | "PT" | "NM"));
    u8::from(capture || (tomographic && header.frames.first().is_some_and(|frame| frame.plane.is_none())))
}
