//! Random histories: all backends give the same outcomes and data, and a file also after it is closed and opened
//! again.

use papo_server::domain::facts::ConversationFacts;
use papo_server::domain::retention::ExpiryQuery;
use papo_server::domain::{
    AccountId, AccountRef, DAY_MS, EntryRange, GroupInvites, InviteCode, InviteHash, RecoveryCode, ReportId, SECRET_BYTES,
    SecondFactorChange, SecondFactorCode, TimeStep, TokenHash, TotpSecret,
};
use papo_server::store::memory::MemoryStore;
use papo_server::store::sqlite::SqliteStore;
use papo_server::store::{NewDevice, Store, Write};
use papo_shared::model::{
    ClientId, ConversationId, DeviceId, DeviceName, DisplayName, Emoji, GroupInviteId, GroupName, MessageText, Notify,
    NotifyLevel, ReportReason, Role, Seq, StatusText, Timestamp, Topic, Username, Visibility,
};
use proptest::collection::vec;
use proptest::prelude::*;

/// Few distinct values, so that writes affect each other.
const PEOPLE: [&str; 4] = ["ana", "eva", "ivo", "rui"];
const CONVERSATIONS: u32 = 4;
/// Two of them are equal ignoring case.
const GROUP_NAMES: [&str; 3] = ["redes", "Redes", "sistemas"];
const CLIENT_IDS: u8 = 12;

fn who() -> impl Strategy<Value = AccountRef> {
    (0..PEOPLE.len()).prop_map(|place| AccountRef { id: AccountId(place as u32 + 1), username: name(PEOPLE[place]) })
}

/// A conversation id, which may not exist.
fn conversation() -> impl Strategy<Value = ConversationId> {
    (1..=CONVERSATIONS).prop_map(ConversationId)
}

fn group_name() -> impl Strategy<Value = GroupName> {
    proptest::sample::select(&GROUP_NAMES).prop_map(|name| GroupName::parse(name).unwrap())
}

fn at() -> impl Strategy<Value = Timestamp> {
    (0i64..9).prop_map(Timestamp)
}

fn role() -> impl Strategy<Value = Role> {
    proptest::sample::select(&[Role::Member, Role::Admin, Role::Owner])
}

fn notify() -> impl Strategy<Value = Notify> {
    let level = proptest::sample::select(&[NotifyLevel::All, NotifyLevel::Mentions, NotifyLevel::Nothing]);
    (level, proptest::option::of(at())).prop_map(|(level, until)| Notify { level, until })
}

fn visibility() -> impl Strategy<Value = Visibility> {
    proptest::sample::select(&[Visibility::Private, Visibility::Listed, Visibility::Public])
}

/// Few distinct codes, so that most attempts use an existing one.
fn code() -> impl Strategy<Value = InviteHash> {
    (0u8..4).prop_map(|number| InviteCode::new([number; 10]).hash())
}

/// Writes to groups other than adding members.
fn group_write() -> impl Strategy<Value = Write> {
    let invite = (conversation(), who(), code(), proptest::option::of(1u32..3), proptest::option::of(at()), at());
    prop_oneof![
        3 => (conversation(), who(), who(), role(), at())
            .prop_map(|(conversation, by, member, role, at)| Write::SetRole { conversation, by, member, role, at }),
        3 => (conversation(), who(), who(), at())
            .prop_map(|(conversation, by, member, at)| Write::RemoveMember { conversation, by, member, at }),
        1 => (conversation(), who(), "[ab]?", at()).prop_map(|(conversation, by, topic, at)| {
            Write::SetTopic { conversation, by, topic: Topic::parse(&topic).unwrap(), at }
        }),
        1 => (conversation(), who(), notify())
            .prop_map(|(conversation, who, notify)| Write::SetNotify { conversation, account: who.id, notify }),
        3 => invite.prop_map(|(conversation, by, code, uses, expires_at, at)| {
            Write::CreateGroupInvite { conversation, by: by.id, code, uses, expires_at, at }
        }),
        1 => (conversation(), who(), 1i64..5).prop_map(|(conversation, by, invite)| {
            Write::RevokeGroupInvite { conversation, by: by.id, invite: GroupInviteId(invite) }
        }),
        3 => (code(), who(), at()).prop_map(|(code, member, at)| Write::JoinGroup { code, member, at }),
    ]
}

