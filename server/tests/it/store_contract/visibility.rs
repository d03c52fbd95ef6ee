//! Who finds and joins groups.

use papo_server::domain::{AccountRef, ConversationShape};
use papo_server::store::{Outcome, Store, Write};
use papo_shared::model::{ConversationId, EntryKind, GroupName, Role, Visibility};
use papo_shared::protocol::Refusal;

use super::{NOW, added, create, direct, group, leave, people, posted, refused, remove, set_role};

fn set(conversation: ConversationId, by: &AccountRef, visibility: Visibility) -> Write {
    Write::SetVisibility { conversation, by: by.clone(), visibility, at: NOW }
}

fn join(conversation: ConversationId, member: &AccountRef) -> Write {
    Write::JoinPublicGroup { conversation, member: member.clone(), at: NOW }
}

pub(super) async fn private_groups_are_listed_for_their_members_only(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let name = GroupName::parse("escondido").unwrap();
    let hidden = Write::CreateGroup { creator: ana.clone(), name, visibility: Visibility::Private, at: NOW };
    let hidden = posted(store, hidden).await;
    assert_eq!(hidden.group.unwrap().visibility, Visibility::Private);
    let hidden = hidden.conversation;
    let [first, second] = [group(store, &ana, "um", &[]).await, group(store, &rui, "dois", &[]).await];
    let listed = async |reader: &AccountRef, query, after, limit| {
        let found = store.groups(reader.id, query, after, limit).await.unwrap();
        found.into_iter().map(|group| (group.conversation, group.member, group.visibility)).collect::<Vec<_>>()
    };
    let (private, shown) = (Visibility::Private, Visibility::Listed);
    let all = [(hidden, true, private), (first, true, shown), (second, false, shown)];
    assert_eq!(listed(&ana, None, None, 9).await, all);
    assert_eq!(listed(&ana, None, None, 2).await, all[..2]);
    assert_eq!(listed(&ana, None, Some(hidden), 9).await, all[1..]);
    assert_eq!(listed(&ana, Some("escond"), None, 9).await, all[..1]);
    assert_eq!(listed(&rui, None, None, 9).await, [(first, false, shown), (second, true, shown)]);
    assert_eq!(listed(&rui, Some("escond"), None, 9).await, []);
    assert_eq!(refused(store, create(&rui, "Escondido")).await, Refusal::GroupNameTaken);

    added(store, hidden, &ana, &rui).await;
    assert_eq!(listed(&rui, None, None, 1).await, [(hidden, true, private)]);
    assert_eq!(refused(store, set(hidden, &rui, shown)).await, Refusal::NotAllowed);
    posted(store, set_role(hidden, &ana, &rui, Role::Admin)).await;
    let changed = posted(store, set(hidden, &rui, Visibility::Public)).await;
    assert_eq!(changed.entry.kind, EntryKind::VisibilityChanged { visibility: Visibility::Public });
    assert_eq!(changed.group.unwrap().visibility, Visibility::Public);
    let seen = store.conversation(ana.id, hidden).await.unwrap().unwrap();
    assert!(matches!(seen.shape, ConversationShape::Group { visibility: Visibility::Public, .. }), "{:?}", seen.shape);
    assert_eq!(seen.latest.unwrap().kind, changed.entry.kind);
    posted(store, leave(hidden, &rui)).await;
    assert_eq!(listed(&rui, None, None, 1).await, [(hidden, false, Visibility::Public)]);
    posted(store, set(hidden, &ana, private)).await;
    assert_eq!(listed(&rui, None, None, 1).await, [(first, false, shown)]);
    let chat = direct(store, &ana, &rui).await;
    assert_eq!(refused(store, set(chat, &ana, shown)).await, Refusal::NotAGroup);
    assert_eq!(refused(store, set(hidden, &rui, shown)).await, Refusal::NotAMember);
}

pub(super) async fn everyone_may_join_a_public_group(store: &dyn Store) {
    let [ana, rui, eva] = people(store, ["ana", "rui", "eva"]).await;
    let id = group(store, &ana, "redes", &[]).await;
    let chat = direct(store, &ana, &rui).await;
    for closed in [id, chat, ConversationId(99)] {
        assert_eq!(refused(store, join(closed, &eva)).await, Refusal::NotPublic);
    }
    posted(store, set(id, &ana, Visibility::Public)).await;
    let joined = posted(store, join(id, &rui)).await;
    assert_eq!((joined.entry.kind, joined.entry.author.as_str()), (EntryKind::MemberJoined, "rui"));
    assert_eq!(*joined.audience, [ana.id, rui.id]);
    let again = super::one(store, join(id, &rui)).await;
    assert!(matches!(again, Outcome::AlreadyMember(there) if there == id), "{again:?}");
    posted(store, remove(id, &ana, &rui)).await;
    assert_eq!(refused(store, join(id, &rui)).await, Refusal::NotAllowed);
    posted(store, set(id, &ana, Visibility::Private)).await;
    assert_eq!(refused(store, join(id, &eva)).await, Refusal::NotPublic);
}
