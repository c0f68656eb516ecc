//! When the GPU draws: not before the first original is on screen, never without having passed its tests, and no
//! longer than it lives.
//!
//! There are two tests. The renderer's own compares a pattern in GPU memory with the CPU's; it cannot see what
//! becomes of a picture on its way to the page. So the first frame is drawn by both as well, and the page's canvas
//! read back: a browser that shows the GPU's canvases black is found out.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use viewer_core::cache::FrameKey;
use viewer_core::dicom::header::DisplayHeader;
use viewer_core::lut::VoiChoice;
use viewer_core::map::Map;
use viewer_core::session::{CpuReason, Drawn, Event, Renderer, ViewportIx};

use super::Runner;
use crate::look::{WireDisplay, WireLook};
use crate::pack::pack;
use crate::platform::clock;
use crate::platform::gpu::{Gpu, Upload};
use crate::platform::painter::CanvasElement;

/// A context that is lost this often is not asked for again.
const MOST_LOSSES: u32 = 3;

/// Pause before a lost GPU is asked for again.
const AFTER_LOSS_MS: f64 = 2_000.0;

/// The GPU of this page, if there is one.
#[derive(Default)]
pub(super) struct Graphics {
    gpu: RefCell<Option<Gpu>>,
    /// Has passed both tests.
    proved: Cell<bool>,
    begun: Cell<bool>,
    /// WebGPU drew, and the page did not show it.
    webgpu_refused: Cell<bool>,
    losses: Cell<u32>,
    /// Numbers of displays. Holding them keeps their addresses from being used again.
    displays: RefCell<Map<usize, (u32, Arc<DisplayHeader>)>>,
}

impl Graphics {
    fn number(&self, display: &Arc<DisplayHeader>) -> u32 {
        let mut displays = self.displays.borrow_mut();
        let next = displays.len() as u32;
        displays.entry(Arc::as_ptr(display) as usize, || (next, Arc::clone(display))).0
    }

    pub(super) fn drop_frame(&self, key: FrameKey) {
        if let Some(gpu) = &*self.gpu.borrow() {
            gpu.drop_frame(&name(key));
        }
    }

    /// Frees every frame; what is drawn next is uploaded again.
    pub(super) fn rest(&self) {
        if let Some(gpu) = &*self.gpu.borrow() {
            gpu.drop_frames();
        }
    }

    /// Forgets everything of the film.
    pub(super) fn drop_all(&self) {
        *self.gpu.borrow_mut() = None;
        self.displays.borrow_mut().clear();
    }
}

fn name(key: FrameKey) -> String {
    format!("{}/{}/{}", key.series.0, key.instance, key.frame)
}

impl Runner {
    /// The first original is on screen: now there is time to look for a GPU.
    pub(super) fn start_gpu(&self) {
        if !self.0.graphics.begun.replace(true) {
            self.load_gpu();
        }
    }

    fn load_gpu(&self) {
        let runner = self.clone();
        clock::spawn(async move {
            let losing = runner.clone();
            let lost = move || losing.gpu_lost();
            let webgpu = !runner.0.graphics.webgpu_refused.get();
            let most_bytes = runner.0.session.borrow().texture_bytes();
            match Gpu::start(&runner.0.boot, webgpu, most_bytes, lost).await {
                Ok(gpu) => {
                    *runner.0.graphics.gpu.borrow_mut() = Some(gpu);
                    runner.0.graphics.proved.set(false);
                    runner.paint_all();
                }
                Err(reason) => runner.send(Event::RendererChanged(Renderer::Cpu(reason))),
            }
        });
    }

    pub(super) fn paint_all(&self) {
        let viewports = self.0.surfaces.borrow().all();
        for viewport in viewports {
            self.paint_soon(viewport);
        }
    }

    /// Draws a frame on the GPU; None when the CPU has to.
    pub(super) fn draw_on_gpu(&self, viewport: ViewportIx, drawn: &Drawn<FrameKey>) -> Option<()> {
        let copy = |picture: &CanvasElement| self.0.surfaces.borrow_mut().copy(viewport, picture);
        if self.gpu_draws(drawn) { self.try_gpu(viewport, drawn, copy) } else { None }
    }

