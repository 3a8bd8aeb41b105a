//! The cases of Microsoft's Entra SCIM Validator (scimvalidator.microsoft.com, result files of 2026-09): each makes its own
//! resources, and what was sent must read back equal.

mod gallery;
mod groups;
mod people;
mod preview;
mod sample;
mod updates;
