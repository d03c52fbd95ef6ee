//! The SQLite file of the local data, which several running clients may share.
//!
//! Each client writes its own draft of a conversation. At the start, the newest draft is restored. It is replaced when the user
//! changes it here, unless the client that wrote it has changed it since. Therefore no client overwrites or deletes text that it
//! has not displayed. The screen position is that of the last client that moved.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use papo_shared::model::{ClientId, ConversationId, MessageText, Seq, ServerId, Timestamp, Username};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior, params};

use super::queue::{Account, PendingChanges};
use crate::local_data::{Draft, Edit, LocalChange, LocalData, ScreenPosition, UnsentMessage};
use crate::private_folder;

/// Identifies the file format in the SQLite header: "papc" in ASCII.
const APPLICATION_ID: i32 = 0x7061_7063;

/// The schema migrations. A released migration is never edited; changes are appended as new ones.
pub(super) const MIGRATIONS: [&str; 3] = [
    "
CREATE TABLE owner (
    id INTEGER PRIMARY KEY,
    -- The id of the server.
    server TEXT NOT NULL,
    username TEXT NOT NULL,
    -- Where they were; null until it is known.
    in_chat INTEGER,
    among_groups INTEGER,
    direct INTEGER,
    \"group\" INTEGER,
    UNIQUE (server, username)
) STRICT;

-- The order of the rowids is the order in which the messages were written.
CREATE TABLE unsent (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    owner INTEGER NOT NULL REFERENCES owner (id),
    client_id BLOB NOT NULL UNIQUE,
    conversation INTEGER NOT NULL,
    text TEXT NOT NULL,
    at INTEGER NOT NULL,
    -- Why it failed, as the protocol writes it; null where it did not.
    refused TEXT
) STRICT;
CREATE INDEX unsent_owner ON unsent (owner);

CREATE TABLE draft (
    owner INTEGER NOT NULL REFERENCES owner (id),
    conversation INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (owner, conversation)
) STRICT, WITHOUT ROWID;
",
    "
-- The message that it answers.
ALTER TABLE unsent ADD COLUMN reply_to INTEGER;
ALTER TABLE draft ADD COLUMN reply_to INTEGER;
-- The message that is being given another text, and that text as far as it is written.
ALTER TABLE draft ADD COLUMN edited INTEGER;
ALTER TABLE draft ADD COLUMN edit TEXT;
",
    "
-- A draft of each running client, so that none overwrites another's. The highest id is the newest, and none is used twice.
CREATE TABLE draft_of_client (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    owner INTEGER NOT NULL REFERENCES owner (id),
    conversation INTEGER NOT NULL,
    -- A number that each client draws when it starts.
    client INTEGER NOT NULL,
    text TEXT NOT NULL,
    reply_to INTEGER,
    edited INTEGER,
    edit TEXT,
    UNIQUE (owner, conversation, client)
) STRICT;
INSERT INTO draft_of_client (owner, conversation, client, text, reply_to, edited, edit)
    SELECT owner, conversation, 0, text, reply_to, edited, edit FROM draft;
DROP TABLE draft;
ALTER TABLE draft_of_client RENAME TO draft;
",
];

/// How long a write waits for another client that has locked the file. After that it fails, and is repeated later.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The file, opened on first use.
pub(super) struct DataFile {
    path: PathBuf,
    /// A random number that identifies the drafts of this running client.
    client: i64,
    open: Option<OpenFile>,
}

/// The file while it is open for an account.
struct OpenFile {
    account: Account,
    connection: Connection,
    owner: i64,
    /// The row ids of the restored drafts that this client has not replaced yet.
    restored: BTreeMap<ConversationId, i64>,
}

impl DataFile {
    pub(super) fn at(path: PathBuf) -> Self {
        Self { path, client: rand::random(), open: None }
    }

    /// Reads the data of an account.
    pub(super) fn load(&mut self, account: &Account) -> Result<LocalData, StoreError> {
        self.open = None;
        let file = self.open_for(account)?;
        let found = find(&file.connection, file.owner)?;
        file.restored = found.drafts.iter().map(|(conversation, (id, _))| (*conversation, *id)).collect();
        let drafts = found.drafts.into_iter().map(|(conversation, (_, draft))| (conversation, draft)).collect();
        Ok(LocalData { unsent: found.unsent, drafts, place: found.place })
    }

