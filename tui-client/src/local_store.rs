//! The file in which this machine keeps what a crash or a restart must not lose, and the thread that writes it.
//!
//! A SQLite file, since several clients of one person may run at once and none may undo what another keeps.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use std::{fs, io};

use papo_shared::model::{ClientId, ConversationId, MessageText, Seq, ServerId, Timestamp, Username};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};
use tokio::sync::mpsc;

use crate::event::Event;
use crate::kept::{Change, Draft, Edit, Found, Place, UnsentMessage};

/// Says whose file it is, in its header: "papc" in ASCII.
const APPLICATION_ID: i32 = 0x7061_7063;

/// The steps from an empty file to what this version needs. One that was released is never edited; what changes is
/// appended.
const MIGRATIONS: [&str; 2] = [
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
];

/// Most jobs that wait for the disk. What fills it is typed by a person; when it is full all the same, the disk is
/// stuck, and the person is told that nothing is kept.
const JOB_QUEUE: usize = 1024;

/// How long another client on this machine may hold the file before writing is given up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The file in which this machine keeps what must not be lost, behind a thread of its own: a slow disk holds up no key.
pub struct LocalStore {
    jobs: mpsc::Sender<Job>,
    thread: JoinHandle<()>,
}

enum Job {
    Read(ServerId, Username),
    Keep(Vec<Change>),
}

impl LocalStore {
    /// Keeps in this file, made where it is missing. What happens to it is told as [`Event::KeptFound`] and
    /// [`Event::Kept`], in the order of what was asked.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn start(file: PathBuf, events: mpsc::Sender<Event>) -> io::Result<Self> {
        let (jobs, mut waiting) = mpsc::channel(JOB_QUEUE);
        let thread = thread::Builder::new().name("papo-local-store".to_owned()).spawn(move || {
            let mut file = KeptFile { path: file, open: None };
            while let Some(job) = waiting.blocking_recv() {
                // Nobody listens any more: the program ends, and what waits is kept all the same.
                let _ = events.blocking_send(file.perform(job));
            }
        })?;
        Ok(Self { jobs, thread })
    }

    /// Reads what is kept for an account of a server, and keeps for it from now on. Gives what happened instead, where the
    /// disk is stuck.
    #[must_use]
    pub fn read(&self, server: ServerId, username: Username) -> Option<Event> {
        self.give(Job::Read(server, username))
    }

    /// Keeps all of these changes, or none. Gives what happened instead, where the disk is stuck.
    #[must_use]
    pub fn keep(&self, changes: Vec<Change>) -> Option<Event> {
        self.give(Job::Keep(changes))
    }

    /// Finishes what was asked. Whoever receives its events must have stopped, so that it waits for nobody.
    pub fn stop(self) {
        drop(self.jobs);
        if self.thread.join().is_err() {
            tracing::error!("the local store ended badly");
        }
    }

    fn give(&self, job: Job) -> Option<Event> {
        let refused = self.jobs.try_send(job).err()?;
        Some(refused.into_inner().not_done("the disk does not answer".to_owned()))
    }
}

impl Job {
    /// What is told where it could not be done.
    fn not_done(self, why: String) -> Event {
        match self {
            Self::Read(..) => Event::KeptFound(Err(why)),
            Self::Keep(changes) => Event::Kept { messages: messages_in(&changes), trouble: Some(why) },
        }
    }
}

fn messages_in(changes: &[Change]) -> Vec<ClientId> {
    let waiting = changes.iter().filter_map(|change| match change {
        Change::Waits(message) => Some(message.client_id),
        _ => None,
    });
    waiting.collect()
}

struct KeptFile {
    path: PathBuf,
    /// The file, and for whom it keeps. None before anybody signed in, or where it could not be opened.
    open: Option<(Connection, i64)>,
}

impl KeptFile {
    fn perform(&mut self, job: Job) -> Event {
        let done = match &job {
            Job::Read(server, username) => self.read(*server, username).map(|found| Event::KeptFound(Ok(found))),
            Job::Keep(changes) => self.keep(changes).map(|()| Event::Kept { messages: messages_in(changes), trouble: None }),
        };
        done.unwrap_or_else(|error| {
            tracing::error!(%error, file = %self.path.display(), "the local store could not do it");
            job.not_done(error.to_string())
        })
    }

    fn read(&mut self, server: ServerId, username: &Username) -> Result<Found, KeepError> {
        self.open = None;
        let connection = open(&self.path)?;
        let owner = owner(&connection, server, username)?;
        let found = find(&connection, owner)?;
        self.open = Some((connection, owner));
        Ok(found)
    }

    fn keep(&mut self, changes: &[Change]) -> Result<(), KeepError> {
        let (connection, owner) = self.open.as_mut().ok_or(KeepError::NotOpen)?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for change in changes {
            apply(&transaction, *owner, change)?;
        }
        transaction.commit()?;
        Ok(())
    }
}

