//! Parses the address of a server as users type it, and lists of such addresses.

use std::fmt;
use std::net::Ipv6Addr;
use std::str::FromStr;

/// The default port of papo servers.
pub const DEFAULT_PORT: u16 = 12345;
/// The maximum number of addresses in a list. A client that tries all of them in vain still does so within a few minutes.
pub const MAX_ADDRESSES: usize = 16;

/// A server's name or IP address, and its port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerAddress {
    /// A host name, an IPv4 address, or an IPv6 address without brackets.
    pub host: String,
    /// The TCP port, never 0.
    pub port: u16,
}

/// Why an address was rejected. clap prints the message after the value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// The host part is empty.
    #[error("the host is missing; {ACCEPTED}")]
    NoHost,
    /// It is a URL, with a scheme.
    #[error("this is a web address; {ACCEPTED}")]
    Url,
    /// The text after the last colon is not a port.
    #[error("{0:?} is not a port from 1 to 65535; {ACCEPTED}")]
    Port(String),
    /// The host is neither a host name nor an IP address.
    #[error("{0:?} is not a host name or an IP address; {ACCEPTED}")]
    Host(String),
}

/// The addresses of one community, in the order in which they are tried: at least one, at most [`MAX_ADDRESSES`], and no two equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerAddresses(Vec<ServerAddress>);

/// Why a list of addresses was rejected. clap prints the message after the value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressListError {
    /// One of the addresses is invalid.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// There is nothing before, between or after the commas.
    #[error("an address is empty; separate addresses by one comma each, as in a.example.org,b.example.org:12400")]
    EmptyAddress,
    /// An address is listed twice, perhaps with and without the default port.
    #[error("{0} is listed twice; list each address once")]
    Duplicate(ServerAddress),
    /// There are more than [`MAX_ADDRESSES`].
    #[error("{0} addresses are too many; list at most {MAX_ADDRESSES}")]
    TooMany(usize),
}

/// The accepted forms, for error messages.
const ACCEPTED: &str = "write HOST, HOST:PORT, [IPV6] or [IPV6]:PORT, as in chat.example.org:12345 or [::1]:12345";

impl FromStr for ServerAddress {
    type Err = AddressError;

    /// A missing port means [`DEFAULT_PORT`].
    fn from_str(typed: &str) -> Result<Self, AddressError> {
        if typed.contains("://") {
            return Err(AddressError::Url);
        }
        if let Some(bracketed) = typed.strip_prefix('[') {
            let (host, after) = bracketed.split_once(']').ok_or_else(|| AddressError::Host(typed.to_owned()))?;
            let port = match after.strip_prefix(':') {
                Some(port) => parse_port(port)?,
                None if after.is_empty() => DEFAULT_PORT,
                None => return Err(AddressError::Port(after.to_owned())),
            };
            return if is_ipv6(host) {
                Ok(Self { host: host.to_owned(), port })
            } else {
                Err(AddressError::Host(host.to_owned()))
            };
        }
        if is_ipv6(typed) {
            return Ok(Self { host: typed.to_owned(), port: DEFAULT_PORT });
        }
        let (host, port) = typed.rsplit_once(':').map_or((typed, None), |(host, port)| (host, Some(port)));
        if host.is_empty() {
            return Err(AddressError::NoHost);
        }
        if !is_host_name(host) {
            return Err(AddressError::Host(host.to_owned()));
        }
        Ok(Self { host: host.to_owned(), port: port.map_or(Ok(DEFAULT_PORT), parse_port)? })
    }
}

impl fmt::Display for ServerAddress {
    /// Writes the form that users type, always with the port. It is also the key of the address in files.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port } = self;
        if host.contains(':') { write!(f, "[{host}]:{port}") } else { write!(f, "{host}:{port}") }
    }
}

impl FromStr for ServerAddresses {
    type Err = AddressListError;

    fn from_str(typed: &str) -> Result<Self, AddressListError> {
        let elements: Vec<&str> = typed.split(',').collect();
        if elements.len() > MAX_ADDRESSES {
            return Err(AddressListError::TooMany(elements.len()));
        }
        if elements.len() > 1 && elements.contains(&"") {
            return Err(AddressListError::EmptyAddress);
        }
        let mut addresses: Vec<ServerAddress> = Vec::new();
        for element in elements {
            let address: ServerAddress = element.parse()?;
            let is_equal = |other: &ServerAddress| other.port == address.port && other.host.eq_ignore_ascii_case(&address.host);
            if addresses.iter().any(is_equal) {
                return Err(AddressListError::Duplicate(address));
            }
            addresses.push(address);
        }
        Ok(Self(addresses))
    }
}

impl std::ops::Deref for ServerAddresses {
    type Target = [ServerAddress];

    fn deref(&self) -> &[ServerAddress] {
        &self.0
    }
}

fn parse_port(typed: &str) -> Result<u16, AddressError> {
    let is_number = typed.bytes().all(|byte| byte.is_ascii_digit());
    typed.parse().ok().filter(|port| is_number && *port > 0).ok_or_else(|| AddressError::Port(typed.to_owned()))
}

