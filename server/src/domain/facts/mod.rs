//! The working set of a batch: the stored data that its decisions depend on.
//!
//! Decisions look facts up. A fact that is not loaded is reported as [`Missing`]; the backend then loads it and decides again, so
//! the facts that a decision needs are not declared separately. Changes applied to the tables are also applied to the facts
//! ([`Facts::apply`]). Nothing else changes facts, so a failed write leaves them unchanged.

mod apply;
mod kept_table;
mod key;
mod table;
#[cfg(test)]
mod tests;
mod values;

use papo_shared::model::{ClientId, ConversationId, DeviceId, Emoji, GroupInviteId, Role, Seq, Topic, Username};

use super::account::AccountId;
use super::erasure::ErasureStep;
use super::invite::{InviteHash, InviteId};
use super::message::EntryId;
use super::report::ReportId;
use super::retention::{ExpiryQuery, ExpiryStep, RetentionClock};
use super::second_factor::SecondFactor;
use super::storage::{DailyUsage, StorageLimits};
pub use kept_table::KeptTable;
pub use key::Key;
pub use table::{All, Missing, Reserved, Table, collect};
pub use values::{
    AccountFacts, ConversationFacts, Edits, EmojiFacts, GroupFacts, GroupInviteFacts, InboxRecord, InvitationFacts, InviteFacts,
    MemberFacts, MessageFacts, Original, ReportFacts, SentMessage,
};

/// Maximum number of accounts, of devices, and of conversations, kept from one batch to the next.
const MAX_KEPT: usize = 50_000;

/// The loaded facts, by kind. A value of `None` means that there is no such row.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Not loaded but set by the backend. Kept between batches.
    pub storage_limits: StorageLimits,
    /// Accounts. Kept between batches.
    pub accounts: KeptTable<AccountId, AccountFacts>,
    /// Password hashes, in the format of `passwords`.
    pub password_hashes: Table<AccountId, Option<String>>,
    /// Second factors, also those that wait for confirmation.
    pub second_factors: Table<AccountId, Option<SecondFactor>>,
    /// Ids of accounts, by username.
    pub usernames: Table<Username, Option<AccountId>>,
    /// Whether a username with this skeleton exists.
    pub skeletons: Table<String, bool>,
    /// The owners of devices. Kept between batches.
    pub devices: KeptTable<DeviceId, AccountId>,
    /// The devices of an account, ordered by id.
    pub devices_of: Table<AccountId, Vec<DeviceId>>,
    /// Invites by code, also expired ones.
    pub invites: Table<InviteHash, Option<InviteFacts>>,
    /// The codes of invites.
    pub invite_codes: Table<InviteId, Option<InviteHash>>,
    /// Conversations. Kept between batches.
    pub conversations: KeptTable<ConversationId, ConversationFacts>,
    /// Number of conversations of an account that count towards its limit.
    pub conversation_counts: Table<AccountId, usize>,
    /// The direct conversation of two accounts, the lower one first.
    pub directs: Table<(AccountId, AccountId), Option<ConversationId>>,
    /// Groups by the uniqueness key of their name.
    pub group_names: Table<String, Option<ConversationId>>,
    /// Groups by the skeleton of their name. Of groups from before names were compared by it, only one has it.
    pub group_skeletons: Table<String, Option<ConversationId>>,
    /// The topics of groups.
    pub topics: Table<ConversationId, Option<Topic>>,
    /// Current memberships; past ones are absent.
    pub members: Table<(ConversationId, AccountId), Option<MemberFacts>>,
    /// All current members of a group with their roles and the entries that made them members.
    pub rosters: Table<ConversationId, Vec<(AccountId, Role, Seq)>>,
    /// Whether the last membership of an account ended because it was removed.
    pub was_removed: Table<(ConversationId, AccountId), bool>,
    /// The groups that invite codes lead to, also expired ones.
    pub group_invite_targets: Table<InviteHash, Option<ConversationId>>,
    /// The invites to a group, also expired ones.
    pub group_invites: Table<ConversationId, Vec<GroupInviteFacts>>,
    /// The invitations to groups that an account has received, also expired ones.
    pub invitations: Table<AccountId, Vec<InvitationFacts>>,
    /// The invitations to groups that an account has sent, also expired ones.
    pub sent_invitations: Table<AccountId, Vec<InvitationFacts>>,
    /// Whether an account declined an invitation to a group, and has not joined it since.
    pub has_declined: Table<(ConversationId, AccountId), bool>,
    /// Whether the first account opened a direct conversation with the second, or wrote in the one that the second opened.
    pub answered_directs: Table<(AccountId, AccountId), bool>,
    /// Whether two accounts, the lower one first, are both members of a group that is not public.
    pub shared_groups: Table<(AccountId, AccountId), bool>,
    /// Whether the first account has blocked the second.
    pub blocks: Table<(AccountId, AccountId), bool>,
    /// Number of accounts that an account has blocked.
    pub block_counts: Table<AccountId, usize>,
    /// Messages by author and client id. While this is not loaded, a message is decided as if its client
    /// id were unused ([`decide`](super::decide::decide)).
    pub client_ids: Table<(AccountId, ClientId), Option<SentMessage>>,
    /// Messages, including deleted ones, regardless of who may see them.
    pub messages: Table<EntryId, Option<MessageFacts>>,
    /// The edits of a message. A deleted one has none.
    pub edits: Table<EntryId, Edits>,
    /// The original text of a message, if it was edited.
    pub original_texts: Table<EntryId, Option<String>>,
    /// The different emoji of the reactions to a message.
    pub emoji_of: Table<EntryId, Vec<EmojiFacts>>,
    /// Whether an account reacted to a message with an emoji.
    pub reactions: Table<(EntryId, AccountId, Emoji), bool>,
    /// The inbox items of a message.
    pub notices: Table<EntryId, Vec<InboxRecord>>,
    /// The report of a message by an account, open or closed.
    pub report_ids: Table<(EntryId, AccountId), Option<ReportId>>,
    pub reports: Table<ReportId, Option<ReportFacts>>,
    /// Number of open reports by an account.
    pub open_report_counts: Table<AccountId, usize>,
    /// The next step of the oldest pending erasure.
    pub erasure_steps: Table<(), Option<ErasureStep>>,
    pub retention_clocks: Table<(), RetentionClock>,
    /// The steps of expiry.
    pub expiry_steps: Table<ExpiryQuery, ExpiryStep>,

    /// Ids for new accounts.
    pub next_accounts: Reserved<AccountId>,
    /// Ids for new devices.
    pub next_devices: Reserved<DeviceId>,
    /// Ids for new invites.
    pub next_invites: Reserved<InviteId>,
    /// Ids for new conversations.
    pub next_conversations: Reserved<ConversationId>,
    /// Ids for new invites to groups.
    pub next_group_invites: Reserved<GroupInviteId>,
    /// Ids for new reports.
    pub next_reports: Reserved<ReportId>,
}

