//! The boundary to durable storage: the trait and its backends, [`sqlite`], `postgres` (a feature) and, for tests, [`memory`].
//! `tests/it/store_contract` runs the same tests on all.
//!
//! Writes are decided by [`decide`](crate::domain::decide). A backend loads the facts that a decision asks for, applies its
//! changes, and knows nothing about permissions.
//!
//! Deliberately absent: types of a database driver, and presence.

mod columns;
pub mod copy;
pub mod memory;
mod message_words;
#[cfg(feature = "cluster")]
pub mod postgres;
pub(crate) mod private;
pub mod shared;
pub mod sqlite;
mod verification;

use async_trait::async_trait;
use papo_shared::model::{ConversationId, DeviceId, Entry, GroupListing, Invitation, Seq, ServerId, Username};
use papo_shared::protocol::{InboxItem, ReadCursor, Receipt, Revision};

pub use self::verification::Finding;
use crate::domain::facts::ConversationFacts;
use crate::domain::{
    Account, AccountId, AuditEntry, Ban, Conversation, ConversationRows, Credentials, Device, EntryRange, FoundMessages,
    FoundReaction, GroupInvites, GroupSummary, Invite, InviteHash, InviteId, Member, MessageSearch, Report, ReportId,
    SecondFactor, TokenHash, Totals,
};
pub use crate::domain::{BlockChange, CursorPosition, NewDevice, NotifyChange, Outcome, Posted, ReceiptMoved, StoreError, Write};

/// Durable storage of accounts, conversations and messages.
///
/// Every backend guarantees:
/// 1. [`Store::commit`] returns once the batch is on disk: all of it or, with an error, none of it. Only an error during the
///    commit itself leaves open which ([`StoreError::is_outcome_unknown`]).
/// 2. The writes of a batch take effect in order, and each sees those before it. The conditions of a write are checked inside the
///    transaction; if one does not hold, the outcome is a refusal, and the rest of the batch is unaffected.
/// 3. The entries of each conversation are numbered 1, 2, 3… without gaps.
/// 4. An author's client id is remembered as long as the message. Using it again returns the first number, regardless of
///    later changes to the message.
/// 5. A read sees every commit that returned before it began.
/// 6. To anyone but current members, a conversation does not exist.
/// 7. Every group with members has exactly one owner.
/// 8. Messages are returned with all changes applied and with the reader's own reactions marked. No text of a
///    deleted message is kept.
#[async_trait]
pub trait Store: Send + Sync {
    /// Writes a batch in one transaction. Returns one outcome per write, in order.
    ///
    /// # Errors
    /// Nothing of the batch was written, unless the error says that this is unknown.
    async fn commit(&self, batch: Vec<Write>) -> Result<Vec<Outcome>, StoreError>;

    /// Sets whether the disk is nearly full. While it is, only short texts are stored; see
    /// [`StorageLimits`](crate::domain::storage::StorageLimits).
    fn set_space_low(&self, is_low: bool);
    /// Whether the files are still those that were opened. If not, commits fail. May block for the duration of a system call.
    fn is_in_place(&self) -> bool;
    /// Why the store can do nothing at present; operations then fail at once with [`StoreError::is_unavailable`]. `None`: it is
    /// available as far as is known, which a backend inside the process always is. Does not wait.
    fn unavailable_reason(&self) -> Option<String> {
        None
    }

    /// Identity of the data, created with it and renewed only when a backup is restored.
    fn server_id(&self) -> ServerId;
    /// The account with this username.
    async fn account(&self, username: &Username) -> Result<Option<Account>, StoreError>;
    /// The account with this username, and its password hash.
    async fn credentials(&self, username: &Username) -> Result<Option<Credentials>, StoreError>;
    /// The distinct settings of the stored password hashes: version and cost of bcrypt, such as `$2b$12$`. In any order.
    async fn password_hash_settings(&self) -> Result<Vec<String>, StoreError>;
    /// The account's second factor, also one that waits for confirmation.
    async fn second_factor(&self, account: AccountId) -> Result<Option<SecondFactor>, StoreError>;
    /// Those of these accounts that exist, in any order.
    async fn accounts(&self, ids: &[AccountId]) -> Result<Vec<Account>, StoreError>;
    /// The device with this token, and its account.
    async fn device(&self, token: &TokenHash) -> Result<Option<(Device, Account)>, StoreError>;
    /// Whether the device is still signed in.
    async fn is_device_valid(&self, device: DeviceId) -> Result<bool, StoreError>;
    /// The account's devices after `after`, ordered by id.
    async fn devices(&self, account: AccountId, after: Option<DeviceId>, limit: usize) -> Result<Vec<Device>, StoreError>;
    /// Accounts after `after` whose names contain `query` (normalised by the caller), ordered by username.
    async fn users(&self, query: Option<&str>, after: Option<&Username>, limit: usize) -> Result<Vec<Account>, StoreError>;
    /// All accounts that share a conversation with this one, without duplicates and without itself.
    async fn contacts(&self, account: AccountId) -> Result<Vec<AccountId>, StoreError>;

    /// Invites with uses left, expired ones included, after `after`, ordered by id.
    async fn invites(&self, after: Option<InviteId>, limit: usize) -> Result<Vec<Invite>, StoreError>;
    /// The invite with this code, also if it is expired.
    async fn invite(&self, code: &InviteHash) -> Result<Option<Invite>, StoreError>;

