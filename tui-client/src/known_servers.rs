//! What this machine knows about servers: the certificates that the user accepted, and the addresses of each community.
//!
//! A community is identified by its `server_id`, which is public, and which any server can claim. This module decides whether a
//! server that claims one is believed ([`KnownServers::admit`]). Sign-ins and local data are then found by the id alone.
//!
//! | key | value |
//! | --- | --- |
//! | `ADDRESS` | the fingerprint of the certificate that is trusted at this address |
//! | `SERVER_ID/ADDRESS` | how the community proved itself there last: the fingerprint of a certificate trusted by its fingerprint, `authority` and the fingerprint of one that an authority issued for the address, or `-` without a certificate |

use std::collections::BTreeSet;
use std::path::Path;

use papo_shared::model::{Fingerprint, ServerId};

use crate::event::Privacy;
use crate::keyed_file::{KeyedFile, KeyedFileError};

/// The value of a community's address at which no certificate was presented.
const NO_CERTIFICATE: &str = "-";
/// Begins the value of a community's address with a certificate that an authority issued.
const BY_AUTHORITY: &str = "authority ";
/// Begins the address of the local server in the file of sign-ins of an older papo; the port follows.
pub const OLDER_LOCAL_ADDRESS: &str = "here:";
/// The address of the local server. It contains no port, because a program that can listen on one port of this machine can listen on
/// any.
pub const LOCAL_ADDRESS: &str = "127.0.0.1";

/// The file of known servers. The file of sign-ins is only read, for what an older papo knew.
#[derive(Clone, Debug)]
pub struct KnownServers {
    file: KeyedFile,
    sign_ins: KeyedFile,
}

/// The certificates that are accepted by their fingerprint at an address.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct TrustedCertificates {
    /// The certificate that is trusted at this address.
    pub at_address: Option<Fingerprint>,
    /// Certificates of communities that may answer at this address. [`KnownServers::admit`] checks that the server that presents
    /// one claims to be its community.
    pub of_communities: Vec<Fingerprint>,
}

impl TrustedCertificates {
    /// Whether this certificate is one of them.
    #[must_use]
    pub fn contains(&self, certificate: Fingerprint) -> bool {
        self.at_address == Some(certificate) || self.of_communities.contains(&certificate)
    }
}

/// The identity that a server claims in its welcome.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// The claimed community.
    pub server: ServerId,
    /// The address at which the server was reached.
    pub address: &'a str,
    /// All addresses that the user listed for the community, including this one.
    pub listed: &'a [String],
    /// How the server was authenticated as the one at this address.
    pub privacy: Privacy,
    /// Whether this process hosts the server.
    pub is_hosted: bool,
}

/// Whether a claimed identity is believed.
#[derive(Debug, PartialEq, Eq)]
pub enum Admission {
    /// It is, and is remembered for this address.
    Admitted {
        /// The addresses from which the community was known, if it was not known at this one.
        known_from: Vec<String>,
    },
    /// The certificate is one of another community, so it is not trusted for this one.
    CertificateOfAnother,
    /// The community is known, but nothing shows that this server belongs to it.
    Unproven {
        /// The addresses at which the community is known.
        known: Vec<String>,
    },
}

/// An address of a community.
#[derive(Debug)]
struct Record {
    server: String,
    address: String,
    certificate: Option<Fingerprint>,
    /// Whether the certificate is trusted by its fingerprint. One that an authority issued is not: it expires.
    is_pinned: bool,
}

impl KnownServers {
    /// The files in papo's data folder.
    #[must_use]
    pub fn in_folder(data: &Path) -> Self {
        Self { file: KeyedFile::at(&data.join("known_servers")), sign_ins: KeyedFile::at(&data.join("sign_ins")) }
    }

    /// The certificates to accept at an address. `listed` are all addresses that the user listed, including this one.
    ///
    /// If communities are known at these addresses, only their certificates are accepted. Otherwise this is a new address, where any
    /// known community may answer.
    ///
    /// # Errors
    /// The file exists and cannot be read.
    pub fn certificates(&self, address: &str, listed: &[String]) -> Result<TrustedCertificates, KeyedFileError> {
        let records = self.records()?;
        let is_listed = |record: &&Record| listed.contains(&record.address);
        let servers: BTreeSet<&str> = records.iter().filter(is_listed).map(|record| record.server.as_str()).collect();
        let may_answer = |record: &&Record| servers.is_empty() || servers.contains(record.server.as_str());
        let pinned = records.iter().filter(|record| record.is_pinned).filter(may_answer);
        let of_communities = pinned.filter_map(|record| record.certificate).collect();
        Ok(TrustedCertificates { at_address: self.certificate_at(address)?, of_communities })
    }

