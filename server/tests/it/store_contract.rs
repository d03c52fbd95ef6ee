//! One story a promise, told to every home of the store.

use papo_server::domain::{Account, AccountId, DeviceId, MAX_DEVICES, Span, TokenHash, Who};
use papo_server::store::memory::MemoryStore;
use papo_server::store::sqlite::{OpenError, SqliteStore};
use papo_server::store::{NewDevice, Outcome, Posted, Store, Write};
use papo_shared::model::limits::MAX_GROUP_MEMBERS;
use papo_shared::model::{
    ClientId, ConversationId, DisplayName, Entry, EntryKind, GroupName, MessageText, Seq, Timestamp, Username,
};
use papo_shared::protocol::Refusal;

/// Tells each story to each home.
macro_rules! told_to_every_home {
    ($($story:ident),* $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test]
                async fn $story() {
                    let dir = tempfile::tempdir().unwrap();
                    let store = super::SqliteStore::open(dir.path()).unwrap();
                    super::$story(&store).await;
                }
            )*
        }
        mod memory {
            $(
                #[tokio::test]
                async fn $story() {
                    super::$story(&super::MemoryStore::default()).await;
                }
            )*
        }
    };
}

told_to_every_home!(
    a_username_is_one_account,
    a_device_stands_until_it_is_removed,
    an_account_has_so_many_devices,
    a_password_is_changed_only_by_who_knows_the_one_before,
    when_somebody_was_here_is_remembered,
    accounts_are_found_by_name_in_pages,
    a_direct_conversation_is_one_for_both,
    entries_have_numbers_without_a_hole,
    a_batch_takes_effect_in_its_order_and_a_refusal_stands_alone,
    a_client_id_is_remembered_as_long_as_the_message,
    a_client_id_is_remembered_within_one_batch,
    the_audience_is_who_was_a_member_at_that_number,
    who_is_no_member_finds_nothing,
    members_see_from_where_they_joined,
    entries_come_in_the_direction_that_was_asked_for,
    a_cursor_moves_forward_up_to_the_end,
    a_group_name_is_one_group,
    a_group_has_a_limit,
    only_groups_have_members_that_change,
    groups_and_members_come_in_pages,
    contacts_are_who_shares_a_conversation,
    a_closed_store_says_so,
);

const NOW: Timestamp = Timestamp(1_000);

fn name(text: &str) -> Username {
    Username::parse(text).unwrap()
}

fn token(text: &str) -> NewDevice {
    NewDevice { token: TokenHash::of(text), name: String::new() }
}

async fn one(store: &dyn Store, write: Write) -> Outcome {
    let outcomes = store.commit(vec![write]).await.unwrap();
    assert_eq!(outcomes.len(), 1);
    outcomes.into_iter().next().unwrap()
}

async fn posted(store: &dyn Store, write: Write) -> Posted {
    match one(store, write).await {
        Outcome::Posted(posted) => posted,
        outcome => panic!("not posted but {outcome:?}"),
    }
}

async fn refused(store: &dyn Store, write: Write) -> Refusal {
    match one(store, write).await {
        Outcome::Refused(refusal) => refusal,
        outcome => panic!("not refused but {outcome:?}"),
    }
}

fn new_account(username: &str) -> Write {
    Write::CreateAccount {
        username: name(username),
        display_name: DisplayName::parse(&username.to_uppercase()).unwrap(),
        password_hash: format!("hash of {username}"),
        device: token(&format!("device of {username}")),
        at: NOW,
    }
}

async fn account(store: &dyn Store, username: &str) -> Who {
    match one(store, new_account(username)).await {
        Outcome::AccountCreated(id, _) => Who { id, username: name(username) },
        outcome => panic!("no account but {outcome:?}"),
    }
}

async fn people<const N: usize>(store: &dyn Store, names: [&str; N]) -> [Who; N] {
    let mut found = Vec::new();
    for name in names {
        found.push(account(store, name).await);
    }
    found.try_into().unwrap()
}

