//! Turning, windowing, moving, playing.

use super::*;
use crate::lut::ValueRange;
use film_link::manifest::ImageReference;

#[test]
fn a_frame_that_is_not_here_is_never_shown_under_its_number() {
    let mut world = World::new(&[200], "", false);
    world.run_until(|e| matches!(e, Effect::Decode { .. }));
    world.run_until(|e| matches!(e, Effect::Paint { .. }));
    world.act(Action::ScrollTo { viewport: 0, position: 150 });
    let viewport = world.viewport();
    assert_eq!(viewport.position, Some(150));
    let Picture::Waiting { held: Some(held) } = viewport.picture else { panic!("{:?}", viewport.picture) };
    assert_eq!(held.position, Some(2), "what stays on screen stays under its own number");
    assert!(matches!(held.drawn, HeldPicture::Frame(drawn) if drawn.key == key(0, 2)));
    assert_eq!(viewport.fidelity, None);
    world.run();
    assert!(matches!(world.viewport().picture, Picture::Frame(drawn) if drawn.key == key(0, 150)));
}

#[test]
fn turning_stops_at_the_ends() {
    let mut world = World::open(&[5]);
    world.act(Action::Scroll { viewport: 0, delta: i32::MAX });
    assert_eq!(world.viewport().position, Some(4));
    world.act(Action::Scroll { viewport: 0, delta: i32::MIN });
    assert_eq!(world.viewport().position, Some(0));
    world.act(Action::ScrollTo { viewport: 0, position: 77 });
    assert_eq!(world.viewport().position, Some(4));
    world.act(Action::Scroll { viewport: 8, delta: 1 });
}

#[test]
fn fast_turning_fetches_ahead() {
    let mut world = World::new(&[400], "", false);
    world.run_until(|e| matches!(e, Effect::Decode { .. }));
    for _ in 0..10 {
        world.now_ms += 20.0;
        world.act(Action::Scroll { viewport: 0, delta: 2 });
    }
    world.log.clear();
    world.act(Action::Scroll { viewport: 0, delta: 2 });
    // Ticks that are asked for on the way are answered too.
    for _ in 0..24 {
        world.answer();
    }
    let position = world.viewport().position.unwrap();
    let asked = frames_of(&world.log);
    assert!(asked.len() > 2 && asked.iter().all(|f| *f >= position), "{asked:?} from {position}");
}

/// A localizer or another weighting in one series has other values than the slices.
#[test]
fn each_stack_has_an_automatic_window_of_its_own() {
    let mut world = World::new(&[6], "", false);
    let mut headers = headers(0, 6);
    for header in &mut headers[4..] {
        let frame = &mut header.frames[0];
        frame.plane.as_mut().unwrap().column = [0.0, 0.0, -1.0];
    }
    while let Some(effect) = world.todo.front().cloned() {
        match effect {
            Effect::FetchMetadata { series } => {
                world.todo.pop_front();
                world.tell(Event::Metadata { series, result: Ok(headers.clone()) });
            }
            Effect::Decode { request, key } => {
                world.todo.pop_front();
                let max = if key.instance < 4 { 100.0 } else { 9000.0 };
                let (range, worth) = (Some(ValueRange { min: 0.0, max }), Fidelity::Original);
                world.tell(Event::Decoded { request, key, bytes: 1, range, worth });
            }
            _ => assert!(world.answer()),
        }
    }
    let widest = |world: &World| match &world.viewport().choices.last().unwrap().name {
        ChoiceName::Auto(range) => range.max,
        other => panic!("{other:?}"),
    };
    let mut found = Vec::new();
    for position in 0..6 {
        world.act(Action::ScrollTo { viewport: 0, position });
        let viewport = world.viewport();
        found.push((viewport.overlay.stack.unwrap()[0], widest(&world)));
    }
    found.dedup();
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found.iter().any(|(_, max)| *max == 100.0) && found.iter().any(|(_, max)| *max == 9000.0));
}