    /// Writes all of these changes, or none.
    pub(super) fn save(&mut self, account: &Account, changes: &PendingChanges) -> Result<(), StoreError> {
        let client = self.client;
        let file = self.open_for(account)?;
        let mut replaced = Vec::new();
        let transaction = file.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for change in changes.iter() {
            if *change == LocalChange::AllRemoved {
                remove_all(&transaction, file.owner)?;
                // For changes that follow. An account of the same name is another one.
                file.owner = owner(&transaction, account.server, &account.username)?;
            } else if let LocalChange::DraftSet(conversation, draft) = change {
                let restored = file.restored.get(conversation).copied();
                save_draft(&transaction, DraftKey { owner: file.owner, conversation: *conversation, client }, restored, draft)?;
                replaced.push(*conversation);
            } else {
                apply(&transaction, file.owner, change)?;
            }
        }
        transaction.commit()?;
        for conversation in replaced {
            file.restored.remove(&conversation);
        }
        Ok(())
    }

    fn open_for(&mut self, account: &Account) -> Result<&mut OpenFile, StoreError> {
        let file = match self.open.take().filter(|open| open.account == *account) {
            Some(open) => open,
            None => {
                let connection = open(&self.path)?;
                let owner = owner(&connection, account.server, &account.username)?;
                OpenFile { account: account.clone(), connection, owner, restored: BTreeMap::new() }
            }
        };
        Ok(self.open.insert(file))
    }
}

/// Why local data could not be read or written.
#[derive(Debug, thiserror::Error)]
pub(super) enum StoreError {
    #[error("the file belongs to a newer papo or to another program")]
    UnknownFormat,
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("{0}")]
    Sqlite(#[from] rusqlite::Error),
    #[error("{0}")]
    RefusalFormat(#[from] serde_json::Error),
}

fn open(path: &Path) -> Result<Connection, StoreError> {
    use std::os::unix::fs::OpenOptionsExt;
    if let Some(folder) = path.parent() {
        private_folder::create(folder)?;
    }
    // SQLite would create a file readable by everybody. Its WAL files inherit the permissions.
    fs::OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
    private_folder::restrict_file(path)?;
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    migrate(&mut connection)?;
    Ok(connection)
}

fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    // Of two clients that start at the same time, the second one finds the migrations applied.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let application: i32 = transaction.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let version: usize = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let is_new = application == 0 && version == 0;
    if (application != APPLICATION_ID && !is_new) || version > MIGRATIONS.len() {
        return Err(StoreError::UnknownFormat);
    }
    for step in &MIGRATIONS[version..] {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", MIGRATIONS.len())?;
    transaction.commit()?;
    Ok(())
}

fn owner(connection: &Connection, server: ServerId, username: &Username) -> rusqlite::Result<i64> {
    let key = params![server.to_string(), username.as_str()];
    connection.execute("INSERT INTO owner (server, username) VALUES (?1, ?2) ON CONFLICT DO NOTHING", key)?;
    connection.query_row("SELECT id FROM owner WHERE server = ?1 AND username = ?2", key, |row| row.get(0))
}

/// The data of an account, with the row ids of the drafts.
struct DataWithDraftIds {
    unsent: Vec<UnsentMessage>,
    drafts: BTreeMap<ConversationId, (i64, Draft)>,
    place: Option<ScreenPosition>,
}

fn find(connection: &Connection, owner: i64) -> Result<DataWithDraftIds, StoreError> {
    let mut unsent = Vec::new();
    let mut statement = connection
        .prepare("SELECT client_id, conversation, text, at, refused, reply_to FROM unsent WHERE owner = ?1 ORDER BY id")?;
    let mut rows = statement.query([owner])?;
    while let Some(row) = rows.next()? {
        unsent.push(unsent_message(row)?);
    }
    // Of several drafts of a conversation, the newest one remains in the map.
    let mut statement =
        connection.prepare("SELECT conversation, text, reply_to, edited, edit, id FROM draft WHERE owner = ?1 ORDER BY id")?;
    let drafts = statement.query_map([owner], |row| Ok((ConversationId(row.get(0)?), (row.get(5)?, draft(row)?))))?;
    let drafts = drafts.collect::<rusqlite::Result<_>>()?;
    let place = connection
        .query_row(
            "SELECT in_chat, among_groups, direct, \"group\" FROM owner WHERE id = ?1 AND in_chat IS NOT NULL",
            [owner],
            |row| {
                let [direct, group] = [row.get::<_, Option<u32>>(2)?, row.get(3)?].map(|id| id.map(ConversationId));
                Ok(ScreenPosition { in_chat: row.get(0)?, among_groups: row.get(1)?, direct, group })
            },
        )
        .optional()?;
    Ok(DataWithDraftIds { unsent, drafts, place })
}

fn draft(row: &Row<'_>) -> rusqlite::Result<Draft> {
    let (edited, edit) = (seq(row, 3)?, row.get::<_, Option<String>>(4)?);
    let edit = edited.zip(edit).map(|(seq, text)| Edit { seq, text });
    Ok(Draft { text: row.get(1)?, reply_to: seq(row, 2)?, edit })
}

/// Reads an entry number, which SQLite stores as a signed integer with the same bits.
fn seq(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Seq>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(|seq| Seq(seq.cast_unsigned())))
}