async fn direct(store: &dyn Store, one_of_them: &Who, other: &Who) -> ConversationId {
    match one(store, Write::OpenDirect { one: one_of_them.id, other: other.id, at: NOW }).await {
        Outcome::DirectOpened(id) => id,
        outcome => panic!("not opened but {outcome:?}"),
    }
}

fn create(creator: &Who, group: &str) -> Write {
    Write::CreateGroup { creator: creator.clone(), name: GroupName::parse(group).unwrap(), at: NOW }
}

fn add(conversation: ConversationId, by: &Who, member: &Who) -> Write {
    Write::AddMember { conversation, by: by.clone(), member: member.clone(), at: NOW }
}

fn leave(conversation: ConversationId, member: &Who) -> Write {
    Write::LeaveGroup { conversation, member: member.clone(), at: NOW }
}

fn rename(conversation: ConversationId, by: &Who, group: &str) -> Write {
    Write::RenameGroup { conversation, by: by.clone(), name: GroupName::parse(group).unwrap(), at: NOW }
}

fn message(conversation: ConversationId, author: &Who, client_id: ClientId, text: &str) -> Write {
    let text = MessageText::parse(text).unwrap();
    Write::AppendMessage { conversation, author: author.clone(), client_id, text, at: NOW }
}

fn say(conversation: ConversationId, author: &Who, text: &str) -> Write {
    message(conversation, author, ClientId::new(), text)
}

fn read(conversation: ConversationId, reader: &Who, seq: u64) -> Write {
    Write::MoveReadCursor { conversation, account: reader.id, seq: Seq(seq) }
}

async fn group(store: &dyn Store, creator: &Who, group: &str, others: &[&Who]) -> ConversationId {
    let id = posted(store, create(creator, group)).await.conversation;
    for other in others {
        posted(store, add(id, creator, other)).await;
    }
    id
}

async fn log(store: &dyn Store, reader: &Who, id: ConversationId) -> Vec<Entry> {
    store.entries(reader.id, id, Span::After(Seq(0)), 1000, usize::MAX).await.unwrap().expect("a member")
}

fn seqs(entries: &[Entry]) -> Vec<u64> {
    entries.iter().map(|entry| entry.seq.0).collect()
}

fn names(accounts: &[Account]) -> Vec<&str> {
    accounts.iter().map(|account| account.username.as_str()).collect()
}

async fn a_username_is_one_account(store: &dyn Store) {
    let ana = account(store, "ana").await;
    assert_eq!(refused(store, new_account("ana")).await, Refusal::UsernameTaken);
    let found = store.credentials(&name("ana")).await.unwrap().unwrap();
    assert_eq!((found.account.id, found.password_hash.as_str()), (ana.id, "hash of ana"));
    assert_eq!(found.account.display_name.as_str(), "ANA");
    assert_eq!(store.account(&name("rui")).await.unwrap(), None);
    assert_eq!(store.accounts(&[ana.id, AccountId(99)]).await.unwrap(), [found.account]);
}

async fn a_device_stands_until_it_is_removed(store: &dyn Store) {
    let ana = account(store, "ana").await;
    let (device, whose) = store.device(&TokenHash::of("device of ana")).await.unwrap().unwrap();
    assert_eq!(whose.id, ana.id);
    assert!(store.device_stands(device).await.unwrap());
    assert_eq!(store.device(&TokenHash::of("another")).await.unwrap(), None);

    let Outcome::DevicesRemoved(removed) = one(store, Write::RemoveDevice { device }).await else { panic!() };
    assert_eq!(removed, [device]);
    assert!(!store.device_stands(device).await.unwrap());
    assert_eq!(store.device(&TokenHash::of("device of ana")).await.unwrap(), None);
    let Outcome::DevicesRemoved(removed) = one(store, Write::RemoveDevice { device }).await else { panic!() };
    assert_eq!(removed, [], "it was gone already");
}

async fn add_device(store: &dyn Store, who: &Who, verified_hash: &str, text: &str) -> Result<DeviceId, Refusal> {
    let verified_hash = verified_hash.to_owned();
    match one(store, Write::AddDevice { account: who.id, verified_hash, device: token(text), at: NOW }).await {
        Outcome::DeviceAdded(device) => Ok(device),
        Outcome::Refused(refusal) => Err(refusal),
        outcome => panic!("{outcome:?}"),
    }
}

