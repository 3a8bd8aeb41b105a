//! Filters (RFC 7644 section 3.4.2.2): text is parsed into a [`Filter`], which the attribute table turns into a
//! [`Condition`].

mod comparand;
mod condition;
mod cost;
pub mod criteria;
mod evaluate;
mod lexer;
mod literal;
mod parse;
mod resolve;
pub mod value_filter;

pub use condition::{Comparand, Condition, Field};
pub use cost::Weight;
pub use evaluate::evaluate;
pub use literal::Literal;

/// A comparison operator of the grammar, without `ne`, which is read as the negation of `eq`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    Eq,
    Co,
    Sw,
    Ew,
    Gt,
    Ge,
    Lt,
    Le,
}

impl Operator {
    /// Says whether it searches for a part of a text.
    pub const fn searches_part(self) -> bool {
        matches!(self, Self::Co | Self::Sw | Self::Ew)
    }

    /// Says whether it compares by order.
    pub const fn orders(self) -> bool {
        matches!(self, Self::Gt | Self::Ge | Self::Lt | Self::Le)
    }
}

/// A filter as it was written, with names not resolved yet. It is nested only as deeply as its parentheses, however long it
/// is.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    And(Vec<Filter>),
    Or(Vec<Filter>),
    Not(Box<Filter>),
    Present(String),
    Compare(String, Operator, Literal),
    /// `attribute[filter]`; a comparison after the closing bracket becomes part of the filter.
    Values(String, Box<Filter>),
}
