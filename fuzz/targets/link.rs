#![no_main]

use libfuzzer_sys::fuzz_target;
use viewer_core::session::Place;

fuzz_target!(|text: &str| {
    if let Ok((link, _)) = film_link::link::FilmLink::find(text) {
        assert_eq!(link.format("https://a.example").ok().and_then(|made| film_link::link::FilmLink::find(&made).ok()).map(|(again, _)| again), Some(link));
    }
    // What is written again must be read as the same place.
    let place = Place::parse(text);
    let again = Place::parse(&place.format());
    assert_eq!(place.format(), again.format());
});