fn unsent_message(row: &Row<'_>) -> Result<UnsentMessage, StoreError> {
    let text = MessageText::parse(&row.get::<_, String>(2)?)
        .map_err(|problem| rusqlite::Error::FromSqlConversionFailure(2, Type::Text, Box::new(problem)))?;
    let refused = row.get::<_, Option<String>>(4)?.map(|refusal| serde_json::from_str(&refusal)).transpose()?;
    Ok(UnsentMessage {
        client_id: ClientId::from_bytes(row.get(0)?),
        conversation: ConversationId(row.get(1)?),
        text,
        reply_to: seq(row, 5)?,
        at: Timestamp(row.get(3)?),
        refused,
    })
}

fn apply(connection: &Connection, owner: i64, change: &LocalChange) -> Result<(), StoreError> {
    match change {
        LocalChange::MessageQueued(UnsentMessage { client_id, conversation, text, reply_to, at, refused }) => {
            let refused = refused.as_ref().map(serde_json::to_string).transpose()?;
            connection
                .prepare_cached(
                    "INSERT INTO unsent (owner, client_id, conversation, text, at, refused, reply_to)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 ON CONFLICT (client_id) DO UPDATE SET refused = excluded.refused",
                )?
                .execute(params![
                    owner,
                    client_id.as_bytes(),
                    conversation.0,
                    text.as_str(),
                    at.0,
                    refused,
                    reply_to.map(seq_to_sql)
                ])?;
        }
        LocalChange::MessageRemoved(client_id) => {
            connection.prepare_cached("DELETE FROM unsent WHERE client_id = ?1")?.execute([client_id.as_bytes()])?;
        }
        // If another client has removed the message, it was delivered, and nothing is to be done.
        LocalChange::RefusalSet(client_id, refusal) => {
            let refused = refusal.as_ref().map(serde_json::to_string).transpose()?;
            let key = params![client_id.as_bytes(), refused];
            connection.prepare_cached("UPDATE unsent SET refused = ?2 WHERE client_id = ?1")?.execute(key)?;
        }
        // See `save_draft`.
        LocalChange::DraftSet(..) => {}
        // See `remove_all`.
        LocalChange::AllRemoved => {}
        LocalChange::PositionSet(ScreenPosition { in_chat, among_groups, direct, group }) => {
            let [direct, group] = [direct, group].map(|id| id.map(|id| id.0));
            connection
                .prepare_cached("UPDATE owner SET in_chat = ?2, among_groups = ?3, direct = ?4, \"group\" = ?5 WHERE id = ?1")?
                .execute(params![owner, in_chat, among_groups, direct, group])?;
        }
    }
    Ok(())
}

/// Removes everything stored for this owner.
fn remove_all(transaction: &Transaction<'_>, owner: i64) -> Result<(), StoreError> {
    for sql in ["DELETE FROM unsent WHERE owner = ?1", "DELETE FROM draft WHERE owner = ?1", "DELETE FROM owner WHERE id = ?1"] {
        transaction.prepare_cached(sql)?.execute([owner])?;
    }
    Ok(())
}

/// The key of a draft.
#[derive(Clone, Copy)]
struct DraftKey {
    owner: i64,
    conversation: ConversationId,
    client: i64,
}

/// Writes this client's draft of a conversation, and deletes the restored draft that it replaces. If another client changed that
/// draft in the meantime, it has a different row id and stays.
fn save_draft(transaction: &Transaction<'_>, key: DraftKey, restored: Option<i64>, draft: &Draft) -> Result<(), StoreError> {
    let DraftKey { owner, conversation, client } = key;
    if let Some(id) = restored {
        transaction.prepare_cached("DELETE FROM draft WHERE id = ?1")?.execute([id])?;
    }
    transaction.prepare_cached("DELETE FROM draft WHERE owner = ?1 AND conversation = ?2 AND client = ?3")?.execute(params![
        owner,
        conversation.0,
        client
    ])?;
    if draft.is_empty() {
        return Ok(());
    }
    let Draft { text, reply_to, edit } = draft;
    let (edited, edit) = edit.as_ref().map(|edit| (seq_to_sql(edit.seq), edit.text.as_str())).unzip();
    transaction
        .prepare_cached(
            "INSERT INTO draft (owner, conversation, client, text, reply_to, edited, edit)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![owner, conversation.0, client, text, reply_to.map(seq_to_sql), edited, edit])?;
    Ok(())
}

/// The inverse of [`seq`].
fn seq_to_sql(seq: Seq) -> i64 {
    seq.0.cast_signed()
}
