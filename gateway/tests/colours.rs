//! Pictures with an ICC profile: what a page is given of it, and what is drawn here.

#![allow(clippy::unwrap_used)]

mod archive_support;
#[path = "../../viewer-core/tests/support/made.rs"]
mod made;

use archive_support::Served;
use made::{bytes, element, grey, shorts, text};
use viewer_core::dicom::limits::Limits;
use viewer_core::dicom::{json, read_header, tag};

const ADOBE: &[u8] = include_bytes!("../../viewer-core/tests/icc/adobe.icc");
const SRGB: &[u8] = include_bytes!("../../viewer-core/tests/icc/srgb.icc");
/// Device colour, colour in sRGB by Little CMS.
const COLOURS: &[u8] = include_bytes!("../../viewer-core/tests/icc/adobe.rgb");

fn picture(uid: &str, rgb: &[u8], profile: &[u8]) -> Vec<u8> {
    let mut elements = grey([1, (rgb.len() / 3) as u16], [8, 8, 7, 0], "RGB").split_off(1);
    elements.extend([
        text([0x20, 0xD], "UI", "2.25.1"),
        text([0x20, 0xE], "UI", "2.25.2"),
        shorts([0x28, 2], &[3]),
        shorts([0x28, 6], &[0]),
        element([0x28, 0x2000], "OB", profile),
        element([0x7FE0, 0x10], "OB", rgb),
    ]);
    bytes("1.2.840.10008.5.1.4.1.1.7", uid, elements)
}

#[tokio::test]
async fn a_profile_is_sent_as_what_it_comes_to() {
    let pairs = || COLOURS.as_chunks::<6>().0.iter().step_by(11);
    let rgb: Vec<u8> = pairs().flat_map(|pair| pair[..3].to_vec()).collect();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("adobe.dcm"), picture("2.25.3", &rgb, ADOBE)).unwrap();
    std::fs::write(folder.path().join("srgb.dcm"), picture("2.25.4", &rgb, SRGB)).unwrap();
    let served = Served::new(&[folder.path()]);
    assert_eq!(served.report.exit_code(), 0, "{:?}", served.report.bad);

    for (uid, profile) in [("2.25.3", ADOBE), ("2.25.4", SRGB)] {
        let path = format!("/studies/2.25.1/series/2.25.2/instances/{uid}");
        let viewer = served.get(&format!("{path}/metadata?includefield=lightbox"), &[]).await;
        let data = json::read(&viewer.body, &Limits::default()).unwrap();
        let header = read_header(&data[0], None, &Limits::default()).unwrap();
        let sent = header.frames[0].display.device_colours.as_deref();
        assert_eq!(sent, viewer_core::icc::cube(profile).unwrap().as_ref(), "{uid}");
        // Others are given the profile itself.
        let full = served.get(&format!("{path}/metadata"), &[]).await;
        let data = json::read(&full.body, &Limits::default()).unwrap();
        assert_eq!(data[0].get(tag::ICC_PROFILE).unwrap().bytes(), Some(profile));

        let png = served.get(&format!("{path}/rendered"), &[("accept", "image/png")]).await;
        let mut reader = png::Decoder::new(std::io::Cursor::new(png.body.to_vec())).read_info().unwrap();
        let mut drawn = vec![0; reader.output_buffer_size().unwrap()];
        let samples = reader.next_frame(&mut drawn).unwrap().color_type.samples();
        for (pixel, pair) in drawn.chunks_exact(samples).zip(pairs()) {
            let expected = if uid == "2.25.3" { &pair[3..] } else { &pair[..3] };
            let near = pixel.iter().zip(expected).all(|(ours, theirs)| ours.abs_diff(*theirs) <= 6);
            assert!(near, "{uid}: {pixel:?} for {pair:?}");
        }
    }
}
