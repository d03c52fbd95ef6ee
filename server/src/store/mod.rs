//! The boundary to durable data: the trait and its backends, [`sqlite`] and, for tests, [`memory`]. `tests/it/store_contract`
//! checks the same contract for both.
//!
//! What becomes of a write is decided by [`decide`](crate::domain::decide). A backend loads the facts that a decision asks for,
//! applies its changes, and knows nothing about permissions.
//!
//! Deliberately absent: any type of a database driver, and who is online.

pub mod memory;
pub mod sqlite;

use async_trait::async_trait;
use papo_shared::model::{ConversationId, DeviceId, Entry, GroupInviteListing, GroupListing, Seq, ServerId, Timestamp, Username};
use papo_shared::protocol::{InboxItem, Receipt, Refusal, Revision};

use crate::domain::{
    Account, AccountId, Audience, AuditEntry, Conversation, Credentials, Device, FoundMessages, FoundReaction, Invite,
    InviteHash, InviteId, Member, MessageSearch, Span, TokenHash, Totals,
};
pub use crate::domain::{BlockSet, CursorMoved, NewDevice, NotifySet, Outcome, Posted, ReceiptMoved, StoreError, Write};

/// Durable truth.
///
/// The contract, held by every backend:
/// 1. [`Store::commit`] returns after the batch is on disk. All of it is or, with an error, none of it; only an error in the middle
///    of committing leaves open which ([`StoreError::is_outcome_unknown`]).
/// 2. Writes of a batch take effect in their order, and each sees those before it. What a write needs to be true is
///    checked inside the transaction; where it is not, its outcome is a refusal, and the rest of the batch stands.
/// 3. Entries are numbered 1, 2, 3… in each conversation, without a hole.
/// 4. A client id is remembered with its author as long as the message: again, it gives the first number again, whatever became
///    of the message since.
/// 5. A read sees every commit that returned before it began.
/// 6. Whoever is no current member of a conversation is answered as if it did not exist.
/// 7. A group that anybody is in has one owner.
/// 8. A message is given as it is now, and with what is the reader's own in it. Of a deleted one no text is kept.
#[async_trait]
pub trait Store: Send + Sync {
    /// Writes a batch in one transaction. As many outcomes come back as writes went in, in their order.
    ///
    /// # Errors
    /// Nothing of the batch was written, unless the error says that this is unknown.
    async fn commit(&self, batch: Vec<Write>) -> Result<Vec<Outcome>, StoreError>;

    /// Which server's data these are: made with them, never changed.
    fn server_id(&self) -> ServerId;
    /// The account with this name.
    async fn account(&self, username: &Username) -> Result<Option<Account>, StoreError>;
    /// The account with this name and its password hash.
    async fn credentials(&self, username: &Username) -> Result<Option<Credentials>, StoreError>;
    /// Those of these accounts that exist, in any order.
    async fn accounts(&self, ids: &[AccountId]) -> Result<Vec<Account>, StoreError>;
    /// The device that this token signs in, and whose it is.
    async fn device(&self, token: &TokenHash) -> Result<Option<(Device, Account)>, StoreError>;
    /// Whether this device is still good for being signed in.
    async fn device_stands(&self, device: DeviceId) -> Result<bool, StoreError>;
    /// The devices that this account is signed in on, ordered by number, those after `after`.
    async fn devices(&self, account: AccountId, after: Option<DeviceId>, limit: usize) -> Result<Vec<Device>, StoreError>;
    /// Accounts ordered by username, those after `after`, whose names contain `query` (folded by the caller).
    async fn users(&self, query: Option<&str>, after: Option<&Username>, limit: usize) -> Result<Vec<Account>, StoreError>;
    /// Everybody who is in a conversation with this account, each once, without itself.
    async fn contacts(&self, account: AccountId) -> Result<Vec<AccountId>, StoreError>;

    /// Invites that can still be used or have expired, ordered by id, those after `after`.
    async fn invites(&self, after: Option<InviteId>, limit: usize) -> Result<Vec<Invite>, StoreError>;
    /// Whether this invite is good at this time.
    async fn invite_stands(&self, code: &InviteHash, now: Timestamp) -> Result<bool, StoreError>;

