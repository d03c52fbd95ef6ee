//! What a batch locks, so that its facts stay true until it is committed, whatever other servers write.
//!
//! Every batch locks the table `server`. Nearly all batches consist of writes to logs: messages, changes of messages, read cursors
//! and receipts. They share that lock and lock the rows of their conversations and of the accounts that they charge, each in the
//! order of ids, so that they cannot wait for each other in a circle. All other writes, such as those about accounts, memberships and
//! names, are rare and depend on many rows. Their batches hold the lock alone.
//!
//! Statements take their snapshots after the locks are held, so they see everything that was committed before.

use std::collections::BTreeSet;

use futures_util::FutureExt;
use papo_shared::model::ConversationId;

use crate::domain::AccountId;
use crate::domain::facts::Facts;
use crate::store::Write;
use crate::store::postgres::facts::loaded::{Loaded, Loading};
use crate::store::postgres::fault::Fault;
use crate::store::postgres::query::{Connection, all};

const LOCK_CONVERSATIONS: &str = "SELECT id FROM conversation WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE";
const LOCK_ACCOUNTS: &str = "SELECT id FROM account WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE";

/// The locks of a batch.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Locks {
    /// Everything.
    All,
    /// The rows of these conversations and accounts.
    Rows { conversations: BTreeSet<ConversationId>, accounts: BTreeSet<AccountId> },
}

/// Prepares the statements that lock rows, so that they are sent at once, before those that read facts.
pub(super) async fn prepare(connection: &Connection) -> Result<(), Fault> {
    connection.prepare_cached(LOCK_CONVERSATIONS).await?;
    connection.prepare_cached(LOCK_ACCOUNTS).await?;
    Ok(())
}

impl Locks {
    pub(super) fn of(batch: &[Write]) -> Self {
        let (mut conversations, mut accounts) = (BTreeSet::new(), BTreeSet::new());
        for write in batch {
            let write = if let Write::FromDevice { write, .. } = write { write } else { write };
            match write {
                Write::AppendMessage { conversation, author: by, .. }
                | Write::EditMessage { conversation, by, .. }
                | Write::DeleteMessage { conversation, by, .. }
                | Write::AddReaction { conversation, by, .. }
                | Write::RemoveReaction { conversation, by, .. } => {
                    conversations.insert(*conversation);
                    accounts.insert(by.id);
                }
                Write::MoveReadCursor { conversation, .. }
                | Write::MoveReadCursorBack { conversation, .. }
                | Write::Dismiss { conversation, .. }
                | Write::MarkDelivered { conversation, .. } => _ = conversations.insert(*conversation),
                Write::SetLastSeen { account, .. } => _ = accounts.insert(*account),
                Write::SetDeviceUse { .. } => {}
                _ => return Self::All,
            }
        }
        Self::Rows { conversations, accounts }
    }

    /// Begins the transaction.
    pub(super) async fn begin(&self, connection: &Connection) -> Result<Loaded, Fault> {
        let begin = match self {
            Self::All => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; LOCK TABLE server IN EXCLUSIVE MODE",
            Self::Rows { .. } => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; LOCK TABLE server IN ROW SHARE MODE",
        };
        connection.batch_execute(begin).await?;
        Ok(nothing())
    }

    /// Locks the rows, conversations first.
    pub(super) fn lock_rows<'c>(&self, connection: &'c Connection) -> Vec<Loading<'c>> {
        let Self::Rows { conversations, accounts } = self else { return Vec::new() };
        let conversations = conversations.iter().map(|id| id.0.into()).collect();
        let accounts = accounts.iter().map(|id| id.0.into()).collect();
        let locks: [(&str, Vec<i64>); 2] = [(LOCK_CONVERSATIONS, conversations), (LOCK_ACCOUNTS, accounts)];
        let needed = locks.into_iter().filter(|(_, ids)| !ids.is_empty());
        let lock = |(sql, ids): (&'static str, Vec<i64>)| async move {
            all(connection, sql, &[&ids]).await?;
            Ok(nothing())
        };
        needed.map(|locked| lock(locked).boxed()).collect()
    }
}

fn nothing() -> Loaded {
    Box::new(|_: &mut Facts| {})
}
