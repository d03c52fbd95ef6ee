//! Guarantees specific to PostgreSQL: opening databases, and several servers on one.

mod conflicts;
mod damage;
mod memberships;
mod news;
mod opening;
mod proxy;

use std::sync::Arc;

use papo_server::config::{Config, ServiceAddress};
use papo_server::domain::storage::{Quota, StorageLimits};
use papo_server::domain::{AccountId, AccountRef, DAY_MS, MessageSearch};
use papo_server::store::{Outcome, Store, Write};
use papo_server::{Server, StartError};
use papo_shared::model::search::Query;
use papo_shared::model::{ClientId, ConversationId, DisplayName, GroupName, MessageText, Timestamp, Username, Visibility};
use papo_shared::protocol::Reply;

use crate::binary::papo_server;
use crate::client::{TestServer, config, send};
use crate::postgres::Schema;

fn name(text: &str) -> Username {
    Username::parse(text).unwrap()
}

async fn one(store: &dyn Store, write: Write) -> Outcome {
    store.commit(vec![write]).await.unwrap().pop().unwrap()
}

async fn account(store: &dyn Store, username: &str) -> AccountRef {
    let write = Write::CreateAccount {
        username: name(username),
        display_name: DisplayName::parse(username).unwrap(),
        password_hash: String::new(),
        device: None,
        invite: None,
        at: Timestamp(0),
    };
    match one(store, write).await {
        Outcome::AccountCreated(id, _) => AccountRef { id, username: name(username) },
        outcome => panic!("expected an account, got {outcome:?}"),
    }
}

fn create(creator: &AccountRef, group: &str) -> Write {
    let name = GroupName::parse(group).unwrap();
    Write::CreateGroup { creator: creator.clone(), name, visibility: Visibility::Listed, at: Timestamp(0) }
}

async fn group(store: &dyn Store, creator: &AccountRef, name: &str) -> ConversationId {
    match one(store, create(creator, name)).await {
        Outcome::Posted(posted) => posted.conversation,
        outcome => panic!("expected a group, got {outcome:?}"),
    }
}

fn say(conversation: ConversationId, author: &AccountRef, text: &str) -> Write {
    let (author, text, client_id) = (author.clone(), MessageText::parse(text).unwrap(), ClientId::new());
    Write::AppendMessage { conversation, author, client_id, text, reply_to: None, at: Timestamp(0) }
}

#[tokio::test]
async fn a_database_keeps_everything() {
    let Some(schema) = Schema::create().await else { return };
    let store = schema.store().await;
    let ana = account(&store, "ana").await;
    let id = group(&store, &ana, "redes").await;
    let message = say(id, &ana, "oi");
    assert!(matches!(one(&store, message.clone()).await, Outcome::Posted(posted) if !posted.duplicate));
    let server_id = store.server_id();
    store.close().await;

    let store = schema.store().await;
    assert_eq!(store.server_id(), server_id);
    assert!(matches!(one(&store, message).await, Outcome::Posted(posted) if posted.duplicate));
    store.close().await;
    schema.finish().await;
}

#[tokio::test]
async fn servers_that_start_at_the_same_time_migrate_once() {
    let Some(schema) = Schema::create().await else { return };
    let opened = futures_util::future::join_all((0..4).map(|_| schema.store())).await;
    let ids: Vec<_> = opened.iter().map(|store| store.server_id()).collect();
    assert!(ids.iter().all(|id| *id == ids[0]));
    schema.finish().await;
}

/// As when PostgreSQL was restarted: what was lost before a commit is written on a new connection.
#[tokio::test]
async fn lost_connections_are_replaced() {
    let Some(schema) = Schema::create().await else { return };
    let store = schema.store().await;
    let ana = account(&store, "ana").await;
    let id = group(&store, &ana, "redes").await;
    assert!(store.conversation(ana.id, id).await.unwrap().is_some());
    for number in 2..5 {
        schema
            .execute(&format!(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = '{}'",
                schema.name
            ))
            .await;
        match one(&store, say(id, &ana, "oi")).await {
            Outcome::Posted(posted) => assert_eq!(posted.entry.seq.0, number),
            outcome => panic!("expected an entry, got {outcome:?}"),
        }
    }
    store.close().await;
    schema.finish().await;
}

