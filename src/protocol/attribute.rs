//! One attribute of a schema and its characteristics (RFC 7643 sections 2.2 and 7).

/// The data type of an attribute (RFC 7643 section 2.3).
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    String,
    Boolean,
    Integer,
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

#[derive(Debug, Clone, Copy)]
pub struct Attribute {
    pub name: &'static str,
    pub description: &'static str,
    pub kind: Kind,
    pub multi_valued: bool,
    pub required: bool,
    pub case_exact: bool,
    pub mutability: Mutability,
    pub returned: Returned,
    pub uniqueness: Uniqueness,
    pub unassigned: Unassigned,
    pub canonical_values: &'static [&'static str],
}

impl Attribute {
    const fn new(name: &'static str, kind: Kind, case_exact: bool, description: &'static str) -> Self {
        Self {
            name,
            description,
            kind,
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

    pub const fn string(name: &'static str, description: &'static str) -> Self {
        Self::new(name, Kind::String, false, description)
    }

    pub const fn boolean(name: &'static str, description: &'static str) -> Self {
        Self::new(name, Kind::Boolean, false, description)
    }

    pub const fn integer(name: &'static str, description: &'static str) -> Self {
        Self::new(name, Kind::Integer, false, description)
    }

    pub const fn date_time(name: &'static str, description: &'static str) -> Self {
        Self::new(name, Kind::DateTime, false, description)
    }

    pub const fn binary(name: &'static str, description: &'static str) -> Self {
        Self::new(name, Kind::Binary, true, description)
    }

    pub const fn reference(name: &'static str, types: &'static [&'static str], description: &'static str) -> Self {
        Self::new(name, Kind::Reference(types), true, description)
    }

    pub const fn complex(name: &'static str, sub_attributes: &'static [Attribute], description: &'static str) -> Self {
        Self::new(name, Kind::Complex(sub_attributes), false, description)
    }

    pub const fn multi_valued(self) -> Self {
        Self { multi_valued: true, ..self }
    }

    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    pub const fn case_exact(self) -> Self {
        Self { case_exact: true, ..self }
    }

    pub const fn read_only(self) -> Self {
        Self { mutability: Mutability::ReadOnly, ..self }
    }

    pub const fn immutable(self) -> Self {
        Self { mutability: Mutability::Immutable, ..self }
    }

    pub const fn write_only(self) -> Self {
        Self { mutability: Mutability::WriteOnly, returned: Returned::Never, ..self }
    }

    pub const fn always_returned(self) -> Self {
        Self { returned: Returned::Always, ..self }
    }

    pub const fn unique(self) -> Self {
        Self { uniqueness: Uniqueness::Server, ..self }
    }

    pub const fn when_unassigned(self, unassigned: Unassigned) -> Self {
        Self { unassigned, ..self }
    }

    pub const fn suggesting(self, canonical_values: &'static [&'static str]) -> Self {
        Self { canonical_values, ..self }
    }

    pub const fn sub_attributes(&self) -> &'static [Attribute] {
        match self.kind {
            Kind::Complex(sub_attributes) => sub_attributes,
            _ => &[],
        }
    }

    pub const fn is_complex(&self) -> bool {
        matches!(self.kind, Kind::Complex(_))
    }

    /// The sub-attribute of this name in any case (RFC 7643 section 2.1).
    pub fn sub_attribute(&self, name: &str) -> Option<&'static Attribute> {
        find(self.sub_attributes(), name)
    }

    pub fn is_read_only(&self) -> bool {
        self.mutability == Mutability::ReadOnly
    }
}

/// The attribute of this name in any case (RFC 7643 section 2.1).
pub fn find(attributes: &'static [Attribute], name: &str) -> Option<&'static Attribute> {
    attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name))
}
