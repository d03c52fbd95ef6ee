//! Bounds of the values that an operator may set. Tests and embedding programs construct a [`Config`] and are not
//! bound by them.

use std::fmt::Debug;
use std::ops::RangeInclusive;
use std::time::Duration;

use papo_shared::model::limits::MAX_RETENTION_DAYS;
use papo_shared::protocol::Registration;
use papo_shared::protocol::limits::MAX_LINE_BYTES;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

use super::{BusServers, Config, node_name};

/// A configuration value that is out of bounds.
#[derive(Debug)]
pub(super) struct OutOfBounds {
    /// Its key in the configuration file.
    pub(super) key: &'static str,
    /// What the value should be, as shown to the operator.
    pub(super) message: String,
}

const MILLISECOND: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// Limits below the longest line would make some frames impossible to send.
const MIN_BYTES_PER_SECOND: u32 = MAX_LINE_BYTES as u32;
const MIN_SOFT_BYTES: usize = MAX_LINE_BYTES;
const MIN_HARD_BYTES: usize = 2 * MAX_LINE_BYTES;
const MAX_HARD_BYTES: usize = 1 << 30;

/// A few messages of maximum length; more than any disk should take from one account.
const MIN_STORED_BYTES: u64 = 65_536;
const MAX_STORED_BYTES: u64 = 1 << 40;
const MAX_RESERVE_BYTES: u64 = 1 << 40;

/// Returns the first value that is out of bounds.
pub(super) fn check(config: &Config) -> Result<(), OutOfBounds> {
    let Config { send_queue, limits, .. } = config;
    if config.registration == Registration::Other {
        let message = r#"it should be "open", "invite" or "closed""#.to_owned();
        return Err(OutOfBounds { key: "registration", message });
    }
    check_nodes(config)?;
    between("reserve_bytes", config.reserve_bytes, 0..=MAX_RESERVE_BYTES)?;
    if let Some(name) = config.reserved_names.iter().find(|name| !name.chars().any(char::is_alphanumeric)) {
        let message = format!("{name:?} is not a name: it should have a letter or a digit");
        return Err(OutOfBounds { key: "reserved_names", message });
    }
    between("password_cost", config.password_cost, 4..=18)?;
    between("retention_days", config.retention_days, 0..=MAX_RETENTION_DAYS)?;
    between("tls_timeout", config.tls_timeout, SECOND..=MINUTE)?;
    between("hello_timeout", config.hello_timeout, SECOND..=MINUTE)?;
    between("sign_in_timeout", config.sign_in_timeout, 10 * SECOND..=HOUR)?;
    between("ping_after", config.ping_after, SECOND..=HOUR)?;
    between("silent_after", config.silent_after, config.ping_after + MILLISECOND..=2 * HOUR)?;
    between("stuck_after", config.stuck_after, SECOND..=10 * MINUTE)?;
    between("closing_grace", config.closing_grace, 100 * MILLISECOND..=4 * SECOND)?;
    between("offline_grace", config.offline_grace, Duration::ZERO..=5 * MINUTE)?;
    between("presence_tick", config.presence_tick, MILLISECOND..=10 * SECOND)?;
    between("send_queue.hard_bytes", send_queue.hard_bytes, MIN_HARD_BYTES..=MAX_HARD_BYTES)?;
    between("send_queue.soft_bytes", send_queue.soft_bytes, MIN_SOFT_BYTES..=send_queue.hard_bytes)?;
    between("limits.requests_per_second", limits.requests_per_second, 1..=u32::MAX)?;
    between("limits.request_burst", limits.request_burst, 1..=u32::MAX)?;
    between("limits.sign_ins_per_minute_by_address", limits.sign_ins_per_minute_by_address, 1..=u32::MAX)?;
    between("limits.sign_ins_per_minute_by_username", limits.sign_ins_per_minute_by_username, 1..=u32::MAX)?;
    between("limits.bytes_per_second", limits.bytes_per_second, MIN_BYTES_PER_SECOND..=u32::MAX)?;
    between("limits.byte_burst", limits.byte_burst, MIN_BYTES_PER_SECOND..=u32::MAX)?;
    for (key, number) in [
        ("limits.token_sign_ins_per_minute_by_address", limits.token_sign_ins_per_minute_by_address),
        ("limits.registrations_per_hour_by_address", limits.registrations_per_hour_by_address),
        ("limits.messages_per_minute_by_account", limits.messages_per_minute_by_account),
        ("limits.messages_per_day_by_account", limits.messages_per_day_by_account),
        ("limits.marks_per_minute_by_account", limits.marks_per_minute_by_account),
        ("limits.pages_per_minute_by_account", limits.pages_per_minute_by_account),
        ("limits.searches_per_minute_by_account", limits.searches_per_minute_by_account),
        ("limits.direct_conversations_per_hour_by_account", limits.direct_conversations_per_hour_by_account),
        ("limits.groups_per_hour_by_account", limits.groups_per_hour_by_account),
        ("limits.members_per_hour_by_account", limits.members_per_hour_by_account),
        ("limits.group_invites_per_hour_by_account", limits.group_invites_per_hour_by_account),
        ("limits.settings_per_minute_by_account", limits.settings_per_minute_by_account),
    ] {
        between(key, number, 1..=u32::MAX)?;
    }
    let stored_bytes = limits.stored_bytes_per_day_by_account;
    between("limits.stored_bytes_per_day_by_account", stored_bytes, MIN_STORED_BYTES..=MAX_STORED_BYTES)?;
    between("limits.connections_by_address", limits.connections_by_address, 1..=usize::MAX)?;
    if let Some(address) = config.metrics.listen
        && !address.ip().is_loopback()
    {
        let message = format!("{address} is reachable from other machines: it should be an address of 127.0.0.1 or [::1]");
        return Err(OutOfBounds { key: "metrics.listen", message });
    }
    check_level(&config.log.level)
}

