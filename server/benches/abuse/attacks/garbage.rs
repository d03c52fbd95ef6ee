//! 32 signed-in accounts send lines that are not requests, longer than allowed, or of an unknown type.

use std::time::Instant;

use tokio::task::JoinSet;

use crate::attacker::Attacker;
use crate::target::Target;

const ACCOUNTS: usize = 32;

pub(crate) async fn attack(mut target: Target) -> String {
    let mut accounts = Vec::new();
    for number in 0..ACCOUNTS {
        let mut attacker = Attacker::connect(target.address).await;
        attacker.register(&format!("garbage{number}")).await;
        accounts.push(attacker);
    }
    target.begin().await;
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    for (number, attacker) in accounts.into_iter().enumerate() {
        let line = match number % 3 {
            0 => "{\"id\":1,\"type\":\"no_such_type\"}\n".repeat(1000),
            1 => "\r\n".repeat(10_000),
            _ => "{\"id\":1,\"type\":\"ping\"}\n".repeat(1000),
        };
        tasks.spawn(send_forever(attacker, line, target.clone()));
    }
    let bytes: usize = tasks.join_all().await.into_iter().sum();
    #[allow(clippy::cast_precision_loss, reason = "a figure")]
    let rate = bytes as f64 / begun.elapsed().as_secs_f64() / 1_000_000.0;
    format!("sent {rate:.2} MB/s")
}

/// Sends the lines until the end, and discards the replies. Returns the number of bytes.
async fn send_forever(attacker: Attacker, lines: String, mut target: Target) -> usize {
    let Attacker { mut reader, mut writer } = attacker;
    let reading = tokio::spawn(async move { tokio::io::copy(&mut reader, &mut tokio::io::sink()).await });
    let mut bytes = 0;
    while !target.is_over() {
        let written = tokio::select! {
            written = tokio::io::AsyncWriteExt::write(&mut writer, lines.as_bytes()) => written,
            () = target.end() => break,
        };
        match written {
            Ok(written) => bytes += written,
            Err(_) => break,
        }
    }
    reading.abort();
    bytes
}
