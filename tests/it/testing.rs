//! The kit with which hosts test their own mounts.

use fleet_scim::{
    Error, ScimModule,
    poem::{
        Endpoint, Request, Route,
        http::{Method, Uri},
    },
    testing::{Client, TemporaryDatabase},
};

use crate::world::Roles;

async fn finds_nothing_wrong_and_leaves_nothing(database: TemporaryDatabase) {
    let scim = ScimModule::builder(database.pools(), Roles).build().await.unwrap();
    let app = Route::new().nest("/api/v1/fleet/scim", scim.endpoint());
    let client = Client::of_endpoint(app, "/api/v1/fleet/scim", "maintainer");
    let report = client.check().await;
    assert!(report.is_success(), "{report}");
    assert_eq!(report.checks.len(), 10, "{report}");
    for endpoint in ["/Users", "/Groups"] {
        let left = client.send(Method::GET, endpoint, None).await.unwrap();
        assert_eq!(left.body["totalResults"], 0, "{}", left.body);
    }
    drop((scim, client));
    database.remove().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_kit_finds_nothing_wrong_on_sqlite() {
    finds_nothing_wrong_and_leaves_nothing(TemporaryDatabase::sqlite().await.unwrap()).await;
}

fleet_scim_dev::on_postgres! {
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn the_kit_finds_nothing_wrong_on_postgres() {
        let server = std::env::var("TEST_POSTGRES_URL").unwrap();
        finds_nothing_wrong_and_leaves_nothing(TemporaryDatabase::on_server(&server).await.unwrap()).await;
    }
}

fleet_scim_dev::on_mysql! {
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn the_kit_finds_nothing_wrong_on_mysql() {
        let server = std::env::var("TEST_MYSQL_URL").unwrap();
        finds_nothing_wrong_and_leaves_nothing(TemporaryDatabase::on_server(&server).await.unwrap()).await;
    }
}

#[tokio::test]
async fn a_server_without_a_database_in_its_url_is_refused_in_words() {
    let refused = TemporaryDatabase::on_server("postgres://root@localhost").await;
    assert!(matches!(&refused, Err(Error::Invalid(why)) if why.contains("/postgres")), "{refused:?}");
}

/// poem's own client leaves out the URL that a request came with, so the host says where it mounts the module.
#[tokio::test]
async fn locations_are_right_under_poems_test_client() {
    let database = TemporaryDatabase::sqlite().await.unwrap();
    let builder = ScimModule::builder(database.pools(), Roles).public_url("https://fleet.example.com");
    let scim = builder.mount_path("/api/v1/fleet/scim").build().await.unwrap();
    let app = Route::new().nest("/api/v1/fleet/scim", scim.endpoint());
    // What its `TestClient` does with a request.
    let request = Request::builder().uri(Uri::from_static("/api/v1/fleet/scim/ServiceProviderConfig"));
    let answer = app.call(request.header("Authorization", "Bearer maintainer").finish()).await.unwrap();
    let answer = answer.into_body().into_string().await.unwrap();
    let location = "\"location\":\"https://fleet.example.com/api/v1/fleet/scim/ServiceProviderConfig\"";
    assert!(answer.contains(location), "{answer}");
}

#[tokio::test]
async fn the_path_of_a_request_goes_before_the_path_that_is_set() {
    let database = TemporaryDatabase::sqlite().await.unwrap();
    let scim = ScimModule::builder(database.pools(), Roles).mount_path("/elsewhere").build().await.unwrap();
    let app = Route::new().nest("/scim", scim.endpoint());
    let client = Client::of_endpoint(app, "/scim", "maintainer");
    let answer = client.send(Method::GET, "/ServiceProviderConfig", None).await.unwrap();
    assert_eq!(answer.body["meta"]["location"], "http://localhost/scim/ServiceProviderConfig");
}
