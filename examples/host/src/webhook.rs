//! Posts each change to a URL, signed as Standard Webhooks says (standardwebhooks.com).

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use fleet_scim::{
    Change,
    poem::http::Request,
    sea_orm::{ActiveValue::Set, EntityTrait, sea_query::OnConflict},
};
use serde_json::json;
use standardwebhooks::Webhook;
use ureq::Agent;

use crate::{
    HostError,
    reader::{Reader, now},
    store::{
        Store,
        dead_letter::{ActiveModel, Column, Entity},
    },
};

pub const READER: &str = "webhook";
/// How long one attempt may take.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long to wait before each further attempt. After the last, the change is a dead letter and the next one is sent.
const WAITS: [u64; 7] = [1, 2, 5, 15, 60, 300, 900];

/// Where changes are posted to.
pub struct Receiver {
    url: String,
    webhook: Webhook,
    agent: Agent,
    /// Whether it did not take the change before: others are then tried once, or they would wait for weeks.
    is_away: AtomicBool,
}

/// Why a post was not taken.
struct Refusal {
    reason: String,
    /// Whether the same post may be taken later.
    may_pass: bool,
}

impl Receiver {
    /// Reads the secret, which begins with `whsec_`.
    ///
    /// # Errors
    /// If the secret is none.
    pub fn new(url: &str, secret: &str) -> Result<Self, HostError> {
        let webhook = Webhook::new(secret)
            .map_err(|_| "--webhook-secret is whsec_ and 24 to 64 bytes in base64, as Standard Webhooks says")?;
        let config =
            Agent::config_builder().http_status_as_error(false).max_redirects(0).timeout_global(Some(PATIENCE));
        let agent = Agent::new_with_config(config.build());
        Ok(Self { url: url.to_owned(), webhook, agent, is_away: AtomicBool::new(false) })
    }

    /// Reads the changes for ever, and posts each.
    pub async fn post_changes(self, reader: Reader, store: Store) {
        reader.read(|change| self.deliver(&store, change)).await;
    }

    /// Posts a change until it is taken, or gives it up.
    async fn deliver(&self, store: &Store, change: Change) -> Result<(), HostError> {
        let mut waits = WAITS.into_iter();
        loop {
            let Err(Refusal { reason, may_pass }) = self.post(&change).await else {
                self.is_away.store(false, Ordering::Relaxed);
                return Ok(());
            };
            let wait = waits.next().filter(|_| may_pass && !self.is_away.load(Ordering::Relaxed));
            let Some(wait) = wait else {
                self.is_away.store(may_pass, Ordering::Relaxed);
                tracing::error!(number = change.number, reason, "a change was not taken by the webhook's receiver");
                return bury(store, &change, reason).await;
            };
            tracing::warn!(number = change.number, reason, wait, "the webhook's receiver did not take a change");
            tokio::time::sleep(Duration::from_secs(wait)).await;
        }
    }

    /// Posts a change once. Its id stays the same whenever it is posted, so that the receiver can tell it apart.
    async fn post(&self, change: &Change) -> Result<(), Refusal> {
        let fields = change.to_json();
        let body = json!({ "type": change.kind.as_str(), "timestamp": fields["at"], "data": fields }).to_string();
        let (id, now) = (format!("change_{}", change.number), now() / 1000);
        let signature =
            self.webhook.sign(&id, now, body.as_bytes()).map_err(|_| Refusal::new("it cannot be signed"))?;
        let request = Request::post(&self.url)
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", now.to_string())
            .header("webhook-signature", signature)
            .body(body)
            .map_err(|_| Refusal::new("--webhook-url is no URL"))?;
        let agent = self.agent.clone();
        let sent =
            tokio::task::spawn_blocking(move || agent.run(request)).await.map_err(|error| Refusal::new(&error))?;
        let status = sent.map_err(|error| Refusal::new(&error))?.status();
        let may_pass = !status.is_client_error() || matches!(status.as_u16(), 408 | 425 | 429);
        match status.is_success() {
            true => Ok(()),
            false => Err(Refusal { reason: format!("it answered {status}"), may_pass }),
        }
    }
}

impl Refusal {
    fn new(reason: &(impl ToString + ?Sized)) -> Self {
        Self { reason: reason.to_string(), may_pass: true }
    }
}

async fn bury(store: &Store, change: &Change, reason: String) -> Result<(), HostError> {
    let row = ActiveModel {
        number: Set(change.number),
        kind: Set(change.kind.as_str().to_owned()),
        reason: Set(reason.chars().take(200).collect()),
        given_up_at: Set(now()),
    };
    let over = OnConflict::column(Column::Number).update_columns([Column::Reason, Column::GivenUpAt]).to_owned();
    Entity::insert(row).on_conflict(over).exec_without_returning(&store.writer).await?;
    Ok(())
}
