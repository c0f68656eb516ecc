//! The archive: files byte for byte as they came, and an SQLite index of every frame's place in them.
