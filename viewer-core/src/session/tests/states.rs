//! Presentation states: asked for late, offered for their own frames, applied and taken back.

use super::*;
use crate::dicom::header::{DisplayHeader, ModalityLut, PresentationLut};
use crate::geometry::Placement;
use crate::lut::VoiChoice;
use crate::presentation::{DisplayedArea, Framing, SizeMode};

/// A film whose study has a series of states, with everything fetched; the request for the states is not answered.
fn film() -> World {
    let mut world = World::new(&[6], "", false);
    while let Some(effect) = world.todo.front().cloned() {
        if let Effect::OpenFilm { .. } = effect {
            world.todo.pop_front();
            let mut film = manifest(&[6]);
            film.studies[0].state_series = vec!["1.77".into()];
            world.tell(Event::Opened { manifest: Box::new(film), source: Source::Network });
        } else if !matches!(effect, Effect::FetchStates { .. }) || world.todo.len() > 1 {
            world.todo.rotate_left(usize::from(matches!(effect, Effect::FetchStates { .. })));
            world.answer();
        } else {
            break;
        }
    }
    world.act(Action::Resize { viewport: 0, width: 400.0, height: 300.0, dpr: 1.0 });
    world.act(Action::ScrollTo { viewport: 0, position: 2 });
    world
}

/// Of frame 2 only.
fn entry() -> StateEntry {
    StateEntry { id: StateId(0), label: Some("结节".into()), images: vec![("1.0.2".into(), Vec::new())] }
}

fn look(framing: Framing) -> StateLook {
    let display = DisplayHeader {
        modality_lut: ModalityLut::Identity,
        softcopy: Some(PresentationLut::Inverse),
        ..DisplayHeader::default()
    };
    let voi = Some(VoiChoice::Auto { min: 7.0, max: 9.0 });
    StateLook { display: display.into(), voi, framing, incomplete: true }
}

fn drawn(world: &World) -> Drawn<FrameKey> {
    match world.viewport().picture {
        Picture::Frame(drawn) => drawn,
        other => panic!("{other:?}"),
    }
}

#[test]
fn states_are_asked_for_once_a_picture_is_on_screen() {
    let world = film();
    let at = |found: fn(&Effect) -> bool| world.log.iter().position(found).unwrap();
    let states = at(|effect| matches!(effect, Effect::FetchStates { study: 0 }));
    assert!(states > at(|effect| matches!(effect, Effect::Decode { .. })));
    let asked = world.log.iter().filter(|effect| matches!(effect, Effect::FetchStates { .. }));
    assert_eq!(asked.count(), 1);
}

#[test]
fn a_state_is_offered_for_its_frames_and_changes_how_they_are_drawn() {
    let mut world = film();
    let before = drawn(&world);
    world.tell(Event::States { study: 0, result: Ok(vec![entry()]) });
    assert_eq!(world.viewport().states, vec![(StateId(0), Some("结节".into()))]);
    assert_eq!((world.viewport().state, drawn(&world).state), (None, None), "nobody has chosen it");

    let effects = world.act(Action::Present { viewport: 0, state: Some(StateId(0)) });
    let apply = Effect::ApplyState { state: StateId(0), key: key(0, 2) };
    assert!(effects.contains(&apply));
    assert_eq!(drawn(&world).state, None, "the file's own way until the state is read");
    let area = DisplayedArea { bounds: [100.0, 50.0, 300.0, 250.0], mode: SizeMode::Fit, pixel_aspect: None };
    let framing = Framing { quarter_turns: 1, flip: false, area: Some(area) };
    let effects = world.tell(Event::StateApplied {
        state: StateId(0),
        key: key(0, 2),
        look: Some(Box::new(look(framing))),
    });
    assert!(effects.contains(&Effect::Paint { viewport: 0 }));
    let under = drawn(&world);
    assert_eq!((under.state, under.voi), (Some(StateId(0)), Some(VoiChoice::Auto { min: 7.0, max: 9.0 })));
    let display = world.session.display(under.state, under.key).unwrap();
    assert_eq!(display.softcopy, Some(PresentationLut::Inverse));
    let viewport = world.viewport();
    assert!(viewport.state == Some(StateId(0)) && viewport.state_incomplete);
    // The middle of the area is in the middle of the screen, and the area fills its height.
    let placed = Placement::new(&under.transform, under.shape, [400.0, 300.0]);
    let [x, y] = placed.to_screen([200.0, 150.0]);
    assert!((x - 200.0).abs() < 1e-6 && (y - 150.0).abs() < 1e-6, "{x} {y}");
    assert!((placed.screen_per_pixel()[0] - 1.5).abs() < 1e-6);

    // The reader may change it; the next frame, which the state does not name, is drawn as its file says.
    world.act(Action::WindowSet { viewport: 0, center: 1.0, width: 4.0 });
    assert_eq!(drawn(&world).voi.and_then(|voi| voi.center_width()), Some((1.0, 4.0)));
    world.act(Action::ScrollTo { viewport: 0, position: 3 });
    assert_eq!((drawn(&world).state, world.viewport().states.len()), (None, 0));

    world.act(Action::ScrollTo { viewport: 0, position: 2 });
    world.act(Action::Present { viewport: 0, state: None });
    let after = drawn(&world);
    assert_eq!((after.voi, after.transform, after.state), (before.voi, before.transform, None));
}

#[test]
fn a_state_that_cannot_be_applied_leaves_the_picture() {
    let mut world = film();
    world.tell(Event::States { study: 0, result: Ok(vec![entry()]) });
    world.act(Action::Present { viewport: 0, state: Some(StateId(0)) });
    world.tell(Event::StateApplied { state: StateId(0), key: key(0, 2), look: None });
    assert_eq!((drawn(&world).state, world.viewport().state), (None, None));
    // Nor is it asked for again and again, nor taken from somebody who did not ask.
    let effects = world.act(Action::Scroll { viewport: 0, delta: 0 });
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::ApplyState { .. })));
    let whole = Framing { quarter_turns: 0, flip: false, area: None };
    world.tell(Event::StateApplied { state: StateId(9), key: key(0, 2), look: Some(Box::new(look(whole))) });
    assert_eq!(world.session.look(Some(StateId(9)), key(0, 2)), None);
}

#[test]
fn states_that_did_not_come_are_asked_for_again_with_the_network() {
    let mut world = film();
    world.tell(Event::States { study: 0, result: Err(Failure::Network) });
    let asks = |effects: &[Effect]| effects.iter().any(|effect| matches!(effect, Effect::FetchStates { .. }));
    assert!(!asks(&world.act(Action::Scroll { viewport: 0, delta: 1 })));
    world.tell(Event::Online(false));
    let mut effects = world.tell(Event::Online(true));
    world.run();
    effects.extend(world.act(Action::Scroll { viewport: 0, delta: -1 }));
    assert!(asks(&effects));
}

#[test]
fn marks_can_be_taken_away() {
    let mut world = film();
    assert!(world.view().marks && drawn(&world).marks);
    let effects = world.act(Action::Marks(false));
    assert!(effects.contains(&Effect::Paint { viewport: 0 }) && !drawn(&world).marks);
}
