//! Several frames in one answer.

use super::*;

/// Frames of each answer that is begun.
fn answers(commands: &[Command]) -> Vec<Vec<u32>> {
    let mut answers: Vec<(RequestId, Vec<u32>)> = Vec::new();
    for command in commands {
        let Command::Fetch { request, key, with } = command else { continue };
        match answers.last_mut().filter(|(begun, _)| begun == with) {
            Some((_, frames)) => frames.push(key.frame),
            None => {
                assert_eq!(request, with, "the first names itself");
                answers.push((*with, vec![key.frame]));
            }
        }
    }
    answers.into_iter().map(|(_, frames)| frames).collect()
}

const WIDE: Budget = Budget { network: 6, encoded_bytes: 100_000, ..BUDGET };

fn all_ahead(frames: std::ops::Range<u32>) -> Vec<Want> {
    frames.map(|frame| want(frame, Tier::Prefetch, Goal::Encoded)).collect()
}

#[test]
fn a_fast_line_brings_them_by_sixteen_in_two_answers_that_end_by_turns() {
    let mut bench = Bench::fast(WIDE);
    let out = bench.declare(all_ahead(0..60));
    assert_eq!(answers(&out), [Vec::from_iter(0..8), Vec::from_iter(8..24)]);
    // Whatever has come of an answer, its slot is free when all of it has.
    for frame in 0..7 {
        assert_eq!(answers(&bench.arrive(frame)), [[0; 0]; 0]);
    }
    assert_eq!(answers(&bench.arrive(7)), [Vec::from_iter(24..40)]);
}

#[test]
fn what_is_visible_comes_alone() {
    let mut bench = Bench::fast(WIDE);
    let mut wants = vec![visible(90), visible(91)];
    wants.extend(all_ahead(0..3));
    assert_eq!(answers(&bench.declare(wants)), [vec![90], vec![91], vec![0, 1, 2]]);
}

#[test]
fn an_answer_is_of_one_series_and_as_short_as_the_line_wants() {
    let mut bench = Bench::fast(WIDE);
    let other = |frame| Want { key: FrameKey { series: SeriesIx(1), ..key(frame) }, ..ahead(frame) };
    let large = |frame| Want { encoded: 7000, ..want(frame, Tier::Prefetch, Goal::Encoded) };
    let out = bench.declare(vec![ahead(1), ahead(2), other(3), ahead(4)]);
    assert_eq!(answers(&out), [vec![1, 2], vec![3]]);
    // 70 ms each, for one that has half as long and one that has 150.
    let mut bench = Bench::fast(WIDE);
    assert_eq!(answers(&bench.declare((0..9).map(large).collect())), [vec![0], vec![1, 2]]);
    // 100 ms each: as ever.
    let mut bench = Bench::fair(WIDE);
    assert_eq!(answers(&bench.declare(all_ahead(0..9))), [[0], [1], [2], [3], [4]]);
}

#[test]
fn a_small_device_takes_less_at_a_time() {
    let mut bench = Bench::fast(Budget { answer_bytes: 399, ..WIDE });
    assert_eq!(answers(&bench.declare(all_ahead(0..20))), [[0, 1, 2], [3, 4, 5]]);
    // However small: never less than one.
    let mut bench = Bench::fast(Budget { answer_bytes: 1, ..WIDE });
    assert_eq!(answers(&bench.declare(all_ahead(0..20))), [[0], [1]]);
}

#[test]
fn each_is_aborted_and_fails_on_its_own() {
    let mut bench = Bench::fast(WIDE);
    bench.declare(all_ahead(0..4));
    let gone = bench.under_way(1).unwrap();
    let out = bench.declare(vec![ahead(0), ahead(2), ahead(3)]);
    assert_eq!(out, [Command::Abort { request: gone }]);
    let failed = bench.under_way(2).unwrap();
    bench.scheduler.failed(failed, key(2), crate::cache::Failure::Network, 0.0);
    bench.step();
    bench.arrive(3);
    assert!(bench.under_way(0).is_some() && bench.under_way(2).is_none());
}

#[test]
fn a_visible_frame_without_a_slot_displaces_a_whole_answer_that_brings_nothing_visible() {
    let mut bench = Bench::fast(BUDGET);
    let mut wants = vec![visible(90)];
    wants.extend(all_ahead(0..40));
    assert_eq!(answers(&bench.declare(wants.clone())).len(), 2, "memory takes nine frames, reserved");
    let shown = bench.under_way(5).unwrap();
    // The sixth of the answer is looked at now: its answer stays, though it is the only other one.
    let mut wants = vec![visible(90), visible(5), visible(91), visible(92)];
    wants.extend(all_ahead(0..8));
    let out = bench.declare(wants);
    assert_eq!(bench.under_way(5), Some(shown));
    assert!(!out.contains(&Command::Abort { request: shown }), "{out:?}");
    assert_eq!(answers(&out), [[91]], "three slots");

    let mut bench = Bench::fast(BUDGET);
    bench.declare([vec![visible(90), visible(91)], all_ahead(0..4)].concat());
    let members: Vec<RequestId> = (0..4).map(|frame| bench.under_way(frame).unwrap()).collect();
    let out = bench.declare([vec![visible(90), visible(91), visible(92)], all_ahead(0..4)].concat());
    for request in members {
        assert!(out.contains(&Command::Abort { request }), "{out:?}");
    }
    assert_eq!(answers(&out), [[92]]);
}
