//! Erases the messages that are older than the server keeps them.

use std::time::Duration;

use papo_shared::model::{ConversationId, Timestamp};

use super::{RequestError, RequestResult, Services};
use crate::domain::SessionId;
use crate::domain::retention::ExpiryQuery;
use crate::store::{Outcome, Write};

/// How often expired messages are looked for.
const INTERVAL: Duration = Duration::from_secs(60 * 60);

/// Pause between two steps, in which other writes are committed.
const PAUSE: Duration = Duration::from_millis(10);

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Erases messages that are older than this many days, now and every hour, until the task is aborted.
pub(crate) async fn expire_messages(services: &Services, days: u32) {
    loop {
        if let Err(error) = expire_all(services, days).await {
            drop(error.into_refusal());
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

async fn expire_all(services: &Services, days: u32) -> RequestResult<()> {
    let server_clock = services.clock.now();
    let advance = Write::AdvanceRetentionClock { at: server_clock };
    let clock = match services.committer.commit(SessionId::NONE, advance).await? {
        Outcome::RetentionClock(clock) => clock,
        other => return Err(RequestError::from_outcome(other)),
    };
    // If the server clock was set back, nothing expires until it has caught up.
    let now = clock.min(server_clock);
    let before = Timestamp(now.0.saturating_sub(i64::from(days) * DAY_MS));
    let mut next = Some(ConversationId(0));
    while let Some(after) = next {
        let step = Write::ExpireMessages(ExpiryQuery { after, before, now: server_clock });
        next = match services.committer.commit(SessionId::NONE, step).await? {
            Outcome::Expired(_, next) => next,
            other => return Err(RequestError::from_outcome(other)),
        };
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}
