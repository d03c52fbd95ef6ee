//! Which sessions end after a write.
//!
//! This is the only place that decides it: no request has to end sessions itself, except its own after its reply.

use papo_shared::model::DeviceId;
use papo_shared::protocol::GoodbyeReason;

use super::requester::Origin;
use crate::bus::Bus;
use crate::domain::{AccountId, SessionId};
use crate::store::Outcome;

/// Sessions to end.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// Those of devices that are signed out. The exception is the session that asked for it, which still gets its reply.
    Devices { devices: Vec<DeviceId>, except: SessionId },
    /// Those of a suspended account.
    Account(AccountId),
}

impl Ending {
    /// The sessions that end after a write with this outcome, if any.
    pub(super) fn after(outcome: &Outcome, origin: Origin) -> Option<Self> {
        if let Outcome::AccountSuspended(account) = outcome {
            return Some(Self::Account(*account));
        }
        // Its session has not learned yet that it was signed out.
        if let Some(device) = origin.signed_out_device(outcome) {
            return Some(Self::Devices { devices: vec![device], except: SessionId::NONE });
        }
        let devices = outcome.signed_out_devices();
        (!devices.is_empty()).then(|| Self::Devices { devices: devices.to_vec(), except: origin.session })
    }

    pub(super) fn publish(self, bus: &dyn Bus) {
        match self {
            Self::Devices { devices, except } => bus.end_sessions(&devices, except, GoodbyeReason::SignedOut),
            Self::Account(account) => bus.end_account(account, GoodbyeReason::Suspended),
        }
    }
}

#[cfg(test)]
mod tests {
    use papo_shared::protocol::Refusal;

    use super::{AccountId, DeviceId, Ending, Origin, Outcome, SessionId};

    const SESSION: SessionId = SessionId(7);
    const DEVICES: [DeviceId; 2] = [DeviceId(1), DeviceId(2)];

    #[track_caller]
    fn check(outcome: &Outcome, origin: impl Into<Origin>, expected: Option<Ending>) {
        assert_eq!(Ending::after(outcome, origin.into()), expected, "{outcome:?}");
    }

    #[test]
    fn every_outcome_that_signs_devices_out_ends_their_sessions_but_the_one_that_asked() {
        let of_devices = |except| Some(Ending::Devices { devices: DEVICES.to_vec(), except });
        let removed = Outcome::DevicesRemoved(DEVICES.to_vec());
        check(&removed, Origin::signed_in(SESSION, DeviceId(1)), of_devices(SESSION));
        check(&removed, SessionId::NONE, of_devices(SessionId::NONE));
        check(&Outcome::DeviceAdded { device: DeviceId(3), signed_out: DEVICES.to_vec() }, SESSION, of_devices(SESSION));
        check(&Outcome::DeviceAdded { device: DeviceId(3), signed_out: Vec::new() }, SESSION, None);
        check(&Outcome::DevicesRemoved(Vec::new()), SESSION, None);
        check(&Outcome::Done, SESSION, None);
    }

    #[test]
    fn suspending_an_account_ends_its_sessions() {
        check(&Outcome::AccountSuspended(AccountId(3)), SessionId::NONE, Some(Ending::Account(AccountId(3))));
    }

    #[test]
    fn a_session_whose_write_was_refused_because_of_its_device_ends() {
        let refused = Outcome::Refused(Refusal::TokenUnknown);
        let expected = Ending::Devices { devices: vec![DeviceId(1)], except: SessionId::NONE };
        check(&refused, Origin::signed_in(SESSION, DeviceId(1)), Some(expected));
        check(&refused, SESSION, None);
        check(&Outcome::Refused(Refusal::NotAMember), Origin::signed_in(SESSION, DeviceId(1)), None);
    }
}
