//! Where a server is, as one types it.

use std::net::Ipv6Addr;
use std::str::FromStr;

use crate::connection::DEFAULT_PORT;

/// A server's name or IP address, and its port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerAddress {
    /// A host name, an IPv4 address, or an IPv6 address without brackets.
    pub host: String,
    /// Never 0.
    pub port: u16,
}

/// Why something is no server's address. The words follow the value itself, on a command line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressProblem {
    /// There is no host in it.
    #[error("the host is missing; {ACCEPTED}")]
    NoHost,
    /// It is a URL.
    #[error("this is a web address; {ACCEPTED}")]
    Url,
    /// Something stands after the last colon that is no port.
    #[error("{0:?} is not a port from 1 to 65535; {ACCEPTED}")]
    Port(String),
    /// The host cannot be one.
    #[error("{0:?} is not a host name or an IP address; {ACCEPTED}")]
    Host(String),
}

/// What an address can look like.
const ACCEPTED: &str = "write HOST, HOST:PORT, [IPV6] or [IPV6]:PORT, as in chat.example.org:12345 or [::1]:12345";

impl FromStr for ServerAddress {
    type Err = AddressProblem;

    /// Where no port is given it is the usual one.
    fn from_str(typed: &str) -> Result<Self, AddressProblem> {
        if typed.contains("://") {
            return Err(AddressProblem::Url);
        }
        if let Some(bracketed) = typed.strip_prefix('[') {
            let (host, after) = bracketed.split_once(']').ok_or_else(|| AddressProblem::Host(typed.to_owned()))?;
            let port = match after.strip_prefix(':') {
                Some(port) => parse_port(port)?,
                None if after.is_empty() => DEFAULT_PORT,
                None => return Err(AddressProblem::Port(after.to_owned())),
            };
            return if is_ipv6(host) {
                Ok(Self { host: host.to_owned(), port })
            } else {
                Err(AddressProblem::Host(host.to_owned()))
            };
        }
        if is_ipv6(typed) {
            return Ok(Self { host: typed.to_owned(), port: DEFAULT_PORT });
        }
        let (host, port) = typed.rsplit_once(':').map_or((typed, None), |(host, port)| (host, Some(port)));
        if host.is_empty() {
            return Err(AddressProblem::NoHost);
        }
        if !is_host_name(host) {
            return Err(AddressProblem::Host(host.to_owned()));
        }
        Ok(Self { host: host.to_owned(), port: port.map_or(Ok(DEFAULT_PORT), parse_port)? })
    }
}

fn parse_port(typed: &str) -> Result<u16, AddressProblem> {
    let is_number = typed.bytes().all(|byte| byte.is_ascii_digit());
    typed.parse().ok().filter(|port| is_number && *port > 0).ok_or_else(|| AddressProblem::Port(typed.to_owned()))
}

/// An IPv6 address, with or without the interface that it is meant on.
fn is_ipv6(typed: &str) -> bool {
    let (address, zone) = typed.split_once('%').map_or((typed, None), |(address, zone)| (address, Some(zone)));
    address.parse::<Ipv6Addr>().is_ok() && zone.is_none_or(|zone| !zone.is_empty() && is_host_name(zone))
}

/// Whether the system may know a host by this name: the resolver has the last word.
fn is_host_name(typed: &str) -> bool {
    let is_allowed = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '_');
    typed.chars().all(is_allowed) && typed.starts_with(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::{AddressProblem, DEFAULT_PORT, ServerAddress};

    #[track_caller]
    fn check(typed: &str, host: &str, port: u16) {
        assert_eq!(typed.parse(), Ok(ServerAddress { host: host.to_owned(), port }), "{typed}");
    }

    #[track_caller]
    fn check_refused(typed: &str, expected: AddressProblem) {
        assert_eq!(typed.parse::<ServerAddress>(), Err(expected), "{typed}");
    }

    #[test]
    fn a_host_a_port_or_neither_in_brackets_or_not() {
        check("chat.example.org", "chat.example.org", DEFAULT_PORT);
        check("chat.example.org:9", "chat.example.org", 9);
        check("localhost:65535", "localhost", 65_535);
        check("127.0.0.1:1", "127.0.0.1", 1);
        check("my_host-2.local.", "my_host-2.local.", DEFAULT_PORT);
        check("[::1]", "::1", DEFAULT_PORT);
        check("[::1]:9", "::1", 9);
        check("::1", "::1", DEFAULT_PORT);
        check("2001:db8::1", "2001:db8::1", DEFAULT_PORT);
        check("[fe80::1%eth0]:9", "fe80::1%eth0", 9);
    }

    #[test]
    fn anything_else_is_refused_and_named() {
        let port = |port: &str| AddressProblem::Port(port.to_owned());
        let host = |host: &str| AddressProblem::Host(host.to_owned());
        check_refused("", AddressProblem::NoHost);
        check_refused(":21000", AddressProblem::NoHost);
        check_refused(":abc", AddressProblem::NoHost);
        check_refused("host:", port(""));
        check_refused("host:abc", port("abc"));
        check_refused("host:0", port("0"));
        check_refused("host:+80", port("+80"));
        check_refused("127.0.0.1:65536", port("65536"));
        check_refused("127.0.0.1:99999", port("99999"));
        check_refused("host:21000/", port("21000/"));
        check_refused("host/chat", host("host/chat"));
        check_refused("ana@host:21000", host("ana@host"));
        check_refused("a host", host("a host"));
        check_refused("-v", host("-v"));
        check_refused("http://host", AddressProblem::Url);
        check_refused("https://host:21000", AddressProblem::Url);
        check_refused("[::1", host("[::1"));
        check_refused("[::1]9", port("9"));
        check_refused("[::1]:", port(""));
        check_refused("[host]:9", host("host"));
        check_refused("1::2::3:9", host("1::2::3"));
        check_refused("[fe80::1%]:9", host("fe80::1%"));
    }
}
