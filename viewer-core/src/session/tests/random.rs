//! Any order of actions, answers and failures: no panic, and never a frame under another's number.

use super::*;
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Step {
    Act(Action),
    Answer(usize),
    Fail(usize, Failure),
    Tell(Event),
    Wait(u16),
}

fn action() -> impl Strategy<Value = Action> {
    let viewport = 0usize..5;
    let number = prop_oneof![-500.0..500.0f64, Just(f64::NAN), Just(f64::INFINITY), Just(0.0)];
    let pair = (viewport.clone(), number.clone(), number);
    prop_oneof![
        (viewport.clone(), -30i32..30).prop_map(|(viewport, delta)| Action::Scroll { viewport, delta }),
        (viewport.clone(), 0u32..60).prop_map(|(viewport, position)| Action::ScrollTo { viewport, position }),
        (viewport.clone(), 0u16..4)
            .prop_map(|(viewport, s)| Action::ShowSeries { viewport, series: SeriesIx(s) }),
        pair.clone().prop_map(|(viewport, dx, dy)| Action::Pan { viewport, dx, dy }),
        pair.clone().prop_map(|(viewport, factor, x)| Action::Zoom {
            viewport,
            factor,
            anchor: Some([x, x])
        }),
        pair.clone().prop_map(|(viewport, dx, dy)| Action::WindowDrag { viewport, dx, dy }),
        pair.clone().prop_map(|(viewport, center, width)| Action::WindowSet { viewport, center, width }),
        pair.clone().prop_map(|(viewport, width, height)| Action::Resize {
            viewport,
            width,
            height,
            dpr: 2.0
        }),
        pair.prop_map(|(viewport, fps, _)| Action::CineRate { viewport, fps }),
        (0u8..4, 0u8..4).prop_map(|(rows, columns)| Action::Layout { rows, columns }),
        (0usize..9, viewport.clone()).prop_map(|(n, viewport)| match n {
            0 => Action::NextWindow(viewport),
            1 => Action::RotateRight(viewport),
            2 => Action::FlipH(viewport),
            3 => Action::Invert(viewport),
            4 => Action::ActualSize(viewport),
            5 => Action::Reset(viewport),
            6 => Action::CineToggle(viewport),
            7 => Action::Activate(viewport),
            _ => Action::Fit(viewport),
        }),
        prop_oneof![Just(Action::Keep(true)), Just(Action::Forget), Just(Action::Retry), Just(Action::Leave)],
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let failure = prop_oneof![
        Just(Failure::Network),
        Just(Failure::Missing),
        Just(Failure::Damaged),
        Just(Failure::Decoder)
    ];
    let event = prop_oneof![
        any::<bool>().prop_map(Event::Online),
        any::<bool>().prop_map(Event::Visibility),
        Just(Event::TokenExpired),
        Just(Event::ContextLost),
        Just(Event::Tick),
        Just(Event::StoreFailed(StoreFailure::Quota)),
        Just(Event::Closed(Closed::Unreachable)),
        Just(Event::Closed(Closed::Revoked)),
        Just(Event::PasscodeNeeded { remaining: 3 }),
    ];
    prop_oneof![
        4 => action().prop_map(Step::Act),
        8 => (0usize..9).prop_map(Step::Answer),
        1 => (any::<usize>(), failure).prop_map(|(n, f)| Step::Fail(n, f)),
        1 => event.prop_map(Step::Tell),
        2 => (0u16..2000).prop_map(Step::Wait),
    ]
}

fn fail(world: &mut World, n: usize, failure: Failure) {
    let at = n % world.todo.len().max(1);
    let event = match world.todo.get(at) {
        Some(&Effect::FetchFrame { request, key, .. } | &Effect::ReadStore { request, key }) => {
            Event::FrameFailed { request, key, failure }
        }
        Some(&Effect::Decode { request, .. }) if failure == Failure::Decoder => {
            Event::WorkerLost { requests: vec![request] }
        }
        Some(&Effect::Decode { request, key }) => Event::DecodeFailed { request, key, failure },
        Some(&Effect::FetchMetadata { series }) => Event::Metadata { series, result: Err(failure) },
        Some(&Effect::FetchPreview { series, .. }) => Event::Preview { series, result: Err(failure) },
        _ => return,
    };
    world.todo.remove(at);
    world.tell(event);
}

fn check(world: &World) {
    let view = world.view();
    assert_eq!(view.viewports.len(), view.layout.count());
    assert!(view.active < view.viewports.len());
    for (at, viewport) in view.viewports.iter().enumerate() {
        assert_eq!(viewport.picture, world.session.picture(at));
        let Some(series) = viewport.series else { continue };
        let keys = world.session.keys(series);
        assert!(viewport.position.is_none_or(|p| (p as usize) < keys.len()));
        let named = |position: Option<u32>| position.and_then(|p| keys.get(p as usize)).copied();
        match viewport.picture {
            Picture::Frame(drawn) => {
                assert_eq!(Some(drawn.key), named(viewport.position));
                assert!(drawn.transform.pan.iter().all(|p| p.is_finite()));
                assert!(drawn.transform.zoom.is_finite() && drawn.transform.zoom > 0.0);
            }
            Picture::Waiting { held: Some(Held { drawn: HeldPicture::Frame(drawn), position }) } => {
                assert_eq!(Some(drawn.key), named(position));
            }
            Picture::Preview(_) => assert!(viewport.position.is_none_or(|p| p == 2)),
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn never_a_frame_under_anothers_number(
        steps in prop::collection::vec(step(), 1..150), store in any::<bool>()
    ) {
        let mut world = World::new(&[40, 12, 3], "", store);
        for step in steps {
            match step {
                Step::Act(action) => { world.act(action); }
                Step::Answer(times) => (0..times).for_each(|_| { world.answer(); }),
                Step::Fail(n, failure) => fail(&mut world, n, failure),
                Step::Tell(event) => { world.tell(event); }
                Step::Wait(ms) => {
                    world.now_ms += f64::from(ms);
                    world.tell(Event::Tick);
                }
            }
            check(&world);
        }
    }
}
