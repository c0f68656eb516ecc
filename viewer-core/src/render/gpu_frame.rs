//! One frame's stored values on the GPU.

use super::gpu_data::{NO_VALUE, VIEW_BYTES};
use super::tables::Tables;
use super::tiles::{Part, Tiles};
use super::{RenderError, Renderer};
use crate::frame::{ColourModel, Frame, Samples};
use crate::lut::pipeline::Mapping;
use crate::lut::{Pipeline, render_rgba};

/// Component type of the image texture and how it is read: one GPU pipeline each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TexelKind {
    Unsigned,
    Signed,
    Float,
    Colour,
}

impl TexelKind {
    /// What `TEXEL` in the shader stands for.
    pub(super) fn wgsl(self) -> &'static str {
        match self {
            Self::Unsigned | Self::Colour => "u32",
            Self::Signed => "i32",
            Self::Float => "f32",
        }
    }

    pub(super) fn sample_type(self) -> wgpu::TextureSampleType {
        match self {
            Self::Unsigned | Self::Colour => wgpu::TextureSampleType::Uint,
            Self::Signed => wgpu::TextureSampleType::Sint,
            Self::Float => wgpu::TextureSampleType::Float { filterable: false },
        }
    }
}

/// A frame in GPU memory with the uniform and tables of its one view. Made by [`Renderer::upload`].
pub struct GpuFrame {
    pub(super) model: ColourModel,
    pub(super) kind: TexelKind,
    pub(super) columns: u32,
    pub(super) rows: u32,
    pub(super) tiles: Tiles,
    texture: wgpu::Texture,
    pub(super) tables: Tables,
    pub(super) uniform: wgpu::Buffer,
    pub(super) bind_group: wgpu::BindGroup,
}

/// Samples as the texture wants them.
struct Texels<'a> {
    kind: TexelKind,
    format: wgpu::TextureFormat,
    bytes: std::borrow::Cow<'a, [u8]>,
    bytes_per_pixel: u32,
}

impl GpuFrame {
    pub(super) fn new(renderer: &Renderer, frame: &Frame, pipeline: &Pipeline) -> Result<Self, RenderError> {
        let texels = texels(frame, pipeline)?;
        let tiles = Tiles::new(frame.columns(), frame.rows(), renderer.caps())?;
        let texture = renderer.device.create_texture(&wgpu::TextureDescriptor {
            label: Some("frame"),
            size: wgpu::Extent3d {
                width: tiles.columns,
                height: tiles.rows,
                depth_or_array_layers: tiles.layers().unwrap_or(1),
            },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: texels.format,
            usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
            view_formats: &[],
        });
        let uniform = renderer.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("view"),
            size: VIEW_BYTES as u64,
            usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let tables = Tables::new(&renderer.device, &renderer.queue, pipeline);
        let bind_group = renderer.bind(texels.kind, &uniform, &texture, &tables);
        let made = Self {
            model: frame.model(),
            kind: texels.kind,
            columns: frame.columns(),
            rows: frame.rows(),
            tiles,
            texture,
            tables,
            uniform,
            bind_group,
        };
        made.write(&renderer.queue, &texels);
        Ok(made)
    }

    /// Puts another frame of the same shape and type into the same texture. False: it has another shape.
    pub(super) fn refill(
        &mut self,
        renderer: &Renderer,
        frame: &Frame,
        pipeline: &Pipeline,
    ) -> Result<bool, RenderError> {
        let texels = texels(frame, pipeline)?;
        if (self.columns, self.rows, self.kind, self.texture.format())
            != (frame.columns(), frame.rows(), texels.kind, texels.format)
        {
            return Ok(false);
        }
        self.model = frame.model();
        self.write(&renderer.queue, &texels);
        Ok(true)
    }

