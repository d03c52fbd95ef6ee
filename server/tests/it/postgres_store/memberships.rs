//! What servers remember of the members of conversations, while others change them.

use papo_server::store::{Outcome, Store, Write};
use papo_shared::model::{ConversationId, Timestamp, Visibility};
use papo_shared::protocol::Refusal;

use super::{Schema, account, group, one, say};

/// Every change of what one server remembers, made by another.
#[tokio::test]
async fn a_server_sees_what_others_change_about_members() {
    let Some(schema) = Schema::create().await else { return };
    let (writing, remembering) = (schema.store().await, schema.store().await);
    let (ana, rui) = (account(&writing, "ana").await, account(&writing, "rui").await);
    let (redes, at) = (group(&writing, &ana, "redes").await, Timestamp(0));
    one(&writing, Write::SetVisibility { conversation: redes, by: ana.clone(), visibility: Visibility::Public, at }).await;
    let Outcome::DirectOpened(direct) = one(&writing, Write::OpenDirect { one: ana.id, other: rui.id, at }).await else {
        panic!()
    };
    let facts = async |store: &dyn Store| {
        (store.conversation_facts(redes).await.unwrap(), store.conversation_facts(direct).await.unwrap())
    };
    let join = || Write::JoinPublicGroup { conversation: redes, member: rui.clone(), at };
    for change in [
        join(),
        Write::RemoveMember { conversation: redes, by: ana.clone(), member: rui.clone(), at },
        Write::AddMember { conversation: redes, by: ana.clone(), member: rui.clone(), at },
        Write::AcceptInvitation { conversation: redes, member: rui.id, at },
        Write::LeaveGroup { conversation: redes, member: rui.clone(), at },
        Write::Block { by: ana.id, whom: rui.clone(), at },
        Write::Block { by: rui.id, whom: ana.clone(), at },
        Write::Unblock { by: ana.id, whom: rui.clone() },
        Write::DeleteAccount { account: rui.id, authentication: None, erase_messages: false, at },
        Write::DeleteGroup { conversation: redes, at },
    ] {
        let before = facts(&remembering).await;
        let outcome = one(&writing, change.clone()).await;
        let fresh = schema.store().await;
        assert_eq!(facts(&remembering).await, facts(&fresh).await, "after {change:?}");
        if !matches!(outcome, Outcome::Invited(..)) {
            assert_ne!(facts(&fresh).await, before, "{change:?} should matter");
        }
        fresh.close().await;
    }
    schema.finish().await;
}

#[tokio::test]
async fn a_server_that_remembers_a_removed_member_refuses_what_they_write() {
    let Some(schema) = Schema::create().await else { return };
    let (writing, remembering) = (schema.store().await, schema.store().await);
    let (ana, rui) = (account(&writing, "ana").await, account(&writing, "rui").await);
    let (redes, at) = (group(&writing, &ana, "redes").await, Timestamp(0));
    one(&writing, Write::SetVisibility { conversation: redes, by: ana.clone(), visibility: Visibility::Public, at }).await;
    one(&writing, Write::JoinPublicGroup { conversation: redes, member: rui.clone(), at }).await;
    let audience = |outcome| match outcome {
        Outcome::Posted(posted) => posted.audience.to_vec(),
        outcome => panic!("expected an entry, got {outcome:?}"),
    };
    assert_eq!(audience(one(&remembering, say(redes, &rui, "oi")).await), [ana.id, rui.id]);
    one(&writing, Write::RemoveMember { conversation: redes, by: ana.clone(), member: rui.clone(), at }).await;
    let refused = one(&remembering, say(redes, &rui, "oi")).await;
    assert!(matches!(refused, Outcome::Refused(Refusal::NotAMember)), "{refused:?}");
    assert_eq!(audience(one(&remembering, say(redes, &ana, "oi")).await), [ana.id]);
    schema.finish().await;
}

#[tokio::test]
async fn members_are_loaded_again_only_if_their_version_has_changed() {
    let Some(schema) = Schema::create().await else { return };
    let store = schema.store().await;
    let ana = account(&store, "ana").await;
    let redes = group(&store, &ana, "redes").await;
    let members = async |id: ConversationId| store.conversation_facts(id).await.unwrap().unwrap().members.len();
    assert_eq!(members(redes).await, 1);
    schema.execute("UPDATE membership SET to_seq = 1").await;
    assert_eq!(members(redes).await, 1, "remembered");
    schema.execute("UPDATE conversation SET membership_version = membership_version + 1").await;
    assert_eq!(members(redes).await, 0);
    schema.execute("UPDATE membership SET to_seq = NULL").await;
    store.close().await;
    schema.finish().await;
}
