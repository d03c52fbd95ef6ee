//! Starting and stopping, and reasons why a server does not start.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use futures_util::future::join_all;
use papo_server::{Server, StartError};
use papo_shared::model::{ClientId, ConversationId, Entry, EntryKind, Seq};
use papo_shared::protocol::{Event, Goodbye, GoodbyeReason, Reply, ServerFrame};
use tokio::sync::watch;

use crate::client::{Client, TestServer, config, send, text, within};

async fn start_in(dir: &Path) -> Result<Server, StartError> {
    Server::start(config(dir)).await
}

#[tokio::test]
async fn a_stopping_server_announces_when_to_reconnect() {
    let mut server = TestServer::start().await;
    let mut ana = server.register("ana").await;
    let mut greeted = server.client().await;
    let mut silent = Client::silent(server.address()).await;
    let address = server.address();
    server.stop().await;
    let come_back_ms = loop {
        if let ServerFrame::Event(Event::Goodbye(goodbye)) = ana.frame().await.expect("expected a goodbye first") {
            assert_eq!(goodbye.reason, GoodbyeReason::Stopping);
            break goodbye.come_back_ms;
        }
    };
    assert!(come_back_ms.is_some_and(|ms| ms < 10_000));
    assert_eq!(greeted.goodbye().await, Some(GoodbyeReason::Stopping));
    // It may not have been accepted before the stop; its connection ends in either case.
    silent.goodbye().await;
    assert!(tokio::net::TcpStream::connect(address).await.is_err(), "the port must be closed");
    within(start_in(server.dir.path())).await.expect("the data directory must be free again").stop().await;
}

#[cfg(not(feature = "cluster"))]
#[tokio::test]
async fn a_database_needs_a_program_with_its_driver() {
    let dir = tempfile::tempdir().unwrap();
    let store = papo_server::config::ServiceAddress::new("postgres://papo:girafa@localhost/papo".to_owned());
    let error =
        Server::start(papo_server::config::Config { store, ..config(dir.path()) }).await.err().expect("it should not start");
    let text = error.to_string();
    assert!(matches!(error, StartError::Database { .. }), "{text}");
    assert!(text.contains("--features cluster") && !text.contains("girafa"), "{text}");
}

/// When a client that hosts a server stops, another one should replace it soon.
#[tokio::test]
async fn the_time_to_reconnect_is_within_the_configured_period() {
    for (within_ms, expected) in [(0, 0..=0), (2, 0..=1)] {
        let mut server = TestServer::with(|config| config.reconnect_within = Duration::from_millis(within_ms)).await;
        let mut ana = server.register("ana").await;
        server.stop().await;
        let goodbye = loop {
            if let ServerFrame::Event(Event::Goodbye(goodbye)) = ana.frame().await.expect("expected a goodbye first") {
                break goodbye;
            }
        };
        assert!(goodbye.come_back_ms.is_some_and(|ms| expected.contains(&ms)), "{goodbye:?}");
    }
}

/// A client that sends as fast as the server accepts, until the server says goodbye.
struct Sender {
    client: Client,
    /// Messages sent, by client id and text.
    sent: Vec<(ClientId, String)>,
    acknowledged: HashMap<ClientId, Seq>,
}

/// Messages in flight per sender.
const ON_THEIR_WAY: usize = 30;

impl Sender {
    /// Returns the goodbye. `acknowledged` counts the acknowledgements of all senders.
    async fn send_until_goodbye(&mut self, group: ConversationId, acknowledged: &watch::Sender<usize>) -> Goodbye {
        let mut goodbye = None;
        loop {
            while goodbye.is_none() && self.sent.len() < self.acknowledged.len() + ON_THEIR_WAY {
                let (id, text) = (ClientId::new(), self.sent.len().to_string());
                self.sent.push((id, text.clone()));
                // The server may be gone; the message is then sent again later.
                let _ = self.client.try_request(send(group, id, &text)).await;
            }
            match self.client.frame().await {
                None => return goodbye.expect("expected a goodbye before the end"),
                Some(ServerFrame::Event(Event::Goodbye(last))) => goodbye = Some(last),
                Some(ServerFrame::Reply(frame)) => {
                    assert_eq!(goodbye, None, "a goodbye must be the last line");
                    let Reply::MessageStored(stored) = frame.reply else { panic!("{:?}", frame.reply) };
                    self.acknowledged.insert(stored.client_id, stored.seq);
                    acknowledged.send_modify(|count| *count += 1);
                }
                Some(ServerFrame::Event(_)) => {}
            }
        }
    }
}

