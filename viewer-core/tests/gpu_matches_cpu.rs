//! The GPU's picture against the CPU reference: within 1 grey level, per texture type, window, and placement.

#![allow(clippy::expect_used, missing_docs)]

mod gpu;

use std::sync::Arc;

use gpu::{Case, compare, noise, read, renderer, target};
use viewer_core::dicom::header::{
    DisplayHeader, LutTable, ModalityLut, Palette, PresentationShape, SampleKind, Spacing, WindowFunction,
};
use viewer_core::frame::{ColourModel, Frame, Samples};
use viewer_core::geometry::{Fit, ImageShape, Placement, ViewTransform};
use viewer_core::lut::{Pipeline, PixelFacts, VoiChoice, draw};
use viewer_core::render::{DrawJob, SelfTest};

const COLUMNS: u32 = 61;
const ROWS: u32 = 47;

/// Soft shapes with noise on top, between `low` and `high`.
fn values(columns: u32, rows: u32, low: f64, high: f64) -> impl Iterator<Item = f64> {
    (0..rows).flat_map(move |y| {
        (0..columns).map(move |x| {
            let wave = ((f64::from(x) * 0.21).sin() + (f64::from(y) * 0.17).cos()) / 4.0 + 0.5;
            let grain = f64::from(noise(x, y) % 1000) / 1000.0;
            low + (high - low) * (0.8 * wave + 0.2 * grain)
        })
    })
}

fn signed_frame(columns: u32, rows: u32) -> Frame {
    let samples = Samples::I16(values(columns, rows, -1000.0, 1500.0).map(|v| v as i16).collect());
    Frame::new(rows, columns, ColourModel::Monochrome2, samples).expect("shape")
}

fn window(center: f64, width: f64, function: WindowFunction) -> VoiChoice {
    VoiChoice::Window { center, width, function }
}

/// A signed 16-bit frame, soft tissue, fitted to 200 × 150.
fn base(name: &'static str) -> Case {
    Case {
        name,
        frame: signed_frame(COLUMNS, ROWS),
        kind: SampleKind::Signed,
        bits_stored: 16,
        header: DisplayHeader::default(),
        voi: window(40.0, 400.0, WindowFunction::Linear),
        invert: false,
        view: ViewTransform::default(),
        spacing: [1.0, 1.0],
        screen: [200, 150],
        sharp_from: None,
        max_side: 2048,
        outliers: 0,
    }
}

fn check_all(cases: impl IntoIterator<Item = Case>) {
    let Some(mut renderer) = renderer() else { return };
    for case in cases {
        renderer = case.check(renderer);
    }
}

/// Sixteen bits stay sixteen on every path: half floats have eleven.
#[test]
fn sample_types() {
    let make = |name, kind, bits_stored, samples, voi| Case {
        frame: Frame::new(ROWS, COLUMNS, ColourModel::Monochrome2, samples).unwrap(),
        kind,
        bits_stored,
        voi,
        ..base(name)
    };
    let linear = |center, width| window(center, width, WindowFunction::Linear);
    let v = |low, high| values(COLUMNS, ROWS, low, high);
    use SampleKind::{Double, Float, Signed, Unsigned};
    check_all([
        make("u8", Unsigned, 8, Samples::U8(v(0.0, 255.0).map(|x| x as u8).collect()), linear(128.0, 200.0)),
        make("i8", Signed, 8, Samples::I8(v(-128.0, 127.0).map(|x| x as i8).collect()), linear(0.0, 100.0)),
        make(
            "u16",
            Unsigned,
            16,
            Samples::U16(v(0.0, 65_535.0).map(|x| x as u16).collect()),
            linear(32_768.0, 40_000.0),
        ),
        make(
            "i16",
            Signed,
            16,
            Samples::I16(v(-32_768.0, 32_767.0).map(|x| x as i16).collect()),
            linear(-100.0, 30_000.0),
        ),
        make("u32", Unsigned, 32, Samples::U32(v(0.0, 4e9).map(|x| x as u32).collect()), linear(2e9, 3e9)),
        make("i32", Signed, 32, Samples::I32(v(-2e9, 2e9).map(|x| x as i32).collect()), linear(0.0, 3e9)),
        make(
            "f32 with holes",
            Float,
            32,
            Samples::F32(
                v(-1.0, 1.0)
                    .enumerate()
                    .map(|(i, x)| if i % 31 == 7 { f32::NAN } else { x as f32 })
                    .collect(),
            ),
            window(0.0, 1.5, WindowFunction::LinearExact),
        ),
        make(
            "f64",
            Double,
            64,
            Samples::F64(v(1e6, 2e6).collect()),
            window(1.5e6, 8e5, WindowFunction::LinearExact),
        ),
    ]);
}

