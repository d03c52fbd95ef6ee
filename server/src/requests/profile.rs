//! Display name, status text and away state.

use papo_shared::model::limits::MAX_STATUS_CHARS;
use papo_shared::model::{DisplayName, StatusText};
use papo_shared::protocol::{Refusal, Reply, SetAway, SetProfile};

use super::{Caller, RequestError, RequestResult, Services};
use crate::store::{Outcome, Write};

/// Changes the caller's display name, status text or both.
///
/// # Errors
/// `DisplayNameInvalid`, `StatusTooLong`.
pub(crate) async fn set_profile(services: &Services, caller: &Caller, ask: SetProfile) -> RequestResult {
    let display_name = ask.display_name.as_deref().map(DisplayName::parse).transpose();
    let display_name = display_name.map_err(|problem| Refusal::DisplayNameInvalid { problem })?;
    let status = ask.status.as_deref().map(StatusText::parse).transpose();
    let status = status.map_err(|_| Refusal::StatusTooLong { max_chars: MAX_STATUS_CHARS })?;
    let set = Write::SetProfile { account: caller.who.id, display_name, status };
    match services.committer.commit(caller.session, set).await? {
        Outcome::Done => {
            services.presence.renewed(caller.who.id);
            Ok(Reply::Done)
        }
        other => Err(RequestError::from_outcome(other)),
    }
}

/// Marks the caller's session as away or back.
///
/// # Errors
/// Never fails.
pub(crate) fn set_away(services: &Services, caller: &Caller, ask: &SetAway) -> RequestResult {
    services.presence.set_away(caller.who.id, caller.session, ask.away);
    Ok(Reply::Done)
}
