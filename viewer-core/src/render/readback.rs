//! Pixels back from the GPU, without waiting.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// The copy is under way.
const WAITING: u8 = 0;
/// The buffer can be read.
const MAPPED: u8 = 1;
/// The device could not.
const FAILED: u8 = 2;

/// A texture on its way back. Start it, then poll: in a browser between frames, natively in a loop.
pub struct Readback {
    buffer: wgpu::Buffer,
    state: Arc<AtomicU8>,
    width: u32,
    height: u32,
    padded_row: usize,
    swap_red_blue: bool,
}

impl Readback {
    /// Copies a texture of four 8-bit channels, made with `COPY_SRC`.
    pub fn start(device: &wgpu::Device, queue: &wgpu::Queue, texture: &wgpu::Texture) -> Self {
        let (width, height) = (texture.width(), texture.height());
        let padded_row = (width * 4).next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT);
        let buffer = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("readback"),
            size: u64::from(padded_row) * u64::from(height),
            usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        encoder.copy_texture_to_buffer(
            texture.as_image_copy(),
            wgpu::TexelCopyBufferInfo {
                buffer: &buffer,
                layout: wgpu::TexelCopyBufferLayout {
                    offset: 0,
                    bytes_per_row: Some(padded_row),
                    rows_per_image: Some(height),
                },
            },
            texture.size(),
        );
        queue.submit([encoder.finish()]);
        let state = Arc::new(AtomicU8::new(WAITING));
        let seen = Arc::clone(&state);
        buffer.map_async(wgpu::MapMode::Read, .., move |result| {
            seen.store(if result.is_ok() { MAPPED } else { FAILED }, Ordering::Release);
        });
        let swap_red_blue = texture.format() == wgpu::TextureFormat::Bgra8Unorm;
        Self { buffer, state, width, height, padded_row: padded_row as usize, swap_red_blue }
    }

    /// None while the copy is under way; then width × height pixels of red, green, blue, alpha, or None inside
    /// if the device could not.
    pub fn poll(&self, device: &wgpu::Device) -> Option<Option<Vec<u8>>> {
        // A lost device calls back with an error; the poll's own result says nothing more.
        let _ = device.poll(wgpu::PollType::Poll);
        match self.state.load(Ordering::Acquire) {
            WAITING => None,
            MAPPED => Some(self.pixels()),
            _ => Some(None),
        }
    }

    fn pixels(&self) -> Option<Vec<u8>> {
        let view = self.buffer.get_mapped_range(..).ok()?;
        let row = self.width as usize * 4;
        let mut pixels = Vec::with_capacity(row * self.height as usize);
        for line in view.chunks_exact(self.padded_row) {
            pixels.extend_from_slice(line.get(..row)?);
        }
        if self.swap_red_blue {
            pixels.chunks_exact_mut(4).for_each(|pixel| pixel.swap(0, 2));
        }
        Some(pixels)
    }
}
