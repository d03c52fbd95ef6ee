//! Writes batches, each in one transaction: one round trip to load facts, and one to apply the changes and to commit.
//!
//! Facts that only become known from others take further rounds, as do writes that depend on earlier ones of the batch in a way
//! that facts do not follow.

mod accounts;
mod apply;
mod erasures;
mod locks;
mod pending;
mod reports;
mod statements;

use std::collections::HashSet;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::time::timeout;

use self::locks::Locks;
use self::pending::Pending;
use self::statements::Prepared;
use super::connections::{Pool, Session};
use super::facts::{self, Source};
use super::fault::{Fault, MAX_ATTEMPTS};
use super::memberships::MembershipCache;
use super::query::{Connection, pipeline};
use crate::domain::decide::{Decision, assumed, decide};
use crate::domain::facts::{Facts, Key, Missing};
use crate::domain::storage::StorageLimits;
use crate::store::{Outcome, Write};

/// Maximum time to wait for the answer to a commit. Afterwards its outcome is unknown.
const COMMIT_TIMEOUT: Duration = Duration::from_secs(12);

/// Number of writes whose facts are loaded together once an earlier write of the batch made facts unknown.
const LOOKAHEAD: usize = 64;

/// How a batch is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// All changes at once.
    Together,
    /// The changes of each write in a savepoint of their own, so that one which violates a constraint fails alone. A correct server
    /// makes no such write.
    OneByOne,
}

/// Writes all of a batch or, with an error, nothing of it. Tries again after conflicts with other servers, and after losing a
/// connection before the commit.
pub(super) async fn commit(
    pool: &Pool,
    memberships: &MembershipCache,
    batch: &[Write],
    limits: StorageLimits,
) -> Result<Vec<Outcome>, Fault> {
    let mut mode = Mode::Together;
    for _ in 1..MAX_ATTEMPTS {
        match attempt(pool, memberships, batch, limits, mode).await {
            Err(fault) if fault.is_conflict() || fault.is_lost_connection() => {}
            Err(fault) if fault.is_violation() && mode == Mode::Together => mode = Mode::OneByOne,
            result => return result,
        }
    }
    attempt(pool, memberships, batch, limits, mode).await
}

async fn attempt(
    pool: &Pool,
    memberships: &MembershipCache,
    batch: &[Write],
    limits: StorageLimits,
    mode: Mode,
) -> Result<Vec<Outcome>, Fault> {
    let mut session = Session::of(pool).await?;
    // On the way out with an error, the connection is closed, unless the transaction is known to have ended.
    session.begin();
    let written = match write_all(Source { connection: session.connection(), memberships }, batch, limits, mode).await {
        Ok((outcomes, last)) => commit_transaction(session.connection(), &last).await.map(|()| outcomes),
        Err(fault) => match session.connection().batch_execute("ROLLBACK").await {
            Ok(()) => Err(fault),
            Err(_) => return Err(fault),
        },
    };
    if !matches!(written, Err(Fault::Commit(_) | Fault::CommitTimeout(_))) {
        session.end();
    }
    written
}

/// Executes the last statements together with the commit, so that locks are held for one round trip less.
async fn commit_transaction(connection: &Connection, last: &Prepared) -> Result<(), Fault> {
    match timeout(COMMIT_TIMEOUT, last.execute_and_commit(connection)).await {
        Ok(committed) => committed,
        Err(_) => Err(Fault::CommitTimeout(COMMIT_TIMEOUT.as_secs())),
    }
}

