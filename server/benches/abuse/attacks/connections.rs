//! Connections are opened and closed as fast as possible, half of them without a single line.

use std::net::Ipv4Addr;

use tokio::task::JoinSet;

use crate::attacker::Attacker;
use crate::target::Target;

const TASKS: u8 = 32;

pub(crate) async fn attack(mut target: Target) -> String {
    target.begin().await;
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        tasks.spawn(connect_forever(Ipv4Addr::new(127, 0, 3, task + 1), target.clone()));
    }
    let connections: usize = tasks.join_all().await.into_iter().sum();
    format!("{connections} connections")
}

async fn connect_forever(from: Ipv4Addr, target: Target) -> usize {
    let mut connections = 0;
    while !target.is_over() {
        if connections % 2 == 0 {
            drop(tokio::net::TcpStream::connect(target.address).await);
        } else {
            drop(Attacker::connect_from(from, target.address).await);
        }
        connections += 1;
        // Ephemeral ports of the machine are limited.
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    connections
}
