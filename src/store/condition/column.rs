//! The attributes that have a column of their own.

use super::{HOSTS, Sql, Writer, membership::Side};
use crate::protocol::{
    filter::{Comparand, Test},
    id::{GroupId, UserId},
};

impl Writer<'_> {
    /// Writes the test if the attribute has a column; false when it is found in the twin.
    pub(super) fn column(&mut self, keys: &[&str], test: &Test) -> bool {
        let (dialect, base) = (self.scope.dialect, self.scope.base);
        let is_user = self.scope.is_user();
        let resource_type = self.scope.resource_type;
        match keys {
            ["id"] => self.id(test),
            ["username"] if is_user => self.text(&Sql::new("u.user_name_key"), test, None),
            ["displayname"] if !is_user => self.text(&Sql::new("u.display_name_key"), test, None),
            ["externalid"] => self.text(&Sql::new("u.external_id"), test, None),
            ["active"] if is_user => match test {
                Test::Eq(Comparand::Boolean(active)) => self.bind("u.active = ", *active),
                _ => self.constant(true),
            },
            ["meta"] => self.constant(true),
            ["meta", "created"] => self.instant("u.created_at", test),
            ["meta", "lastmodified"] => self.instant("u.updated_at", test),
            ["meta", "resourcetype"] => {
                let mut name = Sql::new(dialect.text_placeholder());
                name.value(resource_type.name).push(dialect.collate());
                self.text(&name, test, None);
            }
            ["meta", "location"] => {
                let prefix = if is_user { "/" } else { "/group-" };
                let id = dialect.decimal("u.id");
                let mut location = Sql::new(&dialect.concat(&[dialect.text_placeholder(), &id]));
                location.value(format!("{base}{}{prefix}", resource_type.endpoint));
                self.text(&location, test, None);
            }
            ["groups"] if is_user => self.exists(&[Side::GroupOfUser]),
            [HOSTS] | [HOSTS, "hosts"] if is_user => self.exists(&[Side::HostOfUser]),
            ["members"] if !is_user => {
                self.exists(&[Side::UserOfGroup, Side::GroupOfGroup]);
            }
            _ => return false,
        }
        true
    }

    fn id(&mut self, test: &Test) {
        let is_user = self.scope.is_user();
        if let Test::Eq(Comparand::Text(id)) = test {
            let id = if is_user { UserId::parse(id).map(|id| id.0) } else { GroupId::parse(id).map(|id| id.0) };
            return match id {
                Some(id) => self.bind("u.id = ", id),
                None => self.constant(false),
            };
        }
        let dialect = self.scope.dialect;
        let id = dialect.decimal("u.id");
        let expression = if is_user { id } else { dialect.concat(&["'group-'", &id]) };
        self.text(&Sql::new(&expression), test, None);
    }

    fn instant(&mut self, column: &str, test: &Test) {
        let (operator, comparand) = match test {
            Test::Eq(comparand) => (" = ", comparand),
            Test::Gt(comparand) => (" > ", comparand),
            Test::Ge(comparand) => (" >= ", comparand),
            Test::Lt(comparand) => (" < ", comparand),
            Test::Le(comparand) => (" <= ", comparand),
            _ => return self.constant(true),
        };
        match comparand {
            Comparand::Instant(instant) => self.bind(&format!("{column}{operator}"), *instant),
            _ => self.constant(false),
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
