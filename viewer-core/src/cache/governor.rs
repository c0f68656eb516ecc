//! One budget for the memory of a whole tab, and who gets what of it.
//!
//! A browser does not say what a page may take; a phone kills it when it has taken too much. So a limit is set from what is
//! known of the device, and everything large is counted in it: the program and the browser's own share of a page, canvases,
//! textures, the heaps of decoders. Frames get what is left.

/// What is known of a device at the start.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Means {
    /// Memory of the device in GiB, as browsers round it (0.25 to 8); 0 where they do not say.
    pub memory_gib: f64,
    /// A finger rather than a mouse: a phone or a tablet.
    pub phone: bool,
    /// Device pixels of the whole screen.
    pub screen_pixels: u64,
}

const MIB: u64 = 1 << 20;
/// What a tab may take on a device of 2 GiB and less, on other phones, and at a desk.
const SMALL: u64 = 190 * MIB;
const PHONE: u64 = 240 * MIB;
const DESK: u64 = 400 * MIB;
/// The program, the page, and what the browser itself takes for a tab: measured (bench/phone-memory).
const PAGE: u64 = 116 * MIB;
/// A canvas and what is composed of it, per device pixel.
const CANVAS: u64 = 8;
/// Below this nothing can be looked at.
const LEAST: u64 = 24 * MIB;
/// More than this gains nothing: what was dropped is decoded again faster than it is looked at.
const MOST: u64 = 96 * MIB;

/// Divides a tab's memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Governor {
    tab: u64,
    screen: u64,
    textures: u64,
    decoders: u64,
    gpu: bool,
}

impl Governor {
    /// Of a device on which nothing has been decoded or drawn yet.
    pub fn new(means: &Means) -> Self {
        let small = means.memory_gib > 0.0 && means.memory_gib <= 2.0;
        let (tab, textures) = match (small, means.phone) {
            (true, _) => (SMALL, SMALL / 8),
            (false, true) => (PHONE, PHONE / 8),
            (false, false) => (DESK, DESK / 4),
        };
        let screen = means.screen_pixels.saturating_mul(CANVAS).min(tab / 4);
        Self { tab, screen, textures, decoders: 0, gpu: false }
    }

    /// Bytes of all decoders' heaps together.
    pub fn set_decoders(&mut self, bytes: u64) {
        self.decoders = bytes;
    }

    /// Whether textures are in use.
    pub fn set_gpu(&mut self, on: bool) {
        self.gpu = on;
    }

    /// Something broke that may have been for want of memory: from now on the tab takes a fifth less.
    pub fn press(&mut self) {
        self.tab -= self.tab / 5;
    }

    /// Bytes that textures may take.
    pub fn textures(&self) -> u64 {
        self.textures
    }

    /// Bytes that frames may take, encoded and decoded together.
    pub fn frames(&self) -> u64 {
        let textures = if self.gpu { self.textures } else { 0 };
        let taken = PAGE + self.screen + textures + self.decoders;
        self.tab.saturating_sub(taken).clamp(LEAST, MOST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL_PHONE: Means = Means { memory_gib: 2.0, phone: true, screen_pixels: 780 * 1688 };
    const DESKTOP: Means = Means { memory_gib: 8.0, phone: false, screen_pixels: 1920 * 1080 };

    #[test]
    fn a_small_phone_stays_within_200_megabytes_and_a_desk_has_all_that_is_of_use() {
        let small = Governor::new(&SMALL_PHONE);
        assert_eq!(PAGE + SMALL_PHONE.screen_pixels * CANVAS + small.frames(), SMALL);
        const { assert!(SMALL < 200_000_000) };
        assert_eq!(Governor::new(&DESKTOP).frames(), MOST);
        let unknown = Governor::new(&Means { memory_gib: 0.0, ..DESKTOP });
        assert_eq!(unknown, Governor::new(&DESKTOP));
    }

    #[test]
    fn what_textures_and_decoders_take_frames_do_not_get() {
        let mut governor = Governor::new(&SMALL_PHONE);
        let before = governor.frames();
        governor.set_decoders(10 * MIB);
        assert_eq!(governor.frames(), before - 10 * MIB);
        governor.set_gpu(true);
        assert_eq!(governor.frames(), before - 10 * MIB - governor.textures());
        governor.set_decoders(500 * MIB);
        assert_eq!(governor.frames(), LEAST);
        governor.set_gpu(false);
        governor.set_decoders(0);
        assert_eq!(governor.frames(), before);
    }

    #[test]
    fn pressed_it_gives_way_but_never_to_nothing() {
        let mut governor = Governor::new(&SMALL_PHONE);
        let before = governor.frames();
        governor.press();
        assert!(governor.frames() < before);
        for _ in 0..100 {
            governor.press();
        }
        assert_eq!(governor.frames(), LEAST);
        let strange = Means { memory_gib: f64::NAN, phone: true, screen_pixels: u64::MAX };
        assert!(Governor::new(&strange).frames() >= LEAST);
    }
}
