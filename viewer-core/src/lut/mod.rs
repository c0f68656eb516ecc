//! lut
