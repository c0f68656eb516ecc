//! A film, and a platform that does what it is told when it is told to.

use super::*;
use crate::dicom::header::{
    DisplayHeader, FrameHeader, InstanceHeader, ModalityLut, Phase, Photometric, PixelHeader, PlaneHeader,
    SampleKind, Spacing, Window, WindowFunction,
};
use crate::lut::ValueRange;
use film_link::manifest::{KeyFrame, MANIFEST_VERSION, Manifest, Patient, Report, SeriesEntry, StudyEntry};
use std::collections::VecDeque;
use std::sync::Arc;

pub(super) fn key(series: u16, instance: u32) -> FrameKey {
    FrameKey { series: SeriesIx(series), instance, frame: 0 }
}

/// Series of so many single-frame instances each; the key frame is the third (instance "1.S.3").
pub(super) fn manifest(frames: &[u32]) -> Manifest {
    let series = frames.iter().enumerate().map(|(s, &frames)| SeriesEntry {
        uid: format!("1.{s}"),
        modality: "CT".into(),
        number: Some(s as i32),
        description: None,
        body_part: Some("CHEST".into()),
        instances: frames,
        frames,
        bytes: u64::from(frames) * 1000,
        key_frame: KeyFrame {
            instance_uid: format!("1.{s}.2"),
            frame: 1,
            rows: 512,
            columns: 512,
            transfer_syntax_uid: None,
            window: Some([40.0, 400.0]),
        },
    });
    let study = StudyEntry {
        uid: "1".into(),
        date: None,
        time: None,
        description: None,
        institution: None,
        accession: None,
        series: series.collect(),
        state_series: Vec::new(),
        other_objects: Vec::new(),
        reports: vec![Report::default()],
    };
    Manifest {
        version: MANIFEST_VERSION,
        patient: Patient::default(),
        studies: vec![study],
        labs: Vec::new(),
        expires_at_secs: None,
    }
}

/// Axial slices 5 mm apart, in order; 512 × 512, 16 bits.
pub(super) fn headers(series: u16, count: u32) -> Vec<InstanceHeader> {
    let window =
        |center, width| Window { center, width, function: WindowFunction::Linear, explanation: None };
    let display = Arc::new(DisplayHeader {
        modality_lut: ModalityLut::Rescale { slope: 1.0, intercept: -1024.0 },
        windows: vec![window(40.0, 400.0), window(-600.0, 1500.0)],
        units: Some("HU".into()),
        ..DisplayHeader::default()
    });
    let header = |n: u32| InstanceHeader {
        sop_instance_uid: format!("1.{series}.{n}"),
        sop_class_uid: "1.2.840.10008.5.1.4.1.1.2".into(),
        transfer_syntax_uid: "1.2.840.10008.1.2.1".into(),
        number: Some(n as i32 + 1),
        acquisition: None,
        image_type: Vec::new(),
        pixels: PixelHeader {
            rows: 512,
            columns: 512,
            samples_per_pixel: 1,
            photometric: Photometric::Monochrome2,
            planar: false,
            bits_allocated: 16,
            bits_stored: 12,
            high_bit: 11,
            kind: SampleKind::Unsigned,
            frames: 1,
        },
        frames: vec![FrameHeader {
            display: Arc::clone(&display),
            plane: Some(PlaneHeader {
                position: [0.0, 0.0, f64::from(n) * 5.0],
                row: [1.0, 0.0, 0.0],
                column: [0.0, 1.0, 0.0],
                frame_of_reference: None,
                thickness: Some(5.0),
            }),
            spacing: Spacing::Patient([0.7, 0.7]),
            phase: Phase::default(),
        }],
        patient_orientation: None,
        has_marks: false,
        regions: Vec::new(),
        frame_time_ms: None,
    };
    (0..count).map(header).collect()
}

/// The frames that effects of one kind name.
pub(super) fn frames_of(effects: &[Effect]) -> Vec<u32> {
    let frame = |e: &Effect| match e {
        Effect::FetchFrame { key, .. } => Some(key.instance),
        _ => None,
    };
    effects.iter().filter_map(frame).collect()
}

/// A session, its clock, and what it has asked for and not yet got.
pub(super) struct World {
    pub(super) session: Session,
    pub(super) now_ms: f64,
    pub(super) counts: Vec<u32>,
    pub(super) todo: VecDeque<Effect>,
    /// Everything ever asked for.
    pub(super) log: Vec<Effect>,
}

