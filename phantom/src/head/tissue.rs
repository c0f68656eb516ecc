//! What tissue looks like: relaxation at 1.5 T (round numbers from textbooks) and the signal equations of spin echo
//! and inversion recovery.

/// Times of one sequence, ms.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sequence {
    pub(crate) repetition: f32,
    pub(crate) echo: f32,
    /// Inversion time, for FLAIR.
    pub(crate) inversion: Option<f32>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Tissue {
    White,
    Grey,
    DeepGrey,
    Pallidum,
    Fluid,
    Fat,
    Muscle,
    Skin,
    Bone,
    Marrow,
    Vitreous,
    Lens,
    Flow,
    Dura,
    Mucosa,
    Pituitary,
    Lesion,
    Disc,
}

impl Tissue {
    /// Proton density against water, T1, T2.
    fn relaxation(self) -> (f32, f32, f32) {
        match self {
            Self::White => (0.70, 600.0, 78.0),
            Self::Grey => (0.83, 980.0, 102.0),
            Self::DeepGrey => (0.80, 860.0, 84.0),
            Self::Pallidum => (0.74, 760.0, 66.0),
            Self::Fluid => (1.0, 4200.0, 1900.0),
            Self::Fat => (0.92, 265.0, 110.0),
            Self::Muscle => (0.80, 900.0, 46.0),
            Self::Skin => (0.66, 650.0, 48.0),
            Self::Bone => (0.05, 600.0, 20.0),
            Self::Marrow => (0.52, 360.0, 75.0),
            Self::Vitreous => (0.99, 3600.0, 1300.0),
            Self::Lens => (0.60, 1100.0, 38.0),
            Self::Flow => (0.06, 900.0, 30.0),
            Self::Dura => (0.32, 700.0, 45.0),
            Self::Mucosa => (0.90, 1100.0, 170.0),
            Self::Pituitary => (0.84, 700.0, 92.0),
            Self::Lesion => (0.88, 1250.0, 190.0),
            Self::Disc => (0.70, 900.0, 58.0),
        }
    }
}

impl Sequence {
    /// Magnitude of the signal, 0..1.
    pub(crate) fn signal(&self, tissue: Tissue) -> f32 {
        let (density, t1, t2) = tissue.relaxation();
        let recovery = match self.inversion {
            None => 1.0 - (-self.repetition / t1).exp(),
            Some(ti) => (1.0 - 2.0 * (-ti / t1).exp() + (-self.repetition / t1).exp()).abs(),
        };
        density * recovery * (-self.echo / t2).exp()
    }
}
