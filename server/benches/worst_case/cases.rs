//! The most expensive forms of each request.

use std::sync::Arc;
use std::time::Duration;

use papo_server::domain::MAX_DEVICES;
use papo_shared::model::limits::{
    MAX_DISPLAY_NAME_CHARS, MAX_MENTIONS, MAX_MESSAGE_BYTES, MAX_MESSAGE_REACTIONS, MAX_REPORT_REASON_CHARS, MAX_RETENTION_DAYS,
    MAX_TOPIC_CHARS,
};
use papo_shared::model::{ClientId, ConversationId, DeviceId, GroupInviteId, NotifyLevel, Role, Seq, Visibility};
use papo_shared::protocol::limits::MAX_PAGE_ROWS;
use papo_shared::protocol::{
    AcceptInvitation, AddMember, AddReaction, Block, ChangePassword, ConfirmTotp, CreateGroup, CreateGroupInvite,
    DeclineInvitation, DeleteAccount, DeleteMessage, DisableTotp, Dismiss, EditMessage, EnableTotp, GetAccount, GetConversation,
    Hello, History, JoinGroup, JoinPublicGroup, LeaveGroup, ListBlocked, ListConversations, ListDevices, ListGroupInvites,
    ListGroups, ListInbox, ListMembers, ListReactions, ListReceipts, ListRevisions, ListUsers, MarkDelivered, MarkRead,
    MarkUnread, OpenDirect, PROTOCOL_VERSION, Register, RemoveMember, RemoveReaction, RenameGroup, ReplaceRecoveryCodes,
    ReportMessage, Request, RevokeDevice, RevokeGroupInvite, SearchMessages, SendMessage, SetAway, SetNotify, SetProfile,
    SetRetention, SetRole, SetTopic, SetVisibility, SignIn, SignInWithToken, Typing, Unblock, WatchDirectory,
};

use crate::database::{
    ADDED, BUSY, CHANGED, CHANGED_MESSAGES, DISMISSER, FOREIGN, LONG, MEMBER, MONOLOGUE, MONOLOGUE_AUTHOR, OWNER, READER, Sizes,
    emoji, invite_code, token, username,
};
use crate::real_server::PASSWORD;

/// Repetitions of each request.
const RUNS: usize = 200;
/// Repetitions of requests that destroy something expensive to create.
const FEW_RUNS: usize = 100;
/// Repetitions of requests whose number the limits of an account bound, or that check a password and write nothing.
const LIMITED_RUNS: usize = 20;

/// Pause before each text of the largest size, in which its account may store it. The server lets accounts with more text wait.
const TEXT_PAUSE: Duration = Duration::from_millis(20);

/// Joins the busy groups by invite and because they are public. They have one place left.
const JOINING: usize = 1_501;
/// Accounts that are invited to the busy groups: one accepts, the other declines.
const ACCEPTING: usize = 1_502;
const DECLINING: usize = 1_503;

/// Who sends a request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sender {
    /// A session of this account, always the same.
    Session(usize),
    /// A new connection that has said hello, for each run.
    Greeted,
    /// A new session of this account, for each run.
    NewSession(usize),
}

/// A request to measure.
pub(crate) struct Case {
    /// What makes it expensive.
    pub(crate) about: &'static str,
    pub(crate) sender: Sender,
    pub(crate) runs: usize,
    /// Before each run, and not measured.
    pub(crate) pause: Duration,
    /// The request of each run.
    pub(crate) request: Box<dyn Fn(usize) -> Request>,
}

/// All cases, in an order in which each finds what it needs.
pub(crate) fn all(sizes: &Sizes) -> Vec<Case> {
    let groups = [reads(), logs(sizes), marks(sizes), sign_ins(), settings(), members(), messages(), changed_messages()];
    groups.into_iter().flatten().collect()
}

/// A request that many sessions repeat.
#[derive(Clone)]
pub(crate) struct Attack {
    pub(crate) about: &'static str,
    /// Between two requests, so that the limit of the account is not exceeded.
    pub(crate) pause: Duration,
    pub(crate) request: Arc<dyn Fn(usize) -> Request + Send + Sync>,
}

