//! Names of attributes and operators.

use super::{finds, people, refused};
use crate::{on_each_database, world::World};

on_each_database! {
    async fn names_and_operators_have_any_case(world: World) {
        people(world).await;
        finds(world, &[
            (r#"username Eq "ava""#, &["Ava"]),
            (r#"USERNAME EQ "ava""#, &["Ava"]),
            (r#"NAME.FAMILYNAME Co "stone""#, &["Ava"]),
            (r#"EXTERNALID eQ "Ext-1""#, &["Ava"]),
            (r#"emails.VALUE Sw "ben""#, &["ben"]),
            ("ACTIVE Ne TRUE", &["ben"]),
            ("Title Pr", &["Ava", "ben"]),
            (r#"Meta.ResourceType EQ "User" AND Title pR"#, &["Ava", "ben"]),
        ]).await;
    }

    async fn a_name_may_stand_behind_the_urn_of_its_schema(world: World) {
        people(world).await;
        finds(world, &[
            (r#"urn:ietf:params:scim:schemas:core:2.0:User:userName eq "ava""#, &["Ava"]),
            (r#"urn:ietf:params:scim:schemas:core:2.0:User:name.familyName eq "stone""#, &["Ava"]),
            (r#"URN:IETF:PARAMS:SCIM:SCHEMAS:CORE:2.0:USER:TITLE co "engineer""#, &["Ava", "ben"]),
            (r#"urn:ietf:params:scim:schemas:core:2.0:User:emails[type eq "work"]"#, &["Ava"]),
            (r#"urn:ietf:params:scim:schemas:core:2.0:User:emails.type eq "work""#, &["Ava"]),
        ]).await;
    }

    async fn an_enterprise_attribute_is_found_by_each_of_its_names(world: World) {
        people(world).await;
        let urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        for name in [
            format!("{urn}:department"),
            format!("{urn}.department"),
            format!("{}:DEPARTMENT", urn.to_uppercase()),
            "department".to_owned(),
            "Department".to_owned(),
        ] {
            finds(world, &[(&format!(r#"{name} eq "platform""#), &["Ava"])]).await;
        }
        finds(world, &[
            (&format!(r#"{urn}:manager.value eq "Boss-1""#), &["Ava"]),
            (&format!(r#"{urn}:manager eq "Boss-1""#), &["Ava"]),
            (&format!("{urn}:employeeNumber pr"), &["Ava"]),
        ]).await;
    }

    async fn a_name_of_another_schema_is_not_found(world: World) {
        people(world).await;
        refused(world, "/Users", &[
            r#"urn:ietf:params:scim:schemas:core:2.0:User:department eq "platform" and name.nothing pr"#,
            r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:title eq "x""#,
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:userName pr",
        ]).await;
    }
}
