//! The contents of a data directory, as the real store reads them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use papo_server::domain::{Conversation, EntryRange, TokenHash};
use papo_server::store::Store;
use papo_server::store::sqlite::SqliteStore;
use papo_shared::model::{ConversationId, Entry, Seq};

/// More than any load creates.
const ALL: usize = 100_000;

#[derive(Clone, Debug, Default)]
pub(crate) struct StoredState {
    /// Damage of the database file, if any.
    pub(crate) damage: Option<String>,
    pub(crate) people: BTreeSet<String>,
    /// Each conversation as each of its members sees it.
    pub(crate) views: BTreeMap<(ConversationId, String), View>,
    /// Each log, as seen by the member who sees most of it.
    pub(crate) logs: BTreeMap<ConversationId, Vec<Entry>>,
    /// The usernames that the given tokens sign in to.
    pub(crate) tokens: BTreeMap<String, String>,
}

/// A conversation as one member sees it.
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub(crate) first_seq: Seq,
    pub(crate) last_seq: Seq,
    pub(crate) read_seq: Seq,
}

/// Reads everything, and resolves these tokens.
pub(crate) async fn read(folder: &Path, tokens: &BTreeSet<&str>) -> StoredState {
    let store = match SqliteStore::open(folder) {
        Ok(store) => store,
        Err(error) => return StoredState { damage: Some(error.to_string()), ..StoredState::default() },
    };
    let mut stored_state = StoredState::default();
    for account in store.users(None, None, ALL).await.unwrap() {
        let name = account.username.to_string();
        for Conversation { id, first_seq, last_seq, read_seq, .. } in
            store.conversations(account.id, None, ALL).await.unwrap().rows
        {
            stored_state.views.insert((id, name.clone()), View { first_seq, last_seq, read_seq });
            // Prefer the member whose view starts earliest, and so has most of the log.
            if stored_state.logs.get(&id).and_then(|log| log.first()).is_none_or(|first| first.seq > first_seq) {
                let log = store.entries(account.id, id, EntryRange::After(Seq(0)), ALL, usize::MAX).await.unwrap();
                stored_state.logs.insert(id, log.unwrap());
            }
        }
        stored_state.people.insert(name);
    }
    for token in tokens {
        if let Some((_, account)) = store.device(&TokenHash::of(token)).await.unwrap() {
            stored_state.tokens.insert((*token).to_owned(), account.username.to_string());
        }
    }
    store.close().await;
    stored_state.damage = damage(&folder.join("chat.db"));
    stored_state
}

fn damage(file: &Path) -> Option<String> {
    let connection = rusqlite::Connection::open(file).unwrap();
    let integrity: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    let orphans = connection.prepare("PRAGMA foreign_key_check").unwrap().exists([]).unwrap();
    if integrity != "ok" { Some(integrity) } else { orphans.then(|| "a row names another that is not there".to_owned()) }
}
