//! The wire names of all variants of the closed types. Adding a variant without a name here does not compile; a
//! variant without a golden line or an entry in `PROTOCOL.md` fails a test.

use papo_shared::model::search::QueryProblem;
use papo_shared::model::{ConversationKind, EntryKind, NameProblem, NotifyLevel, PasswordProblem, Role, Visibility};
use papo_shared::protocol::{Event, GoodbyeReason, InboxReason, Refusal, Registration, Reply, Request};

/// For one closed type, defines the list of its wire names and a function from a value to its name; that function
/// has no wildcard arm.
macro_rules! names {
    ($type:ident, $all:ident, $name_of:ident, $($variant:ident = $name:literal),+ $(,)?; unknown $($unknown:ident)?) => {
        pub(crate) const $all: &[&str] = &[$($name),+];

        pub(crate) fn $name_of(value: &$type) -> &'static str {
            match value {
                $($type::$variant { .. } => $name,)+
                $($type::$unknown => "(unknown)",)?
            }
        }
    };
}

names!(Request, REQUESTS, request,
    Hello = "hello", Ping = "ping", Pong = "pong", Register = "register", SignIn = "sign_in",
    SignInWithToken = "sign_in_with_token", SignOut = "sign_out", ChangePassword = "change_password",
    DeleteAccount = "delete_account", GetAccount = "get_account", EnableTotp = "enable_totp", ConfirmTotp = "confirm_totp", DisableTotp = "disable_totp",
    ReplaceRecoveryCodes = "replace_recovery_codes",
    ListDevices = "list_devices", RevokeDevice = "revoke_device", SetProfile = "set_profile", SetAway = "set_away",
    Block = "block", Unblock = "unblock", ListBlocked = "list_blocked", ListUsers = "list_users",
    WatchDirectory = "watch_directory", OpenDirect = "open_direct", CreateGroup = "create_group", AddMember = "add_member",
    RemoveMember = "remove_member", SetRole = "set_role", LeaveGroup = "leave_group", RenameGroup = "rename_group",
    SetTopic = "set_topic", SetVisibility = "set_visibility", SetRetention = "set_retention", SetNotify = "set_notify", CreateGroupInvite = "create_group_invite",
    ListGroupInvites = "list_group_invites", RevokeGroupInvite = "revoke_group_invite", JoinGroup = "join_group", JoinPublicGroup = "join_public_group",
    ListInvitations = "list_invitations", AcceptInvitation = "accept_invitation", DeclineInvitation = "decline_invitation",
    ListConversations = "list_conversations",
    GetConversation = "get_conversation", ListGroups = "list_groups", ListMembers = "list_members",
    SendMessage = "send_message", History = "history", SearchMessages = "search_messages", EditMessage = "edit_message", DeleteMessage = "delete_message", ReportMessage = "report_message",
    AddReaction = "add_reaction", RemoveReaction = "remove_reaction", ListRevisions = "list_revisions",
    ListReactions = "list_reactions", MarkRead = "mark_read", MarkUnread = "mark_unread", ListInbox = "list_inbox",
    Dismiss = "dismiss", MarkDelivered = "mark_delivered", ListReceipts = "list_receipts", Typing = "typing"; unknown Unknown);

names!(Reply, REPLIES, reply,
    Welcome = "welcome", Pong = "pong", Done = "done", Invited = "invited", Invitations = "invitations", Refused = "refused", SignedIn = "signed_in", Devices = "devices",
    Account = "account", TotpSecret = "totp_secret", RecoveryCodes = "recovery_codes",
    Blocked = "blocked", Users = "users",
    Conversation = "conversation", Conversations = "conversations", Groups = "groups", Members = "members",
    GroupInvite = "group_invite", GroupInvites = "group_invites",
    MessageStored = "message_stored", Entries = "entries", SearchHits = "search_hits", Revisions = "revisions", Reactions = "reactions",
    ReadCursor = "read_cursor", Inbox = "inbox", Receipts = "receipts"; unknown Unknown);

names!(Event, EVENTS, event,
    Ping = "ping", Refused = "refused", EntryPosted = "entry_posted", ReadCursor = "read_cursor",
    ReceiptsChanged = "receipts_changed", NotifyChanged = "notify_changed", BlockChanged = "block_changed", DevicesChanged = "devices_changed", PresenceChanged = "presence_changed", TypingStarted = "typing_started", GroupChanged = "group_changed",
    GroupUnlisted = "group_unlisted", InvitationReceived = "invitation_received", InvitationDeclined = "invitation_declined",
    GroupDeleted = "group_deleted", AccountDeleted = "account_deleted", MessagesErased = "messages_erased", Lagged = "lagged",
    Goodbye = "goodbye"; unknown Unknown);

