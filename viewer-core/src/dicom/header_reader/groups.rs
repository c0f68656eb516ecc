//! Functional groups of enhanced multi-frame objects (PS3.3 C.7.6.16).

use crate::dicom::dataset::DataSet;
use crate::dicom::tag::{self, Tag};

/// Where the attributes of one frame are looked for.
pub(super) struct Groups<'d> {
    /// Top level.
    pub(super) root: &'d DataSet<'d>,
    shared: Option<&'d DataSet<'d>>,
    own: Option<&'d DataSet<'d>>,
}

impl<'d> Groups<'d> {
    /// For a frame counted from 0.
    pub(super) fn new(root: &'d DataSet<'d>, index: u32) -> Self {
        let shared = root.items(tag::SHARED_FUNCTIONAL_GROUPS_SEQUENCE).first();
        let own = root.items(tag::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE).get(index as usize);
        Self { root, shared, own }
    }

    /// The item of a functional group: the frame's own, else the shared one, else the top level, where objects that
    /// are not enhanced hold the same attributes.
    pub(super) fn group(&self, sequence: Tag) -> &'d DataSet<'d> {
        let of = |groups: Option<&'d DataSet<'d>>| groups.and_then(|groups| groups.items(sequence).first());
        of(self.own).or_else(|| of(self.shared)).unwrap_or(self.root)
    }

    /// The same, then the top level where the group lacks the attribute.
    pub(super) fn holding(&self, sequence: Tag, attribute: Tag) -> &'d DataSet<'d> {
        let group = self.group(sequence);
        if group.get(attribute).is_some() { group } else { self.root }
    }
}