#[test]
fn windows_and_tables() {
    let rescaled = |slope, intercept| DisplayHeader {
        modality_lut: ModalityLut::Rescale { slope, intercept },
        ..DisplayHeader::default()
    };
    let table = |first, bits, entries| Arc::new(LutTable { first, bits, entries, explanation: None });
    let curve = |i: u32| (65_535.0 * (f64::from(i) / 2999.0).powf(0.6)) as u16;
    let with_luts = DisplayHeader {
        modality_lut: ModalityLut::Table(table(-900, 12, (0..2000).map(|i| 4095 - 2 * i).collect())),
        voi_luts: vec![table(-800, 16, (0..3000).map(curve).collect())],
        ..DisplayHeader::default()
    };
    let only_voi = DisplayHeader { modality_lut: ModalityLut::Identity, ..with_luts.clone() };
    check_all([
        Case { voi: window(40.0, 80.0, WindowFunction::Linear), ..base("brain") },
        Case { voi: window(100.0, 700.0, WindowFunction::LinearExact), ..base("exact") },
        Case { voi: window(100.0, 700.0, WindowFunction::Sigmoid), ..base("sigmoid") },
        Case { voi: VoiChoice::Auto { min: -500.0, max: 900.0 }, ..base("auto") },
        // A threshold: where the filtered value meets it to the last bit, either answer is right.
        Case { voi: window(100.0, 1.0, WindowFunction::Linear), outliers: 8, ..base("threshold") },
        Case {
            header: rescaled(1.0, -1024.0),
            voi: window(-900.0, 1500.0, WindowFunction::Linear),
            ..base("hounsfield")
        },
        Case { header: rescaled(-0.37, 12.5), ..base("negative fractional slope") },
        Case {
            header: with_luts.clone(),
            voi: window(2000.0, 3000.0, WindowFunction::Linear),
            ..base("modality table")
        },
        Case { header: with_luts, voi: VoiChoice::Lut(0), ..base("both tables") },
        Case { header: only_voi, voi: VoiChoice::Lut(0), invert: true, ..base("VOI LUT, inverted") },
    ]);
}

#[test]
fn polarity_and_padding() {
    let mono1 = |case: Case| {
        let (rows, columns) = (case.frame.rows(), case.frame.columns());
        let samples = case.frame.samples().clone();
        Case { frame: Frame::new(rows, columns, ColourModel::Monochrome1, samples).unwrap(), ..case }
    };
    let padded = || {
        let samples = values(COLUMNS, ROWS, -1000.0, 1500.0).zip(0u32..).map(|(v, i)| {
            let (x, y) = (i % COLUMNS, i / COLUMNS);
            let is_far = (f64::from(x) - 30.0).hypot(f64::from(y) - 23.0) > 20.0;
            if is_far || noise(x, y).is_multiple_of(19) { -2000 } else { v as i16 }
        });
        Frame::new(ROWS, COLUMNS, ColourModel::Monochrome2, Samples::I16(samples.collect())).unwrap()
    };
    let padding = || DisplayHeader { padding: Some((-2000, -1900)), ..DisplayHeader::default() };
    let inverse =
        DisplayHeader { presentation: Some(PresentationShape::Inverse), ..DisplayHeader::default() };
    let small = ViewTransform { zoom: 0.3, ..Default::default() };
    check_all([
        mono1(base("MONOCHROME1")),
        mono1(Case { invert: true, ..base("MONOCHROME1, inverted by the reader") }),
        Case { header: inverse, ..base("INVERSE") },
        Case { frame: padded(), header: padding(), ..base("padding") },
        mono1(Case { frame: padded(), header: padding(), ..base("padding of MONOCHROME1") }),
        Case { frame: padded(), header: padding(), view: small, ..base("padding, reduced") },
        Case { frame: padded(), header: padding(), sharp_from: Some(2.0), ..base("padding, sharp") },
    ]);
}

#[test]
fn colour() {
    let rgb = |model| {
        let samples = (0..ROWS * COLUMNS * 3).map(|i| (noise(i, 7) % 256) as u8).collect();
        Frame::new(ROWS, COLUMNS, model, Samples::U8(samples)).unwrap()
    };
    let ramp = |f: fn(u32) -> u32| (0..200).map(|i| f(i) as u16).collect();
    let palette = Palette {
        first: 10,
        red: ramp(|i| i * 300),
        green: ramp(|i| 65_535 - i * 200),
        blue: ramp(|i| i * 7919 % 65_536),
    };
    let indices = (0..ROWS * COLUMNS).map(|i| (noise(i, 3) % 256) as u8).collect();
    let case = |name, frame: Frame| Case { frame, kind: SampleKind::Unsigned, bits_stored: 8, ..base(name) };
    check_all([
        case("RGB", rgb(ColourModel::Rgb)),
        Case {
            invert: true,
            view: ViewTransform::default().turned(1),
            ..case("RGB, inverted", rgb(ColourModel::Rgb))
        },
        case("YBR_FULL", rgb(ColourModel::YbrFull)),
        case("YBR_PARTIAL", rgb(ColourModel::YbrPartial)),
        Case {
            header: DisplayHeader { palette: Some(Arc::new(palette)), ..DisplayHeader::default() },
            ..case("palette", Frame::new(ROWS, COLUMNS, ColourModel::Palette, Samples::U8(indices)).unwrap())
        },
    ]);
}

