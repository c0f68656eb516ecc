//! Encoded bytes → stored values.