names!(Refusal, REFUSALS, refusal,
    LineTooLong = "line_too_long", NotUtf8 = "not_utf8", NotJson = "not_json", UnknownType = "unknown_type",
    WrongFields = "wrong_fields", TlsRequired = "tls_required", AddressBanned = "address_banned", HelloFirst = "hello_first", UnsupportedProtocol = "unsupported_protocol",
    SignInFirst = "sign_in_first", AlreadySignedIn = "already_signed_in", TooFast = "too_fast", Busy = "busy",
    QuotaReached = "quota_reached", StorageLow = "storage_low",
    Failed = "failed", OutcomeUnknown = "outcome_unknown", UsernameInvalid = "username_invalid", UsernameTaken = "username_taken",
    UsernameTooAlike = "username_too_alike", RegistrationClosed = "registration_closed", InviteNeeded = "invite_needed",
    InviteInvalid = "invite_invalid",
    DisplayNameInvalid = "display_name_invalid", StatusTooLong = "status_too_long", PasswordInvalid = "password_invalid",
    WrongCredentials = "wrong_credentials", SecondFactorRequired = "second_factor_required", WrongCode = "wrong_code",
    TotpAlreadyEnabled = "totp_already_enabled", TotpNotEnabled = "totp_not_enabled", AccountSuspended = "account_suspended", TokenUnknown = "token_unknown",
    NoSuchDevice = "no_such_device", NoSuchUser = "no_such_user",
    CannotTargetSelf = "that_is_you", AccountDeleted = "account_deleted", UnblockFirst = "unblock_first", TooManyBlocked = "too_many_blocked",
    NotAllowed = "not_allowed", NoSuchMember = "no_such_member", NotAMember = "not_a_member", NotAGroup = "not_a_group", AlreadyAMember = "already_a_member",
    GroupNameInvalid = "group_name_invalid", GroupNameTaken = "group_name_taken", GroupNameTooAlike = "group_name_too_alike", GroupFull = "group_full",
    TopicTooLong = "topic_too_long", TooManyInvites = "too_many_invites",
    NoSuchInvitation = "no_such_invitation", InvitationDeclined = "invitation_declined", InvitationsFull = "invitations_full",
    TooManyInvitations = "too_many_invitations", NotPublic = "not_public",
    TooManyConversations = "too_many_conversations",
    TextEmpty = "text_empty", TextTooLong = "text_too_long", QueryInvalid = "query_invalid", ClientIdReused = "client_id_reused",
    NoSuchMessage = "no_such_message", NotYours = "not_yours", TooManyEdits = "too_many_edits",
    EmojiInvalid = "emoji_invalid", TooManyReactions = "too_many_reactions",
    ReactionsFull = "reactions_full",
    ReasonTooLong = "reason_too_long", TooManyReports = "too_many_reports"; unknown Other);

names!(EntryKind, ENTRY_KINDS, entry_kind,
    Message = "message", GroupCreated = "group_created", MemberAdded = "member_added", MemberLeft = "member_left",
    GroupRenamed = "group_renamed", MessageEdited = "message_edited", MessageDeleted = "message_deleted",
    ReactionAdded = "reaction_added", ReactionRemoved = "reaction_removed", MemberJoined = "member_joined",
    MemberRemoved = "member_removed", RoleChanged = "role_changed", TopicChanged = "topic_changed",
    VisibilityChanged = "visibility_changed", RetentionChanged = "retention_changed"; unknown Unknown);

names!(ConversationKind, CONVERSATION_KINDS, conversation_kind, Direct = "direct", Group = "group"; unknown Unknown);

names!(Role, ROLES, role, Member = "member", Admin = "admin", Owner = "owner"; unknown Other);

names!(Visibility, VISIBILITIES, visibility, Private = "private", Listed = "listed", Public = "public"; unknown Other);

names!(NotifyLevel, NOTIFY_LEVELS, notify_level, All = "all", Mentions = "mentions", Nothing = "nothing"; unknown);

names!(GoodbyeReason, GOODBYE_REASONS, goodbye_reason,
    Stopping = "stopping", Silent = "silent", SignInTooSlow = "sign_in_too_slow", ReadTooSlow = "read_too_slow",
    TooManyMalformedLines = "too_many_mistakes", SignedOut = "signed_out", Suspended = "suspended",
    AccountDeleted = "account_deleted"; unknown Other);

names!(InboxReason, INBOX_REASONS, inbox_reason, Mention = "mention", Reply = "reply", Direct = "direct"; unknown Other);

names!(Registration, REGISTRATIONS, registration, Open = "open", Invite = "invite", Closed = "closed"; unknown Other);

names!(NameProblem, NAME_PROBLEMS, name_problem,
    Empty = "empty", TooLong = "too_long", Characters = "characters", MixedScripts = "mixed_scripts", Reserved = "reserved"; unknown Other);

names!(QueryProblem, QUERY_PROBLEMS, query_problem,
    Empty = "empty", TooLong = "too_long", TooMany = "too_many", Date = "date", Has = "has"; unknown Other);

names!(PasswordProblem, PASSWORD_PROBLEMS, password_problem,
    TooShort = "too_short", TooLong = "too_long", IsUsername = "is_username", TooWeak = "too_weak"; unknown Other);

/// Such a client keeps the messages that were refused, and sends them again, as after any other failure.
#[test]
fn a_client_that_knows_no_wait_after_a_failure_understands_it_as_a_failure() {
    #[derive(Debug, PartialEq, Eq, serde::Deserialize)]
    #[serde(tag = "code", rename_all = "snake_case")]
    enum OlderRefusal {
        Failed,
        #[serde(other)]
        Other,
    }
    let line = serde_json::to_string(&Refusal::Failed { retry_after_ms: Some(2_000) }).unwrap();
    assert_eq!(serde_json::from_str::<OlderRefusal>(&line).unwrap(), OlderRefusal::Failed);
    assert_eq!(serde_json::from_str::<OlderRefusal>(r#"{"code":"new"}"#).unwrap(), OlderRefusal::Other);
}
