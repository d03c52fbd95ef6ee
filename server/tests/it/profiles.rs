//! Display names, status texts and the away state.

use papo_shared::model::{NameProblem, Person};
use papo_shared::protocol::{Event, ListUsers, Refusal, Reply, Request, SetAway, SetProfile, WatchDirectory};

use crate::client::{Client, TestServer};

fn set_profile(display_name: Option<&str>, status: Option<&str>) -> Request {
    Request::SetProfile(SetProfile { display_name: display_name.map(str::to_owned), status: status.map(str::to_owned) })
}

fn set_away(away: bool) -> Request {
    Request::SetAway(SetAway { away })
}

/// Waits for an event in which this user satisfies the condition.
async fn expect_person(client: &mut Client, username: &str, condition: impl Fn(&Person) -> bool) {
    client
        .event(|event| match event {
            Event::PresenceChanged(changed) => {
                changed.people.iter().any(|person| person.username.as_str() == username && condition(person)).then_some(())
            }
            _ => None,
        })
        .await;
}

#[tokio::test]
async fn profile_changes_are_delivered_and_stored() {
    let mut server = TestServer::start().await;
    let (mut ana, mut rui, mut eva) = (server.register("ana").await, server.register("rui").await, server.register("eva").await);
    let mut elsewhere = server.another_client(&ana).await;
    let conversation = ana.direct("rui").await;
    eva.done(Request::WatchDirectory(WatchDirectory { watch: true })).await;
    ana.done(set_profile(Some(" Ana  Lima "), Some("até as 18h\n"))).await;
    let condition = |person: &Person| {
        person.display_name.as_str() == "Ana Lima" && person.status.as_ref().is_some_and(|status| status.as_str() == "até as 18h")
    };
    for client in [&mut rui, &mut eva, &mut ana, &mut elsewhere] {
        expect_person(client, "ana", condition).await;
    }
    ana.done(set_profile(Some("Aninha"), None)).await;
    expect_person(&mut rui, "ana", |person| person.display_name.as_str() == "Aninha" && person.status.is_some()).await;
    ana.done(set_profile(None, Some("  "))).await;
    expect_person(&mut rui, "ana", |person| person.status.is_none()).await;

    let problem = NameProblem::Empty;
    assert_eq!(ana.refused(set_profile(Some(""), None)).await, Refusal::DisplayNameInvalid { problem });
    assert_eq!(ana.refused(set_profile(None, Some(&"x".repeat(81)))).await, Refusal::StatusTooLong { max_chars: 80 });
    ana.done(set_profile(None, Some(&"x".repeat(80)))).await;

    server.restart().await;
    let mut rui = server.another_client(&rui).await;
    let papo_shared::model::ConversationKind::Direct { peer } = rui.see(conversation).await.kind else {
        panic!("expected a direct conversation")
    };
    assert_eq!((peer.display_name.as_str(), peer.status.unwrap().as_str().len()), ("Aninha", 80));
}

#[tokio::test]
async fn a_user_is_away_when_away_on_every_device() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let mut phone = server.another_client(&rui).await;
    ana.direct("rui").await;
    ana.drain_events().await;
    rui.done(set_away(true)).await;
    let is_away = async |client: &mut Client| {
        let Reply::Users(page) = client.ask(Request::ListUsers(ListUsers::default())).await else { panic!("expected users") };
        let rui = page.users.into_iter().find(|person| person.username.as_str() == "rui").unwrap();
        assert!(rui.online);
        rui.away
    };
    assert!(!is_away(&mut ana).await, "the phone is not away");
    phone.done(set_away(true)).await;
    expect_person(&mut ana, "rui", |person| person.online && person.away).await;
    expect_person(&mut phone, "rui", |person| person.away).await;
    assert!(is_away(&mut ana).await);
    rui.done(set_away(false)).await;
    expect_person(&mut ana, "rui", |person| person.online && !person.away).await;
    drop(rui);
    expect_person(&mut ana, "rui", |person| person.online && person.away).await;
    drop(phone);
    expect_person(&mut ana, "rui", |person| !person.online && !person.away).await;
}
