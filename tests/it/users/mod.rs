//! Users: what is created, echoed, listed and deleted.

mod active;
mod another;
mod create;
mod delete;
mod echo;
mod extensions;
mod hosts;
mod list;
mod one_urn;
mod projection;
mod reactivate;
mod reported;
mod tolerance;
