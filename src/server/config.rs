//! Settings: read once, typed, fatal when wrong. `Leptos.toml` explains each; the environment wins over the file.

use crate::domain::account::AccountKind;
use crate::domain::password::PasswordPolicy;
use ipnet::IpNet;
use serde::Deserialize;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

/// What a deployment may set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// `sqlite://…` or `postgres://…`.
    pub database_url: String,
    /// A folder, or `s3://bucket/prefix`.
    pub files: String,
    /// Where an S3-compatible store answers; empty for Amazon's own.
    pub files_endpoint: String,
    /// Host and port to listen on.
    pub address: SocketAddr,
    /// Host and port where Prometheus may read `/metrics`; empty, and there is none.
    pub metrics_address: String,
    /// How the log is written: `text` or `json`.
    pub log: String,
    /// Seconds for which requests may go on once the server is told to stop.
    pub shutdown_seconds: u64,
    /// The address that users type. `https` makes cookies `Secure`, sends HSTS and refuses what a trusted proxy got over plain HTTP
    /// (`security.md` G03).
    pub public_url: String,
    /// Hours after which a session ends, whatever happens.
    pub session_hours: i64,
    /// Minutes without a request after which a session ends.
    pub session_idle_minutes: i64,
    /// Hours for which a first or reset password is good.
    pub first_password_hours: i64,
    /// What passwords have to be, and for how long they last: `spec`, `dengbao3` or `asvs` (`security.md` G01).
    pub password_policy: PasswordPolicy,
    /// Sessions of one account at the same time; the one that was used least lately ends.
    pub sessions_per_account: i64,
    /// Days without a sign-in after which an account is disabled; 0 for never.
    pub disable_unused_days: i64,
    /// Records that one account saves, deletes or decides within a minute; 0 for as many as it likes, here and in the next two
    /// (`security.md` A31).
    pub saves_per_minute: u32,
    /// Files that one account sends within a day.
    pub uploads_per_day: u32,
    /// Workbooks, papers and archives that one account takes out within an hour.
    pub exports_per_hour: u32,
    /// Largest picture in MiB.
    pub image_megabytes: u64,
    /// Largest other file in MiB.
    pub file_megabytes: u64,
    /// All files of one record together in MiB.
    pub record_megabytes: u64,
    /// Percent of the disk with the files that may be in use before no more files are taken (`security.md` A42). An S3-compatible
    /// store sees to its own room.
    pub files_disk_percent: u64,
    /// The QQ group on the sign-in page (manual 1.3).
    pub qq_group: String,
    /// Days after which the session of a phone ends.
    pub phone_session_days: i64,
    /// 64 hexadecimal digits under which 身份证号 is sealed; empty, and it is not asked for (spec Q-15).
    pub id_number_key: String,
    /// 64 hexadecimal digits under which the secrets of 两步验证 are sealed; empty, and there is none (`security.md` A08).
    pub second_factor_key: String,
    /// Kinds of accounts that cannot do without 两步验证, by their keys.
    pub second_factor_kinds: Vec<String>,
    /// The key under which backups are sealed, 64 hexadecimal digits, or empty (`security.md` P11).
    pub backup_key: String,
    /// Networks from which administrators may sign in and work; empty for everywhere (`security.md` G13).
    pub administrator_networks: Vec<IpNet>,
    /// Addresses of reverse proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    pub trusted_proxies: Vec<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            database_url: "sqlite://hometown-data/hometown.db".to_owned(),
            files: "hometown-data/files".to_owned(),
            files_endpoint: String::new(),
            address: SocketAddr::from(([127, 0, 0, 1], 3000)),
            metrics_address: String::new(),
            log: "text".to_owned(),
            shutdown_seconds: 30,
            public_url: String::new(),
            session_hours: 12,
            session_idle_minutes: 480,
            first_password_hours: 72,
            password_policy: PasswordPolicy::Spec,
            sessions_per_account: 50,
            disable_unused_days: 0,
            saves_per_minute: 300,
            uploads_per_day: 3_000,
            exports_per_hour: 120,
            image_megabytes: 20,
            file_megabytes: 100,
            record_megabytes: 200,
            files_disk_percent: 90,
            qq_group: "632064326".to_owned(),
            phone_session_days: 30,
            id_number_key: String::new(),
            second_factor_key: String::new(),
            second_factor_kinds: Vec::new(),
            backup_key: String::new(),
            administrator_networks: Vec::new(),
            trusted_proxies: Vec::new(),
        }
    }
}

