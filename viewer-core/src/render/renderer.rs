//! Draws uploaded frames into a target.

use std::sync::OnceLock;

use super::gpu_data::View;
use super::gpu_frame::TexelKind;
use super::tables::Tables;
use super::{DeviceCaps, FRAME_SHADER, GpuFrame, RenderError};
use crate::frame::Frame;
use crate::geometry::Placement;
use crate::lut::{LutError, Pipeline};

/// The GPU's side of drawing. GPU programs are compiled when a frame first needs them.
pub struct Renderer {
    pub(super) device: wgpu::Device,
    pub(super) queue: wgpu::Queue,
    format: wgpu::TextureFormat,
    caps: DeviceCaps,
    programs: [OnceLock<Program>; 4],
}

/// A compiled shader with the layout of what it reads.
struct Program {
    layout: wgpu::BindGroupLayout,
    pipeline: wgpu::RenderPipeline,
}

/// One frame in one part of the target.
pub struct DrawJob<'a> {
    /// What to draw.
    pub frame: &'a mut GpuFrame,
    /// Through which window.
    pub pipeline: &'a Pipeline,
    /// Where, in a viewport of `viewport`'s width and height.
    pub placement: &'a Placement,
    /// Left, top, width and height in the target, pixels; must lie inside it.
    pub viewport: [u32; 4],
    /// Screen pixels per image pixel from which pixels are drawn as squares; None: always smooth.
    pub sharp_from: Option<f64>,
}

impl Renderer {
    /// Takes a device made with at least [`super::required_limits`], and the format of the targets to come.
    ///
    /// # Errors
    /// When the format is an sRGB one.
    pub fn new(
        device: wgpu::Device,
        queue: wgpu::Queue,
        format: wgpu::TextureFormat,
    ) -> Result<Self, RenderError> {
        if format.is_srgb() {
            return Err(RenderError::TargetIsSrgb(format));
        }
        let caps = DeviceCaps::new(&device.limits());
        Ok(Self { device, queue, format, caps, programs: Default::default() })
    }

    /// The same with smaller textures than the device allows.
    #[must_use]
    pub fn with_caps(mut self, caps: DeviceCaps) -> Self {
        self.caps.max_side = caps.max_side.min(self.caps.max_side);
        self.caps.max_layers = caps.max_layers.min(self.caps.max_layers);
        self
    }

    /// What the device can do.
    pub fn caps(&self) -> DeviceCaps {
        self.caps
    }

    /// The device, to poll it or to make targets.
    pub fn device(&self) -> &wgpu::Device {
        &self.device
    }

    /// The queue.
    pub fn queue(&self) -> &wgpu::Queue {
        &self.queue
    }

    /// Format of the targets.
    pub fn format(&self) -> wgpu::TextureFormat {
        self.format
    }

    /// Uploads a frame; into `reuse`'s texture where shape and type are the same (turning slices).
    ///
    /// # Errors
    /// When the image has more tiles than the device has layers, or the pipeline is for another kind of frame.
    pub fn upload(
        &self,
        frame: &Frame,
        pipeline: &Pipeline,
        reuse: Option<GpuFrame>,
    ) -> Result<GpuFrame, RenderError> {
        check_model(frame.model(), pipeline)?;
        if let Some(mut held) = reuse
            && held.refill(self, frame, pipeline)?
        {
            return Ok(held);
        }
        GpuFrame::new(self, frame, pipeline)
    }

