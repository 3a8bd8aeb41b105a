//! Hosts: rows of this server, with the users that fleet-scim finds for them.

use fleet_scim::{
    HostId, ScimModule,
    hosts::{HostEndUsers, Source, forget_host_in, set_emails_in, set_name_in},
    sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr},
};
use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization;

use crate::{
    HostError,
    store::{Store, statement},
};

pub struct HostServer {
    pub store: Store,
    pub scim: ScimModule,
}

impl HostServer {
    /// Enrols a host with its addresses: both or neither.
    pub async fn enrol(&self, hostname: &str, emails: &[(Source, Vec<String>)]) -> Result<HostId, HostError> {
        let transaction = self.store.begin().await?;
        let id = Self::enrol_in(&transaction, hostname, emails).await?;
        transaction.commit().await?;
        Ok(id)
    }

    /// As [`HostServer::enrol`], with others in one transaction.
    pub async fn enrol_in(
        transaction: &DatabaseTransaction,
        hostname: &str,
        emails: &[(Source, Vec<String>)],
    ) -> Result<HostId, HostError> {
        let backend = transaction.get_database_backend();
        let id = if backend == DbBackend::MySql {
            let sql = "INSERT INTO hosts (hostname) VALUES (?)";
            let inserted = transaction.execute_raw(statement(backend, sql, vec![hostname.into()])).await?;
            i64::try_from(inserted.last_insert_id())?
        } else {
            let sql = "INSERT INTO hosts (hostname) VALUES (?) RETURNING id";
            let row = transaction.query_one_raw(statement(backend, sql, vec![hostname.into()])).await?;
            row.ok_or_else(|| DbErr::RecordNotInserted)?.try_get("", "id")?
        };
        for (source, emails) in emails {
            let emails: Vec<&str> = emails.iter().map(String::as_str).collect();
            set_emails_in(transaction, HostId(id), source, &emails).await?;
        }
        set_name_in(transaction, HostId(id), hostname).await?;
        Ok(HostId(id))
    }

    /// A host in the API's shape.
    pub async fn host(&self, id: HostId) -> Result<Option<Value>, HostError> {
        let Some(hostname) = self.hostname(id).await? else { return Ok(None) };
        let end_users = self.scim.hosts().end_users_of(id).await?;
        Ok(Some(to_json(id, &hostname, end_users)))
    }

    /// A page of hosts by name or address, and how many there are.
    pub async fn hosts(&self, page: u64, per_page: u64, query: &str) -> Result<(Vec<Value>, i64), HostError> {
        if query.contains('\0') {
            return Ok((vec![], 0));
        }
        // The names and addresses are kept folded: SQLite's LOWER knows ASCII alone.
        let folded: String = query.nfc().flat_map(char::to_lowercase).collect();
        let like = format!("%{}%", folded.replace('!', "!!").replace('%', "!%").replace('_', "!_"));
        let matching = "FROM hosts h
            WHERE EXISTS (SELECT 1 FROM scim_host_names n WHERE n.host_id = h.id AND n.name_key LIKE ? ESCAPE '!')
            OR EXISTS (SELECT 1 FROM scim_host_emails e WHERE e.host_id = h.id AND e.email_key LIKE ? ESCAPE '!')";
        let mut values = vec![like.clone().into(), like.into()];
        let count = self.store.read(&format!("SELECT COUNT(*) AS count {matching}"), values.clone()).await?;
        let count = count.first().map_or(Ok(0), |row| row.try_get("", "count"))?;
        values.extend([per_page.into(), (page * per_page).into()]);
        let sql = format!("SELECT h.id, h.hostname {matching} ORDER BY h.id LIMIT ? OFFSET ?");
        let rows = self.store.read(&sql, values).await?;
        let mut hosts = Vec::with_capacity(rows.len());
        for row in rows {
            hosts.push((HostId(row.try_get("", "id")?), row.try_get::<String>("", "hostname")?));
        }
        let ids: Vec<HostId> = hosts.iter().map(|(id, _)| *id).collect();
        let end_users = self.scim.hosts().end_users(&ids).await?;
        let hosts = hosts.iter().zip(end_users).map(|((id, hostname), end_users)| to_json(*id, hostname, end_users));
        Ok((hosts.collect(), count))
    }

    pub async fn set_email(&self, id: HostId, source: &Source, email: &str) -> Result<(), HostError> {
        Ok(self.scim.hosts().set_emails(id, source, &[email]).await?)
    }

    pub async fn forget_source(&self, id: HostId, source: &Source) -> Result<(), HostError> {
        Ok(self.scim.hosts().set_emails(id, source, &[]).await?)
    }

    /// Deletes a host with what fleet-scim knows of it: both or neither.
    pub async fn delete(&self, id: HostId) -> Result<bool, HostError> {
        let backend = self.store.writer.get_database_backend();
        let transaction = self.store.begin().await?;
        let delete = statement(backend, "DELETE FROM hosts WHERE id = ?", vec![id.0.into()]);
        let deleted = transaction.execute_raw(delete).await?.rows_affected();
        forget_host_in(&transaction, id).await?;
        transaction.commit().await?;
        Ok(deleted > 0)
    }

    pub async fn hostname(&self, id: HostId) -> Result<Option<String>, DbErr> {
        let rows = self.store.read("SELECT hostname FROM hosts WHERE id = ?", vec![id.0.into()]).await?;
        rows.first().map(|row| row.try_get("", "hostname")).transpose()
    }
}

fn to_json(id: HostId, hostname: &str, end_users: HostEndUsers) -> Value {
    json!({
        "id": id.0,
        "hostname": hostname,
        "end_users": end_users.end_users,
        "ownership": end_users.ownership,
    })
}