    /// One of the account's conversations.
    async fn conversation(&self, account: AccountId, id: ConversationId) -> Result<Option<Conversation>, StoreError>;
    /// The account's conversations after `after`, ordered by id. May return fewer than the limit, at least one, if counting
    /// their unread messages takes much work.
    async fn conversations(
        &self,
        account: AccountId,
        after: Option<ConversationId>,
        limit: usize,
    ) -> Result<ConversationRows, StoreError>;
    /// Groups after `after` that the account finds (listed and public ones, and those it is a member of), whose names contain `query` (normalised by the caller), ordered by id.
    async fn groups(
        &self,
        account: AccountId,
        query: Option<&str>,
        after: Option<ConversationId>,
        limit: usize,
    ) -> Result<Vec<GroupListing>, StoreError>;
    /// Members with their roles after `after`, ordered by username; `None` if `account` is not a member.
    async fn members(
        &self,
        account: AccountId,
        id: ConversationId,
        after: Option<&Username>,
        limit: usize,
    ) -> Result<Option<Vec<Member>>, StoreError>;
    /// The invites to a group; `None` if `account` is not a member.
    async fn group_invites(&self, account: AccountId, id: ConversationId) -> Result<Option<GroupInvites>, StoreError>;
    /// The invitations to groups that the account has received, expired ones included, oldest first.
    async fn invitations(&self, account: AccountId) -> Result<Vec<Invitation>, StoreError>;
    /// Accounts blocked by this one after `after`, ordered by username.
    async fn blocked(&self, account: AccountId, after: Option<&Username>, limit: usize) -> Result<Vec<Account>, StoreError>;
    /// Groups after `after`, ordered by id, for the operator; if `owner` is given, only those that this account owns.
    async fn group_summaries(
        &self,
        owner: Option<AccountId>,
        after: Option<ConversationId>,
        limit: usize,
    ) -> Result<Vec<GroupSummary>, StoreError>;
    /// The facts by which it is decided who may write in a conversation.
    async fn conversation_facts(&self, id: ConversationId) -> Result<Option<ConversationFacts>, StoreError>;
    /// Entries visible to the account, in the direction of the span: ascending for `After`, descending for `Before`.
    /// May stop after the entry with which their texts exceed `enough_bytes`. `None` if `account` is not a member.
    async fn entries(
        &self,
        account: AccountId,
        id: ConversationId,
        span: EntryRange,
        limit: usize,
        enough_bytes: usize,
    ) -> Result<Option<Vec<Entry>>, StoreError>;

    /// Messages visible to the account that match, newest first in the order of storage. May return fewer than the limit and a
    /// position to continue from. `None` if `account` is not a member of the conversation the search is restricted to.
    async fn search(&self, account: AccountId, search: &MessageSearch) -> Result<Option<FoundMessages>, StoreError>;

    /// Texts of a message, oldest first, skipping the first `after`. May stop after the text with which they exceed
    /// `enough_bytes`. `None` if `account` is not a member; `Some(None)` if the message does not exist, was deleted, or
    /// is not visible to the account.
    async fn revisions(
        &self,
        account: AccountId,
        id: ConversationId,
        seq: Seq,
        after: u32,
        limit: usize,
        enough_bytes: usize,
    ) -> Result<Option<Option<Vec<Revision>>>, StoreError>;
    /// Reactions to a message after `after`, oldest first. `None` and `Some(None)` as for [`Self::revisions`].
    async fn reactions(
        &self,
        account: AccountId,
        id: ConversationId,
        seq: Seq,
        after: Option<Seq>,
        limit: usize,
    ) -> Result<Option<Option<Vec<FoundReaction>>>, StoreError>;
    /// The account's read cursor and the counts after it; `None` if it is not a member.
    async fn read_cursor(&self, account: AccountId, id: ConversationId) -> Result<Option<ReadCursor>, StoreError>;
    /// The account's inbox across all conversations, newest first.
    async fn inbox(&self, account: AccountId, limit: usize) -> Result<Vec<InboxItem>, StoreError>;
    /// Receipts of the other members after `after`, ordered by username; `None` if `account` is not a member.
    async fn receipts(
        &self,
        account: AccountId,
        id: ConversationId,
        after: Option<&Username>,
        limit: usize,
    ) -> Result<Option<Vec<Receipt>>, StoreError>;

    /// Reports of messages after `after`, ordered by id, without those of deleted groups. The closed ones only if `with_closed`.
    async fn reports(&self, with_closed: bool, after: Option<ReportId>, limit: usize) -> Result<Vec<Report>, StoreError>;
    /// Number of open reports, without those of deleted groups.
    async fn open_reports(&self) -> Result<usize, StoreError>;
    /// All bans, in any order; some may have expired.
    async fn bans(&self) -> Result<Vec<Ban>, StoreError>;
    /// Audit entries before `before`, newest first.
    async fn audit(&self, before: Option<i64>, limit: usize) -> Result<Vec<AuditEntry>, StoreError>;
    /// Totals of the store.
    async fn totals(&self) -> Result<Totals, StoreError>;

    /// Waits until a part of the backend that it cannot work without has panicked, and returns what that part did. The
    /// server must then be started again. `None` if the store was closed before.
    async fn failed(&self) -> Option<&'static str>;

    /// Completes accepted work and releases the files. Later calls return errors.
    async fn close(&self);
}
