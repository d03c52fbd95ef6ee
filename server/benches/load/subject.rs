//! What is put under load: the bare relay, the server in the clear and encrypted, and other people's servers.

use std::any::Any;
use std::rc::Rc;

use crate::dialect::Dialect;
use crate::generator::Target;
use crate::irc::IrcDialect;
use crate::mqtt::MqttDialect;
use crate::papo::{Metrics, Papo};
use crate::peers::Peer;
use crate::process::Process;
use crate::relay::{Relay, RelayDialect};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    BareRelay,
    Papo,
    PapoEncrypted,
    Peer(Peer),
}

/// One that runs, and ends when it is dropped.
pub(crate) struct Subject {
    pub(crate) kind: Kind,
    pub(crate) target: Target,
    pub(crate) process: Process,
    pub(crate) dialect: Rc<dyn Dialect>,
    /// What it counts, if it does.
    pub(crate) metrics: Option<Metrics>,
    _running: Box<dyn Any>,
}

impl Kind {
    /// All there are here, the bare relay first.
    pub(crate) fn all(with_peers: bool) -> Vec<Self> {
        let peers = Peer::ALL.into_iter().filter(|peer| with_peers && peer.is_installed()).map(Self::Peer);
        [Self::BareRelay, Self::Papo, Self::PapoEncrypted].into_iter().chain(peers).collect()
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::BareRelay => "bare relay",
            Self::Papo => "papo-server",
            Self::PapoEncrypted => "papo-server, TLS",
            Self::Peer(peer) => peer.name(),
        }
    }

    /// How many connections enter at the same time, where it does not matter.
    pub(crate) fn at_once(self) -> usize {
        match self {
            Self::BareRelay | Self::Papo | Self::PapoEncrypted | Self::Peer(Peer::Mosquitto) => 64,
            // It greets whoever came, once a second.
            Self::Peer(Peer::InspIrcd) => 1000,
            // It lets ten wait; those beyond come again after a second.
            Self::Peer(Peer::NgIrcd) => 8,
        }
    }

    /// Starts one where there are so many conversations, each of so many people.
    pub(crate) fn start(self, conversations: usize, members: usize) -> Subject {
        match self {
            Self::BareRelay => {
                let relay = Relay::start();
                let target = Target { address: relay.address, tls: None };
                let dialect = Rc::new(RelayDialect { members });
                Subject { kind: self, target, process: relay.process(), dialect, metrics: None, _running: Box::new(relay) }
            }
            Self::Papo | Self::PapoEncrypted => {
                let papo = Papo::start(conversations, members);
                let target = if self == Self::Papo { papo.plain() } else { papo.encrypted() };
                let (process, dialect, metrics) = (papo.process(), Rc::new(papo.dialect()), Some(papo.metrics));
                Subject { kind: self, target, process, dialect, metrics, _running: Box::new(papo) }
            }
            Self::Peer(peer) => {
                let running = peer.start();
                let target = Target { address: running.address, tls: None };
                let dialect: Rc<dyn Dialect> = match peer {
                    Peer::InspIrcd | Peer::NgIrcd => Rc::new(IrcDialect { members }),
                    Peer::Mosquitto => Rc::new(MqttDialect { members }),
                };
                Subject { kind: self, target, process: running.process(), dialect, metrics: None, _running: Box::new(running) }
            }
        }
    }
}
