//! What keeps a film unreadable on this device without its link: WebCrypto, keys that never leave the browser.
//!
//! From the link's key by HKDF-SHA-256 (salt: the film's id), as `film-link` names the uses: `lightbox/1/cache` is
//! the AES-256-GCM key, `lightbox/1/names` a secret that makes record names opaque. The name of a record is
//! authenticated with it (AES-GCM additional data): bytes that lie under another's name do not decrypt.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CryptoKey, SubtleCrypto};

use super::BrowserError;
use super::buffer::Buffer;
use super::script::{object, settled};

/// Bytes of an AES-GCM initialisation vector (NIST SP 800-38D section 5.2.1.1).
const IV_BYTES: usize = 12;

/// Bytes of a record's name before it is written as text.
const NAME_BYTES: usize = 16;

/// A film's keys for what is kept on this device.
#[derive(Clone)]
pub struct FilmCrypto {
    subtle: SubtleCrypto,
    cache: CryptoKey,
    names: Vec<u8>,
}

impl FilmCrypto {
    /// Derives the keys from a link's id and key, 16 bytes each.
    ///
    /// # Errors
    /// Outside a secure context, where the browser withholds its cryptography.
    pub async fn derive(id: &[u8; 16], key: &[u8; 16]) -> Result<Self, BrowserError> {
        let subtle = subtle()?;
        let what = "key derivation";
        let uses = Array::of2(&"deriveKey".into(), &"deriveBits".into());
        let secret = Uint8Array::from(key.as_slice());
        let imported = subtle.import_key_with_str("raw", &secret, "HKDF", false, &uses);
        let secret: CryptoKey = settled(what, imported).await?.unchecked_into();
        let hkdf = |info: &str| {
            object(&[
                ("name", "HKDF".into()),
                ("hash", "SHA-256".into()),
                ("salt", Uint8Array::from(id.as_slice()).into()),
                ("info", Uint8Array::from(info.as_bytes()).into()),
            ])
        };
        let aes = object(&[("name", "AES-GCM".into()), ("length", 256.into())]);
        let uses = Array::of2(&"encrypt".into(), &"decrypt".into());
        let cache =
            subtle.derive_key_with_object_and_object(&hkdf("lightbox/1/cache"), &secret, &aes, false, &uses);
        let cache = settled(what, cache).await?.unchecked_into();
        let names = subtle.derive_bits_with_object(&hkdf("lightbox/1/names"), &secret, 256);
        let names = Uint8Array::new(&settled(what, names).await?).to_vec();
        Ok(Self { subtle, cache, names })
    }

    /// The opaque name of something of this film.
    ///
    /// # Errors
    /// Whatever the browser refuses.
    pub async fn name(&self, plain: &str) -> Result<String, BrowserError> {
        let mut input = self.names.clone();
        input.extend_from_slice(plain.as_bytes());
        let digest = self.subtle.digest_with_str_and_u8_array("SHA-256", &input);
        let digest = Uint8Array::new(&settled("a digest", digest).await?).to_vec();
        Ok(film_link::link::to_base64url(digest.get(..NAME_BYTES).unwrap_or(&digest)))
    }

    /// Encrypts bytes under a name: initialisation vector, then ciphertext with its tag.
    ///
    /// # Errors
    /// Whatever the browser refuses.
    pub async fn seal(&self, name: &str, bytes: &Buffer) -> Result<Buffer, BrowserError> {
        let what = "encryption";
        let crypto = web_sys::window().and_then(|window| window.crypto().ok());
        let crypto = crypto.ok_or(BrowserError::absent(what))?;
        let mut iv = [0; IV_BYTES];
        crypto.get_random_values_with_u8_array(&mut iv).map_err(|thrown| BrowserError::of(what, &thrown))?;
        let sealed = self.subtle.encrypt_with_object_and_buffer_source(
            &algorithm(&iv, name),
            &self.cache,
            bytes.raw(),
        );
        let sealed = Buffer::new(settled(what, sealed).await?.unchecked_into());
        let whole = Uint8Array::new_with_length(IV_BYTES as u32 + sealed.len());
        whole.set(&Uint8Array::from(iv.as_slice()), 0);
        whole.set(&Uint8Array::new(sealed.raw()), IV_BYTES as u32);
        Ok(Buffer::new(whole.buffer()))
    }

    /// Decrypts what [`FilmCrypto::seal`] made under the same name.
    ///
    /// # Errors
    /// When it was made with another key or under another name, or was changed.
    pub async fn open(&self, name: &str, sealed: &Buffer) -> Result<Buffer, BrowserError> {
        let what = "decryption";
        if (sealed.len() as usize) < IV_BYTES {
            return Err(BrowserError::absent(what));
        }
        let whole = Uint8Array::new(sealed.raw());
        let iv = whole.slice(0, IV_BYTES as u32).to_vec();
        let opened = self.subtle.decrypt_with_object_and_buffer_source(
            &algorithm(&iv, name),
            &self.cache,
            &whole.subarray(IV_BYTES as u32, whole.length()),
        );
        Ok(Buffer::new(settled(what, opened).await?.unchecked_into()))
    }
}

fn algorithm(iv: &[u8], name: &str) -> js_sys::Object {
    object(&[
        ("name", "AES-GCM".into()),
        ("iv", Uint8Array::from(iv).into()),
        ("additionalData", Uint8Array::from(name.as_bytes()).into()),
    ])
}

fn subtle() -> Result<SubtleCrypto, BrowserError> {
    let crypto = web_sys::window().and_then(|window| window.crypto().ok());
    let subtle = crypto.map(|crypto| JsValue::from(crypto.subtle())).unwrap_or_default();
    // Outside a secure context the property is undefined, whatever its type says.
    if subtle.is_object() { Ok(subtle.unchecked_into()) } else { Err(BrowserError::absent("cryptography")) }
}
