//! What fails, and what stays.

use super::*;

#[test]
fn a_bad_frame_marks_its_own_slot() {
    let mut world = World::new(&[6], "&i=4", false);
    world.run_until(|e| matches!(e, Effect::Decode { .. }));
    let request = world.request(key(0, 3));
    world.todo.retain(|e| !matches!(e, Effect::Decode { .. }));
    world.tell(Event::DecodeFailed { request, key: key(0, 3), failure: Failure::Damaged });
    world.run();
    let viewport = world.viewport();
    assert_eq!(viewport.picture, Picture::Failed { failure: Failure::Damaged });
    assert_eq!(viewport.missing, Some(Failure::Damaged));
    assert_eq!((world.view().series[0].failed, world.view().series[0].decoded), (1, 5));
    world.act(Action::Scroll { viewport: 0, delta: 1 });
    assert!(matches!(world.viewport().picture, Picture::Frame(_)), "the rest goes on");
    world.act(Action::Scroll { viewport: 0, delta: -1 });
    let effects = world.act(Action::Retry);
    assert_eq!(frames_of(&effects), [3]);
    world.run();
    assert!(matches!(world.viewport().picture, Picture::Frame(_)));
}

/// PS3.3 C.7.6.1.1.5, and no picture with missing rows is called an original.
#[test]
fn a_frame_says_what_is_lost_of_it() {
    for worth in [Fidelity::Incomplete, Fidelity::LossyOriginal, Fidelity::Original] {
        let mut world = World::new(&[6], "&i=4", false);
        world.run_until(|e| matches!(e, Effect::Decode { key: k, .. } if *k == key(0, 3)));
        let request = world.request(key(0, 3));
        world.todo.retain(|e| !matches!(e, Effect::Decode { key: k, .. } if *k == key(0, 3)));
        world.tell(Event::Decoded { request, key: key(0, 3), bytes: 512 * 512 * 2, range: None, worth });
        assert_eq!(world.viewport().fidelity, Some(worth));
    }
}

/// A header that says lossy is believed whatever the decoder saw.
#[test]
fn a_frame_that_was_lossy_once_stays_so() {
    let mut world = World::new(&[6], "", false);
    world.run_until(|e| matches!(e, Effect::FetchMetadata { .. }));
    world.todo.retain(|e| !matches!(e, Effect::FetchMetadata { .. }));
    let mut lossy = headers(0, 6);
    for frame in lossy.iter_mut().flat_map(|header| &mut header.frames) {
        std::sync::Arc::make_mut(&mut frame.display).lossy = true;
    }
    world.tell(Event::Metadata { series: SeriesIx(0), result: Ok(lossy) });
    world.run();
    assert_eq!(world.viewport().fidelity, Some(Fidelity::LossyOriginal));
}

#[test]
fn a_bad_key_frame_still_has_its_preview() {
    let mut world = World::new(&[6], "", false);
    world.run_until(|e| matches!(e, Effect::FetchFrame { .. }));
    let request = world.request(key(0, 2));
    world.todo.retain(|e| !matches!(e, Effect::FetchFrame { .. }));
    world.tell(Event::FrameFailed { request, key: key(0, 2), failure: Failure::Missing });
    world.run();
    let viewport = world.viewport();
    assert!(matches!(viewport.picture, Picture::Preview(_)));
    assert_eq!((viewport.fidelity, viewport.missing), (Some(Fidelity::Preview), Some(Failure::Missing)));
}

#[test]
fn a_lost_worker_costs_a_pause_and_not_the_picture() {
    let mut world = World::new(&[6], "", false);
    world.run_until(|e| matches!(e, Effect::Decode { .. }));
    let request = world.request(key(0, 2));
    world.todo.retain(|e| !matches!(e, Effect::Decode { .. }));
    let effects = world.tell(Event::WorkerLost { requests: vec![request] });
    assert!(effects.iter().any(|e| matches!(e, Effect::NeedTick { .. })), "{effects:?}");
    world.run();
    world.now_ms += 1000.0;
    world.tell(Event::Tick);
    world.run();
    assert!(matches!(world.viewport().picture, Picture::Frame(_)));
    assert_eq!(world.view().series[0].failed, 0);
}