/// Whether this is an IPv6 address, with or without a zone (`%eth0`).
fn is_ipv6(typed: &str) -> bool {
    let (address, zone) = typed.split_once('%').map_or((typed, None), |(address, zone)| (address, Some(zone)));
    address.parse::<Ipv6Addr>().is_ok() && zone.is_none_or(|zone| !zone.is_empty() && is_host_name(zone))
}

/// Whether the characters can form a host name. The resolver decides whether it exists.
fn is_host_name(typed: &str) -> bool {
    let is_allowed = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '_');
    typed.chars().all(is_allowed) && typed.starts_with(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::{AddressError, AddressListError, DEFAULT_PORT, MAX_ADDRESSES, ServerAddress, ServerAddresses};

    type Error = fn(String) -> AddressError;

    #[test]
    fn hosts_with_and_without_port_or_brackets_are_accepted() {
        for (typed, host, port) in [
            ("chat.example.org", "chat.example.org", DEFAULT_PORT),
            ("chat.example.org:9", "chat.example.org", 9),
            ("localhost:65535", "localhost", 65_535),
            ("127.0.0.1:1", "127.0.0.1", 1),
            ("my_host-2.local.", "my_host-2.local.", DEFAULT_PORT),
            ("[::1]", "::1", DEFAULT_PORT),
            ("[::1]:9", "::1", 9),
            ("::1", "::1", DEFAULT_PORT),
            ("2001:db8::1", "2001:db8::1", DEFAULT_PORT),
            ("[fe80::1%eth0]:9", "fe80::1%eth0", 9),
        ] {
            assert_eq!(typed.parse(), Ok(ServerAddress { host: host.to_owned(), port }), "{typed}");
        }
    }

    #[test]
    fn addresses_without_host_and_web_addresses_are_refused() {
        for typed in ["", ":21000", ":abc"] {
            assert_eq!(typed.parse::<ServerAddress>(), Err(AddressError::NoHost), "{typed}");
        }
        for typed in ["http://host", "https://host:21000"] {
            assert_eq!(typed.parse::<ServerAddress>(), Err(AddressError::Url), "{typed}");
        }
    }

    #[test]
    fn invalid_hosts_and_ports_are_refused_with_the_offending_part() {
        let (port, host): (Error, Error) = (AddressError::Port, AddressError::Host);
        for (typed, error, part) in [
            ("host:", port, ""),
            ("host:abc", port, "abc"),
            ("host:0", port, "0"),
            ("host:+80", port, "+80"),
            ("127.0.0.1:65536", port, "65536"),
            ("127.0.0.1:99999", port, "99999"),
            ("host:21000/", port, "21000/"),
            ("[::1]9", port, "9"),
            ("[::1]:", port, ""),
            ("host/chat", host, "host/chat"),
            ("ana@host:21000", host, "ana@host"),
            ("a host", host, "a host"),
            ("-v", host, "-v"),
            ("[::1", host, "[::1"),
            ("[host]:9", host, "host"),
            ("1::2::3:9", host, "1::2::3"),
            ("[fe80::1%]:9", host, "fe80::1%"),
        ] {
            assert_eq!(typed.parse::<ServerAddress>(), Err(error(part.to_owned())), "{typed}");
        }
    }

    fn parse_list(typed: &str) -> Result<Vec<String>, AddressListError> {
        Ok(typed.parse::<ServerAddresses>()?.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn lists_of_addresses_keep_their_order() {
        assert_eq!(parse_list("b.example.org").unwrap(), ["b.example.org:12345"]);
        let listed = parse_list("b.example.org,a.example.org:12400,[::1],::2,b.example.org:9").unwrap();
        assert_eq!(listed, ["b.example.org:12345", "a.example.org:12400", "[::1]:12345", "[::2]:12345", "b.example.org:9"]);
    }

    #[test]
    fn lists_with_empty_repeated_or_invalid_addresses_are_refused() {
        for typed in [",", "a,", ",a", "a,,b"] {
            assert_eq!(parse_list(typed), Err(AddressListError::EmptyAddress), "{typed}");
        }
        for typed in ["a,a", "a,b,a:12345", "a:9,A:9", "[::1],::1"] {
            assert!(matches!(parse_list(typed), Err(AddressListError::Duplicate(_))), "{typed}");
        }
        let invalid = AddressListError::Address(AddressError::Port("x".to_owned()));
        assert_eq!(parse_list("a,b:x"), Err(invalid));
        assert_eq!(parse_list(""), Err(AddressListError::Address(AddressError::NoHost)));
    }

    #[test]
    fn the_number_of_addresses_is_limited() {
        let list = |count: usize| (1..=count).map(|n| format!("n{n}")).collect::<Vec<_>>().join(",");
        assert_eq!(parse_list(&list(MAX_ADDRESSES)).unwrap().len(), MAX_ADDRESSES);
        assert_eq!(parse_list(&list(MAX_ADDRESSES + 1)), Err(AddressListError::TooMany(MAX_ADDRESSES + 1)));
    }
}
