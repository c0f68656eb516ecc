//! The service put together.
