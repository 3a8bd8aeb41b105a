//! Filters (RFC 7644 section 3.4.2.2): a text becomes a [`Filter`], and against the attribute table a [`Condition`].

mod condition;
mod cost;
mod literal;
mod parse;
mod scan;

pub use condition::{Comparand, Condition, Field, Test};
pub use literal::Literal;

/// A comparison operator of the grammar; `ne` is the negation of `eq`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    Eq,
    Ne,
    Co,
    Sw,
    Ew,
    Gt,
    Ge,
    Lt,
    Le,
}

/// A filter as it was written: names are not resolved yet. It is as deep as its parentheses, however long it is.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    And(Vec<Filter>),
    Or(Vec<Filter>),
    Not(Box<Filter>),
    Present(String),
    Compare(String, Operator, Literal),
    /// `attribute[filter]`; what follows the bracket is part of the filter.
    Values(String, Box<Filter>),
}