#[test]
fn a_lost_context_paints_again_on_what_is_left() {
    let mut world = World::open(&[6]);
    world.log.clear();
    world.tell(Event::ContextLost);
    let effects = world.tell(Event::RendererChanged(Renderer::Cpu(CpuReason::ContextLost)));
    assert_eq!(effects, [Effect::Paint { viewport: 0 }]);
    assert_eq!(world.view().notices, [Notice::GpuLost]);
    assert!(!world.log.iter().any(|e| matches!(e, Effect::FetchFrame { .. } | Effect::Decode { .. })));
}

#[test]
fn a_gpu_that_fails_its_test_is_not_told_of() {
    let mut world = World::open(&[6]);
    world.tell(Event::RendererChanged(Renderer::Cpu(CpuReason::SelfTestFailed)));
    assert_eq!(world.view().notices, []);
}

#[test]
fn a_film_revoked_meanwhile_leaves_nothing_behind() {
    let mut world = World::new(&[50], "", true);
    for _ in 0..40 {
        world.answer();
    }
    let late = world.todo.iter().find_map(|e| match e {
        Effect::FetchFrame { request, key, .. } => Some((*request, *key)),
        _ => None,
    });
    let effects = world.tell(Event::Closed(Closed::Revoked));
    assert!(effects.contains(&Effect::DropAll) && effects.contains(&Effect::ClearStore));
    let view = world.view();
    assert_eq!(view.screen, Screen::Closed(Closed::Revoked));
    assert!(view.film.is_none() && view.series.is_empty());
    assert_eq!(world.viewport().picture, Picture::Empty);
    let (request, key) = late.expect("something was under way");
    let effects =
        world.tell(Event::FrameArrived { request, key, source: Source::Network, bytes: 9, ms: 1.0 });
    assert_eq!(effects, [Effect::DropEncoded { key }]);
    assert!(world.act(Action::Scroll { viewport: 0, delta: 1 }).is_empty());
}

#[test]
fn an_expired_token_is_renewed_once_and_nothing_is_lost() {
    let mut world = World::new(&[6], "", false);
    world.run_until(|e| matches!(e, Effect::FetchFrame { .. }));
    let request = world.request(key(0, 2));
    world.todo.clear();
    assert_eq!(world.tell(Event::TokenExpired), [Effect::RenewToken]);
    assert!(world.tell(Event::TokenExpired).is_empty());
    world.tell(Event::FrameFailed { request, key: key(0, 2), failure: Failure::Network });
    assert_eq!(world.todo, [Effect::RenewToken]);
    world.run();
    assert!(matches!(world.viewport().picture, Picture::Frame(_)));
}

#[test]
fn without_a_network_what_is_here_stays_and_the_rest_comes_later() {
    let mut world = World::new(&[50, 5], "", false);
    for _ in 0..20 {
        world.answer();
    }
    world.tell(Event::Online(false));
    assert_eq!(world.view().notices, [Notice::Offline]);
    let under_way: Vec<Effect> = world.todo.drain(..).collect();
    for effect in under_way {
        match effect {
            Effect::FetchFrame { request, key, .. } => {
                world.tell(Event::FrameFailed { request, key, failure: Failure::Network });
            }
            other => world.todo.push_back(other),
        }
    }
    world.act(Action::ShowSeries { viewport: 0, series: SeriesIx(1) });
    world.todo.retain(|e| !matches!(e, Effect::FetchMetadata { .. }));
    world.tell(Event::Metadata { series: SeriesIx(1), result: Err(Failure::Network) });
    assert_eq!(world.view().series[1].state, SeriesState::Failed(Failure::Network));
    assert_eq!(world.viewport().missing, Some(Failure::Network));
    let effects = world.tell(Event::Online(true));
    assert!(effects.contains(&Effect::FetchMetadata { series: SeriesIx(1) }));
    world.run();
    assert!(matches!(world.viewport().picture, Picture::Frame(_)));
    assert!(world.view().notices.is_empty());
}

