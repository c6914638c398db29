//! How a relay is set up: one TOML file, and variables of the environment over it. Everything has
//! a default but who may create mailboxes. A key that is not known, or a value that makes no
//! sense, is refused before anything starts, with where it stands and what to do.
//!
//! `relay.example.toml` is the reference for operators; a test keeps it equal to the defaults.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use toml::{Table, Value};
use vaekstspejl_envelope::CapabilityHash;

use crate::limits::Rate;
use crate::mailbox::Quotas;

/// The documented example, which is also the default.
pub const EXAMPLE: &str = include_str!("../relay.example.toml");
/// What variables of the environment begin with.
pub const ENVIRONMENT: &str = "VAEKST_RELAY_";

/// A relay's settings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Sockets.
    pub listen: Listen,
    /// What stands in front.
    pub proxy: Proxy,
    /// The app, when it has an origin of its own.
    pub app: App,
    /// Where letters are kept.
    pub store: StoreConfig,
    /// Who may create mailboxes.
    pub access: Access,
    /// How much and how often.
    pub limits: Limits,
    /// The app, when this program also serves it.
    pub site: Site,
    /// The log.
    pub log: LogConfig,
}

/// Sockets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Listen {
    /// Address and port.
    pub address: SocketAddr,
    /// Connections at a time.
    pub connections: usize,
    /// Connections at a time from one address (/24, /56); not for trusted proxies.
    pub connections_per_address: u32,
    /// How long the head of a request may take (seconds).
    pub header_timeout_s: u64,
    /// How long the body of a request may take (seconds).
    pub body_timeout_s: u64,
    /// Requests that use the store at a time.
    pub requests: usize,
}

impl Default for Listen {
    fn default() -> Self {
        Self {
            address: SocketAddr::from(([127, 0, 0, 1], 8787)),
            connections: 8192,
            connections_per_address: 700,
            header_timeout_s: 10,
            body_timeout_s: 10,
            requests: 512,
        }
    }
}

/// What stands in front.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Proxy {
    /// Addresses of proxies whose word about the client is believed.
    pub trusted: Vec<IpAddr>,
    /// The header in which they say it; the last entry counts.
    pub header: String,
}

impl Default for Proxy {
    fn default() -> Self {
        Self {
            trusted: Vec::new(),
            header: "x-forwarded-for".to_owned(),
        }
    }
}

impl Proxy {
    /// Whether the other end of a socket is a proxy we trust.
    pub fn trusts(&self, peer: IpAddr) -> bool {
        let peer = peer.to_canonical();
        self.trusted.iter().any(|it| it.to_canonical() == peer)
    }
}

/// The app, when it has an origin of its own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct App {
    /// Origins that may use this relay from a browser, exactly as browsers write them.
    pub origins: Vec<String>,
}

/// Where letters are kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StoreConfig {
    /// The database file; made at the first start. Not used when there is a `database`.
    pub path: PathBuf,
    /// A PostgreSQL database, as `postgres://user@host/name`; empty: the file.
    pub database: String,
    /// Bytes the database may take. A tenth is kept for offices that collect. In PostgreSQL, bytes
    /// of letters only.
    pub max_bytes: u64,
}

impl Default for StoreConfig {
    fn default() -> Self {
        Self {
            path: PathBuf::from("relay.sqlite"),
            database: String::new(),
            max_bytes: 4 << 30,
        }
    }
}

/// Who may create mailboxes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Access {
    /// SHA-256 of the operator's token, 64 hexadecimal digits; empty: nobody.
    pub admin_token_hash: String,
    /// Offices that may open rooms.
    pub grants: Vec<Grant>,
}

/// An office that may open rooms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// Whose it is; for the operator only.
    pub name: String,
    /// SHA-256 of the office's token, 64 hexadecimal digits.
    pub hash: String,
}

impl Access {
    /// Whether this is the operator's token.
    pub fn is_admin(&self, hash: &CapabilityHash) -> bool {
        CapabilityHash::parse(&self.admin_token_hash).is_ok_and(|admin| admin == *hash)
    }

    /// Whether this is an office's token for rooms.
    pub fn is_grant(&self, hash: &CapabilityHash) -> bool {
        // all are compared, so that time does not tell which it was
        self.grants
            .iter()
            .filter_map(|grant| CapabilityHash::parse(&grant.hash).ok())
            .fold(false, |found, grant| found | (grant == *hash))
    }
}

