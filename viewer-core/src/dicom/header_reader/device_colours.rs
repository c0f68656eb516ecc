//! ICC Profile (PS3.3 C.11.15), or what the gateway has made of it.

use std::sync::Arc;

use crate::dicom::dataset::DataSet;
use crate::dicom::header::{Photometric, PixelHeader};
use crate::dicom::tag;
use crate::lut::ColourCube;

/// From the device's colours to sRGB, for pictures in colour. Of several optical paths (C.8.12.5) all have to agree.
pub(super) fn read(data: &DataSet<'_>, pixels: &PixelHeader) -> Option<Arc<ColourCube>> {
    if matches!(pixels.photometric, Photometric::Monochrome1 | Photometric::Monochrome2) {
        return None;
    }
    let own = profile(data);
    let mut paths = data.items(tag::OPTICAL_PATH_SEQUENCE).iter().map(profile);
    let found = match own {
        Some(bytes) => bytes,
        None => {
            let first = paths.next()??;
            paths.all(|path| path == Some(first)).then_some(first)?
        }
    };
    match ColourCube::from_bytes(found) {
        Some(cube) => Some(Arc::new(cube)),
        None => of_profile(found),
    }
}

fn profile<'d>(data: &'d DataSet<'_>) -> Option<&'d [u8]> {
    data.get(tag::ICC_PROFILE)?.bytes()
}

#[cfg(feature = "icc")]
fn of_profile(profile: &[u8]) -> Option<Arc<ColourCube>> {
    crate::icc::usable_cube(profile)
}

/// A server that is no gateway of ours sent the profile itself: colours are shown as they are.
#[cfg(not(feature = "icc"))]
fn of_profile(_: &[u8]) -> Option<Arc<ColourCube>> {
    None
}
