//! The schemas of OAuth clients and of the token endpoint.

use poem_openapi::{
    registry::{MetaSchema, MetaSchemaRef, Registry},
    types::Type,
};
use serde_json::{Value, json};

use super::{
    Named, SchemaOf, array,
    connections::{time, whole},
    inline,
    messages::named,
    object, reference, text,
};

named! {
    OAuthClient => |registry| {
        SchemaOf::<ClientSecret>::register(registry);
        object(client(), CLIENT)
    };
    OAuthClients => |registry| {
        SchemaOf::<OAuthClient>::register(registry);
        object(vec![("clients", inline(array(reference::<OAuthClient>())))], &["clients"])
    };
    ClientSecret => |_| object(secret(), SECRET);
    NewClient => |_| MetaSchema {
        example: Some(json!({ "note": "Entra gallery, made by Kim" })),
        ..object(
            vec![("note", text("For people.")), ("expiresAt", time(END)), ("federation", inline(federation()))],
            &[],
        )
    };
    NewSecret => |_| MetaSchema {
        example: Some(json!({ "expiresAt": "2028-11-28T00:00:00Z" })),
        ..object(vec![("expiresAt", time(END))], &[])
    };
    IssuedClient => |registry| {
        SchemaOf::<ClientSecret>::register(registry);
        let mut properties = client();
        properties.push(("clientSecret", text("The secret, which is shown this once; absent with federation.")));
        let mut example = client_example();
        example["clientSecret"] = SECRET_EXAMPLE.into();
        let required = ["id", "clientId", "tokenUrl", "note", "createdAt", "secrets"];
        MetaSchema { example: Some(example), ..object(properties, &required) }
    };
    IssuedSecret => |_| {
        let mut properties = secret();
        properties.push(("clientSecret", text("The secret, which is shown this once.")));
        let mut example = secret_example();
        example["clientSecret"] = SECRET_EXAMPLE.into();
        MetaSchema {
            example: Some(example),
            ..object(properties, &["id", "lastFour", "createdAt", "expiresAt", "clientSecret"])
        }
    };
    TokenRequest => |_| MetaSchema {
        example: Some(json!({
            "grant_type": "client_credentials", "client_id": "0123456789abcdef0123456789abcdef", "client_secret": SECRET_EXAMPLE,
        })),
        ..object(
            vec![
                ("grant_type", text("client_credentials")),
                ("client_id", text("The client, unless HTTP Basic names it.")),
                ("client_secret", text("Its secret, unless HTTP Basic has it.")),
                ("client_assertion", text("In place of a secret: a JWT that the client's identity provider signed (RFC 7523).")),
                ("client_assertion_type", text("urn:ietf:params:oauth:client-assertion-type:jwt-bearer")),
                ("scope", text("Of no effect.")),
            ],
            &["grant_type"],
        )
    };
    AccessToken => |_| MetaSchema {
        example: Some(json!({
            "access_token": format!("fscim_at_{}", "0123456789abcdef".repeat(4) + "a8ae6e6e"), "token_type": "Bearer",
            "expires_in": 3600,
        })),
        ..object(
            vec![
                ("access_token", text("The token.")),
                ("token_type", text("Bearer")),
                ("expires_in", whole("Seconds for which it is valid.")),
                ("scope", text("scim, if the request had a scope.")),
            ],
            &["access_token", "token_type", "expires_in"],
        )
    };
    OAuthError => |_| MetaSchema {
        example: Some(json!({
            "error": "invalid_client", "error_description": "the client_id, or what it is proved by, is not valid",
        })),
        ..object(
            vec![
                ("error", text("A code of RFC 6749 section 5.2.")),
                ("error_description", text("What to change.")),
            ],
            &["error", "error_description"],
        )
    };
}

/// When a secret ends.
const END: &str = "From when on the secret is refused, one to three years from now; two years unless given.";
/// The properties that a client always has.
const CLIENT: &[&str] = &["id", "clientId", "tokenUrl", "note", "createdAt", "secrets"];
/// The properties that a secret always has.
const SECRET: &[&str] = &["id", "lastFour", "createdAt", "expiresAt"];
const SECRET_EXAMPLE: &str = "fscim_cs_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdefa8ae6e6e";

fn client() -> Vec<(&'static str, MetaSchemaRef)> {
    vec![
        ("id", text("The client's id in the routes.")),
        ("clientId", text("What the client sends as client_id.")),
        ("tokenUrl", text("Where it gets access tokens.")),
        ("note", text("For people.")),
        ("createdAt", time("When it was made.")),
        ("federation", inline(federation())),
        ("secrets", inline(array(reference::<ClientSecret>()))),
    ]
}

fn federation() -> MetaSchema {
    MetaSchema {
        description: Some("The claims of the assertions that prove the client, which has no secret."),
        ..object(
            vec![
                ("issuer", text("The claim iss.")),
                ("subject", text("The claim sub.")),
                ("audience", text("The claim aud, or one of several.")),
            ],
            &["issuer", "subject", "audience"],
        )
    }
}

fn secret() -> Vec<(&'static str, MetaSchemaRef)> {
    vec![
        ("id", text("The secret's id, which is no part of it.")),
        ("lastFour", text("The last four characters of the secret.")),
        ("createdAt", time("When it was made.")),
        ("expiresAt", time("From when on it is refused.")),
        ("lastUsedAt", time("When it was last exchanged for an access token; absent before the first time.")),
    ]
}

fn client_example() -> Value {
    json!({
        "id": "1", "clientId": "0123456789abcdef0123456789abcdef",
        "tokenUrl": "https://fleet.example.com/api/v1/fleet/scim/oauth/token", "note": "Entra gallery, made by Kim",
        "createdAt": "2026-11-28T08:00:00.000Z", "secrets": [secret_example()],
    })
}

fn secret_example() -> Value {
    json!({
        "id": "1", "lastFour": "6e6e", "createdAt": "2026-11-28T08:00:00.000Z", "expiresAt": "2028-11-27T08:00:00.000Z",
    })
}
