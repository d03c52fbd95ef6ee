//! Checks the identity of a server when it welcomes the client, before anything confidential is sent to it.

use papo_shared::model::ServerId;
use tokio::task::spawn_blocking;

use super::local_port::LocalPort;
use super::rotation::Rotation;
use crate::event::{DisconnectReason, Event, Privacy};
use crate::keyed_file::KeyedFileError;
use crate::known_servers::{Admission, Claim, KnownServers, TrustedCertificates};

/// The check of the server at the address in use.
pub(super) struct WelcomeCheck<'a> {
    pub(super) known: &'a KnownServers,
    pub(super) rotation: &'a mut Rotation,
    pub(super) local_port: Option<&'a mut LocalPort>,
    pub(super) privacy: Privacy,
    /// Whether this process hosts the server.
    pub(super) is_hosted: bool,
}

impl WelcomeCheck<'_> {
    /// Accepts the server under the identity that it claims. Returns an event if the community was known from other addresses only.
    ///
    /// # Errors
    /// The server belongs to a different community than the other addresses, or does not prove its identity.
    pub(super) async fn accept(&mut self, server: ServerId) -> Result<Option<Event>, DisconnectReason> {
        self.check_list(server).await?;
        let (address, listed) = (self.rotation.current().to_owned(), self.rotation.addresses());
        let (privacy, is_hosted) = (self.privacy, self.is_hosted);
        let admission = with_file(self.known, move |known| {
            known.admit(&Claim { server, address: &address, listed: &listed, privacy, is_hosted })
        });
        let known_from = match admission.await? {
            Admission::Admitted { known_from } => known_from,
            Admission::Unproven { known } => {
                return Err(DisconnectReason::CommunityUnproven { server, address: self.rotation.current().to_owned(), known });
            }
            Admission::CertificateOfAnother => return Err(self.untrusted_certificate().await),
        };
        if let Some(local_port) = &mut self.local_port {
            local_port.set_hosting(self.is_hosted);
            local_port.record_server(server).await;
        }
        Ok((!known_from.is_empty()).then_some(Event::CommunityRecognized { known: known_from }))
    }

    /// Refuses a server that belongs to a different community than the other addresses. An address that did not answer since the start
    /// counts with the communities that are known there.
    async fn check_list(&mut self, server: ServerId) -> Result<(), DisconnectReason> {
        self.rotation.record_answer(server);
        let others: Vec<_> = self.rotation.others().map(|(other, answered)| (other.to_owned(), answered)).collect();
        for (other, answered) in others {
            let is_other_community = match answered {
                Some(answered) => answered != server,
                None => {
                    let address = other.clone();
                    let communities = with_file(self.known, move |known| known.communities_at(&address)).await?;
                    !communities.is_empty() && !communities.contains(&server.to_string())
                }
            };
            if is_other_community {
                return Err(DisconnectReason::OtherCommunity { address: self.rotation.current().to_owned(), other });
            }
        }
        Ok(())
    }

    /// The reason for refusing a certificate that only another community may present.
    async fn untrusted_certificate(&self) -> DisconnectReason {
        let (Privacy::FingerprintTrusted(shown) | Privacy::AuthorityVerified(shown)) = self.privacy else {
            return DisconnectReason::NotPapo;
        };
        match certificates(self.known, self.rotation).await {
            Err(reason) => reason,
            Ok(TrustedCertificates { at_address: Some(known), .. }) => DisconnectReason::CertificateChanged { known, shown },
            Ok(_) => DisconnectReason::CertificateUnknown { shown, without_authorities: false },
        }
    }
}

/// The certificates to accept at the address in use.
pub(super) async fn certificates(known: &KnownServers, rotation: &Rotation) -> Result<TrustedCertificates, DisconnectReason> {
    let (address, listed) = (rotation.current().to_owned(), rotation.addresses());
    with_file(known, move |known| known.certificates(&address, &listed)).await
}

/// Uses the file on a blocking task.
async fn with_file<T: Send + 'static>(
    known: &KnownServers,
    act: impl FnOnce(&KnownServers) -> Result<T, KeyedFileError> + Send + 'static,
) -> Result<T, DisconnectReason> {
    let known = known.clone();
    let result = spawn_blocking(move || act(&known).map_err(|error| DisconnectReason::KnownServers(error.to_string())));
    result.await.unwrap_or_else(|error| Err(DisconnectReason::KnownServers(error.to_string())))
}
