//! Administration requests and answers: one line of JSON each.

use std::num::NonZero;

use papo_shared::model::{ConversationId, Role, Seq, Timestamp, Username};
use serde::{Deserialize, Serialize};

use crate::open_sessions::SessionTotals;

/// A request. Has no `Debug`, because it may hold a password; logs use [`AdminRequest::name`].
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub(crate) enum AdminRequest {
    /// Requests totals. The answer is [`AdminResponse::Stats`].
    Stats,
    /// Requests the open connections. The answer is [`AdminResponse::Sessions`].
    ListSessions,
    /// Closes a connection; its client may reconnect.
    CloseSession {
        /// Session number from the list.
        id: u64,
    },
    /// Requests a page of accounts, ordered by username. The answer is [`AdminResponse::Users`].
    ListUsers {
        /// Only names that contain this text.
        query: Option<String>,
        /// Continue after this username.
        after: Option<Username>,
    },
    AddUser {
        /// The new username, as typed.
        username: String,
        /// The new password, as typed.
        password: String,
    },
    /// Suspends an account: closes its sessions and prevents sign-in.
    SuspendUser {
        username: String,
    },
    /// Lifts a suspension; existing devices can sign in again.
    ResumeUser {
        username: String,
    },
    /// Sets a new password and signs out all devices of the account.
    SetPassword {
        username: String,
        /// The new password, as typed.
        password: String,
    },
    /// Signs out all devices of an account.
    RemoveDevices {
        username: String,
    },
    /// Deletes an account.
    DeleteUser {
        username: String,
        /// Whether to erase its messages; otherwise they stay under the name of a deleted account.
        erase_messages: bool,
    },
    /// Turns off the second factor of an account.
    ResetTotp {
        username: String,
    },
    /// Requests a page of groups. The answer is [`AdminResponse::Groups`].
    ListGroups {
        /// Only groups that this user owns.
        owner: Option<String>,
        /// Continue after this group.
        after: Option<ConversationId>,
    },
    /// Requests a group with its members. The answer is [`AdminResponse::Group`].
    ShowGroup {
        id: ConversationId,
    },
    DeleteGroup {
        id: ConversationId,
    },
    /// Makes a member the owner.
    TransferGroup {
        id: ConversationId,
        username: String,
    },
    /// Erases the text of a message.
    DeleteMessage {
        conversation: ConversationId,
        seq: Seq,
    },
    /// Requests a page of reports. The answer is [`AdminResponse::Reports`].
    ListReports {
        /// Whether to include the closed ones.
        with_closed: bool,
        /// Continue after this report id.
        after: Option<i64>,
    },
    /// Requests a report with the whole message. The answer is [`AdminResponse::Report`].
    ShowReport {
        id: i64,
    },
    CloseReport {
        id: i64,
    },
    /// Creates an invite to register. The answer is [`AdminResponse::InviteCreated`].
    CreateInvite {
        /// How many accounts can be created with it.
        uses: NonZero<u32>,
        /// Days until it expires.
        days: u32,
    },
    /// Requests a page of invites. The answer is [`AdminResponse::Invites`].
    ListInvites {
        /// Continue after this invite id.
        after: Option<i64>,
    },
    RevokeInvite {
        id: i64,
    },
    /// Bans an address or a network, and closes its sessions. The answer is [`AdminResponse::BanAdded`].
    AddBan {
        /// The network, as typed.
        network: String,
        /// Hours until it expires.
        hours: u32,
        /// The operator's note; empty if there is none.
        reason: String,
    },
    /// Requests a page of bans, ordered by network. The answer is [`AdminResponse::Bans`].
    ListBans {
        /// Continue after this number of bans.
        skip: usize,
    },
    RemoveBan {
        /// The network, as typed.
        network: String,
    },
    /// Requests a page of the audit log. The answer is [`AdminResponse::Audit`].
    ListAudit {
        /// Continue before this entry id.
        before: Option<i64>,
    },
}

/// An answer to an [`AdminRequest`].
#[derive(Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub(crate) enum AdminResponse {
    Stats(Stats),
    /// Open connections, oldest first.
    Sessions {
        sessions: Vec<SessionRow>,
    },
    /// A page of accounts.
    Users {
        /// One page of accounts, ordered by username.
        users: Vec<UserRow>,
        /// Pass as `after` for the next page; absent on the last page.
        next: Option<Username>,
    },
    /// A page of groups.
    Groups {
        /// One page of groups, ordered by id.
        groups: Vec<GroupRow>,
        /// Pass as `after` for the next page; absent on the last page.
        next: Option<ConversationId>,
    },
    Group {
        group: GroupRow,
        /// The first members, ordered by username.
        members: Vec<MemberRow>,
    },
    /// A page of reports.
    Reports {
        /// One page of reports, oldest first, with the beginnings of the messages.
        reports: Vec<ReportRow>,
        /// Pass as `after` for the next page; absent on the last page.
        next: Option<i64>,
    },
    Report {
        report: ReportRow,
    },
    InviteCreated {
        id: i64,
        /// The code to pass on. The server only stores its hash.
        code: String,
        expires_at: Option<Timestamp>,
    },
    /// A page of invites with uses left.
    Invites {
        /// All usable invites, oldest first.
        invites: Vec<InviteRow>,
        /// Pass as `after` for the next page; absent on the last page.
        next: Option<i64>,
    },
    BanAdded {
        network: String,
        until: Timestamp,
        /// Number of sessions that were closed.
        closed_sessions: usize,
    },
    /// A page of the bans that have not expired.
    Bans {
        bans: Vec<BanRow>,
        /// Pass as `skip` for the next page; absent on the last page.
        next: Option<usize>,
    },
    /// A page of the audit log.
    Audit {
        /// One page of the audit log, newest first.
        entries: Vec<AuditRow>,
        /// Pass as `before` for the next page; absent on the last page.
        next: Option<i64>,
    },
    /// The request succeeded; nothing else is returned.
    Done {
        /// The new state, as shown to the operator.
        #[serde(rename = "what")]
        message: String,
    },
    /// The request failed and changed nothing.
    Refused {
        /// The cause and what to do about it, as shown to the operator.
        #[serde(rename = "why")]
        reason: String,
    },
}

