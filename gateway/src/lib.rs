//! The gateway: opens links, serves films.
