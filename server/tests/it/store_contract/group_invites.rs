//! Group invites.

use papo_server::domain::{AccountRef, InviteCode, InviteHash};
use papo_server::store::{Outcome, Store, Write};
use papo_shared::model::limits::{MAX_GROUP_INVITES, MAX_GROUP_MEMBERS};
use papo_shared::model::{ConversationId, EntryKind, GroupInviteId, Role, Seq, Timestamp};
use papo_shared::protocol::Refusal;

use super::{NOW, added, group, group_invites, leave, new_account, one, people, posted, refused, remove, set_role};

fn code(number: u8) -> InviteHash {
    InviteCode::new([number; 10]).hash()
}

fn invite(conversation: ConversationId, by: &AccountRef, number: u8, uses: Option<u32>, expires_at: Option<Timestamp>) -> Write {
    Write::CreateGroupInvite { conversation, by: by.id, code: code(number), uses, expires_at, at: NOW }
}

fn join(member: &AccountRef, number: u8) -> Write {
    Write::JoinGroup { code: code(number), member: member.clone(), at: NOW }
}

async fn made(store: &dyn Store, write: Write) -> GroupInviteId {
    match one(store, write).await {
        Outcome::GroupInviteCreated(id) => id,
        outcome => panic!("expected an invite, got {outcome:?}"),
    }
}

async fn uses_left(store: &dyn Store, reader: &AccountRef, id: ConversationId) -> Vec<Option<u32>> {
    group_invites(store, reader, id).await.unwrap().into_iter().map(|invite| invite.uses_left).collect()
}

pub(super) async fn a_group_invite_has_a_limited_number_of_uses(store: &dyn Store) {
    let [ana, rui, eva, ivo] = people(store, ["ana", "rui", "eva", "ivo"]).await;
    let id = group(store, &ana, "redes", &[&rui]).await;
    assert_eq!(refused(store, invite(id, &rui, 1, None, None)).await, Refusal::NotAllowed);
    assert_eq!(group_invites(store, &rui, id).await, Err(Refusal::NotAllowed));
    made(store, invite(id, &ana, 1, Some(1), None)).await;
    made(store, invite(id, &ana, 2, None, Some(Timestamp(9_000)))).await;
    assert_eq!(uses_left(store, &ana, id).await, [Some(1), None]);

    assert!(matches!(one(store, join(&rui, 1)).await, Outcome::AlreadyMember(there) if there == id), "no use is redeemed");
    let came = posted(store, join(&eva, 1)).await;
    assert_eq!((came.conversation, &came.entry.kind, came.entry.author.as_str()), (id, &EntryKind::MemberJoined, "eva"));
    assert!(came.audience.contains(&eva.id));
    assert_eq!(came.group.unwrap().members, 3);
    assert_eq!(store.conversation(eva.id, id).await.unwrap().unwrap().first_seq, Seq(3));
    assert_eq!(refused(store, join(&ivo, 1)).await, Refusal::InviteInvalid, "the invite is used up");
    posted(store, join(&ivo, 2)).await;
    assert_eq!(uses_left(store, &ana, id).await, [None]);
    assert_eq!(refused(store, join(&ivo, 9)).await, Refusal::InviteInvalid);
}

