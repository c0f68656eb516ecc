//! `lightbox`: opens links, serves films.

fn main() {}
