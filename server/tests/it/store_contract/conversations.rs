//! Direct conversations, groups and their members.

use papo_server::domain::{AccountRef, ConversationRows, EntryRange};
use papo_server::store::{Outcome, Store, Write};
use papo_shared::model::limits::{MAX_CONVERSATIONS, MAX_GROUP_MEMBERS};
use papo_shared::model::{ConversationId, EntryKind, GroupInviteId, GroupName, Notify, Role, Seq};
use papo_shared::protocol::Refusal;

use super::{
    NOW, account, add, added, create, direct, group, group_invites, leave, log, may_write, name, new_account, one, open, people,
    posted, read, refused, remove, rename, say, seqs, set_role,
};

pub(super) async fn both_users_share_one_direct_conversation(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = direct(store, &ana, &rui).await;
    assert_eq!(direct(store, &rui, &ana).await, id);
    let seen = store.conversation(rui.id, id).await.unwrap().unwrap();
    assert_eq!((seen.first_seq, seen.last_seq, seen.read_seq, seen.unread), (Seq(1), Seq(0), Seq(0), 0));
    assert_eq!(seen.latest, None);
    let papo_server::domain::ConversationShape::Direct { peer } = seen.shape else { panic!("{:?}", seen.shape) };
    assert_eq!(peer.id, ana.id);
}

pub(super) async fn non_members_find_nothing(store: &dyn Store) {
    let [ana, rui, eva] = people(store, ["ana", "rui", "eva"]).await;
    let in_direct = direct(store, &ana, &rui).await;
    let in_group = group(store, &ana, "redes", &[&rui]).await;
    posted(store, leave(in_group, &rui)).await;
    for (who, id) in [(&eva, in_direct), (&rui, in_group), (&ana, ConversationId(u32::MAX)), (&ana, ConversationId(0))] {
        assert_eq!(store.conversation(who.id, id).await.unwrap(), None);
        assert_eq!(store.members(who.id, id, None, 9).await.unwrap(), None);
        assert_eq!(may_write(store, who, id).await, Err(Refusal::NotAMember));
        assert_eq!(group_invites(store, who, id).await, Err(Refusal::NotAMember));
        assert_eq!(store.entries(who.id, id, EntryRange::After(Seq(0)), 9, usize::MAX).await.unwrap(), None);
        for write in [say(id, who, "oi"), read(id, who, 1), add(id, who, &eva), leave(id, who), rename(id, who, "x")] {
            assert_eq!(refused(store, write).await, Refusal::NotAMember);
        }
        let writes = [
            remove(id, who, &eva),
            set_role(id, who, &eva, Role::Admin),
            Write::SetTopic { conversation: id, by: who.clone(), topic: None, at: NOW },
            Write::SetNotify { conversation: id, account: who.id, notify: Notify::default() },
            Write::RevokeGroupInvite { conversation: id, by: who.id, invite: GroupInviteId(1) },
        ];
        for write in writes {
            assert_eq!(refused(store, write).await, Refusal::NotAMember);
        }
    }
    assert_eq!(store.conversations(eva.id, None, 9).await.unwrap(), ConversationRows::default());
}

pub(super) async fn members_see_the_log_from_their_joining_on(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = group(store, &ana, "redes", &[]).await;
    posted(store, say(id, &ana, "antes")).await;
    added(store, id, &ana, &rui).await;
    posted(store, say(id, &ana, "durante")).await;
    assert_eq!(seqs(&log(store, &rui, id).await), [3, 4], "visible from their own joining on");
    let seen = store.conversation(rui.id, id).await.unwrap().unwrap();
    assert_eq!((seen.first_seq, seen.read_seq, seen.unread), (Seq(3), Seq(2), 1));
    posted(store, leave(id, &rui)).await;
    posted(store, say(id, &ana, "sem rui")).await;
    added(store, id, &ana, &rui).await;
    assert_eq!(seqs(&log(store, &rui, id).await), [7], "visible again from the return on");
    assert_eq!(seqs(&log(store, &ana, id).await), [1, 2, 3, 4, 5, 6, 7]);
    let before = store.entries(rui.id, id, EntryRange::Before(Seq(7)), 9, usize::MAX).await.unwrap();
    assert_eq!(before, Some(vec![]));
}

pub(super) async fn group_names_are_unique(store: &dyn Store) {
    let ana = account(store, "ana").await;
    let redes = group(store, &ana, "Redes", &[]).await;
    let outra = group(store, &ana, "outra", &[]).await;
    assert_eq!(refused(store, create(&ana, "redes")).await, Refusal::GroupNameTaken);
    assert_eq!(refused(store, rename(outra, &ana, "REDES")).await, Refusal::GroupNameTaken);
    for alike in ["Rеdes", "re\u{200b}des", "RED\u{ad}ES", "rede\u{455}"] {
        assert_eq!(refused(store, create(&ana, alike)).await, Refusal::GroupNameTooAlike, "{alike:?}");
        assert_eq!(refused(store, rename(outra, &ana, alike)).await, Refusal::GroupNameTooAlike, "{alike:?}");
    }
    assert_eq!(log(store, &ana, outra).await.len(), 1, "a refused write adds no entry");
    let renamed = posted(store, rename(redes, &ana, "REDES")).await;
    assert_eq!(renamed.entry.kind, EntryKind::GroupRenamed { name: GroupName::parse("REDES").unwrap() });
    assert_eq!(renamed.group.unwrap().name.as_str(), "REDES");
    posted(store, rename(redes, &ana, "RЕDES")).await;
    posted(store, rename(redes, &ana, "livre")).await;
    posted(store, create(&ana, "redes")).await;
    posted(store, leave(redes, &ana)).await;
    assert_eq!(refused(store, create(&ana, "livre")).await, Refusal::GroupNameTaken, "an empty group keeps its name");
}

