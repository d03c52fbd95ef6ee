//! The servers that are compared: the bare relay, papo-server with and without TLS, and other servers.

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

/// A running server; stopped when dropped.
pub(crate) struct Subject {
    pub(crate) kind: Kind,
    pub(crate) target: Target,
    pub(crate) process: Process,
    pub(crate) dialect: Rc<dyn Dialect>,
    /// Its metrics, if it has any.
    pub(crate) metrics: Option<Metrics>,
    _running: Box<dyn Any>,
}

impl Kind {
    /// All kinds available here; the bare relay comes first.
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

    /// How many connections sign in at a time, when the measurement does not depend on it.
    pub(crate) fn at_once(self) -> usize {
        match self {
            Self::BareRelay | Self::Papo | Self::PapoEncrypted | Self::Peer(Peer::Mosquitto) => 64,
            // It accepts waiting connections once a second.
            Self::Peer(Peer::InspIrcd) => 1000,
            // Its backlog is ten; connections beyond it are retried after a second.
            Self::Peer(Peer::NgIrcd) => 8,
        }
    }

    /// Starts a server for this many conversations of this many members.
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
