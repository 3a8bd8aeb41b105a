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
    /// Only where `attributes` names it.
    Request,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uniqueness {
    None,
    Server,
}

/// What a request means that does not give the attribute a value (RFC 7644 section 3.5.1 leaves it to the provider).
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
/// It is single-valued, optional, compared without regard to letter case, changed by clients and returned by default,
/// unless told otherwise. Made in a `static`, so that the schema lives as long as the program: see [`Schema`](crate::Schema) for an example.
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

    /// A text of 4,096 characters at most.
    #[must_use]
    pub const fn string(name: &'static str, description: &'static str) -> Self {
        Self::new(name, DataType::String, false, description)
    }

    /// `true` or `false`.
    #[must_use]
    pub const fn boolean(name: &'static str, description: &'static str) -> Self {
        Self::new(name, DataType::Boolean, false, description)
    }

    /// A whole number of 64 bits.
    #[must_use]
    pub const fn integer(name: &'static str, description: &'static str) -> Self {
        Self::new(name, DataType::Integer, false, description)
    }

    /// A number.
    #[must_use]
    pub const fn decimal(name: &'static str, description: &'static str) -> Self {
        Self::new(name, DataType::Decimal, false, description)
    }

    /// A date and time with an offset, RFC 3339.
    #[must_use]
    pub const fn date_time(name: &'static str, description: &'static str) -> Self {
        Self::new(name, DataType::DateTime, false, description)
    }

    /// Base64 of 4,096 characters at most; letter case counts.
    #[must_use]
    pub const fn binary(name: &'static str, description: &'static str) -> Self {
        Self::new(name, DataType::Binary, true, description)
    }

    /// A URL; `types` names what it may lead to: resource types, `external` or `uri`. Letter case counts.
    #[must_use]
    pub const fn reference(name: &'static str, types: &'static [&'static str], description: &'static str) -> Self {
        Self::new(name, DataType::Reference(types), true, description)
    }

    /// An object with sub-attributes, which are not complex themselves.
    #[must_use]
    pub const fn complex(name: &'static str, sub_attributes: &'static [Attribute], description: &'static str) -> Self {
        Self::new(name, DataType::Complex(sub_attributes), false, description)
    }

    /// With several values.
    #[must_use]
    pub const fn multi_valued(self) -> Self {
        Self { multi_valued: true, ..self }
    }

    /// Every resource that has the extension must have it: 400 `invalidValue` without.
    #[must_use]
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// Letter case counts when values are compared.
    #[must_use]
    pub const fn case_exact(self) -> Self {
        Self { case_exact: true, ..self }
    }

    pub(crate) const fn read_only(self) -> Self {
        Self { mutability: Mutability::ReadOnly, ..self }
    }

    /// Set once: another value or its removal is 400 `mutability`.
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

    /// Answered only where `attributes` names it or what it is a part of.
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

    /// Values that are suggested; others are accepted.
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

    /// The sub-attribute of this name in any case (RFC 7643 section 2.1).
    pub(crate) fn sub_attribute(&self, name: &str) -> Option<&'static Attribute> {
        find(self.sub_attributes(), name)
    }

    /// Whether it, or a part of it, is not answered by default.
    pub(crate) fn has_hidden_by_default(&self) -> bool {
        let by_default = |attribute: &Self| matches!(attribute.returned, Returned::Always | Returned::Default);
        !by_default(self) || !self.sub_attributes().iter().all(by_default)
    }

    pub(crate) fn is_read_only(&self) -> bool {
        self.mutability == Mutability::ReadOnly
    }
}

/// The attribute of this name in any case (RFC 7643 section 2.1).
pub fn find(attributes: &'static [Attribute], name: &str) -> Option<&'static Attribute> {
    attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name))
}
