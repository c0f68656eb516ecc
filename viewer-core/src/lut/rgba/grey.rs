//! Grey pictures.

use super::for_each_value;
use crate::frame::Samples;
use crate::lut::draw::opaque;
use crate::lut::pipeline::{Grey, table_value};

/// Whether arithmetic on several pixels at once is there: then a straight window is faster computed than looked up.
const VECTORS: bool = cfg!(any(target_feature = "simd128", not(target_arch = "wasm32")));

pub(super) fn draw(samples: &Samples, grey: &Grey, out: &mut [u8]) {
    let (pixels, _) = out.as_chunks_mut::<4>();
    match samples {
        Samples::U8(v) => small(v, grey, pixels, VECTORS),
        Samples::I8(v) => small(v, grey, pixels, VECTORS),
        Samples::U16(v) => small(v, grey, pixels, VECTORS),
        Samples::I16(v) => small(v, grey, pixels, VECTORS),
        _ => for_each_value(samples, out, |stored, pixel| {
            let y = grey.level(stored);
            pixel.copy_from_slice(&[y, y, y, 255]);
        }),
    }
}

/// Whole numbers of at most 16 bits: arithmetic or a table of grey levels, whichever is faster; both give the same.
fn small<T: Copy + Into<i32> + Into<f32>>(values: &[T], grey: &Grey, out: &mut [[u8; 4]], vectors: bool) {
    let (low, high) = grey.small_range.unwrap_or((i32::from(i16::MIN), i32::from(u16::MAX)));
    let worth_a_table = !vectors && values.len() > low.abs_diff(high) as usize;
    match Ramp::new(grey) {
        Some(ramp) if worth_a_table => {
            let mut levels = vec![0; low.abs_diff(high) as usize + 1];
            ramp.draw((low..=high).map(|stored| stored as f32), levels.iter_mut(), |level| level as u8);
            by_table(values, &levels, low, out);
        }
        Some(ramp) => ramp.draw(values.iter().map(|value| (*value).into()), out.iter_mut(), opaque),
        None => {
            let levels: Vec<u8> = (low..=high).map(|stored| curved(grey, stored)).collect();
            by_table(values, &levels, low, out);
        }
    }
}

/// A straight window without a table: level = value × gain + base.
struct Ramp {
    origin: f32,
    gain: f32,
    base: f32,
    padding: Option<(f32, f32)>,
}

impl Ramp {
    fn new(grey: &Grey) -> Option<Self> {
        let (origin, gain) = (grey.shade.origin, grey.shade.gain);
        let (gain, base) = if grey.shade.inverse { (-gain, 255.0) } else { (gain, 0.0) };
        let padding = grey.padding.map(|(low, high)| (low as f32, high as f32));
        let straight = grey.table.is_none() && grey.shade.curve.is_none();
        straight.then_some(Self { origin, gain, base, padding })
    }

    /// The hot loops: no branch and no index, so that the compiler can use vectors.
    #[inline(always)]
    fn draw<'a, P: 'a>(
        &self,
        values: impl Iterator<Item = f32>,
        out: impl Iterator<Item = &'a mut P>,
        pixel: impl Fn(u32) -> P,
    ) {
        let level = |value: f32| nearest((value - self.origin) * self.gain + self.base);
        if let Some((low, high)) = self.padding {
            for (out, value) in out.zip(values) {
                let padded = (value >= low) & (value <= high);
                *out = pixel(if padded { 0 } else { level(value) });
            }
        } else {
            for (out, value) in out.zip(values) {
                *out = pixel(level(value));
            }
        }
    }
}

/// The nearest whole number of 0–255, upwards from the middle; NaN is 0. Without a conversion, which has to look for
/// numbers that no integer can hold: in the last bits of 2²³ and more, floats are whole numbers.
#[inline(always)]
fn nearest(level: f32) -> u32 {
    const WHOLE: f32 = 8_388_608.0;
    // From the middle the addition would go to the even number.
    const UPWARDS: f32 = 1.0 / 16_384.0;
    let level = if level > 0.0 { level } else { 0.0 };
    let level = if level < 255.0 { level } else { 255.0 };
    (level + UPWARDS + WHOLE).to_bits() & 0xff
}

/// `levels` begin at the stored value `low`.
fn by_table<T: Copy + Into<i32>>(values: &[T], levels: &[u8], low: i32, out: &mut [[u8; 4]]) {
    let last = levels.len() as i32 - 1;
    for (pixel, value) in out.iter_mut().zip(values) {
        let value: i32 = (*value).into();
        let level = levels.get((value - low).clamp(0, last) as usize).copied().unwrap_or(0);
        *pixel = opaque(level.into());
    }
}

/// [`Grey::level`] through the folded window.
fn curved(grey: &Grey, stored: i32) -> u8 {
    let stored_real = f64::from(stored);
    if grey.is_padding(stored_real) {
        return 0;
    }
    let value = match &grey.table {
        Some(table) => f32::from(table_value(table, stored_real)),
        None => stored as f32,
    };
    (grey.shade.grey(value) + 0.5) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dicom::header::{DisplayHeader, ModalityLut, SampleKind, WindowFunction};
    use crate::frame::ColourModel;
    use crate::lut::pipeline::Mapping;
    use crate::lut::{Pipeline, PixelFacts, VoiChoice};
    use proptest::prelude::*;

    fn grey(window: (f64, f64), slope: f64, padding: Option<(i32, i32)>, invert: bool) -> Grey {
        let modality_lut = ModalityLut::Rescale { slope, intercept: -1024.0 };
        let header = DisplayHeader { modality_lut, padding, ..DisplayHeader::default() };
        let facts = PixelFacts { bits_stored: 16, kind: SampleKind::Signed, model: ColourModel::Monochrome2 };
        let voi = VoiChoice::Window { center: window.0, width: window.1, function: WindowFunction::Linear };
        match Pipeline::new(&header, facts, voi, invert).unwrap().mapping {
            Mapping::Grey(grey) => grey,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn levels_are_rounded_from_the_middle_upwards() {
        for whole in 0..255u32 {
            let middle = whole as f32 + 0.5;
            assert_eq!(
                [nearest(middle - 0.001), nearest(middle), nearest(middle + 0.001)],
                [whole, whole + 1, whole + 1]
            );
        }
        let outside = [f32::NAN, f32::NEG_INFINITY, -0.6, 255.7, 1e30, f32::INFINITY];
        assert_eq!(outside.map(nearest), [0, 0, 0, 255, 255, 255]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// Every stored value of 16 bits.
        #[test]
        fn looking_up_and_computing_give_the_same(
            center in -2000.0..2000.0, width in 1.0..5000.0, slope in 0.1..3.0,
            padding in proptest::option::of((-2000i32..0, 0i32..50)), invert: bool,
        ) {
            let grey = grey((center, width), slope, padding, invert);
            let values: Vec<i16> = (i16::MIN..=i16::MAX).collect();
            let mut drawn = [false, true].map(|vectors| {
                let mut out = vec![[0; 4]; values.len()];
                small(&values, &grey, &mut out, vectors);
                out
            });
            let computed = drawn[1].clone();
            prop_assert!(drawn[0] == computed);
            // … and what double precision says, but for rounding.
            for (pixel, &value) in drawn[0].iter_mut().zip(&values) {
                prop_assert!(pixel[0].abs_diff(grey.level(value.into())) <= 1, "{value}");
            }
        }
    }
}
