//! From the link to the first picture, and back to the same place.

use super::*;

#[test]
fn a_film_opens_the_key_frame_first_then_its_neighbours_then_the_rest() {
    let mut world = World::new(&[20, 10, 10], "", false);
    assert_eq!(world.log, [Effect::OpenFilm { passcode: None }]);
    assert_eq!(world.view().screen, Screen::Opening);
    // The boot script had opened the link and drawn the preview.
    world.todo.clear();
    world.tell(Event::Preview { series: SeriesIx(0), result: Ok(()) });
    let opened = Event::Opened { manifest: Box::new(manifest(&[20, 10, 10])), source: Source::Network };
    let effects = world.tell(opened);
    assert_eq!(effects, [Effect::FetchMetadata { series: SeriesIx(0) }, Effect::Paint { viewport: 0 }]);
    let viewport = world.viewport();
    assert!(matches!(viewport.picture, Picture::Preview(_)));
    assert_eq!((viewport.fidelity, viewport.position), (Some(Fidelity::Preview), None));

    let effects = world.tell(Event::Metadata { series: SeriesIx(0), result: Ok(headers(0, 20)) });
    assert_eq!(frames_of(&effects), [2], "on an unknown line the key frame goes alone");
    assert!(matches!(world.viewport().picture, Picture::Preview(_)), "it is the key frame that is asked for");
    assert_eq!(world.viewport().position, Some(2));

    world.todo.retain(|e| matches!(e, Effect::FetchFrame { .. }));
    world.answer();
    let neighbours = frames_of(&world.log);
    assert_eq!(neighbours[..3], [2, 3, 1]);
    assert!(!world.log.iter().any(|e| matches!(e, Effect::FetchPreview { .. })), "thumbnails wait");
    world.run_until(|e| matches!(e, Effect::Paint { .. }));
    let viewport = world.viewport();
    let Picture::Frame(drawn) = viewport.picture else { panic!("{:?}", viewport.picture) };
    assert_eq!(drawn.key, key(0, 2));
    assert_eq!(viewport.fidelity, Some(Fidelity::Original));
    assert_eq!(viewport.overlay.window, Some([40.0, 400.0]));
    world.run();
    let view = world.view();
    assert_eq!((view.series[0].arrived, view.series[0].frames), (20, 20));
    assert!(view.series.iter().all(|s| s.preview == PreviewState::Ready));
    assert_eq!(
        view.series[1].state,
        SeriesState::NotOpened,
        "a series nobody looks at costs a thumbnail only"
    );
}

#[test]
fn frames_have_addresses_and_headers() {
    let world = World::open(&[4]);
    let address = world.session.locate(key(0, 3)).unwrap();
    assert_eq!(
        (address.study_uid, address.series_uid, address.instance_uid, address.frame),
        ("1", "1.0", "1.0.3", 1)
    );
    assert_eq!(world.session.header(key(0, 3)).unwrap().0.number, Some(4));
    for nothing in [key(0, 4), key(1, 0), FrameKey { frame: 1, ..key(0, 0) }] {
        assert!(world.session.locate(nothing).is_none() && world.session.header(nothing).is_none());
    }
}

#[test]
fn a_passcode_is_asked_for_until_it_is_right() {
    let mut world = World::new(&[3], "", false);
    world.todo.clear();
    world.tell(Event::PasscodeNeeded { remaining: 5 });
    let screen = |remaining, wrong, busy| Screen::Passcode { remaining: Some(remaining), wrong, busy };
    assert_eq!(world.view().screen, screen(5, false, false));
    let effects = world.act(Action::EnterPasscode("0000".into()));
    assert_eq!(effects, [Effect::OpenFilm { passcode: Some("0000".into()) }]);
    assert_eq!(world.view().screen, screen(5, false, true));
    assert!(world.act(Action::EnterPasscode("0000".into())).is_empty(), "one guess at a time");
    world.tell(Event::PasscodeNeeded { remaining: 4 });
    assert_eq!(world.view().screen, screen(4, true, false));
    world.todo.clear();
    world.act(Action::EnterPasscode("1234".into()));
    world.run();
    assert_eq!(world.view().screen, Screen::Film);
}

#[test]
fn a_film_that_cannot_be_opened_says_why_and_may_be_tried_again() {
    let mut world = World::new(&[3], "", false);
    world.todo.clear();
    world.tell(Event::Closed(Closed::Expired));
    assert_eq!(world.view().screen, Screen::Closed(Closed::Expired));
    assert!(world.act(Action::Retry).is_empty(), "an expired film stays expired");
    world.tell(Event::Closed(Closed::Unreachable));
    world.act(Action::Retry);
    assert_eq!(world.view().screen, Screen::Opening);
    world.run();
    assert_eq!(world.view().screen, Screen::Film);
}

