//! Colours of a device → sRGB: a curve, a cube of colours, and what lies between them.
//!
//! What an ICC profile says, worked out once (`crate::icc`, natively): the page only looks colours up. Stored values
//! are not touched, this is a step of display (PS3.3 C.11.15).

/// First bytes of a cube that is sent; no ICC profile begins so, its first four are a length.
const MAGIC: [u8; 4] = *b"LBC1";

/// At most so many colours along an edge.
const MOST: usize = 65;

/// The end of the curve.
const FULL: usize = 65_535;

/// A cube of sRGB colours over red, green and blue of a device, 8 bits each.
///
/// The device's values go through one curve first, so that the cube's colours lie at even steps of what is seen: a
/// device whose values are proportional to light has half of what is seen in its lowest fifth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColourCube {
    /// 0–65535 for each of the device's values, never falling, from 0 to 65535.
    curve: Vec<u16>,
    /// Colours along an edge, 2–65, evenly spaced from 0 to 255.
    side: usize,
    /// side³ colours, red slowest, blue fastest.
    colours: Vec<[u8; 3]>,
}

impl ColourCube {
    /// From a curve of 256 values and the sRGB colours of a grid, red slowest; `None` when they are not side³, or `side`
    /// is not 2–65.
    pub fn new(curve: Vec<u16>, side: usize, colours: Vec<[u8; 3]>) -> Option<Self> {
        let fits = curve.len() == 256 && (2..=MOST).contains(&side) && colours.len() == side.pow(3);
        fits.then_some(Self { curve, side, colours })
    }

    /// The colours at which a cube of `side` along an edge is to be known, in its order, 0–65535: after the curve.
    pub fn grid(side: usize) -> impl Iterator<Item = [u16; 3]> {
        let last = side.saturating_sub(1).max(1);
        let at = move |step: usize| ((step * FULL + last / 2) / last) as u16;
        (0..side)
            .flat_map(move |r| (0..side).flat_map(move |g| (0..side).map(move |b| [at(r), at(g), at(b)])))
    }

    /// What is sent to a page: four bytes that say what it is, the curve (little endian), the side, the colours.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(self.curve.iter().flat_map(|value| value.to_le_bytes()));
        bytes.push(self.side as u8);
        bytes.extend_from_slice(self.colours.as_flattened());
        bytes
    }

    /// Reads [`ColourCube::to_bytes`], which may be padded to an even length; `None` for anything else, such as an ICC
    /// profile.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (curve, rest) = bytes.strip_prefix(&MAGIC)?.split_at_checked(512)?;
        let (side, colours) = rest.split_first()?;
        let curve = curve.as_chunks().0.iter().map(|&pair| u16::from_le_bytes(pair)).collect();
        let side = usize::from(*side);
        let colours = colours.as_chunks().0.get(..side.checked_pow(3)?)?;
        Self::new(curve, side, colours.to_vec())
    }

    /// The sRGB colour of a device's colour, by tetrahedra (as Little CMS does): on the grey axis only greys count.
    pub fn colour(&self, rgb: [u8; 3]) -> [u8; 3] {
        let last = self.side - 1;
        let strides = [self.side * self.side, self.side, 1];
        let mut corner = 0;
        // How far into its cell along each axis, of 65535; and the step to the next colour.
        let mut ways = [(0usize, 0usize); 3];
        for ((way, value), stride) in ways.iter_mut().zip(rgb).zip(strides) {
            let along = self.curve.get(usize::from(value)).map_or(0, |&at| usize::from(at)) * last;
            let cell = (along / FULL).min(last - 1);
            corner += cell * stride;
            *way = (along - cell * FULL, stride);
        }
        // The longest way first. Three swaps: a sort of the library's would be larger than all of this.
        for (one, other) in [(0, 1), (1, 2), (0, 1)] {
            if ways[one].0 < ways[other].0 {
                ways.swap(one, other);
            }
        }
        // From the low corner to the high one: each colour counts by what is left after it.
        let mut sums = [FULL / 2; 3];
        let mut left = FULL;
        for (into, stride) in ways {
            self.add(&mut sums, corner, left - into);
            corner += stride;
            left = into;
        }
        self.add(&mut sums, corner, left);
        sums.map(|sum| (sum / FULL) as u8)
    }

    fn add(&self, sums: &mut [usize; 3], at: usize, weight: usize) {
        let colour = self.colours.get(at).copied().unwrap_or_default();
        for (sum, value) in sums.iter_mut().zip(colour) {
            *sum += usize::from(value) * weight;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cube(side: usize, of: impl Fn([u8; 3]) -> [u8; 3]) -> ColourCube {
        let colours = ColourCube::grid(side).map(|rgb| of(rgb.map(|v| (v / 257) as u8))).collect();
        ColourCube::new((0..256).map(|value| value * 257).collect(), side, colours).unwrap()
    }

    /// 255 is divided evenly by 1, 3, 5, 15, 17 and 51: between such colours nothing is rounded.
    #[test]
    fn what_is_straight_stays_straight() {
        let turned = cube(18, |[r, g, b]| [255 - b, r, g]);
        for rgb in [[0, 0, 0], [255, 255, 255], [1, 2, 3], [254, 17, 128], [90, 91, 92], [7, 255, 0]] {
            let [r, g, b] = rgb;
            assert_eq!(turned.colour(rgb), [255 - b, r, g], "{rgb:?}");
        }
    }

    #[test]
    fn a_cube_comes_through_bytes_and_nothing_else_does() {
        let cube = cube(3, |[r, g, b]| [g, b, r]);
        let mut bytes = cube.to_bytes();
        assert_eq!(ColourCube::from_bytes(&bytes), Some(cube.clone()));
        bytes.push(0);
        assert_eq!(ColourCube::from_bytes(&bytes), Some(cube));
        assert_eq!(ColourCube::from_bytes(&bytes[..590]), None);
        for wrong in [&b"LBC1"[..], b"LBC1\0", b"LBC1\x01abc", b"\0\0\x0c\x48Lino\x02\x10\0\0mntrRGB XYZ "] {
            assert_eq!(ColourCube::from_bytes(wrong), None);
        }
    }
}
