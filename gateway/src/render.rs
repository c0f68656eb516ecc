//! A stored frame → JPEG or PNG, through the LUTs of viewer-core.