    /// Makes sure that the tables are the pipeline's.
    pub(super) fn serve_tables(&mut self, renderer: &Renderer, pipeline: &Pipeline) {
        if !self.tables.serve(pipeline) {
            self.tables = Tables::new(&renderer.device, &renderer.queue, pipeline);
            self.bind_group = renderer.bind(self.kind, &self.uniform, &self.texture, &self.tables);
        }
    }

    /// Bytes that the image takes in GPU memory.
    pub fn byte_len(&self) -> u64 {
        let size = self.texture.size();
        let texel = u64::from(self.texture.format().block_copy_size(None).unwrap_or(4));
        u64::from(size.width) * u64::from(size.height) * u64::from(size.depth_or_array_layers) * texel
    }

    fn write(&self, queue: &wgpu::Queue, texels: &Texels<'_>) {
        let row_bytes = self.columns * texels.bytes_per_pixel;
        for Part { layer, start, size } in self.tiles.parts(self.columns, self.rows) {
            let offset = u64::from(start[1]) * u64::from(row_bytes)
                + u64::from(start[0]) * u64::from(texels.bytes_per_pixel);
            queue.write_texture(
                wgpu::TexelCopyTextureInfo {
                    texture: &self.texture,
                    mip_level: 0,
                    origin: wgpu::Origin3d { x: 0, y: 0, z: layer },
                    aspect: wgpu::TextureAspect::All,
                },
                &texels.bytes,
                wgpu::TexelCopyBufferLayout {
                    offset,
                    bytes_per_row: Some(row_bytes),
                    rows_per_image: Some(self.rows),
                },
                wgpu::Extent3d { width: size[0], height: size[1], depth_or_array_layers: 1 },
            );
        }
    }
}

/// Grey as stored; colour and palette as RGBA, 8 bits each (neither has a window to change later).
fn texels<'a>(frame: &'a Frame, pipeline: &Pipeline) -> Result<Texels<'a>, RenderError> {
    use wgpu::TextureFormat::{R8Sint, R8Uint, R16Sint, R16Uint, R32Float, Rgba8Uint};
    if let Mapping::Palette { windowed: true, .. } = pipeline.mapping {
        return Err(RenderError::FollowsWindow);
    }
    let Mapping::Grey(grey) = &pipeline.mapping else {
        let mut rgba = vec![0; frame.rows() as usize * frame.columns() as usize * 4];
        render_rgba(frame, &pipeline.upright_colour(), &mut rgba)?;
        return Ok(Texels {
            kind: TexelKind::Colour,
            format: Rgba8Uint,
            bytes: rgba.into(),
            bytes_per_pixel: 4,
        });
    };
    let float = |values: &mut dyn Iterator<Item = f64>| {
        let bytes: Vec<u8> = values
            .map(|v| if grey.is_padding(v) { NO_VALUE } else { v.clamp(-1e37, 1e37) as f32 })
            .flat_map(f32::to_le_bytes)
            .collect();
        (TexelKind::Float, R32Float, bytes.into(), 4)
    };
    let (kind, format, bytes, bytes_per_pixel) = match frame.samples() {
        Samples::U8(v) => (TexelKind::Unsigned, R8Uint, v.as_slice().into(), 1),
        Samples::I8(v) => (TexelKind::Signed, R8Sint, bytemuck::cast_slice(v).into(), 1),
        Samples::U16(v) => (TexelKind::Unsigned, R16Uint, bytemuck::cast_slice(v).into(), 2),
        Samples::I16(v) => (TexelKind::Signed, R16Sint, bytemuck::cast_slice(v).into(), 2),
        Samples::U32(v) => float(&mut v.iter().map(|&x| f64::from(x))),
        Samples::I32(v) => float(&mut v.iter().map(|&x| f64::from(x))),
        Samples::F32(v) => float(&mut v.iter().map(|&x| f64::from(x))),
        Samples::F64(v) => float(&mut v.iter().copied()),
    };
    Ok(Texels { kind, format, bytes, bytes_per_pixel })
}
