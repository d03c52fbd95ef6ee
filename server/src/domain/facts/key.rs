//! The names of facts that a decision may look up.

use papo_shared::model::{ClientId, ConversationId, DeviceId, Emoji, Username};

use crate::domain::account::AccountId;
use crate::domain::invite::{InviteHash, InviteId};
use crate::domain::message::EntryId;
use crate::domain::report::ReportId;
use crate::domain::retention::ExpiryQuery;

/// The name of one fact. The table of [`Facts`](super::Facts) with the corresponding name holds its value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    Account(AccountId),
    PasswordHash(AccountId),
    SecondFactor(AccountId),
    Username(Username),
    /// Whether a username with this skeleton exists.
    Skeleton(String),
    Device(DeviceId),
    DevicesOf(AccountId),
    Invite(InviteHash),
    InviteCode(InviteId),
    Conversation(ConversationId),
    ConversationCount(AccountId),
    /// The lower account first.
    Direct((AccountId, AccountId)),
    /// By its uniqueness key.
    GroupName(String),
    /// The group whose name has this skeleton.
    GroupSkeleton(String),
    Topic(ConversationId),
    Member((ConversationId, AccountId)),
    Roster(ConversationId),
    WasRemoved((ConversationId, AccountId)),
    GroupInviteTarget(InviteHash),
    GroupInvites(ConversationId),
    Invitations(AccountId),
    SentInvitations(AccountId),
    HasDeclined((ConversationId, AccountId)),
    /// The account that opened or answered first.
    AnsweredDirect((AccountId, AccountId)),
    /// The lower account first.
    SharedGroup((AccountId, AccountId)),
    /// The account that blocks first.
    Block((AccountId, AccountId)),
    BlockCount(AccountId),
    ClientId((AccountId, ClientId)),
    Message(EntryId),
    EditCount(EntryId),
    OriginalText(EntryId),
    EmojiOf(EntryId),
    Reaction((EntryId, AccountId, Emoji)),
    Notices(EntryId),
    /// The report of a message by an account.
    ReportId((EntryId, AccountId)),
    Report(ReportId),
    OpenReportCount(AccountId),
    /// There is only one.
    ErasureStep(()),
    /// There is only one.
    RetentionClock(()),
    ExpiryStep(ExpiryQuery),

    /// An id for a new row, never used before and reserved for this batch. Several writes of a batch may ask for a key of this
    /// kind; each needs its own id.
    NextAccount,
    NextDevice,
    NextInvite,
    NextConversation,
    NextGroupInvite,
    NextReport,
}
