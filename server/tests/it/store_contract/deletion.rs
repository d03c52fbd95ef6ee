//! Deleted accounts and groups, and the erasure of what they leave behind.

use papo_server::domain::{AccountRef, Authentication, ConversationShape, Removal};
use papo_server::store::{Outcome, Store, Write};
use papo_shared::model::{ClientId, ConversationId, EntryKind, Role, Seq, Timestamp};
use papo_shared::protocol::Refusal;

use super::invitations::{invitations, invited};
use super::second_factor::turn_on;
use super::{
    LATER, NOW, account, add, create, delete as delete_message, direct, group, log, message, name, names, new_account, one,
    people, posted, react, refused, roles, say, seqs, set_role,
};

/// More steps than the erasures of any test need.
const MAX_STEPS: usize = 1_000;

/// Deletes an account on behalf of the operator, and returns how many devices were signed out.
async fn delete(store: &dyn Store, who: &AccountRef, erase_messages: bool) -> usize {
    match one(store, Write::DeleteAccount { account: who.id, authentication: None, erase_messages, at: LATER }).await {
        Outcome::AccountDeleted(devices) => devices.len(),
        other => panic!("expected a deletion, got {other:?}"),
    }
}

/// Does all steps of all pending erasures. Returns the messages of each step that erased any.
pub(super) async fn finish_erasures(store: &dyn Store) -> Vec<Vec<u64>> {
    let mut erased = Vec::new();
    for _ in 0..MAX_STEPS {
        match one(store, Write::ContinueErasure { at: LATER }).await {
            Outcome::Done => return erased,
            Outcome::Posted(_) => {}
            Outcome::ErasureContinued(step) if step.messages.is_empty() => {}
            Outcome::ErasureContinued(step) => erased.push(step.messages.iter().map(|message| message.seq.0).collect()),
            other => panic!("expected a step, got {other:?}"),
        }
    }
    panic!("the erasures should be done after {MAX_STEPS} steps");
}

/// The log: author, and text of messages that are not deleted.
async fn texts(store: &dyn Store, reader: &AccountRef, id: ConversationId) -> Vec<(String, Option<String>)> {
    let entries = log(store, reader, id).await.into_iter().map(|entry| {
        let text = match entry.kind {
            EntryKind::Message(message) if !message.deleted => Some(message.text.as_str().to_owned()),
            _ => None,
        };
        (entry.author.to_string(), text)
    });
    entries.collect()
}

pub(super) async fn a_deleted_account_is_gone_and_its_messages_stay_under_another_name(store: &dyn Store) {
    let [ana, rui, eva] = people(store, ["ana", "rui", "eva"]).await;
    let redes = group(store, &ana, "redes", &[&rui, &eva]).await;
    posted(store, set_role(redes, &ana, &eva, Role::Admin)).await;
    let id = direct(store, &ana, &rui).await;
    posted(store, say(id, &ana, "oi @rui")).await;
    assert_eq!(delete(store, &ana, false).await, 1);

    assert_eq!(store.account(&ana.username).await.unwrap(), None);
    assert!(store.credentials(&name("deleted-1")).await.unwrap().is_none(), "nobody can sign in to it");
    assert_eq!(names(&store.users(None, None, 9).await.unwrap()), ["eva", "rui"]);
    assert!(matches!(refused(store, new_account("ana")).await, Refusal::UsernameTooAlike), "the name stays reserved");
    assert_eq!(store.devices(ana.id, None, 9).await.unwrap(), []);
    assert_eq!(texts(store, &rui, id).await, [("deleted-1".to_owned(), Some("oi @rui".to_owned()))]);
    let ConversationShape::Direct { peer } = store.conversation(rui.id, id).await.unwrap().unwrap().shape else { panic!() };
    assert_eq!((peer.username.as_str(), peer.display_name.as_str(), peer.is_deleted), ("deleted-1", "deleted account", true));
    assert_eq!(refused(store, say(id, &rui, "você vem?")).await, Refusal::AccountDeleted);
    assert_eq!(refused(store, say(redes, &ana, "oi")).await, Refusal::AccountSuspended);
    assert_eq!(refused(store, Write::OpenDirect { one: eva.id, other: ana.id, at: NOW }).await, Refusal::NoSuchUser);
    let again = Write::DeleteAccount { account: ana.id, authentication: None, erase_messages: false, at: LATER };
    assert_eq!(refused(store, again).await, Refusal::NoSuchUser);

    assert_eq!(finish_erasures(store).await, Vec::<Vec<u64>>::new());
    assert_eq!(roles(store, &eva, redes).await, [("eva".into(), Role::Owner), ("rui".into(), Role::Member)]);
    let last = log(store, &eva, redes).await.pop().unwrap();
    assert_eq!((last.author.as_str(), last.kind), ("deleted-1", EntryKind::MemberLeft { new_owner: Some(eva.username.clone()) }));
    assert_eq!(refused(store, add(redes, &eva, &ana)).await, Refusal::NoSuchUser);
}