    /// Trusts a certificate at an address. The one that it replaces is not accepted there any more, even if other addresses of the
    /// same community presented it: its key may be known to others.
    ///
    /// # Errors
    /// The file cannot be read or written.
    pub fn trust(&self, address: &str, certificate: Fingerprint) -> Result<(), KeyedFileError> {
        let records = self.records()?;
        let is_replaced = |record: &&Record| record.certificate != Some(certificate);
        let replaced: Vec<_> = records.iter().filter(|record| record.address == address).filter(is_replaced).collect();
        let has_replaced = |record: &&Record| {
            let is_same = |other: &&Record| other.server == record.server && other.certificate == record.certificate;
            replaced.iter().any(is_same)
        };
        let outdated: Vec<String> =
            records.iter().filter(has_replaced).map(|record| format!("{}/{}", record.server, record.address)).collect();
        let certificate = certificate.to_string();
        let mut changes: Vec<_> = outdated.iter().map(|key| (key.as_str(), Some(NO_CERTIFICATE))).collect();
        changes.push((address, Some(&certificate)));
        self.file.update(&changes)
    }

    /// Remembers that a community answers at an address, as the user confirmed.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn confirm(&self, address: &str, server: ServerId) -> Result<(), KeyedFileError> {
        self.file.set(&format!("{server}/{address}"), Some(NO_CERTIFICATE))
    }

    /// The communities that are known at an address, in their text form. The address may have the form of an older papo.
    ///
    /// # Errors
    /// The file exists and cannot be read.
    pub fn communities_at(&self, address: &str) -> Result<BTreeSet<String>, KeyedFileError> {
        let address = current_form(address);
        let records = self.records()?.into_iter().filter(|record| record.address == address);
        Ok(records.map(|record| record.server).collect())
    }

    /// Decides whether a server belongs to the community that it claims to be. If it does, its address is remembered.
    ///
    /// A server that is admitted gets the community's device token and the unsent messages, so an attacker must not be admitted. The
    /// attacker knows the id, can run a server with a valid certificate for a host of theirs, and may get the user to join it, as a
    /// community of its own or under a name that looks like another address of the attacked one. Therefore neither the id nor a
    /// certificate for just any host proves anything. TLS has established that the server is the one at `address` (its certificate
    /// is trusted there, or an authority issued it for the host), and it belongs to the community in these cases only:
    ///
    /// 1. The community is not known yet, so there is nothing to get.
    /// 2. The community has proved itself at this address before: an attacker would have to break the authentication of the address.
    /// 3. It presents a certificate that the community has presented before. The handshake proves that it has the private key.
    /// 4. The user listed this address together with one where the community has proved itself, and thereby says that both belong
    ///    to it. A server of the list is still authenticated by its own certificate.
    ///
    /// In any other case the user is asked. A certificate that was accepted because it belongs to a known community counts for
    /// that community only, so that one community cannot take the place of another.
    ///
    /// # Errors
    /// The file exists and cannot be read.
    pub fn admit(&self, claim: &Claim<'_>) -> Result<Admission, KeyedFileError> {
        let Claim { server, address, listed, privacy, is_hosted } = *claim;
        let id = server.to_string();
        let mut records = self.records()?;
        records.retain(|record| record.server == id);
        let shown = match privacy {
            Privacy::AuthorityVerified(shown) | Privacy::FingerprintTrusted(shown) => Some(shown),
            Privacy::OnThisMachine | Privacy::Plain => None,
        };
        let is_of_community = shown.is_some() && records.iter().any(|record| record.certificate == shown);
        let is_pinned = matches!(privacy, Privacy::FingerprintTrusted(_));
        if is_pinned && !is_of_community && self.certificate_at(address)? != shown {
            return Ok(Admission::CertificateOfAnother);
        }
        let is_known_at = |address: &str| records.iter().any(|record| record.address == address);
        let is_known = !records.is_empty() || self.has_sign_in(&id);
        let is_proven =
            is_hosted || !is_known || is_known_at(address) || is_of_community || listed.iter().any(|listed| is_known_at(listed));
        let mut known: Vec<String> = records.iter().map(|record| record.address.clone()).collect();
        known.sort();
        known.dedup();
        if !is_proven {
            return Ok(Admission::Unproven { known });
        }
        self.remember(&id, address, shown, is_pinned, &known);
        Ok(Admission::Admitted { known_from: if is_known_at(address) || is_hosted { Vec::new() } else { known } })
    }

    /// Remembers that a community answers at an address, and the addresses that only an older papo knew. A failure is logged: the
    /// user may be asked again.
    fn remember(&self, id: &str, address: &str, shown: Option<Fingerprint>, is_pinned: bool, known: &[String]) {
        let certificate = match shown {
            None => NO_CERTIFICATE.to_owned(),
            Some(shown) if is_pinned => shown.to_string(),
            Some(shown) => format!("{BY_AUTHORITY}{shown}"),
        };
        let mut changes = vec![(format!("{id}/{address}"), certificate)];
        if let Some(shown) = shown.filter(|_| is_pinned) {
            changes.push((address.to_owned(), shown.to_string()));
        }
        let is_missing = |key: &String| self.file.get(key).is_ok_and(|value| value.is_none());
        let older = known.iter().filter(|other| *other != address).map(|other| format!("{id}/{other}")).filter(is_missing);
        changes.extend(older.map(|key| (key, NO_CERTIFICATE.to_owned())));
        changes.retain(|(key, value)| self.file.get(key).is_ok_and(|stored| stored.as_ref() != Some(value)));
        if changes.is_empty() {
            return;
        }
        let changes: Vec<_> = changes.iter().map(|(key, value)| (key.as_str(), Some(value.as_str()))).collect();
        if let Err(error) = self.file.update(&changes) {
            tracing::warn!(%error, "the address of a community could not be remembered");
        }
    }

    /// The certificate that is trusted at an address.
    fn certificate_at(&self, address: &str) -> Result<Option<Fingerprint>, KeyedFileError> {
        Ok(self.file.get(address)?.and_then(|fingerprint| fingerprint.parse().ok()))
    }

    /// Whether a sign-in to a community is stored, which may be all that is left if the file of known servers was deleted.
    fn has_sign_in(&self, id: &str) -> bool {
        self.sign_ins.get(id).is_ok_and(|user| user.is_some())
    }

    /// The addresses of all communities. The addresses of an older papo are those of its sign-ins.
    fn records(&self) -> Result<Vec<Record>, KeyedFileError> {
        let entries = self.file.entries()?;
        let known = entries.iter().filter_map(|(key, value)| {
            let (server, address) = key.split_once('/')?;
            let issued = value.strip_prefix(BY_AUTHORITY);
            let certificate = issued.unwrap_or(value).parse().ok();
            let (server, address) = (server.to_owned(), address.to_owned());
            Some(Record { server, address, certificate, is_pinned: issued.is_none() && certificate.is_some() })
        });
        let mut records: Vec<Record> = known.collect();
        // Without this file there is no sign-in either, so nothing can be given away.
        for (key, _) in self.sign_ins.entries().unwrap_or_default() {
            let Some((address, server)) = key.split_once('/').filter(|(_, server)| is_server_id(server)) else { continue };
            let certificate = self.certificate_at(address)?;
            let address = current_form(address);
            if !records.iter().any(|record| record.address == address && record.server == server) {
                let (server, address) = (server.to_owned(), address.to_owned());
                records.push(Record { server, address, certificate, is_pinned: certificate.is_some() });
            }
        }
        Ok(records)
    }
}

/// The address, if an older papo wrote it.
fn current_form(address: &str) -> &str {
    if address.starts_with(OLDER_LOCAL_ADDRESS) { LOCAL_ADDRESS } else { address }
}

/// Whether this is the text form of a server id. A username has at most 32 characters, so it is none.
fn is_server_id(text: &str) -> bool {
    serde_json::from_value(text.into()).is_ok_and(|id: ServerId| id.to_string() == text)
}
