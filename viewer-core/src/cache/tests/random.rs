//! Any order of wants and answers: budgets hold, nothing is left behind, nobody starves.

use super::*;
use crate::cache::entry::{Disk, Work};
use crate::cache::{Failure, FrameState};
use proptest::prelude::*;

/// Something that happens; numbers choose among what is possible.
#[derive(Debug, Clone)]
enum Happening {
    /// Frames that are visible, then a run of others around the first.
    Look(Vec<u32>, u32),
    Answer(usize, u32),
    Fail(usize, Failure),
    Stored(usize),
    Wait(u32),
    Online(bool),
    Store(bool),
    Late(u32),
    Budget(u64),
    Rest,
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let failure = prop_oneof![
        Just(Failure::Network),
        Just(Failure::Server),
        Just(Failure::Damaged),
        Just(Failure::Decoder),
        Just(Failure::Missing)
    ];
    let one = prop_oneof![
        4 => (prop::collection::vec(0u32..40, 0..4), 0u32..25).prop_map(|(v, n)| Happening::Look(v, n)),
        12 => (any::<usize>(), 1u32..400).prop_map(|(n, b)| Happening::Answer(n, b)),
        2 => (any::<usize>(), failure).prop_map(|(n, f)| Happening::Fail(n, f)),
        2 => any::<usize>().prop_map(Happening::Stored),
        2 => (0u32..3000).prop_map(Happening::Wait),
        1 => any::<bool>().prop_map(Happening::Online),
        1 => any::<bool>().prop_map(Happening::Store),
        1 => (0u32..200).prop_map(Happening::Late),
        1 => (0u64..6000).prop_map(Happening::Budget),
        1 => Just(Happening::Rest),
    ];
    prop::collection::vec(one, 1..120)
}

fn wants(shown: &[u32], around: u32) -> Vec<Want> {
    let mut wants: Vec<Want> = shown.iter().map(|f| visible(*f)).collect();
    let from = shown.first().copied().unwrap_or(0);
    for step in 1..=around {
        let goal = if step < 8 { Goal::Decoded } else { Goal::Encoded };
        wants.push(want((from + step) % 40, Tier::Prefetch, goal));
    }
    wants.extend((0..40).map(|f| want(f, Tier::Prefetch, Goal::Stored)));
    wants
}

fn nth(bench: &Bench, n: usize) -> Option<(RequestId, FrameKey)> {
    let requests = &bench.scheduler.requests;
    requests.iter().nth(n % requests.len().max(1)).map(|(r, k)| (*r, *k))
}

fn answer(bench: &mut Bench, request: RequestId, key: FrameKey, bytes: u32) {
    let now = bench.now_ms;
    match bench.scheduler.entries.get(&key).unwrap().work {
        Work::Fetching { .. } => bench.scheduler.arrived(request, key, Source::Network, bytes, 5.0),
        Work::Reading { .. } => bench.scheduler.arrived(request, key, Source::Disk, bytes, 5.0),
        Work::Decoding { .. } => bench.scheduler.decoded(request, key, 400),
        Work::Idle => bench.scheduler.failed(request, key, Failure::Server, now),
    }
}

fn happen(bench: &mut Bench, happening: &Happening) {
    match happening {
        Happening::Look(shown, around) => bench.scheduler.declare(wants(shown, *around)),
        Happening::Answer(n, bytes) => {
            if let Some((request, key)) = nth(bench, *n) {
                answer(bench, request, key, *bytes);
            }
        }
        Happening::Fail(n, failure) => {
            if let Some((request, key)) = nth(bench, *n) {
                let now = bench.now_ms;
                if matches!(bench.scheduler.entries.get(&key).unwrap().work, Work::Decoding { .. }) {
                    bench.scheduler.decode_failed(request, key, *failure, now);
                } else {
                    bench.scheduler.failed(request, key, *failure, now);
                }
            }
        }
        Happening::Stored(n) => {
            let writing: Vec<FrameKey> = bench
                .scheduler
                .entries
                .iter()
                .filter(|(_, e)| e.disk == Disk::Writing)
                .map(|(k, _)| *k)
                .collect();
            if let Some(key) = writing.get(n % writing.len().max(1)) {
                bench.scheduler.stored(*key, 100);
            }
        }
        Happening::Wait(ms) => bench.now_ms += f64::from(*ms),
        Happening::Online(online) => bench.scheduler.set_online(*online),
        Happening::Store(store) => bench.scheduler.set_store(*store),
        Happening::Budget(bytes) => {
            let budget = *bench.scheduler.budget();
            bench.scheduler.set_budget(Budget {
                encoded_bytes: *bytes,
                decoded_bytes: bytes / 2,
                encoded_at_rest: bytes / 4,
                decoded_at_rest: bytes / 4,
                ..budget
            });
        }
        Happening::Rest => bench.scheduler.rest(),
        Happening::Late(n) => {
            let request = RequestId(*n);
            if !bench.scheduler.requests.has(&request) {
                bench.scheduler.arrived(request, key(n % 40), Source::Network, 300, 5.0);
            }
        }
    }
}

/// What the platform would hold if it did as it was told.
#[derive(Default)]
struct Platform {
    under_way: std::collections::BTreeMap<RequestId, FrameKey>,
}

impl Platform {
    fn obey(&mut self, commands: &[Command]) {
        for command in commands {
            match *command {
                Command::Fetch { request, key, .. }
                | Command::Read { request, key }
                | Command::Decode { request, key } => {
                    assert!(!self.under_way.values().any(|k| *k == key), "two things at once for {key:?}");
                    assert_eq!(self.under_way.insert(request, key), None, "a number used twice");
                }
                Command::Abort { request } => {
                    assert!(self.under_way.remove(&request).is_some(), "{request:?} is not under way");
                }
                _ => {}
            }
        }
    }
}

