//! Which numbers a component's coefficients are kept in.

use super::geometry::TileComponent;
use super::params::Coding;
use super::words::Word;

/// Most bits of samples whose coefficients are integers of 16 bits: no band of the 5/3 wavelet, however deep, has a
/// coefficient of more than 7.95 times what a sample can be, and the steps add two of them. A colour transform adds a bit.
const NARROW: u8 = 12;

/// What the coefficients of a component are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Coefficients {
    I16,
    I32,
    I64,
    F32,
    F64,
}

impl Coefficients {
    /// `transformed`: whether the component went through a colour transform.
    pub(super) fn of(coding: &Coding, precision: u8, transformed: bool, planes: u32) -> Self {
        let wide = planes > <u32 as Word>::PLANES;
        // Bit-planes beyond those that samples can have are a sign of something unusual.
        let narrow = precision + u8::from(transformed) <= NARROW && planes <= 16;
        match coding.reversible {
            true if wide => Self::I64,
            true if narrow => Self::I16,
            true => Self::I32,
            // A float of 32 bits has 24 for a sample and what the wavelet adds to it.
            false if wide || precision > 16 => Self::F64,
            false => Self::F32,
        }
    }

    /// What holds those of all components; `None` where some are integers and others floats.
    pub(super) fn of_all(components: &[TileComponent]) -> Option<Self> {
        let all = components.iter().map(|component| component.coefficients);
        let is_float = |one: &Self| matches!(one, Self::F32 | Self::F64);
        let floats = all.clone().filter(is_float).count();
        all.max().filter(|_| floats == 0 || floats == components.len())
    }
}
