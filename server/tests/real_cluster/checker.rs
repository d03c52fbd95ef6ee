//! Compares what all users sent and received with what is stored. Pure, so that each kind of fault can be shown to it.

use std::collections::{BTreeMap, HashSet};

use papo_server::domain::{Conversation, EntryRange};
use papo_server::store::Store;
use papo_server::store::postgres::{PostgresAddress, PostgresStore, verify};
use papo_shared::model::{ConversationId, Seq};

use super::record::Record;
use super::transcript::Line;

/// The lines of each conversation by number, as seen by the member who sees most of it.
pub(crate) type StoredLogs = BTreeMap<ConversationId, BTreeMap<u64, Line>>;

/// More than any trial creates.
const ALL: usize = 1_000_000;

/// Reads all conversations from the database, and panics if it does not keep what the store promises.
pub(crate) async fn read(address: &str) -> StoredLogs {
    let address = PostgresAddress::parse(address, None, None).unwrap();
    let findings = verify(&address).await.unwrap();
    assert!(findings.is_empty(), "{findings:#?}");
    let store = PostgresStore::open(&address).await.unwrap();
    let mut logs = StoredLogs::new();
    for account in store.users(None, None, ALL).await.unwrap() {
        for Conversation { id, first_seq, .. } in store.conversations(account.id, None, ALL).await.unwrap().rows {
            let is_longer = logs.get(&id).and_then(|log| log.first_key_value()).is_none_or(|(first, _)| *first > first_seq.0);
            if is_longer {
                let log = store.entries(account.id, id, EntryRange::After(Seq(0)), ALL, usize::MAX).await.unwrap().unwrap();
                logs.insert(id, log.iter().map(|entry| (entry.seq.0, Line::of(entry))).collect());
            }
        }
    }
    store.close().await;
    logs
}

/// All faults; everyone must have caught up.
pub(crate) fn check(records: &[Record], stored: &StoredLogs) -> Vec<String> {
    let mut faults = Vec::new();
    for (id, log) in stored {
        if !log.keys().copied().eq(1..=log.len() as u64) {
            faults.push(format!("gap: {id:?} is numbered {:?}", log.keys()));
        }
    }
    let mut client_ids = HashSet::new();
    for (id, log) in stored {
        for (seq, line) in log {
            let Some(client_id) = line.client_id else { continue };
            if !client_ids.insert((&line.author, client_id)) {
                faults.push(format!("duplicate: {seq} of {id:?} is {line:?}"));
            }
            let author = records.iter().find(|record| record.name == line.author);
            let sent = author.and_then(|author| author.sent.get(&client_id));
            if sent.is_none_or(|(conversation, text)| conversation != id || *text != line.text) {
                faults.push(format!("invented: {seq} of {id:?} is {line:?}, and was sent as {sent:?}"));
            }
        }
    }
    for record in records {
        check_user(record, stored, &mut faults);
    }
    faults
}

fn check_user(record: &Record, stored: &StoredLogs, faults: &mut Vec<String>) {
    let name = &record.name;
    faults.extend(record.faults.iter().map(|fault| format!("{name}: {fault}")));
    for (client_id, (conversation, seq)) in &record.acknowledged {
        let line = stored.get(conversation).and_then(|log| log.get(&seq.0));
        if line.is_none_or(|line| line.client_id != Some(*client_id) || line.author != *name) {
            faults.push(format!("lost: {name} was told that {client_id:?} is {seq:?} of {conversation:?}, which is {line:?}"));
        }
    }
    if record.acknowledged.len() != record.sent.len() {
        let (sent, acknowledged) = (record.sent.len(), record.acknowledged.len());
        faults.push(format!("unacknowledged: {name} sent {sent} messages and got {acknowledged} acknowledgements"));
    }
    for (id, transcript) in &record.transcripts {
        let log = stored.get(id).into_iter().flatten().filter(|(seq, _)| **seq >= transcript.first());
        if !log.eq(transcript.lines()) {
            faults.push(format!("different: {name} has another transcript of {id:?} than the store"));
        }
    }
}