/// Why something is not kept.
#[derive(Debug, thiserror::Error)]
enum KeepError {
    #[error("the file could not be opened")]
    NotOpen,
    #[error("the file is a newer papo's, or somebody else's")]
    NotOurs,
    #[error("{0}")]
    Files(#[from] io::Error),
    #[error("{0}")]
    Sqlite(#[from] rusqlite::Error),
    #[error("{0}")]
    Refusal(#[from] serde_json::Error),
}

fn open(path: &Path) -> Result<Connection, KeepError> {
    use std::os::unix::fs::OpenOptionsExt;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    // SQLite would make it readable for everybody; its companions take over the rights of the file.
    fs::OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    migrate(&mut connection)?;
    Ok(connection)
}

fn migrate(connection: &mut Connection) -> Result<(), KeepError> {
    // Two clients that start at once: the second finds it done.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let application: i32 = transaction.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let version: usize = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let is_new = application == 0 && version == 0;
    if (application != APPLICATION_ID && !is_new) || version > MIGRATIONS.len() {
        return Err(KeepError::NotOurs);
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

fn find(connection: &Connection, owner: i64) -> Result<Found, KeepError> {
    let mut unsent = Vec::new();
    let mut statement = connection
        .prepare("SELECT client_id, conversation, text, at, refused, reply_to FROM unsent WHERE owner = ?1 ORDER BY id")?;
    let mut rows = statement.query([owner])?;
    while let Some(row) = rows.next()? {
        unsent.push(unsent_message(row)?);
    }
    let mut statement = connection.prepare("SELECT conversation, text, reply_to, edited, edit FROM draft WHERE owner = ?1")?;
    let drafts = statement.query_map([owner], |row| Ok((ConversationId(row.get(0)?), draft(row)?)))?;
    let drafts: BTreeMap<ConversationId, Draft> = drafts.collect::<rusqlite::Result<_>>()?;
    let place = connection
        .query_row(
            "SELECT in_chat, among_groups, direct, \"group\" FROM owner WHERE id = ?1 AND in_chat IS NOT NULL",
            [owner],
            |row| {
                let [direct, group] = [row.get::<_, Option<u32>>(2)?, row.get(3)?].map(|id| id.map(ConversationId));
                Ok(Place { in_chat: row.get(0)?, among_groups: row.get(1)?, direct, group })
            },
        )
        .optional()?;
    Ok(Found { unsent, drafts, place })
}

fn draft(row: &Row<'_>) -> rusqlite::Result<Draft> {
    let (edited, edit) = (seq(row, 3)?, row.get::<_, Option<String>>(4)?);
    let edit = edited.zip(edit).map(|(seq, text)| Edit { seq, text });
    Ok(Draft { text: row.get(1)?, reply_to: seq(row, 2)?, edit })
}

/// The number of an entry, as SQLite has it: the same bits with a sign.
fn seq(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Seq>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(|seq| Seq(seq.cast_unsigned())))
}

fn unsent_message(row: &Row<'_>) -> Result<UnsentMessage, KeepError> {
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

fn apply(connection: &Connection, owner: i64, change: &Change) -> Result<(), KeepError> {
    match change {
        Change::Waits(UnsentMessage { client_id, conversation, text, reply_to, at, refused }) => {
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
                    reply_to.map(as_kept)
                ])?;
        }
        Change::Gone(client_id) => {
            connection.prepare_cached("DELETE FROM unsent WHERE client_id = ?1")?.execute([client_id.as_bytes()])?;
        }
        Change::Draft(conversation, draft) if draft.is_empty() => {
            let key = params![owner, conversation.0];
            connection.prepare_cached("DELETE FROM draft WHERE owner = ?1 AND conversation = ?2")?.execute(key)?;
        }
        Change::Draft(conversation, Draft { text, reply_to, edit }) => {
            let (edited, edit) = edit.as_ref().map(|edit| (as_kept(edit.seq), edit.text.as_str())).unzip();
            connection
                .prepare_cached(
                    "INSERT OR REPLACE INTO draft (owner, conversation, text, reply_to, edited, edit)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                )?
                .execute(params![owner, conversation.0, text, reply_to.map(as_kept), edited, edit])?;
        }
        Change::At(Place { in_chat, among_groups, direct, group }) => {
            let [direct, group] = [direct, group].map(|id| id.map(|id| id.0));
            connection
                .prepare_cached("UPDATE owner SET in_chat = ?2, among_groups = ?3, direct = ?4, \"group\" = ?5 WHERE id = ?1")?
                .execute(params![owner, in_chat, among_groups, direct, group])?;
        }
    }
    Ok(())
}

/// See [`seq`].
fn as_kept(seq: Seq) -> i64 {
    seq.0.cast_signed()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use papo_shared::model::{ClientId, ConversationId, MessageText, Seq, ServerId, Timestamp, Username};
    use papo_shared::protocol::Refusal;
    use tempfile::TempDir;
    use tokio::sync::mpsc;

    use super::{Change, Draft, Edit, Event, Found, LocalStore, MIGRATIONS, Place, UnsentMessage};

    /// A client that starts, finds what is kept for this person, keeps these changes, and ends.
    #[track_caller]
    fn keep(file: &Path, server: u8, username: &str, changes: Vec<Change>) -> Found {
        let (sender, mut events) = mpsc::channel(8);
        let store = LocalStore::start(file.to_owned(), sender).unwrap();
        assert_eq!(store.read(ServerId::from_bytes([server; 16]), Username::parse(username).unwrap()), None);
        let Some(Event::KeptFound(Ok(found))) = events.blocking_recv() else { panic!("it is read") };
        if !changes.is_empty() {
            assert_eq!(store.keep(changes), None);
            assert!(matches!(events.blocking_recv(), Some(Event::Kept { trouble: None, .. })));
        }
        drop(events);
        store.stop();
        found
    }

    fn message(text: &str, refused: Option<Refusal>) -> UnsentMessage {
        let text = MessageText::parse(text).unwrap();
        let reply_to = refused.is_some().then_some(Seq(u64::MAX));
        UnsentMessage { client_id: ClientId::new(), conversation: ConversationId(7), text, reply_to, at: Timestamp(1), refused }
    }

    #[test]
    fn what_was_kept_is_found_at_the_next_start() {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("deep/client.db");
        let (first, second) = (message("um", None), message("dois", Some(Refusal::NotAMember)));
        let place = Place { in_chat: true, among_groups: true, direct: None, group: Some(ConversationId(7)) };
        let edit = Some(Edit { seq: Seq(3), text: "corrigido".to_owned() });
        let answer = Draft { reply_to: Some(Seq(5)), edit, ..said("outro") };
        let changes = vec![
            Change::Waits(first.clone()),
            Change::Waits(second.clone()),
            Change::Draft(ConversationId(7), said("meio")),
            Change::Draft(ConversationId(8), answer.clone()),
            Change::At(place),
        ];
        assert_eq!(keep(&file, 1, "ana", changes), Found::default());
        let drafts = [(ConversationId(7), said("meio")), (ConversationId(8), answer)].into();
        let expected = Found { unsent: vec![first.clone(), second.clone()], drafts, place: Some(place) };
        assert_eq!(keep(&file, 1, "ana", Vec::new()), expected);
        assert_eq!(keep(&file, 1, "bia", Vec::new()), Found::default(), "what is kept is one account's");
        assert_eq!(keep(&file, 2, "ana", Vec::new()), Found::default(), "of one server, whatever answers at its address");
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);

        let again = UnsentMessage { refused: None, ..second };
        let changes =
            vec![Change::Gone(first.client_id), Change::Waits(again.clone()), Change::Draft(ConversationId(7), Draft::default())];
        keep(&file, 1, "ana", changes);
        let found = keep(&file, 1, "ana", Vec::new());
        assert_eq!((found.unsent, found.drafts.len()), (vec![again], 1));
    }

    fn said(text: &str) -> Draft {
        Draft { text: text.to_owned(), ..Draft::default() }
    }

    #[test]
    fn what_an_older_papo_kept_is_found() {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("client.db");
        let old = rusqlite::Connection::open(&file).unwrap();
        old.execute_batch(MIGRATIONS[0]).unwrap();
        old.execute_batch("PRAGMA application_id = 0x70617063; PRAGMA user_version = 1").unwrap();
        let server = ServerId::from_bytes([1; 16]).to_string();
        old.execute("INSERT INTO owner (id, server, username) VALUES (1, ?1, 'ana')", [server]).unwrap();
        old.execute_batch("INSERT INTO draft VALUES (1, 7, 'meio')").unwrap();
        drop(old);
        assert_eq!(keep(&file, 1, "ana", Vec::new()).drafts, [(ConversationId(7), said("meio"))].into());
    }

    #[test]
    fn a_file_that_is_not_ours_is_left_as_it_is_and_everything_goes_out_all_the_same() {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("client.db");
        rusqlite::Connection::open(&file).unwrap().execute_batch("PRAGMA user_version = 99").unwrap();
        let (sender, mut events) = mpsc::channel(8);
        let store = LocalStore::start(file, sender).unwrap();
        assert_eq!(store.read(ServerId::from_bytes([1; 16]), Username::parse("ana").unwrap()), None);
        assert!(matches!(events.blocking_recv(), Some(Event::KeptFound(Err(_)))));
        let unsent = message("um", None);
        assert_eq!(store.keep(vec![Change::Waits(unsent.clone())]), None);
        let Some(Event::Kept { messages, trouble: Some(_) }) = events.blocking_recv() else { panic!("it says so") };
        assert_eq!(messages, [unsent.client_id]);
        store.stop();
    }
}