/// The requests that are worst for others.
pub(crate) fn attacks(sizes: &Sizes) -> Vec<Attack> {
    let (long, first_unread) = (sizes.long, sizes.long - sizes.unread + 1);
    let attack = |about, per_minute, request: Arc<dyn Fn(usize) -> Request + Send + Sync>| Attack {
        about,
        pause: Duration::from_secs(60) / per_minute,
        request,
    };
    let mark = move |run: usize| {
        if run == 0 {
            return Request::MarkRead(MarkRead { conversation: id(LONG), seq: seq(first_unread) });
        }
        Request::MarkUnread(MarkUnread { conversation: id(LONG), seq: seq(first_unread - run % 2) })
    };
    let read = move |run: usize| {
        let seq = seq(long - 1_500 + run % 1_000);
        Request::MarkRead(MarkRead { conversation: id(LONG), seq })
    };
    let users = |_| Request::ListUsers(ListUsers { query: Some("ninguém".to_owned()), after: None, limit: FULL_PAGE });
    let page = |_| Request::ListConversations(ListConversations { after: None, limit: FULL_PAGE });
    let changed =
        |_| Request::History(History { conversation: id(CHANGED), after: Some(seq(0)), before: None, limit: FULL_PAGE });
    vec![
        attack("read cursors among 1,500 unread", 12_000, Arc::new(read)),
        attack("read cursors before 300,000 unread", 12_000, Arc::new(mark)),
        attack("lists of conversations", 6_000, Arc::new(page)),
        attack("history with many reactions", 6_000, Arc::new(changed)),
        attack("searches in the directory", 600, Arc::new(users)),
    ]
}

fn case(sender: Sender, about: &'static str, request: impl Fn(usize) -> Request + 'static) -> Case {
    Case { about, sender, runs: RUNS, pause: Duration::ZERO, request: Box::new(request) }
}

fn by(account: usize, about: &'static str, request: impl Fn(usize) -> Request + 'static) -> Case {
    case(Sender::Session(account), about, request)
}

fn few(case: Case) -> Case {
    Case { runs: FEW_RUNS, ..case }
}

fn limited(case: Case) -> Case {
    Case { runs: LIMITED_RUNS, ..case }
}

fn with_large_text(case: Case) -> Case {
    Case { pause: TEXT_PAUSE, ..case }
}

fn id(conversation: usize) -> ConversationId {
    ConversationId(u32::try_from(conversation).unwrap())
}

fn seq(number: usize) -> Seq {
    Seq(number as u64)
}

fn busy(run: usize) -> usize {
    BUSY.start + run % BUSY.len()
}

const FULL_PAGE: Option<u32> = Some(MAX_PAGE_ROWS);

fn reads() -> Vec<Case> {
    let conversations =
        |after: Option<usize>| move |_| Request::ListConversations(ListConversations { after: after.map(id), limit: FULL_PAGE });
    let groups = |query: Option<&'static str>| {
        move |_| Request::ListGroups(ListGroups { query: query.map(str::to_owned), after: None, limit: FULL_PAGE })
    };
    let users = |query: Option<&'static str>| {
        move |_| Request::ListUsers(ListUsers { query: query.map(str::to_owned), after: None, limit: FULL_PAGE })
    };
    let inbox = |_| Request::ListInbox(ListInbox { limit: FULL_PAGE });
    let invites = |_| Request::ListGroupInvites(ListGroupInvites { conversation: id(BUSY.start) });
    vec![
        by(READER, "", |_| Request::Ping),
        by(READER, "then ping", |_| Request::Pong),
        by(READER, "200 groups of 1,500 unread", conversations(None)),
        by(READER, "200 small groups", conversations(Some(BUSY.end))),
        by(READER, "200 groups of 1,000 members", groups(None)),
        by(READER, "a query without matches", groups(Some("ninguém"))),
        by(READER, "", users(None)),
        by(READER, "a query without matches", users(Some("ninguém"))),
        by(READER, "", |_| Request::WatchDirectory(WatchDirectory { watch: false })),
        by(READER, "5,000 conversations, 100,000 mentions", inbox),
        by(DISMISSER, "100,000 dismissed mentions", inbox),
        by(READER, "", |_| Request::ListDevices(ListDevices { after: None, limit: FULL_PAGE })),
        by(DISMISSER, "", |_| Request::ListBlocked(ListBlocked { after: None, limit: FULL_PAGE })),
        by(MEMBER, "", |_| Request::ListMembers(ListMembers { conversation: id(LONG), after: None, limit: FULL_PAGE })),
        by(MEMBER, "", |_| Request::ListReceipts(ListReceipts { conversation: id(LONG), after: None, limit: FULL_PAGE })),
        by(OWNER, "", invites),
        by(MEMBER, "1,000 members", |run| Request::Typing(Typing { conversation: id(busy(run)) })),
    ]
}

