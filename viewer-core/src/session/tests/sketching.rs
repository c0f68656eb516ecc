//! Previews of a series' frames, between the key frame's preview and the originals.

use super::world::{World, frames_of, key};
use super::*;

/// A film of one series whose frames take 100 ms each on the line; its first original is on screen, and nothing else has
/// been answered since.
fn on_a_weak_line(count: u32) -> (World, u32, Vec<FrameKey>) {
    let mut world = World::new(&[count], "", false);
    world.run_until(|effect| matches!(effect, Effect::FetchMetadata { .. }));
    world.session.series[0].frame_bytes = 20_000;
    world.run_until(|effect| matches!(effect, Effect::FetchFramePreviews { .. }));
    let (stream, keys) = stream(&world).expect("a stream");
    (world, stream, keys)
}

fn stream(world: &World) -> Option<(u32, Vec<FrameKey>)> {
    world.log.iter().rev().find_map(|effect| match effect {
        Effect::FetchFramePreviews { stream, keys } => Some((*stream, keys.clone())),
        _ => None,
    })
}

fn arrive(world: &mut World, keys: &[FrameKey]) {
    for key in keys {
        world.tell(Event::FramePreview { key: *key });
    }
}

fn go_to(world: &mut World, position: u32) {
    world.now_ms += 2000.0;
    world.act(Action::ScrollTo { viewport: 0, position });
}

#[test]
fn what_is_near_comes_first_and_originals_wait() {
    let (mut world, stream, keys) = on_a_weak_line(200);
    let order: Vec<u32> = keys.iter().take(4).map(|key| key.instance).collect();
    assert_eq!(order, [3, 1, 4, 0], "the key frame, 2, is here already");
    assert_eq!(keys.len(), 199);
    assert!(world.session.line_is_weak(), "nothing that can be done without is loaded now");
    world.run();
    let fetched = frames_of(&world.log);
    let before = fetched.len();
    assert!(before < 8, "{fetched:?}");

    arrive(&mut world, &keys[..50]);
    go_to(&mut world, 3);
    let viewport = world.viewport();
    assert!(matches!(viewport.picture, Picture::FramePreview(drawn) if drawn.key == key(0, 3)));
    assert_eq!((viewport.fidelity, viewport.overlay.window), (Some(Fidelity::Preview), Some([40.0, 400.0])));
    // It is not drawn under the reader's window, and does not say so.
    world.act(Action::Preset { viewport: 0, choice: 1 });
    assert_eq!(world.viewport().overlay.window, None);
    // What is looked at is fetched all the same, and takes its preview's place.
    world.run();
    assert_eq!(frames_of(&world.log).len(), before + usize::from(!fetched.contains(&3)));
    assert!(matches!(world.viewport().picture, Picture::Frame(drawn) if drawn.key == key(0, 3)));
    assert_eq!(world.viewport().overlay.window, Some([-600.0, 1500.0]));

    arrive(&mut world, &keys[50..]);
    world.tell(Event::FramePreviewsEnded { stream, result: Ok(()) });
    world.run();
    assert_eq!(world.view().series[0].arrived, 200);
    assert!(!world.log.contains(&Effect::AbortFramePreviews));
}

#[test]
fn a_jump_begins_anew_without_what_is_here() {
    let (mut world, first, keys) = on_a_weak_line(200);
    arrive(&mut world, &keys[..20]);
    go_to(&mut world, 150);
    assert!(world.log.contains(&Effect::AbortFramePreviews));
    let (second, again) = stream(&world).expect("a stream");
    assert_eq!((second, again[0]), (first + 1, key(0, 150)));
    assert!(keys[..20].iter().all(|key| !again.contains(key)));
    // The end of the first means nothing any more.
    world.tell(Event::FramePreviewsEnded { stream: first, result: Ok(()) });
    go_to(&mut world, 151);
    assert_eq!(stream(&world).expect("a stream").0, second);
}

#[test]
fn what_the_gateway_cannot_draw_is_not_asked_for_again() {
    let (mut world, stream_number, keys) = on_a_weak_line(100);
    arrive(&mut world, &keys[..30]);
    world.tell(Event::FramePreviewsEnded { stream: stream_number, result: Ok(()) });
    world.run();
    assert_eq!(stream(&world).expect("a stream").0, stream_number);
    assert_eq!(world.view().series[0].arrived, 100);
}

