//! What a server does about changes that another server on the same store made.

use std::time::Duration;

use papo_shared::model::{ClientId, DisplayName, GroupName, MessageText, Timestamp, Username, Visibility};
use tokio::time::sleep;

use super::{Arc, Config, Operator, ServerContext, Store, deletion};
use crate::committer::Committer;
use crate::domain::{AccountRef, BannedNetwork, SessionId};
use crate::session::tests::{context, send_queue};
use crate::store::memory::MemoryStore;
use crate::store::{Outcome, Write};

/// A server on this store, and its operator. Its background tasks are left to the test.
fn server_on(store: &Arc<MemoryStore>) -> (ServerContext, Operator) {
    let mut context = context(Config::default());
    let services = Arc::get_mut(&mut context.services).unwrap();
    services.committer = Committer::start(store.clone(), services.bus.clone(), Arc::default());
    services.store = store.clone();
    let operator = Operator::new(context.services.clone(), context.open.clone(), "test");
    (context, operator)
}

#[tokio::test(start_paused = true)]
async fn a_ban_made_on_another_server_is_enforced_within_its_interval_and_ends_likewise() {
    let store = Arc::new(MemoryStore::default());
    let ((_, here), (there_context, there)) = (server_on(&store), server_on(&store));
    let following = tokio::spawn(async move { there.follow_bans().await });
    let peer = [192, 0, 2, 7].into();
    let queue = send_queue();
    let _listed = there_context.open.list(SessionId(1), peer, Timestamp(0), queue.clone());

    let network = BannedNetwork::parse("192.0.2.0/24").unwrap();
    here.ban(network, i64::from(u32::MAX), "spam".to_owned()).await.unwrap();
    let is_banned = || {
        let services = &there_context.services;
        services.bans.expiry(peer, services.clock.now()).is_some()
    };
    assert!(!is_banned());
    sleep(Duration::from_secs(31)).await;
    assert!(is_banned() && queue.why_closed().is_some(), "its sessions are closed as well");
    assert!(here.remove_ban(network).await.unwrap());
    sleep(Duration::from_secs(31)).await;
    assert!(!is_banned());
    following.abort();
}

#[tokio::test(start_paused = true)]
async fn an_erasure_begun_on_a_server_that_stopped_is_continued_by_another_one() {
    let store = Arc::new(MemoryStore::default());
    let ((_, stopped), (context, _)) = (server_on(&store), server_on(&store));
    let services = context.services.clone();
    let continuing = tokio::spawn(async move { deletion::continue_erasures(&services).await });
    // It has found nothing to do.
    sleep(Duration::from_secs(1)).await;

    let username = Username::parse("ana").unwrap();
    let create = Write::CreateAccount {
        username: username.clone(),
        display_name: DisplayName::parse("Ana").unwrap(),
        password_hash: String::new(),
        device: None,
        invite: None,
        at: Timestamp(0),
    };
    let Outcome::AccountCreated(id, _) = one(&*store, create).await else { panic!("no account") };
    let (ana, at) = (AccountRef { id, username }, Timestamp(0));
    let name = GroupName::parse("redes").unwrap();
    let create = Write::CreateGroup { creator: ana.clone(), name, visibility: Visibility::Listed, at };
    let Outcome::Posted(posted) = one(&*store, create).await else { panic!("no group") };
    let (conversation, client_id) = (posted.conversation, ClientId::new());
    let text = MessageText::parse("segredo").unwrap();
    one(&*store, Write::AppendMessage { conversation, author: ana, client_id, text, reply_to: None, at }).await;
    stopped.delete_account("ana", true).await.unwrap();

    sleep(Duration::from_secs(61)).await;
    let next = one(&*store, Write::ContinueErasure { at }).await;
    assert!(matches!(next, Outcome::Done), "there should be nothing left to erase: {next:?}");
    continuing.abort();
}

async fn one(store: &dyn Store, write: Write) -> Outcome {
    store.commit(vec![write]).await.unwrap().pop().unwrap()
}
