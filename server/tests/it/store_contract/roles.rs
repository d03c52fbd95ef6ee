//! Roles, ownership, topics and notification settings.

use papo_server::domain::ConversationShape;
use papo_server::store::{Outcome, Store, Write};
use papo_shared::model::{EntryKind, Notify, NotifyLevel, Role, Seq, Timestamp, Topic};
use papo_shared::protocol::Refusal;

use super::{NOW, added, group, leave, log, one, people, posted, refused, remove, rename, roles, say, seqs, set_role};

pub(super) async fn the_creator_owns_a_group_until_ownership_passes(store: &dyn Store) {
    let [ana, rui, eva] = people(store, ["ana", "rui", "eva"]).await;
    let id = group(store, &ana, "redes", &[&rui]).await;
    assert_eq!(roles(store, &rui, id).await, [("ana".into(), Role::Owner), ("rui".into(), Role::Member)]);
    assert_eq!(refused(store, set_role(id, &rui, &rui, Role::Owner)).await, Refusal::NotAllowed);
    assert_eq!(refused(store, set_role(id, &ana, &eva, Role::Admin)).await, Refusal::NoSuchMember);
    assert_eq!(refused(store, set_role(id, &ana, &ana, Role::Member)).await, Refusal::CannotTargetSelf);

    let made = posted(store, set_role(id, &ana, &rui, Role::Admin)).await;
    assert_eq!(made.entry.kind, EntryKind::RoleChanged { member: rui.username.clone(), role: Role::Admin });
    assert_eq!((*made.audience).len(), 2);
    assert!(made.group.is_none(), "the public listing is unchanged");
    assert!(matches!(one(store, set_role(id, &ana, &rui, Role::Admin)).await, Outcome::Done));
    assert_eq!(refused(store, set_role(id, &rui, &ana, Role::Member)).await, Refusal::NotAllowed);

    posted(store, set_role(id, &ana, &rui, Role::Owner)).await;
    assert_eq!(roles(store, &ana, id).await, [("ana".into(), Role::Admin), ("rui".into(), Role::Owner)]);
    posted(store, set_role(id, &rui, &ana, Role::Member)).await;
    assert_eq!(seqs(&log(store, &ana, id).await), [1, 2, 3, 4, 5], "no entry if nothing changed");
    let seen = store.conversation(rui.id, id).await.unwrap().unwrap();
    assert!(matches!(seen.shape, ConversationShape::Group { role: Role::Owner, .. }), "{:?}", seen.shape);
}

pub(super) async fn ownership_passes_when_the_owner_leaves(store: &dyn Store) {
    let [ana, rui, eva, ivo] = people(store, ["ana", "rui", "eva", "ivo"]).await;
    let id = group(store, &ana, "redes", &[&rui, &eva, &ivo]).await;
    posted(store, set_role(id, &ana, &ivo, Role::Admin)).await;
    posted(store, set_role(id, &ana, &eva, Role::Admin)).await;
    let left = posted(store, leave(id, &ana)).await;
    assert_eq!(left.entry.kind, EntryKind::MemberLeft { new_owner: Some(eva.username.clone()) }, "the longest-serving admin");
    assert_eq!((*left.audience).len(), 4);
    let expected = [("eva".into(), Role::Owner), ("ivo".into(), Role::Admin), ("rui".into(), Role::Member)];
    assert_eq!(roles(store, &eva, id).await, expected);

    added(store, id, &eva, &ana).await;
    assert_eq!(roles(store, &ana, id).await[0], ("ana".into(), Role::Member), "a returning member has the member role");
    posted(store, leave(id, &eva)).await;
    let left = posted(store, leave(id, &ivo)).await;
    assert_eq!(left.entry.kind, EntryKind::MemberLeft { new_owner: Some(rui.username.clone()) });
    let left = posted(store, leave(id, &ana)).await;
    assert_eq!(left.entry.kind, EntryKind::MemberLeft { new_owner: None }, "she was not the owner");
    let left = posted(store, leave(id, &rui)).await;
    assert_eq!(left.entry.kind, EntryKind::MemberLeft { new_owner: None }, "no members remain");
}

