//! The changes of a batch that are not written yet.
//!
//! Frequent changes are collected and written with one statement per kind. The others are one statement each. Rows that
//! every batch updates, such as the newest number of a log, are written once.

use std::borrow::Cow;
use std::collections::BTreeMap;

use papo_shared::model::{ConversationId, DeviceId, EntryKind, Seq, Timestamp, Username};

use super::apply;
use super::statements::{Statements, parameters};
use crate::domain::change::{Change, Marks, NewMessage};
use crate::domain::facts::Facts;
use crate::domain::storage::DailyUsage;
use crate::domain::{AccountId, EntryId};
use crate::store::columns;
use crate::store::postgres::fault::Fault;
use crate::store::postgres::query::Connection;
use crate::store::postgres::search::lexemes;

#[derive(Default)]
pub(super) struct Pending {
    /// What precedes the collected changes.
    statements: Statements,
    collected: Collected,
    /// The newest entries of the logs that were appended to.
    last_seqs: BTreeMap<ConversationId, Seq>,
    usages: BTreeMap<AccountId, DailyUsage>,
}

/// Changes of the frequent kinds. They can be written in the order of these fields: of the same row, only the last change matters,
/// and inbox items refer to entries.
#[derive(Default)]
struct Collected {
    entries: Entries,
    /// Reason, and whether it was dismissed, by account and message.
    notices: BTreeMap<(i64, i64), (i64, bool)>,
    marks: BTreeMap<(ConversationId, AccountId), Marks>,
    devices_used: BTreeMap<DeviceId, Timestamp>,
    last_seen: BTreeMap<AccountId, Timestamp>,
}

/// Rows of the table `entry`, by column.
#[derive(Default)]
struct Entries {
    ids: Vec<i64>,
    times: Vec<i64>,
    authors: Vec<i64>,
    kinds: Vec<i64>,
    client_ids: Vec<Option<Vec<u8>>>,
    bodies: Vec<Option<String>>,
    members: Vec<Option<i64>>,
    targets: Vec<Option<i64>>,
    mentions: Vec<Option<String>>,
    words: Vec<Option<String>>,
}

impl Pending {
    /// Adds a change that was not applied to the facts yet.
    pub(super) fn add(&mut self, change: &Change<'_>, facts: &Facts) {
        match change {
            Change::InsertMessage(message) => {
                self.last_seqs.insert(message.id.conversation, message.id.seq);
                self.collected.entries.add_message(message, author_name(facts, message.author));
            }
            Change::InsertEntry { id, author, kind, member, at } => {
                self.last_seqs.insert(id.conversation, id.seq);
                self.collected.entries.add(*id, *author, kind, *member, *at);
            }
            Change::PutNotice { message, account, reason, done } => {
                let notice = (columns::reason_column(*reason), *done);
                self.collected.notices.insert((account.0.into(), columns::row_id(*message)), notice);
            }
            Change::SetMarks { conversation, account, marks } => {
                self.collected.marks.insert((*conversation, *account), *marks);
            }
            Change::SetDeviceUsed { device, at } => _ = self.collected.devices_used.insert(*device, *at),
            Change::SetLastSeen { account, at } => _ = self.collected.last_seen.insert(*account, *at),
            other => {
                if let Change::DeleteEntries { conversation, .. } = other {
                    self.last_seqs.remove(conversation);
                }
                std::mem::take(&mut self.collected).write(&mut self.statements);
                apply::apply(&mut self.statements, other, facts);
            }
        }
    }

    /// Records what an account has stored.
    pub(super) fn set_usage(&mut self, account: AccountId, usage: DailyUsage) {
        self.usages.insert(account, usage);
    }

    /// Writes all changes in one round trip. Afterwards, nothing is pending, whether it failed or not.
    pub(super) async fn flush(&mut self, connection: &Connection) -> Result<(), Fault> {
        std::mem::take(self).into_statements().prepare(connection).await?.execute(connection).await
    }

    /// The statements that write all changes.
    pub(super) fn into_statements(self) -> Statements {
        let Self { mut statements, collected, last_seqs, usages } = self;
        collected.write(&mut statements);
        if !last_seqs.is_empty() {
            let (ids, seqs): (Vec<i64>, Vec<i64>) =
                last_seqs.into_iter().map(|(id, seq)| (i64::from(id.0), columns::column(seq))).unzip();
            statements.push(
                "UPDATE conversation SET last_seq = seq FROM unnest($1::bigint[], $2::bigint[]) AS newest (log, seq)
                 WHERE conversation.id = log",
                parameters![ids, seqs],
            );
        }
        if !usages.is_empty() {
            let stored = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
            let accounts: Vec<i64> = usages.keys().map(|id| id.0.into()).collect();
            let days: Vec<i64> = usages.values().map(|usage| usage.day).collect();
            let bytes: Vec<i64> = usages.values().map(|usage| stored(usage.bytes)).collect();
            let messages: Vec<i64> = usages.values().map(|usage| stored(usage.messages)).collect();
            statements.push(
                "INSERT INTO usage (account, day, bytes, messages)
                 SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[])
                 ON CONFLICT (account) DO UPDATE
                     SET day = excluded.day, bytes = excluded.bytes, messages = excluded.messages",
                parameters![accounts, days, bytes, messages],
            );
        }
        statements
    }
}

