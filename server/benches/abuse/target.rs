//! The coordination between the measurement and an attacker.

use std::net::SocketAddr;

use tokio::sync::watch;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Preparing,
    Attacking,
    Over,
}

/// The attacker's side: the server to attack, and when.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    ready: watch::Sender<bool>,
    phase: watch::Receiver<Phase>,
}

/// The side of the measurement.
pub(crate) struct Control {
    ready: watch::Receiver<bool>,
    phase: watch::Sender<Phase>,
}

impl Target {
    pub(crate) fn new(address: SocketAddr) -> (Self, Control) {
        let (ready, is_ready) = watch::channel(false);
        let (phase, phases) = watch::channel(Phase::Preparing);
        (Self { address, ready, phase: phases }, Control { ready: is_ready, phase })
    }

    /// Reports that the preparations are done, and waits for the attack to begin.
    pub(crate) async fn begin(&mut self) {
        self.ready.send_replace(true);
        let _ = self.phase.wait_for(|phase| *phase != Phase::Preparing).await;
    }

    /// Waits for the end of the attack.
    pub(crate) async fn end(&mut self) {
        let _ = self.phase.wait_for(|phase| *phase == Phase::Over).await;
    }

    /// Whether the attack is over.
    pub(crate) fn is_over(&self) -> bool {
        *self.phase.borrow() == Phase::Over
    }
}

impl Control {
    /// Waits until the attacker has prepared the attack.
    pub(crate) async fn ready(&mut self) {
        self.ready.wait_for(|ready| *ready).await.expect("the attacker must not fail");
    }

    pub(crate) fn begin(&self) {
        self.phase.send_replace(Phase::Attacking);
    }

    pub(crate) fn end(&self) {
        self.phase.send_replace(Phase::Over);
    }
}
