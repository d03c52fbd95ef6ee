//! Properties of a session fed with arbitrary bytes. The fuzzer (`fuzz/fuzz_targets/session.rs`) searches for
//! violations; the inputs worth keeping are replayed here.

use std::net::SocketAddr;
use std::time::Duration;

use papo_shared::protocol::{Event, ServerFrame};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Far longer than any input takes.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Prepares the server: an account with a group.
pub(crate) const BEGINNING: &[u8] = br#"0{"id":1,"type":"hello","protocol":1,"client":"fuzz"}
{"id":2,"type":"register","username":"ana","password":"um cavalo come bananas"}
{"id":3,"type":"create_group","name":"Redes"}
"#;

/// The prefix that an odd first byte stands for.
const SIGNED_IN: &[u8] = br#"{"id":1,"type":"hello","protocol":1,"client":"fuzz"}
{"id":2,"type":"sign_in","username":"ana","password":"um cavalo come bananas"}
"#;

/// Sends the input on a new connection, closes the sending half, and reads to the end. If the first byte is odd, the
/// session signs in first; the remaining bytes are sent unchanged. Panics if the response is not a sequence of
/// protocol lines that ends with any goodbye, or does not end.
pub(crate) async fn feed(server: SocketAddr, input: &[u8]) {
    let Some((choice, bytes)) = input.split_first() else { return };
    let mut sent = if choice % 2 == 1 { SIGNED_IN.to_vec() } else { Vec::new() };
    sent.extend_from_slice(bytes);
    let (mut read, mut write) = TcpStream::connect(server).await.unwrap().into_split();
    let mut came = Vec::new();
    let sending = async {
        // The server may have closed the connection because of malformed lines.
        let _ = write.write_all(&sent).await;
        let _ = write.shutdown().await;
    };
    // A reset connection has ended as well.
    let reading = async { read.read_to_end(&mut came).await.ok() };
    timeout(TIMEOUT, async { tokio::join!(sending, reading) }).await.expect("the session must end with its connection");
    let mut lines = came.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    while let Some(line) = lines.next() {
        // A TLS handshake gets a TLS response.
        if sent.first() == Some(&0x16) {
            return;
        }
        let frame = ServerFrame::decode(line).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(line)));
        if matches!(frame, ServerFrame::Event(Event::Goodbye(_))) {
            assert_eq!(lines.next(), None, "a goodbye must be the last line");
        }
    }
}

/// Excluded when the fuzz target includes this file.
#[cfg(test)]
mod tests {
    use papo_shared::protocol::{Reply, Request};

    use crate::client::TestServer;

    #[tokio::test]
    async fn the_fuzzing_corpus_violates_no_property() {
        let server = TestServer::start().await;
        super::feed(server.address(), super::BEGINNING).await;
        let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus/session");
        let mut inputs = 0;
        for input in std::fs::read_dir(corpus).unwrap() {
            super::feed(server.address(), &std::fs::read(input.unwrap().path()).unwrap()).await;
            inputs += 1;
        }
        assert!(inputs > 20, "the corpus was not found");
        assert_eq!(server.register("rui").await.ask(Request::Ping).await, Reply::Pong);
    }
}
