//! The one writer: a batch, a transaction, an fsync.

use rusqlite::{Connection, ErrorCode, TransactionBehavior};

use super::search;
use super::tables::Tables;
use crate::domain::decide::{Decision, assumed, decide_and_load};
use crate::domain::facts::Facts;
use crate::store::{Outcome, StoreError, Write};

/// Everything that changes the file.
pub(super) struct Writer {
    tables: Tables,
    /// What is known without asking the file. Only this writer changes the file, and facts change only with changes that were
    /// applied, so they are true. They are forgotten when a batch fails.
    facts: Facts,
    /// The place of the newest message, in the order of all.
    newest: i64,
    /// Up to which place messages are in the index of their words.
    indexed: i64,
}

impl Writer {
    pub(super) fn new(connection: Connection) -> rusqlite::Result<Self> {
        search::prepare(&connection)?;
        let (newest, indexed) = (search::newest(&connection)?, search::indexed(&connection)?);
        Ok(Self { tables: Tables::new(connection), facts: Facts::default(), newest, indexed })
    }

    /// How many messages are not in the index yet.
    pub(super) fn lag(&self) -> usize {
        usize::try_from(self.newest - self.indexed).unwrap_or_default()
    }

    /// Puts so many messages more into the index, in a transaction of its own.
    pub(super) fn index(&mut self, limit: usize) -> rusqlite::Result<()> {
        let transaction = self.tables.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let indexed = search::add_next(&transaction, limit)?;
        transaction.commit()?;
        self.indexed = indexed;
        Ok(())
    }

    /// Writes a batch, all of it or nothing.
    pub(super) fn commit(&mut self, batch: &[Write]) -> Result<Vec<Outcome>, StoreError> {
        let result = self.write_all(batch).map_err(failed).and_then(|written| self.end().map(|()| written));
        match &result {
            Ok((_, newest)) => {
                self.facts.end_batch();
                self.newest = newest.unwrap_or(self.newest);
            }
            Err(_) => {
                self.facts = Facts::default();
                // Some errors end the transaction by themselves.
                if !self.tables.connection.is_autocommit()
                    && let Err(error) = self.tables.connection.execute_batch("ROLLBACK")
                {
                    tracing::error!(%error, "a failed transaction could not be rolled back");
                }
            }
        }
        self.tables.clear();
        result.map(|(outcomes, _)| outcomes)
    }

    /// Does everything but commit. Gives the place of the newest message as well, if the batch has any.
    fn write_all(&mut self, batch: &[Write]) -> rusqlite::Result<(Vec<Outcome>, Option<i64>)> {
        self.tables.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let outcomes = batch.iter().map(|write| self.write_one(write)).collect::<rusqlite::Result<_>>()?;
        let newest = self.tables.finish()?;
        Ok((outcomes, newest))
    }

    /// Commits. If that fails and the transaction is still open, nothing was written. If it is not, SQLite gave it up while writing:
    /// its end may be in the log, where the next start after a crash would find it.
    fn end(&self) -> Result<(), StoreError> {
        let connection = &self.tables.connection;
        match connection.prepare_cached("COMMIT").and_then(|mut commit| commit.execute([])) {
            Ok(_) => Ok(()),
            Err(error) if connection.is_autocommit() => {
                Err(StoreError::outcome_unknown(format!("SQLite: {error}, in the middle of a commit")))
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// One write. What breaks a rule of the tables fails alone; what breaks the disk fails the batch.
    fn write_one(&mut self, write: &Write) -> rusqlite::Result<Outcome> {
        let Self { tables, facts, .. } = self;
        loop {
            let Decision { outcome, changes } = decide_and_load(write, facts, |facts, key| tables.load(facts, key))?;
            match tables.apply(&changes) {
                Ok(()) => {
                    changes.iter().for_each(|change| facts.apply(change));
                    return Ok(outcome);
                }
                Err(error) if !is_of_one_write(&error, &tables.connection) => return Err(error),
                Err(error) => match assumed(write, facts) {
                    Some(key) => tables.load(facts, &key)?,
                    None => return Ok(Outcome::Failed(failed(error))),
                },
            }
        }
    }
}

/// Whether an error says that one write breaks a rule of the tables, while the transaction of the batch goes on.
fn is_of_one_write(error: &rusqlite::Error, connection: &Connection) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) && !connection.is_autocommit()
}

/// The driver's words, which stay in the log.
pub(super) fn failed(error: rusqlite::Error) -> StoreError {
    StoreError::new(format!("SQLite: {error}"))
}

#[cfg(test)]
mod tests {
    use papo_shared::model::{ClientId, ConversationId, GroupName, MessageText, Seq, Timestamp, Username};