/// The prefix of environment variables.
const PREFIX: &str = "HOMETOWN_";

impl Config {
    /// Reads `Leptos.toml` (or the file that `HOMETOWN_CONFIG` names) and the environment.
    pub fn load() -> Result<Self, String> {
        let path = std::env::var_os("HOMETOWN_CONFIG").map_or_else(|| PathBuf::from("Leptos.toml"), PathBuf::from);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => {
                kept_secret(&path, &text)?;
                text
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(format!("{}: {error}", path.display())),
        };
        Self::read(&text, |key| {
            std::env::var(format!("{PREFIX}{}", key.to_uppercase())).ok()
        })
    }

    /// Reads settings from a file's text and a way to look up overrides.
    pub fn read(text: &str, environment: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let mut table: toml::Table = text.parse().map_err(|error| format!("Leptos.toml: {error}"))?;
        for key in KEYS {
            if let Some(value) = environment(key) {
                table.insert((*key).to_owned(), typed(key, value));
            }
        }
        let config: Self = table.try_into().map_err(|error| format!("settings: {error}"))?;
        config.sound()
    }

    fn sound(self) -> Result<Self, String> {
        let wrong = |what: &str| Err(format!("settings: {what}"));
        if !["sqlite:", "postgres:", "postgresql:"]
            .iter()
            .any(|scheme| self.database_url.starts_with(scheme))
        {
            return wrong("database_url must begin with sqlite: or postgres:");
        }
        if !self.public_url.is_empty()
            && !self.public_url.starts_with("http://")
            && !self.public_url.starts_with("https://")
        {
            return wrong("public_url must begin with http:// or https://");
        }
        if self.session_hours < 1 || self.session_idle_minutes < 5 || self.first_password_hours < 1 {
            return wrong(
                "session_hours, session_idle_minutes and first_password_hours must be positive (idle at least 5)",
            );
        }
        if self.sessions_per_account < 1 || self.disable_unused_days < 0 {
            return wrong("sessions_per_account must be positive, disable_unused_days not negative");
        }
        if self.files_disk_percent > 100 {
            return wrong("files_disk_percent must be at most 100");
        }
        if self.phone_session_days < 1 {
            return wrong("phone_session_days must be positive");
        }
        if !self.metrics_address.is_empty() && self.metrics_address().is_none() {
            return wrong("metrics_address must be host and port, e.g. 127.0.0.1:9100");
        }
        if self.metrics_address() == Some(self.address) && self.address.port() != 0 {
            return wrong("metrics_address must not be the public one");
        }
        if !["text", "json"].contains(&self.log.as_str()) {
            return wrong("log must be text or json");
        }
        if !self.files_endpoint.is_empty() && !self.files.starts_with("s3://") {
            return wrong("files_endpoint is for files in s3://bucket/prefix");
        }
        if !self.id_number_key.is_empty() && super::sealing::key(&self.id_number_key).is_none() {
            return wrong("id_number_key must have 64 hexadecimal digits");
        }
        if !self.second_factor_key.is_empty() && super::sealing::key(&self.second_factor_key).is_none() {
            return wrong("second_factor_key must have 64 hexadecimal digits");
        }
        if !self.second_factor_kinds.is_empty() && self.second_factor_key.is_empty() {
            return wrong("second_factor_kinds need a second_factor_key");
        }
        let is_kind = |key: &String| {
            let kind = AccountKind::from_key(key);
            kind.is_some_and(|kind| kind != AccountKind::NaturalVillage)
        };
        if !self.second_factor_kinds.iter().all(is_kind) {
            return wrong("second_factor_kinds must be kinds of accounts with a desk: system, province, city, …");
        }
        if !self.backup_key.is_empty() && super::sealing::key(&self.backup_key).is_none() {
            return wrong("backup_key must have 64 hexadecimal digits");
        }
        Ok(self)
    }

    /// Where Prometheus may read, if anywhere.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics_address.parse().ok()
    }

    /// Whether an administrator may work from an address.
    pub fn lets_administrate(&self, address: &str) -> bool {
        let address = address.parse::<IpAddr>().map(|address| address.to_canonical());
        let networks = &self.administrator_networks;
        networks.is_empty() || address.is_ok_and(|address| networks.iter().any(|network| network.contains(&address)))
    }

    /// Whether users come over TLS.
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

