//! Every failure inside the mount is a SCIM error. `World` checks the shape of each answer.

mod bodies;
mod failures;
mod preconditions;
mod routes;
