//! JSON as gzip or brotli, as the client takes it; what was compressed once is remembered by its entity tag.

use std::collections::VecDeque;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::{HeaderMap, header};

/// Bytes of compressed documents that are remembered.
const REMEMBERED_BYTES: usize = 64 << 20;

/// Not worth compressing below this.
const SMALLEST: usize = 860;

/// Quality of brotli: 5 compresses metadata to about a twentieth in a few milliseconds a megabyte.
const BROTLI_QUALITY: u32 = 5;

/// A content coding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// RFC 7932.
    Brotli,
    /// RFC 1952.
    Gzip,
}

impl Coding {
    /// Its name in Content-Encoding.
    pub fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// The bytes in this coding.
    ///
    /// # Errors
    /// As a buffer in memory gives them: hardly.
    pub fn encode(self, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
        match self {
            Self::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
                encoder.write_all(bytes)?;
                encoder.finish()
            }
            Self::Brotli => {
                let mut encoder = brotli::CompressorWriter::new(Vec::new(), 1 << 16, BROTLI_QUALITY, 22);
                encoder.write_all(bytes)?;
                Ok(encoder.into_inner())
            }
        }
    }
}

/// The best coding that the client takes; brotli before gzip (RFC 9110 12.5.3).
pub fn accepted_coding(request: &HeaderMap) -> Option<Coding> {
    let takes = |name: &str| {
        request.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()).any(|value| {
            value.split(',').any(|coding| {
                let (coding, parameters) = coding.split_once(';').unwrap_or((coding, ""));
                let refused = parameters
                    .trim()
                    .strip_prefix("q=")
                    .is_some_and(|q| q.trim().parse::<f32>().is_ok_and(|q| q <= 0.0));
                coding.trim().eq_ignore_ascii_case(name) && !refused
            })
        })
    };
    [Coding::Brotli, Coding::Gzip].into_iter().find(|coding| takes(coding.name()))
}

/// The entity tag of the coded form: another entity than the plain one.
pub fn coded_etag(etag: &str, coding: Option<Coding>) -> String {
    match coding {
        Some(coding) => format!("{}-{}\"", etag.trim_end_matches('"'), coding.name()),
        None => etag.to_owned(),
    }
}

/// Documents compressed before, oldest first.
#[derive(Debug, Default)]
pub struct Compressed(Mutex<VecDeque<(String, Bytes)>>);

impl Compressed {
    /// The coding to use for a document of this size.
    pub fn choose(request: &HeaderMap, size: usize) -> Option<Coding> {
        accepted_coding(request).filter(|_| size >= SMALLEST)
    }

    /// The coded form, remembered or made on a thread that may block.
    ///
    /// # Errors
    /// Only where the machine is out of memory or stopping.
    pub async fn get(&self, coding: Coding, coded_etag: &str, plain: Bytes) -> std::io::Result<Bytes> {
        if let Some(found) = self.find(coded_etag) {
            return Ok(found);
        }
        let encoded = tokio::task::spawn_blocking(move || coding.encode(&plain))
            .await
            .map_err(std::io::Error::other)??;
        let encoded = Bytes::from(encoded);
        self.keep(coded_etag, encoded.clone());
        Ok(encoded)
    }

    fn find(&self, coded_etag: &str) -> Option<Bytes> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(etag, _)| etag == coded_etag).map(|(_, bytes)| bytes.clone())
    }

    fn keep(&self, coded_etag: &str, bytes: Bytes) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_back((coded_etag.to_owned(), bytes));
        let mut total: usize = kept.iter().map(|(_, bytes)| bytes.len()).sum();
        while total > REMEMBERED_BYTES
            && let Some((_, oldest)) = kept.pop_front()
        {
            total -= oldest.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coding(value: &str) -> Option<Coding> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, value.parse().unwrap());
        accepted_coding(&headers)
    }

    #[test]
    fn codings() {
        assert_eq!(coding("gzip, deflate, br"), Some(Coding::Brotli));
        assert_eq!(coding("gzip;q=1.0, br;q=0"), Some(Coding::Gzip));
        assert_eq!(coding("identity"), None);
        assert_eq!(coded_etag("\"a\"", Some(Coding::Gzip)), "\"a-gzip\"");
    }

    #[tokio::test]
    async fn remembers_what_reads_back() {
        let compressed = Compressed::default();
        let plain = Bytes::from(vec![b'x'; 5000]);
        let coded = compressed.get(Coding::Gzip, "\"a-gzip\"", plain.clone()).await.unwrap();
        let mut back = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&coded[..]), &mut back).unwrap();
        assert_eq!(back, plain);
        assert_eq!(compressed.find("\"a-gzip\""), Some(coded));
    }
}