fn logs(sizes: &Sizes) -> Vec<Case> {
    let long = sizes.long;
    let get = |conversation| move |_| Request::GetConversation(GetConversation { conversation: id(conversation) });
    let page = |conversation, after: usize| {
        move |_| {
            let (after, before, limit) = (Some(seq(after)), None, FULL_PAGE);
            Request::History(History { conversation: id(conversation), after, before, limit })
        }
    };
    let search = |query: &'static str| {
        move |_| {
            let (conversation, limit, before, utc_offset_s) = (None, FULL_PAGE, None, None);
            Request::SearchMessages(SearchMessages { query: query.to_owned(), conversation, limit, before, utc_offset_s })
        }
    };
    let revisions = |run| {
        let (conversation, seq) = (id(CHANGED), seq(run % CHANGED_MESSAGES + 1));
        Request::ListRevisions(ListRevisions { conversation, seq, after: None, limit: FULL_PAGE })
    };
    let reactions = |after: usize| {
        move |run| {
            let (conversation, message, after) = (id(CHANGED), seq(run % CHANGED_MESSAGES + 1), Some(seq(after)));
            Request::ListReactions(ListReactions { conversation, seq: message, after, limit: FULL_PAGE })
        }
    };
    vec![
        by(READER, "300,000 unread", get(LONG)),
        by(DISMISSER, "a million unread, 100,000 dismissed", get(LONG)),
        by(MONOLOGUE_AUTHOR, "300,000 own messages after the cursor", get(MONOLOGUE)),
        by(MEMBER, "", page(LONG, long / 2)),
        by(MEMBER, "2,000 reactions to each message", page(CHANGED, 0)),
        by(MEMBER, "", revisions),
        by(MEMBER, "first page", reactions(0)),
        by(MEMBER, "last page", reactions(MAX_MESSAGE_REACTIONS - 100)),
        by(READER, "a common word", search("\"bom\"")),
        by(READER, "a phrase", search("\"dia bom\"")),
        by(READER, "a prefix", search("palavr")),
        by(READER, "nothing found", search("from:ninguem bom")),
        by(READER, "in: of 5,000 conversations", search("in:#grupo bom")),
        by(MONOLOGUE_AUTHOR, "another's common word", search("\"ontem\" from:u00002")),
        by(MEMBER, "days alone", search("before:1970-02")),
    ]
}

fn marks(sizes: &Sizes) -> Vec<Case> {
    let Sizes { long, unread, mentions, .. } = *sizes;
    let first_unread = long - unread + 1;
    let mark_unread = |conversation: usize, number: usize| {
        move |run| Request::MarkUnread(MarkUnread { conversation: id(conversation), seq: seq(number - run % 2) })
    };
    let mark_read = |conversation: usize, number: usize| {
        move |run| Request::MarkRead(MarkRead { conversation: id(conversation), seq: seq(number + run) })
    };
    let each_busy = |run| Request::MarkRead(MarkRead { conversation: id(busy(run)), seq: seq(1) });
    let step = unread / mentions;
    vec![
        by(READER, "300,000 unread", mark_read(LONG, first_unread)),
        by(READER, "300,000 unread", mark_unread(LONG, first_unread)),
        by(READER, "a million unread", mark_unread(LONG, 2)),
        by(MEMBER, "a million unread", mark_read(LONG, 1)),
        by(MONOLOGUE_AUTHOR, "300,000 own messages after the cursor", mark_read(MONOLOGUE, 1)),
        by(MONOLOGUE_AUTHOR, "300,000 own messages after the cursor", mark_unread(MONOLOGUE, 2)),
        by(READER, "1,500 unread", each_busy),
        by(READER, "100,000 mentions", move |run| {
            Request::Dismiss(Dismiss { conversation: id(LONG), seq: seq(first_unread + run * step) })
        }),
        by(MEMBER, "", |run| Request::MarkDelivered(MarkDelivered { conversation: id(LONG), seq: seq(run + 1_000) })),
    ]
}

