//! Properties of a session fed with arbitrary bytes. The fuzzer (`fuzz/fuzz_targets/session.rs`) searches for
//! violations; the inputs worth keeping are replayed here.

use std::path::Path;
use std::sync::Arc;

use papo_server::domain::{AccountId, AccountRef, TokenHash};
use papo_server::store::memory::MemoryStore;
use papo_server::store::{NewDevice, Outcome, Store, Write};
use papo_server::{Config, InMemoryServer};
use papo_shared::model::{
    ClientId, ConversationId, DeviceName, DisplayName, GroupName, MessageText, Timestamp, Username, Visibility,
};
use papo_shared::protocol::{Event, ServerFrame};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Registers the first account.
const REGISTERED: &[u8] = br#"{"id":1,"type":"hello","protocol":1,"client":"fuzz"}
{"id":2,"type":"register","username":"ana","password":"um cavalo come bananas"}
"#;

/// Signs in to the account `ana` with [`token`].
const SIGNED_IN: &[u8] = br#"{"id":1,"type":"hello","protocol":1,"client":"fuzz"}
{"id":2,"type":"sign_in_with_token","token":"token of ana"}
"#;

/// Signs in another member of all conversations, who receives all events.
const OBSERVING: &[u8] = br#"{"id":1,"type":"hello","protocol":1,"client":"fuzz"}
{"id":2,"type":"sign_in_with_token","token":"token of rui"}
{"id":3,"type":"watch_directory","watch":true}
"#;

/// Starts a server for each input, so that the result of an input depends on nothing else.
pub(crate) struct Harness {
    template: InMemoryServer,
    /// Of the password in [`REGISTERED`].
    password_hash: String,
}

impl Harness {
    /// `data_dir` is used only for starting.
    pub(crate) async fn start(data_dir: &Path) -> Self {
        let config = Config { password_cost: 4, ..Config::default() };
        let store = Arc::new(MemoryStore::default());
        let template = InMemoryServer::start(config, data_dir, store.clone()).await.unwrap();
        exchange(template.connect(), REGISTERED).await;
        let ana = store.credentials(&username("ana")).await.unwrap().expect("ana should be registered");
        Self { template, password_hash: ana.password_hash }
    }

    /// Sends the input on a connection to a new server, and checks the response. If the first byte is odd, the session signs in
    /// first; the remaining bytes are sent unchanged.
    pub(crate) async fn feed(&self, input: &[u8]) {
        let Some((choice, bytes)) = input.split_first() else { return };
        let server = self.template.start_another(self.store().await).await.unwrap();
        let observer = server.connect();
        let mut sent = if choice % 2 == 1 { SIGNED_IN.to_vec() } else { Vec::new() };
        sent.extend_from_slice(bytes);
        let (mut read, mut write) = tokio::io::split(observer);
        write.write_all(OBSERVING).await.unwrap();
        let mut observed = Vec::new();
        let (received, _) = tokio::join!(
            async {
                let received = exchange(server.connect(), &sent).await;
                write.shutdown().await.unwrap();
                received
            },
            read.read_to_end(&mut observed),
        );
        check_response(&received);
        check_response(&observed);
    }

    /// A store with two accounts, `ana` and `rui`, their group 1, and their direct conversation 2, with a message in each.
    async fn store(&self) -> Arc<MemoryStore> {
        let store = Arc::new(MemoryStore::default());
        let at = Timestamp(1_795_437_192_870);
        let [ana, rui] = [(1, "ana"), (2, "rui")].map(|(id, name)| AccountRef { id: AccountId(id), username: username(name) });
        let account = |of: &AccountRef| Write::CreateAccount {
            username: of.username.clone(),
            display_name: DisplayName::parse(of.username.as_str()).unwrap(),
            password_hash: self.password_hash.clone(),
            device: Some(NewDevice { token: token(of), name: DeviceName::from("fuzz".to_owned()) }),
            invite: None,
            at,
        };
        let message = |conversation, client_id| Write::AppendMessage {
            conversation: ConversationId(conversation),
            author: rui.clone(),
            client_id: ClientId::from_bytes([client_id; 16]),
            text: MessageText::parse("oi @ana").unwrap(),
            reply_to: None,
            at,
        };
        let writes = vec![
            account(&ana),
            account(&rui),
            Write::CreateGroup {
                creator: ana.clone(),
                name: GroupName::parse("Redes").unwrap(),
                visibility: Visibility::Listed,
                at,
            },
            Write::AddMember { conversation: ConversationId(1), by: ana.clone(), member: rui.clone(), at },
            Write::AcceptInvitation { conversation: ConversationId(1), member: rui.id, at },
            Write::OpenDirect { one: ana.id, other: rui.id, at },
            message(1, 1),
            message(2, 2),
        ];
        let outcomes = store.commit(writes).await.unwrap();
        let is_failure = |outcome: &&Outcome| matches!(outcome, Outcome::Refused(_) | Outcome::Failed(_));
        assert!(outcomes.iter().find(is_failure).is_none(), "{outcomes:?}");
        store
    }
}

