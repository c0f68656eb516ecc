//! Graphic layers, PS3.3 C.10.7: in which order, and in which colour, overlays and graphics are drawn.

use crate::dicom::dataset::DataSet;
use crate::dicom::tag::{self, Tag};
use crate::presentation::colour;
use crate::sort::sort_by;

/// Most layers that are told apart; what comes after lies in the topmost of them.
const MOST_LAYERS: usize = 1000;

/// One layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// Graphic Layer (0070,0002): what annotations and overlays name it by.
    pub name: String,
    /// Graphic Layer Order (0070,0062): lower ones are drawn first.
    pub order: i64,
    /// Graphic Layer Description (0070,0068).
    pub description: Option<String>,
    /// Recommended: CIELab (0070,0401), else RGB (0070,0067, retired), else grey (0070,0066); None where none is.
    pub colour: Option<[u8; 3]>,
}

/// All layers, the lowest first.
pub(super) fn read(data: &DataSet<'_>) -> Vec<Layer> {
    let mut layers: Vec<Layer> = Vec::new();
    for item in data.items(tag::GRAPHIC_LAYER_SEQUENCE).iter().take(MOST_LAYERS) {
        layers.push(Layer {
            name: item.string(tag::GRAPHIC_LAYER).unwrap_or_default(),
            order: item.int(tag::GRAPHIC_LAYER_ORDER).unwrap_or(0),
            description: item.string(tag::GRAPHIC_LAYER_DESCRIPTION),
            colour: triple(item, tag::GRAPHIC_LAYER_CIELAB_VALUE)
                .map(colour::from_lab)
                .or_else(|| triple(item, tag::GRAPHIC_LAYER_RGB_VALUE).map(rgb))
                .or_else(|| word(item.int(tag::GRAPHIC_LAYER_GRAYSCALE_VALUE)).map(colour::grey)),
        });
    }
    sort_by(&mut layers, |a, b| a.order.cmp(&b.order));
    layers
}

/// Place of a layer; one that no item describes is put on top.
pub(super) fn place(layers: &mut Vec<Layer>, name: &str) -> usize {
    if let Some(at) = layers.iter().position(|layer| layer.name == name) {
        return at;
    }
    if layers.len() < MOST_LAYERS {
        let order = layers.last().map_or(0, |layer| layer.order);
        layers.push(Layer { name: name.to_owned(), order, description: None, colour: None });
    }
    layers.len() - 1
}

fn word(value: Option<i64>) -> Option<u16> {
    value.and_then(|value| u16::try_from(value).ok())
}

fn triple(item: &DataSet<'_>, tag: Tag) -> Option<[u16; 3]> {
    let values = item.ints(tag);
    let [a, b, c] = values[..] else { return None };
    Some([word(a)?, word(b)?, word(c)?])
}

fn rgb(values: [u16; 3]) -> [u8; 3] {
    values.map(|value| colour::grey(value)[0])
}
