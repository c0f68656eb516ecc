//! Films: what a link opens. Creating, listing, revoking; the open protocol; tokens; manifests.