#[test]
fn a_stream_that_breaks_off_is_taken_up_again_and_given_up_at_last() {
    let (mut world, _, keys) = on_a_weak_line(200);
    arrive(&mut world, &keys[..20]);
    for round in 1.. {
        let (stream_number, asked) = stream(&world).expect("a stream");
        assert!(keys[..20].iter().all(|key| !asked.contains(key)) || round == 1);
        world.tell(Event::FramePreviewsEnded { stream: stream_number, result: Err(Failure::Network) });
        world.now_ms += 60_000.0;
        // Nothing is answered in between: originals would make it needless.
        world.tell(Event::Tick);
        if stream(&world).expect("a stream").0 == stream_number {
            assert_eq!(round, 4);
            break;
        }
    }
    world.run();
    assert_eq!(world.view().series[0].arrived, 200);
}

#[test]
fn a_good_line_and_small_frames_need_none() {
    let world = World::open(&[200]);
    assert_eq!(stream(&world), None);
    assert!(!world.session.line_is_weak());
    let mut world = World::new(&[20], "", false);
    world.run_until(|effect| matches!(effect, Effect::FetchMetadata { .. }));
    // Twenty of 100 ms each are here in two seconds.
    world.session.series[0].frame_bytes = 20_000;
    world.run();
    assert_eq!(stream(&world), None);
}

#[test]
fn slices_that_are_only_passed_are_not_fetched() {
    let mut world = World::new(&[200], "", false);
    world.run_until(|effect| matches!(effect, Effect::FetchMetadata { .. }));
    // Half a second each.
    world.session.series[0].frame_bytes = 100_000;
    world.run_until(|effect| matches!(effect, Effect::FetchFramePreviews { .. }));
    let (_, keys) = stream(&world).expect("a stream");
    arrive(&mut world, &keys);
    let before = frames_of(&world.log).len();
    for _ in 0..20 {
        world.now_ms += 60.0;
        world.act(Action::Scroll { viewport: 0, delta: 1 });
        assert_eq!(world.viewport().fidelity, Some(Fidelity::Preview));
    }
    assert_eq!(frames_of(&world.log).len(), before);
    assert!(
        world
            .log
            .iter()
            .any(|effect| matches!(effect, Effect::NeedTick { at_ms } if *at_ms <= world.now_ms + 301.0))
    );
    world.now_ms += 301.0;
    world.tell(Event::Tick);
    assert_eq!(frames_of(&world.log)[before..], [22]);
}

/// A series of slices that take half a second each, with all their previews.
fn turned_through(count: u32) -> World {
    let mut world = World::new(&[count], "", false);
    world.run_until(|effect| matches!(effect, Effect::FetchMetadata { .. }));
    world.session.series[0].frame_bytes = 100_000;
    world.run_until(|effect| matches!(effect, Effect::FetchFramePreviews { .. }));
    let (stream, keys) = stream(&world).expect("a stream");
    arrive(&mut world, &keys);
    world.act(Action::Scroll { viewport: 0, delta: 5 });
    world.tell(Event::FramePreviewsEnded { stream, result: Ok(()) });
    world
}

#[test]
fn neighbours_wait_until_the_reader_settles() {
    let mut world = turned_through(200);
    let moved_at_ms = world.now_ms;
    let fetched = |world: &World| frames_of(&world.log);
    let before = fetched(&world).len();
    world.now_ms += 301.0;
    world.tell(Event::Tick);
    world.run();
    assert_eq!(fetched(&world)[before..], [7], "what is looked at, and nothing else");
    assert!(matches!(world.viewport().picture, Picture::Frame(drawn) if drawn.key == key(0, 7)));
    // It asks for the ticks that it needs; nothing else happens.
    while fetched(&world).len() == before + 1 {
        let due = world.log.iter().rev().find_map(|effect| match effect {
            Effect::NeedTick { at_ms } if *at_ms > world.now_ms => Some(*at_ms),
            _ => None,
        });
        world.now_ms = due.expect("a tick");
        world.tell(Event::Tick);
    }
    assert!(fetched(&world)[before + 1..].contains(&8), "{:?}", &fetched(&world)[before..]);
    // 0.3 s and twice the half second that a slice takes.
    let settled_ms = world.now_ms - moved_at_ms;
    assert!((1290.0..1320.0).contains(&settled_ms), "{settled_ms}");
}

#[test]
fn what_an_original_will_look_like_is_known_while_its_preview_is_shown() {
    let mut world = turned_through(20);
    let awaited = world.session.awaited(0).expect("an original");
    assert_eq!(awaited.key, key(0, 7));
    assert!(awaited.voi.is_some() && awaited.state.is_none());
    world.now_ms += 301.0;
    world.tell(Event::Tick);
    world.run();
    assert!(matches!(world.viewport().picture, Picture::Frame(drawn) if drawn == awaited));
    assert_eq!(world.session.awaited(0), None);
    assert_eq!(world.session.awaited(9), None);
}
