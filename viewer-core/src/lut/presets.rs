//! Windows by name, and the window a picture opens with.

use super::{ValueRange, VoiChoice};
use crate::dicom::header::{
    DisplayHeader, ModalityLut, Photometric, PixelHeader, SampleKind, WindowFunction,
};

/// What a preset is for. The words are the application's; [`PresetName::key`] finds them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PresetName {
    /// 肺
    Lung,
    /// 纵隔
    Mediastinum,
    /// 骨
    Bone,
    /// 脑
    Brain,
    /// 早期脑梗死: narrow, for loss of grey-white contrast.
    Stroke,
    /// 颞骨
    TemporalBone,
    /// 腹部
    Abdomen,
    /// 肝
    Liver,
    /// 脊柱软组织
    Spine,
    /// 血管造影
    Angiography,
}

impl PresetName {
    /// Every preset, in the order of a menu without a body part.
    pub const ALL: [Self; 10] = [
        Self::Lung,
        Self::Mediastinum,
        Self::Bone,
        Self::Brain,
        Self::Abdomen,
        Self::Liver,
        Self::Spine,
        Self::Angiography,
        Self::Stroke,
        Self::TemporalBone,
    ];

    /// Key of its word in the application's word lists.
    pub fn key(self) -> &'static str {
        match self {
            Self::Lung => "preset.lung",
            Self::Mediastinum => "preset.mediastinum",
            Self::Bone => "preset.bone",
            Self::Brain => "preset.brain",
            Self::Stroke => "preset.stroke",
            Self::TemporalBone => "preset.temporal_bone",
            Self::Abdomen => "preset.abdomen",
            Self::Liver => "preset.liver",
            Self::Spine => "preset.spine",
            Self::Angiography => "preset.angiography",
        }
    }

    /// Centre and width in HU.
    pub fn center_width(self) -> (f64, f64) {
        match self {
            Self::Lung => (-600.0, 1500.0),
            Self::Mediastinum => (40.0, 400.0),
            Self::Bone => (300.0, 1500.0),
            Self::Brain => (40.0, 80.0),
            Self::Stroke => (35.0, 40.0),
            Self::TemporalBone => (600.0, 4000.0),
            Self::Abdomen => (50.0, 350.0),
            Self::Liver => (60.0, 160.0),
            Self::Spine => (50.0, 250.0),
            Self::Angiography => (300.0, 600.0),
        }
    }

    /// The preset as a choice for a pipeline.
    pub fn voi(self) -> VoiChoice {
        let (center, width) = self.center_width();
        VoiChoice::Window { center, width, function: WindowFunction::Linear }
    }
}

/// Presets that mean something for a modality, the likeliest first. `body_part` is Body Part Examined
/// (0018,0015), any case. Empty where values have no common scale (MR, CR, DX, US …): there the file's own
/// windows and the automatic one are the presets.
pub fn presets_for(modality: &str, body_part: Option<&str>) -> Vec<PresetName> {
    use PresetName::{
        Abdomen, Angiography, Bone, Brain, Liver, Lung, Mediastinum, Spine, Stroke, TemporalBone,
    };
    if modality != "CT" {
        return Vec::new();
    }
    let part = body_part.unwrap_or_default().to_ascii_uppercase();
    let has = |words: &[&str]| words.iter().any(|w| part.contains(w));
    let first: &[PresetName] = if has(&["SPINE"]) {
        &[Spine, Bone]
    } else if has(&["CHEST", "LUNG", "THORAX"]) {
        &[Lung, Mediastinum, Bone]
    } else if has(&["HEAD", "BRAIN", "SKULL"]) {
        &[Brain, Stroke, Bone, TemporalBone]
    } else if has(&["EAR", "SINUS", "IAC", "ORBIT"]) && !has(&["HEART"]) {
        &[TemporalBone, Bone, Brain]
    } else if has(&["ABDOMEN", "LIVER", "PELVIS", "KIDNEY", "PANCREAS"]) {
        &[Abdomen, Liver, Bone]
    } else if has(&["HEART", "AORTA", "CORONARY", "VESSEL"]) {
        &[Angiography, Mediastinum, Lung]
    } else {
        &[]
    };
    let rest = PresetName::ALL.iter().filter(|p| !first.contains(p));
    first.iter().chain(rest).copied().collect()
}

/// The window a file opens with if it names one: its first usable window, else its first VOI LUT.
pub fn file_voi(header: &DisplayHeader) -> Option<VoiChoice> {
    let usable = header.windows.iter().find(|w| {
        let enough = match w.function {
            WindowFunction::Linear => w.width >= 1.0,
            WindowFunction::LinearExact | WindowFunction::Sigmoid => w.width > 0.0,
        };
        enough && w.width.is_finite() && w.center.is_finite()
    });
    if let Some(window) = usable {
        return Some(VoiChoice::Window {
            center: window.center,
            width: window.width,
            function: window.function,
        });
    }
    header.voi_luts.iter().position(|lut| !lut.entries.is_empty()).map(VoiChoice::Lut)
}

/// Modalities whose values are counts, doses or labels: 8 bits of them are not made to be looked at as they are.
const COUNTS: [&str; 4] = ["NM", "PT", "RTDOSE", "SEG"];

