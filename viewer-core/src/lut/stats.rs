//! The range of values worth showing, for files that say nothing of windows.

use super::pipeline::table_value;
use crate::dicom::header::{DisplayHeader, ModalityLut};
use crate::frame::{Frame, Samples};
use crate::sort::sort_by;

/// Share of the pixels that may be darker than black, and as many brighter than white.
const TAIL: f64 = 0.005;
/// Values looked at in frames whose values are too many to count one by one.
const SAMPLED: usize = 1 << 16;

/// Smallest and largest value worth showing, in modality values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ValueRange {
    /// 0.5th percentile.
    pub min: f64,
    /// 99.5th percentile; not below `min`.
    pub max: f64,
}

/// The middle 99 % of a grey frame's modality values, padding left out (C.7.5.1.1.2). None when nothing but
/// padding is there, or for colour.
pub fn auto_range(frame: &Frame, header: &DisplayHeader) -> Option<ValueRange> {
    if frame.model().samples_per_pixel() != 1 {
        return None;
    }
    match frame.samples() {
        Samples::U8(v) => counted(v.iter().map(|&x| i32::from(x)), header),
        Samples::I8(v) => counted(v.iter().map(|&x| i32::from(x)), header),
        Samples::U16(v) => counted(v.iter().map(|&x| i32::from(x)), header),
        Samples::I16(v) => counted(v.iter().map(|&x| i32::from(x)), header),
        Samples::U32(v) => sampled(v.iter().map(|&x| f64::from(x)), v.len(), header),
        Samples::I32(v) => sampled(v.iter().map(|&x| f64::from(x)), v.len(), header),
        Samples::F32(v) => sampled(v.iter().map(|&x| f64::from(x)), v.len(), header),
        Samples::F64(v) => sampled(v.iter().copied(), v.len(), header),
    }
}

/// Every value of −32768–65535 has a counter.
fn counted(values: impl Iterator<Item = i32>, header: &DisplayHeader) -> Option<ValueRange> {
    const LOWEST: i32 = -32_768;
    let mut counts = vec![0u32; 98_304];
    for value in values {
        if let Some(count) = counts.get_mut((value - LOWEST) as usize) {
            *count += 1;
        }
    }
    if let Some((low, high)) = header.padding {
        for value in low.max(LOWEST)..=high.min(65_535) {
            counts[(value - LOWEST) as usize] = 0;
        }
    }
    let present: Vec<(f64, u32)> =
        counts.iter().zip(LOWEST..).filter(|(n, _)| **n > 0).map(|(n, v)| (f64::from(v), *n)).collect();
    percentiles(present, header)
}

fn sampled(values: impl Iterator<Item = f64>, len: usize, header: &DisplayHeader) -> Option<ValueRange> {
    let whole = header.padding.map(|(low, high)| (f64::from(low), f64::from(high)));
    let padding = header.float_padding.or(whole).map(|(low, high)| low..=high);
    let present = values
        .step_by(len.div_ceil(SAMPLED).max(1))
        .filter(|v| v.is_finite() && !padding.as_ref().is_some_and(|p| p.contains(v)))
        .map(|v| (v, 1))
        .collect();
    percentiles(present, header)
}

/// Stored values with their counts → modality values at the two tails.
fn percentiles(mut present: Vec<(f64, u32)>, header: &DisplayHeader) -> Option<ValueRange> {
    for (value, _) in &mut present {
        *value = match &header.modality_lut {
            ModalityLut::Identity => *value,
            ModalityLut::Rescale { slope, intercept } => *value * slope + intercept,
            ModalityLut::Table(table) => f64::from(table_value(table, *value)),
        };
    }
    sort_by(&mut present, |a, b| a.0.total_cmp(&b.0));
    let total: u64 = present.iter().map(|(_, n)| u64::from(*n)).sum();
    let at = |share: f64| {
        let target = (total as f64 * share) as u64;
        let mut seen = 0;
        present.iter().find(|(_, n)| {
            seen += u64::from(*n);
            seen > target
        })
    };
    let (min, _) = at(TAIL)?;
    let (max, _) = at(1.0 - TAIL).or(present.last())?;
    Some(ValueRange { min: *min, max: *max })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::ColourModel;

    /// PS3.3 C.7.5.1.1.2: padding is no part of the picture.
    #[test]
    fn padding_and_stray_pixels_do_not_count() {
        let mut values: Vec<i16> = (0..1000).collect();
        values.extend([-2000; 3000]);
        values.push(30_000);
        let columns = values.len() as u32;
        let frame = Frame::new(1, columns, ColourModel::Monochrome2, Samples::I16(values)).unwrap();
        let mut header = DisplayHeader {
            padding: Some((-2000, -2000)),
            modality_lut: ModalityLut::Rescale { slope: -2.0, intercept: 10.0 },
            ..DisplayHeader::default()
        };
        let range = auto_range(&frame, &header).unwrap();
        assert_eq!((range.min, range.max), (10.0 - 2.0 * 995.0, 10.0 - 2.0 * 5.0));
        header.padding = Some((i32::MIN, i32::MAX));
        assert_eq!(auto_range(&frame, &header), None);
    }

    #[test]
    fn values_that_are_no_numbers_do_not_count() {
        let values = Samples::F32(vec![f32::NAN, 1.5, f32::INFINITY, 4.0]);
        let frame = Frame::new(2, 2, ColourModel::Monochrome2, values).unwrap();
        assert_eq!(auto_range(&frame, &DisplayHeader::default()), Some(ValueRange { min: 1.5, max: 4.0 }));
    }
}