#[test]
fn metadata_is_tried_again_with_pauses_then_on_request() {
    let mut world = World::new(&[6], "", false);
    world.answer();
    for pause in [1000.0, 2000.0, 4000.0] {
        world.todo.clear();
        let effects = world.tell(Event::Metadata { series: SeriesIx(0), result: Err(Failure::Server) });
        let at = world.now_ms + pause;
        assert!(effects.contains(&Effect::NeedTick { at_ms: at }), "{effects:?}");
        world.now_ms = at;
        assert!(world.tell(Event::Tick).contains(&Effect::FetchMetadata { series: SeriesIx(0) }));
    }
    world.todo.clear();
    world.tell(Event::Metadata { series: SeriesIx(0), result: Err(Failure::Server) });
    world.now_ms += 1e6;
    assert!(world.tell(Event::Tick).is_empty(), "now it is the reader's turn");
    assert!(world.act(Action::Retry).contains(&Effect::FetchMetadata { series: SeriesIx(0) }));
}

#[test]
fn a_full_disk_is_said_once_and_harms_nothing() {
    let mut world = World::new(&[6], "", true);
    world.run_until(|e| matches!(e, Effect::ListStore { .. }));
    world.todo.clear();
    world.tell(Event::StoreFailed(StoreFailure::Quota));
    world.tell(Event::StoreFailed(StoreFailure::Quota));
    assert_eq!(world.view().notices, [Notice::Store(StoreFailure::Quota)]);
    world.run();
    assert!(matches!(world.viewport().picture, Picture::Frame(_)));
    assert!(!world.log.iter().any(|e| matches!(e, Effect::WriteStore { .. })));
}

#[test]
fn leaving_blanks_the_screen_and_coming_back_finds_the_film() {
    let mut world = World::open(&[6]);
    assert!(world.act(Action::Leave).contains(&Effect::DropAll));
    assert_eq!(world.view().screen, Screen::Closed(Closed::Left));
    assert!(world.view().film.is_none());
    world.act(Action::Retry);
    world.run();
    assert!(matches!(world.viewport().picture, Picture::Frame(_)));
}

#[test]
fn nothing_happens_before_the_start_and_nonsense_harms_nothing() {
    let mut session = Session::new();
    let (k, request) = (key(7, 7), RequestId(7));
    for event in [
        Event::Tick,
        Event::Metadata { series: SeriesIx(3), result: Ok(headers(3, 2)) },
        Event::Decoded { request, key: k, bytes: 1, range: None, worth: Fidelity::Original },
        Event::FrameFailed { request, key: k, failure: Failure::Network },
        Event::StoreListed { series: SeriesIx(3), frames: Vec::new() },
        Event::WorkerLost { requests: vec![request] },
        Event::ContextLost,
        Event::TokenExpired,
        Action::Scroll { viewport: 99, delta: 1 }.into(),
        Action::ShowSeries { viewport: 0, series: SeriesIx(9) }.into(),
        Action::Preset { viewport: 3, choice: 4 }.into(),
        Action::Retry.into(),
    ] {
        let effects = session.dispatch(event, 1.0);
        assert!(effects.iter().all(|e| matches!(e, Effect::DropDecoded { .. })), "{effects:?}");
    }
    assert_eq!(session.view().screen, Screen::Opening);
}

#[test]
fn a_gateway_that_does_not_answer_takes_nothing_away() {
    let mut world = World::open(&[6]);
    world.tell(Event::TokenExpired);
    world.todo.clear();
    let effects = world.tell(Event::Closed(Closed::Unreachable));
    let at_ms = world.now_ms + 5000.0;
    assert_eq!(effects, [Effect::NeedTick { at_ms }]);
    assert!(matches!(world.viewport().picture, Picture::Frame(_)));
    world.now_ms = at_ms;
    assert_eq!(world.tell(Event::Tick), [Effect::RenewToken]);
}
