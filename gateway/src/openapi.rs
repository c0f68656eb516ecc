//! The description of the routes, OpenAPI 3.1.
