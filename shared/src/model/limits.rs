//! Limits known to both sides. The server also announces the most important ones when a connection starts
//! ([`Limits`](crate::protocol::Limits)), for clients in other languages.

/// Longest username, in characters after case mapping.
pub const MAX_USERNAME_CHARS: usize = 32;
/// Longest display name, in characters.
pub const MAX_DISPLAY_NAME_CHARS: usize = 48;
/// Longest group name, in characters.
pub const MAX_GROUP_NAME_CHARS: usize = 48;
/// Longest message, in bytes of UTF-8 after cleaning.
pub const MAX_MESSAGE_BYTES: usize = 16 * 1024;
/// Shortest password, in characters. NIST SP 800-63B-4 requires 15 for a password used alone and 8 with a second
/// factor; papo requires 8 and a minimum estimated strength.
pub const MIN_PASSWORD_CHARS: usize = 8;
/// Longest password, in bytes: far more than anyone types, and cheap to hash.
pub const MAX_PASSWORD_BYTES: usize = 256;
/// Maximum number of conversations per user, without direct conversations that another user opened and in which the user
/// has not written.
pub const MAX_CONVERSATIONS: usize = 5000;
/// Largest number of unread messages, and of mentions, that is counted. It stands for this many or more.
pub const MAX_UNREAD: u32 = 1000;
/// Maximum number of entries among which the server counts unread messages. The user's own messages, deleted messages and
/// other entries have to be passed over, and there can be any number of them after a read cursor.
pub const MAX_COUNTED_ENTRIES: u64 = 2000;
/// Longest group topic, in characters.
pub const MAX_TOPIC_CHARS: usize = 200;
/// Longest status text, in characters.
pub const MAX_STATUS_CHARS: usize = 80;
/// Longest reason of a report, in characters.
pub const MAX_REPORT_REASON_CHARS: usize = 200;
/// Maximum number of open reports by one user.
pub const MAX_OPEN_REPORTS: usize = 20;
/// Maximum number of distinct users a message mentions; further mentions have no effect.
pub const MAX_MENTIONS: usize = 20;
/// Maximum number of words of a message that begin with `@` and are examined for mentions.
pub const MAX_MARKED_WORDS: usize = 100;
/// Maximum number of distinct emoji among a message's reactions.
pub const MAX_REACTIONS: usize = 20;
/// Maximum number of reactions to a message, by all users together.
pub const MAX_MESSAGE_REACTIONS: usize = 2000;
/// Maximum number of edits per message.
pub const MAX_EDITS: usize = 100;
/// Largest conversation, in members, in which delivery and read receipts are sent.
pub const MAX_RECEIPT_MEMBERS: usize = 32;
/// Maximum number of usable invites per group at a time.
pub const MAX_GROUP_INVITES: usize = 50;
/// Maximum number of pending invitations that a user can have received.
pub const MAX_INVITATIONS: usize = 50;
/// Maximum number of pending invitations that a user can have sent.
pub const MAX_SENT_INVITATIONS: usize = 100;
/// How long an invitation stays pending, in days.
pub const INVITATION_DAYS: u32 = 30;
/// Longest time for which the messages of a group, or of a server, are kept, in days; without a limit, they are kept for ever.
pub const MAX_RETENTION_DAYS: u32 = 36_500;
/// Maximum number of users that one user can block.
pub const MAX_BLOCKED: usize = 1000;
/// Maximum number of members per group.
pub const MAX_GROUP_MEMBERS: usize = 1000;
/// Longest device name, in characters.
pub const MAX_DEVICE_NAME_CHARS: usize = 64;
