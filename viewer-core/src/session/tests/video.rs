//! Videos: fetched whole as one frame, never decoded here, played or explained by the platform.

use super::*;

/// A film of one video of 21 frames, H.264 High Profile, whose metadata are here.
fn film(syntax: &str) -> World {
    let mut world = World::new(&[1], "", false);
    world.run_until(|e| matches!(e, Effect::FetchMetadata { .. }));
    world.todo.retain(|e| !matches!(e, Effect::FetchMetadata { .. }));
    let mut video = headers(0, 1);
    video[0].transfer_syntax_uid = syntax.into();
    video[0].pixels.frames = 21;
    for frame in video.iter_mut().flat_map(|header| &mut header.frames) {
        frame.plane = None;
        std::sync::Arc::make_mut(&mut frame.display).lossy = true;
    }
    world.tell(Event::Metadata { series: SeriesIx(0), result: Ok(video) });
    world
}

#[test]
fn a_video_is_fetched_once_and_shown_whole() {
    let mut world = film("1.2.840.10008.1.2.4.102");
    assert_eq!((world.viewport().count, world.view().series[0].findings.missing), (1, 0));
    assert_eq!(world.session.video(key(0, 0)), Some("1.2.840.10008.1.2.4.102"));
    world.run();
    assert_eq!(world.viewport().picture, Picture::Video(key(0, 0)));
    assert_eq!(world.viewport().fidelity, Some(Fidelity::LossyOriginal));
    assert_eq!(world.viewport().overlay.zoom_percent, None);
    assert!(!world.log.iter().any(|e| matches!(e, Effect::Decode { .. })));
    assert_eq!(frames_of(&world.log).len(), 1);
    // The tools of pictures change nothing of it.
    for action in [
        Action::Pan { viewport: 0, dx: 10.0, dy: 10.0 },
        Action::Zoom { viewport: 0, factor: 2.0, anchor: None },
        Action::Fit(0),
        Action::Scroll { viewport: 0, delta: 1 },
        Action::Invert(0),
    ] {
        world.act(action);
        world.run();
        assert_eq!(world.viewport().picture, Picture::Video(key(0, 0)));
    }
}

#[test]
fn a_video_that_is_not_played_is_explained_and_one_that_did_not_come_is_asked_for_again() {
    for (failure, picture) in [
        (Failure::Unsupported, Picture::Video(key(0, 0))),
        (Failure::Missing, Picture::Failed { failure: Failure::Missing }),
    ] {
        let mut world = film("1.2.840.10008.1.2.4.100");
        let request = world.request(key(0, 0));
        world.todo.retain(|e| !matches!(e, Effect::FetchFrame { .. } | Effect::FetchPreview { .. }));
        world.tell(Event::FrameFailed { request, key: key(0, 0), failure });
        assert_eq!((world.viewport().picture, world.viewport().missing), (picture, Some(failure)));
        assert_eq!(world.viewport().fidelity, None);
        let effects = world.act(Action::Retry);
        assert_eq!(frames_of(&effects), [0]);
    }
}
