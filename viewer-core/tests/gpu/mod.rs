//! A headless device and the comparison of both ways of drawing.

#![allow(clippy::expect_used)]

use viewer_core::dicom::header::{DisplayHeader, SampleKind, Spacing};
use viewer_core::frame::Frame;
use viewer_core::geometry::{ImageShape, Placement, ViewTransform};
use viewer_core::lut::draw::{DrawOptions, draw_view};
use viewer_core::lut::{Pipeline, PixelFacts, VoiChoice};
use viewer_core::render::{DeviceCaps, DrawJob, Readback, Renderer, required_limits};

/// Noise from a position: the same everywhere, no two neighbours alike.
pub(crate) fn noise(x: u32, y: u32) -> u32 {
    let mut h = x.wrapping_mul(0x9E37_79B1) ^ y.wrapping_mul(0x85EB_CA77);
    h ^= h >> 15;
    h = h.wrapping_mul(0x2C1B_3C6D);
    h ^ (h >> 13)
}

/// A renderer on whatever the machine has, limited to what WebGL2 has. None: there is no adapter, and this is
/// not CI.
pub(crate) fn renderer() -> Option<Renderer> {
    let instance = wgpu::Instance::default();
    let adapter = match pollster::block_on(instance.request_adapter(&Default::default())) {
        Ok(adapter) => adapter,
        Err(error) => {
            assert!(
                std::env::var("CI").as_deref() != Ok("true"),
                "no GPU adapter in CI ({error}): install mesa-vulkan-drivers"
            );
            eprintln!("skipped: no GPU adapter ({error}); install mesa-vulkan-drivers");
            return None;
        }
    };
    let limits = required_limits(&adapter.limits());
    let descriptor = wgpu::DeviceDescriptor { required_limits: limits, ..Default::default() };
    let (device, queue) = pollster::block_on(adapter.request_device(&descriptor)).expect("device");
    Some(Renderer::new(device, queue, wgpu::TextureFormat::Rgba8Unorm).expect("renderer"))
}

/// One picture to be drawn both ways.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) frame: Frame,
    pub(crate) kind: SampleKind,
    pub(crate) bits_stored: u8,
    pub(crate) header: DisplayHeader,
    pub(crate) voi: VoiChoice,
    pub(crate) invert: bool,
    pub(crate) view: ViewTransform,
    pub(crate) spacing: [f64; 2],
    pub(crate) screen: [u32; 2],
    pub(crate) sharp_from: Option<f64>,
    /// Longest side of a texture, to force tiles.
    pub(crate) max_side: u32,
    /// Pixels that may be off by more than one level: thresholds, where rounding decides.
    pub(crate) outliers: usize,
}

impl Case {
    /// Draws on both sides and compares.
    pub(crate) fn check(&self, renderer: Renderer) -> Renderer {
        let caps = renderer.caps();
        let renderer = renderer.with_caps(DeviceCaps { max_side: self.max_side, ..caps });
        let [width, height] = self.screen;
        let model = self.frame.model();
        let facts = PixelFacts { bits_stored: self.bits_stored, kind: self.kind, model };
        let pipeline = Pipeline::new(&self.header, facts, self.voi, self.invert).expect(self.name);
        let shape = ImageShape::new(self.frame.columns(), self.frame.rows(), &Spacing::Patient(self.spacing));
        let placement = Placement::new(&self.view, shape, [f64::from(width), f64::from(height)]);

        let mut expected = vec![0; (width * height * 4) as usize];
        let options = DrawOptions { width, height, sharp_from: self.sharp_from };
        draw_view(&self.frame, &pipeline, &placement, options, &mut expected).expect(self.name);

        let mut frame = renderer.upload(&self.frame, &pipeline, None).expect(self.name);
        let target = target(&renderer, width, height);
        let job = DrawJob {
            frame: &mut frame,
            pipeline: &pipeline,
            placement: &placement,
            viewport: [0, 0, width, height],
            sharp_from: self.sharp_from,
        };
        renderer.draw(&target.create_view(&Default::default()), &mut [job]).expect(self.name);
        let found = read(&renderer, &target);
        compare(self.name, &found, &expected, self.outliers);
        let dark = expected.chunks_exact(4).filter(|p| p[..3] == [0; 3]).count();
        assert!(dark < (width * height) as usize, "{}: nothing is to be seen", self.name);
        renderer.with_caps(caps)
    }
}

/// A texture to draw into and read back.
pub(crate) fn target(renderer: &Renderer, width: u32, height: u32) -> wgpu::Texture {
    renderer.device().create_texture(&wgpu::TextureDescriptor {
        label: None,
        size: wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format: renderer.format(),
        usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
        view_formats: &[],
    })
}

/// Its pixels, red green blue alpha.
pub(crate) fn read(renderer: &Renderer, texture: &wgpu::Texture) -> Vec<u8> {
    let readback = Readback::start(renderer.device(), renderer.queue(), texture);
    loop {
        if let Some(pixels) = readback.poll(renderer.device()) {
            return pixels.expect("readback");
        }
        std::thread::yield_now();
    }
}

/// Panics when more than `outliers` pixels are off by more than one level.
pub(crate) fn compare(name: &str, found: &[u8], expected: &[u8], outliers: usize) {
    assert_eq!(found.len(), expected.len(), "{name}");
    let off = |(f, e): (&[u8], &[u8])| f.iter().zip(e).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0);
    let pairs = || found.chunks_exact(4).zip(expected.chunks_exact(4));
    let count = pairs().map(off).filter(|d| *d > 1).count();
    if count > outliers {
        let (at, (f, e)) = pairs().enumerate().max_by_key(|(_, p)| off(*p)).expect("pixels");
        panic!("{name}: {count} pixels off by more than 1; the worst is number {at}: GPU {f:?}, CPU {e:?}");
    }
}
