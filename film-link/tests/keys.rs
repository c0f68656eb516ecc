//! HKDF against RFC 5869 appendix A, and our own keys against the vectors that the page's boot script is
//! tested with too.

#![allow(clippy::expect_used)]
#![cfg(feature = "crypto")]

use film_link::keys::{ACCESS_INFO, CACHE_INFO, FilmKeys, access_digest};
use film_link::link::{FilmLink, to_base64url};
use hkdf::Hkdf;
use sha2::Sha256;

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hex")).collect()
}

/// RFC 5869 appendix A.1 to A.3: ikm, salt, info, okm.
const RFC5869: [[&str; 4]; 3] = [
    [
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
        "000102030405060708090a0b0c",
        "f0f1f2f3f4f5f6f7f8f9",
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
    ],
    [
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f",
        "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
        "b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
        "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
    ],
    [
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
        "",
        "",
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
    ],
];

#[test]
fn hkdf_is_rfc_5869() {
    for [ikm, salt, info, okm] in RFC5869 {
        let expected = unhex(okm);
        let mut out = vec![0; expected.len()];
        Hkdf::<Sha256>::new(Some(&unhex(salt)), &unhex(ikm)).expand(&unhex(info), &mut out).unwrap();
        assert_eq!(out, expected);
    }
}

#[test]
fn our_keys_are_the_published_vectors() {
    let vectors: serde_json::Value = serde_json::from_str(include_str!("../vectors/keys.json")).unwrap();
    assert_eq!(vectors["access_info"], ACCESS_INFO);
    assert_eq!(vectors["cache_info"], CACHE_INFO);
    let cases = vectors["cases"].as_array().unwrap();
    assert!(cases.len() >= 3);
    for case in cases {
        let (link, _) = FilmLink::find(case["link"].as_str().unwrap()).unwrap();
        let keys = FilmKeys::derive(&link);
        assert_eq!(to_base64url(&keys.access), case["access"].as_str().unwrap());
        assert_eq!(to_base64url(&keys.cache), case["cache"].as_str().unwrap());
        assert_eq!(to_base64url(&access_digest(&keys.access)), case["access_sha256"].as_str().unwrap());
    }
}
