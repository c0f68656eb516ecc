//! ICC profiles (PS3.3 C.11.15) → what the display needs of them (feature `icc`).
//!
//! The crate `moxcms` reads profiles, of matrices and of tables, and converts; what is handed on is a [`ColourCube`], or
//! nothing where the device's colours are those of sRGB already. Display is sRGB. Without its SIMD features the crate
//! forbids `unsafe`; profiles are a stranger's, and are never read in the browser.

use moxcms::{
    ColorProfile, DataColorSpace, Layout, RenderingIntent, Transform16BitExecutor, TransformOptions,
};
use std::sync::Arc;
use thiserror::Error;

use crate::lut::ColourCube;

/// Longest profile that is read, in bytes. Those with tables for every intent take a few hundred thousand.
pub const MOST_BYTES: usize = 4 << 20;

/// Colours along the edge of a cube: the larger where of the smaller's more than one in [`ONE_IN`] are further off than
/// [`NEAR`]. They are those at the edge of what sRGB has, where a colour stops short in the middle of a cell.
const SIDES: [usize; 2] = [17, 33];
const ONE_IN: usize = 25;

/// Levels that nobody sees, and that two programs' rounding may differ by.
const SAME: u8 = 1;
const NEAR: u8 = 2;

/// Greys that the curve is worked out at.
const GREYS: usize = 4097;

/// Why a profile cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ProfileError {
    /// Longer than [`MOST_BYTES`].
    #[error("an ICC profile of {0} bytes, at most {MOST_BYTES} are read")]
    Long(usize),
    /// Not a profile, or a damaged one.
    #[error("ICC profile: {0}")]
    Unreadable(String),
    /// Of a device without red, green and blue.
    #[error("an ICC profile of {0}, colour pictures of DICOM are red, green and blue")]
    Space(String),
}

/// The cube of a profile; `None` where its colours are sRGB's (within one level).
///
/// # Errors
/// When the profile cannot be read, or is for another kind of device.
pub fn cube(profile: &[u8]) -> Result<Option<ColourCube>, ProfileError> {
    if profile.len() > MOST_BYTES {
        return Err(ProfileError::Long(profile.len()));
    }
    let device = ColorProfile::new_from_slice(profile).map_err(unreadable)?;
    if device.color_space != DataColorSpace::Rgb {
        return Err(ProfileError::Space(format!("{:?}", device.color_space)));
    }
    let options = TransformOptions {
        // With the device's black as black, as below. Perceptual tables are made for another medium's range: through them
        // even the profile that the ICC publishes for sRGB itself changes the colours of sRGB, by up to 61 levels.
        rendering_intent: RenderingIntent::RelativeColorimetric,
        prefer_fixed_point: false,
        ..TransformOptions::default()
    };
    let transform = device
        .create_transform_16bit(Layout::Rgb, &ColorProfile::new_srgb(), Layout::Rgb, options)
        .map_err(unreadable)?;

    let probes = probes();
    let wide: Vec<_> = probes.iter().map(|rgb| rgb.map(|value| u16::from(value) * 257)).collect();
    let truth = convert(&*transform, &wide)?;
    if probes.iter().zip(&truth).all(|(from, to)| apart(*from, *to) <= SAME) {
        return Ok(None);
    }
    let curve = Curve::of(&*transform)?;
    let mut best = None;
    for side in SIDES {
        let grid: Vec<_> = ColourCube::grid(side).map(|rgb| rgb.map(|at| curve.device(at))).collect();
        best = ColourCube::new(curve.bytes(), side, convert(&*transform, &grid)?);
        let near = |cube: &ColourCube| {
            let far = probes.iter().zip(&truth).filter(|(from, to)| apart(cube.colour(**from), **to) > NEAR);
            far.count() * ONE_IN <= probes.len()
        };
        if best.as_ref().is_some_and(near) {
            break;
        }
    }
    Ok(best)
}

/// [`cube`] of a profile that may be unusable: then colours are shown as they are, which is what no profile means.
pub(crate) fn usable_cube(profile: &[u8]) -> Option<Arc<ColourCube>> {
    cube(profile).ok().flatten().map(Arc::new)
}

