#![no_main]

use film_link::link::FilmLink;
use libfuzzer_sys::fuzz_target;
use viewer_core::session::Place;

fuzz_target!(|text: &str| {
    if let Ok((link, _)) = FilmLink::find(text) {
        let written = link.format("https://a.example").expect("a short host makes a short link");
        assert_eq!(FilmLink::find(&written).expect("what was written can be read").0, link);
    }
    // What is written again must be read as the same place.
    let place = Place::parse(text);
    let again = Place::parse(&place.format());
    assert_eq!(place.format(), again.format());
});
