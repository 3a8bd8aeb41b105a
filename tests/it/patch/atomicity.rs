//! All operations are applied in their order, or none is.

use serde_json::json;

use super::{ava, patched};
use crate::{
    on_each_database,
    world::{ENTERPRISE, World},
};

on_each_database! {
    async fn one_bad_operation_leaves_everything_as_it_was(world: World) {
        let id = ava(world).await;
        let before = world.get(&format!("/Users/{id}")).await;
        for bad in [
            json!({ "op": "replace", "path": "active", "value": "maybe" }),
            json!({ "op": "remove" }),
            json!({ "op": "replace", "path": "id", "value": "7" }),
            json!({ "op": "replace", "path": "emails[type eq", "value": "7" }),
            json!({ "op": "replace", "path": "userName", "value": null }),
            json!({ "op": "shuffle", "path": "title" }),
        ] {
            for operations in [
                json!([{ "op": "replace", "path": "title", "value": "X" }, { "op": "remove", "path": "emails" }, bad]),
                json!([bad, { "op": "replace", "path": "title", "value": "X" }]),
            ] {
                let answer = world.patch(&format!("/Users/{id}"), operations.clone()).await;
                assert_eq!(answer.status, 400, "{operations}");
                let after = world.get(&format!("/Users/{id}")).await;
                assert_eq!((&after.body, after.header("etag")), (&before.body, before.header("etag")), "{operations}");
            }
        }
        assert_eq!(world.ids("/Users", r#"emails.value eq "ava@work.y""#).await, [id]);
    }

    async fn operations_are_applied_in_their_order(world: World) {
        let id = ava(world).await;
        let user = patched(world, &id, json!([
            { "op": "replace", "path": "title", "value": "First" },
            { "op": "replace", "path": "title", "value": "Second" },
            { "op": "add", "path": "nickName", "value": "Avie" },
            { "op": "remove", "path": "nickName" },
            { "op": "remove", "path": "emails" },
            { "op": "add", "path": "emails", "value": [{ "value": "only@x.y" }] },
            { "op": "remove", "path": ENTERPRISE },
            { "op": "add", "path": "department", "value": "Sales" },
        ])).await;
        assert_eq!(user["title"], "Second");
        assert!(user.get("nickName").is_none());
        assert_eq!(user["emails"], json!([{ "value": "only@x.y" }]));
        assert_eq!(user[ENTERPRISE], json!({ "department": "Sales" }));
    }

    async fn a_required_attribute_may_be_missing_in_between(world: World) {
        let id = ava(world).await;
        let user = patched(world, &id, json!([
            { "op": "replace", "path": "userName", "value": "between@x.y" },
            { "op": "replace", "path": "userName", "value": "ava@x.y" },
        ])).await;
        assert_eq!(user["userName"], "ava@x.y");
    }

    async fn an_operation_sees_what_the_one_before_it_made(world: World) {
        let id = ava(world).await;
        let user = patched(world, &id, json!([
            { "op": "add", "path": "ims", "value": [{ "value": "ava", "type": "xmpp" }] },
            { "op": "replace", "path": "ims[type eq \"xmpp\"].display", "value": "A" },
        ])).await;
        assert_eq!(user["ims"], json!([{ "value": "ava", "type": "xmpp", "display": "A" }]));
    }
}