    use super::{Outcome, Write, Writer};
    use crate::domain::{AccountId, Who};
    use crate::store::sqlite::open;

    const CHAT: ConversationId = ConversationId(1);

    fn ana() -> Who {
        Who { id: AccountId(1), username: Username::parse("ana").unwrap() }
    }

    /// A writer whose file has two accounts and a conversation of theirs.
    fn writer() -> (Writer, tempfile::TempDir) {
        let dir = tempfile::tempdir().unwrap();
        let mut writer = Writer::new(open::open(dir.path()).unwrap().connection).unwrap();
        writer
            .tables
            .connection
            .execute_batch(
                "INSERT INTO account (id, username, display_name, search, password_hash, created_at)
                 VALUES (1, 'ana', 'Ana', 'ana', 'x', 0), (2, 'rui', 'Rui', 'rui', 'x', 0)",
            )
            .unwrap();
        writer.commit(&[Write::OpenDirect { one: AccountId(1), other: AccountId(2), at: Timestamp(0) }]).unwrap();
        (writer, dir)
    }

    fn say(text: &str) -> Write {
        let (conversation, author, client_id) = (CHAT, ana(), ClientId::new());
        let text = MessageText::parse(text).unwrap();
        Write::AppendMessage { conversation, author, client_id, text, reply_to: None, at: Timestamp(0) }
    }

    fn seq(outcome: &Outcome) -> Option<Seq> {
        match outcome {
            Outcome::Posted(posted) => Some(posted.entry.seq),
            _ => None,
        }
    }

    #[track_caller]
    fn check_seqs(writer: &mut Writer, batch: &[Write], expected: &[Option<u64>]) {
        let outcomes = writer.commit(batch).unwrap();
        assert_eq!(outcomes.iter().map(seq).collect::<Vec<_>>(), expected.iter().map(|seq| seq.map(Seq)).collect::<Vec<_>>());
    }

    #[test]
    fn where_the_commit_itself_fails_nothing_happened_and_the_next_batch_can_succeed() {
        let (mut writer, _dir) = writer();
        check_seqs(&mut writer, &[say("one")], &[Some(1)]);
        // A rule that is looked at by COMMIT alone.
        writer
            .tables
            .connection
            .execute_batch(
                "CREATE TABLE rule (account REFERENCES account (id) DEFERRABLE INITIALLY DEFERRED);
                 CREATE TEMP TRIGGER breaks AFTER INSERT ON entry WHEN new.body = 'breaks'
                 BEGIN INSERT INTO rule VALUES (99); END;",
            )
            .unwrap();
        let error = writer.commit(&[say("lost with it"), say("breaks")]).unwrap_err();
        assert!(!error.is_outcome_unknown(), "{error}");
        check_seqs(&mut writer, &[say("two")], &[Some(2)]);
        let count: u32 = writer.tables.connection.query_row("SELECT count(*) FROM entry", [], |row| row.get(0)).unwrap();
        assert_eq!(count, 2);
    }

    #[test]
    fn a_full_disk_fails_batches_until_there_is_room() {
        let (mut writer, _dir) = writer();
        let pages: u32 = writer.tables.connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
        let set_room = |writer: &Writer, pages: u32| {
            writer.tables.connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(())).unwrap();
        };
        set_room(&writer, pages);
        let long = "x".repeat(9000);
        assert!(writer.commit(&[say("lost with it"), say(&long)]).is_err());
        set_room(&writer, pages + 100);
        check_seqs(&mut writer, &[say(&long), say("two")], &[Some(1), Some(2)]);
    }

    fn rui() -> Who {
        Who { id: AccountId(2), username: Username::parse("rui").unwrap() }
    }