fn check(bench: &Bench) {
    let scheduler = &bench.scheduler;
    let (mut encoded, mut decoded, mut visible_encoded, mut visible_decoded) = (0, 0, 0, 0);
    let mut answers = std::collections::BTreeMap::new();
    let (mut reads, mut busy) = (0, 0);
    for entry in scheduler.entries.values() {
        let held = u64::from(entry.encoded.unwrap_or(0)) + u64::from(entry.work.reserved_encoded());
        let samples = u64::from(entry.decoded.unwrap_or(0)) + u64::from(entry.work.reserved_decoded());
        encoded += held;
        decoded += samples;
        // A decode cannot be stopped: it keeps its bytes though its frame is no longer looked at.
        let fixed = matches!(entry.work, Work::Decoding { .. });
        // … and so do those of a frame that is being written.
        let written = entry.disk == Disk::Writing;
        visible_encoded += if entry.tier == Tier::Visible || fixed || written { held } else { 0 };
        visible_decoded += if entry.tier == Tier::Visible || fixed { samples } else { 0 };
        match entry.work {
            Work::Idle => {}
            Work::Fetching { with, .. } => *answers.entry(with).or_insert(0) += 1,
            Work::Reading { .. } => reads += 1,
            Work::Decoding { .. } => busy += 1,
        }
        let request = entry.work.request();
        assert!(request.is_none_or(|r| scheduler.requests.has(&r)));
        assert!(entry.bad.is_none() || entry.work == Work::Idle);
    }
    assert_eq!((encoded, decoded), scheduler.bytes(), "the sums are right");
    let budget = scheduler.budget();
    assert!(encoded <= budget.encoded_bytes.max(visible_encoded), "{encoded} {visible_encoded}");
    assert!(decoded <= budget.decoded_bytes.max(visible_decoded), "{decoded} {visible_decoded}");
    assert!(answers.len() <= budget.network && reads <= budget.reads && busy <= budget.decodes);
    assert!(answers.values().all(|frames| *frames <= 16), "{answers:?}");
    let fetches: usize = answers.values().sum();
    assert_eq!(scheduler.requests.len(), fetches + reads + busy, "no request without its work");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn budgets_hold_and_nothing_is_left_behind(script in happenings()) {
        let mut bench = Bench::new(BUDGET);
        let mut platform = Platform::default();
        for happening in &script {
            let before = bench.scheduler.requests.clone();
            happen(&mut bench, happening);
            for request in before.keys().filter(|r| !bench.scheduler.requests.has(r)) {
                // Ended by an answer, or by an abort that `step` is about to hand over.
                let aborted = bench.scheduler.out.contains(&Command::Abort { request: *request });
                if !aborted {
                    platform.under_way.remove(request);
                }
            }
            let out = bench.step();
            platform.obey(&out);
            check(&bench);
            prop_assert!(platform.under_way.iter().eq(bench.scheduler.requests.iter()));
        }
    }

    #[test]
    fn in_the_end_everything_wanted_is_here_or_marked(script in happenings(), shown in 0u32..40) {
        let mut bench = Bench::new(BUDGET);
        for happening in &script {
            happen(&mut bench, happening);
            bench.step();
        }
        bench.scheduler.set_budget(BUDGET);
        bench.scheduler.set_online(true);
        bench.scheduler.set_store(true);
        bench.declare(wants(&[shown], 3));
        // The platform answers, the oldest first, and time passes.
        for _ in 0..2000 {
            if let Some((request, key)) = nth(&bench, 0) {
                answer(&mut bench, request, key, 100);
            }
            let writing: Vec<FrameKey> = bench.scheduler.entries.iter()
                .filter(|(_, e)| e.disk == Disk::Writing).map(|(k, _)| *k).collect();
            for key in writing {
                bench.scheduler.stored(key, 100);
            }
            bench.now_ms += 100.0;
            bench.step();
        }
        prop_assert!(bench.scheduler.requests.is_empty());
        for frame in 0..40 {
            let state = bench.scheduler.state(key(frame));
            let near = (0..=3).any(|step| (shown + step) % 40 == frame);
            let good = matches!(state, FrameState::Bad(_))
                || state == FrameState::Decoded
                || (!near && state == FrameState::Arrived);
            prop_assert!(good, "frame {} is {:?}", frame, state);
        }
    }

    #[test]
    fn the_visible_frame_is_always_next(script in happenings(), shown in 0u32..40) {
        let mut bench = Bench::new(BUDGET);
        for happening in &script {
            happen(&mut bench, happening);
            bench.step();
        }
        bench.scheduler.set_budget(BUDGET);
        bench.scheduler.set_online(true);
        bench.scheduler.retry();
        bench.declare(wants(&[shown], 20));
        let entry = bench.scheduler.entries.get(&key(shown)).unwrap();
        let waits_for_a_decoder = entry.encoded.is_some() && entry.work == Work::Idle;
        let started = entry.decoded.is_some() || entry.work != Work::Idle;
        prop_assert!(started || waits_for_a_decoder, "{:?}", entry);
        if waits_for_a_decoder && !started {
            // Every decoder is busy: the first that is free takes it.
            let busy = bench.scheduler.entries.iter()
                .find(|(_, e)| matches!(e.work, Work::Decoding { .. })).map(|(k, e)| (e.work.request(), *k));
            let (request, other) = busy.expect("somebody has the decoders");
            bench.scheduler.decoded(request.expect("a decode has a number"), other, 400);
            let next = decodes(&bench.step());
            prop_assert_eq!(next.first(), Some(&shown));
        }
    }
}
