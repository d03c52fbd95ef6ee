//! The floor: connections that write the rows of messages in two round trips per batch, without deciding anything. They number the
//! entries and lock the logs as a node does.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use papo_shared::model::ClientId;
use tokio_postgres::{Client, NoTls, Statement};

use crate::community::{Community, SENDERS, text};
use crate::load::{Figures, Load};

const LOCK: &str = "SELECT id, last_seq FROM conversation WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE";
const INSERT: &str = "INSERT INTO entry (id, at, author, kind, client_id, body, place, words)
    SELECT id, 0, author, 1, client_id, body, nextval('message_place'), array_to_tsvector(string_to_array(words, ' '))
    FROM unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::text[], $5::text[]) AS new (id, author, client_id, body, words)";
const NUMBER: &str = "UPDATE conversation SET last_seq = seq FROM unnest($1::bigint[], $2::bigint[]) AS newest (log, seq)
    WHERE conversation.id = log";
const CHARGE: &str = "INSERT INTO usage (account, day, bytes, messages) SELECT id, 0, 0, 0 FROM unnest($1::bigint[]) AS id
    ON CONFLICT (account) DO UPDATE SET bytes = usage.bytes + 60, messages = usage.messages + 1";

struct Connection {
    client: Client,
    lock: Statement,
    insert: Statement,
    number: Statement,
    charge: Statement,
}

/// The senders divided among this many connections, each of which writes one message of each of its senders at a time.
pub(crate) async fn written(address: &str, connections: usize, community: &Arc<Community>, window: Duration) -> Figures {
    let (load, batches) = (Arc::new(Load::default()), Arc::new(AtomicUsize::new(0)));
    let mut writers = Vec::new();
    for first in 0..connections {
        let connection = Connection::open(address).await;
        let (community, load, batches) = (community.clone(), load.clone(), batches.clone());
        let senders: Vec<usize> = (first..SENDERS).step_by(connections).collect();
        writers.push(tokio::spawn(async move {
            while !load.is_over() {
                connection.write(&community, &senders).await;
                load.count(senders.len());
                batches.fetch_add(1, Ordering::Relaxed);
            }
        }));
    }
    let figures = load.measure(window, || batches.load(Ordering::Relaxed)).await;
    for writer in writers {
        writer.await.unwrap();
    }
    figures
}

impl Connection {
    async fn open(address: &str) -> Self {
        let (client, connection) = tokio_postgres::connect(address, NoTls).await.unwrap();
        tokio::spawn(connection);
        let [lock, insert, number, charge] = [LOCK, INSERT, NUMBER, CHARGE];
        let (lock, insert) = (client.prepare(lock).await.unwrap(), client.prepare(insert).await.unwrap());
        let (number, charge) = (client.prepare(number).await.unwrap(), client.prepare(charge).await.unwrap());
        Self { client, lock, insert, number, charge }
    }

    async fn write(&self, community: &Community, senders: &[usize]) {
        let messages: Vec<(i64, usize, u32)> = senders
            .iter()
            .map(|sender| {
                let number: u32 = rand::random();
                (i64::from(community.groups[number as usize % community.groups.len()].0), *sender, number)
            })
            .collect();
        let logs: Vec<i64> = messages.iter().map(|(log, ..)| *log).collect();
        // Sent in this order, without waiting in between.
        let (begun, locked) =
            futures_util::join!(self.client.batch_execute("BEGIN"), async { self.client.query(&self.lock, &[&logs]).await });
        begun.unwrap();
        let mut last: BTreeMap<i64, i64> = locked.unwrap().iter().map(|row| (row.get(0), row.get(1))).collect();

        let (mut ids, mut authors, mut client_ids, mut bodies, mut words) = (vec![], vec![], vec![], vec![], vec![]);
        for (log, sender, number) in messages {
            let seq = last.get_mut(&log).unwrap();
            *seq += 1;
            ids.push(log << 32 | *seq);
            let author = &community.senders[sender];
            authors.push(i64::from(author.id.0));
            client_ids.push(ClientId::new().as_bytes().to_vec());
            let body = text(number);
            words.push(format!("c{log} {} {body}", author.username.as_str()));
            bodies.push(body);
        }
        let (logs, seqs): (Vec<i64>, Vec<i64>) = last.into_iter().unzip();
        let (inserted, numbered, charged, committed) = futures_util::join!(
            async { self.client.execute(&self.insert, &[&ids, &authors, &client_ids, &bodies, &words]).await },
            async { self.client.execute(&self.number, &[&logs, &seqs]).await },
            async { self.client.execute(&self.charge, &[&authors]).await },
            self.client.batch_execute("COMMIT"),
        );
        inserted.and(numbered).and(charged).unwrap();
        committed.unwrap();
    }
}