#[tokio::test]
async fn commits_complete_before_the_store_is_closed() {
    let Some(schema) = Schema::create().await else { return };
    let store = schema.store().await;
    let ana = account(&store, "ana").await;
    let id = group(&store, &ana, "redes").await;
    let commit = |text| store.commit(vec![say(id, &ana, text)]);
    let (first, second, ()) = tokio::join!(commit("um"), commit("dois"), store.close());
    assert!(first.is_ok() && second.is_ok(), "{first:?} {second:?}");
    assert!(commit("tres").await.is_err());
    schema.finish().await;
}

#[tokio::test]
async fn words_are_folded_again_after_the_folding_has_changed() {
    // More than are folded at once.
    const MESSAGES: usize = 501;
    let Some(schema) = Schema::create().await else { return };
    let store = schema.store().await;
    let ana = account(&store, "ana").await;
    let id = group(&store, &ana, "redes").await;
    store.commit((0..MESSAGES).map(|number| say(id, &ana, &format!("recado{number}"))).collect()).await.unwrap();
    store.close().await;
    schema.execute("UPDATE server SET folding = 0; UPDATE entry SET words = '' WHERE words IS NOT NULL").await;
    let store = schema.store().await;
    for number in [0, MESSAGES - 1] {
        let query = Query::parse(&format!("recado{number}"), 0).unwrap();
        let search = MessageSearch { query, conversation: None, before: None, limit: 9, enough_bytes: usize::MAX };
        assert_eq!(store.search(ana.id, &search).await.unwrap().unwrap().hits.len(), 1, "recado{number}");
    }
    store.close().await;
    schema.finish().await;
}

/// A write that violates a constraint of the tables, which a correct server never makes, fails alone.
#[tokio::test]
async fn a_failing_write_does_not_fail_its_batch() {
    let Some(schema) = Schema::create().await else { return };
    let store = schema.store().await;
    let ana = account(&store, "ana").await;
    let unknown_user = AccountRef { id: AccountId(99), username: name("nobody") };
    let id = group(&store, &ana, "redes").await;
    let batch = vec![say(id, &ana, "um"), create(&unknown_user, "outra"), say(id, &ana, "dois")];
    let outcomes = store.commit(batch).await.unwrap();
    assert!(matches!(&outcomes[..], [Outcome::Posted(_), Outcome::Failed(_), Outcome::Posted(_)]), "{outcomes:?}");
    group(&store, &ana, "outra").await;
    store.close().await;
    schema.finish().await;
}

/// Servers that write to the same conversations at the same time: no number is given twice, and none is left out.
#[tokio::test]
async fn concurrent_servers_number_entries_without_gaps() {
    const BATCHES: usize = 20;
    let Some(schema) = Schema::create().await else { return };
    let servers = [Arc::new(schema.store().await), Arc::new(schema.store().await), Arc::new(schema.store().await)];
    let ana = account(&*servers[0], "ana").await;
    let groups = [group(&*servers[0], &ana, "redes").await, group(&*servers[0], &ana, "sistemas").await];
    let writers = servers.iter().enumerate().map(|(number, server)| {
        let (server, ana) = (server.clone(), ana.clone());
        tokio::spawn(async move {
            for batch in 0..BATCHES {
                // In different orders, so that they would wait for each other in a circle if they locked in that order.
                let mut writes: Vec<_> = groups.iter().map(|id| say(*id, &ana, &format!("{number} {batch}"))).collect();
                writes.rotate_left(number % 2);
                if batch == BATCHES / 2 {
                    writes.push(create(&ana, &format!("grupo {number}")));
                }
                let outcomes = server.commit(writes).await.unwrap();
                assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Posted(_))), "{outcomes:?}");
            }
        })
    });
    for written in futures_util::future::join_all(writers.collect::<Vec<_>>()).await {
        written.unwrap();
    }
    for id in groups {
        let last = servers[0].conversation(ana.id, id).await.unwrap().unwrap().last_seq.0;
        assert_eq!(last, 1 + 3 * BATCHES as u64);
    }
    // Also checks that the entries have no gaps.
    schema.finish().await;
}