pub(super) async fn group_invites_expire_and_can_be_revoked(store: &dyn Store) {
    let [ana, rui, eva] = people(store, ["ana", "rui", "eva"]).await;
    let id = group(store, &ana, "redes", &[&eva]).await;
    let other = group(store, &ana, "outra", &[]).await;
    made(store, invite(id, &ana, 1, None, Some(NOW))).await;
    let last = made(store, invite(id, &ana, 2, None, Some(Timestamp(NOW.0 + 1)))).await;
    assert_eq!(refused(store, join(&rui, 1)).await, Refusal::InviteInvalid);
    let listed = group_invites(store, &ana, id).await.unwrap();
    assert_eq!(listed.iter().map(|invite| invite.invite).collect::<Vec<_>>(), [last]);
    assert_eq!((listed[0].created_by.as_str(), listed[0].created_at), ("ana", NOW));
    let revoke = |conversation, by: &AccountRef| Write::RevokeGroupInvite { conversation, by: by.id, invite: last };
    assert_eq!(refused(store, revoke(id, &eva)).await, Refusal::NotAllowed);
    assert_eq!(refused(store, revoke(other, &ana)).await, Refusal::InviteInvalid, "it belongs to another group");
    assert!(matches!(one(store, revoke(id, &ana)).await, Outcome::Done));
    assert_eq!(refused(store, revoke(id, &ana)).await, Refusal::InviteInvalid);
    assert_eq!(refused(store, join(&rui, 2)).await, Refusal::InviteInvalid);
    assert!(made(store, invite(id, &ana, 2, None, None)).await > last, "ids must not be reused");
}

pub(super) async fn invites_per_group_are_limited(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = group(store, &ana, "redes", &[&rui]).await;
    posted(store, set_role(id, &ana, &rui, Role::Admin)).await;
    let most = u8::try_from(MAX_GROUP_INVITES).unwrap();
    for number in 2..=most {
        made(store, invite(id, &ana, number, None, None)).await;
    }
    made(store, invite(id, &rui, 1, None, Some(NOW))).await;
    // The expired invite does not count.
    let last = made(store, invite(id, &rui, most + 1, None, None)).await;
    assert_eq!(refused(store, invite(id, &rui, 0, None, None)).await, Refusal::TooManyInvites { max: MAX_GROUP_INVITES });
    assert!(matches!(one(store, Write::RevokeGroupInvite { conversation: id, by: ana.id, invite: last }).await, Outcome::Done));
    made(store, invite(id, &ana, 0, None, None)).await;
}

pub(super) async fn a_removed_member_cannot_rejoin_and_their_invites_are_deleted(store: &dyn Store) {
    let [ana, rui, eva] = people(store, ["ana", "rui", "eva"]).await;
    let id = group(store, &ana, "redes", &[&rui]).await;
    posted(store, set_role(id, &ana, &rui, Role::Admin)).await;
    made(store, invite(id, &ana, 1, None, None)).await;
    made(store, invite(id, &rui, 2, None, None)).await;
    posted(store, remove(id, &ana, &rui)).await;
    assert_eq!(uses_left(store, &ana, id).await, [None]);
    assert_eq!(refused(store, join(&eva, 2)).await, Refusal::InviteInvalid);
    assert_eq!(refused(store, join(&rui, 1)).await, Refusal::InviteInvalid);
    added(store, id, &ana, &rui).await;
    posted(store, leave(id, &rui)).await;
    posted(store, join(&rui, 1)).await;
}

pub(super) async fn an_empty_group_has_no_invites(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = group(store, &ana, "redes", &[]).await;
    made(store, invite(id, &ana, 1, None, None)).await;
    posted(store, leave(id, &ana)).await;
    assert_eq!(refused(store, join(&rui, 1)).await, Refusal::InviteInvalid);
}

pub(super) async fn a_full_group_cannot_be_joined(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = group(store, &ana, "redes", &[]).await;
    let accounts = store.commit((1..MAX_GROUP_MEMBERS).map(|number| new_account(&format!("p{number}"))).collect()).await.unwrap();
    made(store, invite(id, &ana, 2, None, None)).await;
    let joins = accounts.iter().map(|outcome| match outcome {
        Outcome::AccountCreated(account, _) => join(&AccountRef { id: *account, username: super::name("p") }, 2),
        other => panic!("{other:?}"),
    });
    store.commit(joins.collect()).await.unwrap();
    made(store, invite(id, &ana, 1, Some(1), None)).await;
    assert_eq!(refused(store, join(&rui, 1)).await, Refusal::GroupFull { max: MAX_GROUP_MEMBERS });
    assert_eq!(uses_left(store, &ana, id).await, [None, Some(1)], "a refused join must not redeem a use");
}
