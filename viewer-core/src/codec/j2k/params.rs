//! What the marker segments of a codestream say, as types: ISO/IEC 15444-1 annex A.

/// One component of SIZ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Component {
    /// Bits of a sample, 1–128 by the standard's syntax.
    pub(super) precision: u8,
    pub(super) signed: bool,
    /// XRsiz and YRsiz.
    pub(super) separation: [u8; 2],
}

/// What SIZ says, in coordinates of the reference grid, `[x, y]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Size {
    /// Top left of the picture.
    pub(super) start: [u32; 2],
    /// One beyond its bottom right.
    pub(super) end: [u32; 2],
    pub(super) tile: [u32; 2],
    pub(super) tile_start: [u32; 2],
    pub(super) components: Vec<Component>,
}

impl Size {
    /// Width and height of the picture without subsampling.
    pub(super) fn extent(&self) -> [u32; 2] {
        [self.end[0] - self.start[0], self.end[1] - self.start[1]]
    }

    /// Tiles across and down.
    pub(super) fn tiles(&self) -> [u32; 2] {
        [0, 1].map(|axis| (self.end[axis] - self.tile_start[axis]).div_ceil(self.tile[axis]))
    }
}

/// Which packets follow each other: table A.16.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::upper_case_acronyms, reason = "the standard's names")]
pub(super) enum Progression {
    LRCP,
    RLCP,
    RPCL,
    PCRL,
    CPRL,
}

/// What all components share: SGcod and Scod.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Style {
    pub(super) progression: Progression,
    /// 1–65535.
    pub(super) layers: u16,
    /// Whether the first three components went through RCT or ICT.
    pub(super) colour_transform: bool,
}

/// Which kinds of code-blocks a component has: bits 6 and 7 of the style, T.814 A.4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Kinds {
    #[default]
    Arithmetic,
    HighThroughput,
    /// Each block says for itself.
    Both,
}

/// How the code-blocks of a component are coded: table A.19 and T.814 A.4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct BlockStyle {
    /// Raw bits in the lower planes' first two passes.
    pub(super) bypass: bool,
    /// Contexts begin anew with every pass.
    pub(super) reset: bool,
    /// Every pass ends its codeword segment.
    pub(super) terminate_all: bool,
    /// Stripes do not look at the one below.
    pub(super) causal: bool,
    /// Four bits at the end of every cleanup pass.
    pub(super) segmentation: bool,
    pub(super) kinds: Kinds,
}

/// What COD or COC says of one component: SPcod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Coding {
    /// Decompositions, 0–32.
    pub(super) levels: u8,
    /// Exponents of a code-block's width and height, 2–10 each, at most 12 together.
    pub(super) block: [u8; 2],
    pub(super) style: BlockStyle,
    /// 5/3 on integers, or 9/7.
    pub(super) reversible: bool,
    /// Exponents of precinct width and height by resolution, lowest first; `levels` + 1 of them.
    pub(super) precincts: Vec<[u8; 2]>,
}

/// What QCD or QCC says of one component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Quantisation {
    pub(super) guard_bits: u8,
    /// One step for the lowest band, from which the others follow.
    pub(super) derived: bool,
    /// Exponent and mantissa (11 bits) by band: LL, then HL, LH and HH of each resolution from the lowest.
    pub(super) steps: Vec<(u8, u16)>,
}

impl Quantisation {
    /// Exponent and mantissa of a band: equations E-3 and E-5. `level` is its decomposition level counted from
    /// the lowest resolution: 0 for LL, 1 for the bands beside it.
    pub(super) fn step(&self, level: u8, orientation: u8) -> Option<(u8, u16)> {
        if self.derived {
            let &(exponent, mantissa) = self.steps.first()?;
            return Some((exponent.saturating_sub(level.saturating_sub(1)), mantissa));
        }
        let index = if level == 0 { 0 } else { 3 * (usize::from(level) - 1) + usize::from(orientation) };
        self.steps.get(index).copied()
    }
}

/// One change of progression: POC, A.6.6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) progression: Progression,
    pub(super) resolutions: [u8; 2],
    pub(super) components: [u16; 2],
    /// One beyond the last layer.
    pub(super) layers: u16,
}

/// Everything that holds for a tile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Settings {
    pub(super) style: Style,
    /// By component.
    pub(super) coding: Vec<Coding>,
    /// By component.
    pub(super) quantisation: Vec<Quantisation>,
    /// Shift of the region of interest by component; 0 where there is none.
    pub(super) regions: Vec<u8>,
    /// Empty where the order never changes.
    pub(super) changes: Vec<Change>,
}
