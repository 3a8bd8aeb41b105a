//! One attribute of a schema and its characteristics (RFC 7643 sections 2.2 and 7).

/// The data type of an attribute (RFC 7643 section 2.3).
#[derive(Debug, Clone, Copy)]
pub enum DataType {
    String,
    Boolean,
    Integer,
    Decimal,
    DateTime,
    Binary,
    Reference(&'static [&'static str]),
    Complex(&'static [Attribute]),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mutability {
    ReadOnly,
    ReadWrite,
    Immutable,
    WriteOnly,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returned {
    Always,
    Never,
    Default,
    /// Only if `attributes` names it.
    Request,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uniqueness {
    None,
    Server,
}

/// What happens to the attribute when a request gives it no value (RFC 7644 section 3.5.1 leaves this to the provider).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unassigned {
    /// A replace without it clears it.
    Cleared,
    /// A replace without it keeps it; null clears it.
    KeptUnlessNull,
    /// It always has a value, and only another value changes it.
    Kept,
}

/// An attribute of a [`Schema`](crate::Schema) and its characteristics (RFC 7643 section 2.2).
///
/// By default it is single-valued, optional, compared without regard to letter case, writable by clients and returned by
/// default. Define it in a `static`, so that the schema lives as long as the program: see [`Schema`](crate::Schema) for an
/// example.
#[derive(Debug, Clone, Copy)]
pub struct Attribute {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) data_type: DataType,
    pub(crate) multi_valued: bool,
    pub(crate) required: bool,
    pub(crate) case_exact: bool,
    pub(crate) mutability: Mutability,
    pub(crate) returned: Returned,
    pub(crate) uniqueness: Uniqueness,
    pub(crate) unassigned: Unassigned,
    pub(crate) canonical_values: &'static [&'static str],
}

impl Attribute {
    const fn new(name: &'static str, data_type: DataType, case_exact: bool, description: &'static str) -> Self {
        Self {
            name,
            description,
            data_type,
            multi_valued: false,
            required: false,
            case_exact,
            mutability: Mutability::ReadWrite,
            returned: Returned::Default,
            uniqueness: Uniqueness::None,
            unassigned: Unassigned::Cleared,
            canonical_values: &[],
        }
    }

    /// Creates a string attribute, of at most 4,096 characters.
    #[must_use]
    pub const fn string(name: &'static str, description: &'static str) -> Self {
        Self::new(name, DataType::String, false, description)
    }

    /// Creates a Boolean attribute: `true` or `false`.
    #[must_use]
    pub const fn boolean(name: &'static str, description: &'static str) -> Self {
        Self::new(name, DataType::Boolean, false, description)
    }

    /// Creates an attribute for a 64-bit integer.
    #[must_use]
    pub const fn integer(name: &'static str, description: &'static str) -> Self {
        Self::new(name, DataType::Integer, false, description)
    }

    /// Creates an attribute for any number.
    #[must_use]
    pub const fn decimal(name: &'static str, description: &'static str) -> Self {
        Self::new(name, DataType::Decimal, false, description)
    }

    /// Creates an attribute for a date and time with an offset (RFC 3339).
    #[must_use]
    pub const fn date_time(name: &'static str, description: &'static str) -> Self {
        Self::new(name, DataType::DateTime, false, description)
    }

    /// Creates an attribute for base64 data, of at most 4,096 characters; letter case matters.
    #[must_use]
    pub const fn binary(name: &'static str, description: &'static str) -> Self {
        Self::new(name, DataType::Binary, true, description)
    }

    /// Creates an attribute for a URL. `types` names what it may point to: resource types, `external` or `uri`. Letter case
    /// matters.
    #[must_use]
    pub const fn reference(name: &'static str, types: &'static [&'static str], description: &'static str) -> Self {
        Self::new(name, DataType::Reference(types), true, description)
    }

    /// Creates an attribute for an object with sub-attributes, which cannot be complex themselves.
    #[must_use]
    pub const fn complex(name: &'static str, sub_attributes: &'static [Attribute], description: &'static str) -> Self {
        Self::new(name, DataType::Complex(sub_attributes), false, description)
    }

    /// Lets the attribute have several values.
    #[must_use]
    pub const fn multi_valued(self) -> Self {
        Self { multi_valued: true, ..self }
    }

    /// Makes the attribute required for every resource that has the extension: a request without it gets 400 `invalidValue`.
    #[must_use]
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// Makes comparisons of its values case-sensitive.
    #[must_use]
    pub const fn case_exact(self) -> Self {
        Self { case_exact: true, ..self }
    }

    pub(crate) const fn read_only(self) -> Self {
        Self { mutability: Mutability::ReadOnly, ..self }
    }

    /// Makes the attribute settable once: changing or removing its value gets 400 `mutability`.
    #[must_use]
    pub const fn immutable(self) -> Self {
        Self { mutability: Mutability::Immutable, ..self }
    }

    pub(crate) const fn write_only(self) -> Self {
        Self { mutability: Mutability::WriteOnly, returned: Returned::Never, ..self }
    }

    pub(crate) const fn always_returned(self) -> Self {
        Self { returned: Returned::Always, ..self }
    }

    /// Returns the attribute only if `attributes` names it or its parent.
    #[must_use]
    pub const fn returned_on_request(self) -> Self {
        Self { returned: Returned::Request, ..self }
    }

    pub(crate) const fn unique(self) -> Self {
        Self { uniqueness: Uniqueness::Server, ..self }
    }

    pub(crate) const fn when_unassigned(self, unassigned: Unassigned) -> Self {
        Self { unassigned, ..self }
    }

    /// Suggests values; others are still accepted.
    #[must_use]
    pub const fn suggesting(self, canonical_values: &'static [&'static str]) -> Self {
        Self { canonical_values, ..self }
    }

    pub(crate) const fn sub_attributes(&self) -> &'static [Attribute] {
        match self.data_type {
            DataType::Complex(sub_attributes) => sub_attributes,
            _ => &[],
        }
    }

    pub(crate) const fn is_complex(&self) -> bool {
        matches!(self.data_type, DataType::Complex(_))
    }

    /// Finds the sub-attribute with this name, in any letter case (RFC 7643 section 2.1).
    pub(crate) fn sub_attribute(&self, name: &str) -> Option<&'static Attribute> {
        find(self.sub_attributes(), name)
    }

    /// Says whether the attribute or one of its sub-attributes is not returned by default.
    pub(crate) fn has_hidden_by_default(&self) -> bool {
        let by_default = |attribute: &Self| matches!(attribute.returned, Returned::Always | Returned::Default);
        !by_default(self) || !self.sub_attributes().iter().all(by_default)
    }

    pub(crate) fn is_read_only(&self) -> bool {
        self.mutability == Mutability::ReadOnly
    }
}

/// Finds the attribute with this name, in any letter case (RFC 7643 section 2.1).
pub fn find(attributes: &'static [Attribute], name: &str) -> Option<&'static Attribute> {
    attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name))
}
