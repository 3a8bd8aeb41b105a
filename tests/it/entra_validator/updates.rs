//! The required tests of users: the ways in which the validator changes one.

use serde_json::{Value, json};

use super::sample::{operations, patch, reads_back, updated_user, whole_update, whole_user};
use crate::{
    on_each_database,
    world::{ENTERPRISE, USER, World},
};

fn manager(op: &str, value: Value) -> Value {
    json!([{ "op": op, "path": format!("{ENTERPRISE}:manager"), "value": value }])
}

on_each_database! {
    async fn filtered_paths_and_one_operation_without_a_path_replace_everything(world: World) {
        let id = world.created("/Users", whole_user("a@b.example")).await;
        let (filtered, plain): (Vec<_>, Vec<_>) = whole_update().into_iter().partition(|(path, _)| path.contains('['));
        let plain: serde_json::Map<String, Value> = plain.into_iter().collect();
        let mut operations = operations("replace", filtered);
        operations.as_array_mut().unwrap().push(json!({ "op": "replace", "value": plain }));
        let answer = patch(world, &format!("/Users/{id}"), operations).await;
        reads_as_updated(world, &id, &answer.body, "BXKIHRNPZQWO").await;
    }

    async fn one_operation_for_each_path_replaces_everything(world: World) {
        let id = world.created("/Users", whole_user("a@b.example")).await;
        let operations = operations("replace", whole_update());
        assert_eq!(operations.as_array().unwrap().len(), 36);
        let answer = patch(world, &format!("/Users/{id}"), operations).await;
        reads_as_updated(world, &id, &answer.body, "BXKIHRNPZQWO").await;
    }

    async fn one_operation_for_each_path_adds_everything_to_a_user_with_only_a_name(world: World) {
        let id = world.created("/Users", json!({ "schemas": [USER], "userName": "a@b.example" })).await;
        let mut values = whole_update();
        values.push((format!("{ENTERPRISE}:manager"), json!("ZQWOBXKIHRNP")));
        let answer = patch(world, &format!("/Users/{id}"), operations("add", values)).await;
        reads_as_updated(world, &id, &answer.body, "ZQWOBXKIHRNP").await;
        assert_eq!(answer.body["schemas"], json!([USER, ENTERPRISE]));
    }

    async fn a_renamed_user_is_found_by_the_new_name_alone(world: World) {
        let id = world.created("/Users", whole_user("a@b.example")).await;
        let rename = json!([{ "op": "replace", "path": "userName", "value": "Renamed@b.example" }]);
        patch(world, &format!("/Users/{id}"), rename).await;
        assert_eq!(world.ids("/Users", r#"userName eq "renamed@b.example""#).await, [id]);
        assert_eq!(world.ids("/Users", r#"userName eq "a@b.example""#).await, [""; 0]);
    }

    async fn a_manager_who_is_nobody_is_added_replaced_and_removed(world: World) {
        let id = world.created("/Users", json!({ "schemas": [USER], "userName": "a@b.example" })).await;
        let path = format!("/Users/{id}");
        patch(world, &path, manager("add", json!({ "value": "UGQHXKFAINRM" }))).await;
        assert_eq!(world.get(&path).await.body[ENTERPRISE]["manager"], json!({ "value": "UGQHXKFAINRM" }));
        patch(world, &path, manager("replace", json!({ "value": "NRMUGQHXKFAI" }))).await;
        assert_eq!(world.get(&path).await.body[ENTERPRISE]["manager"], json!({ "value": "NRMUGQHXKFAI" }));
        patch(world, &path, manager("replace", json!({ "value": "" }))).await;
        let user = world.get(&path).await;
        assert!(user.body.get(ENTERPRISE).is_none(), "{}", user.text);
        assert_eq!(user.body["schemas"], json!([USER]));
    }

    async fn removing_the_manager_leaves_the_rest_of_the_extension(world: World) {
        let id = world.created("/Users", whole_user("a@b.example")).await;
        patch(world, &format!("/Users/{id}"), manager("replace", json!({ "value": "" }))).await;
        let user = world.get(&format!("/Users/{id}")).await;
        assert!(user.body[ENTERPRISE].get("manager").is_none());
        assert_eq!(user.body[ENTERPRISE]["department"], "OQSMYIMTQZKE");
    }
}

async fn reads_as_updated(world: &World, id: &str, answered: &Value, manager: &str) {
    let mut expected = updated_user("a@b.example");
    expected[ENTERPRISE]["manager"] = json!({ "value": manager });
    let after = world.get(&format!("/Users/{id}")).await;
    reads_back(&expected, &after.body);
    assert_eq!(answered, &after.body);
}