#[test]
fn windows_change_without_a_fetch() {
    let mut world = World::open(&[5]);
    world.log.clear();
    let effects = world.act(Action::NextWindow(0));
    assert!(effects.contains(&Effect::Paint { viewport: 0 }));
    assert_eq!(world.viewport().overlay.window, Some([-600.0, 1500.0]));
    assert_eq!(world.viewport().overlay.choice, Some(1));
    world.act(Action::WindowDrag { viewport: 0, dx: 160.0, dy: 0.0 });
    assert_eq!(world.viewport().overlay.window, Some([-600.0, 3000.0]));
    world.act(Action::WindowDrag { viewport: 0, dx: 0.0, dy: 10.0 });
    assert!(world.viewport().overlay.window.unwrap()[0] > -600.0);
    world.act(Action::WindowDrag { viewport: 0, dx: -1e9, dy: 0.0 });
    assert_eq!(world.viewport().overlay.window.unwrap()[1], 1.0, "LINEAR ends at a width of 1");
    for bad in [f64::NAN, f64::INFINITY] {
        world.act(Action::WindowDrag { viewport: 0, dx: bad, dy: bad });
        world.act(Action::WindowSet { viewport: 0, center: bad, width: bad });
        world.act(Action::Pan { viewport: 0, dx: bad, dy: bad });
        world.act(Action::Zoom { viewport: 0, factor: bad, anchor: Some([bad, bad]) });
        world.act(Action::Resize { viewport: 0, width: bad, height: bad, dpr: bad });
    }
    let Picture::Frame(drawn) = world.viewport().picture else { panic!("no picture") };
    assert!(drawn.transform.pan.iter().all(|p| p.is_finite()) && drawn.transform.zoom.is_finite());
    world.act(Action::Reset(0));
    assert_eq!(world.viewport().overlay.window, Some([40.0, 400.0]));
    let quiet = |e: &Effect| matches!(e, Effect::Paint { .. } | Effect::NeedTick { .. });
    assert!(world.log.iter().all(quiet), "{:?}", world.log);
}

#[test]
fn choices_are_the_files_then_the_modalitys_then_the_values() {
    let world = World::open(&[5]);
    let choices = world.viewport().choices;
    assert!(matches!(choices[0].name, ChoiceName::File { index: 0, .. }));
    assert!(matches!(choices[1].name, ChoiceName::File { index: 1, .. }));
    assert!(matches!(choices[2].name, ChoiceName::Preset(_)));
    assert!(matches!(choices.last().unwrap().name, ChoiceName::Auto(_)));
}

#[test]
fn the_list_of_choices_is_the_same_one_while_nothing_changes() {
    let mut world = World::open(&[5]);
    let before = world.viewport().choices;
    world.act(Action::Scroll { viewport: 0, delta: 1 });
    assert_eq!(world.viewport().choices, before);
}

#[test]
fn the_numbers_in_the_corners_are_of_the_frame_that_is_asked_for() {
    let mut world = World::open(&[5]);
    world.act(Action::Resize { viewport: 0, width: 512.0, height: 512.0, dpr: 2.0 });
    world.act(Action::ScrollTo { viewport: 0, position: 3 });
    let viewport = world.viewport();
    let overlay = &viewport.overlay;
    assert_eq!(
        (overlay.instance_number, overlay.slice_mm, overlay.thickness_mm),
        (Some(4), Some(15.0), Some(5.0))
    );
    assert_eq!((overlay.basis, overlay.zoom_percent), (Some(Basis::Patient), Some(200.0)));
    let letters = viewport.orientation.unwrap();
    assert_eq!((letters.left.letters(), letters.top.letters()), ("R".into(), "A".into()));
    // 512 columns of 0.7 mm over 512 CSS pixels; at most a third of them: 119 mm.
    let bar = viewport.scale.unwrap();
    assert_eq!(bar.value, 10.0);
    assert!((bar.screen_length - 100.0 / 0.7).abs() < 1e-6, "{bar:?}");
    world.act(Action::ActualSize(0));
    let viewport = world.viewport();
    assert_eq!(viewport.overlay.zoom_percent, Some(100.0));
    let bar = viewport.scale.unwrap();
    assert!((bar.screen_length - 200.0 / 0.7 / 2.0).abs() < 1e-6, "{bar:?}");
}

#[test]
fn the_picture_cannot_be_pushed_off_the_screen() {
    let mut world = World::open(&[5]);
    world.act(Action::Resize { viewport: 0, width: 400.0, height: 400.0, dpr: 1.0 });
    world.act(Action::Pan { viewport: 0, dx: 1e6, dy: -1e6 });
    let Picture::Frame(drawn) = world.viewport().picture else { panic!("no picture") };
    assert_eq!(drawn.transform.pan, [352.0, -352.0]);
}

#[test]
fn cine_leaves_out_what_has_not_arrived() {
    let mut world = World::open(&[10]);
    world.act(Action::ScrollTo { viewport: 0, position: 0 });
    world.act(Action::CineRate { viewport: 0, fps: 10.0 });
    let effects = world.act(Action::CineToggle(0));
    let due = world.now_ms + 100.0;
    assert!(effects.iter().any(|e| matches!(e, Effect::NeedTick { at_ms } if (at_ms - due).abs() < 1.0)));
    let start = world.now_ms;
    for step in 1..=3u32 {
        world.now_ms = start + 100.0 * f64::from(step);
        world.tell(Event::Tick);
        assert_eq!(world.viewport().position, Some(step));
    }
    // A second late: ten are due, and it goes round.
    world.now_ms = start + 800.0;
    world.tell(Event::Tick);
    assert_eq!(world.viewport().position, Some(8));
    assert_eq!(world.viewport().cine.skipped, 4);
    world.act(Action::Scroll { viewport: 0, delta: 1 });
    assert!(!world.viewport().cine.playing, "the hand on the wheel stops it");
}

