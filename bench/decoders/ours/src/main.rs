//! Our decoders and lookup tables behind a small interface for `bench/decoders.mjs`. `cargo xtask bench decoders`
//! compiles it as the decoder of the browser build is compiled.

#[cfg(target_arch = "wasm32")]
mod lut;
#[cfg(target_arch = "wasm32")]
mod picture;

fn main() {}
