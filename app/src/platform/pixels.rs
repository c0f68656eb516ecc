//! Samples in buffers of the browser's, and back.

use js_sys::ArrayBuffer;
use viewer_core::frame::{Frame, Samples};

use crate::protocol::{Picture, ProtocolError, SampleType};

/// Copies samples into a buffer of their own.
pub fn to_buffer(samples: &Samples) -> ArrayBuffer {
    match samples {
        Samples::U8(v) => js_sys::Uint8Array::from(v.as_slice()).buffer(),
        Samples::I8(v) => js_sys::Int8Array::from(v.as_slice()).buffer(),
        Samples::U16(v) => js_sys::Uint16Array::from(v.as_slice()).buffer(),
        Samples::I16(v) => js_sys::Int16Array::from(v.as_slice()).buffer(),
        Samples::U32(v) => js_sys::Uint32Array::from(v.as_slice()).buffer(),
        Samples::I32(v) => js_sys::Int32Array::from(v.as_slice()).buffer(),
        Samples::F32(v) => js_sys::Float32Array::from(v.as_slice()).buffer(),
        Samples::F64(v) => js_sys::Float64Array::from(v.as_slice()).buffer(),
    }
}

/// Copies a frame back out of its buffer.
///
/// # Errors
/// [`ProtocolError::Buffer`] when the buffer is not as long as the picture says.
pub fn to_frame(picture: &Picture, from: &ArrayBuffer) -> Result<Frame, ProtocolError> {
    picture.assemble(from.byte_length() as usize, |sample| match sample {
        SampleType::U8 => Samples::U8(js_sys::Uint8Array::new(from).to_vec()),
        SampleType::I8 => Samples::I8(js_sys::Int8Array::new(from).to_vec()),
        SampleType::U16 => Samples::U16(js_sys::Uint16Array::new(from).to_vec()),
        SampleType::I16 => Samples::I16(js_sys::Int16Array::new(from).to_vec()),
        SampleType::U32 => Samples::U32(js_sys::Uint32Array::new(from).to_vec()),
        SampleType::I32 => Samples::I32(js_sys::Int32Array::new(from).to_vec()),
        SampleType::F32 => Samples::F32(js_sys::Float32Array::new(from).to_vec()),
        SampleType::F64 => Samples::F64(js_sys::Float64Array::new(from).to_vec()),
    })
}
