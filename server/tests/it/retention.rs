//! How long messages are kept: by the server, and in groups whose owner has limited it.

use std::sync::Arc;

use papo_server::clock::StoppedClock;
use papo_server::domain::DAY_MS;
use papo_shared::model::limits::MAX_RETENTION_DAYS;
use papo_shared::model::{ConversationId, ConversationKind, EntryKind, Timestamp};
use papo_shared::protocol::{Event, MessagesErased, Refusal, Reply, Request, SetRetention};

use crate::client::{Client, TestServer, hello};

fn set_days(conversation: ConversationId, days: Option<u32>) -> Request {
    Request::SetRetention(SetRetention { conversation, days })
}

/// Waits until messages of this conversation expire.
async fn wait_for_expiry(member: &mut Client, conversation: ConversationId) {
    let is_expiry = |erased: &MessagesErased| erased.expired && erased.conversation == conversation;
    member.event(|event| if let Event::MessagesErased(erased) = event { is_expiry(erased).then_some(()) } else { None }).await;
}

/// Changes the times of stored messages, while the server is stopped.
fn change_times(server: &TestServer, sql: &str) {
    rusqlite::Connection::open(server.dir.path().join("chat.db")).unwrap().execute_batch(sql).unwrap();
}

async fn server_days(client: &mut Client) -> Option<u32> {
    let Reply::Welcome(welcome) = client.ask(hello()).await else { panic!("expected a welcome") };
    welcome.retention_days
}

#[tokio::test]
async fn messages_older_than_the_configured_days_expire() {
    let mut server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    assert_eq!(server_days(&mut ana).await, None);
    let conversation = ana.direct("rui").await;
    ana.say(conversation, "antiga").await;
    server.stop().await;
    change_times(&server, "UPDATE entry SET at = at - 31 * 86400000");
    server.start_again(|_| {}).await;
    let mut ana = server.another_client(&ana).await;
    ana.say(conversation, "nova").await;
    server.stop().await;
    server.start_again(|config| config.retention_days = 30).await;
    rui = server.another_client(&rui).await;
    assert_eq!(server_days(&mut rui).await, Some(30));
    if rui.texts(conversation).await != ["", "nova"] {
        wait_for_expiry(&mut rui, conversation).await;
    }
    assert_eq!(rui.texts(conversation).await, ["", "nova"]);
    let EntryKind::Message(first) = rui.log(conversation).await.swap_remove(0).kind else { panic!() };
    assert!(first.deleted && first.expired);
}

#[tokio::test]
async fn messages_of_a_group_expire_as_soon_as_its_owner_limits_their_age() {
    let clock = Arc::new(StoppedClock::at(Timestamp(1000 * DAY_MS)));
    let mut server = TestServer::with(|config| config.clock = clock.clone()).await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let groups = [ana.group("redes", &mut [&mut rui]).await, ana.group("grafos", &mut [&mut rui]).await];
    let chat = ana.direct("rui").await;
    // Their texts are their ages in days.
    for id in [groups[0], groups[1], chat] {
        for age in ["50", "40", "30", "20", "14"] {
            ana.say(id, age).await;
        }
    }
    server.stop().await;
    change_times(&server, "UPDATE entry SET at = at - iif(kind = 1, CAST(body AS INTEGER), 60) * 86400000");
    server.start_again(|config| config.clock = clock.clone()).await;
    (ana, rui) = (server.another_client(&ana).await, server.another_client(&rui).await);

    // Conversations are looked at in order. Therefore each change in the first group after one in the second wakes the task again.
    let [first, second] = groups;
    let rounds: [(u32, [&str; 5]); 4] = [
        (45, ["", "40", "30", "20", "14"]),
        (35, ["", "", "30", "20", "14"]),
        (25, ["", "", "", "20", "14"]),
        (15, ["", "", "", "", "14"]),
    ];
    for (days, texts) in rounds {
        for id in [second, first] {
            ana.done(set_days(id, Some(days))).await;
            wait_for_expiry(&mut rui, id).await;
            assert_eq!(rui.texts(id).await, texts);
        }
        // A clock that jumps ahead makes no message older, however often limits are changed.
        clock.set(Timestamp(1500 * DAY_MS));
    }
    assert_eq!(rui.texts(chat).await, ["50", "40", "30", "20", "14"]);
    let log = rui.log(first).await;
    let changes = log.iter().filter_map(|entry| if let EntryKind::RetentionChanged { days } = entry.kind { days } else { None });
    assert_eq!(changes.collect::<Vec<_>>(), [45, 35, 25, 15]);
    assert!(log.iter().zip(1..).all(|(entry, seq)| entry.seq.0 == log[0].seq.0 + seq - 1));
}

#[tokio::test]
async fn a_limit_has_bounds_and_members_see_it() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let redes = ana.group("redes", &mut [&mut rui]).await;
    for days in [0, MAX_RETENTION_DAYS + 1, u32::MAX] {
        let refusal = ana.refused(set_days(redes, Some(days))).await;
        assert!(matches!(&refusal, Refusal::WrongFields { detail } if detail.contains("36500")), "{refusal:?}");
    }
    assert_eq!(rui.refused(set_days(redes, Some(30))).await, Refusal::NotAllowed);
    for days in [Some(1), Some(MAX_RETENTION_DAYS), None] {
        ana.done(set_days(redes, days)).await;
        let ConversationKind::Group { retention_days, .. } = rui.see(redes).await.kind else { panic!("not a group") };
        assert_eq!(retention_days, days);
        assert_eq!(server.operator().group(redes, 9).await.unwrap().0.retention_days, days);
    }
}