async fn an_account_has_so_many_devices(store: &dyn Store) {
    let [ana, _] = people(store, ["ana", "rui"]).await;
    let (first, _) = store.device(&TokenHash::of("device of ana")).await.unwrap().unwrap();
    for more in 1..MAX_DEVICES {
        add_device(store, &ana, "hash of ana", &format!("device {more}")).await.unwrap();
    }
    assert!(store.device_stands(first).await.unwrap(), "the limit itself is allowed");
    let last = add_device(store, &ana, "hash of ana", "one more").await.unwrap();
    assert!(!store.device_stands(first).await.unwrap(), "beyond it the oldest goes");
    assert!(store.device_stands(last).await.unwrap());
    assert!(store.device(&TokenHash::of("device of rui")).await.unwrap().is_some(), "others are not concerned");
}

async fn a_password_is_changed_only_by_who_knows_the_one_before(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let kept = add_device(store, &ana, "hash of ana", "kept").await.unwrap();
    let (first, _) = store.device(&TokenHash::of("device of ana")).await.unwrap().unwrap();
    let set = |current: &str, keep_only| Write::SetPassword {
        account: ana.id,
        current_hash: current.to_owned(),
        new_hash: "new".to_owned(),
        keep_only,
    };
    assert_eq!(refused(store, set("guessed", Some(kept))).await, Refusal::WrongCredentials);
    assert!(store.device_stands(first).await.unwrap());

    let Outcome::DevicesRemoved(removed) = one(store, set("hash of ana", Some(kept))).await else { panic!() };
    assert_eq!(removed, [first]);
    assert!(store.device_stands(kept).await.unwrap());
    let (of_rui, _) = store.device(&TokenHash::of("device of rui")).await.unwrap().unwrap();
    assert!(store.device_stands(of_rui).await.unwrap(), "others are not concerned");
    assert_eq!(add_device(store, &ana, "hash of ana", "late").await, Err(Refusal::WrongCredentials));
    assert!(add_device(store, &ana, "new", "late").await.is_ok());
    assert!(add_device(store, &rui, "hash of rui", "second").await.is_ok());

    let Outcome::DevicesRemoved(removed) = one(store, set("new", None)).await else { panic!() };
    assert_eq!(removed, [], "a hash that is only renewed signs nobody out");
}

async fn when_somebody_was_here_is_remembered(store: &dyn Store) {
    let ana = account(store, "ana").await;
    assert_eq!(store.account(&ana.username).await.unwrap().unwrap().last_seen, None);
    one(store, Write::TouchSeen { account: ana.id, at: Timestamp(7) }).await;
    assert_eq!(store.account(&ana.username).await.unwrap().unwrap().last_seen, Some(Timestamp(7)));
}

async fn accounts_are_found_by_name_in_pages(store: &dyn Store) {
    people(store, ["rui", "joão", "ana", "anabela"]).await;
    let users = async |query, after: Option<&str>, limit| {
        let after = after.map(name);
        let found = store.users(query, after.as_ref(), limit).await.unwrap();
        names(&found).join(" ")
    };
    assert_eq!(users(None, None, 9).await, "ana anabela joão rui");
    assert_eq!(users(None, None, 2).await, "ana anabela");
    assert_eq!(users(None, Some("anabela"), 2).await, "joão rui");
    assert_eq!(users(Some("an"), None, 9).await, "ana anabela");
    assert_eq!(users(Some("joã"), None, 9).await, "joão");
    assert_eq!(users(Some("%"), None, 9).await, "", "nothing in a query is a pattern");
}

async fn a_direct_conversation_is_one_for_both(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = direct(store, &ana, &rui).await;
    assert_eq!(direct(store, &rui, &ana).await, id);
    let seen = store.conversation(rui.id, id).await.unwrap().unwrap();
    assert_eq!((seen.first_seq, seen.last_seq, seen.read_seq, seen.unread), (Seq(1), Seq(0), Seq(0), 0));
    assert_eq!(seen.latest, None);
    let papo_server::domain::ConversationShape::Direct { peer } = seen.shape else { panic!("{:?}", seen.shape) };
    assert_eq!(peer.id, ana.id);
}

