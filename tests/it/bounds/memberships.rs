//! The cost of comparisons with a user's groups.

use super::{many_groups::join_groups, plan::Postgres, users};

const USERS: usize = 1000;
const GROUPS: usize = 20;

fleet_scim_dev::on_postgres! {
    /// Without statistics PostgreSQL assumes that a table is small, and would read it again for each row of another table.
    #[tokio::test]
    async fn postgres_reads_the_groups_once_for_all_users() {
        let Some(postgres) = Postgres::start().await else { return };
        let ids: Vec<String> = users(&postgres.world, USERS).await.iter().map(i64::to_string).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        join_groups(&postgres.world, &ids, GROUPS).await;
        let comparisons: Vec<String> = (0..10).map(|value| format!("groups.display co \"zz{value}\"")).collect();
        let plan = postgres.plan(&comparisons.join(" or "), 2, comparisons.len()).await;
        let groups: Vec<&String> = plan.iter().filter(|line| line.contains("on scim_groups")).collect();
        assert!(groups.len() == 1 && groups[0].contains("loops=1)"), "{plan:#?}");
        postgres.world.close().await;
    }
}