    /// One of this account's conversations.
    async fn conversation(&self, account: AccountId, id: ConversationId) -> Result<Option<Conversation>, StoreError>;
    /// This account's conversations ordered by id, those after `after`.
    async fn conversations(
        &self,
        account: AccountId,
        after: Option<ConversationId>,
        limit: usize,
    ) -> Result<Vec<Conversation>, StoreError>;
    /// All groups ordered by id, those after `after`, whose names contain `query` (folded by the caller).
    async fn groups(
        &self,
        account: AccountId,
        query: Option<&str>,
        after: Option<ConversationId>,
        limit: usize,
    ) -> Result<Vec<GroupListing>, StoreError>;
    /// Members with their roles, ordered by username, those after `after`; none for who is no member.
    async fn members(
        &self,
        account: AccountId,
        id: ConversationId,
        after: Option<&Username>,
        limit: usize,
    ) -> Result<Option<Vec<Member>>, StoreError>;
    /// The invites to a group that stand at this time, ordered by id; the refusal of who may not invite, which is `NotAMember`,
    /// `NotAGroup` or `NotAllowed`.
    async fn group_invites(
        &self,
        account: AccountId,
        id: ConversationId,
        now: Timestamp,
    ) -> Result<Result<Vec<GroupInviteListing>, Refusal>, StoreError>;
    /// Those whom this account has blocked, ordered by username, those after `after`.
    async fn blocked(&self, account: AccountId, after: Option<&Username>, limit: usize) -> Result<Vec<Account>, StoreError>;
    /// Who hears it where this account writes; the refusal of who may not write there, which is `NotAMember` or `UnblockFirst`.
    async fn may_write(&self, account: AccountId, id: ConversationId) -> Result<Result<Audience, Refusal>, StoreError>;
    /// The members; none for who is no member.
    async fn audience(&self, account: AccountId, id: ConversationId) -> Result<Option<Audience>, StoreError>;
    /// Entries that this account may see, in the direction of the span: ascending after, descending before. It may stop
    /// after the entry with which their texts pass `enough_bytes`. None for who is no member.
    async fn entries(
        &self,
        account: AccountId,
        id: ConversationId,
        span: Span,
        limit: usize,
        enough_bytes: usize,
    ) -> Result<Option<Vec<Entry>>, StoreError>;

    /// Messages that this account may see and that are looked for, in the order in which they were stored, from the newest on.
    /// It may stop before it has as many as it could, and then says before which place to go on. None where it is no member
    /// of the conversation that is asked for.
    async fn search(&self, account: AccountId, search: &MessageSearch) -> Result<Option<FoundMessages>, StoreError>;

    /// The texts that a message had, the oldest first, and the one it has last; those after so many. It may stop after the one
    /// with which they pass `enough_bytes`. Refused with `NotAMember`, `NoSuchMessage`.
    async fn revisions(
        &self,
        account: AccountId,
        id: ConversationId,
        seq: Seq,
        after: u32,
        limit: usize,
        enough_bytes: usize,
    ) -> Result<Result<Vec<Revision>, Refusal>, StoreError>;
    /// The reactions to a message in the order in which they came, those after `after`. Refused with `NotAMember`,
    /// `NoSuchMessage`.
    async fn reactions(
        &self,
        account: AccountId,
        id: ConversationId,
        seq: Seq,
        after: Option<Seq>,
        limit: usize,
    ) -> Result<Result<Vec<FoundReaction>, Refusal>, StoreError>;
    /// What waits for this account's eyes in all its conversations, the newest first.
    async fn inbox(&self, account: AccountId, limit: usize) -> Result<Vec<InboxItem>, StoreError>;
    /// How far the other members are, ordered by username, those after `after`; none for who is no member.
    async fn receipts(
        &self,
        account: AccountId,
        id: ConversationId,
        after: Option<&Username>,
        limit: usize,
    ) -> Result<Option<Vec<Receipt>>, StoreError>;

    /// What the operator did: the newest first, those before this number.
    async fn audit(&self, before: Option<i64>, limit: usize) -> Result<Vec<AuditEntry>, StoreError>;
    /// How much there is of everything.
    async fn totals(&self) -> Result<Totals, StoreError>;

    /// Finishes what was accepted and gives up the files. Anything asked afterwards is an error.
    async fn close(&self);
}
