//! What the GPU renderer's program offers to the page: one canvas of its own, frames in GPU memory, pictures of them.
//!
//! The page copies each finished picture into the viewport that wants it (`platform/gpu.rs`), so that a lost GPU
//! takes no canvas of the page with it.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use js_sys::ArrayBuffer;
use viewer_core::dicom::header::DisplayHeader;
use viewer_core::render::{DrawJob, GpuFrame, Renderer, SelfTest, required_limits};
use wasm_bindgen::prelude::*;
use web_sys::HtmlCanvasElement;

use super::pixels::to_frame;
use crate::look::{WireDisplay, WireLook};
use crate::pack::unpack;
use crate::protocol::Picture;

/// Screen pixels per image pixel from which image pixels are shown as squares; as on the CPU.
const SHARP_FROM: f64 = 8.0;

/// How often the self-test looks whether the GPU is done, and how many times.
const POLL_MS: i32 = 8;
const POLLS: u32 = 500;

/// A GPU, its canvas, and the frames it holds.
#[wasm_bindgen]
pub struct Gpu {
    surface: wgpu::Surface<'static>,
    config: wgpu::SurfaceConfiguration,
    renderer: Renderer,
    displays: HashMap<u32, DisplayHeader>,
    frames: HashMap<String, Held>,
    clock: u64,
    most_bytes: u64,
    lost: Arc<AtomicBool>,
}

struct Held {
    gpu: GpuFrame,
    display: u32,
    model: viewer_core::frame::ColourModel,
    used: u64,
}

/// Takes a GPU for a canvas. `most_bytes` is how much of its memory frames may take.
///
/// # Errors
/// When there is none, or it cannot do what is needed.
#[wasm_bindgen]
pub async fn create(canvas: HtmlCanvasElement, most_bytes: f64) -> Result<Gpu, JsError> {
    let backends =
        if cfg!(feature = "renderer-webgpu") { wgpu::Backends::BROWSER_WEBGPU } else { wgpu::Backends::GL };
    let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
    descriptor.backends = backends;
    let instance = wgpu::Instance::new(descriptor);
    let (width, height) = (canvas.width().max(1), canvas.height().max(1));
    let surface = instance.create_surface(wgpu::SurfaceTarget::Canvas(canvas))?;
    let adapter = instance
        .request_adapter(&wgpu::RequestAdapterOptions {
            compatible_surface: Some(&surface),
            ..Default::default()
        })
        .await?;
    let (device, queue) = adapter
        .request_device(&wgpu::DeviceDescriptor {
            required_limits: required_limits(&adapter.limits()),
            ..Default::default()
        })
        .await?;
    let lost = Arc::new(AtomicBool::new(false));
    let noting = Arc::clone(&lost);
    device.set_device_lost_callback(move |_, _| noting.store(true, Ordering::Relaxed));
    let capabilities = surface.get_capabilities(&adapter);
    let format = capabilities.formats.iter().copied().find(|format| !format.is_srgb());
    let format = format.ok_or_else(|| JsError::new("no plain colour format for the canvas"))?;
    let config = wgpu::SurfaceConfiguration {
        usage: wgpu::TextureUsages::RENDER_ATTACHMENT,
        format,
        color_space: wgpu::SurfaceColorSpace::Auto,
        width,
        height,
        present_mode: wgpu::PresentMode::Fifo,
        desired_maximum_frame_latency: 2,
        alpha_mode: wgpu::CompositeAlphaMode::Auto,
        view_formats: Vec::new(),
    };
    surface.configure(&device, &config);
    let renderer = Renderer::new(device, queue, format)?;
    Ok(Gpu {
        surface,
        config,
        renderer,
        displays: HashMap::new(),
        frames: HashMap::new(),
        clock: 0,
        most_bytes: most_bytes as u64,
        lost,
    })
}

#[wasm_bindgen]
impl Gpu {
    /// Draws the test pattern and compares it with the CPU's.
    ///
    /// # Errors
    /// When it is off by more than one grey level, or does not come back.
    pub async fn self_test(&self) -> Result<(), JsError> {
        let test = SelfTest::start(&self.renderer)?;
        for _ in 0..POLLS {
            if let Some(result) = test.poll(&self.renderer) {
                return Ok(result?);
            }
            super::wait::pause(POLL_MS).await;
        }
        Err(JsError::new("the GPU does not give the test pattern back"))
    }