#[test]
fn placements() {
    let mut cases = Vec::new();
    for quarter_turns in 0..4 {
        for (flip_horizontal, flip_vertical) in [(false, false), (true, false), (false, true), (true, true)] {
            let view = ViewTransform {
                zoom: 1.37,
                pan: [13.5, -21.25],
                quarter_turns,
                flip_horizontal,
                flip_vertical,
                fit: Fit::Contain,
            };
            cases.push(Case { view, spacing: [1.3, 0.9], ..base("turned and mirrored") });
        }
    }
    let view = |zoom, fit| ViewTransform { zoom, fit, ..Default::default() };
    cases.extend([
        Case { view: view(1.0, Fit::OneToOne), ..base("one to one") },
        Case { view: view(0.31, Fit::OneToOne), ..base("reduced") },
        Case {
            view: view(0.5, Fit::OneToOne),
            spacing: [3.0, 1.0],
            ..base("reduced one way, enlarged the other")
        },
        Case { view: view(9.0, Fit::Cover), sharp_from: Some(4.0), ..base("sharp squares") },
        Case { view: view(30.0, Fit::Contain), ..base("far in") },
        Case { frame: signed_frame(1, 1), ..base("one pixel") },
    ]);
    check_all(cases);
}

#[test]
fn tiles_have_no_seams() {
    let frame = || signed_frame(300, 170);
    check_all([
        Case { frame: frame(), max_side: 64, ..base("tiles, reduced") },
        Case {
            frame: frame(),
            max_side: 64,
            view: ViewTransform { zoom: 6.0, ..Default::default() },
            ..base("tiles, enlarged")
        },
        Case {
            frame: frame(),
            max_side: 100,
            view: ViewTransform::default().turned(3).mirrored(),
            ..base("tiles, turned")
        },
    ]);
}

#[test]
fn a_change_of_window_or_slice_reaches_the_picture() {
    let Some(renderer) = renderer() else { return };
    let facts = PixelFacts { bits_stored: 16, kind: SampleKind::Signed, model: ColourModel::Monochrome2 };
    let shape = ImageShape::new(COLUMNS, ROWS, &Spacing::Ratio([1.0, 1.0]));
    let placement = Placement::new(&ViewTransform::default(), shape, [80.0, 60.0]);
    let options = draw::DrawOptions { width: 80, height: 60, sharp_from: None };
    let mut header = DisplayHeader::default();
    let entries = (0..1000).map(|i| i * 60).collect();
    header.voi_luts.push(Arc::new(LutTable { first: -300, bits: 16, entries, explanation: None }));
    let slices = [signed_frame(COLUMNS, ROWS), {
        let samples = values(COLUMNS, ROWS, 300.0, -700.0).map(|v| v as i16).collect();
        Frame::new(ROWS, COLUMNS, ColourModel::Monochrome2, Samples::I16(samples)).unwrap()
    }];
    let mut held = None;
    for voi in [
        window(40.0, 400.0, WindowFunction::Linear),
        window(-300.0, 900.0, WindowFunction::Sigmoid),
        VoiChoice::Lut(0),
        window(0.0, 300.0, WindowFunction::Linear),
    ] {
        for slice in &slices {
            let pipeline = Pipeline::new(&header, facts, voi, false).unwrap();
            let mut frame = renderer.upload(slice, &pipeline, held.take()).unwrap();
            let target = target(&renderer, 100, 70);
            let viewport = [15, 5, 80, 60];
            let job = DrawJob {
                frame: &mut frame,
                pipeline: &pipeline,
                placement: &placement,
                viewport,
                sharp_from: None,
            };
            renderer.draw(&target.create_view(&Default::default()), &mut [job]).unwrap();
            let found = read(&renderer, &target);
            let mut picture = vec![0; 80 * 60 * 4];
            draw::draw_view(slice, &pipeline, &placement, options, &mut picture).unwrap();
            let mut expected = [0, 0, 0, 255].repeat(100 * 70);
            for (y, row) in picture.chunks_exact(320).enumerate() {
                let at = ((y + 5) * 100 + 15) * 4;
                expected[at..at + 320].copy_from_slice(row);
            }
            compare("viewport in a target", &found, &expected, 0);
            held = Some(frame);
        }
    }
}

#[test]
fn the_self_test_passes_on_both_target_formats() {
    let Some(renderer) = renderer() else { return };
    for format in [wgpu::TextureFormat::Rgba8Unorm, wgpu::TextureFormat::Bgra8Unorm] {
        let (device, queue) = (renderer.device().clone(), renderer.queue().clone());
        let renderer = viewer_core::render::Renderer::new(device, queue, format).unwrap();
        let test = SelfTest::start(&renderer).unwrap();
        let answer = loop {
            if let Some(answer) = test.poll(&renderer) {
                break answer;
            }
            std::thread::yield_now();
        };
        assert_eq!(answer, Ok(()), "{format:?}");
    }
}