impl World {
    pub(super) fn new(counts: &[u32], place: &str, store: bool) -> Self {
        let mut world = Self::before_the_store(counts, place);
        world.tell(Event::StoreOpened { usable: store, keeps: false });
        world
    }

    /// A session that has not been told yet whether there is a store.
    pub(super) fn before_the_store(counts: &[u32], place: &str) -> Self {
        Self::started(counts, place, true)
    }

    /// The same on a device that has never had anything of the film.
    pub(super) fn with_nothing_kept(counts: &[u32]) -> Self {
        Self::started(counts, "", false)
    }

    fn started(counts: &[u32], place: &str, may_have: bool) -> Self {
        let mut world = Self {
            session: Session::new(),
            now_ms: 0.0,
            counts: counts.to_vec(),
            todo: VecDeque::new(),
            log: Vec::new(),
        };
        world.tell(Event::Start { place: Place::parse(place), device: Device::default(), may_have });
        world
    }

    /// A film that is open, with everything fetched that wants to be.
    pub(super) fn open(counts: &[u32]) -> Self {
        let mut world = Self::new(counts, "", false);
        world.run();
        world
    }

    pub(super) fn tell(&mut self, event: Event) -> Vec<Effect> {
        let effects = self.session.dispatch(event, self.now_ms);
        for effect in &effects {
            if let Effect::Abort { request } = effect {
                self.todo.retain(|e| request_of(e) != Some(*request));
            }
            if *effect == Effect::DropAll {
                self.todo.clear();
            }
        }
        self.todo.extend(effects.iter().cloned());
        self.log.extend(effects.iter().cloned());
        effects
    }

    pub(super) fn act(&mut self, action: Action) -> Vec<Effect> {
        self.tell(action.into())
    }

    /// Answers the oldest request as a good platform would; the time goes on by 1 ms. False when there is none.
    pub(super) fn answer(&mut self) -> bool {
        let Some(effect) = self.todo.pop_front() else { return false };
        self.now_ms += 1.0;
        let event = match effect {
            Effect::OpenFilm { .. } => {
                Event::Opened { manifest: Box::new(manifest(&self.counts)), source: Source::Network }
            }
            Effect::RenewToken => Event::TokenRenewed,
            Effect::FetchMetadata { series } => {
                let count = self.counts[usize::from(series.0)];
                Event::Metadata { series, result: Ok(headers(series.0, count)) }
            }
            Effect::FetchPreview { series, .. } => Event::Preview { series, result: Ok(()) },
            Effect::FetchFrame { request, key, .. } => {
                Event::FrameArrived { request, key, source: Source::Network, bytes: 1000, ms: 5.0 }
            }
            Effect::ReadStore { request, key } => {
                Event::FrameArrived { request, key, source: Source::Disk, bytes: 1000, ms: 1.0 }
            }
            Effect::ListStore { series } => Event::StoreListed { series, frames: Vec::new() },
            Effect::WriteStore { key } => Event::Stored { key, bytes: 1000 },
            Effect::Decode { request, key } => Event::Decoded {
                request,
                key,
                bytes: 512 * 512 * 2,
                range: Some(ValueRange { min: -1000.0, max: 1000.0 }),
                worth: Fidelity::Original,
            },
            _ => return true,
        };
        self.tell(event);
        true
    }

    /// Answers until nothing is left to answer.
    pub(super) fn run(&mut self) {
        for _ in 0..20_000 {
            if !self.answer() {
                return;
            }
        }
        panic!("it never ends");
    }

    /// Answers until an effect like this has been asked for.
    pub(super) fn run_until(&mut self, found: impl Fn(&Effect) -> bool) {
        let from = self.log.len();
        while !self.log[from..].iter().any(&found) {
            assert!(self.answer(), "it was never asked for");
        }
    }

    pub(super) fn view(&self) -> ViewModel {
        self.session.view()
    }

    pub(super) fn viewport(&self) -> ViewportView {
        self.view().viewports[0].clone()
    }

    /// Request under way for a frame.
    pub(super) fn request(&self, key: FrameKey) -> RequestId {
        let same = |e: &&Effect| match e {
            Effect::FetchFrame { key: k, .. } | Effect::Decode { key: k, .. } => *k == key,
            _ => false,
        };
        self.todo.iter().find(same).and_then(request_of).expect("it is under way")
    }
}

fn request_of(effect: &Effect) -> Option<RequestId> {
    match effect {
        Effect::FetchFrame { request, .. }
        | Effect::ReadStore { request, .. }
        | Effect::Decode { request, .. } => Some(*request),
        _ => None,
    }
}
