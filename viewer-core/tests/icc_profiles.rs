//! Colours under ICC profiles against Little CMS 2.19: `icc/make.py` made the profiles and asked it.

#![allow(clippy::expect_used)]

#[path = "support/drawn.rs"]
mod drawn;
#[path = "support/made.rs"]
mod made;

use made::{Made, bytes, element, grey, sequence, shorts};
use viewer_core::geometry::{Fit, ImageShape, Placement, ViewTransform};
use viewer_core::icc::{MOST_BYTES, ProfileError, cube};
use viewer_core::lut::draw::{DrawOptions, Painter};
use viewer_core::lut::{Pipeline, PixelFacts, VoiChoice, render_rgba};

struct Case {
    name: &'static str,
    profile: &'static [u8],
    /// Colour of the device, colour in sRGB by Little CMS: six bytes each.
    colours: &'static [u8],
    /// Levels that ours may be off by at the most, and values in a thousand that may be off by more than two. Where sRGB
    /// has every colour of the device, nothing is lost; at the edge of what it has, a cell of the cube is cut by it.
    within: u8,
    far: usize,
}

macro_rules! cases {
    ($($name:literal $within:literal $far:literal),* $(,)?) => {
        [$(Case {
            name: $name,
            profile: include_bytes!(concat!("icc/", $name, ".icc")),
            colours: include_bytes!(concat!("icc/", $name, ".rgb")),
            within: $within,
            far: $far,
        }),*]
    };
}

fn cases() -> [Case; 5] {
    cases!["adobe" 6 6, "p3" 9 15, "rec709_gamma18" 1 0, "scanner_table" 14 15, "linear" 1 0]
}

#[test]
fn colours_are_those_of_little_cms() {
    let mut wrong = Vec::new();
    for case in cases() {
        let cube = cube(case.profile).expect("a sound profile").expect("not sRGB");
        let (mut most, mut far, mut at) = (0, 0, [0; 3]);
        let (pairs, rest) = case.colours.as_chunks::<6>();
        assert!(rest.is_empty() && pairs.len() > 1000);
        for &[r, g, b, r1, g1, b1] in pairs {
            for (ours, theirs) in cube.colour([r, g, b]).into_iter().zip([r1, g1, b1]) {
                let off = ours.abs_diff(theirs);
                far += usize::from(off > 2);
                if off > most {
                    (most, at) = (off, [r, g, b]);
                }
            }
        }
        if most > case.within || far * 1000 > case.far * pairs.len() * 3 {
            wrong.push(format!("{}: {most} at {at:?}, {far} of {}", case.name, pairs.len() * 3));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn srgb_asks_for_nothing() {
    assert_eq!(cube(include_bytes!("icc/srgb.icc")), Ok(None));
}

#[test]
fn what_is_no_profile_is_an_error_and_never_a_panic() {
    assert_eq!(cube(&vec![0; MOST_BYTES + 1]), Err(ProfileError::Long(MOST_BYTES + 1)));
    let [case, ..] = cases();
    for length in 0..case.profile.len() {
        let _ = cube(&case.profile[..length]);
    }
    let mut seed = 1u32;
    for _ in 0..300 {
        let mut bytes = case.profile.to_vec();
        for _ in 0..3 {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let at = (seed >> 8) as usize % bytes.len();
            bytes[at] = (seed >> 3) as u8;
        }
        let _ = cube(&bytes);
    }
    let mut grey = case.profile.to_vec();
    grey[16..20].copy_from_slice(b"GRAY");
    assert!(cube(&grey).is_err());
    // Greys that all come to white: found by fuzzing, where it divided by their range.
    let _ = cube(include_bytes!("../../fuzz/seeds/icc_profile/no_range_of_greys.icc"));
}

const SECONDARY: &str = "1.2.840.10008.5.1.4.1.1.7";

/// An RGB picture of one row with the given colours, and elements besides.
fn picture(rgb: &[u8], besides: Vec<Made>) -> Vec<u8> {
    let columns = u16::try_from(rgb.len() / 3).expect("a short row");
    let mut elements = grey([1, columns], [8, 8, 7, 0], "RGB").split_off(1);
    elements.push(shorts([0x28, 2], &[3]));
    elements.push(shorts([0x28, 6], &[0]));
    elements.push(element([0x7FE0, 0x10], "OB", rgb));
    elements.extend(besides);
    bytes(SECONDARY, "2.25.7", elements)
}

/// The picture by the CPU reference at one screen pixel per image pixel, by both ways of drawing.
fn drawn(file: &[u8], invert: bool) -> Vec<u8> {
    let (header, frame) = drawn::decode_frame(file, |_| 0).expect("a picture");
    let facts = PixelFacts::new(&header.pixels, frame.model());
    let voi = VoiChoice::Auto { min: 0.0, max: 255.0 };
    let pipeline = Pipeline::new(&header.frames[0].display, facts, voi, invert).expect("a pipeline");
    let (width, height) = (frame.columns(), frame.rows());
    let mut whole = vec![0; (width * height * 4) as usize];
    render_rgba(&frame, &pipeline, &mut whole).expect("a drawing");

    let shape = ImageShape { columns: width, rows: height, pixel_aspect: 1.0 };
    let view = ViewTransform { fit: Fit::OneToOne, ..ViewTransform::default() };
    let place = Placement::new(&view, shape, [width, height].map(f64::from));
    let mut placed = vec![0; whole.len()];
    let options = DrawOptions { width, height, sharp_from: Some(1.0) };
    Painter::default().draw(&frame, &pipeline, &place, options, &mut placed).expect("a drawing");
    assert_eq!(whole, placed);
    assert!(header.frames[0].display.needs_cpu() || header.frames[0].display.device_colours.is_none());
    whole
}

/// PS3.3 C.11.15: the profile of the picture, or of its optical path (C.8.12.5).
#[test]
fn a_picture_is_drawn_in_the_colours_of_its_profile() {
    let [case, ..] = cases();
    let pairs = || case.colours.as_chunks::<6>().0.iter().step_by(7);
    let rgb: Vec<u8> = pairs().flat_map(|pair| pair[..3].to_vec()).collect();
    let profile = || element([0x28, 0x2000], "OB", case.profile);
    let own = drawn(&picture(&rgb, vec![profile()]), false);
    for (pixel, pair) in own.as_chunks::<4>().0.iter().zip(pairs()) {
        assert!(pixel.iter().zip(&pair[3..]).all(|(ours, theirs)| ours.abs_diff(*theirs) <= case.within));
    }
    assert_ne!(own, drawn(&picture(&rgb, vec![]), false));
    assert_eq!(own, drawn(&picture(&rgb, vec![sequence([0x48, 0x105], vec![vec![profile()]])]), false));

    let turned = drawn(&picture(&rgb, vec![profile()]), true);
    assert!(
        own.as_chunks::<4>()
            .0
            .iter()
            .zip(turned.as_chunks::<4>().0)
            .all(|(one, other)| { one[..3].iter().zip(&other[..3]).all(|(a, b)| a + b == 255) })
    );

    // Two paths that say different things, a damaged profile: colours as they are.
    let srgb = element([0x28, 0x2000], "OB", include_bytes!("icc/srgb.icc"));
    let plain = drawn(&picture(&rgb, vec![]), false);
    let paths = sequence([0x48, 0x105], vec![vec![profile()], vec![srgb]]);
    assert_eq!(plain, drawn(&picture(&rgb, vec![paths]), false));
    let cut = element([0x28, 0x2000], "OB", &case.profile[..200]);
    assert_eq!(plain, drawn(&picture(&rgb, vec![cut]), false));
}
