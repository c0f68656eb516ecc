//! Which of several pictures of one place a frame is.

use super::groups::Groups;
use crate::dicom::header::Phase;
use crate::dicom::tag;

pub(super) fn read(groups: &Groups<'_>) -> Phase {
    let root = groups.root;
    let content = groups.group(tag::FRAME_CONTENT_SEQUENCE);
    let echo = groups.group(tag::MR_ECHO_SEQUENCE).float(tag::EFFECTIVE_ECHO_TIME);
    let trigger =
        groups.group(tag::CARDIAC_SYNCHRONIZATION_SEQUENCE).float(tag::NOMINAL_CARDIAC_TRIGGER_DELAY_TIME);
    Phase {
        stack: content.string(tag::STACK_ID),
        temporal: content
            .int(tag::TEMPORAL_POSITION_INDEX)
            .or_else(|| root.int(tag::TEMPORAL_POSITION_IDENTIFIER)),
        echo_ms: echo.or_else(|| root.float(tag::ECHO_TIME)),
        b_value: groups.group(tag::MR_DIFFUSION_SEQUENCE).float(tag::DIFFUSION_B_VALUE),
        trigger_ms: trigger.or_else(|| root.float(tag::TRIGGER_TIME)),
    }
}
