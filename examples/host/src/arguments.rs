//! The flags; each is an environment variable too.

use clap::{Args, Parser, Subcommand};

use crate::log::LogFormat;

#[derive(Debug, Parser)]
#[command(name = "fleet-scim-host", version, about = "A small host server that mounts fleet-scim")]
#[command(args_conflicts_with_subcommands = true)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub serve: Serve,
    /// How the log is written, to standard error.
    #[arg(long, env = "LOG_FORMAT", value_enum, default_value = "text", global = true)]
    pub log_format: LogFormat,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Checks a mount of fleet-scim as identity providers reach it, and what stands between.
    SelfTest(SelfTest),
}

#[derive(Debug, Args)]
pub struct SelfTest {
    /// The base URL that an identity provider is given.
    pub url: String,
    /// A token of a maintainer or an administrator.
    #[arg(long, env = "SCIM_TOKEN", hide_env_values = true)]
    pub token: String,
    /// Where to write a report as XML, in the form that CI servers read.
    #[arg(long)]
    pub junit: Option<std::path::PathBuf>,
}

#[derive(Debug, Args)]
pub struct Serve {
    /// Where to listen.
    #[arg(long, env = "LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: String,
    /// Where users, groups and hosts are kept: sqlite://, postgres:// or mysql://.
    #[arg(long, env = "DATABASE_URL", default_value = "sqlite://fleet-scim.db?mode=rwc", hide_env_values = true)]
    pub database_url: String,
    /// The administrator's token; made and printed at the first start when it is not given.
    #[arg(long, env = "SCIM_TOKEN", hide_env_values = true)]
    pub token: Option<String>,
    /// A token that only reads.
    #[arg(long, env = "OBSERVER_TOKEN", hide_env_values = true)]
    pub observer_token: Option<String>,
    /// Where clients reach this server; without it locations follow the Host header.
    #[arg(long, env = "PUBLIC_URL")]
    pub public_url: Option<String>,
    /// Where every change is posted to, as Standard Webhooks says.
    #[arg(long, env = "WEBHOOK_URL", requires = "webhook_secret")]
    pub webhook_url: Option<String>,
    /// What the posts are signed with: `whsec_` and 24 to 64 bytes in base64.
    #[arg(long, env = "WEBHOOK_SECRET", hide_env_values = true)]
    pub webhook_secret: Option<String>,
    /// Hosts to make on an empty database.
    #[arg(long, env = "DEMO_HOSTS", default_value_t = 12)]
    pub demo_hosts: u32,
}

impl Serve {
    /// An environment variable that is set to nothing is not set.
    pub fn without_empty(mut self) -> Self {
        let urls = [&mut self.public_url, &mut self.webhook_url];
        let secrets = [&mut self.token, &mut self.observer_token, &mut self.webhook_secret];
        for argument in urls.into_iter().chain(secrets) {
            argument.take_if(|text| text.trim().is_empty());
        }
        self
    }
}
