//! How long messages are kept: setting it for a group, and erasing messages that are older.

use std::time::Duration;

use papo_shared::model::limits::MAX_RETENTION_DAYS;
use papo_shared::model::{ConversationId, Timestamp};
use papo_shared::protocol::{Refusal, Reply, SetRetention};
use tokio::time::{Instant, timeout_at};

use super::{AccountLimit, AccountRequest, Caller, RequestError, RequestResult, Services};
use crate::domain::SessionId;
use crate::domain::retention::ExpiryQuery;
use crate::store::{Outcome, Write};

/// How often expired messages are looked for in all conversations.
const INTERVAL: Duration = Duration::from_secs(60 * 60);

/// Pause between two steps, in which other writes are committed.
const PAUSE: Duration = Duration::from_millis(10);

/// Changes how long a group's messages are kept. Refusals: `NotAMember`, `NotAGroup`, `NotAllowed`; `WrongFields` for a number of
/// days out of bounds.
impl AccountRequest for SetRetention {
    /// As visible as creating a group.
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Groups);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        if self.days.is_some_and(|days| !(1..=MAX_RETENTION_DAYS).contains(&days)) {
            let detail = format!("`days` is from 1 to {MAX_RETENTION_DAYS}, or absent");
            return Err(Refusal::WrongFields { detail }.into());
        }
        let (conversation, by, days, at) = (self.conversation, caller.who.clone(), self.days, services.clock.now());
        match services.committer.commit(caller, Write::SetRetention { conversation, by, days, at }).await? {
            Outcome::Posted(_) => services.expiring.notify_one(),
            Outcome::Done => {}
            other => return Err(RequestError::from_outcome(other)),
        }
        Ok(Reply::Done)
    }
}

/// Erases expired messages until the task is aborted: now and every hour, and those of groups with a limit of their own
/// whenever such a limit was changed. Only the former advances the retention clock, since users choose how often they
/// change a limit.
pub(crate) async fn expire_messages(services: &Services) {
    loop {
        let next = Instant::now() + INTERVAL;
        let clock = log_fault(advance_clock(services).await);
        let mut server_days = services.retention_days;
        loop {
            if let Some(clock) = clock {
                log_fault(expire_all(services, clock, server_days).await);
            }
            if timeout_at(next, services.expiring.notified()).await.is_err() {
                break;
            }
            server_days = None;
        }
    }
}

fn log_fault<T>(result: RequestResult<T>) -> Option<T> {
    result.map_err(RequestError::into_refusal).ok()
}

async fn advance_clock(services: &Services) -> RequestResult<Timestamp> {
    let advance = Write::AdvanceRetentionClock { at: services.clock.now() };
    match services.committer.commit(SessionId::NONE, advance).await? {
        Outcome::RetentionClock(clock) => Ok(clock),
        other => Err(RequestError::from_outcome(other)),
    }
}

async fn expire_all(services: &Services, clock: Timestamp, server_days: Option<u32>) -> RequestResult<()> {
    let now = services.clock.now();
    // If the server clock was set back, nothing expires until it has caught up.
    let reference = clock.min(now);
    let mut next = Some(ConversationId(0));
    while let Some(after) = next {
        let step = Write::ExpireMessages(ExpiryQuery { after, server_days, reference, now });
        next = match services.committer.commit(SessionId::NONE, step).await? {
            Outcome::Expired(_, next) => next,
            other => return Err(RequestError::from_outcome(other)),
        };
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}
