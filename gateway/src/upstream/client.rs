//! Talking HTTP to the upstream server: one base address, checked path segments, no redirects, bounded answers.
//!
//! The address comes from the command line; what a client of ours can influence are UIDs, frame numbers and
//! query values, each checked or encoded. Error texts carry no address: UIDs stand in it.

use std::{path::Path, time::Duration};

use bytes::{Bytes, BytesMut};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Certificate, Response, StatusCode, header, redirect::Policy};

use crate::source::SourceError;

/// Connecting takes no longer.
const CONNECT: Duration = Duration::from_secs(5);

/// What query values keep: unreserved characters of RFC 3986 and what DICOM uses in values.
const QUERY: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'*').remove(b',');

/// Why the bridge could not be built.
#[derive(Debug, thiserror::Error)]
pub enum UpstreamError {
    /// The address.
    #[error("--upstream must look like http://host:port/dicom-web, without query, fragment or credentials")]
    Address,
    /// The file with the Authorization header.
    #[error("--upstream-auth-file: {0}")]
    Authorization(String),
    /// The file with certificate authorities.
    #[error("--upstream-ca: {0}")]
    Authorities(String),
    /// The HTTP client.
    #[error("the HTTP client for the upstream server could not be made: {0}")]
    Client(reqwest::Error),
}

/// How the upstream server is reached.
#[derive(Debug, Clone, Default)]
pub struct UpstreamOptions {
    /// `http://host:port/dicom-web`.
    pub url: String,
    /// The whole value of the Authorization header: "Basic …", "Bearer …".
    pub authorization: Option<String>,
    /// PEM with the authorities to trust instead of the system's.
    pub authorities_pem: Option<Vec<u8>>,
    /// Longest silence of the server; 30 s where absent.
    pub silence: Option<Duration>,
}

impl UpstreamOptions {
    /// From the arguments of `lightbox serve`.
    ///
    /// # Errors
    /// [`UpstreamError`] where a file does not read.
    pub fn read(url: &str, auth_file: Option<&Path>, ca: Option<&Path>) -> Result<Self, UpstreamError> {
        let authorization = auth_file
            .map(|path| std::fs::read_to_string(path).map(|text| text.trim().to_owned()))
            .transpose()
            .map_err(|error| UpstreamError::Authorization(error.to_string()))?;
        let authorities_pem = ca
            .map(std::fs::read)
            .transpose()
            .map_err(|error| UpstreamError::Authorities(error.to_string()))?;
        Ok(Self { url: url.to_owned(), authorization, authorities_pem, silence: None })
    }
}

/// The client.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
}

impl Client {
    /// # Errors
    /// [`UpstreamError`].
    pub fn new(options: &UpstreamOptions) -> Result<Self, UpstreamError> {
        let base = check_base(&options.url).ok_or(UpstreamError::Address)?;
        // Another part of the program may have chosen the provider before; it is the same one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut headers = header::HeaderMap::new();
        if let Some(text) = &options.authorization {
            let mut value = header::HeaderValue::from_str(text)
                .map_err(|_| UpstreamError::Authorization("not the value of a header".into()))?;
            value.set_sensitive(true);
            headers.insert(header::AUTHORIZATION, value);
        }
        let silence = options.silence.unwrap_or(Duration::from_secs(30));
        let mut builder = reqwest::Client::builder()
            .default_headers(headers)
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT)
            .read_timeout(silence);
        if let Some(pem) = &options.authorities_pem {
            let authorities = Certificate::from_pem_bundle(pem)
                .map_err(|error| UpstreamError::Authorities(error.to_string()))?;
            builder = builder.tls_certs_only(authorities);
        }
        Ok(Self { http: builder.build().map_err(UpstreamError::Client)?, base })
    }

    /// Asks. `path` has been made of checked segments.
    ///
    /// # Errors
    /// [`SourceError`]: `NotFound` for 404 and 410, `Unsupported` for 406.
    pub async fn get(
        &self,
        path: &str,
        query: &[(String, String)],
        accept: &str,
    ) -> Result<Response, SourceError> {
        let mut url = format!("{}{path}", self.base);
        for (n, (name, value)) in query.iter().enumerate() {
            url.push(if n == 0 { '?' } else { '&' });
            url.push_str(&format!("{}={}", encode(name), encode(value)));
        }
        let response = self.http.get(url).header(header::ACCEPT, accept).send().await.map_err(failed)?;
        match response.status() {
            status if status.is_success() => Ok(response),
            StatusCode::NOT_FOUND | StatusCode::GONE => Err(SourceError::NotFound("object at the archive")),
            StatusCode::NOT_ACCEPTABLE | StatusCode::BAD_REQUEST | StatusCode::UNSUPPORTED_MEDIA_TYPE => {
                Err(SourceError::Unsupported("the archive does not give this form"))
            }
            StatusCode::GATEWAY_TIMEOUT => Err(SourceError::UpstreamTimeout),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                Err(SourceError::Upstream("it refuses this gateway: check --upstream-auth-file".into()))
            }
            status => Err(SourceError::Upstream(format!("it answered {}", status.as_u16()))),
        }
    }
}

/// Reads a body of at most `limit` bytes.
///
/// # Errors
/// [`SourceError::Upstream`] where there is more.
pub async fn read_limited(mut response: Response, limit: usize) -> Result<Bytes, SourceError> {
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if body.len().saturating_add(chunk.len()) > limit {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

pub(super) fn too_large() -> SourceError {
    SourceError::Upstream("its answer is larger than this gateway takes".into())
}

/// An error of the client without the address.
pub(super) fn failed(error: reqwest::Error) -> SourceError {
    let error = error.without_url();
    if error.is_timeout() {
        return SourceError::UpstreamTimeout;
    }
    tracing::warn!(%error, "upstream");
    let what = if error.is_connect() { "it cannot be reached" } else { "the connection broke" };
    SourceError::Upstream(what.into())
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, QUERY).to_string()
}

fn check_base(url: &str) -> Option<String> {
    let parsed = reqwest::Url::parse(url).ok()?;
    let plain = matches!(parsed.scheme(), "http" | "https")
        && parsed.host().is_some()
        && parsed.query().is_none()
        && parsed.fragment().is_none()
        && parsed.username().is_empty()
        && parsed.password().is_none();
    plain.then(|| parsed.as_str().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_is_an_address_and_nothing_more() {
        assert_eq!(
            check_base("http://127.0.0.1:8042/dicom-web/").as_deref(),
            Some("http://127.0.0.1:8042/dicom-web")
        );
        assert_eq!(check_base("https://pacs.example.cn").as_deref(), Some("https://pacs.example.cn"));
        for bad in
            ["", "pacs.example.cn", "ftp://a.cn", "http://u:p@a.cn", "http://a.cn?x=1", "http://a.cn#x"]
        {
            assert_eq!(check_base(bad), None, "{bad}");
        }
    }

    #[test]
    fn query_values_cannot_add_parameters() {
        assert_eq!(encode("张*^&limit=0 #"), "%E5%BC%A0*%5E%26limit%3D0%20%23");
    }
}