async fn entries_have_numbers_without_a_hole(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = group(store, &ana, "redes", &[&rui]).await;
    let batch =
        vec![say(id, &ana, "um"), rename(id, &rui, "sistemas"), say(id, &rui, "dois"), leave(id, &rui), say(id, &ana, "tres")];
    store.commit(batch).await.unwrap();
    let entries = log(store, &ana, id).await;
    assert_eq!(seqs(&entries), [1, 2, 3, 4, 5, 6, 7]);
    let authors: Vec<&str> = entries.iter().map(|entry| entry.author.as_str()).collect();
    assert_eq!(authors, ["ana", "ana", "ana", "rui", "rui", "rui", "ana"]);
    let seen = store.conversation(ana.id, id).await.unwrap().unwrap();
    assert_eq!((seen.last_seq, seen.latest.as_ref()), (Seq(7), entries.last()));
}

async fn a_batch_takes_effect_in_its_order_and_a_refusal_stands_alone(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = group(store, &ana, "redes", &[]).await;
    let batch = vec![
        say(id, &rui, "ainda não"),
        add(id, &ana, &rui),
        say(id, &rui, "agora"),
        add(id, &ana, &rui),
        create(&rui, "REDES"),
        leave(id, &rui),
        say(id, &rui, "já não"),
    ];
    let outcomes = store.commit(batch).await.unwrap();
    let shown: Vec<String> = outcomes
        .iter()
        .map(|outcome| match outcome {
            Outcome::Posted(posted) => posted.entry.seq.to_string(),
            Outcome::Refused(refusal) => format!("{refusal:?}"),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(shown, ["NotAMember", "2", "3", "AlreadyAMember", "GroupNameTaken", "4", "NotAMember"]);
    assert_eq!(seqs(&log(store, &ana, id).await), [1, 2, 3, 4]);
}

async fn a_client_id_is_remembered_as_long_as_the_message(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = direct(store, &ana, &rui).await;
    let other = group(store, &ana, "redes", &[&rui]).await;
    let client_id = ClientId::new();
    let first = posted(store, message(id, &ana, client_id, "oi")).await;
    posted(store, say(id, &rui, "olá")).await;
    assert!(!first.duplicate);
    let again = posted(store, message(id, &ana, client_id, "oi")).await;
    assert_eq!((again.entry, again.duplicate, again.audience.len()), (first.entry, true, 0));
    assert_eq!(refused(store, message(id, &ana, client_id, "outra")).await, Refusal::ClientIdReused);
    assert_eq!(refused(store, message(other, &ana, client_id, "oi")).await, Refusal::ClientIdReused);
    assert!(!posted(store, message(id, &rui, client_id, "oi")).await.duplicate, "another author's ids are another's");
    assert_eq!(seqs(&log(store, &ana, id).await), [1, 2, 3]);

    // Who left still hears what became of what they sent before.
    let in_group = ClientId::new();
    let first = posted(store, message(other, &rui, in_group, "tchau")).await;
    posted(store, leave(other, &rui)).await;
    let again = posted(store, message(other, &rui, in_group, "tchau")).await;
    assert_eq!((again.entry, again.duplicate), (first.entry, true));
}

async fn a_client_id_is_remembered_within_one_batch(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = direct(store, &ana, &rui).await;
    let client_id = ClientId::new();
    let twice = vec![message(id, &ana, client_id, "oi"), message(id, &ana, client_id, "oi"), say(id, &ana, "mais")];
    let outcomes = store.commit(twice).await.unwrap();
    let numbers: Vec<(u64, bool)> = outcomes
        .iter()
        .map(|outcome| match outcome {
            Outcome::Posted(posted) => (posted.entry.seq.0, posted.duplicate),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(numbers, [(1, false), (1, true), (2, false)]);
}

async fn the_audience_is_who_was_a_member_at_that_number(store: &dyn Store) {
    let [ana, rui, eva] = people(store, ["ana", "rui", "eva"]).await;
    let created = posted(store, create(&ana, "redes")).await;
    let id = created.conversation;
    assert_eq!(*created.audience, [ana.id]);
    let added = posted(store, add(id, &ana, &eva)).await;
    assert_eq!(*added.audience, [ana.id, eva.id], "who was added hears of it");
    assert_eq!(added.group.unwrap().members, 2);
    assert_eq!(*posted(store, add(id, &eva, &rui)).await.audience, [ana.id, rui.id, eva.id]);
    let left = posted(store, leave(id, &rui)).await;
    assert_eq!(*left.audience, [ana.id, rui.id, eva.id], "who left hears of it");
    assert_eq!(left.group.unwrap().members, 2);
    assert_eq!(*posted(store, say(id, &ana, "oi")).await.audience, [ana.id, eva.id]);
    assert_eq!(*store.audience(ana.id, id).await.unwrap().unwrap(), [ana.id, eva.id]);
}

async fn who_is_no_member_finds_nothing(store: &dyn Store) {
    let [ana, rui, eva] = people(store, ["ana", "rui", "eva"]).await;
    let in_direct = direct(store, &ana, &rui).await;
    let in_group = group(store, &ana, "redes", &[&rui]).await;
    posted(store, leave(in_group, &rui)).await;
    for (who, id) in [(&eva, in_direct), (&rui, in_group), (&ana, ConversationId(u32::MAX)), (&ana, ConversationId(0))] {
        assert_eq!(store.conversation(who.id, id).await.unwrap(), None);
        assert_eq!(store.members(who.id, id, None, 9).await.unwrap(), None);
        assert_eq!(store.audience(who.id, id).await.unwrap(), None);
        assert_eq!(store.entries(who.id, id, Span::After(Seq(0)), 9, usize::MAX).await.unwrap(), None);
        for write in [say(id, who, "oi"), read(id, who, 1), add(id, who, &eva), leave(id, who), rename(id, who, "x")] {
            assert_eq!(refused(store, write).await, Refusal::NotAMember);
        }
    }
    assert_eq!(store.conversations(eva.id, None, 9).await.unwrap(), []);
}

async fn members_see_from_where_they_joined(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = group(store, &ana, "redes", &[]).await;
    posted(store, say(id, &ana, "antes")).await;
    posted(store, add(id, &ana, &rui)).await;
    posted(store, say(id, &ana, "durante")).await;
    assert_eq!(seqs(&log(store, &rui, id).await), [3, 4], "their own joining is the first they see");
    let seen = store.conversation(rui.id, id).await.unwrap().unwrap();
    assert_eq!((seen.first_seq, seen.read_seq, seen.unread), (Seq(3), Seq(2), 1));
    posted(store, leave(id, &rui)).await;
    posted(store, say(id, &ana, "sem rui")).await;
    posted(store, add(id, &ana, &rui)).await;
    assert_eq!(seqs(&log(store, &rui, id).await), [7], "and again from coming back");
    assert_eq!(seqs(&log(store, &ana, id).await), [1, 2, 3, 4, 5, 6, 7]);
    let before = store.entries(rui.id, id, Span::Before(Seq(7)), 9, usize::MAX).await.unwrap();
    assert_eq!(before, Some(vec![]));
}

async fn entries_come_in_the_direction_that_was_asked_for(store: &dyn Store) {
    let ana = account(store, "ana").await;
    let id = group(store, &ana, "redes", &[]).await;
    store.commit((2..=5).map(|number| say(id, &ana, &number.to_string())).collect()).await.unwrap();
    let cases = [
        (Span::After(Seq(0)), 2, vec![1, 2]),
        (Span::After(Seq(3)), 9, vec![4, 5]),
        (Span::After(Seq(5)), 9, vec![]),
        (Span::After(Seq(u64::MAX)), 9, vec![]),
        (Span::Before(Seq(u64::MAX)), 2, vec![5, 4]),
        (Span::Before(Seq(3)), 9, vec![2, 1]),
        (Span::Before(Seq(1)), 9, vec![]),
        (Span::Before(Seq(0)), 9, vec![]),
    ];
    for (span, limit, expected) in cases {
        let found = store.entries(ana.id, id, span, limit, usize::MAX).await.unwrap().unwrap();
        assert_eq!(seqs(&found), expected, "{span:?}");
    }
    let some = store.entries(ana.id, id, Span::After(Seq(1)), 9, 1).await.unwrap().unwrap();
    assert!(some.len() >= 2, "it may stop after what is enough, not before");
}

async fn cursor(store: &dyn Store, write: Write) -> (u64, u32, u64, bool) {
    match one(store, write).await {
        Outcome::CursorMoved(cursor) => (cursor.read_seq.0, cursor.unread, cursor.last_seq.0, cursor.moved),
        outcome => panic!("{outcome:?}"),
    }
}

async fn a_cursor_moves_forward_up_to_the_end(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = direct(store, &ana, &rui).await;
    let batch = ["um", "dois", "tres"].map(|text| say(id, &ana, text)).into_iter().chain([say(id, &rui, "meu")]);
    store.commit(batch.collect()).await.unwrap();
    assert_eq!(cursor(store, read(id, &rui, 2)).await, (2, 1, 4, true));
    assert_eq!(cursor(store, read(id, &rui, 1)).await, (2, 1, 4, false));
    assert_eq!(cursor(store, read(id, &rui, u64::MAX)).await, (4, 0, 4, true));
    assert_eq!(cursor(store, read(id, &ana, 0)).await, (0, 1, 4, false), "each has a cursor of their own");
    let seen = store.conversation(rui.id, id).await.unwrap().unwrap();
    assert_eq!((seen.read_seq, seen.unread), (Seq(4), 0));
}

async fn a_group_name_is_one_group(store: &dyn Store) {
    let ana = account(store, "ana").await;
    let redes = group(store, &ana, "Redes", &[]).await;
    let outra = group(store, &ana, "outra", &[]).await;
    assert_eq!(refused(store, create(&ana, "redes")).await, Refusal::GroupNameTaken);
    assert_eq!(refused(store, rename(outra, &ana, "REDES")).await, Refusal::GroupNameTaken);
    assert_eq!(log(store, &ana, outra).await.len(), 1, "what was refused is no entry");
    let renamed = posted(store, rename(redes, &ana, "REDES")).await;
    assert_eq!(renamed.entry.kind, EntryKind::GroupRenamed { name: GroupName::parse("REDES").unwrap() });
    assert_eq!(renamed.group.unwrap().name.as_str(), "REDES");
    posted(store, rename(redes, &ana, "livre")).await;
    posted(store, create(&ana, "redes")).await;
    posted(store, leave(redes, &ana)).await;
    assert_eq!(refused(store, create(&ana, "livre")).await, Refusal::GroupNameTaken, "an empty group keeps its name");
}

async fn a_group_has_a_limit(store: &dyn Store) {
    let ana = account(store, "ana").await;
    let id = group(store, &ana, "redes", &[]).await;
    let accounts = (1..=MAX_GROUP_MEMBERS).map(|number| new_account(&format!("p{number}")));
    let mut outcomes = store.commit(accounts.collect()).await.unwrap();
    let last = outcomes.pop().unwrap();
    let who = |outcome: &Outcome| match outcome {
        Outcome::AccountCreated(id, _) => Who { id: *id, username: name("p") },
        other => panic!("{other:?}"),
    };
    store.commit(outcomes.iter().map(|outcome| add(id, &ana, &who(outcome))).collect()).await.unwrap();
    assert_eq!(store.audience(ana.id, id).await.unwrap().unwrap().len(), MAX_GROUP_MEMBERS);
    assert_eq!(refused(store, add(id, &ana, &who(&last))).await, Refusal::GroupFull { max: MAX_GROUP_MEMBERS });
}

async fn only_groups_have_members_that_change(store: &dyn Store) {
    let [ana, rui, eva] = people(store, ["ana", "rui", "eva"]).await;
    let id = direct(store, &ana, &rui).await;
    for write in [add(id, &ana, &eva), leave(id, &ana), rename(id, &ana, "x")] {
        assert_eq!(refused(store, write).await, Refusal::NotAGroup);
    }
}

async fn groups_and_members_come_in_pages(store: &dyn Store) {
    let [ana, rui, eva] = people(store, ["ana", "rui", "eva"]).await;
    let redes = group(store, &ana, "Redes", &[&rui, &eva]).await;
    direct(store, &ana, &rui).await;
    let outra = group(store, &rui, "Outra", &[]).await;
    let groups = async |query, after| {
        let found = store.groups(ana.id, query, after, 9).await.unwrap();
        found.into_iter().map(|group| (group.conversation, group.members, group.member)).collect::<Vec<_>>()
    };
    assert_eq!(groups(None, None).await, [(redes, 3, true), (outra, 1, false)]);
    assert_eq!(groups(None, Some(redes)).await, [(outra, 1, false)]);
    assert_eq!(groups(Some("red"), None).await, [(redes, 3, true)]);
    assert_eq!(store.groups(ana.id, None, None, 1).await.unwrap().len(), 1);

    let members = store.members(rui.id, redes, None, 2).await.unwrap().unwrap();
    assert_eq!(names(&members), ["ana", "eva"]);
    let members = store.members(rui.id, redes, Some(&name("eva")), 2).await.unwrap().unwrap();
    assert_eq!(names(&members), ["rui"]);

    let own = store.conversations(ana.id, Some(redes), 9).await.unwrap();
    assert_eq!(own.len(), 1, "the group of others is not among them");
    assert_eq!(store.conversations(ana.id, None, 1).await.unwrap()[0].id, redes);
}

async fn contacts_are_who_shares_a_conversation(store: &dyn Store) {
    let [ana, rui, eva, ivo] = people(store, ["ana", "rui", "eva", "ivo"]).await;
    direct(store, &ana, &rui).await;
    let id = group(store, &ana, "redes", &[&rui, &eva]).await;
    let mut contacts = store.contacts(ana.id).await.unwrap();
    contacts.sort();
    assert_eq!(contacts, [rui.id, eva.id], "each once");
    assert_eq!(store.contacts(ivo.id).await.unwrap(), []);
    posted(store, leave(id, &eva)).await;
    assert_eq!(store.contacts(eva.id).await.unwrap(), []);
    assert_eq!(store.contacts(ana.id).await.unwrap(), [rui.id]);
}

async fn a_closed_store_says_so(store: &dyn Store) {
    store.close().await;
    assert!(store.account(&name("ana")).await.is_err());
    assert!(store.commit(vec![new_account("ana")]).await.is_err());
}

/// What only a file can promise.
#[tokio::test]
async fn a_file_keeps_everything_and_has_one_owner() {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(dir.path()).unwrap();
    let [ana, rui] = people(&store, ["ana", "rui"]).await;
    let id = direct(&store, &ana, &rui).await;
    let client_id = ClientId::new();
    posted(&store, message(id, &ana, client_id, "oi")).await;
    assert!(matches!(SqliteStore::open(dir.path()), Err(OpenError::InUse)));
    store.close().await;

    let store = SqliteStore::open(dir.path()).unwrap();
    assert!(posted(&store, message(id, &ana, client_id, "oi")).await.duplicate);
    assert_eq!(posted(&store, say(id, &rui, "olá")).await.entry.seq, Seq(2));
    assert_eq!(seqs(&log(&store, &rui, id).await), [1, 2]);
}

/// A write that breaks a rule of the tables, which a correct server never asks for, fails alone.
#[tokio::test]
async fn a_broken_write_does_not_take_its_batch_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(dir.path()).unwrap();
    let ana = account(&store, "ana").await;
    let nobody = Who { id: AccountId(99), username: name("nobody") };
    let id = group(&store, &ana, "redes", &[]).await;
    let batch = vec![say(id, &ana, "um"), add(id, &ana, &nobody), create(&nobody, "outra"), say(id, &ana, "dois")];
    let outcomes = store.commit(batch).await.unwrap();
    assert!(matches!(&outcomes[..], [Outcome::Posted(_), Outcome::Failed(_), Outcome::Failed(_), Outcome::Posted(_)]));
    assert_eq!(seqs(&log(&store, &ana, id).await), [1, 2, 3]);
    posted(&store, create(&ana, "outra")).await;
}
