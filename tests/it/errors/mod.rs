//! Every failure inside the mount is a SCIM error; `World` holds each answer to its shape.

mod bodies;
mod failures;
mod preconditions;
mod routes;