#[test]
fn a_reload_comes_back_to_the_same_picture() {
    let mut world = World::open(&[20, 10]);
    let resize = |viewport| Action::Resize { viewport, width: 400.0, height: 300.0, dpr: 2.0 };
    world.act(Action::Layout { rows: 1, columns: 2 });
    world.act(resize(0));
    world.act(resize(1));
    world.act(Action::ShowSeries { viewport: 1, series: SeriesIx(1) });
    world.run();
    world.act(Action::ScrollTo { viewport: 1, position: 7 });
    world.act(Action::WindowSet { viewport: 1, center: -600.0, width: 1500.0 });
    world.act(Action::Zoom { viewport: 1, factor: 2.0, anchor: Some([100.0, 100.0]) });
    world.act(Action::RotateRight(1));
    world.act(Action::FlipV(1));
    world.act(Action::Invert(1));
    world.act(Action::Page(Page::Report));
    world.run();
    world.now_ms += 600.0;
    let effects = world.tell(Event::Tick);
    let Some(Effect::SaveFragment(fragment)) = effects.iter().find(|e| matches!(e, Effect::SaveFragment(_)))
    else {
        panic!("{effects:?}")
    };

    let mut again = World::new(&[20, 10], &format!("key{fragment}"), false);
    again.act(resize(0));
    again.run();
    again.act(resize(1));
    again.run();
    let (old, new) = (world.view(), again.view());
    assert_eq!((new.layout, new.active, new.page), (old.layout, old.active, old.page));
    for (old, new) in old.viewports.iter().zip(&new.viewports) {
        assert_eq!((old.series, old.position), (new.series, new.position));
        let (Picture::Frame(a), Picture::Frame(b)) = (old.picture, new.picture) else {
            panic!("{:?} {:?}", old.picture, new.picture)
        };
        assert_eq!((a.key, a.voi, a.invert), (b.key, b.voi, b.invert));
        assert_eq!(a.transform.quarter_turns, b.transform.quarter_turns);
        assert!((a.transform.zoom - b.transform.zoom).abs() < 1e-3);
        for axis in 0..2 {
            assert!((a.transform.pan[axis] - b.transform.pan[axis]).abs() < 0.5, "{a:?} {b:?}");
        }
    }
}

#[test]
fn a_place_that_is_not_in_the_film_opens_it_nevertheless() {
    let mut world = World::new(&[3], "&s=9&i=7", false);
    world.run();
    assert_eq!(world.viewport().series, Some(SeriesIx(0)));
    assert_eq!(world.view().notices, [Notice::PlaceNotHere]);
    let mut world = World::new(&[3], "&s=0&i=99", false);
    world.run();
    assert_eq!(world.viewport().position, Some(2));
    assert_eq!(world.view().notices, [Notice::PlaceNotHere]);
}

#[test]
fn the_address_follows_the_reader_but_not_at_every_step() {
    let mut world = World::open(&[200]);
    world.log.clear();
    for _ in 0..150 {
        world.act(Action::Scroll { viewport: 0, delta: 1 });
        world.now_ms += 16.0;
        world.run();
    }
    let saved = world.log.iter().filter(|e| matches!(e, Effect::SaveFragment(_))).count();
    assert!((3..=6).contains(&saved), "{saved} in {} ms", world.now_ms);
}

#[test]
fn a_kept_film_reopens_without_an_image_byte_from_the_network() {
    let mut world = World::new(&[6], "", true);
    while let Some(effect) = world.todo.front() {
        if let Effect::ListStore { series } = *effect {
            world.todo.pop_front();
            let frames = (0..6).map(|n| (key(0, n), 1000)).collect();
            world.tell(Event::StoreListed { series, frames });
        } else {
            world.answer();
        }
    }
    assert!(frames_of(&world.log).is_empty());
    assert!(matches!(world.viewport().picture, Picture::Frame(_)));
    assert_eq!((world.view().keep.frames, world.view().keep.bytes), (6, 6000));
    let effects = world.act(Action::Forget);
    assert!(effects.contains(&Effect::ClearStore));
    assert_eq!(world.view().keep, Keep::default());
}