    /// Clears the target to black and draws every job. A frame must not be in two jobs of one call.
    ///
    /// # Errors
    /// When a pipeline is for another kind of frame than its job's.
    pub fn draw(&self, target: &wgpu::TextureView, jobs: &mut [DrawJob<'_>]) -> Result<(), RenderError> {
        for job in jobs.iter_mut() {
            check_model(job.frame.model, job.pipeline)?;
            job.frame.serve_tables(self, job.pipeline);
            let [left, top, _, _] = job.viewport;
            let enlarged = job.placement.screen_per_pixel().into_iter().fold(f64::INFINITY, f64::min);
            let view = View::new(
                job.pipeline,
                job.placement,
                &job.frame.tiles,
                job.frame.tables.places,
                [left as f32, top as f32],
                job.sharp_from.is_some_and(|from| enlarged >= from),
                job.frame.kind == TexelKind::Float,
            );
            self.queue.write_buffer(&job.frame.uniform, 0, &view.bytes());
        }
        let mut encoder = self.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        {
            let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
                label: Some("frames"),
                color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                    view: target,
                    depth_slice: None,
                    resolve_target: None,
                    ops: wgpu::Operations {
                        load: wgpu::LoadOp::Clear(wgpu::Color::BLACK),
                        store: wgpu::StoreOp::Store,
                    },
                })],
                ..Default::default()
            });
            for job in jobs.iter() {
                let [left, top, width, height] = job.viewport;
                pass.set_pipeline(&self.program(job.frame.kind).pipeline);
                pass.set_bind_group(0, &job.frame.bind_group, &[]);
                pass.set_viewport(left as f32, top as f32, width as f32, height as f32, 0.0, 1.0);
                pass.set_scissor_rect(left, top, width, height);
                pass.draw(0..3, 0..1);
            }
        }
        self.queue.submit([encoder.finish()]);
        Ok(())
    }

    pub(super) fn bind(
        &self,
        kind: TexelKind,
        uniform: &wgpu::Buffer,
        texture: &wgpu::Texture,
        tables: &Tables,
    ) -> wgpu::BindGroup {
        let view = texture.create_view(&wgpu::TextureViewDescriptor {
            dimension: Some(wgpu::TextureViewDimension::D2Array),
            ..Default::default()
        });
        self.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("frame"),
            layout: &self.program(kind).layout,
            entries: &[
                wgpu::BindGroupEntry { binding: 0, resource: uniform.as_entire_binding() },
                wgpu::BindGroupEntry { binding: 1, resource: wgpu::BindingResource::TextureView(&view) },
                wgpu::BindGroupEntry {
                    binding: 2,
                    resource: wgpu::BindingResource::TextureView(&tables.view),
                },
            ],
        })
    }

    fn program(&self, kind: TexelKind) -> &Program {
        let [unsigned, signed, float, colour] = &self.programs;
        let slot = match kind {
            TexelKind::Unsigned => unsigned,
            TexelKind::Signed => signed,
            TexelKind::Float => float,
            TexelKind::Colour => colour,
        };
        slot.get_or_init(|| compile(&self.device, self.format, kind))
    }
}

fn check_model(found: crate::frame::ColourModel, pipeline: &Pipeline) -> Result<(), LutError> {
    if found == pipeline.model {
        return Ok(());
    }
    Err(LutError::OtherModel { expected: pipeline.model, found })
}

fn compile(device: &wgpu::Device, format: wgpu::TextureFormat, kind: TexelKind) -> Program {
    let texture = |binding, sample_type, view_dimension| wgpu::BindGroupLayoutEntry {
        binding,
        visibility: wgpu::ShaderStages::FRAGMENT,
        ty: wgpu::BindingType::Texture { sample_type, view_dimension, multisampled: false },
        count: None,
    };
    let layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
        label: Some("frame"),
        entries: &[
            wgpu::BindGroupLayoutEntry {
                binding: 0,
                visibility: wgpu::ShaderStages::FRAGMENT,
                ty: wgpu::BindingType::Buffer {
                    ty: wgpu::BufferBindingType::Uniform,
                    has_dynamic_offset: false,
                    min_binding_size: None,
                },
                count: None,
            },
            texture(1, kind.sample_type(), wgpu::TextureViewDimension::D2Array),
            texture(2, wgpu::TextureSampleType::Float { filterable: false }, wgpu::TextureViewDimension::D2),
        ],
    });
    let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label: Some("frame"),
        source: wgpu::ShaderSource::Wgsl(FRAME_SHADER.replace("TEXEL", kind.wgsl()).into()),
    });
    let pipeline_layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label: Some("frame"),
        bind_group_layouts: &[Some(&layout)],
        immediate_size: 0,
    });
    let entry = if kind == TexelKind::Colour { "fs_colour" } else { "fs_grey" };
    let pipeline = device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
        label: Some("frame"),
        layout: Some(&pipeline_layout),
        vertex: wgpu::VertexState {
            module: &module,
            entry_point: Some("vs_main"),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            buffers: &[],
        },
        primitive: wgpu::PrimitiveState::default(),
        depth_stencil: None,
        multisample: wgpu::MultisampleState::default(),
        fragment: Some(wgpu::FragmentState {
            module: &module,
            entry_point: Some(entry),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            targets: &[Some(format.into())],
        }),
        multiview_mask: None,
        cache: None,
    });
    Program { layout, pipeline }
}