/// How much and how often.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Letters waiting in an office's mailbox.
    pub office_letters: u64,
    /// Bytes waiting in an office's mailbox.
    pub office_bytes: u64,
    /// Letters in a room.
    pub room_letters: u64,
    /// Open rooms for each grant.
    pub rooms_per_grant: u64,
    /// Letters for each office's mailbox.
    pub office_letters_rate: Rate,
    /// Letters for each room.
    pub room_letters_rate: Rate,
    /// How often the phones of each room ask what they are told.
    pub room_places_rate: Rate,
    /// Bytes of memory for what all rooms tell their phones.
    pub places_bytes: u64,
    /// Letters, and wrong capabilities, from each address (/24, /56).
    pub address_rate: Rate,
    /// Wrong owner capabilities from each address.
    pub owner_failures_rate: Rate,
}

impl Default for Limits {
    fn default() -> Self {
        let quotas = Quotas::default();
        Self {
            office_letters: quotas.office_letters,
            office_bytes: quotas.office_bytes,
            room_letters: quotas.room_letters,
            rooms_per_grant: quotas.rooms_per_grant,
            // a whole room of 300 may send to an office in the same second
            office_letters_rate: Rate::new(500, 2.0),
            // each of 300 goes in and gives within seconds, and some change their mind
            room_letters_rate: Rate::new(1_500, 40.0),
            // 300 phones that ask every 15 seconds are 20 a second
            room_places_rate: Rate::new(600, 60.0),
            places_bytes: 64 << 20,
            address_rate: Rate::new(2_000, 40.0),
            // ten a minute
            owner_failures_rate: Rate::new(10, 0.166_666_7),
        }
    }
}

/// The app, when this program also serves it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Site {
    /// The folder with the built app; empty: only the mailbox.
    pub folder: PathBuf,
}

/// The log.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogConfig {
    /// How much of requests.
    pub requests: Requests,
}

/// How much the log has of requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Requests {
    /// Counts, every hour.
    #[default]
    Summary,
    /// A line for each: says at what second letters came.
    Each,
}

/// What is wrong with a configuration, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError(String);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ConfigError {}

impl Config {
    /// What the store is told.
    pub fn quotas(&self) -> Quotas {
        Quotas {
            office_letters: self.limits.office_letters,
            office_bytes: self.limits.office_bytes,
            room_letters: self.limits.room_letters,
            rooms_per_grant: self.limits.rooms_per_grant,
            store_bytes: Some(self.store.max_bytes),
        }
    }

    /// Reads a file (none: the defaults) and lays variables over it.
    pub fn load(
        file: Option<&Path>,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let (name, text) = match file {
            None => ("the defaults".to_owned(), String::new()),
            Some(path) => {
                let text = std::fs::read_to_string(path).map_err(|error| {
                    ConfigError(format!(
                        "{}: {error}. `vaekst-relay print-config` writes an example",
                        path.display()
                    ))
                })?;
                (path.display().to_string(), text)
            }
        };
        Self::read(&name, &text, environment)
    }

