//! Invitations to groups, and what makes them unnecessary.

use papo_server::domain::AccountRef;
use papo_server::store::{Outcome, Store, Write};
use papo_shared::model::limits::{MAX_INVITATIONS, MAX_SENT_INVITATIONS};
use papo_shared::model::{ConversationId, EntryKind, Seq, Timestamp};
use papo_shared::protocol::Refusal;

use super::{
    NOW, accept, account, add, added, block, create, direct, group, leave, log, one, open, people, posted, refused, remove, say,
};

const THIRTY_DAYS_MS: i64 = 30 * 24 * 60 * 60 * 1000;

pub(super) async fn invited(store: &dyn Store, id: ConversationId, by: &AccountRef, whom: &AccountRef) {
    let outcome = one(store, add(id, by, whom)).await;
    assert!(matches!(&outcome, Outcome::Invited(account, _) if *account == whom.id), "{outcome:?}");
}

/// The groups that the account is invited to, with the inviter and the number of members.
pub(super) async fn invitations(store: &dyn Store, whom: &AccountRef) -> Vec<(ConversationId, String, u32)> {
    let found = store.invitations(whom.id).await.unwrap();
    found.into_iter().map(|found| (found.conversation, found.invited_by.to_string(), found.members)).collect()
}

fn decline(id: ConversationId, whom: &AccountRef) -> Write {
    Write::DeclineInvitation { conversation: id, account: whom.id, at: NOW }
}

pub(super) async fn a_stranger_becomes_a_member_by_accepting(store: &dyn Store) {
    let [ana, rui, eva] = people(store, ["ana", "rui", "eva"]).await;
    let id = group(store, &ana, "redes", &[&eva]).await;
    invited(store, id, &ana, &rui).await;
    assert!(matches!(one(store, add(id, &eva, &rui)).await, Outcome::AlreadyInvited));
    assert_eq!(invitations(store, &rui).await, [(id, "ana".to_owned(), 2)]);
    assert_eq!(log(store, &ana, id).await.len(), 2, "the members see nothing of it");
    assert_eq!(store.conversation(rui.id, id).await.unwrap(), None);
    assert_eq!(refused(store, say(id, &rui, "oi")).await, Refusal::NotAMember);
    assert_eq!(refused(store, accept(id, &eva)).await, Refusal::NoSuchInvitation);

    let joined = posted(store, accept(id, &rui)).await;
    assert_eq!(joined.entry.kind, EntryKind::MemberAdded { member: rui.username.clone() });
    assert_eq!((joined.entry.author.as_str(), joined.entry.seq), ("ana", Seq(3)));
    assert_eq!(*joined.audience, [ana.id, rui.id, eva.id]);
    assert_eq!(joined.group.unwrap().members, 3);
    assert_eq!(invitations(store, &rui).await, []);
    assert_eq!(refused(store, accept(id, &rui)).await, Refusal::NoSuchInvitation);
    posted(store, say(id, &rui, "oi")).await;
    // Also within one batch.
    let other = group(store, &ana, "outra", &[]).await;
    let [ivo, leo] = people(store, ["ivo", "leo"]).await;
    let batch = vec![add(other, &ana, &ivo), accept(other, &ivo), say(other, &ivo, "x"), decline(other, &leo)];
    let outcomes = store.commit(batch).await.unwrap();
    assert!(matches!(outcomes[2], Outcome::Posted(_)), "{outcomes:?}");
    assert!(matches!(outcomes[3], Outcome::Refused(Refusal::NoSuchInvitation)), "{outcomes:?}");
}

pub(super) async fn whom_a_user_shares_something_with_adds_them_unasked(store: &dyn Store) {
    let [ana, rui, eva, ivo] = people(store, ["ana", "rui", "eva", "ivo"]).await;
    let id = group(store, &ana, "redes", &[]).await;
    // An unanswered direct conversation is nothing shared.
    let with_rui = direct(store, &ana, &rui).await;
    posted(store, say(with_rui, &ana, "oi")).await;
    invited(store, id, &ana, &rui).await;
    posted(store, say(with_rui, &rui, "oi")).await;
    posted(store, add(id, &ana, &rui)).await;
    assert_eq!(invitations(store, &rui).await, [], "joining ends the invitation");
    // Opening one is.
    direct(store, &eva, &ana).await;
    posted(store, add(id, &ana, &eva)).await;

    // A group is, unless everyone may join it.
    let club = group(store, &ivo, "turma", &[&rui]).await;
    let other = group(store, &rui, "outra", &[]).await;
    posted(store, add(other, &rui, &ivo)).await;
    posted(store, leave(other, &ivo)).await;
    let public =
        Write::SetVisibility { conversation: club, by: ivo.clone(), visibility: papo_shared::model::Visibility::Public, at: NOW };
    posted(store, public).await;
    invited(store, other, &rui, &ivo).await;
    posted(store, accept(other, &ivo)).await;
    posted(store, leave(club, &rui)).await;
    // The same group is enough, from the other side.
    let third = group(store, &ivo, "terceira", &[]).await;
    posted(store, add(third, &ivo, &rui)).await;
}

