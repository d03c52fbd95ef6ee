//! The text that explains why there is no connection.

use crate::event::{DisconnectReason, HostingError};
use crate::state::phrase::Phrase;

/// Explains why there is no connection, and what the user can do.
#[must_use]
pub fn explain(reason: &DisconnectReason) -> Phrase {
    match reason {
        DisconnectReason::Unreachable(why) => Phrase::new("lost-unreachable").text("why", why),
        DisconnectReason::ServerAway { port } => Phrase::new("lost-server-away").text("port", port),
        DisconnectReason::HostingFailed(why) => cannot_host(why),
        DisconnectReason::KnownServers(why) => Phrase::new("lost-known-servers").text("why", why),
        DisconnectReason::NoTls(why) => Phrase::new("lost-no-tls").text("why", why),
        DisconnectReason::CertificateUnknown { shown, without_authorities } => {
            certificate_unknown(*without_authorities).text("shown", shown)
        }
        DisconnectReason::CertificateChanged { known, shown } => {
            Phrase::new("lost-certificate-changed").text("known", known).text("shown", shown)
        }
        DisconnectReason::OtherCommunity { address, other } => {
            Phrase::new("lost-other-community").text("address", address).text("other", other)
        }
        DisconnectReason::CommunityUnproven { address, .. } => Phrase::new("lost-community-unproven").text("address", address),
        DisconnectReason::NotPapo => Phrase::new("lost-not-papo"),
        DisconnectReason::Closed | DisconnectReason::Silent => Phrase::new("lost-closed"),
        DisconnectReason::NoReply => Phrase::new("lost-no-reply"),
        DisconnectReason::HostedServerFailed => Phrase::new("lost-hosted-server-failed"),
    }
}

/// Explains that the server's certificate is unknown. The caller adds the argument `shown`, the fingerprint.
#[must_use]
pub fn certificate_unknown(without_authorities: bool) -> Phrase {
    Phrase::new(if without_authorities { "lost-no-authorities" } else { "lost-certificate-unknown" })
}

/// Explains why this process cannot host a server, and what the user can do.
#[must_use]
pub fn cannot_host(error: &HostingError) -> Phrase {
    match error {
        HostingError::Address { address, why } => Phrase::new("cannot-host-address").text("address", address).text("why", why),
        HostingError::DataInUse { folder } => Phrase::new("cannot-host-data-in-use").text("folder", folder.display()),
        HostingError::DataUnusable { file, why } => {
            Phrase::new("cannot-host-data-unusable").text("file", file.display()).text("why", why)
        }
        HostingError::DataNewer { file } => Phrase::new("cannot-host-data-newer").text("file", file.display()),
        HostingError::DataMissing { file } => Phrase::new("cannot-host-data-missing").text("file", file.display()),
        HostingError::DataForeign { file } => Phrase::new("cannot-host-data-foreign").text("file", file.display()),
        HostingError::DataDamaged { file } => Phrase::new("cannot-host-data-damaged").text("file", file.display()),
        HostingError::Certificate { file, why } => {
            Phrase::new("cannot-host-certificate").text("file", file.display()).text("why", why)
        }
        HostingError::System(why) => Phrase::new("cannot-host-system").text("why", why),
    }
}
