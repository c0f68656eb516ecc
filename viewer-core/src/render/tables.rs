//! Modality table and grey curve as one small float texture.

use std::sync::Arc;

use crate::dicom::header::LutTable;
use crate::lut::Pipeline;
use crate::lut::pipeline::Mapping;

/// Texels of a row. Keep in sync with `TABLE_WIDTH` in shaders/frame.wgsl.
const WIDTH: u32 = 1024;

/// Where the two lie in the texture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct TablePlaces {
    pub(super) table_last: u32,
    pub(super) curve_start: u32,
    pub(super) curve_last: u32,
}

/// The texture, and what it holds: made again only when that changes (never for a change of window).
pub(super) struct Tables {
    table: Option<Arc<LutTable>>,
    curve: Option<Arc<[f32]>>,
    pub(super) places: TablePlaces,
    pub(super) view: wgpu::TextureView,
}

impl Tables {
    pub(super) fn new(device: &wgpu::Device, queue: &wgpu::Queue, pipeline: &Pipeline) -> Self {
        let (table, curve) = wanted(pipeline);
        let mut texels: Vec<f32> =
            table.iter().flat_map(|t| &t.entries).map(|entry| f32::from(*entry)).collect();
        let table_len = texels.len();
        texels.extend(curve.iter().flat_map(|c| c.iter()));
        // At most 65536 entries each, as the header reader allows.
        let last = |length: usize| length.saturating_sub(1) as u32;
        let places = TablePlaces {
            table_last: last(table_len),
            curve_start: table_len as u32,
            curve_last: last(texels.len() - table_len),
        };
        let width = if texels.len() <= 1 { 1 } else { WIDTH };
        let height = (texels.len() as u32).div_ceil(width).max(1);
        texels.resize(width as usize * height as usize, 0.0);
        let size = wgpu::Extent3d { width, height, depth_or_array_layers: 1 };
        let texture = device.create_texture(&wgpu::TextureDescriptor {
            label: Some("lookup tables"),
            size,
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: wgpu::TextureFormat::R32Float,
            usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
            view_formats: &[],
        });
        queue.write_texture(
            texture.as_image_copy(),
            bytemuck::cast_slice(&texels),
            wgpu::TexelCopyBufferLayout {
                offset: 0,
                bytes_per_row: Some(width * 4),
                rows_per_image: Some(height),
            },
            size,
        );
        let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
        Self { table, curve, places, view }
    }

    /// Whether the texture holds what this pipeline needs.
    pub(super) fn serve(&self, pipeline: &Pipeline) -> bool {
        fn same<T: ?Sized>(a: &Option<Arc<T>>, b: &Option<Arc<T>>) -> bool {
            match (a, b) {
                (Some(a), Some(b)) => Arc::ptr_eq(a, b),
                // What is there and not needed does no harm.
                (_, None) => true,
                (None, Some(_)) => false,
            }
        }
        let (table, curve) = wanted(pipeline);
        same(&self.table, &table) && same(&self.curve, &curve)
    }
}

fn wanted(pipeline: &Pipeline) -> (Option<Arc<LutTable>>, Option<Arc<[f32]>>) {
    match &pipeline.mapping {
        Mapping::Grey(grey) => (grey.table.clone(), grey.shade.curve.clone()),
        Mapping::Palette { .. } | Mapping::Colour { .. } => (None, None),
    }
}
