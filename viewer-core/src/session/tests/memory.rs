//! What happens to frames when memory is wanted for something else.

use super::*;
use crate::cache::FrameState;

const MIB: u64 = 1 << 20;

fn decoded(world: &World) -> usize {
    (0..40).filter(|n| world.session.cache.state(key(0, *n)) == FrameState::Decoded).count()
}

#[test]
fn a_hidden_page_gives_back_all_but_the_picture_and_fetches_nothing_again() {
    let mut world = World::new(&[40], "&i=4", false);
    world.run();
    let (shown, had) = (world.viewport().picture, decoded(&world));
    assert!(had > 10, "{had} frames were ready");
    let effects = world.tell(Event::Visibility(false));
    assert!(effects.contains(&Effect::Rest));
    assert_eq!((decoded(&world), world.viewport().picture), (1, shown));
    world.run();
    assert_eq!(decoded(&world), 1, "nothing is made ready for nobody");
    let fetched = frames_of(&world.log).len();
    world.tell(Event::Visibility(true));
    world.run();
    assert_eq!((decoded(&world), world.viewport().picture), (had, shown));
    assert_eq!(frames_of(&world.log).len(), fetched);
}

#[test]
fn a_hidden_page_keeps_no_second_copy_of_what_is_on_disk() {
    let mut world = World::new(&[40], "&i=4", true);
    world.run();
    assert_eq!(world.session.cache.tally(SeriesIx(0)).stored, 40);
    world.tell(Event::Visibility(false));
    assert_eq!(world.session.cache.bytes().0, 0);
    world.tell(Event::Visibility(true));
    let fetched = frames_of(&world.log).len();
    world.run();
    assert!(decoded(&world) > 10);
    assert_eq!(frames_of(&world.log).len(), fetched);
}

#[test]
fn grown_decoders_and_textures_take_from_frames() {
    let mut world = World::new(&[40], "&i=4", false);
    world.run();
    let shown = world.viewport().picture;
    let before = world.session.cache.budget().decoded_bytes;
    world.tell(Event::RendererChanged(Renderer::WebGpu));
    world.tell(Event::DecodersGrew { bytes: 300 * MIB });
    let after = world.session.cache.budget().decoded_bytes;
    assert!(after < before / 2, "{after} of {before}");
    assert!(world.session.cache.bytes().1 <= after);
    assert_eq!(world.viewport().picture, shown);
    world.tell(Event::DecodersGrew { bytes: 0 });
    world.tell(Event::RendererChanged(Renderer::Cpu(CpuReason::ContextLost)));
    assert_eq!(world.session.cache.budget().decoded_bytes, before);
}

#[test]
fn a_shortage_makes_it_modest_and_leaves_the_picture() {
    let mut world = World::new(&[40], "&i=4", false);
    world.run();
    let shown = world.viewport().picture;
    for _ in 0..9 {
        world.tell(Event::MemoryShort);
    }
    let budget = *world.session.cache.budget();
    assert_eq!(budget.encoded_bytes + budget.decoded_bytes, 24 * MIB);
    let (encoded, decoded) = world.session.cache.bytes();
    assert!(encoded <= budget.encoded_bytes && decoded <= budget.decoded_bytes);
    assert_eq!(world.viewport().picture, shown);
}
