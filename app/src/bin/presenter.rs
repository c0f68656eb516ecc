//! The presenter's program: everything is in what the library exports (`platform::presenter_exports`).

// Without a name from it the library, and its exports with it, would not be linked.
use app as _;

fn main() {}
