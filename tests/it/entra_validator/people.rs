//! The required tests of users: create, find, disable, delete.

use serde_json::json;

use super::sample::{patch, reads_back, whole_user};
use crate::{
    on_each_database,
    world::{ENTERPRISE, USER, World},
};

on_each_database! {
    async fn a_created_user_reads_back_with_every_attribute(world: World) {
        let sent = whole_user("lora@hodkiewicz.example");
        let created = world.post("/Users", sent.clone()).await;
        assert_eq!(created.status, 201, "{}", created.text);
        reads_back(&sent, &created.body);
        let found = world.get("/Users?filter=userName+eq+%22lora%40hodkiewicz.example%22").await;
        assert_eq!(found.body["totalResults"], 1);
        assert_eq!(found.body["Resources"][0], created.body);
        assert_eq!(created.body["schemas"], json!([USER, ENTERPRISE]));
    }

    async fn no_display_is_made_up_for_an_email(world: World) {
        let id = world.created("/Users", whole_user("a@b.example")).await;
        let user = world.get(&format!("/Users/{id}")).await;
        assert_eq!(user.body["emails"], json!([{ "type": "work", "value": "lora@hodkiewicz.example", "primary": true }]));
    }

    async fn a_user_with_only_a_name_is_created(world: World) {
        let created = world.post("/Users", json!({ "schemas": [USER], "userName": "OWZPTXYCJKLV" })).await;
        assert_eq!(created.status, 201, "{}", created.text);
        assert_eq!(created.body["userName"], "OWZPTXYCJKLV");
        assert_eq!(created.body["active"], true);
    }

    async fn a_duplicate_user_is_a_conflict(world: World) {
        world.created("/Users", whole_user("a@b.example")).await;
        let again = world.post("/Users", whole_user("a@b.example")).await;
        assert_eq!(again.status, 409);
        assert_eq!(again.body["scimType"], "uniqueness");
        assert_eq!(world.get("/Users").await.body["totalResults"], 1);
    }

    async fn an_existing_user_is_found_by_its_name(world: World) {
        let id = world.created("/Users", whole_user("a@b.example")).await;
        world.created("/Users", whole_user("c@d.example")).await;
        let found = world.get("/Users?filter=userName+eq+\"a%40b.example\"".replace('"', "%22").as_str()).await;
        assert_eq!((found.status, &found.body["totalResults"]), (200, &json!(1)));
        assert_eq!(found.body["Resources"][0]["id"], id);
    }

    async fn a_name_that_nobody_has_is_an_empty_list(world: World) {
        world.created("/Users", whole_user("a@b.example")).await;
        let found = world.get("/Users?filter=userName+eq+%22nobody%40b.example%22").await;
        assert_eq!(found.status, 200);
        assert_eq!(found.body["totalResults"], 0);
        assert_eq!(found.body["Resources"], json!([]));
    }

    async fn a_user_is_found_by_its_name_in_other_case(world: World) {
        let id = world.created("/Users", whole_user("Lora@Hodkiewicz.example")).await;
        for filter in [r#"userName eq "lORA@hODKIEWICZ.EXAMPLE""#, r#"USERNAME EQ "lora@hodkiewicz.example""#] {
            assert_eq!(world.ids("/Users", filter).await, [id.as_str()], "{filter}");
        }
        assert_eq!(world.get(&format!("/Users/{id}")).await.body["userName"], "Lora@Hodkiewicz.example");
    }

    async fn a_disabled_user_is_shown_as_inactive_by_id_and_by_filter(world: World) {
        let sent = whole_user("a@b.example");
        let id = world.created("/Users", sent.clone()).await;
        patch(world, &format!("/Users/{id}"), json!([{ "op": "replace", "path": "active", "value": false }])).await;
        let by_id = world.get(&format!("/Users/{id}")).await;
        assert_eq!((by_id.status, &by_id.body["active"]), (200, &json!(false)));
        let by_filter = world.find("/Users", r#"userName eq "a@b.example""#).await;
        assert_eq!(by_filter.body["Resources"][0]["active"], false);
        let mut expected = sent;
        expected["active"] = json!(false);
        reads_back(&expected, &by_id.body);
    }

    async fn a_deleted_user_is_gone(world: World) {
        let id = world.created("/Users", whole_user("a@b.example")).await;
        let path = format!("/Users/{id}");
        assert_eq!(world.delete(&path).await.status, 204);
        assert_eq!(world.get(&path).await.status, 404);
        assert_eq!(world.ids("/Users", r#"userName eq "a@b.example""#).await, [""; 0]);
        assert_ne!(world.created("/Users", whole_user("a@b.example")).await, id, "an id is never reused");
    }
}