    fn read(
        name: &str,
        text: &str,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text).map_err(|error| in_file(name, &error))?;
        config
            .check()
            .map_err(|(key, what)| ConfigError(format!("{name}: {key}: {what}")))?;
        let mut table: Table = text.parse().map_err(|error| in_file(name, &error))?;
        let mut config = config;
        for (variable, value) in environment {
            let Some(key) = variable.strip_prefix(ENVIRONMENT) else {
                continue;
            };
            lay_over(&mut table, &variable, key, &value)?;
            config = Value::Table(table.clone())
                .try_into()
                .map_err(|error: toml::de::Error| {
                    ConfigError(format!("{variable}: {}", error.message()))
                })?;
            config
                .check()
                .map_err(|(key, what)| ConfigError(format!("{variable}: {key}: {what}")))?;
        }
        Ok(config)
    }

    /// What no type forbids; the key and what to do.
    fn check(&self) -> Result<(), (String, String)> {
        let wrong = |key: &str, what: &str| Err((key.to_owned(), what.to_owned()));
        if self.listen.connections == 0 || self.listen.connections_per_address == 0 {
            return wrong(
                "listen.connections",
                "nobody could connect; give at least 1",
            );
        }
        if self.listen.requests == 0 {
            return wrong(
                "listen.requests",
                "nothing could be answered; give at least 1",
            );
        }
        for (key, seconds) in [
            ("listen.header_timeout_s", self.listen.header_timeout_s),
            ("listen.body_timeout_s", self.listen.body_timeout_s),
        ] {
            if !(1..=300).contains(&seconds) {
                return wrong(key, "give seconds from 1 to 300");
            }
        }
        if self.proxy.header.is_empty() || !self.proxy.header.is_ascii() {
            return wrong("proxy.header", "give the name of a header");
        }
        if self.store.max_bytes < 1 << 20 {
            return wrong("store.max_bytes", "give at least 1048576 (1 MiB)");
        }
        if self.limits.places_bytes < 1 << 20 {
            return wrong("limits.places_bytes", "give at least 1048576 (1 MiB)");
        }
        if self.store.path.as_os_str().is_empty() {
            return wrong("store.path", "give the name of a file");
        }
        for origin in &self.app.origins {
            if !is_origin(origin) {
                return Err((
                    "app.origins".to_owned(),
                    format!(
                        "`{origin}` is no origin; give scheme and host, and a port if it is not \
                         the usual one, as https://test.example, without a slash at the end"
                    ),
                ));
            }
        }
        self.check_access()?;
        self.check_rates()
    }

    fn check_access(&self) -> Result<(), (String, String)> {
        let is_hash = |text: &str| CapabilityHash::parse(text).is_ok();
        let hint = "give 64 hexadecimal digits in lower case; `vaekst-relay admin-token` and \
                    `vaekst-relay grant` make them";
        let admin = &self.access.admin_token_hash;
        if !admin.is_empty() && !is_hash(admin) {
            return Err(("access.admin_token_hash".to_owned(), hint.to_owned()));
        }
        match self.access.grants.iter().find(|it| !is_hash(&it.hash)) {
            Some(grant) => Err((
                "access.grants".to_owned(),
                format!("hash of `{}`: {hint}", grant.name),
            )),
            None => Ok(()),
        }
    }

    fn check_rates(&self) -> Result<(), (String, String)> {
        let limits = &self.limits;
        for (key, rate) in [
            ("limits.office_letters_rate", limits.office_letters_rate),
            ("limits.room_letters_rate", limits.room_letters_rate),
            ("limits.room_places_rate", limits.room_places_rate),
            ("limits.address_rate", limits.address_rate),
            ("limits.owner_failures_rate", limits.owner_failures_rate),
        ] {
            let sound = rate.per_second.is_finite() && rate.per_second > 0.0;
            if rate.burst == 0 || !sound {
                let what = "give a burst of at least 1 and a per_second above 0";
                return Err((key.to_owned(), what.to_owned()));
            }
        }
        Ok(())
    }
}

/// `scheme://host` or `scheme://host:port`, in the form browsers send (RFC 6454 §6.2).
fn is_origin(text: &str) -> bool {
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| {
        !host.is_empty()
            && !host.contains(['/', '?', '#', '@', '*', ' '])
            && !host.contains(|letter: char| letter.is_ascii_uppercase() || !letter.is_ascii())
    })
}

fn in_file(name: &str, error: &toml::de::Error) -> ConfigError {
    ConfigError(format!("{name}: {}", error.to_string().trim_end()))
}

/// Puts the value of a variable where its name says: `VAEKST_RELAY_LISTEN_ADDRESS` is `address`
/// of `[listen]`. A value that is TOML is taken as such, anything else as text.
fn lay_over(table: &mut Table, variable: &str, key: &str, value: &str) -> Result<(), ConfigError> {
    let known = Table::try_from(Config::default())
        .map_err(|error| ConfigError(format!("the defaults: {error}")))?;
    let key = key.to_ascii_lowercase();
    let found = known.iter().find_map(|(section, keys)| {
        let name = key.strip_prefix(section.as_str())?.strip_prefix('_')?;
        keys.as_table()?
            .get(name)
            .map(|usual| (section, name, usual))
    });
    let Some((section, name, usual)) = found else {
        return Err(ConfigError(format!(
            "{variable}: there is no such setting. A variable is {ENVIRONMENT}, a section and a \
             key, as {ENVIRONMENT}LISTEN_ADDRESS; `vaekst-relay print-config` shows all"
        )));
    };
    let value = match usual {
        Value::String(_) => Value::String(value.to_owned()),
        _ => parse_value(value),
    };
    let section = table
        .entry(section.clone())
        .or_insert_with(|| Value::Table(Table::new()));
    if let Value::Table(section) = section {
        section.insert(name.to_owned(), value);
    }
    Ok(())
}

