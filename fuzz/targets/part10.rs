#![no_main]

use libfuzzer_sys::fuzz_target;
use viewer_core::codec::{self, NeverStop, TransferSyntax};
use viewer_core::dicom::frames::FrameIndex;
use viewer_core::dicom::{part10, read_header};

fuzz_target!(|bytes: &[u8]| {
    let limits = lightbox_fuzz::limits();
    let Ok(file) = part10::read(bytes, &limits) else { return };
    let uid = file.frame_transfer_syntax();
    let Ok(header) = read_header(&file.data, Some(uid), &limits) else { return };
    let Ok(frames) = FrameIndex::new(&file, &header.pixels) else { return };
    let Some(syntax) = TransferSyntax::from_uid(uid) else { return };
    for index in 0..frames.len().min(3) {
        if let Ok(place) = frames.frame(index) {
            let _ = codec::decode(&header.pixels, syntax, &place.of(&file.bytes), &limits, &NeverStop);
        }
    }
});