    /// A write that breaks a rule of the tables halfway fails alone: the numbers of its log have no gap, and the writes after it, in
    /// the same batch and later, are decided as if it had not been tried.
    #[track_caller]
    fn check_failing(prepared: &[Write], trigger: &str, broken: &Write) {
        let (mut writer, _dir) = writer();
        let group = ConversationId(2);
        let name = |name: &str| GroupName::parse(name).unwrap();
        let create = Write::CreateGroup { creator: ana(), name: name("redes"), at: Timestamp(0) };
        writer.commit(&[&[create], prepared].concat()).unwrap();
        let say = |author: Who, text: &str| {
            let (client_id, text) = (ClientId::new(), MessageText::parse(text).unwrap());
            Write::AppendMessage { conversation: group, author, client_id, text, reply_to: None, at: Timestamp(0) }
        };
        let connection = |writer: &Writer, sql: &str| writer.tables.connection.execute_batch(sql).unwrap();
        let count = |writer: &Writer| -> (u64, u64, u64) {
            let sql = "SELECT count(*), max(id & 4294967295), (SELECT last_seq FROM conversation WHERE id = 2) FROM entry WHERE id >> 32 = 2";
            writer.tables.connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap()
        };
        let before = count(&writer).0;
        connection(&writer, &format!("CREATE TEMP TRIGGER breaks {trigger} BEGIN SELECT RAISE(ABORT, 'broken'); END"));
        let rename = |to: &str| Write::RenameGroup { conversation: group, by: ana(), name: name(to), at: Timestamp(0) };
        let batch = [say(ana(), "before"), broken.clone(), say(ana(), "after"), say(rui(), "by rui")];
        let outcomes = writer.commit(&batch).unwrap();
        assert!(matches!(outcomes[1], Outcome::Failed(_)), "{broken:?}: {outcomes:?}");
        assert_eq!([seq(&outcomes[0]), seq(&outcomes[2])], [Some(Seq(before + 1)), Some(Seq(before + 2))]);
        let is_rui_a_member = !prepared.is_empty();
        assert_eq!(seq(&outcomes[3]).is_some(), is_rui_a_member, "{broken:?}: {outcomes:?}");
        let stored = before + 2 + u64::from(is_rui_a_member);
        assert_eq!(count(&writer), (stored, stored, stored));

        connection(&writer, "DROP TRIGGER breaks");
        let outcomes = writer.commit(&[rename("redes"), broken.clone()]).unwrap();
        assert!(matches!(outcomes[0], Outcome::Done), "the name is what it was: {outcomes:?}");
        assert_eq!(seq(&outcomes[1]), Some(Seq(stored + 1)), "{broken:?} goes where nothing breaks: {outcomes:?}");
    }

    #[test]
    fn a_write_that_breaks_halfway_leaves_neither_a_gap_nor_a_false_memory() {
        let (conversation, at) = (ConversationId(2), Timestamp(0));
        let add = Write::AddMember { conversation, by: ana(), member: rui(), at };
        let with_rui = [add.clone()];
        check_failing(&[], "BEFORE INSERT ON membership", &add);
        let leave = Write::LeaveGroup { conversation, member: rui(), at };
        check_failing(&with_rui, "BEFORE UPDATE OF to_seq ON membership", &leave);
        let remove = Write::RemoveMember { conversation, by: ana(), member: rui(), at };
        check_failing(&with_rui, "BEFORE UPDATE OF to_seq ON membership", &remove);
        // The owner's role is passed on after everything else.
        let leave = Write::LeaveGroup { conversation, member: ana(), at };
        let (mut writer, _dir) = writer();
        let create = Write::CreateGroup { creator: ana(), name: GroupName::parse("redes").unwrap(), at };
        writer.commit(&[create, add.clone()]).unwrap();
        let breaks = "CREATE TEMP TRIGGER breaks BEFORE UPDATE OF role ON membership BEGIN SELECT RAISE(ABORT, 'broken'); END";
        writer.tables.connection.execute_batch(breaks).unwrap();
        assert!(matches!(writer.commit(&[leave]).unwrap()[..], [Outcome::Failed(_)]));
        let members: u32 = writer
            .tables
            .connection
            .query_row("SELECT count(*) FROM membership WHERE conversation = 2 AND to_seq IS NULL", [], |row| row.get(0))
            .unwrap();
        assert_eq!(members, 2);

        let rename = Write::RenameGroup { conversation, by: ana(), name: GroupName::parse("novo").unwrap(), at };
        check_failing(&[], "BEFORE INSERT ON entry WHEN new.kind = 5", &rename);
        let (client_id, text) = (ClientId::new(), MessageText::parse("@rui olá").unwrap());
        let mention = Write::AppendMessage { conversation, author: ana(), client_id, text, reply_to: None, at };
        check_failing(&with_rui, "BEFORE INSERT ON notice", &mention);
    }
}
