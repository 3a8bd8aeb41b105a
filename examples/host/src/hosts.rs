//! Hosts: rows of this server, with the users that fleet-scim finds for them.

use std::collections::BTreeMap;

use fleet_scim::{
    HostId, ScimModule, case_fold,
    entity::{scim_host_email, scim_host_name},
    hosts::{HostEndUsers, Source, claim_host_in, forget_host_in, set_emails_in, set_name_in},
    sea_orm::{
        ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait,
        PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, sea_query::LikeExpr,
    },
};
use serde_json::{Value, json};

use crate::{
    HostError,
    store::{
        Store,
        host::{ActiveModel, Column, Entity, Model},
    },
};

pub struct HostServer {
    pub store: Store,
    pub scim: ScimModule,
    /// Where clients reach this server, if that was said.
    pub public_url: Option<String>,
}

impl HostServer {
    /// Enrols a host with its addresses, assigned as was said of its serial number: all or nothing.
    pub async fn enrol(
        &self,
        hostname: &str,
        serial: Option<&str>,
        emails: &[(Source, Vec<String>)],
    ) -> Result<HostId, HostError> {
        let transaction = self.store.begin().await?;
        let id = Self::enrol_in(&transaction, hostname, serial, emails).await?;
        transaction.commit().await?;
        Ok(id)
    }

    /// Enrols a host like [`HostServer::enrol`], in one transaction with others.
    pub async fn enrol_in(
        transaction: &DatabaseTransaction,
        hostname: &str,
        serial: Option<&str>,
        emails: &[(Source, Vec<String>)],
    ) -> Result<HostId, HostError> {
        let host = ActiveModel { hostname: Set(hostname.to_owned()), ..Default::default() };
        let id = HostId(host.insert(transaction).await?.id);
        if let Some(serial) = serial {
            claim_host_in(transaction, id, &[serial]).await?;
        }
        for (source, emails) in emails {
            let emails: Vec<&str> = emails.iter().map(String::as_str).collect();
            set_emails_in(transaction, id, source, &emails).await?;
        }
        set_name_in(transaction, id, hostname).await?;
        Ok(id)
    }

    /// Returns a host in the API's shape.
    pub async fn host(&self, id: HostId) -> Result<Option<Value>, HostError> {
        let Some(host) = self.find(id).await? else { return Ok(None) };
        let end_users = self.scim.hosts().end_users_of(id).await?;
        Ok(Some(to_json(&host, end_users)))
    }

    /// Returns a page of the hosts whose name or address contains a text, and how many there are.
    pub async fn hosts(&self, page: u64, per_page: u64, query: &str) -> Result<(Vec<Value>, u64), HostError> {
        if query.contains('\0') {
            return Ok((vec![], 0));
        }
        let found = Entity::find().filter(matching(query));
        let count = found.clone().count(&self.store.reader).await?;
        let rows = found.order_by_asc(Column::Id).limit(per_page).offset(page * per_page);
        let hosts: Vec<Model> = rows.all(&self.store.reader).await?;
        let ids: Vec<HostId> = hosts.iter().map(|host| HostId(host.id)).collect();
        let end_users = self.scim.hosts().end_users(&ids).await?;
        Ok((hosts.iter().zip(end_users).map(|(host, end_users)| to_json(host, end_users)).collect(), count))
    }

    /// Returns a page of the hosts whose owner meets a SCIM filter, and how many there are. `skip` hosts come before it: a client that
    /// reads further asks after a host.
    pub async fn hosts_matching(
        &self,
        filter: &str,
        after: Option<HostId>,
        skip: u64,
        per_page: u64,
    ) -> Result<(Vec<Value>, u64), HostError> {
        let hosts = self.scim.hosts();
        let count = hosts.count_matching(filter).await?;
        let (mut after, mut skip) = (after, skip);
        while skip > 0 {
            let part = skip.min(1000);
            after = hosts.matching(filter, after, part).await?.pop();
            if after.is_none() {
                return Ok((vec![], count));
            }
            skip -= part;
        }
        let ids = hosts.matching(filter, after, per_page).await?;
        let found: BTreeMap<i64, Model> = Entity::find()
            .filter(Column::Id.is_in(ids.iter().map(|id| id.0)))
            .all(&self.store.reader)
            .await?
            .into_iter()
            .map(|host| (host.id, host))
            .collect();
        let end_users = hosts.end_users(&ids).await?;
        let shown = ids.iter().zip(end_users).filter_map(|(id, end_users)| Some(to_json(found.get(&id.0)?, end_users)));
        Ok((shown.collect(), count))
    }

    pub async fn set_email(&self, id: HostId, source: &Source, email: &str) -> Result<(), HostError> {
        Ok(self.scim.hosts().set_emails(id, source, &[email]).await?)
    }

    pub async fn forget_source(&self, id: HostId, source: &Source) -> Result<(), HostError> {
        Ok(self.scim.hosts().set_emails(id, source, &[]).await?)
    }

    /// Deletes a host with what fleet-scim knows of it: both or neither.
    pub async fn delete(&self, id: HostId) -> Result<bool, HostError> {
        let transaction = self.store.begin().await?;
        let deleted = Entity::delete_by_id(id.0).exec(&transaction).await?.rows_affected;
        forget_host_in(&transaction, id).await?;
        transaction.commit().await?;
        Ok(deleted > 0)
    }

    pub async fn find(&self, id: HostId) -> Result<Option<Model>, DbErr> {
        Entity::find_by_id(id.0).one(&self.store.reader).await
    }
}

/// The hosts whose name or address contains a text, without regard to letter case: fleet-scim keeps both in the spelling of
/// [`case_fold`], since SQLite's LOWER knows ASCII alone.
fn matching(query: &str) -> Condition {
    let escaped = case_fold(query).replace('!', "!!").replace('%', "!%").replace('_', "!_");
    let like = LikeExpr::new(format!("%{escaped}%")).escape('!');
    let names = scim_host_name::Entity::find()
        .select_only()
        .column(scim_host_name::Column::HostId)
        .filter(scim_host_name::Column::NameKey.like(like.clone()));
    let addresses = scim_host_email::Entity::find()
        .select_only()
        .column(scim_host_email::Column::HostId)
        // An assignment is no address.
        .filter(scim_host_email::Column::SourceRank.gte(0))
        .filter(scim_host_email::Column::EmailKey.like(like));
    Condition::any().add(Column::Id.in_subquery(names.into_query())).add(Column::Id.in_subquery(addresses.into_query()))
}

fn to_json(host: &Model, end_users: HostEndUsers) -> Value {
    json!({
        "id": host.id,
        "hostname": host.hostname,
        "end_users": end_users.end_users,
        "ownership": end_users.ownership,
    })
}