/// How light the device's greys look, from 0 to 65535, at [`GREYS`] even steps. Never falls.
struct Curve(Vec<u16>);

impl Curve {
    /// A device whose greys do not grow lighter all the way is left as it is.
    fn of(transform: &Transform16BitExecutor) -> Result<Self, ProfileError> {
        let even = |step: usize| (step * 65_535 / (GREYS - 1)) as u16;
        let greys: Vec<_> = (0..GREYS).map(|step| [even(step); 3]).collect();
        let seen: Vec<_> = convert_wide(transform, &greys)?.into_iter().map(|[_, green, _]| green).collect();
        let (low, high) = (seen[0], seen[GREYS - 1]);
        if !seen.is_sorted() || high.saturating_sub(low) < 32_768 {
            return Ok(Self((0..GREYS).map(even).collect()));
        }
        let range = u32::from(high - low);
        Ok(Self(seen.iter().map(|&at| (u32::from(at - low) * 65_535 / range) as u16).collect()))
    }

    /// The device's value that comes to `at`.
    fn device(&self, at: u16) -> u16 {
        let above = self.0.partition_point(|&value| value < at).min(GREYS - 1);
        let below = above.saturating_sub(1);
        let (low, high) = (f64::from(self.0[below]), f64::from(self.0[above]));
        let part = if high > low { ((f64::from(at) - low) / (high - low)).clamp(0.0, 1.0) } else { 1.0 };
        ((below as f64 + part * (above - below) as f64) * 65_535.0 / (GREYS - 1) as f64).round() as u16
    }

    /// At each of 256 values.
    fn bytes(&self) -> Vec<u16> {
        let at = |value: usize| {
            let place = (value * (GREYS - 1)) as f64 / 255.0;
            let below = (place as usize).min(GREYS - 2);
            let (low, high) = (f64::from(self.0[below]), f64::from(self.0[below + 1]));
            (low + (high - low) * (place - below as f64)).round() as u16
        };
        (0..256).map(at).collect()
    }
}

fn unreadable(error: moxcms::CmsError) -> ProfileError {
    ProfileError::Unreadable(error.to_string())
}

fn convert(transform: &Transform16BitExecutor, colours: &[[u16; 3]]) -> Result<Vec<[u8; 3]>, ProfileError> {
    let wide = convert_wide(transform, colours)?;
    Ok(wide.into_iter().map(|rgb| rgb.map(|value| ((u32::from(value) + 128) / 257) as u8)).collect())
}

fn convert_wide(
    transform: &Transform16BitExecutor,
    colours: &[[u16; 3]],
) -> Result<Vec<[u16; 3]>, ProfileError> {
    let mut out = vec![[0u16; 3]; colours.len()];
    transform.transform(colours.as_flattened(), out.as_flattened_mut()).map_err(unreadable)?;
    let mut black = [[0u16; 3]];
    transform.transform(&[0; 3], black.as_flattened_mut()).map_err(unreadable)?;
    // Black point compensation: the device's black is as dark as the screen's, everything else keeps its place between
    // black and white, in amounts of light.
    let darkest = black[0].into_iter().map(light).sum::<f64>() / 3.0;
    if darkest > 0.0 && darkest < 0.5 {
        for value in out.as_flattened_mut() {
            *value = encoded((light(*value) - darkest) / (1.0 - darkest));
        }
    }
    Ok(out)
}

/// Light of an sRGB value, 0–1 (IEC 61966-2-1).
fn light(value: u16) -> f64 {
    let value = f64::from(value) / 65_535.0;
    if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

/// sRGB value of an amount of light, held to 0–1.
fn encoded(light: f64) -> u16 {
    let light = light.clamp(0.0, 1.0);
    let value = if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
    (value * 65_535.0).round() as u16
}

/// Colours to compare by: a grid that shares no inner colour with a cube's, and all greys.
fn probes() -> Vec<[u8; 3]> {
    let greys = (0..=255).map(|grey| [grey; 3]);
    ColourCube::grid(14).map(|rgb| rgb.map(|value| (value / 257) as u8)).chain(greys).collect()
}

fn apart(one: [u8; 3], other: [u8; 3]) -> u8 {
    one.iter().zip(other).map(|(a, b)| a.abs_diff(b)).max().unwrap_or(0)
}