/// A file with a key or a password in it must be its owner's alone (`security.md` A56).
fn kept_secret(path: &std::path::Path, text: &str) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt;
    let table: toml::Table = text.parse().unwrap_or_default();
    let setting = |key: &str| table.get(key).and_then(toml::Value::as_str).unwrap_or_default();
    let password = url::Url::parse(setting("database_url")).is_ok_and(|url| url.password().is_some());
    let mode = std::fs::metadata(path).map_or(0, |file| file.permissions().mode());
    let has_key = ["id_number_key", "second_factor_key", "backup_key"]
        .iter()
        .any(|key| !setting(key).is_empty());
    if (password || has_key) && mode & 0o007 != 0 {
        return Err(format!(
            "{} holds a secret and others may read it: chmod 600 it, or set the secret in the environment",
            path.display()
        ));
    }
    Ok(())
}

const KEYS: &[&str] = &[
    "database_url",
    "files",
    "files_endpoint",
    "address",
    "metrics_address",
    "log",
    "shutdown_seconds",
    "public_url",
    "session_hours",
    "session_idle_minutes",
    "first_password_hours",
    "password_policy",
    "sessions_per_account",
    "disable_unused_days",
    "saves_per_minute",
    "uploads_per_day",
    "exports_per_hour",
    "image_megabytes",
    "file_megabytes",
    "record_megabytes",
    "files_disk_percent",
    "qq_group",
    "phone_session_days",
    "id_number_key",
    "second_factor_key",
    "second_factor_kinds",
    "backup_key",
    "administrator_networks",
    "trusted_proxies",
];

/// The environment has text only: numbers and lists are told from the setting's name.
fn typed(key: &str, value: String) -> toml::Value {
    match key {
        "administrator_networks" | "second_factor_kinds" | "trusted_proxies" => toml::Value::Array(
            value
                .split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(|part| part.to_owned().into())
                .collect(),
        ),
        key if key.contains("_per_")
            || key.ends_with("hours")
            || key.ends_with("minutes")
            || key.ends_with("seconds")
            || key.ends_with("days")
            || key.ends_with("megabytes")
            || key.ends_with("percent") =>
        {
            value
                .trim()
                .parse::<i64>()
                .map_or(toml::Value::String(value), toml::Value::Integer)
        }
        _ => toml::Value::String(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_wins_over_the_file() {
        let file = "address = \"0.0.0.0:80\"\nsession_hours = 8";
        let config = Config::read(file, |key| (key == "session_hours").then(|| "6".to_owned())).unwrap();
        assert_eq!((config.address.port(), config.session_hours), (80, 6));
        let config = Config::read("", |key| (key == "password_policy").then(|| "dengbao3".to_owned())).unwrap();
        assert_eq!(config.password_policy, PasswordPolicy::Dengbao3);
    }

    #[test]
    fn nonsense_is_fatal() {
        for text in [
            "colour = 1",
            "address = \"here\"",
            "database_url = \"mysql://x\"",
            "session_hours = 0",
            "saves_per_minute = -1",
            "files_disk_percent = 101",
            "second_factor_kinds = [\"province\"]",
            "second_factor_key = \"0123\"",
            "metrics_address = \"9100\"",
            "metrics_address = \"127.0.0.1:3000\"",
            "log = \"xml\"",
            "password_policy = \"weak\"",
            "files_endpoint = \"http://127.0.0.1:9000\"",
        ] {
            assert!(Config::read(text, |_| None).is_err(), "{text}");
        }
        assert!(Config::read("", |key| (key == "session_hours").then(|| "many".to_owned())).is_err());
    }

    #[test]
    fn a_secret_that_others_may_read_is_fatal() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Leptos.toml");
        let judged = |text: &str, mode: u32| {
            std::fs::write(&path, text).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            kept_secret(&path, text).is_ok()
        };
        let secret = "database_url = \"postgres://hometown:secret@localhost/hometown\"";
        assert!(!judged(secret, 0o644) && !judged("id_number_key = \"0123\"", 0o604));
        assert!(judged(secret, 0o600) && judged(secret, 0o640));
        assert!(judged("database_url = \"postgres://localhost/hometown\"", 0o644));
    }

    #[test]
    fn the_documented_file_is_the_default() {
        let documented = include_str!("../../Leptos.toml");
        assert_eq!(
            format!("{:?}", Config::read(documented, |_| None).unwrap()),
            format!("{:?}", Config::default())
        );
    }
}