fn sign_ins() -> Vec<Case> {
    let hello = |_| Request::Hello(Hello { protocol: PROTOCOL_VERSION, client: "bench".to_owned() });
    let name = |run: usize| format!("novo{run:05}");
    let register = move |run| {
        let (username, password) = (name(run), PASSWORD.to_owned());
        Request::Register(Register { username, password, display_name: None, device: None, invite: None })
    };
    let sign_in =
        move |run| Request::SignIn(SignIn { username: name(run), password: PASSWORD.to_owned(), device: None, code: None });
    let change = |_| Request::ChangePassword(ChangePassword { current: PASSWORD.to_owned(), new: PASSWORD.to_owned() });
    let with_token = |account| move |_| Request::SignInWithToken(SignInWithToken { token: token(account, 0) });
    let (password, code) = (|| PASSWORD.to_owned(), || "000000".to_owned());
    vec![
        by(READER, "", |_| Request::GetAccount(GetAccount {})),
        limited(by(MEMBER, "a wrong password", move |_| Request::EnableTotp(EnableTotp { password: password() }))),
        limited(by(MEMBER, "a wrong code", move |_| Request::ConfirmTotp(ConfirmTotp { code: code() }))),
        limited(by(MEMBER, "a wrong password", move |_| {
            Request::DeleteAccount(DeleteAccount { password: password(), code: Some(code()), erase_messages: true })
        })),
        limited(by(MEMBER, "a wrong password", move |_| {
            Request::DisableTotp(DisableTotp { password: password(), code: code() })
        })),
        limited(by(MEMBER, "a wrong password", move |_| {
            Request::ReplaceRecoveryCodes(ReplaceRecoveryCodes { password: password(), code: code() })
        })),
        case(Sender::Greeted, "", hello),
        case(Sender::Greeted, "with the smallest password cost", register),
        case(Sender::Greeted, "with the smallest password cost", sign_in),
        limited(by(MEMBER, "a wrong password", change)),
        case(Sender::Greeted, "5,000 conversations", with_token(READER)),
        // One for each device but that of the other cases.
        Case { runs: MAX_DEVICES - 1, ..case(Sender::NewSession(READER), "", |_| Request::SignOut) },
    ]
}

fn settings() -> Vec<Case> {
    let names = "n".repeat(MAX_DISPLAY_NAME_CHARS - 3);
    let profile = move |run| {
        let (display_name, status) = (Some(format!("{names}{run}")), None);
        Request::SetProfile(SetProfile { display_name, status })
    };
    let notify = |run| {
        let level = if run % 2 == 0 { NotifyLevel::Mentions } else { NotifyLevel::All };
        Request::SetNotify(SetNotify { conversation: id(LONG), level, until: None })
    };
    let other = |run: usize| username(3_000 + run);
    vec![
        by(READER, "5,000 conversations", profile),
        by(READER, "5,000 conversations", |run| Request::SetAway(SetAway { away: run % 2 == 0 })),
        by(READER, "", notify),
        by(READER, "", move |run| Request::Block(Block { username: other(run) })),
        by(READER, "", move |run| Request::Unblock(Unblock { username: other(run) })),
        by(DISMISSER, "refused: 1,000 blocked", move |run| Request::Block(Block { username: other(run) })),
        by(READER, "refused: unknown", |run| Request::RevokeDevice(RevokeDevice { device: DeviceId(1_000_000 + run as i64) })),
        by(READER, "existing", |run| Request::OpenDirect(OpenDirect { username: username(5_600 + run) })),
        by(READER, "refused: 5,000 conversations", |run| Request::OpenDirect(OpenDirect { username: username(7_000 + run) })),
        by(MEMBER, "new", |run| Request::OpenDirect(OpenDirect { username: username(7_000 + run) })),
    ]
}

