//! Which kept films leave the device when space is short: the one that was opened longest ago first, the open one
//! never. Pure.

use viewer_core::sort::sort_by;

/// Share of what the browser grants this origin that Lightbox uses at most.
const SHARE: f64 = 0.5;

/// Never more than this, however large the disk.
const MOST_BYTES: u64 = 4 << 30;

/// Where the browser does not say how much it grants.
const UNKNOWN_BYTES: u64 = 256 << 20;

/// A film that is kept on this device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFilm {
    /// Opaque; says nothing without the link.
    pub tag: String,
    /// Encrypted bytes on disk.
    pub bytes: u64,
    /// When it was last opened here, Unix seconds.
    pub used_secs: u64,
    /// When it must be gone, Unix seconds.
    pub expires_secs: Option<u64>,
    /// The reader wants all of it here.
    pub wanted: bool,
}

/// Bytes that kept films may take together. `granted` is the browser's quota for this origin.
pub fn budget(granted: Option<f64>) -> u64 {
    match granted {
        Some(bytes) if bytes > 0.0 => ((bytes * SHARE) as u64).min(MOST_BYTES),
        _ => UNKNOWN_BYTES,
    }
}

/// Films whose time is over.
pub fn expired(films: &[KeptFilm], now_secs: u64) -> Vec<String> {
    let over = |film: &&KeptFilm| film.expires_secs.is_some_and(|at| at <= now_secs);
    films.iter().filter(over).map(|film| film.tag.clone()).collect()
}

/// Which of the other films have to go so that the open one fits with this many bytes; None when even that is not enough.
pub fn make_room(others: &[KeptFilm], bytes: u64, budget: u64) -> Option<Vec<String>> {
    let mut total = others.iter().fold(bytes, |sum, film| sum.saturating_add(film.bytes));
    let mut others: Vec<&KeptFilm> = others.iter().collect();
    sort_by(&mut others, |a, b| a.used_secs.cmp(&b.used_secs));
    let mut gone = Vec::new();
    for film in others {
        if total <= budget {
            break;
        }
        total = total.saturating_sub(film.bytes);
        gone.push(film.tag.clone());
    }
    (total <= budget).then_some(gone)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn film(tag: &str, bytes: u64, used_secs: u64) -> KeptFilm {
        KeptFilm { tag: tag.into(), bytes, used_secs, expires_secs: None, wanted: false }
    }

    #[test]
    fn the_longest_unused_goes_first() {
        let others = [film("old", 30, 2), film("new", 30, 9)];
        assert_eq!(make_room(&others, 40, 100), Some(vec![]));
        assert_eq!(make_room(&others, 41, 100), Some(vec!["old".to_owned()]));
        assert_eq!(make_room(&others, 71, 100), Some(vec!["old".to_owned(), "new".to_owned()]));
        assert_eq!(make_room(&others, 101, 100), None);
        assert_eq!(make_room(&others, u64::MAX, 100), None);
    }

    #[test]
    fn a_film_goes_when_its_time_is_over() {
        let over = KeptFilm { expires_secs: Some(100), ..film("over", 1, 1) };
        assert_eq!(expired(&[over.clone(), film("open-ended", 1, 1)], 100), ["over"]);
        assert!(expired(&[over], 99).is_empty());
    }

    #[test]
    fn takes_half_of_what_is_granted_within_bounds() {
        assert_eq!(budget(Some(1000.0)), 500);
        assert_eq!(budget(Some(1e15)), MOST_BYTES);
        assert_eq!(budget(None), UNKNOWN_BYTES);
        assert_eq!(budget(Some(f64::NAN)), UNKNOWN_BYTES);
    }
}