/// Servers that charge the same account at the same time, for messages in different conversations.
#[tokio::test]
async fn the_quota_of_an_account_is_shared_by_all_servers() {
    const MESSAGES: usize = 10;
    let Some(schema) = Schema::create().await else { return };
    let quota = Quota { messages: MESSAGES as u64, ..Quota::UNLIMITED };
    let open = || schema.store_with(StorageLimits { quota, ..StorageLimits::default() });
    let servers = [open().await, open().await, open().await];
    let ana = account(&servers[0], "ana").await;
    let groups = [
        group(&servers[0], &ana, "redes").await,
        group(&servers[0], &ana, "sistemas").await,
        group(&servers[0], &ana, "grafos").await,
    ];
    let writers = servers.iter().zip(groups).map(async |(server, id)| {
        let mut stored = 0;
        for _ in 0..MESSAGES {
            let mut message = say(id, &ana, "oi");
            if let Write::AppendMessage { at, .. } = &mut message {
                // The day after that of the groups.
                *at = Timestamp(DAY_MS);
            }
            stored += usize::from(matches!(one(server, message).await, Outcome::Posted(_)));
        }
        stored
    });
    let stored: usize = futures_util::future::join_all(writers).await.into_iter().sum();
    assert_eq!(stored, MESSAGES);
    schema.finish().await;
}

#[tokio::test]
async fn a_data_directory_that_cannot_be_created_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    let store = ServiceAddress::new("postgres://papo@127.0.0.1:1/papo".to_owned());
    let refused = Server::start(Config { store, ..config(&file) }).await.err().expect("it should not start");
    assert!(matches!(&refused, StartError::DataUnusable { file: named, .. } if *named == file), "{refused}");
}

#[tokio::test]
async fn an_operator_verifies_the_configured_database() {
    let Some(schema) = Schema::create().await else { return };
    let store = schema.store().await;
    let ana = account(&store, "ana").await;
    group(&store, &ana, "redes").await;
    store.close().await;
    let dir = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let mut command = papo_server(&["--data"]);
        command.arg(dir.path()).args(arguments).env("PAPO_STORE", schema.address_text()).output().unwrap()
    };
    let undamaged = run(&["verify"]);
    assert!(undamaged.status.success(), "{undamaged:?}");
    assert!(String::from_utf8(undamaged.stdout).unwrap().ends_with("is undamaged\n"));
    schema.execute("UPDATE conversation SET members = 9").await;
    let damaged = run(&["--json", "verify"]);
    assert_eq!(damaged.status.code(), Some(1), "{damaged:?}");
    let report: serde_json::Value = serde_json::from_slice(&damaged.stdout).unwrap();
    assert!(report["database"].as_str().unwrap().starts_with("the database "), "{report}");
    let finding =
        serde_json::json!({ "rule": "a conversation records the number of its members", "at": "conversation 1 records 9" });
    assert_eq!(report["findings"], serde_json::json!([finding]));
    schema.delete().await;
}

#[tokio::test]
async fn a_server_runs_on_the_configured_database() {
    let Some(schema) = Schema::create().await else { return };
    let use_database = |config: &mut Config| config.store = ServiceAddress::new(schema.address_text());
    let mut server = TestServer::with(use_database).await;
    let mut ana = server.register("ana").await;
    let _rui = server.register("rui").await;
    let conversation = ana.direct("rui").await;
    let reply = ana.ask(send(conversation, ClientId::new(), "oi")).await;
    assert!(matches!(reply, Reply::MessageStored(_)), "{reply:?}");
    assert!(!server.dir.path().join("chat.db").exists(), "everything should be in the database");
    server.stop().await;
    server.start_again(use_database).await;
    let mut again = server.another_client(&ana).await;
    assert_eq!(again.direct("rui").await, conversation);
    server.stop().await;
    schema.finish().await;
}