/// Some are beyond the end of the log.
fn seq() -> impl Strategy<Value = Seq> {
    (0u64..16).prop_map(Seq)
}

/// Message texts, some with mentions.
fn text() -> impl Strategy<Value = MessageText> {
    "[ab]|@(ana|eva|ivo)|@rui @Eva".prop_map(|text| MessageText::parse(&text).unwrap())
}

/// Writes that change a message.
fn change() -> impl Strategy<Value = Write> {
    let emoji = || proptest::sample::select(vec!["👍", "🎉"]).prop_map(|emoji| Emoji::parse(emoji).unwrap());
    prop_oneof![
        2 => (conversation(), who(), seq(), text(), at())
            .prop_map(|(conversation, by, seq, text, at)| Write::EditMessage { conversation, by, seq, text, at }),
        1 => (conversation(), who(), seq(), at())
            .prop_map(|(conversation, by, seq, at)| Write::DeleteMessage { conversation, by, seq, at }),
        2 => (conversation(), who(), seq(), emoji(), at())
            .prop_map(|(conversation, by, seq, emoji, at)| Write::AddReaction { conversation, by, seq, emoji, at }),
        1 => (conversation(), who(), seq(), emoji(), at())
            .prop_map(|(conversation, by, seq, emoji, at)| Write::RemoveReaction { conversation, by, seq, emoji, at }),
    ]
}

/// Writes about invitations, visibility and retention, other than inviting.
fn invitation_write() -> impl Strategy<Value = Write> {
    prop_oneof![
        3 => (conversation(), who(), at())
            .prop_map(|(conversation, who, at)| Write::AcceptInvitation { conversation, member: who.id, at }),
        1 => (conversation(), who(), at())
            .prop_map(|(conversation, who, at)| Write::DeclineInvitation { conversation, account: who.id, at }),
        1 => (conversation(), who(), at())
            .prop_map(|(conversation, member, at)| Write::JoinPublicGroup { conversation, member, at }),
        1 => (conversation(), who(), visibility(), at())
            .prop_map(|(conversation, by, visibility, at)| Write::SetVisibility { conversation, by, visibility, at }),
        1 => (conversation(), who(), proptest::option::of(1u32..3), at())
            .prop_map(|(conversation, by, days, at)| Write::SetRetention { conversation, by, days, at }),
    ]
}

/// What only the operator does. Rarely, because most of it ends the history of an account or a group.
fn deletion() -> impl Strategy<Value = Write> {
    prop_oneof![
        1 => (who(), any::<bool>(), at()).prop_map(|(who, erase_messages, at)| {
            Write::DeleteAccount { account: who.id, authentication: None, erase_messages, at }
        }),
        1 => (conversation(), at()).prop_map(|(conversation, at)| Write::DeleteGroup { conversation, at }),
        2 => (conversation(), who(), at())
            .prop_map(|(conversation, member, at)| Write::TransferGroup { conversation, member, at }),
        2 => (conversation(), seq()).prop_map(|(conversation, seq)| Write::EraseMessage { conversation, seq }),
    ]
}

/// Writes about reports, with few distinct reasons. The first reports exist, unless they were deleted.
fn report_write() -> impl Strategy<Value = Write> {
    let reason = proptest::option::of(proptest::sample::select(&["spam", "golpe"]));
    prop_oneof![
        3 => (conversation(), who(), seq(), reason, at()).prop_map(|(conversation, who, seq, reason, at)| {
            let reason = reason.and_then(|reason| ReportReason::parse(reason).unwrap());
            Write::ReportMessage { conversation, by: who.id, seq, reason, at }
        }),
        1 => (1i64..6, at()).prop_map(|(report, at)| Write::CloseReport { report: ReportId(report), at }),
    ]
}