pub(super) async fn group_members_are_limited(store: &dyn Store) {
    let ana = account(store, "ana").await;
    let id = group(store, &ana, "redes", &[]).await;
    let accounts = (1..=MAX_GROUP_MEMBERS).map(|number| new_account(&format!("p{number}")));
    let mut outcomes = store.commit(accounts.collect()).await.unwrap();
    let last = outcomes.pop().unwrap();
    let who = |outcome: &Outcome| match outcome {
        Outcome::AccountCreated(id, _) => AccountRef { id: *id, username: name("p") },
        other => panic!("{other:?}"),
    };
    // Whoever opened a conversation with her may be added.
    store.commit(outcomes.iter().map(|outcome| open(&who(outcome), &ana)).collect()).await.unwrap();
    store.commit(outcomes.iter().map(|outcome| add(id, &ana, &who(outcome))).collect()).await.unwrap();
    let members = store.members(ana.id, id, None, MAX_GROUP_MEMBERS + 1).await.unwrap().unwrap();
    assert_eq!(members.len(), MAX_GROUP_MEMBERS);
    assert_eq!(refused(store, add(id, &ana, &who(&last))).await, Refusal::GroupFull { max: MAX_GROUP_MEMBERS });
}

pub(super) async fn conversations_per_account_are_limited(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = group(store, &rui, "redes", &[]).await;
    let accounts = store.commit((1..MAX_CONVERSATIONS).map(|number| new_account(&format!("p{number}"))).collect()).await.unwrap();
    let ids = accounts.iter().map(|outcome| match outcome {
        Outcome::AccountCreated(id, _) => *id,
        other => panic!("{other:?}"),
    });
    let open_with = |other| Write::OpenDirect { one: ana.id, other, at: NOW };
    let outcomes = store.commit(ids.map(open_with).collect()).await.unwrap();
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::DirectOpened(_))));
    added(store, id, &rui, &ana).await;

    let full = Refusal::TooManyConversations { max: MAX_CONVERSATIONS };
    assert_eq!(refused(store, open(&ana, &rui)).await, full);
    assert_eq!(refused(store, create(&ana, "mais uma")).await, full);
    let other = group(store, &rui, "outra", &[]).await;
    assert_eq!(refused(store, add(other, &rui, &ana)).await, full);
    posted(store, leave(id, &ana)).await;
    added(store, other, &rui, &ana).await;

    let unanswered = direct(store, &rui, &ana).await;
    posted(store, say(unanswered, &ana, "a reply is never refused")).await;
    posted(store, leave(other, &ana)).await;
    assert_eq!(refused(store, create(&ana, "mais uma")).await, full, "but it counts");
}

pub(super) async fn renaming_a_group_to_its_own_name_changes_nothing(store: &dyn Store) {
    let ana = account(store, "ana").await;
    let id = group(store, &ana, "Redes", &[]).await;
    assert!(matches!(one(store, rename(id, &ana, "#Redes")).await, Outcome::Done));
    assert_eq!(log(store, &ana, id).await.len(), 1, "no entry if nothing changed");
    posted(store, rename(id, &ana, "REDES")).await;
}

pub(super) async fn only_groups_have_members_that_change(store: &dyn Store) {
    let [ana, rui, eva] = people(store, ["ana", "rui", "eva"]).await;
    let id = direct(store, &ana, &rui).await;
    let topic = Write::SetTopic { conversation: id, by: ana.clone(), topic: None, at: NOW };
    let revoke = Write::RevokeGroupInvite { conversation: id, by: ana.id, invite: GroupInviteId(1) };
    let roles = [remove(id, &ana, &rui), set_role(id, &ana, &rui, Role::Owner), topic, revoke];
    for write in [add(id, &ana, &eva), leave(id, &ana), rename(id, &ana, "x")].into_iter().chain(roles) {
        assert_eq!(refused(store, write).await, Refusal::NotAGroup);
    }
    assert_eq!(group_invites(store, &ana, id).await, Err(Refusal::NotAGroup));
}

pub(super) async fn groups_and_members_come_in_pages(store: &dyn Store) {
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

    let members = async |after: Option<&str>| {
        let found = store.members(rui.id, redes, after.map(name).as_ref(), 2).await.unwrap().unwrap();
        found.into_iter().map(|member| member.account.username.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(members(None).await, ["ana", "eva"]);
    assert_eq!(members(Some("eva")).await, ["rui"]);

    let own = store.conversations(ana.id, Some(redes), 9).await.unwrap().rows;
    assert_eq!(own.len(), 1, "groups of others are not listed");
    assert_eq!(store.conversations(ana.id, None, 1).await.unwrap().rows[0].id, redes);
}

pub(super) async fn contacts_share_a_conversation(store: &dyn Store) {
    let [ana, rui, eva, ivo] = people(store, ["ana", "rui", "eva", "ivo"]).await;
    direct(store, &ana, &rui).await;
    let id = group(store, &ana, "redes", &[&rui, &eva]).await;
    let mut contacts = store.contacts(ana.id).await.unwrap();
    contacts.sort();
    assert_eq!(contacts, [rui.id, eva.id], "without duplicates");
    assert_eq!(store.contacts(ivo.id).await.unwrap(), []);
    posted(store, leave(id, &eva)).await;
    assert_eq!(store.contacts(eva.id).await.unwrap(), []);
    assert_eq!(store.contacts(ana.id).await.unwrap(), [rui.id]);
}
