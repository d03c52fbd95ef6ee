//! One connection that is not signed in sends nothing but newlines, as fast as the server reads them.

use std::net::Ipv4Addr;
use std::time::Instant;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::target::Target;

static CHUNK: [u8; 64 * 1024] = [b'\n'; 64 * 1024];

pub(crate) async fn attack(mut target: Target) -> String {
    target.begin().await;
    let begun = Instant::now();
    let address = (Ipv4Addr::LOCALHOST, target.address.port());
    let (mut bytes, mut connections) = (0, 0);
    while !target.is_over() {
        let mut stream = TcpStream::connect(address).await.unwrap();
        connections += 1;
        while !target.is_over() {
            let written = tokio::select! {
                written = stream.write(&CHUNK) => written,
                () = target.end() => break,
            };
            match written {
                Ok(written) => bytes += written,
                // The server ended it; the next connection begins.
                Err(_) => break,
            }
        }
    }
    #[allow(clippy::cast_precision_loss, reason = "a figure")]
    let rate = bytes as f64 / begun.elapsed().as_secs_f64() / 1_000_000.0;
    format!("sent {rate:.2} MB/s in {connections} connections")
}
