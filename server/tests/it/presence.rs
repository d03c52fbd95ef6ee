//! Presence and typing notices.

use std::sync::Arc;

use papo_server::clock::StoppedClock;
use papo_shared::model::Timestamp;
use papo_shared::protocol::{Event, ListUsers, Reply, Request, Typing, WatchDirectory};

use crate::binary::Running;
use crate::client::{Client, TestServer};

/// Waits for the event that this user is online or offline.
async fn expect_presence(client: &mut Client, username: &str, online: bool) {
    client
        .event(|event| match event {
            Event::PresenceChanged(changed) => {
                changed.people.iter().any(|person| person.username.as_str() == username && person.online == online).then_some(())
            }
            _ => None,
        })
        .await;
}

#[tokio::test]
async fn presence_is_sent_to_users_sharing_a_conversation() {
    let server = TestServer::start().await;
    let mut ana = server.register("ana").await;
    let mut eva = server.register("eva").await;
    let rui = server.register("rui").await;
    ana.direct("rui").await;
    let second = server.another_client(&rui).await;
    drop(rui);
    drop(second);
    expect_presence(&mut ana, "rui", false).await;
    let _later = {
        let mut client = server.client().await;
        let reply = client.ask(sign_in("rui")).await;
        client.signed_in(reply);
        client
    };
    expect_presence(&mut ana, "rui", true).await;
    let strange = eva.drain_events().await.into_iter().find(|event| match event {
        Event::PresenceChanged(changed) => changed.people.iter().any(|person| person.username.as_str() != "eva"),
        _ => false,
    });
    assert_eq!(strange, None, "users without a common conversation receive nothing");
}

#[tokio::test]
async fn directory_watchers_receive_everyones_presence() {
    let server = TestServer::start().await;
    let mut ana = server.register("ana").await;
    ana.done(Request::WatchDirectory(WatchDirectory { watch: true })).await;
    let rui = server.register("rui").await;
    expect_presence(&mut ana, "rui", true).await;
    drop(rui);
    expect_presence(&mut ana, "rui", false).await;
    ana.done(Request::WatchDirectory(WatchDirectory { watch: false })).await;
    let _eva = server.register("eva").await;
    let heard = ana.drain_events().await.iter().any(|event| matches!(event, Event::PresenceChanged(_)));
    assert!(!heard, "no longer watching");
}

#[tokio::test]
async fn the_directory_shows_when_a_user_was_last_seen() {
    let mut server = TestServer::start().await;
    let mut ana = server.register("ana").await;
    ana.done(Request::WatchDirectory(WatchDirectory { watch: true })).await;
    let rui = server.register("rui").await;
    drop(rui);
    expect_presence(&mut ana, "rui", false).await;
    let before = directory(&mut ana).await;
    assert!(matches!(&before[..], [(ana, true, _), (rui, false, Some(_))] if ana == "ana" && rui == "rui"), "{before:?}");

    server.restart().await;
    let mut ana = server.another_client(&ana).await;
    let after = directory(&mut ana).await;
    assert_eq!(after[1], before[1]);
    assert!(matches!(after[0], (_, true, Some(_))), "a user online at the stop was last seen then: {after:?}");
}

#[tokio::test]
async fn users_online_at_a_stop_were_last_seen_then() {
    let clock = Arc::new(StoppedClock::default());
    let mut server = TestServer::with(|config| config.clock = clock.clone()).await;
    let mut ana = server.register("ana").await;
    ana.done(Request::WatchDirectory(WatchDirectory { watch: true })).await;
    let _rui = server.register("rui").await;
    expect_presence(&mut ana, "rui", true).await;
    clock.set(Timestamp(7));
    server.restart().await;
    let mut ana = server.another_client(&ana).await;
    assert_eq!(directory(&mut ana).await[1], ("rui".to_owned(), false, Some(7)));
}

/// After a crash, only the start of the last session is known.
#[tokio::test]
async fn users_online_at_a_kill_have_a_last_seen_time() {
    let dir = tempfile::tempdir().unwrap();
    let mut running = Running::start(dir.path());
    let mut ana = Client::greeted(running.address).await;
    ana.register("ana").await;
    ana.done(Request::WatchDirectory(WatchDirectory { watch: true })).await;
    let mut rui = Client::greeted(running.address).await;
    rui.register("rui").await;
    expect_presence(&mut ana, "rui", true).await;
    running.kill();

    let running = Running::start(dir.path());
    let mut again = Client::greeted(running.address).await;
    again.sign_in_with(&ana.token).await;
    let after = directory(&mut again).await;
    assert!(matches!(&after[1], (rui, false, Some(1..)) if rui == "rui"), "{after:?}");
}

#[tokio::test]
async fn typing_notices_are_sent_to_the_other_members() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let mut elsewhere = server.another_client(&ana).await;
    let conversation = ana.direct("rui").await;
    ana.done(Request::Typing(Typing { conversation })).await;
    ana.done(Request::Typing(Typing { conversation })).await;
    ana.say(conversation, "oi").await;
    let is_typing = |event: &Event| matches!(event, Event::TypingStarted(_));
    let typing = rui
        .event(|event| match event {
            Event::TypingStarted(typing) => Some((typing.conversation, typing.username.as_str().to_owned())),
            _ => None,
        })
        .await;
    assert_eq!(typing, (conversation, "ana".to_owned()));
    rui.entry(conversation).await;
    assert!(!rui.drain_events().await.iter().any(is_typing), "a second notice within two seconds is dropped");
    elsewhere.entry(conversation).await;
    assert!(!ana.drain_events().await.iter().any(is_typing), "the typing user gets no notice");
}

#[tokio::test]
async fn typing_is_not_reported_to_the_users_other_sessions() {
    let server = TestServer::start().await;
    let mut ana = server.register("ana").await;
    let _rui = server.register("rui").await;
    let mut elsewhere = server.another_client(&ana).await;
    let conversation = ana.direct("rui").await;
    ana.done(Request::Typing(Typing { conversation })).await;
    ana.say(conversation, "oi").await;
    elsewhere
        .event(|event| match event {
            Event::TypingStarted(_) => panic!("the notice was sent"),
            Event::EntryPosted(_) => Some(()),
            _ => None,
        })
        .await;
}

fn sign_in(username: &str) -> Request {
    let (username, password) = (username.to_owned(), crate::client::PASSWORD.to_owned());
    Request::SignIn(papo_shared::protocol::SignIn { username, password, device: None, code: None })
}

async fn directory(client: &mut Client) -> Vec<(String, bool, Option<i64>)> {
    let Reply::Users(page) = client.ask(Request::ListUsers(ListUsers::default())).await else { panic!("expected users") };
    page.users.into_iter().map(|person| (person.username.into(), person.online, person.last_seen.map(|at| at.0))).collect()
}
