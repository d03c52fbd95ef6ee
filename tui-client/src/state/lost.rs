//! Why there is no connection, in words that say what to do.

use super::phrase::Phrase;
use crate::event::{CannotHost, Lost};

/// Why there is no connection, and what to do.
#[must_use]
pub fn words(why: &Lost) -> Phrase {
    match why {
        Lost::Unreachable(why) => Phrase::new("lost-unreachable").text("why", why),
        Lost::ServerAway { port } => Phrase::new("lost-server-away").text("port", port),
        Lost::CannotHost(why) => cannot_host(why),
        Lost::KnownServers(why) => Phrase::new("lost-known-servers").text("why", why),
        Lost::NoTls(why) => Phrase::new("lost-no-tls").text("why", why),
        Lost::CertificateUnknown { shown, without_authorities } => certificate_unknown(*without_authorities).text("shown", shown),
        Lost::CertificateChanged { known, shown } => {
            Phrase::new("lost-certificate-changed").text("known", known).text("shown", shown)
        }
        Lost::NotPapo => Phrase::new("lost-not-papo"),
        Lost::Closed | Lost::Silent => Phrase::new("lost-closed"),
        Lost::NoReply => Phrase::new("lost-no-reply"),
    }
}

/// The server's certificate is unknown. The fingerprint, `shown`, is to be filled in.
#[must_use]
pub fn certificate_unknown(without_authorities: bool) -> Phrase {
    Phrase::new(if without_authorities { "lost-no-authorities" } else { "lost-certificate-unknown" })
}

/// Why this process cannot host a server, and what to do.
#[must_use]
pub fn cannot_host(why: &CannotHost) -> Phrase {
    match why {
        CannotHost::Address { address, why } => Phrase::new("cannot-host-address").text("address", address).text("why", why),
        CannotHost::DataInUse { folder } => Phrase::new("cannot-host-data-in-use").text("folder", folder.display()),
        CannotHost::DataUnusable { file, why } => {
            Phrase::new("cannot-host-data-unusable").text("file", file.display()).text("why", why)
        }
        CannotHost::DataNewer { file } => Phrase::new("cannot-host-data-newer").text("file", file.display()),
        CannotHost::DataForeign { file } => Phrase::new("cannot-host-data-foreign").text("file", file.display()),
        CannotHost::DataDamaged { file } => Phrase::new("cannot-host-data-damaged").text("file", file.display()),
        CannotHost::Certificate { file, why } => {
            Phrase::new("cannot-host-certificate").text("file", file.display()).text("why", why)
        }
        CannotHost::System(why) => Phrase::new("cannot-host-system").text("why", why),
    }
}
