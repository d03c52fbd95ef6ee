//! Blocks between users.

use papo_server::domain::AccountRef;
use papo_server::store::{BlockChange, Outcome, Store, Write};
use papo_shared::model::ClientId;
use papo_shared::model::limits::MAX_BLOCKED;
use papo_shared::protocol::Refusal;

use super::{
    add, added, block, direct, group, log, may_write, message, name, names, new_account, one, open, people, posted, refused, say,
};

fn unblock(by: &AccountRef, whom: &AccountRef) -> Write {
    Write::Unblock { by: by.id, whom: whom.clone() }
}

pub(super) async fn a_block_in_either_direction_prevents_writing(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = direct(store, &ana, &rui).await;
    let club = group(store, &ana, "redes", &[&rui]).await;
    let sent = ClientId::new();
    posted(store, message(id, &rui, sent, "antes")).await;
    one(store, block(&ana, &rui)).await;

    assert_eq!(refused(store, say(id, &rui, "oi")).await, Refusal::NotAMember);
    assert_eq!(refused(store, say(id, &ana, "oi")).await, Refusal::UnblockFirst);
    assert_eq!(may_write(store, &rui, id).await, Err(Refusal::NotAMember));
    assert_eq!(may_write(store, &ana, id).await, Err(Refusal::UnblockFirst));
    assert!(posted(store, message(id, &rui, sent, "antes")).await.duplicate, "a message sent before is still acknowledged");
    assert_eq!(log(store, &rui, id).await.len(), 1, "existing messages stay visible to both");
    posted(store, say(club, &rui, "na turma")).await;
    assert_eq!(*may_write(store, &rui, club).await.unwrap(), [ana.id, rui.id]);

    one(store, block(&rui, &ana)).await;
    assert_eq!(refused(store, say(id, &rui, "oi")).await, Refusal::UnblockFirst, "each is told about their own block");
    one(store, unblock(&rui, &ana)).await;
    assert_eq!(refused(store, say(id, &rui, "oi")).await, Refusal::NotAMember);
    one(store, unblock(&ana, &rui)).await;
    posted(store, say(id, &rui, "de volta")).await;
    posted(store, say(id, &ana, "oi")).await;
    // Also within one batch.
    let outcomes =
        store.commit(vec![block(&ana, &rui), say(id, &rui, "x"), unblock(&ana, &rui), say(id, &rui, "y")]).await.unwrap();
    assert!(matches!(outcomes[1], Outcome::Refused(Refusal::NotAMember)), "{outcomes:?}");
    assert!(matches!(outcomes[3], Outcome::Posted(_)), "{outcomes:?}");
}

pub(super) async fn a_blocked_user_cannot_open_a_conversation_or_add_the_blocker(store: &dyn Store) {
    let [ana, rui, eva] = people(store, ["ana", "rui", "eva"]).await;
    one(store, block(&ana, &rui)).await;
    assert_eq!(refused(store, open(&rui, &ana)).await, Refusal::NoSuchUser);
    let id = direct(store, &ana, &rui).await;
    assert_eq!(refused(store, open(&rui, &ana)).await, Refusal::NoSuchUser, "also if a conversation exists");
    assert_eq!(refused(store, say(id, &rui, "oi")).await, Refusal::NotAMember);

    let club = group(store, &rui, "redes", &[&eva]).await;
    assert_eq!(refused(store, add(club, &rui, &ana)).await, Refusal::NoSuchUser);
    added(store, club, &eva, &ana).await;
    assert_eq!(refused(store, add(club, &rui, &ana)).await, Refusal::AlreadyAMember, "visible to all members");
    let other = group(store, &ana, "outra", &[]).await;
    added(store, other, &ana, &rui).await;
}

pub(super) async fn users_are_blocked_unblocked_and_listed_in_pages(store: &dyn Store) {
    let [ana, rui, eva, ivo] = people(store, ["ana", "rui", "eva", "ivo"]).await;
    let Outcome::BlockChanged(changed) = one(store, block(&ana, &rui)).await else { panic!("expected a change") };
    assert_eq!(changed, BlockChange { by: ana.id, username: rui.username.clone(), blocked: true });
    assert!(matches!(one(store, block(&ana, &rui)).await, Outcome::Done));
    one(store, block(&ana, &ivo)).await;
    one(store, block(&ana, &eva)).await;
    one(store, block(&rui, &eva)).await;
    let page = async |after: Option<&str>, limit| store.blocked(ana.id, after.map(name).as_ref(), limit).await.unwrap();
    assert_eq!(names(&page(None, 2).await), ["eva", "ivo"]);
    assert_eq!(names(&page(Some("ivo"), 2).await), ["rui"]);
    let Outcome::BlockChanged(changed) = one(store, unblock(&ana, &ivo)).await else { panic!("expected a change") };
    assert!(!changed.blocked);
    assert!(matches!(one(store, unblock(&ana, &ivo)).await, Outcome::Done));
    assert_eq!(names(&page(None, 9).await), ["eva", "rui"]);
}

pub(super) async fn blocks_are_limited(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let accounts = store.commit((1..=MAX_BLOCKED).map(|number| new_account(&format!("p{number}"))).collect()).await.unwrap();
    let blocks = accounts.iter().map(|outcome| match outcome {
        Outcome::AccountCreated(id, _) => block(&ana, &AccountRef { id: *id, username: name("p") }),
        other => panic!("{other:?}"),
    });
    let outcomes = store.commit(blocks.collect()).await.unwrap();
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::BlockChanged(_))));
    assert_eq!(refused(store, block(&ana, &rui)).await, Refusal::TooManyBlocked { max: MAX_BLOCKED });
}
