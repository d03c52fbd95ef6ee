//! Reporting messages to the operator.

use std::time::Duration;

use papo_shared::model::{LineTooLong, ReportReason};
use papo_shared::protocol::{Refusal, Reply, ReportMessage};

use super::{AccountLimit, AccountRequest, Caller, RequestError, RequestResult, Services};
use crate::store::{Outcome, Write};

/// How often the number of open reports is read at least. Another server may change it.
const INTERVAL: Duration = Duration::from_secs(60);

/// Reports a message. Refusals: `ReasonTooLong`, `NotAMember`, `NoSuchMessage`, `CannotTargetSelf`, `TooManyReports`.
impl AccountRequest for ReportMessage {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Settings);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let Self { conversation, seq, reason } = self;
        let reason = ReportReason::parse(reason.as_deref().unwrap_or_default())
            .map_err(|LineTooLong { max_chars }| Refusal::ReasonTooLong { max_chars })?;
        let report = Write::ReportMessage { conversation, by: caller.who.id, seq, reason, at: services.clock.now() };
        match services.committer.commit(caller, report).await? {
            Outcome::Reported(id) => {
                tracing::warn!(report = id.0, "a message was reported; `papo-server reports list` lists the open reports");
                services.reports_changed.notify_one();
                Ok(Reply::Done)
            }
            Outcome::Done => Ok(Reply::Done),
            other => Err(RequestError::from_outcome(other)),
        }
    }
}

/// Records the number of open reports, now and when it changes, until the task is aborted.
pub(crate) async fn count_open_reports(services: &Services, record: impl Fn(usize)) {
    loop {
        match services.store.open_reports().await {
            Ok(open) => record(open),
            Err(error) => drop(RequestError::from(error).into_refusal()),
        }
        // Returns early if the number changes.
        let _ = tokio::time::timeout(INTERVAL, services.reports_changed.notified()).await;
    }
}