    /// The device is gone: nothing more can be drawn with this.
    pub fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Relaxed)
    }

    /// Takes LUTs and palette under a number; frames name it.
    ///
    /// # Errors
    /// When the text is not a [`WireDisplay`].
    pub fn put_display(&mut self, id: u32, text: &str) -> Result<(), JsError> {
        let wire: WireDisplay = unpack(text)?;
        self.displays.insert(id, wire.into());
        Ok(())
    }

    /// Whether LUTs and palette of this number are here.
    pub fn has_display(&self, id: u32) -> bool {
        self.displays.contains_key(&id)
    }

    /// Whether a frame is in GPU memory.
    pub fn has(&self, frame: &str) -> bool {
        self.frames.contains_key(frame)
    }

    /// Uploads a frame, in place of those that were not drawn for the longest time. `picture` is a [`Picture`],
    /// `look` any [`WireLook`] of it.
    ///
    /// # Errors
    /// When the texts do not parse or the frame does not fit this device.
    pub fn upload(
        &mut self,
        frame: &str,
        display: u32,
        picture: &str,
        samples: ArrayBuffer,
        look: &str,
    ) -> Result<(), JsError> {
        let picture: Picture = unpack(picture)?;
        let look: WireLook = unpack(look)?;
        let decoded = to_frame(&picture, &samples)?;
        let header = self.displays.get(&display).ok_or_else(|| JsError::new("unknown display"))?;
        let pipeline = look.pipeline(header, decoded.model())?;
        let reuse = self.make_room(decoded.byte_len() as u64);
        let gpu = self.renderer.upload(&decoded, &pipeline, reuse)?;
        let held = Held { gpu, display, model: decoded.model(), used: self.clock };
        self.frames.insert(frame.to_owned(), held);
        Ok(())
    }

    /// Draws a frame onto the canvas. The canvas is good for copying until the browser draws next.
    ///
    /// # Errors
    /// When the frame was never uploaded, or the device is lost.
    pub fn draw(&mut self, frame: &str, look: &str) -> Result<(), JsError> {
        let look: WireLook = unpack(look)?;
        let [width, height] = look.screen();
        if (self.config.width, self.config.height) != (width, height) {
            (self.config.width, self.config.height) = (width.max(1), height.max(1));
            self.surface.configure(self.renderer.device(), &self.config);
        }
        self.clock += 1;
        let held = self.frames.get_mut(frame).ok_or_else(|| JsError::new("unknown frame"))?;
        held.used = self.clock;
        let header = self.displays.get(&held.display).ok_or_else(|| JsError::new("unknown display"))?;
        let pipeline = look.pipeline(header, held.model)?;
        let target = match self.surface.get_current_texture() {
            wgpu::CurrentSurfaceTexture::Success(target)
            | wgpu::CurrentSurfaceTexture::Suboptimal(target) => target,
            _ => {
                self.lost.store(true, Ordering::Relaxed);
                return Err(JsError::new("the canvas gives no picture to draw into"));
            }
        };
        let view = target.texture.create_view(&wgpu::TextureViewDescriptor::default());
        let job = DrawJob {
            frame: &mut held.gpu,
            pipeline: &pipeline,
            placement: &look.placement(),
            viewport: [0, 0, self.config.width, self.config.height],
            sharp_from: Some(SHARP_FROM),
        };
        self.renderer.draw(&view, &mut [job])?;
        self.renderer.queue().present(target);
        Ok(())
    }

    /// Frees a frame.
    pub fn drop_frame(&mut self, frame: &str) {
        self.frames.remove(frame);
    }

    /// Frees every frame.
    pub fn drop_frames(&mut self) {
        self.frames.clear();
    }
}

impl Gpu {
    /// Frees frames until `more` bytes fit; one of them is given back, for its texture.
    fn make_room(&mut self, more: u64) -> Option<GpuFrame> {
        let mut total: u64 = self.frames.values().map(|held| held.gpu.byte_len()).sum();
        let mut reuse = None;
        while total.saturating_add(more) > self.most_bytes {
            let oldest = self.frames.iter().min_by_key(|(_, held)| held.used).map(|(id, _)| id.clone());
            let Some(gone) = oldest.and_then(|id| self.frames.remove(&id)) else { break };
            total -= gone.gpu.byte_len();
            reuse = Some(gone.gpu);
        }
        reuse
    }
}
