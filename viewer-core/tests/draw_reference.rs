//! The CPU's pictures against the plainest reading of what they should be: every screen pixel by itself, in double
//! precision, from the filter's definition in `lut::draw` and the window's in PS3.3 C.11.2.1.2.1.

#![allow(clippy::expect_used, missing_docs)]

use viewer_core::dicom::header::{DisplayHeader, SampleKind, Spacing, WindowFunction};
use viewer_core::frame::{ColourModel, Frame, Samples};
use viewer_core::geometry::{Fit, ImageShape, Placement, ViewTransform};
use viewer_core::lut::draw::{DrawOptions, Painter};
use viewer_core::lut::{Pipeline, PixelFacts, VoiChoice};

const COLUMNS: u32 = 61;
const ROWS: u32 = 47;
const PADDING: i16 = -2000;
const SHARP_FROM: f64 = 8.0;
const WINDOWS: [(f64, f64); 2] = [(40.0, 400.0), (-300.0, 1500.0)];

/// Values with structure in both directions, so that no two places look alike.
fn value(column: u32, row: u32) -> i16 {
    let (x, y) = (f64::from(column), f64::from(row));
    (700.0 * (x * 0.37).sin() * (y * 0.23).cos() + 6.0 * x - 3.0 * y) as i16
}

/// Padding outside a circle, as scanners leave it, and in single pixels within.
fn padded(column: u32, row: u32) -> i16 {
    let (x, y) = (f64::from(column) - 30.0, f64::from(row) - 23.0);
    if x.hypot(y) > 22.0 || (column * 7 + row * 13).is_multiple_of(97) { PADDING } else { value(column, row) }
}

/// The image pixels under a screen pixel with their shares, along one axis; none where its centre is outside.
fn taps([step, start]: [f64; 2], pixel: u32, count: u32, sharp: bool) -> Vec<(u32, f64)> {
    let centre = step * (f64::from(pixel) + 0.5) + start;
    // Ties are not of interest here: see `EDGE` in lut::draw.
    let edge = 1.0 / 512.0;
    if centre < -edge || centre >= f64::from(count) - edge {
        return Vec::new();
    }
    if sharp {
        return vec![(((centre + edge) as u32).min(count - 1), 1.0)];
    }
    let half = step.abs().max(1.0) / 2.0;
    let (from, to) = ((centre - half).max(0.0), (centre + half).min(f64::from(count)));
    let share = |index: u32| ((f64::from(index) + 1.0).min(to) - f64::from(index).max(from)) / (to - from);
    (0..count).map(|index| (index, share(index))).filter(|(_, share)| *share > 0.0).collect()
}

fn grey_level(value: f64, (center, width): (f64, f64)) -> f64 {
    (((value - (center - 0.5)) / (width - 1.0) + 0.5) * 255.0).clamp(0.0, 255.0)
}

/// Grey level of one screen pixel.
fn expected(
    place: &Placement,
    at: [u32; 2],
    sharp: bool,
    stored: fn(u32, u32) -> i16,
    window: (f64, f64),
) -> f64 {
    let (x, y) = (place.along_x(), place.along_y());
    let (columns, rows) = if place.is_sideways() {
        (taps(y, at[1], COLUMNS, sharp), taps(x, at[0], ROWS, sharp))
    } else {
        (taps(x, at[0], COLUMNS, sharp), taps(y, at[1], ROWS, sharp))
    };
    let (mut sum, mut present) = (0.0, 0.0);
    for (row, row_share) in &rows {
        for (column, column_share) in &columns {
            let stored = stored(*column, *row);
            if stored != PADDING {
                sum += f64::from(stored) * row_share * column_share;
                present += row_share * column_share;
            }
        }
    }
    if present == 0.0 { 0.0 } else { grey_level(sum / present, window) * present }
}

fn views() -> Vec<(ViewTransform, [f64; 2])> {
    let mut views = Vec::new();
    for quarter_turns in 0..4 {
        for flip_horizontal in [false, true] {
            let turned = ViewTransform { quarter_turns, flip_horizontal, zoom: 1.37, ..Default::default() };
            views.push((ViewTransform { pan: [13.5, -21.25], ..turned }, [1.3, 0.9]));
            views.push((ViewTransform { zoom: 0.41, fit: Fit::OneToOne, ..turned }, [1.0, 1.0]));
        }
    }
    let view = |zoom, fit| ViewTransform { zoom, fit, ..Default::default() };
    views.extend([
        (view(1.0, Fit::OneToOne), [1.0, 1.0]),
        (view(0.93, Fit::OneToOne), [1.0, 1.0]),
        (view(0.5, Fit::OneToOne), [3.0, 1.0]),
        (view(0.5, Fit::OneToOne), [1.0, 3.0]),
        (view(9.0, Fit::OneToOne), [1.0, 1.0]),
        (view(30.0, Fit::Contain), [1.0, 1.0]),
    ]);
    views
}