impl Facts {
    /// No facts but the limits.
    #[must_use]
    pub fn new(storage_limits: StorageLimits) -> Self {
        Self {
            storage_limits,
            accounts: KeptTable::new(Key::Account),
            password_hashes: Table::new(Key::PasswordHash),
            second_factors: Table::new(Key::SecondFactor),
            usernames: Table::new(Key::Username),
            skeletons: Table::new(Key::Skeleton),
            devices: KeptTable::new(Key::Device),
            devices_of: Table::new(Key::DevicesOf),
            invites: Table::new(Key::Invite),
            invite_codes: Table::new(Key::InviteCode),
            conversations: KeptTable::new(Key::Conversation),
            conversation_counts: Table::new(Key::ConversationCount),
            directs: Table::new(Key::Direct),
            group_names: Table::new(Key::GroupName),
            group_skeletons: Table::new(Key::GroupSkeleton),
            topics: Table::new(Key::Topic),
            members: Table::new(Key::Member),
            rosters: Table::new(Key::Roster),
            was_removed: Table::new(Key::WasRemoved),
            group_invite_targets: Table::new(Key::GroupInviteTarget),
            group_invites: Table::new(Key::GroupInvites),
            invitations: Table::new(Key::Invitations),
            sent_invitations: Table::new(Key::SentInvitations),
            has_declined: Table::new(Key::HasDeclined),
            answered_directs: Table::new(Key::AnsweredDirect),
            shared_groups: Table::new(Key::SharedGroup),
            blocks: Table::new(Key::Block),
            block_counts: Table::new(Key::BlockCount),
            client_ids: Table::new(Key::ClientId),
            messages: Table::new(Key::Message),
            edits: Table::new(Key::Edits),
            original_texts: Table::new(Key::OriginalText),
            emoji_of: Table::new(Key::EmojiOf),
            reactions: Table::new(Key::Reaction),
            notices: Table::new(Key::Notices),
            report_ids: Table::new(Key::ReportId),
            reports: Table::new(Key::Report),
            open_report_counts: Table::new(Key::OpenReportCount),
            erasure_steps: Table::new(Key::ErasureStep),
            retention_clocks: Table::new(Key::RetentionClock),
            expiry_steps: Table::new(Key::ExpiryStep),
            next_accounts: Reserved::new(Key::NextAccount),
            next_devices: Reserved::new(Key::NextDevice),
            next_invites: Reserved::new(Key::NextInvite),
            next_conversations: Reserved::new(Key::NextConversation),
            next_group_invites: Reserved::new(Key::NextGroupInvite),
            next_reports: Reserved::new(Key::NextReport),
        }
    }

    /// Forgets everything but the accounts, devices and conversations that were used last. For a backend that is the only writer of its
    /// tables, these facts stay correct. Other facts are rarely needed twice.
    pub fn end_batch(&mut self) {
        let storage_limits = self.storage_limits;
        let Self { accounts, devices, conversations, .. } = std::mem::replace(self, Self::new(storage_limits));
        self.accounts = accounts;
        self.accounts.trim(MAX_KEPT);
        self.devices = devices;
        self.devices.trim(MAX_KEPT);
        self.conversations = conversations;
        self.conversations.trim(MAX_KEPT);
    }

    /// Records what an account has stored, after the changes that it was charged for.
    pub fn set_usage(&mut self, account: AccountId, usage: DailyUsage) {
        self.accounts.update(&account, |known| known.usage = usage);
    }
}

impl Default for Facts {
    fn default() -> Self {
        Self::new(StorageLimits::default())
    }
}
