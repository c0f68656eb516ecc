//! One rule of the room's `README.md` per test.

use super::*;
use crate::cache::{Failure, FrameState};

#[test]
fn an_unknown_line_carries_the_visible_frame_alone() {
    let mut bench = Bench::new(BUDGET);
    let out = bench.declare(vec![visible(5), ahead(6), ahead(4)]);
    assert_eq!(fetches(&out), [5]);
    let out = bench.arrive(5);
    assert_eq!((fetches(&out), decodes(&out)), (vec![6, 4], vec![5]));
}

#[test]
fn one_slot_is_kept_for_what_is_visible() {
    let mut bench = Bench::fair(BUDGET);
    let out = bench.declare(vec![ahead(1), ahead(2), ahead(3), ahead(4)]);
    assert_eq!(fetches(&out), [1, 2]);
    let out = bench.declare(vec![visible(9), ahead(1), ahead(2), ahead(3)]);
    assert_eq!(out.len(), 1, "{out:?}");
    assert_eq!(fetches(&out), [9]);
}

#[test]
fn a_visible_frame_displaces_the_least_urgent_download() {
    let mut bench = Bench::fair(BUDGET);
    bench.declare(vec![visible(9), ahead(1), ahead(2)]);
    let displaced = bench.under_way(2).unwrap();
    let out = bench.declare(vec![visible(9), visible(8), ahead(1), ahead(2)]);
    assert!(out.contains(&Command::Abort { request: displaced }), "{out:?}");
    assert_eq!(fetches(&out), [8]);
    assert!(bench.under_way(1).is_some());
}

#[test]
fn what_nobody_wants_any_more_is_aborted_and_its_answer_ignored() {
    let mut bench = Bench::fast(BUDGET);
    bench.declare(vec![ahead(1)]);
    let request = bench.under_way(1).unwrap();
    let out = bench.declare(vec![]);
    assert_eq!(out, [Command::Abort { request }]);
    assert_eq!(bench.scheduler.bytes(), (0, 0));
    bench.scheduler.arrived(request, key(1), Source::Network, 100, 1.0);
    assert_eq!(bench.step(), [Command::DropEncoded { key: key(1) }]);
    assert_eq!(bench.scheduler.bytes(), (0, 0));
    assert_eq!(bench.scheduler.state(key(1)), FrameState::Absent);
}

#[test]
fn a_late_answer_does_not_end_the_new_request() {
    let mut bench = Bench::fast(BUDGET);
    bench.declare(vec![visible(1)]);
    let old = bench.under_way(1).unwrap();
    bench.declare(vec![]);
    bench.declare(vec![visible(1)]);
    assert_ne!(bench.under_way(1), Some(old));
    bench.scheduler.failed(old, key(1), Failure::Missing, 0.0);
    assert!(bench.under_way(1).is_some());
    bench.answer(1);
    assert_eq!(bench.scheduler.state(key(1)), FrameState::Decoded);
}

#[test]
fn only_the_less_urgent_make_room_and_the_series_does_not_thrash() {
    let mut bench = Bench::fast(BUDGET);
    let all: Vec<Want> = (0..30).map(|f| want(f, Tier::Prefetch, Goal::Encoded)).collect();
    bench.declare(all.clone());
    while let Some(frame) = bench.oldest() {
        bench.arrive(frame);
    }
    // 1000 bytes less the eighth that only passes through: 8 frames, and no byte more fetched.
    assert_eq!(fetches(&bench.seen).iter().filter(|f| **f < 30).count(), 8);
    assert!(bench.step().is_empty());
    // Turned round: the other end is nearer now, and pushes this one out, the farthest first.
    bench.seen.clear();
    bench.declare(all.into_iter().rev().collect());
    while let Some(frame) = bench.oldest() {
        bench.arrive(frame);
    }
    assert_eq!(fetches(&bench.seen), [29, 28, 27, 26, 25, 24, 23, 22]);
    let dropped = bench.seen.iter().filter(|c| matches!(c, Command::DropEncoded { .. }));
    assert_eq!(dropped.count(), 8);
}

#[test]
fn recent_frames_stay_until_their_room_is_needed_the_oldest_first() {
    let mut bench = Bench::fast(BUDGET);
    for frame in 0..6 {
        bench.declare(vec![visible(frame)]);
        bench.answer(frame);
    }
    // 2000 bytes of samples: five of 400. The first had to go, the second has not.
    let states: Vec<bool> = (0..6).map(|f| bench.scheduler.state(key(f)) == FrameState::Decoded).collect();
    assert_eq!(states, [false, true, true, true, true, true]);
}