#[tokio::test]
async fn a_stop_under_load_loses_nothing() {
    let mut server = TestServer::start().await;
    let mut rui = server.register("rui").await;
    let group = rui.group("redes", &mut []).await;
    let mut senders = Vec::new();
    for number in 0..8 {
        let username = format!("ana{number}");
        let mut client = server.register(&username).await;
        rui.add(group, &mut client).await;
        senders.push(Sender { client, sent: Vec::new(), acknowledged: HashMap::new() });
    }
    // A client that does not read must not delay the stop.
    let mut stuck = Client::narrow(server.address()).await;
    stuck.hello().await;
    stuck.sign_in_with(&rui.token).await;

    let (acknowledged, mut enough) = watch::channel(0);
    let stop = async {
        enough.wait_for(|count| *count >= 500).await.unwrap();
        server.stop().await;
    };
    let sending = join_all(senders.iter_mut().map(|sender| sender.send_until_goodbye(group, &acknowledged)));
    let (goodbyes, ()) = tokio::join!(sending, stop);
    for goodbye in goodbyes {
        assert_eq!(goodbye.reason, GoodbyeReason::Stopping);
        assert!(goodbye.come_back_ms.is_some_and(|ms| ms < 10_000), "{goodbye:?}");
    }

    server.start_again(|_| {}).await;
    for (number, sender) in senders.into_iter().enumerate() {
        let mut again = server.client().await;
        again.sign_in_with(&sender.client.token).await;
        let is_theirs = |entry: &Entry| entry.author.as_str() == format!("ana{number}");
        let stored: HashMap<ClientId, Seq> =
            again.log(group).await.iter().filter(|entry| is_theirs(entry)).filter_map(id).collect();
        assert_eq!(stored, sender.acknowledged, "exactly the stored messages must be acknowledged before the goodbye");
        for (id, text) in &sender.sent {
            again.stored(send(group, *id, text)).await;
        }
        let log = again.log(group).await;
        let texts: Vec<String> = log.iter().filter(|entry| is_theirs(entry)).filter_map(text).collect();
        assert_eq!(texts, sender.sent.into_iter().map(|(_, text)| text).collect::<Vec<_>>(), "each message once and in order");
    }
}

/// Client id and number of a message entry.
fn id(entry: &Entry) -> Option<(ClientId, Seq)> {
    match &entry.kind {
        EntryKind::Message(message) => Some((message.client_id, entry.seq)),
        _ => None,
    }
}

#[tokio::test]
async fn an_address_in_use_is_refused() {
    let server = TestServer::start().await;
    let dir = tempfile::tempdir().unwrap();
    let mut taken = config(dir.path());
    taken.listen = server.address();
    assert!(matches!(Server::start(taken).await, Err(StartError::AddressInUse { address }) if address == server.address()));
}

#[tokio::test]
async fn a_data_directory_in_use_is_refused() {
    let server = TestServer::start().await;
    assert!(matches!(start_in(server.dir.path()).await, Err(StartError::DataInUse { .. })));
}

#[tokio::test]
async fn the_data_is_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let outer = tempfile::tempdir().unwrap();
    let dir = outer.path().join("papo/data");
    let server = start_in(&dir).await.unwrap();
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&dir), 0o700);
    for file in std::fs::read_dir(&dir).unwrap() {
        let path = file.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
    server.stop().await;
}

#[tokio::test]
async fn damaged_and_foreign_files_are_refused_and_unchanged() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("chat.db");
    std::fs::write(&file, "these are my notes, not a database, and they are longer than a header\n".repeat(9)).unwrap();
    let before = std::fs::read(&file).unwrap();
    assert!(matches!(start_in(dir.path()).await, Err(StartError::DataForeign { .. })));
    assert_eq!(std::fs::read(&file).unwrap(), before);

    std::fs::remove_file(&file).unwrap();
    start_in(dir.path()).await.unwrap().stop().await;
    let mut bytes = std::fs::read(&file).unwrap();
    let half = bytes.len() / 2;
    bytes[half..].fill(0x55);
    std::fs::write(&file, &bytes).unwrap();
    assert!(matches!(start_in(dir.path()).await, Err(StartError::DataCorrupt { .. })));
    assert_eq!(std::fs::read(&file).unwrap(), bytes);
}

#[tokio::test]
async fn data_of_a_newer_version_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    start_in(dir.path()).await.unwrap().stop().await;
    let file = rusqlite::Connection::open(dir.path().join("chat.db")).unwrap();
    file.pragma_update(None, "user_version", 999).unwrap();
    drop(file);
    assert!(matches!(start_in(dir.path()).await, Err(StartError::DataNewer { found: 999, .. })));
}

#[tokio::test]
async fn an_unwritable_data_directory_is_refused() {
    // Permissions would not stop a test that runs as root; a file in place of a directory, and vice versa, does.
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    assert!(matches!(start_in(&file).await, Err(StartError::DataUnusable { .. })));
    std::fs::create_dir(dir.path().join("chat.db")).unwrap();
    assert!(matches!(start_in(dir.path()).await, Err(StartError::DataUnusable { .. })));
}