pub(super) async fn admins_remove_plain_members_and_the_owner_anyone(store: &dyn Store) {
    let [ana, rui, eva, ivo] = people(store, ["ana", "rui", "eva", "ivo"]).await;
    let id = group(store, &ana, "redes", &[&rui, &eva, &ivo]).await;
    posted(store, set_role(id, &ana, &rui, Role::Admin)).await;
    posted(store, set_role(id, &ana, &eva, Role::Admin)).await;
    for (by, whom, refusal) in [
        (&ivo, &eva, Refusal::NotAllowed),
        (&rui, &eva, Refusal::NotAllowed),
        (&rui, &ana, Refusal::NotAllowed),
        (&rui, &rui, Refusal::CannotTargetSelf),
        (&ana, &ana, Refusal::CannotTargetSelf),
    ] {
        assert_eq!(refused(store, remove(id, by, whom)).await, refusal, "{whom:?} by {by:?}");
    }
    let removed = posted(store, remove(id, &rui, &ivo)).await;
    assert_eq!(removed.entry.kind, EntryKind::MemberRemoved { member: ivo.username.clone() });
    assert!(removed.audience.contains(&ivo.id), "the removed member is in the audience");
    assert_eq!(removed.group.unwrap().members, 3);
    assert_eq!(store.conversation(ivo.id, id).await.unwrap(), None);
    assert_eq!(refused(store, say(id, &ivo, "oi")).await, Refusal::NotAMember);
    assert_eq!(refused(store, remove(id, &rui, &ivo)).await, Refusal::NoSuchMember);
    posted(store, remove(id, &ana, &eva)).await;

    added(store, id, &rui, &ivo).await;
    let first = store.conversation(ivo.id, id).await.unwrap().unwrap().first_seq;
    assert_eq!(first, Seq(9), "any member may add them again");
}

pub(super) async fn admins_and_the_owner_set_name_and_topic(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = group(store, &ana, "redes", &[&rui]).await;
    let topic = |by: &papo_server::domain::AccountRef, topic: &str| Write::SetTopic {
        conversation: id,
        by: by.clone(),
        topic: Topic::parse(topic).unwrap(),
        at: NOW,
    };
    let seen = async || match store.conversation(rui.id, id).await.unwrap().unwrap().shape {
        ConversationShape::Group { topic, .. } => topic.map(|topic| topic.to_string()),
        ConversationShape::Direct { .. } => panic!("expected a group"),
    };
    assert_eq!(refused(store, topic(&rui, "provas")).await, Refusal::NotAllowed);
    assert_eq!(refused(store, rename(id, &rui, "outra")).await, Refusal::NotAllowed);
    assert_eq!(seen().await, None);
    let set = posted(store, topic(&ana, "provas")).await;
    assert_eq!(set.entry.kind, EntryKind::TopicChanged { topic: Topic::parse("provas").unwrap() });
    assert_eq!(seen().await, Some("provas".to_owned()));
    assert!(matches!(one(store, topic(&ana, "provas")).await, Outcome::Done));
    posted(store, set_role(id, &ana, &rui, Role::Admin)).await;
    posted(store, topic(&rui, " ")).await;
    assert_eq!(seen().await, None);
    assert!(matches!(one(store, topic(&rui, "")).await, Outcome::Done));
    posted(store, rename(id, &rui, "outra")).await;
}

pub(super) async fn notification_settings_are_per_member(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = group(store, &ana, "redes", &[&rui]).await;
    let muted = Notify { level: NotifyLevel::Nothing, until: Some(Timestamp(9)) };
    let set = |notify| Write::SetNotify { conversation: id, account: rui.id, notify };
    let Outcome::NotifyChanged(changed) = one(store, set(muted)).await else { panic!("expected a change") };
    assert_eq!((changed.conversation, changed.account, changed.notify), (id, rui.id, muted));
    assert!(matches!(one(store, set(muted)).await, Outcome::Done));
    let seen = async |who: &papo_server::domain::AccountRef| store.conversation(who.id, id).await.unwrap().unwrap().notify;
    assert_eq!((seen(&rui).await, seen(&ana).await), (muted, Notify::default()));
    posted(store, leave(id, &rui)).await;
    added(store, id, &ana, &rui).await;
    assert_eq!(seen(&rui).await, Notify::default(), "a returning member has the default setting");
}