/// Writes about second factors, with few distinct codes, so that some are right.
fn second_factor_write() -> impl Strategy<Value = Write> {
    let secret = || TotpSecret([7; SECRET_BYTES]);
    let recovery_code = || (0u8..3).prop_map(|number| RecoveryCode::new([number; 10]).hash());
    let code = move || {
        prop_oneof![
            (0i64..3).prop_map(move |step| SecondFactorCode::Totp(secret().code(TimeStep(step)))),
            recovery_code().prop_map(SecondFactorCode::Recovery),
        ]
    };
    // Times of the first few steps.
    let at = || (0i64..6).prop_map(|half_steps| Timestamp(half_steps * 15_000));
    let codes = move || vec(recovery_code(), 0..3);
    let verified_hash = String::new;
    let change = prop_oneof![
        Just(()).prop_map(move |()| SecondFactorChange::Enable { verified_hash: verified_hash(), secret: secret() }),
        (code(), codes()).prop_map(|(code, recovery_codes)| SecondFactorChange::Confirm { code, recovery_codes }),
        code().prop_map(move |code| SecondFactorChange::Disable { verified_hash: verified_hash(), code }),
        (code(), codes()).prop_map(move |(code, recovery_codes)| {
            SecondFactorChange::ReplaceRecoveryCodes { verified_hash: verified_hash(), code, recovery_codes }
        }),
        Just(SecondFactorChange::Reset),
    ];
    (who(), change, at()).prop_map(|(who, change, at)| Write::ChangeSecondFactor { account: who.id, change, at })
}

/// A write of a session, or of the server. The first devices are those of the accounts, which may be signed out.
pub(crate) fn write() -> impl Strategy<Value = Write> {
    (proptest::option::of(1i64..6), write_by_account()).prop_map(|(device, write)| match device {
        Some(device) => Write::FromDevice { device: DeviceId(device), write: Box::new(write) },
        None => write,
    })
}

fn write_by_account() -> impl Strategy<Value = Write> {
    let reply_to = proptest::option::weighted(0.3, seq());
    let message = (conversation(), who(), 0..CLIENT_IDS, text(), reply_to, at()).prop_map(
        |(conversation, author, id, text, reply_to, at)| {
            let client_id = ClientId::from_bytes([id; 16]);
            Write::AppendMessage { conversation, author, client_id, text, reply_to, at }
        },
    );
    prop_oneof![
        6 => message,
        4 => change(),
        2 => (conversation(), who(), seq())
            .prop_map(|(conversation, who, seq)| Write::MoveReadCursorBack { conversation, account: who.id, seq }),
        2 => (conversation(), who(), seq()).prop_map(|(conversation, who, seq)| Write::Dismiss { conversation, account: who.id, seq }),
        1 => (conversation(), who(), seq())
            .prop_map(|(conversation, who, seq)| Write::MarkDelivered { conversation, account: who.id, seq }),
        2 => (conversation(), who(), 0u64..20)
            .prop_map(|(conversation, who, seq)| Write::MoveReadCursor { conversation, account: who.id, seq: Seq(seq) }),
        2 => (conversation(), who(), who(), at())
            .prop_map(|(conversation, by, member, at)| Write::AddMember { conversation, by, member, at }),
        1 => (conversation(), who(), at()).prop_map(|(conversation, member, at)| Write::LeaveGroup { conversation, member, at }),
        1 => (conversation(), who(), group_name(), at())
            .prop_map(|(conversation, by, name, at)| Write::RenameGroup { conversation, by, name, at }),
        1 => (who(), group_name(), visibility(), at())
            .prop_map(|(creator, name, visibility, at)| Write::CreateGroup { creator, name, visibility, at }),
        1 => (who(), who(), at())
            .prop_map(|(one, other, at)| Write::OpenDirect { one: one.id, other: other.id, at }),
        3 => group_write(),
        3 => invitation_write(),
        2 => (who(), who(), at())
            .prop_map(|(by, whom, at)| Write::Block { by: by.id, whom, at }),
        1 => (who(), who()).prop_map(|(by, whom)| Write::Unblock { by: by.id, whom }),
        1 => (who(), proptest::option::of("[AB]"), proptest::option::of("[ab]?")).prop_map(|(who, name, status)| {
            let display_name = name.map(|name| DisplayName::parse(&name).unwrap());
            Write::SetProfile { account: who.id, display_name, status: status.map(|text| StatusText::parse(&text).unwrap()) }
        }),
        1 => (who(), at()).prop_map(|(who, at)| Write::SuspendAccount { account: who.id, at }),
        2 => who().prop_map(|who| Write::ResumeAccount { account: who.id }),
        1 => who().prop_map(|who| Write::RemoveDevices { account: who.id }),
        1 => deletion(),
        2 => report_write(),
        2 => at().prop_map(|at| Write::ContinueErasure { at }),
        1 => at().prop_map(|at| Write::AdvanceRetentionClock { at }),
        1 => (conversation(), proptest::option::of(1u32..3), 0i64..3, at(), at()).prop_map(|(after, server_days, days, at, now)| {
            let reference = Timestamp(at.0 + days * DAY_MS);
            Write::ExpireMessages(ExpiryQuery { after: ConversationId(after.0 - 1), server_days, reference, now })
        }),
        1 => (1i64..6).prop_map(|device| Write::RemoveDevice { device: DeviceId(device) }),
        2 => second_factor_write(),
        1 => (who(), at()).prop_map(|(who, at)| Write::SetLastSeen { account: who.id, at }),
    ]
}