#[test]
fn what_is_on_disk_and_far_does_not_stay_in_memory() {
    let mut bench = Bench::fast(Budget { encoded_at_rest: 300, ..BUDGET });
    bench.scheduler.set_store(true);
    let far = |frame| want(frame, Tier::Prefetch, if frame < 2 { Goal::Encoded } else { Goal::Stored });
    bench.declare((0..6).map(far).collect());
    while let Some(frame) = bench.oldest() {
        bench.arrive(frame);
    }
    assert_eq!(bench.scheduler.bytes().0, 600, "nothing is on disk yet");
    for frame in 0..6 {
        bench.scheduler.stored(key(frame), 100);
    }
    bench.step();
    let here: Vec<u32> = (0..6).filter(|f| bench.scheduler.in_memory(key(*f))).collect();
    assert_eq!((here.len(), &here[..2]), (3, &[0, 1][..]));
    // Nearer now, one is read from disk, and none is fetched again.
    bench.seen.clear();
    let gone = (2..6).find(|f| !here.contains(f)).unwrap();
    bench.declare(vec![want(gone, Tier::Prefetch, Goal::Encoded)]);
    assert!(matches!(bench.seen[..], [Command::Read { key: read, .. }] if read == key(gone)));
}

#[test]
fn samples_that_nobody_wants_do_not_stay_though_there_is_room() {
    let mut bench = Bench::fast(Budget { decoded_at_rest: 800, ..BUDGET });
    for frame in 0..4 {
        bench.declare(vec![visible(frame)]);
        bench.answer(frame);
    }
    let decoded = |bench: &Bench| -> Vec<u32> {
        (0..4).filter(|f| bench.scheduler.state(key(*f)) == FrameState::Decoded).collect()
    };
    assert_eq!(decoded(&bench), [2, 3]);
    bench.declare(vec![visible(3), ahead(0), ahead(1), ahead(2)]);
    bench.answer(0);
    bench.answer(1);
    assert_eq!(decoded(&bench), [0, 1, 2, 3], "what is wanted has all of the room");
}

#[test]
fn what_is_visible_is_let_in_even_beyond_the_budget() {
    let budget = Budget { decoded_bytes: 500, encoded_bytes: 100, ..BUDGET };
    let mut bench = Bench::fast(budget);
    bench.declare(vec![visible(1), visible(2), ahead(3)]);
    bench.answer(1);
    bench.answer(2);
    for frame in [1, 2] {
        assert_eq!(bench.scheduler.state(key(frame)), FrameState::Decoded);
    }
    assert_eq!(bench.scheduler.state(key(3)), FrameState::Absent);
    bench.declare(vec![visible(2)]);
    assert_eq!(bench.scheduler.bytes(), (100, 400), "back within the budget");
}

#[test]
fn what_arrives_larger_than_announced_is_remembered_at_its_size() {
    let mut bench = Bench::fast(BUDGET);
    bench.declare(vec![want(1, Tier::Prefetch, Goal::Encoded)]);
    let request = bench.under_way(1).unwrap();
    bench.scheduler.arrived(request, key(1), Source::Network, 5000, 1.0);
    assert_eq!(bench.step(), [Command::DropEncoded { key: key(1) }]);
    assert!(bench.step().is_empty(), "fetching it again would end the same way");
    assert_eq!(bench.scheduler.bytes(), (0, 0));
}

#[test]
fn failures_are_tried_again_with_growing_pauses_then_marked() {
    let mut bench = Bench::fast(BUDGET);
    bench.declare(vec![visible(1), ahead(2)]);
    for pause in [500.0, 1000.0, 2000.0] {
        let request = bench.under_way(1).unwrap();
        bench.scheduler.failed(request, key(1), Failure::Server, bench.now_ms);
        assert_eq!(fetches(&bench.step()), [0; 0]);
        assert_eq!(bench.scheduler.wake_ms(), bench.now_ms + pause);
        bench.now_ms += pause;
        assert_eq!(fetches(&bench.step()), [1]);
    }
    let request = bench.under_way(1).unwrap();
    bench.scheduler.failed(request, key(1), Failure::Server, bench.now_ms);
    bench.step();
    assert_eq!(bench.scheduler.state(key(1)), FrameState::Bad(Failure::Server));
    assert!(bench.scheduler.wake_ms().is_infinite());
    bench.answer(2);
    bench.scheduler.retry();
    assert_eq!(fetches(&bench.step()), [1]);
}

#[test]
fn what_no_retry_can_help_is_marked_at_once() {
    let mut bench = Bench::fast(BUDGET);
    bench.declare(vec![visible(1)]);
    let request = bench.under_way(1).unwrap();
    bench.scheduler.failed(request, key(1), Failure::Missing, 0.0);
    assert!(bench.step().is_empty());
    assert_eq!(bench.scheduler.state(key(1)), FrameState::Bad(Failure::Missing));
    assert_eq!(bench.scheduler.tally(SeriesIx(0)).bad, 1);
}

