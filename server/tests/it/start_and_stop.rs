//! Starting, stopping, and what keeps a server from starting.

use std::path::Path;

use papo_server::{Server, StartError};
use papo_shared::protocol::{Event, GoodbyeReason, ServerFrame};

use crate::client::{Client, TestServer, config, within};

async fn start_in(dir: &Path) -> Result<Server, StartError> {
    Server::start(config(dir)).await
}

#[tokio::test]
async fn a_server_that_stops_says_so_and_when_to_come_back() {
    let mut server = TestServer::start().await;
    let mut ana = server.register("ana").await;
    let mut greeted = server.client().await;
    let mut silent = Client::silent(server.address()).await;
    let address = server.address();
    server.stop().await;
    let come_back_ms = loop {
        if let ServerFrame::Event(Event::Goodbye(goodbye)) = ana.frame().await.expect("a goodbye comes first") {
            assert_eq!(goodbye.reason, GoodbyeReason::Stopping);
            break goodbye.come_back_ms;
        }
    };
    assert!(come_back_ms.is_some_and(|ms| ms < 10_000));
    assert_eq!(greeted.goodbye().await, Some(GoodbyeReason::Stopping));
    // Whether it was accepted before the stop is not known: it ends, in one way or the other.
    silent.goodbye().await;
    assert!(tokio::net::TcpStream::connect(address).await.is_err(), "nobody listens any more");
    within(start_in(server.dir.path())).await.expect("the data is free again").stop().await;
}

#[tokio::test]
async fn the_address_of_another_is_refused() {
    let server = TestServer::start().await;
    let dir = tempfile::tempdir().unwrap();
    let mut taken = config(dir.path());
    taken.listen = server.address();
    assert!(matches!(Server::start(taken).await, Err(StartError::AddressInUse { address }) if address == server.address()));
}

#[tokio::test]
async fn the_data_of_another_is_refused() {
    let server = TestServer::start().await;
    assert!(matches!(start_in(server.dir.path()).await, Err(StartError::DataInUse { .. })));
}

#[tokio::test]
async fn the_data_is_for_its_owner_only() {
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
async fn damaged_and_strange_files_are_refused_and_left_alone() {
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
async fn data_of_a_newer_papo_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    start_in(dir.path()).await.unwrap().stop().await;
    let file = rusqlite::Connection::open(dir.path().join("chat.db")).unwrap();
    file.pragma_update(None, "user_version", 999).unwrap();
    drop(file);
    assert!(matches!(start_in(dir.path()).await, Err(StartError::DataNewer { found: 999, .. })));
}

#[tokio::test]
async fn data_that_cannot_be_written_is_refused() {
    // Rights would not stop a test that runs as root: a file where a directory should be, and the other way round, do.
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    assert!(matches!(start_in(&file).await, Err(StartError::DataUnusable { .. })));
    std::fs::create_dir(dir.path().join("chat.db")).unwrap();
    assert!(matches!(start_in(dir.path()).await, Err(StartError::DataUnusable { .. })));
}