/// Totals over the database and the open sessions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stats {
    pub(crate) version: String,
    pub(crate) accounts: u64,
    pub(crate) devices: u64,
    pub(crate) conversations: u64,
    pub(crate) entries: u64,
    /// Size of `chat.db`, in bytes; 0 if there is none.
    pub(crate) file_bytes: u64,
    /// Open connections; `None` if the server is not running.
    pub(crate) sessions: Option<SessionTotals>,
}

/// A row of `papo-server session list`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SessionRow {
    pub(crate) id: u64,
    /// Absent until the session signs in.
    pub(crate) username: Option<Username>,
    /// Peer address and port.
    pub(crate) address: String,
    /// When the connection was accepted.
    pub(crate) since: Timestamp,
    /// Bytes waiting in its send queue.
    pub(crate) send_queue_bytes: usize,
    /// Whether its client reads too slowly and misses live events.
    pub(crate) lagging: bool,
}

/// A row of `papo-server user list`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct UserRow {
    pub(crate) username: Username,
    pub(crate) display_name: String,
    pub(crate) created_at: Timestamp,
    /// When the last session ended, if known.
    pub(crate) last_seen: Option<Timestamp>,
    /// When it was suspended; `None` if it is not.
    pub(crate) suspended_at: Option<Timestamp>,
}

/// A row of `papo-server group list`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct GroupRow {
    pub(crate) id: ConversationId,
    pub(crate) name: String,
    /// Absent if the group has no members.
    pub(crate) owner: Option<Username>,
    pub(crate) members: u32,
    /// Number of entries of its log.
    pub(crate) entries: Seq,
    pub(crate) created_at: Timestamp,
    /// For how many days its messages are kept; absent: as long as the server keeps messages.
    pub(crate) retention_days: Option<u32>,
}

/// A member in the answer to `papo-server group show`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MemberRow {
    pub(crate) username: Username,
    pub(crate) role: Role,
}

/// A row of `papo-server reports list`, and the answer to `papo-server reports show`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ReportRow {
    pub(crate) id: i64,
    pub(crate) at: Timestamp,
    pub(crate) reporter: Username,
    pub(crate) reason: Option<String>,
    /// When it was closed; `None` while it is open.
    pub(crate) closed_at: Option<Timestamp>,
    pub(crate) conversation: ConversationId,
    /// Absent for a direct conversation.
    pub(crate) group: Option<String>,
    pub(crate) seq: Seq,
    pub(crate) author: Username,
    /// When the message was sent.
    pub(crate) sent_at: Timestamp,
    pub(crate) message: ReportedMessage,
}

/// The text of a reported message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(crate) enum ReportedMessage {
    Unchanged {
        text: String,
    },
    /// It was edited since; `text` is what was reported.
    Edited {
        text: String,
        current: String,
    },
    Deleted,
    Expired,
}

/// A row of `papo-server invite list`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct InviteRow {
    pub(crate) id: i64,
    /// How many more accounts can be created with it.
    pub(crate) uses_left: u32,
    /// When it expires; `None`: never.
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) created_at: Timestamp,
    /// The operator who created it.
    pub(crate) created_by: String,
}

/// A row of `papo-server ban list`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BanRow {
    /// An address, or a network in CIDR notation.
    pub(crate) network: String,
    pub(crate) until: Timestamp,
    /// The operator's note; empty if there is none.
    pub(crate) reason: String,
    pub(crate) created_at: Timestamp,
    /// The operator who made it.
    pub(crate) created_by: String,
}

/// A row of `papo-server audit list`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AuditRow {
    /// Entry id; later entries have higher ids.
    pub(crate) id: i64,
    /// Time of the action.
    pub(crate) at: Timestamp,
    /// The operator: a user of the machine.
    pub(crate) by: String,
    /// The action, named after its command.
    pub(crate) action: String,
    /// The account, invite or session concerned.
    pub(crate) target: String,
}

impl AdminRequest {
    /// Name of the request, as used in logs and commands.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Stats => "stats",
            Self::ListSessions => "session list",
            Self::CloseSession { .. } => "session close",
            Self::ListUsers { .. } => "user list",
            Self::AddUser { .. } => "user add",
            Self::SuspendUser { .. } => "user suspend",
            Self::ResumeUser { .. } => "user resume",
            Self::SetPassword { .. } => "user set-password",
            Self::RemoveDevices { .. } => "user remove-devices",
            Self::DeleteUser { .. } => "user delete",
            Self::ResetTotp { .. } => "user reset-totp",
            Self::ListGroups { .. } => "group list",
            Self::ShowGroup { .. } => "group show",
            Self::DeleteGroup { .. } => "group delete",
            Self::TransferGroup { .. } => "group transfer",
            Self::DeleteMessage { .. } => "message delete",
            Self::ListReports { .. } => "reports list",
            Self::ShowReport { .. } => "reports show",
            Self::CloseReport { .. } => "reports close",
            Self::CreateInvite { .. } => "invite create",
            Self::ListInvites { .. } => "invite list",
            Self::RevokeInvite { .. } => "invite revoke",
            Self::AddBan { .. } => "ban add",
            Self::ListBans { .. } => "ban list",
            Self::RemoveBan { .. } => "ban remove",
            Self::ListAudit { .. } => "audit list",
        }
    }
}