const FACTS: PixelFacts =
    PixelFacts { bits_stored: 16, kind: SampleKind::Signed, model: ColourModel::Monochrome2 };

fn grey(stored: fn(u32, u32) -> i16) -> Frame {
    let samples = (0..ROWS).flat_map(|row| (0..COLUMNS).map(move |column| stored(column, row))).collect();
    Frame::new(ROWS, COLUMNS, ColourModel::Monochrome2, Samples::I16(samples)).expect("shape")
}

fn check(stored: fn(u32, u32) -> i16, padding: Option<(i32, i32)>) {
    let frame = grey(stored);
    let header = DisplayHeader { padding, ..DisplayHeader::default() };
    let (width, height) = (150, 110);
    let options = DrawOptions { width, height, sharp_from: Some(SHARP_FROM) };
    // One painter for all: what it keeps of one view must not show in the next.
    let mut painter = Painter::new();
    for (view, spacing) in views() {
        let shape = ImageShape::new(COLUMNS, ROWS, &Spacing::Patient(spacing));
        let place = Placement::new(&view, shape, [f64::from(width), f64::from(height)]);
        let sharp = place.screen_per_pixel().into_iter().fold(f64::INFINITY, f64::min) >= SHARP_FROM;
        for (turn, window) in WINDOWS.into_iter().enumerate() {
            let voi =
                VoiChoice::Window { center: window.0, width: window.1, function: WindowFunction::Linear };
            let pipeline = Pipeline::new(&header, FACTS, voi, false).expect("a window");
            let mut picture = vec![7; (width * height * 4) as usize];
            if turn == 0 {
                painter.draw(&frame, &pipeline, &place, options, &mut picture).expect("a grey frame");
            } else {
                painter.repaint(&pipeline, &mut picture).expect("a grey frame");
            }
            for (index, pixel) in picture.chunks_exact(4).enumerate() {
                let at = [index as u32 % width, index as u32 / width];
                let level = expected(&place, at, sharp, stored, window);
                let off = (f64::from(pixel[0]) - level).abs();
                assert!(off <= 0.51, "{view:?} {spacing:?} {window:?} at {at:?}: {}, not {level}", pixel[0]);
                assert_eq!(pixel, [pixel[0], pixel[0], pixel[0], 255]);
            }
        }
    }
}

#[test]
fn every_pixel_is_what_the_definition_says() {
    check(value, None);
}

/// PS3.3 C.7.5.1.1.2.
#[test]
fn padding_is_left_out_of_every_mean_and_drawn_black() {
    check(padded, Some((i32::from(PADDING), i32::from(PADDING))));
}

#[test]
fn some_lines_are_those_of_the_whole() {
    let frame = grey(value);
    let voi = VoiChoice::Window { center: 40.0, width: 400.0, function: WindowFunction::Linear };
    let pipeline = Pipeline::new(&DisplayHeader::default(), FACTS, voi, false).expect("a window");
    let (width, height) = (150, 110);
    let options = DrawOptions { width, height, sharp_from: Some(SHARP_FROM) };
    let mut painter = Painter::new();
    for (view, spacing) in views() {
        let shape = ImageShape::new(COLUMNS, ROWS, &Spacing::Patient(spacing));
        let place = Placement::new(&view, shape, [f64::from(width), f64::from(height)]);
        let mut whole = vec![7; (width * height * 4) as usize];
        painter.draw(&frame, &pipeline, &place, options, &mut whole).expect("a grey frame");
        for lines in [0..40, 40..41, 60..300, 20..20, 400..500] {
            let mut part = vec![7; whole.len()];
            painter.draw_lines(&frame, &pipeline, &place, options, &lines, &mut part).expect("a grey frame");
            for (index, (part, whole)) in part.chunks_exact(4).zip(whole.chunks_exact(4)).enumerate() {
                let [x, y] = [index as u32 % width, index as u32 / width];
                let drawn = lines.contains(if place.is_sideways() { &x } else { &y });
                assert_eq!(
                    part,
                    if drawn { whole } else { &[0, 0, 0, 255] },
                    "{view:?} {lines:?} at {x}, {y}"
                );
            }
        }
    }
}
