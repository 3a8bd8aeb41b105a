//! What a list asks for: its parameters, its order, its cursors.

pub mod cursor;
pub mod search;
pub mod sort;