pub(super) async fn the_messages_of_a_deleted_account_can_be_erased(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let (id, redes) = (direct(store, &ana, &rui).await, group(store, &rui, "redes", &[&ana]).await);
    let client_id = ClientId::new();
    posted(store, message(redes, &ana, client_id, "um")).await;
    posted(store, react(redes, &rui, 3, "👍")).await;
    for text in ["dois", "três"] {
        posted(store, say(redes, &rui, text)).await;
        posted(store, say(id, &ana, text)).await;
    }
    delete(store, &ana, true).await;
    assert_eq!(finish_erasures(store).await, [vec![1, 2], vec![3]], "one step per conversation");
    let gone = || ("deleted-1".to_owned(), None);
    assert_eq!(texts(store, &rui, id).await, [gone(), gone()]);
    let left = texts(store, &rui, redes).await;
    assert_eq!(left[2], gone());
    let kept: Vec<_> = left.into_iter().filter_map(|(_, text)| text).collect();
    assert_eq!(kept, ["dois", "três"], "messages of others stay");
    assert_eq!(store.conversation(rui.id, id).await.unwrap().unwrap().unread, 0);
}

pub(super) async fn a_user_who_deletes_an_account_must_have_proved_the_password(store: &dyn Store) {
    let ana = account(store, "ana").await;
    let by = |hash: &str| Write::DeleteAccount {
        account: ana.id,
        authentication: Some(Authentication { verified_hash: hash.to_owned(), code: None }),
        erase_messages: false,
        at: NOW,
    };
    assert_eq!(refused(store, by("hash before")).await, Refusal::WrongCredentials);
    assert!(matches!(one(store, by("hash of ana")).await, Outcome::AccountDeleted(devices) if devices.len() == 1));
    assert!(store.account(&ana.username).await.unwrap().is_none());
}

pub(super) async fn a_deleted_account_has_no_invitations_and_no_second_factor(store: &dyn Store) {
    let [ana, rui, eva] = people(store, ["ana", "rui", "eva"]).await;
    let (redes, outra) = (group(store, &ana, "redes", &[]).await, group(store, &eva, "outra", &[]).await);
    invited(store, redes, &ana, &rui).await;
    invited(store, outra, &eva, &ana).await;
    turn_on(store, &ana).await;
    delete(store, &ana, false).await;
    assert_eq!(invitations(store, &rui).await, [], "that it sent");
    assert_eq!(invitations(store, &ana).await, [], "that it received");
    assert_eq!(store.second_factor(ana.id).await.unwrap(), None);
}

pub(super) async fn a_message_erased_by_the_operator_is_marked(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = direct(store, &ana, &rui).await;
    posted(store, say(id, &ana, "compre agora")).await;
    posted(store, say(id, &ana, "oi")).await;
    let erase = || Write::EraseMessage { conversation: id, seq: Seq(1) };
    let erased = one(store, erase()).await;
    assert!(matches!(&erased, Outcome::ErasureContinued(erased) if erased.removal == Removal::Operator), "{erased:?}");
    assert_eq!(refused(store, erase()).await, Refusal::NoSuchMessage);
    posted(store, delete_message(id, &ana, 2)).await;
    let states = log(store, &rui, id).await.into_iter().filter_map(|entry| match entry.kind {
        EntryKind::Message(message) => Some((message.deleted, message.by_operator, message.deleted_by)),
        _ => None,
    });
    assert_eq!(states.collect::<Vec<_>>(), [(true, true, None), (true, false, None)]);
}

pub(super) async fn a_deleted_group_is_gone_for_everybody_and_its_name_is_free(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = group(store, &ana, "redes", &[&rui]).await;
    // More than one step deletes.
    let many = (0..70).map(|number| say(id, &ana, &format!("número {number} @rui")));
    store.commit(many.collect()).await.unwrap();
    let deleted = one(store, Write::DeleteGroup { conversation: id, at: Timestamp(5) }).await;
    let Outcome::GroupDeleted(deleted) = deleted else { panic!("{deleted:?}") };
    assert_eq!((deleted.conversation, (*deleted.audience).len()), (id, 2));
    for member in [&ana, &rui] {
        assert_eq!(store.conversation(member.id, id).await.unwrap(), None);
        assert_eq!(refused(store, say(id, member, "oi")).await, Refusal::NotAMember);
        assert!(store.inbox(member.id, 9).await.unwrap().is_empty());
    }
    assert_eq!(store.groups(ana.id, None, None, 9).await.unwrap(), []);
    assert_eq!(refused(store, Write::DeleteGroup { conversation: id, at: NOW }).await, Refusal::NotAGroup);

    let other = posted(store, create(&rui, "redes")).await;
    assert_eq!(seqs(&[other.entry]), [1]);
    assert!(other.conversation > id, "numbers of conversations are not used again");
    posted(store, say(other.conversation, &rui, "começo")).await;
    assert_eq!(finish_erasures(store).await, Vec::<Vec<u64>>::new());
    assert_eq!(store.totals().await.unwrap().entries, 2, "only the entries of the new group are stored");
    posted(store, say(other.conversation, &rui, "fim")).await;
    assert_eq!(seqs(&log(store, &rui, other.conversation).await), [1, 2, 3]);
    let direct = direct(store, &ana, &rui).await;
    assert_eq!(refused(store, Write::DeleteGroup { conversation: direct, at: NOW }).await, Refusal::NotAGroup);
}