fn members() -> Vec<Case> {
    let topic = "t".repeat(MAX_TOPIC_CHARS - 3);
    let member = |run| (id(busy(run)), username(ADDED));
    let code = |run| invite_code(busy(run)).text();
    let set_role = |run| {
        let (conversation, username, role) = (id(busy(run)), username(MEMBER), Role::Admin);
        Request::SetRole(SetRole { conversation, username, role })
    };
    let invite = |run| {
        Request::CreateGroupInvite(CreateGroupInvite { conversation: id(FOREIGN.start + run), uses: None, expires_in_s: None })
    };
    vec![
        by(MEMBER, "", |run| Request::CreateGroup(CreateGroup { name: format!("novo grupo {run}"), visibility: None })),
        by(OWNER, "refused: 5,000 conversations", |run| {
            Request::AddMember(AddMember { conversation: id(busy(run)), username: username(READER) })
        }),
        by(OWNER, "1,000 members", move |run| {
            let (conversation, username) = member(run);
            Request::AddMember(AddMember { conversation, username })
        }),
        by(OWNER, "1,000 members", move |run| {
            let (conversation, username) = member(run);
            Request::RemoveMember(RemoveMember { conversation, username })
        }),
        by(JOINING, "1,000 members, 1,500 messages", move |run| Request::JoinGroup(JoinGroup { code: code(run) })),
        by(JOINING, "1,000 members", |run| Request::LeaveGroup(LeaveGroup { conversation: id(busy(run)) })),
        by(OWNER, "1,000 members", set_role),
        by(OWNER, "1,000 members", |run| {
            Request::RenameGroup(RenameGroup { conversation: id(busy(run)), name: format!("outro nome {run}") })
        }),
        by(OWNER, "1,000 members", move |run| {
            Request::SetTopic(SetTopic { conversation: id(busy(run)), topic: format!("{topic}{run}") })
        }),
        by(OWNER, "", invite),
        by(OWNER, "", |run| {
            let (conversation, invite) = (id(busy(run)), GroupInviteId(run as i64 + 1));
            Request::RevokeGroupInvite(RevokeGroupInvite { conversation, invite })
        }),
        by(OWNER, "1,000 members", |run| {
            let (conversation, visibility) = (id(busy(run)), Visibility::Public);
            Request::SetVisibility(SetVisibility { conversation, visibility })
        }),
        // So long that no message expires.
        by(OWNER, "1,000 members", |run| {
            let (conversation, days) = (id(busy(run)), Some(MAX_RETENTION_DAYS));
            Request::SetRetention(SetRetention { conversation, days })
        }),
        by(JOINING, "1,000 members, 1,500 messages", |run| {
            Request::JoinPublicGroup(JoinPublicGroup { conversation: id(busy(run)) })
        }),
        by(JOINING, "1,000 members", |run| Request::LeaveGroup(LeaveGroup { conversation: id(busy(run)) })),
        limited(by(OWNER, "invites, in 5,000 groups", |run| {
            Request::AddMember(AddMember { conversation: id(busy(run)), username: username(ACCEPTING) })
        })),
        limited(by(OWNER, "invites, in 5,000 groups", |run| {
            Request::AddMember(AddMember { conversation: id(busy(run)), username: username(DECLINING) })
        })),
        by(ACCEPTING, "", |_| Request::ListInvitations),
        limited(by(DECLINING, "", |run| Request::DeclineInvitation(DeclineInvitation { conversation: id(busy(run)) }))),
        limited(by(ACCEPTING, "1,000 members, 1,500 messages", |run| {
            Request::AcceptInvitation(AcceptInvitation { conversation: id(busy(run)) })
        })),
        few(by(OWNER, "the owner, 1,000 members", |run| {
            Request::LeaveGroup(LeaveGroup { conversation: id(BUSY.end - 1 - run) })
        })),
    ]
}

fn messages() -> Vec<Case> {
    let mentions = |run: usize| (0..MAX_MENTIONS).map(|number| format!("@{} ", username(run + number + 10))).collect::<String>();
    let text = move |run| {
        let mut text = mentions(run);
        text.push_str(&"palavra ".repeat((MAX_MESSAGE_BYTES - text.len()) / 8));
        text
    };
    let send = move |run| {
        let (conversation, client_id, reply_to) = (id(LONG), ClientId::new(), Some(seq(run + 1)));
        Request::SendMessage(SendMessage { conversation, client_id, text: text(run), reply_to })
    };
    // The owner's messages in the long log.
    let own = |run: usize| (id(LONG), seq((run % 100 + 1) * 998));
    vec![
        with_large_text(by(OWNER, "20 mentions, 1,000 members", send)),
        with_large_text(by(OWNER, "20 mentions, 1,000 members", move |run| {
            let (conversation, seq) = own(run);
            Request::EditMessage(EditMessage { conversation, seq, text: text(run) })
        })),
        few(by(OWNER, "edited twice", move |run| {
            let (conversation, seq) = own(run);
            Request::DeleteMessage(DeleteMessage { conversation, seq })
        })),
    ]
}

fn changed_messages() -> Vec<Case> {
    let target = |run: usize| (id(CHANGED), seq(run % CHANGED_MESSAGES + 1), emoji(run / CHANGED_MESSAGES));
    vec![
        by(MEMBER, "2,000 reactions", move |run| {
            let (conversation, seq, emoji) = target(run);
            Request::RemoveReaction(RemoveReaction { conversation, seq, emoji })
        }),
        by(MEMBER, "2,000 reactions", move |run| {
            let (conversation, seq, emoji) = target(run);
            Request::AddReaction(AddReaction { conversation, seq, emoji })
        }),
        by(OWNER, "refused: 100 revisions", move |run| {
            let (conversation, seq, _) = target(run);
            Request::EditMessage(EditMessage { conversation, seq, text: "outro".to_owned() })
        }),
        // As many as one account may have open.
        limited(by(MEMBER, "100 revisions", move |run| {
            let (conversation, seq, _) = target(run);
            let reason = Some("é".repeat(MAX_REPORT_REASON_CHARS));
            Request::ReportMessage(ReportMessage { conversation, seq, reason })
        })),
        few(by(OWNER, "100 revisions, 2,000 reactions", move |run| {
            let (conversation, seq, _) = target(run);
            Request::DeleteMessage(DeleteMessage { conversation, seq })
        })),
    ]
}