fn username(name: &str) -> Username {
    Username::parse(name).unwrap()
}

fn token(of: &AccountRef) -> TokenHash {
    TokenHash::of(&format!("token of {}", of.username))
}

/// Sends the bytes, closes the sending half, and reads to the end.
async fn exchange(stream: impl AsyncRead + AsyncWrite, sent: &[u8]) -> Vec<u8> {
    let (mut read, mut write) = tokio::io::split(stream);
    let mut received = Vec::new();
    let sending = async {
        // The server may have closed the connection because of malformed lines.
        let _ = write.write_all(sent).await;
        let _ = write.shutdown().await;
    };
    let (_, result) = tokio::join!(sending, read.read_to_end(&mut received));
    // A reset connection has ended as well.
    let _ = result;
    received
}

/// Panics if the response is not a sequence of protocol lines that ends with any goodbye.
fn check_response(received: &[u8]) {
    assert!(received.is_empty() || received.ends_with(b"\n"), "the last line must be complete");
    let mut lines = received.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    while let Some(line) = lines.next() {
        let frame = ServerFrame::decode(line).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(line)));
        if matches!(frame, ServerFrame::Event(Event::Goodbye(_))) {
            assert_eq!(lines.next(), None, "a goodbye must be the last line");
        }
    }
}

/// Excluded when the fuzz target includes this file.
#[cfg(test)]
mod tests {
    use std::time::Duration;

    use papo_shared::protocol::{Reply, Request};
    use tokio::net::TcpStream;
    use tokio::time::timeout;

    use super::{Harness, REGISTERED, check_response, exchange};
    use crate::client::TestServer;

    /// Far longer than any input takes.
    const TIMEOUT: Duration = Duration::from_secs(20);

    fn corpus() -> Vec<Vec<u8>> {
        let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus/session");
        let inputs = std::fs::read_dir(corpus).unwrap().map(|input| std::fs::read(input.unwrap().path()).unwrap());
        let inputs: Vec<Vec<u8>> = inputs.collect();
        assert!(inputs.len() > 20, "the corpus was not found");
        inputs
    }

    #[tokio::test(start_paused = true)]
    async fn the_fuzzing_corpus_violates_no_property() {
        let data = tempfile::TempDir::new().unwrap();
        let harness = Harness::start(data.path()).await;
        for input in corpus() {
            harness.feed(&input).await;
        }
    }

    #[tokio::test]
    async fn the_fuzzing_corpus_violates_no_property_over_a_socket() {
        let server = TestServer::start().await;
        let connect = async || TcpStream::connect(server.address()).await.unwrap();
        exchange(connect().await, REGISTERED).await;
        let mut ana = server.client().await;
        let reply = ana.ask(crate::client::sign_in("ana", crate::client::PASSWORD)).await;
        let token = ana.signed_in(reply).token;
        ana.group("Redes", &mut []).await;
        for input in corpus() {
            let Some((choice, bytes)) = input.split_first() else { continue };
            let signed_in = String::from_utf8(super::SIGNED_IN.to_vec()).unwrap().replace("token of ana", &token);
            let sent = if choice % 2 == 1 { [signed_in.as_bytes(), bytes].concat() } else { bytes.to_vec() };
            let exchanged = timeout(TIMEOUT, exchange(connect().await, &sent)).await;
            let received = exchanged.expect("the session must end with its connection");
            // A TLS handshake gets a TLS response.
            if sent.first() != Some(&0x16) {
                check_response(&received);
            }
        }
        assert_eq!(server.register("rui").await.ask(Request::Ping).await, Reply::Pong);
    }
}