/// The author's name at the time of writing, under which a message is found.
fn author_name(facts: &Facts, author: AccountId) -> Option<&Username> {
    facts.accounts.loaded(&author).and_then(Option::as_ref).map(|author| &author.username)
}

impl Collected {
    fn write(self, statements: &mut Statements) {
        self.entries.write(statements);
        if !self.notices.is_empty() {
            let (accounts, entries): (Vec<i64>, Vec<i64>) = self.notices.keys().copied().unzip();
            let (reasons, done): (Vec<i64>, Vec<bool>) = self.notices.values().copied().unzip();
            statements.push(
                "INSERT INTO notice (account, entry, reason, done)
                 SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::boolean[])
                 ON CONFLICT (account, entry) DO UPDATE SET reason = excluded.reason, done = excluded.done",
                parameters![accounts, entries, reasons, done],
            );
        }
        if !self.marks.is_empty() {
            let conversations: Vec<i64> = self.marks.keys().map(|(id, _)| id.0.into()).collect();
            let accounts: Vec<i64> = self.marks.keys().map(|(_, account)| account.0.into()).collect();
            let marks =
                |of: fn(&Marks) -> Seq| -> Vec<i64> { self.marks.values().map(|marks| columns::column(of(marks))).collect() };
            statements.push(
                "UPDATE membership SET read_seq = read, seen_seq = seen, delivered_seq = delivered
                 FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])
                     AS mark (log, member, read, seen, delivered)
                 WHERE conversation = log AND account = member AND to_seq IS NULL",
                parameters![
                    conversations,
                    accounts,
                    marks(|marks| marks.read),
                    marks(|marks| marks.seen),
                    marks(|marks| marks.delivered)
                ],
            );
        }
        if !self.devices_used.is_empty() {
            let (devices, times): (Vec<i64>, Vec<i64>) = self.devices_used.into_iter().map(|(id, at)| (id.0, at.0)).unzip();
            statements.push(
                "UPDATE device SET last_used = used FROM unnest($1::bigint[], $2::bigint[]) AS usage (of, used)
                 WHERE device.id = usage.of",
                parameters![devices, times],
            );
        }
        if !self.last_seen.is_empty() {
            let (accounts, times): (Vec<i64>, Vec<i64>) =
                self.last_seen.into_iter().map(|(id, at)| (i64::from(id.0), at.0)).unzip();
            statements.push(
                "UPDATE account SET last_seen = seen FROM unnest($1::bigint[], $2::bigint[]) AS session (of, seen)
                 WHERE account.id = session.of AND deleted_at IS NULL",
                parameters![accounts, times],
            );
        }
    }
}

impl Entries {
    fn add_message(&mut self, message: &NewMessage<'_>, author: Option<&Username>) {
        let NewMessage { id, author: author_id, client_id, text, reply_to, mentions, at } = message;
        self.ids.push(columns::row_id(*id));
        self.times.push(at.0);
        self.authors.push(author_id.0.into());
        self.kinds.push(columns::MESSAGE);
        self.client_ids.push(Some(client_id.as_bytes().to_vec()));
        self.bodies.push(Some(text.as_str().to_owned()));
        self.members.push(None);
        self.targets.push(reply_to.map(columns::column));
        self.mentions.push(columns::mentions_column(mentions));
        self.words.push(Some(lexemes(id.conversation, author.map_or("", Username::as_str), text.as_str())));
    }

    fn add(&mut self, id: EntryId, author: AccountId, kind: &EntryKind, member: Option<AccountId>, at: Timestamp) {
        // Messages have their own change.
        let Some((number, body, target)) = columns::entry_columns(kind) else { return };
        self.ids.push(columns::row_id(id));
        self.times.push(at.0);
        self.authors.push(author.0.into());
        self.kinds.push(number);
        self.client_ids.push(None);
        self.bodies.push(body.map(Cow::into_owned));
        self.members.push(member.map(|member| member.0.into()));
        self.targets.push(target.map(columns::column));
        self.mentions.push(None);
        self.words.push(None);
    }

    fn write(self, statements: &mut Statements) {
        if self.ids.is_empty() {
            return;
        }
        let Self { ids, times, authors, kinds, client_ids, bodies, members, targets, mentions, words } = self;
        statements.push(
            "INSERT INTO entry (id, at, author, kind, client_id, body, member, target, mentions, place, words)
             SELECT id, at, author, kind, client_id, body, member, target, mentions,
                 CASE WHEN kind = 1 THEN nextval('message_place') END, array_to_tsvector(string_to_array(words, ' '))
             FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bytea[], $6::text[], $7::bigint[],
                     $8::bigint[], $9::text[], $10::text[]) WITH ORDINALITY
                 AS new (id, at, author, kind, client_id, body, member, target, mentions, words, number)
             ORDER BY number",
            parameters![ids, times, authors, kinds, client_ids, bodies, members, targets, mentions, words],
        );
    }
}
