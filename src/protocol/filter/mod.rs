//! Filters (RFC 7644 section 3.4.2.2): a text becomes a [`Filter`], and against the attribute table a [`Condition`].

mod comparand;
mod condition;
mod cost;
mod evaluate;
mod lexer;
mod literal;
mod parse;
mod resolve;

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
    /// Says whether it looks for a part of a text.
    pub const fn searches_part(self) -> bool {
        matches!(self, Self::Co | Self::Sw | Self::Ew)
    }

    /// Says whether it asks for an order.
    pub const fn orders(self) -> bool {
        matches!(self, Self::Gt | Self::Ge | Self::Lt | Self::Le)
    }
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
