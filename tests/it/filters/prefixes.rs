//! A family name, a displayName and a department are found and sorted by their first 512 characters. They may be
//! longer, and what a filter finds must not depend on that.

use serde_json::json;

use crate::{
    on_each_database,
    world::{ENTERPRISE, World},
};

async fn of_department(world: &World, name: &str, department: Option<&str>) -> String {
    let mut user = json!({ "userName": name });
    if let Some(department) = department {
        user[ENTERPRISE] = json!({ "department": department });
        user["displayName"] = json!(department);
        user["name"] = json!({ "familyName": department });
    }
    world.created("/Users", user).await
}

on_each_database! {
    async fn texts_that_differ_behind_their_512th_character_are_told_apart(world: World) {
        let long = |end: &str| format!("{}{end}", "x".repeat(600));
        let a = of_department(world, "a", Some(&long("a"))).await;
        let b = of_department(world, "b", Some(&long("B"))).await;
        let cut = of_department(world, "c", Some(&"X".repeat(512))).await;
        let shorter = of_department(world, "d", Some(&"x".repeat(511))).await;
        for attribute in ["department", "displayName", "name.familyName"] {
            let find = async |operator: &str, text: &str| world.ids("/Users", &format!("{attribute} {operator} \"{text}\"")).await;
            assert_eq!(find("eq", &long("a")).await, [a.as_str()], "{attribute}");
            assert_eq!(find("eq", &"x".repeat(512)).await, [cut.as_str()], "{attribute}");
            assert_eq!(find("eq", &"x".repeat(511)).await, [shorter.as_str()], "{attribute}");
            assert_eq!(find("gt", &long("a")).await, [b.as_str()], "{attribute}");
            assert_eq!(find("gt", &"x".repeat(511)).await, [a.as_str(), &b, &cut], "{attribute}");
            assert_eq!(find("le", &"x".repeat(511)).await, [shorter.as_str()], "{attribute}");
            assert_eq!(find("ew", "xb").await, [b.as_str()], "{attribute}");
            assert_eq!(find("co", "XA").await, [a.as_str()], "{attribute}");
            assert_eq!(find("sw", &"x".repeat(512)).await, [a.as_str(), &b, &cut], "{attribute}");
            assert_eq!(find("sw", &"x".repeat(20)).await.len(), 4, "{attribute}");
        }
    }

    /// For a text of 512 characters or more the database reads documents, so it costs as much as any filter that does.
    async fn a_text_that_the_prefix_does_not_tell_costs_as_much_as_a_document(world: World) {
        let filter = |text: &str, count: usize| vec![format!("department eq \"{text}\""); count].join(" or ");
        assert_eq!(world.find("/Users", &filter("x", 50)).await.status, 200);
        assert_eq!(world.find("/Users", &filter(&"x".repeat(512), 12)).await.status, 200);
        let refused = world.find("/Users", &filter(&"x".repeat(512), 13)).await;
        assert_eq!((refused.status, refused.body["scimType"].as_str()), (400, Some("tooMany")), "{}", refused.text);
    }

    async fn a_missing_value_is_behind_every_text_and_meets_no_comparison(world: World) {
        let last = of_department(world, "a", Some("\u{10ffff}")).await;
        let filter = "sw \"\u{10ffff}\"";
        let none = of_department(world, "b", None).await;
        let first = of_department(world, "c", Some("a")).await;
        for attribute in ["department", "displayName", "name.familyName"] {
            let find = async |filter: &str| world.ids("/Users", &format!("{attribute} {filter}")).await;
            assert_eq!(find(filter).await, [last.as_str()], "{attribute}");
            assert_eq!(find("lt \"\u{10ffff}a\"").await, [last.as_str(), &first], "{attribute}");
            assert_eq!(find("pr").await, [last.as_str(), &first], "{attribute}");
            assert_eq!(find("gt \"a\"").await, [last.as_str()], "{attribute}");
            assert_eq!(find("ge \"\"").await, [last.as_str(), &first], "{attribute}");
            assert_eq!(find("eq \"\u{10ffff}\"").await, [last.as_str()], "{attribute}");
            assert_eq!(find("ne \"a\"").await, [last.as_str(), &none], "{attribute}");
            assert_eq!(find("eq null").await, [none.as_str()], "{attribute}");
            let sorted = world.get(&format!("/Users?sortBy={attribute}")).await;
            let sorted: Vec<&str> =
                sorted.body["Resources"].as_array().unwrap().iter().map(|user| user["id"].as_str().unwrap()).collect();
            assert_eq!(sorted, [first.as_str(), &last, &none], "{attribute}");
        }
    }
}
