//! The gateway: opens links, serves films.
//!
//! One binary, `lightbox`. It keeps an archive of its own (files as they came, an SQLite index) or stands in
//! front of a DICOMweb server; on top of either it puts films: links, passcodes, tokens and an audit trail.
//!
//! | room | job |
//! | --- | --- |
//! | [`source`] | the one trait behind which pictures come from: archive or upstream server |
//! | [`archive`] | files byte for byte, index of every frame's place |
//! | [`import`] | a folder → the archive |
//! | [`upstream`] | the same trait over somebody else's DICOMweb server |
//! | [`access`] | what the bearer of a request may reach |
//! | [`dicomweb`] | QIDO-RS and WADO-RS routes (PS3.18) over any source |
//! | [`render`] | a frame → JPEG or PNG through the viewer's own LUTs |
//! | [`films`] | films: creating, opening, revoking; tokens; manifests |
//! | [`auth`] | bearer → access; what requests are audited |
//! | [`client_address`] | whose request it is, behind trusted proxies |
//! | [`clock`] | the time, as something that can be handed in |
//! | [`gateway`] | the parts that handlers need, put together once |
//! | [`audit`] | who opened what, when (PS3.15 A.5) |
//! | [`problem`] | errors as they leave the house: short code, no patient attribute |
//! | [`openapi`] | the description of the routes |
//! | [`server`] | the service put together: routes, headers, TLS, logs, shutdown |
//! | [`cli`] | the command line |
//!
//! What it never does: fetch a URL that a client gave, serve outside a token's studies, or write a patient
//! attribute, key or token to a log.
#![forbid(unsafe_code)]

pub mod access;
pub mod archive;
pub mod audit;
pub mod auth;
pub mod cli;
pub mod client_address;
pub mod clock;
pub mod dicomweb;
pub mod films;
pub mod gateway;
pub mod import;
pub mod openapi;
pub mod problem;
pub mod render;
pub mod server;
pub mod source;
pub mod upstream;