fn check_nodes(config: &Config) -> Result<(), OutOfBounds> {
    node_name::check(&config.node_name).map_err(|message| OutOfBounds { key: "node_name", message })?;
    let Some(addresses) = config.bus.get() else { return Ok(()) };
    BusServers::parse(addresses).map_err(|message| OutOfBounds { key: "bus", message })?;
    if config.store.get().is_some() {
        return Ok(());
    }
    let message = "several servers share a PostgreSQL database, and `store` is empty: set `store` to the address of one, or leave \
                   `bus` empty";
    Err(OutOfBounds { key: "bus", message: message.to_owned() })
}

/// Accepts a level alone, or directives. `EnvFilter` would take any other word for a module name and log nothing else.
fn check_level(level: &str) -> Result<(), OutOfBounds> {
    let is_directive = |part: &str| part.contains('=') || !part.is_empty() && part.parse::<LevelFilter>().is_ok();
    if level.split(',').all(is_directive) && EnvFilter::try_new(level).is_ok() {
        return Ok(());
    }
    let message =
        format!("{level:?} is not a level: it should be error, warn, info, debug or trace, or directives with a level each");
    Err(OutOfBounds { key: "log.level", message })
}

fn between<T: PartialOrd + Debug>(key: &'static str, value: T, allowed: RangeInclusive<T>) -> Result<(), OutOfBounds> {
    if allowed.contains(&value) {
        return Ok(());
    }
    let (least, most) = allowed.into_inner();
    Err(OutOfBounds { key, message: format!("{value:?} is out of bounds: it should be from {least:?} to {most:?}") })
}

#[cfg(test)]
mod tests {
    use super::{Config, Duration, MAX_RESERVE_BYTES, MAX_STORED_BYTES, MIN_STORED_BYTES, Registration, check, check_level};
    use crate::config::ServiceAddress;

    #[track_caller]
    fn check_refused(key: &str, change: impl FnOnce(&mut Config)) {
        let mut config = Config::default();
        change(&mut config);
        assert_eq!(check(&config).unwrap_err().key, key);
    }

    #[test]
    fn the_defaults_are_in_bounds_and_values_just_outside_are_refused() {
        check(&Config::default()).unwrap();
        check(&Config { password_cost: 4, ..Config::default() }).unwrap();
        check_refused("password_cost", |config| config.password_cost = 3);
        check(&Config { password_cost: 18, ..Config::default() }).unwrap();
        check_refused("password_cost", |config| config.password_cost = 19);
        check(&Config { reserve_bytes: MAX_RESERVE_BYTES, ..Config::default() }).unwrap();
        check_refused("reserve_bytes", |config| config.reserve_bytes = MAX_RESERVE_BYTES + 1);
        check_refused("registration", |config| config.registration = Registration::Other);
        check(&Config { reserved_names: vec!["reitoria".to_owned()], ..Config::default() }).unwrap();
        check_refused("reserved_names", |config| config.reserved_names = vec!["reitoria".to_owned(), " ★".to_owned()]);
        check_refused("silent_after", |config| config.silent_after = config.ping_after);
        check_refused("closing_grace", |config| config.closing_grace = Duration::from_secs(5));
        check_refused("send_queue.soft_bytes", |config| config.send_queue.soft_bytes = config.send_queue.hard_bytes + 1);
        check_refused("limits.byte_burst", |config| config.limits.byte_burst = 65_535);
        check_refused("limits.members_per_hour_by_account", |config| config.limits.members_per_hour_by_account = 0);
        check_refused("limits.group_invites_per_hour_by_account", |config| config.limits.group_invites_per_hour_by_account = 0);
        check_refused("limits.settings_per_minute_by_account", |config| config.limits.settings_per_minute_by_account = 0);
        check_refused("limits.token_sign_ins_per_minute_by_address", |config| {
            config.limits.token_sign_ins_per_minute_by_address = 0;
        });
        for bytes in [MIN_STORED_BYTES - 1, MAX_STORED_BYTES + 1] {
            let key = "limits.stored_bytes_per_day_by_account";
            check_refused(key, |config| config.limits.stored_bytes_per_day_by_account = bytes);
        }
        check_refused("limits.messages_per_day_by_account", |config| config.limits.messages_per_day_by_account = 0);
        check_refused("limits.request_burst", |config| config.limits.request_burst = 0);
        check_refused("metrics.listen", |config| config.metrics.listen = Some(([192, 0, 2, 1], 9464).into()));
        check_refused("node_name", |config| config.node_name = "um no".to_owned());
        for level in ["inof", "", "papo_server=loud", "info,"] {
            check_refused("log.level", |config| config.log.level = level.to_owned());
        }
        for level in ["warn", "info,papo_server::session=debug"] {
            check_level(level).unwrap();
        }
    }
    #[test]
    fn a_bus_needs_a_valid_address_and_a_database() {
        let [bus, store] = ["nats://localhost", "postgres://localhost/papo"].map(|text| ServiceAddress::new(text.to_owned()));
        check(&Config { bus: bus.clone(), store: store.clone(), ..Config::default() }).unwrap();
        check_refused("bus", |config| config.bus = bus);
        check_refused("bus", |config| (config.bus, config.store) = (ServiceAddress::new("localhost".to_owned()), store));
    }
}