/// All of 0–255 for grey pictures of 8 bits that nothing has to be done to: without a VOI LUT stored values are
/// P-values (PS3.3 A.8.3.4 for secondary capture; ultrasound and screenshots are made the same way). A stretch by what
/// happens to be in the picture would show other grey levels than the sender saw.
pub fn shown_as_stored(header: &DisplayHeader, pixels: &PixelHeader, modality: &str) -> Option<ValueRange> {
    let grey = matches!(pixels.photometric, Photometric::Monochrome1 | Photometric::Monochrome2);
    let bytes = (pixels.bits_stored, pixels.kind) == (8, SampleKind::Unsigned);
    let untouched = match header.modality_lut {
        ModalityLut::Identity => true,
        ModalityLut::Rescale { slope, intercept } => (slope, intercept) == (1.0, 0.0),
        ModalityLut::Table(_) => false,
    };
    let whole = grey && bytes && untouched && !COUNTS.contains(&modality);
    whole.then_some(ValueRange { min: 0.0, max: 255.0 })
}

/// The window a picture opens with: [`file_voi`], else [`shown_as_stored`], else soft tissue for CT in HU, else from
/// `range` (asked for only then, because it looks at the pixels; see [`super::auto_range`]). CT that does not say HU
/// is a dose report or a screenshot, and has no soft tissue.
pub fn default_voi(
    header: &DisplayHeader,
    pixels: &PixelHeader,
    modality: &str,
    range: impl FnOnce() -> Option<ValueRange>,
) -> VoiChoice {
    if let Some(voi) = file_voi(header) {
        return voi;
    }
    if let Some(whole) = shown_as_stored(header, pixels, modality) {
        return whole.into();
    }
    if modality == "CT" && header.units.as_deref() == Some("HU") {
        return PresetName::Mediastinum.voi();
    }
    range().unwrap_or(ValueRange { min: 0.0, max: 1.0 }).into()
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::dicom::header::{LutTable, Window};

    fn pixels(bits_stored: u8) -> PixelHeader {
        PixelHeader {
            rows: 1,
            columns: 1,
            samples_per_pixel: 1,
            photometric: Photometric::Monochrome2,
            planar: false,
            bits_allocated: if bits_stored > 8 { 16 } else { 8 },
            bits_stored,
            high_bit: bits_stored - 1,
            kind: SampleKind::Unsigned,
            frames: 1,
        }
    }

    #[test]
    fn the_likeliest_preset_comes_first_and_none_is_lost() {
        for (part, first) in [
            ("CHEST", PresetName::Lung),
            ("Brain", PresetName::Brain),
            ("LSPINE", PresetName::Spine),
            ("HEART", PresetName::Angiography),
            ("", PresetName::Lung),
        ] {
            let found = presets_for("CT", Some(part));
            assert_eq!(found[0], first, "{part}");
            assert_eq!(found.len(), PresetName::ALL.len());
        }
        assert!(presets_for("MR", Some("BRAIN")).is_empty());
    }

    #[test]
    fn a_file_opens_with_its_first_usable_window_then_its_table_then_its_values() {
        let mut header = DisplayHeader::default();
        let deep = pixels(12);
        let range = || Some(ValueRange { min: 3.0, max: 9.0 });
        assert_eq!(default_voi(&header, &deep, "MR", range), VoiChoice::Auto { min: 3.0, max: 9.0 });
        header.units = Some("HU".to_owned());
        assert_eq!(default_voi(&header, &deep, "CT", range).center_width(), Some((40.0, 400.0)));
        let table = LutTable { first: 0, bits: 8, entries: vec![1, 2], explanation: None };
        header.voi_luts.push(Arc::new(table));
        assert_eq!(default_voi(&header, &deep, "MR", range), VoiChoice::Lut(0));
        for width in [0.0, 7.0] {
            let function = WindowFunction::Linear;
            header.windows.push(Window { center: 5.0, width, function, explanation: None });
        }
        assert_eq!(default_voi(&header, &deep, "MR", range).center_width(), Some((5.0, 7.0)));
    }

    /// PS3.3 A.8.3.4: without a VOI LUT the stored values are P-values. Dose reports come in CT series.
    #[test]
    fn bytes_without_a_window_are_shown_as_they_are_and_screenshots_are_no_soft_tissue() {
        let range = || Some(ValueRange { min: 3.0, max: 9.0 });
        let (whole, stretched) =
            (VoiChoice::Auto { min: 0.0, max: 255.0 }, VoiChoice::Auto { min: 3.0, max: 9.0 });
        let mut header = DisplayHeader::default();
        for (bits, modality, expected) in [
            (8, "US", whole),
            (8, "CT", whole),
            (8, "SEG", stretched),
            (8, "NM", stretched),
            (1, "OT", stretched),
            (12, "CT", stretched),
        ] {
            assert_eq!(default_voi(&header, &pixels(bits), modality, range), expected, "{bits} {modality}");
        }
        header.modality_lut = ModalityLut::Rescale { slope: 1.0, intercept: 0.0 };
        assert_eq!(default_voi(&header, &pixels(8), "OT", range), whole);
        header.modality_lut = ModalityLut::Rescale { slope: 2.0, intercept: 0.0 };
        assert_eq!(default_voi(&header, &pixels(8), "OT", range), stretched);
    }
}
