//! The service put together: routes, headers, static files, TLS, logs, shutdown.
//!
//! [`app`] is the whole service as one value: tests call it without a socket; [`run`] gives it one.

pub mod arguments;
pub mod csp;
pub mod health;
pub mod log_lines;
pub mod logging;
pub mod routes;
pub mod run;
pub mod security_headers;
pub mod static_files;
pub mod tls;

pub use arguments::ServeArgs;
pub use routes::app;
pub use run::{ServeError, run};
pub use security_headers::HeaderPolicy;
pub use static_files::WebRoot;
