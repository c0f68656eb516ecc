//! Grey pictures with colours: supplemental palettes (PS3.3 C.8.16.2.1.1.1) and pseudo-colour presentation states (A.33.3).
//!
//! Both are made into one palette of every stored value, once for each window: what draws palettes draws them too.

use super::pipeline::{Grey, is_usable};
use super::{LutError, PixelFacts, VoiChoice};
use crate::dicom::header::{ColourMap, DisplayHeader, Palette};

/// Colours of every stored value, the lowest first; None where the picture is to be grey. Stored values of more than
/// 16 bits and floats have no palette: they are drawn grey, as the standard allows.
pub(super) fn palette(
    header: &DisplayHeader,
    facts: PixelFacts,
    voi: VoiChoice,
) -> Result<Option<Palette>, LutError> {
    let Some(colours) = &header.colours else { return Ok(None) };
    let grey = Grey::new(header, facts, voi, false)?;
    let Some((low, high)) = grey.small_range else { return Ok(None) };
    let (ColourMap::Supplemental(palette) | ColourMap::Pseudo(palette)) = colours;
    if !is_usable(palette) {
        return Err(LutError::Palette);
    }
    let last = palette.red.len() - 1;
    let mut out = Palette { first: low, red: Vec::new(), green: Vec::new(), blue: Vec::new() };
    for stored in low..=high {
        let entry = |at: usize| {
            [&palette.red, &palette.green, &palette.blue].map(|part| part.get(at).copied().unwrap_or(0))
        };
        let colour = match (colours, grey.fraction(f64::from(stored))) {
            (_, None) => [0; 3],
            (ColourMap::Supplemental(_), _) if stored >= palette.first => {
                entry(((stored - palette.first) as usize).min(last))
            }
            (ColourMap::Supplemental(_), Some(fraction)) => [(fraction * 65_535.0 + 0.5) as u16; 3],
            (ColourMap::Pseudo(_), Some(fraction)) => entry((fraction * last as f64 + 0.5) as usize),
        };
        for (part, value) in [&mut out.red, &mut out.green, &mut out.blue].into_iter().zip(colour) {
            part.push(value);
        }
    }
    Ok(Some(out))
}