#[test]
fn a_film_opens_while_the_store_does_and_asks_for_frames_once_it_knows_which_are_here() {
    for usable in [true, false] {
        let mut world = World::before_the_store(&[6], "");
        world.run();
        assert!(world.log.contains(&Effect::FetchMetadata { series: SeriesIx(0) }));
        assert!(frames_of(&world.log).is_empty());
        let effects = world.tell(Event::StoreOpened { usable, keeps: usable });
        assert_eq!(effects.contains(&Effect::ListStore { series: SeriesIx(0) }), usable);
        assert_eq!(frames_of(&effects).is_empty(), usable, "what the store has is asked for first");
        world.run();
        assert_eq!(frames_of(&world.log).len(), 6);
        assert_eq!((world.view().keep.possible, world.view().keep.wanted), (usable, usable));
        assert!(world.tell(Event::StoreOpened { usable: true, keeps: true }).is_empty(), "it is told once");
    }
}

#[test]
fn where_nothing_is_kept_frames_do_not_wait_for_the_store_and_go_there_once_it_is_open() {
    for usable in [true, false] {
        let mut world = World::with_nothing_kept(&[6]);
        world.run();
        assert_eq!(frames_of(&world.log).len(), 6);
        let written = |log: &[Effect]| log.iter().filter(|e| matches!(e, Effect::WriteStore { .. })).count();
        assert_eq!(written(&world.log), 0);
        let effects = world.tell(Event::StoreOpened { usable, keeps: false });
        assert!(!effects.iter().any(|e| matches!(e, Effect::Abort { .. } | Effect::Paint { .. })));
        world.run();
        assert_eq!(written(&world.log), if usable { 6 } else { 0 });
        assert_eq!(frames_of(&world.log).len(), 6, "none comes twice");
        assert_eq!(world.view().keep.frames, if usable { 6 } else { 0 });
    }
}

#[test]
fn what_is_on_its_way_while_the_store_opens_stays_so() {
    let mut world = World::with_nothing_kept(&[6]);
    while frames_of(&world.log).is_empty() {
        world.answer();
    }
    let effects = world.tell(Event::StoreOpened { usable: true, keeps: false });
    assert!(!effects.iter().any(|e| matches!(e, Effect::Abort { .. })), "{effects:?}");
    world.run();
    assert_eq!((frames_of(&world.log).len(), world.view().keep.frames), (6, 6));
}

#[test]
fn keeping_can_be_asked_for_before_the_store_is_open() {
    for usable in [true, false] {
        let mut world = World::before_the_store(&[6, 4], "");
        world.run();
        assert!(world.view().keep.possible);
        assert!(!world.act(Action::Keep(true)).contains(&Effect::KeepWhole(true)));
        let effects = world.tell(Event::StoreOpened { usable, keeps: false });
        assert_eq!(effects.contains(&Effect::KeepWhole(true)), usable);
        world.run();
        let (frames, bytes) = if usable { (10, 10_000) } else { (0, 0) };
        assert_eq!(world.view().keep, Keep { possible: usable, wanted: usable, frames, bytes });
    }
}

#[test]
fn what_is_over_or_unwanted_before_the_store_is_open_goes_from_it_all_the_same() {
    let mut world = World::before_the_store(&[6], "");
    world.tell(Event::Closed(Closed::Revoked));
    assert!(!world.log.contains(&Effect::ClearStore));
    assert!(world.tell(Event::StoreOpened { usable: true, keeps: true }).contains(&Effect::ClearStore));

    let mut world = World::before_the_store(&[6], "");
    world.run();
    assert!(world.act(Action::Forget).contains(&Effect::ClearStore));
    world.tell(Event::StoreOpened { usable: true, keeps: true });
    world.run();
    assert_eq!(frames_of(&world.log).len(), 6);
    let stored = |e: &Effect| matches!(e, Effect::ListStore { .. } | Effect::WriteStore { .. });
    assert!(!world.log.iter().any(stored));
    assert_eq!(world.view().keep, Keep::default());
}

#[test]
fn keeping_fetches_every_series() {
    let mut world = World::new(&[6, 4, 3], "", true);
    world.run();
    assert!(world.view().keep.frames <= 6);
    world.act(Action::Keep(true));
    world.run();
    assert_eq!(world.view().keep, Keep { possible: true, wanted: true, frames: 13, bytes: 13_000 });
}

#[test]
fn an_empty_film_is_said_to_be_empty() {
    let mut world = World::new(&[], "", false);
    let mut empty = manifest(&[]);
    empty.studies[0].reports.clear();
    world.tell(Event::Opened { manifest: Box::new(empty), source: Source::Network });
    assert_eq!(world.view().screen, Screen::Closed(Closed::EmptyFilm));
    let mut world = World::new(&[], "", false);
    world.run();
    assert_eq!(world.view().screen, Screen::Film, "a film of reports is a film");
    assert_eq!(world.viewport().picture, Picture::Empty);
}