pub(super) async fn invitations_are_limited_and_expire(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    for number in 0..MAX_INVITATIONS {
        let inviter = account(store, &format!("p{number}")).await;
        let id = posted(store, create(&inviter, &format!("grupo {number}"))).await.conversation;
        invited(store, id, &inviter, &rui).await;
    }
    let id = group(store, &ana, "redes", &[]).await;
    assert_eq!(refused(store, add(id, &ana, &rui)).await, Refusal::InvitationsFull { max: MAX_INVITATIONS });
    let first = store.invitations(rui.id).await.unwrap()[0].conversation;
    one(store, decline(first, &rui)).await;
    invited(store, id, &ana, &rui).await;

    let at = |ms| Write::AcceptInvitation { conversation: id, member: rui.id, at: Timestamp(NOW.0 + ms) };
    assert_eq!(refused(store, at(THIRTY_DAYS_MS)).await, Refusal::NoSuchInvitation);
    // Expired ones do not count.
    let late = Write::AddMember { conversation: id, by: ana.clone(), member: rui.clone(), at: Timestamp(NOW.0 + THIRTY_DAYS_MS) };
    assert!(matches!(one(store, late).await, Outcome::Invited(..)));
    assert_eq!(invitations(store, &rui).await.len(), 1, "expired ones are deleted");
    posted(store, at(2 * THIRTY_DAYS_MS - 1)).await;

    for number in 0..MAX_SENT_INVITATIONS {
        let stranger = account(store, &format!("q{number}")).await;
        invited(store, id, &ana, &stranger).await;
    }
    let last = account(store, "mais").await;
    assert_eq!(refused(store, add(id, &ana, &last)).await, Refusal::TooManyInvitations { max: MAX_SENT_INVITATIONS });
    invited(store, id, &rui, &last).await;
}

pub(super) async fn a_declined_group_cannot_invite_again(store: &dyn Store) {
    let [ana, rui, eva] = people(store, ["ana", "rui", "eva"]).await;
    let id = group(store, &ana, "redes", &[&eva]).await;
    invited(store, id, &ana, &rui).await;
    assert_eq!(refused(store, decline(id, &eva)).await, Refusal::NoSuchInvitation);
    let outcome = one(store, decline(id, &rui)).await;
    assert!(matches!(outcome, Outcome::InvitationDeclined(account, from) if (account, from) == (rui.id, id)), "{outcome:?}");
    assert_eq!(invitations(store, &rui).await, []);
    assert_eq!(refused(store, accept(id, &rui)).await, Refusal::NoSuchInvitation);
    for by in [&ana, &eva] {
        assert_eq!(refused(store, add(id, by, &rui)).await, Refusal::InvitationDeclined);
    }
    let other = group(store, &ana, "outra", &[]).await;
    invited(store, other, &ana, &rui).await;

    // Someone they know may add them, which ends the refusal.
    direct(store, &rui, &eva).await;
    posted(store, add(id, &eva, &rui)).await;
    posted(store, leave(id, &rui)).await;
    invited(store, id, &ana, &rui).await;
}

pub(super) async fn invitations_end_with_their_inviters_membership_and_with_blocks(store: &dyn Store) {
    let [ana, rui, eva, ivo] = people(store, ["ana", "rui", "eva", "ivo"]).await;
    let id = group(store, &ana, "redes", &[&eva, &ivo]).await;
    let other = group(store, &eva, "outra", &[]).await;
    invited(store, id, &eva, &rui).await;
    invited(store, other, &eva, &rui).await;
    posted(store, leave(id, &eva)).await;
    assert_eq!(invitations(store, &rui).await, [(other, "eva".to_owned(), 1)]);
    invited(store, id, &ivo, &rui).await;
    posted(store, remove(id, &ana, &ivo)).await;
    assert_eq!(invitations(store, &rui).await.len(), 1);
    invited(store, id, &ana, &rui).await;
    one(store, block(&rui, &eva)).await;
    assert_eq!(invitations(store, &rui).await, [(id, "ana".to_owned(), 1)]);
    assert_eq!(refused(store, accept(other, &rui)).await, Refusal::NoSuchInvitation);
    assert_eq!(refused(store, add(other, &eva, &rui)).await, Refusal::NoSuchUser);
    posted(store, accept(id, &rui)).await;
}

pub(super) async fn an_unanswered_direct_conversation_counts_for_the_one_who_opened_it(store: &dyn Store) {
    let [ana, rui, eva] = people(store, ["ana", "rui", "eva"]).await;
    let unanswered_by = async |id| store.conversation_facts(id).await.unwrap().unwrap().unanswered_by;
    let id = direct(store, &ana, &rui).await;
    posted(store, say(id, &ana, "oi")).await;
    one(store, open(&rui, &ana)).await;
    assert_eq!(unanswered_by(id).await, Some(rui.id), "opening it again does not answer it");
    posted(store, say(id, &rui, "oi")).await;
    assert_eq!(unanswered_by(id).await, None);
    assert_eq!(unanswered_by(direct(store, &eva, &ana).await).await, Some(ana.id));
    let group = group(store, &ana, "redes", &[]).await;
    assert_eq!(unanswered_by(group).await, None);
    added(store, group, &ana, &eva).await;
}
