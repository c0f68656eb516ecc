//! Demo films.