fn name(text: &str) -> Username {
    Username::parse(text).unwrap()
}

/// All accounts, and a group of the first two, so that most writes have an effect.
pub(crate) fn beginning() -> Vec<Write> {
    let accounts = PEOPLE.map(|username| Write::CreateAccount {
        username: name(username),
        display_name: DisplayName::parse(username).unwrap(),
        password_hash: String::new(),
        device: Some(NewDevice { token: TokenHash::of(username), name: DeviceName::default() }),
        invite: None,
        at: Timestamp(0),
    });
    let [ana, eva] = [(1, "ana"), (2, "eva")].map(|(id, username)| AccountRef { id: AccountId(id), username: name(username) });
    let group = Write::CreateGroup {
        creator: ana.clone(),
        name: GroupName::parse("começo").unwrap(),
        visibility: Visibility::Listed,
        at: Timestamp(0),
    };
    let (conversation, member, at) = (ConversationId(1), eva.id, Timestamp(0));
    let invite = Write::AddMember { conversation, by: ana, member: eva, at };
    accounts.into_iter().chain([group, invite, Write::AcceptInvitation { conversation, member, at }]).collect()
}

/// Everything that each account can read, one line per item.
pub(crate) async fn everything(store: &dyn Store) -> Vec<String> {
    let mut lines = vec![format!("users {:?}", store.users(None, None, 99).await.unwrap())];
    lines.push(format!("reports {:?}", store.reports(true, None, 99).await.unwrap()));
    lines.push(format!("open reports {:?}", store.open_reports().await.unwrap()));
    for account in (1..=PEOPLE.len() as u32).map(AccountId) {
        let mut contacts = store.contacts(account).await.unwrap();
        contacts.sort();
        lines.push(format!("{account:?} contacts {contacts:?}"));
        lines.push(format!("{account:?} invitations {:?}", store.invitations(account).await.unwrap()));
        lines.push(format!("{account:?} second factor {:?}", store.second_factor(account).await.unwrap()));
        lines.push(format!("{account:?} blocked {:?}", store.blocked(account, None, 99).await.unwrap()));
        lines.push(format!("{account:?} conversations {:?}", store.conversations(account, None, 99).await.unwrap()));
        lines.push(format!("{account:?} inbox {:?}", store.inbox(account, 99).await.unwrap()));
        lines.push(format!("{account:?} groups {:?}", store.groups(account, None, None, 99).await.unwrap()));
        for id in (1..=CONVERSATIONS).map(ConversationId) {
            lines.push(format!("{account:?} {id:?} {:?}", store.conversation(account, id).await.unwrap()));
            lines.push(format!("{account:?} {id:?} cursor {:?}", store.read_cursor(account, id).await.unwrap()));
            lines.push(format!("{account:?} {id:?} members {:?}", store.members(account, id, None, 99).await.unwrap()));
            let found = store.conversation_facts(id).await.unwrap();
            let may_write = ConversationFacts::for_writer(found.as_ref(), account);
            lines.push(format!("{account:?} {id:?} may write {may_write:?}"));
            for now in [Timestamp(0), Timestamp(5)] {
                let found = store.group_invites(account, id).await.unwrap();
                let invites = GroupInvites::for_manager(found, now);
                lines.push(format!("{account:?} {id:?} invites {invites:?}"));
            }
            lines.push(format!("{account:?} {id:?} receipts {:?}", store.receipts(account, id, None, 99).await.unwrap()));
            for seq in (1..9).map(Seq) {
                let revisions = store.revisions(account, id, seq, 0, 99, usize::MAX).await.unwrap();
                let reactions = store.reactions(account, id, seq, None, 99).await.unwrap();
                lines.push(format!("{account:?} {id:?} {seq} {revisions:?} {reactions:?}"));
            }
            for span in [
                EntryRange::After(Seq(0)),
                EntryRange::After(Seq(3)),
                EntryRange::Before(Seq(u64::MAX)),
                EntryRange::Before(Seq(4)),
            ] {
                let entries = store.entries(account, id, span, 99, usize::MAX).await.unwrap();
                lines.push(format!("{account:?} {id:?} {span:?} {entries:?}"));
            }
        }
    }
    lines
}