    /// Whether a frame is the GPU's to draw.
    pub(super) fn gpu_draws(&self, drawn: &Drawn<FrameKey>) -> bool {
        self.0.graphics.proved.get() && !self.needs_cpu(drawn)
    }

    /// Whether a frame asks for what only the CPU draws; it says nothing of the GPU then.
    fn needs_cpu(&self, drawn: &Drawn<FrameKey>) -> bool {
        let session = self.0.session.borrow();
        session.display(drawn.state, drawn.key).is_some_and(|display| display.needs_cpu())
    }

    /// Lets a new GPU draw what the CPU has just painted, and compares what comes of it.
    pub(super) fn prove_gpu(&self, viewport: ViewportIx, drawn: &Drawn<FrameKey>) {
        let graphics = &self.0.graphics;
        let kind = graphics.gpu.borrow().as_ref().map(Gpu::kind);
        let Some(kind) = kind.filter(|_| !graphics.proved.get() && !self.needs_cpu(drawn)) else { return };
        let same =
            |picture: &CanvasElement| self.0.surfaces.borrow().comes_out_of(viewport, picture).then_some(());
        if self.try_gpu(viewport, drawn, same).is_some() {
            graphics.proved.set(true);
            // Nothing has to be drawn ahead any more.
            self.0.pulse.drew(0.0);
            return self.send(Event::RendererChanged(kind));
        }
        *graphics.gpu.borrow_mut() = None;
        if kind == Renderer::WebGpu {
            // WebGL2 takes another way to the page.
            graphics.webgpu_refused.set(true);
            return self.load_gpu();
        }
        self.send(Event::RendererChanged(Renderer::Cpu(CpuReason::SelfTestFailed)));
    }

    /// Has the GPU draw a frame, and hands over the canvas that it is on.
    fn try_gpu(
        &self,
        viewport: ViewportIx,
        drawn: &Drawn<FrameKey>,
        take: impl FnOnce(&CanvasElement) -> Option<()>,
    ) -> Option<()> {
        let mut gpu = self.0.graphics.gpu.borrow_mut();
        let session = self.0.session.borrow();
        let held = self.0.held.borrow();
        let (instance, header) = session.header(drawn.key)?;
        let decoded = held.decoded(drawn.key)?;
        let screen = self.0.surfaces.borrow().size(viewport)?.map(|side| side as u32);
        let voi = drawn.voi.unwrap_or(VoiChoice::Auto { min: 0.0, max: 1.0 });
        let look = WireLook::new(&instance.pixels, voi, drawn.invert, &drawn.transform, &drawn.shape, screen);
        let upload = Upload {
            display: self.0.graphics.number(&header.display),
            display_text: &|| pack(&WireDisplay::from(&*header.display)),
            picture_text: &|| pack(&decoded.picture),
            samples: &decoded.samples,
        };
        let gpu = gpu.as_mut()?;
        match gpu.draw(&name(drawn.key), &pack(&look), &upload) {
            Some(picture) => take(picture),
            None => {
                if gpu.is_lost() {
                    let runner = self.clone();
                    clock::after(0.0, move || runner.gpu_lost());
                }
                None
            }
        }
    }

    /// The GPU is gone: the CPU draws what is on screen, and in a while the GPU is asked for again.
    fn gpu_lost(&self) {
        let graphics = &self.0.graphics;
        if graphics.gpu.borrow_mut().take().is_none() {
            return;
        }
        graphics.proved.set(false);
        self.send(Event::ContextLost);
        self.paint_all();
        graphics.losses.set(graphics.losses.get() + 1);
        if graphics.losses.get() >= MOST_LOSSES {
            return self.send(Event::RendererChanged(Renderer::Cpu(CpuReason::ContextLost)));
        }
        let runner = self.clone();
        clock::after(AFTER_LOSS_MS, move || runner.load_gpu());
    }
}
