//! Notification settings.

use papo_shared::model::Notify;
use papo_shared::protocol::{Reply, SetNotify};

use super::{Caller, RequestError, RequestResult, Services};
use crate::store::{Outcome, Write};

/// Sets which messages of a conversation notify the caller.
///
/// # Errors
/// `NotAMember`.
pub(crate) async fn set_notify(services: &Services, caller: &Caller, ask: &SetNotify) -> RequestResult {
    let notify = Notify { level: ask.level, until: ask.until }.at(services.clock.now());
    let set = Write::SetNotify { conversation: ask.conversation, account: caller.who.id, notify };
    match services.committer.commit(caller.session, set).await? {
        Outcome::NotifyChanged(_) | Outcome::Done => Ok(Reply::Done),
        other => Err(RequestError::from_outcome(other)),
    }
}
