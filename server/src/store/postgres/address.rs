//! Where the database is, and how to connect to it.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use super::connections::Connections;
use super::fault::described;
use super::health::Health;
use super::open_error::OpenError;
use super::query::Connection;
use super::tls;

/// PostgreSQL 15, as it numbers its versions.
const MIN_VERSION: i64 = 150_000;

/// Settings of every connection: a server that hangs within a transaction must not stop the others for long, and no statement may
/// take so long that clients take the server for dead.
const OPTIONS: &str = "-c lock_timeout=8s -c idle_in_transaction_session_timeout=5s -c statement_timeout=12s";

/// Time after which a silent connection is tested.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(30);

/// Maximum time to wait for sent data to be acknowledged.
const SENT_TIMEOUT: Duration = Duration::from_secs(20);

/// The database, and what is needed to connect to it.
#[derive(Clone)]
pub struct PostgresAddress {
    config: Config,
    /// The certificate of the authority that signed the server's, in PEM. `None`: those that the system trusts.
    ca: Option<PathBuf>,
}

impl PostgresAddress {
    /// Parses an address such as `postgres://papo@db.example.org/papo`. The password can also be given separately.
    ///
    /// Connections are encrypted and the certificate is verified, except on this machine; `sslmode=disable` turns it off.
    ///
    /// # Errors
    /// The address is invalid. The text does not contain it, since it may contain a password.
    pub fn parse(address: &str, password: Option<&str>, ca: Option<PathBuf>) -> Result<Self, OpenError> {
        let mut config: Config = address.parse().map_err(|error: tokio_postgres::Error| {
            OpenError::Setting(format!("{}. It has the form postgres://user@host:port/database.", described(&error)))
        })?;
        if config.get_hosts().is_empty() {
            return Err(OpenError::Setting("no host is given. It has the form postgres://user@host:port/database.".to_owned()));
        }
        if let Some(password) = password {
            config.password(password);
        }
        if config.get_ssl_mode() == SslMode::Prefer {
            config.ssl_mode(if is_this_machine(&config) { SslMode::Disable } else { SslMode::Require });
        }
        let options = config.get_options().map_or_else(|| OPTIONS.to_owned(), |own| format!("{OPTIONS} {own}"));
        config.options(options);
        if config.get_application_name().is_none() {
            config.application_name("papo-server");
        }
        config.keepalives_idle(KEEPALIVE_IDLE).tcp_user_timeout(SENT_TIMEOUT);
        Ok(Self { config, ca })
    }

    /// Connections that are made when they are needed.
    pub(super) fn connections(&self, health: &Health) -> Result<Connections, OpenError> {
        let tls = tls::connector(self.ca.as_deref())?;
        Connections::new(&self.config, &tls, health).map_err(|error| OpenError::Other(error.to_string()))
    }

    /// Keeps watching the health of the database.
    pub(super) fn watch(&self, health: Health) -> Result<impl Future<Output = ()> + use<>, OpenError> {
        Ok(health.watch(self.config.clone(), tls::connector(self.ca.as_deref())?))
    }
}

/// Checks that the server keeps what was committed, and that papo can use it.
pub(super) async fn check_server(connection: &Connection) -> Result<(), OpenError> {
    let sql = "SELECT current_setting('server_version_num')::bigint, current_setting('server_version'), pg_is_in_recovery(),
                   current_setting('server_encoding'), current_setting('synchronous_commit'),
                   current_setting('default_transaction_read_only')";
    let found = connection.query_one(sql, &[]).await?;
    check_version(found.try_get(0)?, found.try_get(1)?)?;
    if found.try_get(2)? {
        return Err(OpenError::Standby);
    }
    if found.try_get::<_, &str>(5)? == "on" {
        return Err(OpenError::ReadOnly);
    }
    let encoding: String = found.try_get(3)?;
    if encoding != "UTF8" {
        return Err(OpenError::Encoding(encoding));
    }
    if found.try_get::<_, &str>(4)? == "off" { Err(OpenError::NotDurable) } else { Ok(()) }
}

fn check_version(number: i64, name: &str) -> Result<(), OpenError> {
    if number < MIN_VERSION { Err(OpenError::TooOld(name.to_owned())) } else { Ok(()) }
}

/// Without the password.
impl fmt::Display for PostgresAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hosts = self.config.get_hosts().iter().map(|host| match host {
            Host::Tcp(host) => host.clone(),
            Host::Unix(path) => path.display().to_string(),
        });
        let hosts: Vec<_> = hosts.collect();
        write!(f, "the database {} on {}", self.config.get_dbname().unwrap_or("of the user"), hosts.join(", "))
    }
}

fn is_this_machine(config: &Config) -> bool {
    config.get_hosts().iter().all(|host| match host {
        Host::Tcp(host) => host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback()),
        Host::Unix(_) => true,
    })
}

#[cfg(test)]
mod tests {
    use tokio_postgres::config::SslMode;

    use super::{PostgresAddress, check_version};

    #[test]
    fn a_server_of_an_older_version_is_refused_with_the_version_it_needs() {
        assert!(check_version(150_000, "15.0").is_ok());
        let refused = check_version(140_019, "14.19").err().unwrap().to_string();
        assert_eq!(refused, "it is PostgreSQL 14.19, and papo needs 15 or newer. Upgrade it.");
    }

    #[test]
    fn connections_to_other_machines_are_encrypted() {
        let mode = |address: &str| PostgresAddress::parse(address, None, None).unwrap().config.get_ssl_mode();
        assert_eq!(mode("postgres://papo@db.example.org/papo"), SslMode::Require);
        assert_eq!(mode("postgres://papo@db.example.org/papo?sslmode=disable"), SslMode::Disable);
        assert_eq!(mode("postgres://papo@localhost/papo"), SslMode::Disable);
        assert_eq!(mode("postgres://papo@127.0.0.1/papo"), SslMode::Disable);
        assert_eq!(mode("postgres://papo@localhost/papo?sslmode=require"), SslMode::Require);
    }

    #[test]
    fn the_password_is_shown_nowhere() {
        let address = PostgresAddress::parse("postgres://papo:girafa@db.example.org/papo", None, None).unwrap();
        assert_eq!(address.to_string(), "the database papo on db.example.org");
        let separate = PostgresAddress::parse("postgres://papo@db.example.org/papo", Some("girafa"), None).unwrap();
        assert_eq!(separate.config.get_password(), Some(&b"girafa"[..]));
        for wrong in ["postgres://papo:girafa@db.example.org:x/papo", "girafa", "postgres://papo:girafa@/papo?girafa=1"] {
            let error = PostgresAddress::parse(wrong, None, None).err().unwrap().to_string();
            assert!(!error.contains("papo:girafa"), "{error}");
        }
    }
}