/// Executes the writes, except for the last statements, which are to be executed with the commit.
async fn write_all(
    source: Source<'_>,
    batch: &[Write],
    limits: StorageLimits,
    mode: Mode,
) -> Result<(Vec<Outcome>, Prepared), Fault> {
    let connection = source.connection;
    let mut facts = Facts::new(limits);
    let locks = Locks::of(batch);
    locks::prepare(connection).await?;
    let mut first_round = vec![locks.begin(connection).boxed()];
    first_round.extend(locks.lock_rows(connection));
    first_round.extend(facts::queries(source, missing(batch, &facts)));
    pipeline(first_round).await?.into_iter().for_each(|set| set(&mut facts));
    load_missing(source, batch, &mut facts).await?;

    let mut pending = Pending::default();
    let mut outcomes = Vec::with_capacity(batch.len());
    let mut last_miss = None;
    for (place, write) in batch.iter().enumerate() {
        let Decision { outcome, changes, usage } = loop {
            match decide_completely(write, &facts) {
                Ok(decision) => break decision,
                Err(Missing(keys)) => {
                    pending.flush(connection).await?;
                    facts::load(source, &mut facts, distinct(keys)).await?;
                    // If each write makes facts of the next one unknown, more would be loaded in vain.
                    let is_after_another = last_miss.replace(place).is_some_and(|last| last + 1 == place);
                    let end = place + if is_after_another { 1 } else { LOOKAHEAD };
                    load_missing(source, &batch[place..end.min(batch.len())], &mut facts).await?;
                }
            }
        };
        for change in changes.iter() {
            pending.add(change, &facts);
        }
        if let Some((account, usage)) = usage {
            pending.set_usage(account, usage);
        }
        if mode == Mode::OneByOne
            && let Err(fault) = flush_in_savepoint(connection, &mut pending).await
        {
            if !fault.is_violation() {
                return Err(fault);
            }
            outcomes.push(Outcome::Failed(fault.into()));
            continue;
        }
        changes.iter().for_each(|change| facts.apply(change));
        if let Some((account, usage)) = usage {
            facts.set_usage(account, usage);
        }
        outcomes.push(outcome);
    }
    Ok((outcomes, pending.into_statements().prepare(connection).await?))
}

/// Decides a write with the fact that it could be decided without: whether its client id was used before.
fn decide_completely<'a>(write: &'a Write, facts: &Facts) -> Result<Decision<'a>, Missing> {
    match assumed(write, facts) {
        Some(key) => Err(Missing(vec![key])),
        None => decide(write, facts),
    }
}

/// The facts that the decisions about these writes are missing, without those that are loaded in their turn.
fn missing(writes: &[Write], facts: &Facts) -> Vec<Key> {
    let of_write = |write| {
        let missing = decide(write, facts).err().map(|Missing(keys)| keys).unwrap_or_default();
        missing.into_iter().chain(assumed(write, facts))
    };
    distinct(writes.iter().flat_map(of_write).filter(|key| !is_loaded_in_turn(key)))
}

/// Whether a fact is derived from so many rows that the changes of earlier writes are not applied to it.
fn is_loaded_in_turn(key: &Key) -> bool {
    matches!(key, Key::ErasureStep(_) | Key::RetentionClock(_) | Key::ExpiryStep(_))
}

/// Each key once, except those of new ids, which each write needs for itself.
fn distinct(keys: impl IntoIterator<Item = Key>) -> Vec<Key> {
    let mut seen = HashSet::new();
    keys.into_iter().filter(|key| is_new_id(key) || seen.insert(key.clone())).collect()
}

fn is_new_id(key: &Key) -> bool {
    matches!(
        key,
        Key::NextAccount | Key::NextConversation | Key::NextDevice | Key::NextInvite | Key::NextGroupInvite | Key::NextReport
    )
}

/// Loads facts until these writes can be decided, each without regard to the others.
async fn load_missing(source: Source<'_>, writes: &[Write], facts: &mut Facts) -> Result<(), Fault> {
    loop {
        let keys = missing(writes, facts);
        if keys.is_empty() {
            return Ok(());
        }
        facts::load(source, facts, keys).await?;
    }
}

/// Writes the pending changes, or none of them if one violates a constraint.
async fn flush_in_savepoint(connection: &Connection, pending: &mut Pending) -> Result<(), Fault> {
    connection.batch_execute("SAVEPOINT one_write").await?;
    let flushed = pending.flush(connection).await;
    let end = if flushed.is_ok() { "RELEASE one_write" } else { "ROLLBACK TO one_write; RELEASE one_write" };
    connection.batch_execute(end).await?;
    flushed
}
