//! Filters on the members of native groups, wherever these are from.

use serde_json::json;

use super::{BASE, group, native, okta};
use crate::{
    on_each_database,
    world::{MOUNT, World},
};

on_each_database! {
    async fn a_native_group_is_found_by_its_provisioned_members(world: World) {
        let (_, ava) = okta(world, "ava@corp.com").await;
        let kim = native(world).await.create_user(&json!({ "userName": "kim@corp.com" })).await.unwrap();
        let (of_ava, of_kim) = (group(world, "Of Ava", &[ava]).await.to_string(), group(world, "Of Kim", &[kim]).await.to_string());
        group(world, "Of nobody", &[]).await;
        let url = format!("http://fleet.example.com{MOUNT}/connections/okta/v2/Users/{ava}");
        for (filter, found) in [
            (format!("members eq \"{ava}\""), vec![&of_ava]),
            (format!("members.value eq \"{kim}\""), vec![&of_kim]),
            (format!("members[value eq \"{ava}\" and type eq \"User\"]"), vec![&of_ava]),
            (format!("members.$ref eq \"{url}\""), vec![&of_ava]),
            (format!("members.$ref eq \"{}\"", url.replace("okta", "native")), vec![]),
            ("members.$ref co \"/connections/okta/\"".to_owned(), vec![&of_ava]),
            ("members pr".to_owned(), vec![&of_ava, &of_kim]),
            ("members.type eq \"user\"".to_owned(), vec![&of_ava, &of_kim]),
            ("members.type eq \"group\"".to_owned(), vec![]),
            (format!("not (members eq \"{ava}\") and members pr"), vec![&of_kim]),
        ] {
            let ids = world.ids(&format!("{BASE}/Groups"), &filter).await;
            assert_eq!(ids.iter().collect::<Vec<_>>(), found, "{filter}");
        }
    }
}
