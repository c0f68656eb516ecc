//! Colours of graphics and shutters: P-values and CIELab → sRGB.

/// A P-value of 16 bits (PS3.3 C.10.7, C.7.6.11) as a grey level.
pub fn grey(value: u16) -> [u8; 3] {
    [((u32::from(value) * 255 + 32_767) / 65_535) as u8; 3]
}

/// CIELab of the profile connection space, scaled to 16 bits (PS3.3 C.10.7.1.1: L 0–100, a and b −128–127), as sRGB.
/// White of the connection space (D50) is the screen's white.
pub fn from_lab([l, a, b]: [u16; 3]) -> [u8; 3] {
    let l = f64::from(l) / 655.35;
    let [a, b] = [a, b].map(|part| f64::from(part) / 257.0 - 128.0);
    let f = (l + 16.0) / 116.0;
    // ISO 13655: the inverse of the CIE 1976 function.
    let part = |f: f64| if f > 6.0 / 29.0 { f * f * f } else { (f - 4.0 / 29.0) * 108.0 / 841.0 };
    let x = 0.9642 * part(f + a / 500.0);
    let y = part(f);
    let z = 0.8249 * part(f - b / 200.0);
    // D50 XYZ → linear sRGB (Bradford).
    let linear = [
        3.133_856_1 * x - 1.616_866_7 * y - 0.490_614_6 * z,
        -0.978_768_4 * x + 1.916_141_5 * y + 0.033_454_0 * z,
        0.071_945_3 * x - 0.228_991_4 * y + 1.405_242_7 * z,
    ];
    linear.map(|value| {
        let value = value.clamp(0.0, 1.0);
        let encoded =
            if value <= 0.003_130_8 { 12.92 * value } else { 1.055 * value.powf(1.0 / 2.4) - 0.055 };
        (encoded * 255.0 + 0.5) as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// C.10.7.1.1: FFFFH is L 100, 8080H is a or b 0.
    #[test]
    fn white_black_and_red() {
        assert_eq!(from_lab([0xFFFF, 0x8080, 0x8080]), [255; 3]);
        assert_eq!(from_lab([0, 0x8080, 0x8080]), [0; 3]);
        // sRGB red is L 54.29, a 80.81, b 69.89 under D50.
        let lab = [54.29 * 655.35, (80.81 + 128.0) * 257.0, (69.89 + 128.0) * 257.0].map(|v| v as u16);
        let [r, g, b] = from_lab(lab);
        assert!(r > 250 && g < 8 && b < 8, "{r} {g} {b}");
        assert_eq!((grey(0), grey(0xFFFF), grey(0x8000)), ([0; 3], [255; 3], [128; 3]));
    }
}