fn by_account(write: &Write) -> &Write {
    match write {
        Write::FromDevice { write, .. } => write,
        write => write,
    }
}

/// Removes writes that create an invite with a code used before: real codes are random and never equal, but the few codes of this
/// test would sometimes collide.
pub(crate) fn with_unique_codes(mut batches: Vec<Vec<Write>>) -> Vec<Vec<Write>> {
    let mut made = Vec::new();
    for batch in &mut batches {
        batch.retain(|write| match by_account(write) {
            Write::CreateGroupInvite { code, .. } if made.contains(code) => false,
            Write::CreateGroupInvite { code, .. } => {
                made.push(*code);
                true
            }
            _ => true,
        });
    }
    batches
}

async fn check(batches: Vec<Vec<Write>>) {
    let dir = tempfile::tempdir().unwrap();
    let file = SqliteStore::open(dir.path()).unwrap();
    let memory = MemoryStore::default();
    #[cfg(feature = "cluster")]
    let schema = crate::postgres::Schema::create().await;
    #[cfg(feature = "cluster")]
    let mut shared = match &schema {
        Some(schema) => Some([schema.store().await, schema.store().await]),
        None => None,
    };
    for batch in std::iter::once(beginning()).chain(with_unique_codes(batches)) {
        let expected = memory.commit(batch.clone()).await.unwrap();
        let got = file.commit(batch.clone()).await.unwrap();
        for ((write, got), expected) in batch.iter().zip(&got).zip(&expected) {
            assert_eq!(format!("{got:?}"), format!("{expected:?}"), "outcome of {write:?}");
        }
        assert_eq!(everything(&file).await, everything(&memory).await, "after {batch:?}");
        // Two servers on the same database, which take turns.
        #[cfg(feature = "cluster")]
        if let Some([writing, reading]) = &mut shared {
            let got = writing.commit(batch.clone()).await.unwrap();
            for ((write, got), expected) in batch.iter().zip(&got).zip(&expected) {
                assert_eq!(format!("{got:?}"), format!("{expected:?}"), "outcome of {write:?} on PostgreSQL");
            }
            assert_eq!(everything(reading).await, everything(&memory).await, "on PostgreSQL, after {batch:?}");
            std::mem::swap(writing, reading);
        }
    }
    #[cfg(feature = "cluster")]
    if let Some(schema) = schema {
        schema.finish().await;
    }
    file.close().await;
    let again = SqliteStore::open(dir.path()).unwrap();
    assert_eq!(everything(&again).await, everything(&memory).await, "after reopening the file");
    // Ids must not be reused.
    let ana = AccountRef { id: AccountId(1), username: name("ana") };
    let (client_id, text, at) = (ClientId::from_bytes([99; 16]), MessageText::parse("fim").unwrap(), Timestamp(9));
    let last = (1..=CONVERSATIONS).map(ConversationId).map(|conversation| {
        let (author, text) = (ana.clone(), text.clone());
        Write::AppendMessage { conversation, author, client_id, text, reply_to: None, at }
    });
    let last: Vec<Write> = last.collect();
    let (got, expected) = (again.commit(last.clone()).await.unwrap(), memory.commit(last).await.unwrap());
    assert_eq!(format!("{got:?}"), format!("{expected:?}"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn all_backends_agree_on_random_histories(batches in vec(vec(write(), 1..12), 1..10)) {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(check(batches));
    }
}
