//! Invites to register.

use papo_server::domain::{InviteCode, InviteHash, InviteId};
use papo_server::store::{Outcome, Store, Write};
use papo_shared::model::Timestamp;
use papo_shared::protocol::Refusal;

use super::{NOW, account, name, new_account, one, refused};

fn code(number: u8) -> InviteHash {
    InviteCode::new([number; 10]).hash()
}

async fn invite(store: &dyn Store, code: InviteHash, uses: u32, expires_at: Option<Timestamp>) -> InviteId {
    match one(store, Write::CreateInvite { code, uses, expires_at, by: "root".to_owned(), at: NOW }).await {
        Outcome::InviteCreated(id) => id,
        outcome => panic!("expected an invite, got {outcome:?}"),
    }
}

fn invited(username: &str, code: InviteHash) -> Write {
    let mut write = new_account(username);
    if let Write::CreateAccount { invite, .. } = &mut write {
        *invite = Some(code);
    }
    write
}

async fn is_valid(store: &dyn Store, number: u8) -> bool {
    store.invite(&code(number)).await.unwrap().is_some_and(|invite| invite.is_valid(NOW))
}

async fn uses_left(store: &dyn Store) -> Vec<u32> {
    store.invites(None, 9).await.unwrap().iter().map(|invite| invite.uses_left).collect()
}

pub(super) async fn an_invite_has_a_limited_number_of_uses(store: &dyn Store) {
    let first = invite(store, code(1), 2, None).await;
    let second = invite(store, code(2), 1, Some(Timestamp(9_000))).await;
    let found = store.invites(None, 9).await.unwrap();
    assert_eq!(found.iter().map(|invite| invite.id).collect::<Vec<_>>(), [first, second]);
    assert_eq!((found[1].created_at, found[1].created_by.as_str()), (NOW, "root"));
    assert_eq!((found[0].expires_at, found[1].expires_at), (None, Some(Timestamp(9_000))));
    assert_eq!(store.invites(Some(first), 9).await.unwrap().len(), 1);
    assert_eq!(store.invites(None, 1).await.unwrap().len(), 1);

    // Also within one batch: two uses, three registrations.
    let batch = ["ana", "rui", "eva"].map(|username| invited(username, code(1)));
    let outcomes = store.commit(batch.to_vec()).await.unwrap();
    assert!(matches!(outcomes[2], Outcome::Refused(Refusal::InviteInvalid)), "{outcomes:?}");
    assert_eq!(store.account(&name("eva")).await.unwrap(), None);
    assert!(store.account(&name("rui")).await.unwrap().is_some());
    assert_eq!(uses_left(store).await, [1], "the used-up invite is deleted, the other one unchanged");
    assert_eq!(refused(store, invited("eva", code(9))).await, Refusal::InviteInvalid);
}

pub(super) async fn invites_expire_and_can_be_revoked(store: &dyn Store) {
    invite(store, code(1), 1, Some(NOW)).await;
    let id = invite(store, code(2), 1, Some(Timestamp(NOW.0 + 1))).await;
    assert!(!is_valid(store, 1).await);
    assert!(is_valid(store, 2).await);
    assert!(!is_valid(store, 3).await);
    assert_eq!(refused(store, invited("ana", code(1))).await, Refusal::InviteInvalid);
    one(store, Write::RevokeInvite { invite: id }).await;
    assert!(!is_valid(store, 2).await);
    assert_eq!(refused(store, invited("ana", code(2))).await, Refusal::InviteInvalid);
    assert_eq!(refused(store, Write::RevokeInvite { invite: id }).await, Refusal::InviteInvalid);
    assert!(invite(store, code(2), 1, None).await > id, "ids must not be reused");
    assert!(matches!(one(store, invited("ana", code(2))).await, Outcome::AccountCreated(..)));
}

pub(super) async fn a_failed_registration_uses_no_invite(store: &dyn Store) {
    account(store, "maria").await;
    invite(store, code(1), 2, None).await;
    assert_eq!(refused(store, invited("maria", code(1))).await, Refusal::UsernameTaken);
    assert_eq!(refused(store, invited("rnaria", code(1))).await, Refusal::UsernameTooAlike);
    assert_eq!(uses_left(store).await, [2]);
}