#[test]
fn without_a_network_nothing_is_attempted_and_nothing_counted() {
    let mut bench = Bench::fast(BUDGET);
    bench.scheduler.set_store(true);
    bench.scheduler.stored(key(2), 100);
    bench.declare(vec![visible(1), ahead(2)]);
    bench.scheduler.set_online(false);
    for _ in 0..9 {
        if let Some(request) = bench.under_way(1) {
            bench.scheduler.failed(request, key(1), Failure::Network, 0.0);
        }
        assert_eq!(fetches(&bench.step()), [0; 0]);
    }
    assert!(bench.seen.iter().any(|c| matches!(c, Command::Read { .. })), "the disk is still there");
    bench.scheduler.set_online(true);
    assert_eq!(fetches(&bench.step()), [1]);
}

#[test]
fn a_frame_that_kills_two_workers_is_bad() {
    let mut bench = Bench::fast(BUDGET);
    bench.declare(vec![visible(1), ahead(2)]);
    bench.arrive(1);
    for _ in 0..2 {
        let request = bench.under_way(1).unwrap();
        bench.scheduler.worker_lost(&[request, RequestId(77_777)], bench.now_ms);
        bench.now_ms += 10_000.0;
        bench.step();
    }
    assert_eq!(bench.scheduler.state(key(1)), FrameState::Bad(Failure::Decoder));
    assert!(bench.seen.contains(&Command::DropEncoded { key: key(1) }));
    bench.answer(2);
}

#[test]
fn kept_frames_are_read_from_disk_and_rotten_ones_fetched_again() {
    let mut bench = Bench::fast(BUDGET);
    bench.scheduler.set_store(true);
    bench.scheduler.stored(key(1), 100);
    let out = bench.declare(vec![visible(1)]);
    let request = bench.under_way(1).unwrap();
    assert_eq!(out, [Command::Read { request, key: key(1) }]);
    bench.scheduler.arrived(request, key(1), Source::Disk, 100, 1.0);
    assert_eq!(decodes(&bench.step()), [1]);
    let request = bench.under_way(1).unwrap();
    bench.scheduler.decode_failed(request, key(1), Failure::Damaged, 0.0);
    let out = bench.step();
    assert_eq!(fetches(&out), [1]);
    assert!(out.contains(&Command::DropEncoded { key: key(1) }));
    let out = bench.arrive(1);
    assert!(out.contains(&Command::Write { key: key(1) }), "the good bytes replace the bad: {out:?}");
    let request = bench.under_way(1).unwrap();
    bench.scheduler.decode_failed(request, key(1), Failure::Damaged, 0.0);
    bench.step();
    assert_eq!(bench.scheduler.state(key(1)), FrameState::Bad(Failure::Damaged));
}

#[test]
fn a_film_larger_than_memory_can_be_kept() {
    let mut bench = Bench::fast(BUDGET);
    bench.scheduler.set_store(true);
    let mut wants = vec![visible(0)];
    wants.extend((1..40).map(|f| want(f, Tier::Prefetch, Goal::Encoded)));
    wants.extend((0..40).map(|f| want(f, Tier::Prefetch, Goal::Stored)));
    // A key counts where it comes first: those that are wanted in memory come out of the way.
    wants.retain(|w| w.goal != Goal::Encoded || w.key.frame < 20);
    bench.declare(wants);
    for _ in 0..200 {
        let Some(frame) = bench.oldest() else { break };
        let decoding = decodes(&bench.seen).contains(&frame);
        if decoding {
            bench.decode(frame)
        } else {
            bench.arrive(frame)
        };
        bench.scheduler.stored(key(frame), 100);
        bench.step();
        assert!(bench.scheduler.bytes().0 <= BUDGET.encoded_bytes);
    }
    let stored = (20..40).filter(|f| bench.scheduler.state(key(*f)) != FrameState::Absent).count();
    assert_eq!(stored, 20);
}

#[test]
fn a_weak_line_is_cleared_for_what_is_visible_unless_it_is_nearly_done() {
    let mut bench = Bench::new(BUDGET);
    bench.declare(vec![visible(0), ahead(1), ahead(2), ahead(3)]);
    let request = bench.under_way(0).unwrap();
    bench.scheduler.arrived(request, key(0), Source::Network, 100, 1000.0);
    bench.step();
    assert!(bench.scheduler.line_is_slow(100));
    assert!(bench.under_way(1).is_some() && bench.under_way(2).is_some() && bench.under_way(3).is_none());
    bench.now_ms = 100.0;
    let out = bench.declare(vec![visible(5), ahead(1), ahead(2)]);
    assert_eq!(out.iter().filter(|c| matches!(c, Command::Abort { .. })).count(), 2, "{out:?}");
    assert_eq!(fetches(&out), [5]);
    bench.arrive(5);
    bench.now_ms = 900.0;
    let out = bench.declare(vec![visible(6), visible(5), ahead(1), ahead(2)]);
    assert_eq!(fetches(&out), [6]);
    assert!(bench.under_way(1).is_some(), "more than half done: let it finish");
}
