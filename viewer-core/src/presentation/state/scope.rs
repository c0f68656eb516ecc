//! Which images and frames something is for: Image SOP Instance Reference macro (PS3.3 table 10-3), Presentation State
//! Relationship (C.11.11).

use crate::dicom::dataset::DataSet;
use crate::dicom::tag;

/// One referenced image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageReference {
    /// Referenced SOP Instance UID (0008,1155).
    pub sop_instance_uid: String,
    /// Referenced Frame Number (0008,1160), from 0; empty: every frame.
    pub frames: Vec<u32>,
}

/// Images of one series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesReference {
    /// Series Instance UID (0020,000E).
    pub series_instance_uid: String,
    /// At least one.
    pub images: Scope,
}

/// A set of images and frames.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scope(pub Vec<ImageReference>);

impl Scope {
    /// Referenced Image Sequence (0008,1140) of an item.
    pub(super) fn read(item: &DataSet<'_>) -> Self {
        let mut images = Vec::new();
        for reference in item.items(tag::REFERENCED_IMAGE_SEQUENCE) {
            let Some(sop_instance_uid) = reference.string(tag::REFERENCED_SOP_INSTANCE_UID) else { continue };
            let numbers = reference.ints(tag::REFERENCED_FRAME_NUMBER);
            let frames = numbers.iter().filter_map(|n| u32::try_from((*n)?).ok()?.checked_sub(1)).collect();
            images.push(ImageReference { sop_instance_uid, frames });
        }
        Self(images)
    }

    /// Whether it names an image and its frame, from 0.
    pub fn names(&self, sop_instance_uid: &str, frame: u32) -> bool {
        self.0.iter().any(|image| {
            image.sop_instance_uid == sop_instance_uid
                && (image.frames.is_empty() || image.frames.contains(&frame))
        })
    }

    /// The same, where naming none means all that the state refers to.
    pub(super) fn covers(&self, sop_instance_uid: &str, frame: u32) -> bool {
        self.0.is_empty() || self.names(sop_instance_uid, frame)
    }
}
