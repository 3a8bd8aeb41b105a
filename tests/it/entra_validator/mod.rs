//! The cases of Microsoft's Entra SCIM Validator (scimvalidator.microsoft.com, result files of 2026-09). Each case
//! creates its own resources, and they must read back as they were sent.

mod gallery;
mod groups;
mod people;
mod preview;
mod sample;
mod updates;
