//! Conditions on attributes that have a column or are stored as rows of other tables.

use super::{Sql, Writer, membership::Side};
use crate::{
    protocol::{
        filter::{Comparand, Field, Operator},
        host_status::HostStatus,
        id::{GroupId, UserId},
        resource::record,
    },
    store::columns::{Column, Expression, IDENTIFIER, MATCHED_BY},
};

impl Writer<'_> {
    /// Writes a test for presence; returns false if the search document has to be asked instead.
    pub(super) fn column_present(&mut self, field: &Field) -> bool {
        let table = self.scope.table();
        match table.column(&field.keys) {
            Some(Column { expression: Expression::Prefix(name), .. }) => {
                self.bind(&format!("{name} <> "), record::MISSING);
            }
            Some(column) if column.nullable => {
                let expression = self.column_text(column.expression);
                self.sql.append(&expression).push(" IS NOT NULL");
            }
            Some(_) => self.constant(true),
            None => match self.scope.sides(field) {
                [] => return false,
                sides => self.exists(sides),
            },
        }
        true
    }

    /// Writes the comparison if the attribute has a column; returns false if the search document has to be asked instead.
    pub(super) fn column(&mut self, field: &Field, operator: Operator, comparand: &Comparand) -> bool {
        let Some(column) = self.scope.table().column(&field.keys) else { return false };
        if !column.answers(operator, comparand) {
            return false;
        }
        match (column.expression, comparand) {
            (Expression::Id, Comparand::Text(id)) if operator == Operator::Eq => self.id(id),
            (Expression::Identifier, comparand) if operator == Operator::Eq => {
                let mut groups = Sql::new("SELECT i.group_id FROM scim_group_identifiers i WHERE ");
                self.scope.of_connection(&mut groups, "i.connection_id");
                groups.push(" AND i.is_current AND i.identifier_key = ");
                groups.bind(comparand.encoded().into_owned());
                self.is_among(&groups);
            }
            (Expression::Boolean(name), Comparand::Boolean(value)) => self.bind(&format!("{name} = "), *value),
            (Expression::Instant(name), Comparand::Instant(instant)) => {
                let sign = match operator {
                    Operator::Gt => " > ",
                    Operator::Ge => " >= ",
                    Operator::Lt => " < ",
                    Operator::Le => " <= ",
                    Operator::Eq | Operator::Co | Operator::Sw | Operator::Ew => " = ",
                };
                self.bind(&format!("{name}{sign}"), *instant);
            }
            // No text equals the marker of a missing value, but it compares with others.
            (Expression::Prefix(name), comparand) if operator != Operator::Eq => {
                self.sql.push("(");
                self.text(&Sql::new(name), operator, &comparand.encoded());
                self.bind(&format!(" AND {name} <> "), record::MISSING);
                self.sql.push(")");
            }
            (expression, comparand) => {
                let expression = self.column_text(expression);
                self.text(&expression, operator, &comparand.encoded());
            }
        }
        true
    }

    /// Writes the value of a column as the text that a filter compares.
    fn column_text(&self, expression: Expression) -> Sql {
        let (dialect, base_url, resource_type) = (self.scope.dialect, self.scope.base_url, self.scope.resource_type);
        let is_user = self.scope.is_user();
        match expression {
            Expression::Text(name)
            | Expression::Prefix(name)
            | Expression::Instant(name)
            | Expression::Boolean(name) => Sql::new(name),
            Expression::Id if is_user => Sql::new(&dialect.decimal("u.id")),
            Expression::Id => Sql::new(&dialect.concat(&["'group-'", &dialect.decimal("u.id")])),
            Expression::Identifier => Sql::new(IDENTIFIER),
            Expression::MatchedBy => Sql::new(&format!("({MATCHED_BY}){}", dialect.collate())),
            Expression::Status => {
                let mut status = Sql::new(dialect.text_placeholder());
                status.value(HostStatus::Owned.as_str()).push(dialect.collate());
                status
            }
            Expression::ResourceType => {
                let mut name = Sql::new(dialect.text_placeholder());
                name.value(resource_type.name).push(dialect.collate());
                name
            }
            Expression::Location => {
                let prefix = if is_user { "/" } else { "/group-" };
                let id = dialect.decimal("u.id");
                let mut location = Sql::new(&dialect.concat(&[dialect.text_placeholder(), &id]));
                location.value(format!("{base_url}{}{prefix}", resource_type.endpoint));
                location
            }
        }
    }

    fn id(&mut self, id: &str) {
        let is_user = self.scope.is_user();
        let id = if is_user { UserId::parse(id).map(|id| id.0) } else { GroupId::parse(id).map(|id| id.0) };
        match id {
            Some(id) => self.bind("u.id = ", id),
            None => self.constant(false),
        }
    }

    fn exists(&mut self, sides: &[Side]) {
        for (at, side) in sides.iter().enumerate() {
            self.sql.push(if at == 0 { "(" } else { " OR " });
            self.open_subquery(side.tables(), "");
            self.close_subquery();
        }
        self.sql.push(")");
    }
}
