//! The servers of the bus between nodes, as written in the key `bus`.

use std::net::{IpAddr, Ipv6Addr};

/// Port of a NATS server whose address has none.
const DEFAULT_PORT: u16 = 4222;

/// Turns off the encryption of connections to other machines, at the end of the addresses.
const UNENCRYPTED: &str = "?tls=disable";

const FORM: &str = "It has the form nats://user@host:port, with commas between several addresses";

/// The servers, any of which connects a node to all others, and the credentials for them.
#[derive(Clone, PartialEq, Eq)]
pub struct BusServers {
    /// At least one.
    pub servers: Vec<BusServer>,
    /// `None`: no user is given, and the password, if there is one, is a token.
    pub user: Option<String>,
    /// The password in the addresses.
    pub password: Option<String>,
}

/// One server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BusServer {
    /// A name or an address; IPv6 addresses have no brackets.
    pub host: String,
    /// Port of the protocol for clients.
    pub port: u16,
    /// Whether the server must encrypt. If not, it may.
    pub is_encrypted: bool,
}

impl BusServers {
    /// Parses addresses such as `nats://papo@one.example.org:4222,nats://papo@two.example.org`. Connections to other machines
    /// are encrypted, and `tls://` encrypts those to this machine as well.
    ///
    /// # Errors
    /// The cause, as shown to the operator. It contains no part of the address, which may contain a password.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (addresses, is_unencrypted) = match text.strip_suffix(UNENCRYPTED) {
            Some(addresses) => (addresses, true),
            None => (text, false),
        };
        let (mut servers, mut credentials) = (Vec::new(), None);
        for address in addresses.split(',').map(str::trim) {
            let (server, given) = parse_address(address, is_unencrypted)?;
            servers.push(server);
            if given.is_some() && credentials.is_some() && given != credentials {
                return Err("the addresses have different users or passwords. Write them in one address only".to_owned());
            }
            credentials = credentials.or(given);
        }
        let (user, password) = credentials.unzip();
        Ok(Self { servers, user, password: password.flatten() })
    }
}

/// A user, and a password if there is one.
type Credentials = (String, Option<String>);

fn parse_address(address: &str, is_unencrypted: bool) -> Result<(BusServer, Option<Credentials>), String> {
    let (scheme, rest) = address.split_once("://").ok_or_else(|| format!("an address does not begin with nats://. {FORM}"))?;
    let must_encrypt = match scheme {
        "nats" => false,
        "tls" if is_unencrypted => return Err(format!("tls:// and {UNENCRYPTED} contradict each other")),
        "tls" => true,
        _ => return Err(format!("an address begins with neither nats:// nor tls://. {FORM}")),
    };
    let (credentials, place) = match rest.rsplit_once('@') {
        Some((credentials, place)) => (Some(parse_credentials(credentials)?), place),
        None => (None, rest),
    };
    let (host, port) = parse_place(place.strip_suffix('/').unwrap_or(place))?;
    let is_encrypted = must_encrypt || !is_unencrypted && !is_this_machine(&host);
    Ok((BusServer { host, port, is_encrypted }, credentials))
}

fn parse_credentials(text: &str) -> Result<Credentials, String> {
    let decode = |part| decode_percent(part).ok_or("the user or the password is not encoded as in a URL, such as %40 for @");
    let (user, password) = match text.split_once(':') {
        Some((user, password)) => (user, Some(decode(password)?)),
        None => (text, None),
    };
    if user.is_empty() {
        Err(format!("an address has no user before its password. {FORM}"))
    } else {
        Ok((decode(user)?, password))
    }
}

fn parse_place(text: &str) -> Result<(String, u16), String> {
    let is_name = |host: &str| {
        !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
    };
    let (host, is_valid, port) = match text.strip_prefix('[').and_then(|text| text.split_once(']')) {
        Some((host, port)) => (host, host.parse::<Ipv6Addr>().is_ok(), Some(port).filter(|port| !port.is_empty())),
        None => {
            let (host, port) = text.find(':').map_or((text, None), |colon| (&text[..colon], Some(&text[colon..])));
            (host, is_name(host), port)
        }
    };
    if !is_valid {
        return Err(format!("an address has no valid host. {FORM}"));
    }
    let port = match port {
        None => Some(DEFAULT_PORT),
        Some(port) => port.strip_prefix(':').and_then(|port| port.parse().ok()).filter(|port| *port != 0),
    };
    let port = port.ok_or_else(|| format!("an address has no valid port. {FORM}"))?;
    Ok((host.to_owned(), port))
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Decodes `%40` and the like; `None` if the result is invalid.
fn decode_percent(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    let mut decoded = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let (code, rest) = part.split_at_checked(2)?;
        decoded.push(u8::from_str_radix(code, 16).ok()?);
        decoded.extend(rest.bytes());
    }
    String::from_utf8(decoded).ok()
}

#[cfg(test)]
mod tests {
    use super::{BusServer, BusServers};

    #[track_caller]
    fn check(text: &str, expected: &[(&str, u16, bool)], user: Option<&str>, password: Option<&str>) {
        let servers = expected.iter().map(|&(host, port, is_encrypted)| BusServer { host: host.to_owned(), port, is_encrypted });
        let expected =
            BusServers { servers: servers.collect(), user: user.map(str::to_owned), password: password.map(str::to_owned) };
        assert!(BusServers::parse(text).unwrap() == expected, "{text}");
    }

    #[test]
    fn addresses_are_parsed_and_connections_to_other_machines_encrypted() {
        check("nats://127.0.0.1:4223", &[("127.0.0.1", 4223, false)], None, None);
        check("nats://localhost/", &[("localhost", 4222, false)], None, None);
        check("tls://localhost", &[("localhost", 4222, true)], None, None);
        check("nats://[::1]:9,nats://[2001:db8::1]", &[("::1", 9, false), ("2001:db8::1", 4222, true)], None, None);
        check("nats://nats:4222?tls=disable", &[("nats", 4222, false)], None, None);
        let two = [("um.example.org", 4222, true), ("dois.example.org", 7, true)];
        check("nats://um.example.org, tls://dois.example.org:7", &two, None, None);
        check("nats://papo@um.example.org,nats://papo@dois.example.org:7", &two, Some("papo"), None);
        check("nats://papo:gi%40ra:fa@um.example.org,nats://dois.example.org:7", &two, Some("papo"), Some("gi@ra:fa"));
    }

    #[test]
    fn invalid_addresses_are_refused_without_showing_them() {
        for (text, expected) in [
            ("girafa", "does not begin with nats://"),
            ("nats://papo:girafa@localhost,", "does not begin with nats://"),
            ("http://papo:girafa@localhost", "neither nats:// nor tls://"),
            ("nats://papo:girafa@", "no valid host"),
            ("nats://papo:girafa@local host", "no valid host"),
            ("nats://papo:girafa@localhost/papo", "no valid"),
            ("nats://[girafa]", "no valid host"),
            ("nats://localhost:girafa", "no valid port"),
            ("nats://localhost:0", "no valid port"),
            ("nats://[::1]girafa", "no valid port"),
            ("nats://:girafa@localhost", "no user"),
            ("nats://papo:girafa%4@localhost", "not encoded"),
            ("nats://papo:girafa%ff@localhost", "not encoded"),
            ("nats://papo:girafa@um.example.org,nats://papo:zebra@dois.example.org", "different users or passwords"),
            ("tls://papo:girafa@localhost?tls=disable", "contradict"),
        ] {
            let error = BusServers::parse(text).err().unwrap();
            assert!(error.contains(expected) && !error.contains("girafa"), "{text}: {error}");
        }
    }
}
