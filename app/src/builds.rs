//! Builds of the decoder, and which modules a film needs.

use film_link::manifest::Manifest;
use viewer_core::codec::TransferSyntax;

/// Builds of the decoder, each with all codecs of the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Build {
    /// What a weak line brings.
    Light,
    /// What most scanners send.
    First,
    /// Every codec but JPEG XL: three times the size of the first.
    Whole,
    /// JPEG XL, too: several times the size.
    JpegXl,
}

impl Build {
    /// The smallest that takes frames of this transfer syntax.
    pub fn for_syntax(transfer_syntax_uid: &str) -> Self {
        use viewer_core::codec::Family::{JpegLossless, JpegLs, JpegXl, Native, Other, Rle, Video};
        match TransferSyntax::from_uid(transfer_syntax_uid).map(TransferSyntax::family) {
            // Videos are the browser's, and what is unknown nobody's.
            None | Some(Native | Rle | JpegLs | Video | Other) => Self::Light,
            Some(JpegLossless) => Self::First,
            Some(JpegXl) => Self::JpegXl,
            Some(_) => Self::Whole,
        }
    }

    /// Name of the module, for a browser with or without SIMD.
    pub fn module(self, simd: bool) -> &'static str {
        match (self, simd) {
            (Self::Light, false) => "decoder-light-base",
            (Self::Light, true) => "decoder-light-simd",
            (Self::First, false) => "decoder-base",
            (Self::First, true) => "decoder-simd",
            (Self::Whole, false) => "decoder-whole-base",
            (Self::Whole, true) => "decoder-whole-simd",
            (Self::JpegXl, false) => "decoder-jxl-base",
            (Self::JpegXl, true) => "decoder-jxl-simd",
        }
    }
}

/// Modules that a film may come to need on this device, looked at or not: decoders of all its series, that for what a weak line
/// brings in the place of some, what draws over pictures (only their metadata say whether there is anything), and what plays videos.
pub fn modules(film: &Manifest, simd: bool) -> Vec<&'static str> {
    let mut names = vec![Build::Light.module(simd), "presenter", "video"];
    let series = film.studies.iter().flat_map(|study| &study.series);
    for uid in series.filter_map(|series| series.key_frame.transfer_syntax_uid.as_deref()) {
        let name = Build::for_syntax(uid).module(simd);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_decoder_is_for_what_is_met_most() {
        let build = |suffix: &str| Build::for_syntax(&format!("1.2.840.10008.1.2{suffix}"));
        for suffix in ["", ".1", ".4.80", ".5"] {
            assert_eq!(build(suffix), Build::Light, "{suffix}");
        }
        for suffix in [".4.57", ".4.70"] {
            assert_eq!(build(suffix), Build::First, "{suffix}");
        }
        for suffix in [".4.50", ".4.90", ".4.201", ".8.1"] {
            assert_eq!(build(suffix), Build::Whole, "{suffix}");
        }
        for suffix in [".4.110", ".4.111", ".4.112"] {
            assert_eq!(build(suffix), Build::JpegXl, "{suffix}");
        }
    }

    #[test]
    fn a_film_needs_decoders_of_all_its_series() {
        let series = |uid: &str| {
            serde_json::json!({ "uid": "1.2.3", "modality": "CT", "instances": 1, "frames": 1, "bytes": 1,
                "key_frame": { "instance_uid": "1.2.4", "frame": 1, "rows": 1, "columns": 1, "transfer_syntax_uid": uid } })
        };
        let syntaxes = ["1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91"];
        let film = serde_json::json!({ "version": 1, "patient": { "name": {} }, "studies": [
            { "uid": "1.2", "series": syntaxes.map(series) } ] });
        let film = Manifest::read(&film.to_string()).unwrap();
        let expected = ["decoder-light-simd", "presenter", "video", "decoder-simd", "decoder-whole-simd"];
        assert_eq!(modules(&film, true), expected);
    }
}