fn parse_value(text: &str) -> Value {
    format!("value = {text}")
        .parse::<Table>()
        .ok()
        .and_then(|mut table| table.remove("value"))
        .unwrap_or_else(|| Value::String(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Config::read("relay.toml", text, variables.iter().map(owned))
    }

    #[test]
    fn the_example_is_the_default_and_names_every_key() {
        assert_eq!(read(EXAMPLE, &[]), Ok(Config::default()));
        let example: Table = EXAMPLE.parse().unwrap();
        let mut known = Table::try_from(Config::default()).unwrap();
        // grants are shown as a comment: there are none by default
        known["access"].as_table_mut().unwrap().remove("grants");
        assert!(EXAMPLE.contains("# [[access.grants]]"));
        assert_eq!(example, known);
    }

    #[test]
    fn variables_lie_over_the_file() {
        let file = "[listen]\naddress = \"127.0.0.1:1\"\nrequests = 7";
        let config = read(
            file,
            &[
                ("VAEKST_RELAY_LISTEN_ADDRESS", "[::1]:2"),
                ("VAEKST_RELAY_APP_ORIGINS", "[\"https://a.example\"]"),
                ("VAEKST_RELAY_STORE_PATH", "/data/123"),
                (
                    "VAEKST_RELAY_LIMITS_ADDRESS_RATE",
                    "{burst = 5, per_second = 0.5}",
                ),
                ("VAEKST_RELAY_LOG_REQUESTS", "each"),
                ("HOME", "/root"),
            ],
        )
        .unwrap();
        assert_eq!(config.listen.address.to_string(), "[::1]:2");
        assert_eq!(config.listen.requests, 7);
        assert_eq!(config.app.origins, ["https://a.example"]);
        assert_eq!(config.store.path, Path::new("/data/123"));
        assert_eq!(config.limits.address_rate, Rate::new(5, 0.5));
        assert_eq!(config.log.requests, Requests::Each);
    }

    #[test]
    fn what_makes_no_sense_is_named_with_its_place() {
        for (text, variables, expected) in [
            (
                "[listen]\nadress = \"x\"",
                [].as_slice(),
                "unknown field `adress`",
            ),
            (
                "[listen]\nadress = \"x\"",
                &[],
                "relay.toml: TOML parse error at line 2",
            ),
            ("[lissten]\n", &[], "unknown field `lissten`"),
            ("[listen]\naddress = \"here\"", &[], "line 2"),
            ("[listen\n", &[], "line 1"),
            ("[listen]\nconnections = 0", &[], "listen.connections"),
            ("[listen]\nbody_timeout_s = 0", &[], "listen.body_timeout_s"),
            ("[store]\nmax_bytes = 5", &[], "store.max_bytes"),
            (
                "[access]\nadmin_token_hash = \"secret\"",
                &[],
                "vaekst-relay admin-token",
            ),
            (
                "[[access.grants]]\nname = \"Ribe\"\nhash = \"\"",
                &[],
                "hash of `Ribe`",
            ),
            (
                "[app]\norigins = [\"https://a.example/\"]",
                &[],
                "is no origin",
            ),
            ("[app]\norigins = [\"*\"]", &[], "is no origin"),
            (
                "[limits]\naddress_rate = {burst = 1, per_second = nan}",
                &[],
                "limits.address_rate",
            ),
            (
                "",
                &[("VAEKST_RELAY_LISTEN_ADRESS", "x")],
                "there is no such setting",
            ),
            (
                "",
                &[("VAEKST_RELAY_LISTEN_CONNECTIONS", "many")],
                "VAEKST_RELAY_LISTEN_CONNECTIONS",
            ),
            (
                "",
                &[("VAEKST_RELAY_LISTEN_REQUESTS", "0")],
                "listen.requests",
            ),
        ] {
            let error = read(text, variables).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn a_missing_file_is_named() {
        let missing = Path::new("/nowhere/relay.toml");
        let error = Config::load(Some(missing), std::iter::empty()).unwrap_err();
        assert!(error.to_string().contains("/nowhere/relay.toml"));
        assert!(error.to_string().contains("print-config"));
    }

    #[test]
    fn tokens_are_known_by_their_hash_and_an_empty_hash_is_nobody() {
        let token = vaekstspejl_envelope::Admin([7; 32]);
        let mut access = Access::default();
        assert!(!access.is_admin(&token.hash()));
        assert!(!access.is_grant(&token.hash()));
        access.admin_token_hash = token.hash().to_string();
        assert!(access.is_admin(&token.hash()));
        assert!(!access.is_admin(&vaekstspejl_envelope::Admin([8; 32]).hash()));
    }
}
