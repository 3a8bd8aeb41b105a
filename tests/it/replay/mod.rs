//! Users and groups from creation to deletion, as identity providers send them. Each client has a folder in
//! `tests/fixtures`.

mod fixture;
mod player;

use fleet_scim::hosts::Source;

use crate::{on_each_database, world::World};
use fixture::folders;
use player::{Client, play};

const OKTA: &[(&str, &str)] = &[
    ("user-agent", "Okta SCIM Client 1.0.0"),
    ("accept", "application/scim+json"),
    ("accept-charset", "utf-8"),
    ("accept-encoding", "gzip,deflate"),
];
const OKTA_OIN: Client =
    Client { folder: "okta-oin", headers: OKTA, content_type: "application/scim+json; charset=utf-8" };
const OKTA_AIW: Client =
    Client { folder: "okta-aiw", headers: OKTA, content_type: "application/scim+json; charset=utf-8" };
// Entra ID and authentik send a Content-Type even with a GET.
const ENTRA: &[(&str, &str)] = &[("content-type", "application/scim+json; charset=utf-8")];
const ENTRA_DEFAULT: Client = Client { folder: "entra", headers: ENTRA, content_type: "" };
const ENTRA_COMPLIANT: Client = Client { folder: "entra-aadoptscim062020", headers: ENTRA, content_type: "" };
const AUTHENTIK: Client = Client {
    folder: "authentik",
    headers: &[("accept", "application/scim+json"), ("content-type", "application/scim+json")],
    content_type: "",
};
const KEYCLOAK: Client = Client {
    folder: "keycloak",
    headers: &[("accept", "application/scim+json, application/json")],
    content_type: "application/json",
};

/// The examples of the RFCs. Each file name contains the section.
const RFC_7643: Client = Client { folder: "rfc7643", headers: &[], content_type: "application/scim+json" };
const RFC_7644: Client = Client { folder: "rfc7644", ..RFC_7643 };
const RFC_9865: Client = Client { folder: "rfc9865", ..RFC_7643 };

on_each_database! {
    async fn the_examples_of_rfc_7643_are_answered_as_it_says(world: World) {
        play(world, &RFC_7643).await;
    }

    async fn the_examples_of_rfc_7644_are_answered_as_it_says(world: World) {
        play(world, &RFC_7644).await;
    }

    async fn the_examples_of_rfc_9865_are_answered_as_it_says(world: World) {
        play(world, &RFC_9865).await;
    }

    /// Requests that public reports describe. Each folder is named after what must come of them.
    async fn what_was_reported_of_other_servers_is_right_here(world: World) {
        for folder in folders("reports") {
            play(world, &Client { folder: folder.leak(), ..RFC_7643 }).await;
        }
    }

    async fn an_okta_oin_app_can_live_its_whole_life(world: World) {
        world.host(1, &Source::MdmIdpAccounts, "Nora.Winter@harbor.example").await;
        let ids = play(world, &OKTA_OIN).await;
        assert_eq!(world.owner(1).await.as_ref(), ids.get("nora"));
        assert_eq!(world.end_users(1).await.end_users[0].idp_full_name.as_deref(), Some("Eleonora Winter"));
    }

    async fn an_okta_custom_app_can_live_its_whole_life(world: World) {
        world.host(1, &Source::MdmIdpAccounts, "ada.brandt@lumen.example").await;
        let ids = play(world, &OKTA_AIW).await;
        assert_eq!(world.owner(1).await.as_ref(), ids.get("ada"));
        assert_eq!(world.end_users(1).await.end_users[0].idp_department.as_deref(), Some("Field Service"));
    }

    async fn an_entra_app_can_live_its_whole_life(world: World) {
        world.host(1, &Source::MdmIdpAccounts, "ines.costa@orchard.example").await;
        let ids = play(world, &ENTRA_DEFAULT).await;
        assert_eq!(world.owner(1).await.as_ref(), ids.get("ines"), "she was renamed meanwhile");
    }

    async fn an_entra_app_with_the_compliance_flag_can_live_its_whole_life(world: World) {
        world.host(1, &Source::MdmIdpAccounts, "hugo.lind@meadow.example").await;
        play(world, &ENTRA_COMPLIANT).await;
        assert_eq!(world.owner(1).await, None, "he was deleted at the end");
    }

    async fn an_authentik_provider_can_live_its_whole_life(world: World) {
        world.host(1, &Source::GoogleChromeProfiles, "marek@quarry.example").await;
        let ids = play(world, &AUTHENTIK).await;
        assert_eq!(world.owner(1).await.as_ref(), ids.get("marek"), "a bare login is found by its address");
    }

    async fn a_keycloak_plugin_can_live_its_whole_life(world: World) {
        world.host(1, &Source::Custom, "yuki@bramble.example").await;
        let ids = play(world, &KEYCLOAK).await;
        assert_eq!(world.owner(1).await.as_ref(), ids.get("yuki"));
    }
}
