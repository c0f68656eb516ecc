//! Proof, on the user's own device, that the GPU's picture is the CPU's.

use thiserror::Error;

use super::self_test_pattern::{HEIGHT, WIDTH, scenes};
use super::{DrawJob, Readback, RenderError, Renderer};
use crate::lut::draw::{DrawOptions, draw_view};

/// How the GPU's picture differs: reason enough to draw on the CPU.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Mismatch {
    /// Pixels off by more than one grey level.
    #[error("the GPU draws {pixels} of {of} pixels of the test pattern wrong, by up to {worst} levels")]
    Pixels {
        /// How many.
        pixels: usize,
        /// Of how many.
        of: usize,
        /// Largest difference.
        worst: u8,
    },
    /// The device did not give its picture back.
    #[error("the GPU does not give the test pattern back")]
    NoReadback,
}

/// A running test: [`SelfTest::start`], then [`SelfTest::poll`] until it answers.
pub struct SelfTest {
    readback: Readback,
    expected: Vec<u8>,
}

impl SelfTest {
    /// Draws the test pattern on both sides and asks for the GPU's back. Compiles every GPU program.
    ///
    /// # Errors
    /// When the pattern cannot even be drawn.
    pub fn start(renderer: &Renderer) -> Result<Self, RenderError> {
        let scenes = scenes()?;
        let mut expected = vec![0; (WIDTH * HEIGHT * 4) as usize];
        expected.chunks_exact_mut(4).for_each(|p| p.copy_from_slice(&[0, 0, 0, 255]));
        let mut frames = Vec::new();
        for scene in &scenes {
            let [left, top, width, height] = scene.viewport;
            let mut picture = vec![0; (width * height * 4) as usize];
            let options = DrawOptions { width, height, sharp_from: scene.sharp_from };
            draw_view(&scene.frame, &scene.pipeline, &scene.placement, options, &mut picture)?;
            let row_bytes = width as usize * 4;
            for (y, row) in picture.chunks_exact(row_bytes).enumerate() {
                let at = ((top as usize + y) * WIDTH as usize + left as usize) * 4;
                if let Some(slot) = expected.get_mut(at..at + row_bytes) {
                    slot.copy_from_slice(row);
                }
            }
            frames.push(renderer.upload(&scene.frame, &scene.pipeline, None)?);
        }
        let target = renderer.device().create_texture(&wgpu::TextureDescriptor {
            label: Some("self-test"),
            size: wgpu::Extent3d { width: WIDTH, height: HEIGHT, depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: renderer.format(),
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
            view_formats: &[],
        });
        let mut jobs: Vec<DrawJob<'_>> = scenes
            .iter()
            .zip(&mut frames)
            .map(|(scene, frame)| DrawJob {
                frame,
                pipeline: &scene.pipeline,
                placement: &scene.placement,
                viewport: scene.viewport,
                sharp_from: scene.sharp_from,
            })
            .collect();
        renderer.draw(&target.create_view(&wgpu::TextureViewDescriptor::default()), &mut jobs)?;
        let readback = Readback::start(renderer.device(), renderer.queue(), &target);
        Ok(Self { readback, expected })
    }

    /// None while the GPU is at work.
    pub fn poll(&self, renderer: &Renderer) -> Option<Result<(), Mismatch>> {
        let found = self.readback.poll(renderer.device())?;
        Some(found.ok_or(Mismatch::NoReadback).and_then(|found| compare(&found, &self.expected)))
    }
}

fn compare(found: &[u8], expected: &[u8]) -> Result<(), Mismatch> {
    let (mut pixels, mut worst) = (0, 0);
    for (found, expected) in found.chunks_exact(4).zip(expected.chunks_exact(4)) {
        let off = found.iter().zip(expected).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0);
        worst = worst.max(off);
        pixels += usize::from(off > 1);
    }
    match pixels {
        0 if found.len() == expected.len() => Ok(()),
        0 => Err(Mismatch::NoReadback),
        _ => Err(Mismatch::Pixels { pixels, of: expected.len() / 4, worst }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_level_is_allowed_and_two_are_not() {
        let expected = [10, 10, 10, 255, 20, 20, 20, 255];
        let mut found = expected;
        found[4] = 21;
        assert_eq!(compare(&found, &expected), Ok(()));
        found[4] = 24;
        assert_eq!(compare(&found, &expected), Err(Mismatch::Pixels { pixels: 1, of: 2, worst: 4 }));
        assert_eq!(compare(&found[..4], &expected), Err(Mismatch::NoReadback));
    }
}
