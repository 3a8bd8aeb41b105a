//! What comparisons with a user's groups cost.

use sea_orm::ConnectionTrait;

use super::{plan::Postgres, users};

const USERS: usize = 1000;
const GROUPS: usize = 200;
const GROUPS_OF_USER: usize = 10;
const RESOURCE: &str = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"g"}"#;

/// Without statistics it takes a table for small, and reads it again for each row of another.
#[tokio::test]
async fn postgres_reads_the_groups_once_for_all_users() {
    let Some(postgres) = Postgres::start().await else { return };
    let ids = users(&postgres.world, USERS).await;
    let groups = (1..=GROUPS).map(|number| format!("({number}, 1, 'g{number}', 'g{number}', '{RESOURCE}', 1, 0, 0)"));
    let members = ids.iter().enumerate().flat_map(|(at, user)| {
        (0..GROUPS_OF_USER).map(move |group| format!("(1, {}, {user})", (at + group) % GROUPS + 1))
    });
    for (table, rows) in [
        (
            "scim_groups (id, connection_id, display_name, display_name_key, resource, version, created_at, updated_at)",
            groups.collect::<Vec<_>>(),
        ),
        ("scim_user_group (connection_id, group_id, user_id)", members.collect()),
    ] {
        let sql = format!("INSERT INTO {table} VALUES {}", rows.join(","));
        postgres.world.writer.execute_unprepared(&sql).await.unwrap();
    }
    let comparisons: Vec<String> = (0..10).map(|value| format!("groups.display co \"zz{value}\"")).collect();
    let plan = postgres.plan(&comparisons.join(" or "), 2, comparisons.len()).await;
    let groups: Vec<&String> = plan.iter().filter(|line| line.contains("on scim_groups")).collect();
    assert!(groups.len() == 1 && groups[0].contains("loops=1)"), "{plan:#?}");
    postgres.world.close().await;
}