#[test]
fn cine_waits_under_the_right_number_when_nothing_is_here() {
    let mut world = World::new(&[100], "", false);
    world.run_until(|e| matches!(e, Effect::Decode { .. }));
    world.run_until(|e| matches!(e, Effect::Paint { .. }));
    world.act(Action::CineToggle(0));
    let before = world.viewport().position;
    world.now_ms += 5000.0;
    world.tell(Event::Tick);
    let viewport = world.viewport();
    assert!(
        matches!(viewport.picture, Picture::Frame(drawn) if drawn.key.instance == viewport.position.unwrap())
    );
    assert!(viewport.position >= before);
}

#[test]
fn a_report_leads_to_its_image() {
    let mut world = World::open(&[5, 5]);
    let image = |series: &str, instance: &str| ImageReference {
        series_uid: series.into(),
        instance_uid: instance.into(),
        frame: 1,
    };
    world.act(Action::GoTo(image("1.1", "1.1.4")));
    world.run();
    assert_eq!((world.viewport().series, world.viewport().position), (Some(SeriesIx(1)), Some(4)));
    world.act(Action::WindowSet { viewport: 0, center: 1.0, width: 2.0 });
    world.act(Action::GoTo(image("1.1", "1.1.0")));
    assert_eq!(world.viewport().position, Some(0));
    assert_eq!(world.viewport().overlay.window, Some([1.0, 2.0]), "in the same series the window stays");
    world.act(Action::GoTo(image("9", "9")));
    assert_eq!(world.view().notices, [Notice::ImageNotHere]);
    world.act(Action::Dismiss(Notice::ImageNotHere));
    assert!(world.view().notices.is_empty());
}

#[test]
fn a_smaller_grid_keeps_what_the_reader_looks_at() {
    let mut world = World::open(&[5, 5]);
    world.act(Action::Layout { rows: 9, columns: 9 });
    assert_eq!(world.view().viewports.len(), 9);
    world.act(Action::ShowSeries { viewport: 8, series: SeriesIx(1) });
    world.run();
    world.act(Action::Layout { rows: 0, columns: 0 });
    assert_eq!((world.view().viewports.len(), world.view().active), (1, 0));
    assert_eq!(world.viewport().series, Some(SeriesIx(1)));
}

#[test]
fn a_series_of_two_echoes_is_turned_stack_by_stack() {
    let mut world = World::new(&[8], "", false);
    world.answer();
    world.todo.retain(|e| !matches!(e, Effect::FetchMetadata { .. }));
    let mut both = headers(0, 8);
    for (n, header) in both.iter_mut().enumerate() {
        let frame = &mut header.frames[0];
        frame.phase.echo_ms = Some(if n % 2 == 0 { 20.0 } else { 80.0 });
        if let Some(plane) = &mut frame.plane {
            plane.position = [0.0, 0.0, (n / 2) as f64 * 5.0];
        }
    }
    world.tell(Event::Metadata { series: SeriesIx(0), result: Ok(both) });
    world.run();
    let order: Vec<u32> = world.session.keys(SeriesIx(0)).iter().map(|k| k.instance).collect();
    assert_eq!(order, [0, 2, 4, 6, 1, 3, 5, 7]);
    let findings = world.view().series[0].findings;
    assert_eq!((findings.stacks, findings.spacing_mm, findings.missing), (2, Some(5.0), 0));
    world.act(Action::ScrollTo { viewport: 0, position: 5 });
    let overlay = world.viewport().overlay;
    assert_eq!((overlay.stack, overlay.slice_mm), (Some([2, 2]), Some(5.0)));
}

/// PS3.3 C.7.6.1.1.1: an X-ray has no plane, and still a left side.
#[test]
fn a_projection_has_letters_too() {
    let mut world = World::new(&[1], "", false);
    world.run_until(|e| matches!(e, Effect::FetchMetadata { .. }));
    world.todo.retain(|e| !matches!(e, Effect::FetchMetadata { .. }));
    let mut chest = headers(0, 1);
    chest[0].frames[0].plane = None;
    chest[0].patient_orientation = Some([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0]]);
    world.tell(Event::Metadata { series: SeriesIx(0), result: Ok(chest) });
    world.run();
    let sides = world.viewport().orientation.unwrap();
    assert_eq!((sides.left.letters(), sides.top.letters()), ("R".to_owned(), "H".to_owned()));
}
