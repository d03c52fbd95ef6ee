//! The database to measure on: everything as large as the limits allow, or a million messages long.

use std::path::Path;

use papo_server::domain::{InviteCode, MAX_DEVICES, TokenHash};
use papo_server::store::Store;
use papo_server::store::sqlite::{FILE_NAME, SqliteStore};
use papo_shared::model::limits::{
    MAX_BLOCKED, MAX_CONVERSATIONS, MAX_EARLIER_TEXT_BYTES, MAX_EDITS, MAX_GROUP_MEMBERS, MAX_MESSAGE_REACTIONS, MAX_REACTIONS,
};
use rusqlite::{Connection, Params, Transaction};

/// Number of accounts. Their names are `u` and their number in five digits.
pub(crate) const ACCOUNTS: usize = 20_000;
/// Members of the large groups are the accounts 1 to this number.
const MEMBERS: usize = MAX_GROUP_MEMBERS - 1;

/// Is in as many conversations as allowed, has a full inbox, and a third of the longest log unread.
pub(crate) const READER: usize = 1;
/// Owns the groups, and wrote the messages with many revisions and reactions.
pub(crate) const OWNER: usize = 2;
/// Wrote a long log alone, without ever reading it.
pub(crate) const MONOLOGUE_AUTHOR: usize = 3;
/// Dismissed many mentions, and blocked as many users as allowed.
pub(crate) const DISMISSER: usize = 4;
/// Is in a few large conversations.
pub(crate) const MEMBER: usize = 5;

/// Has a direct conversation with the owner, who may therefore add them to groups unasked.
pub(crate) const ADDED: usize = 1_500;

/// The group with the longest log.
pub(crate) const LONG: usize = 1;
/// The group whose messages have one author.
pub(crate) const MONOLOGUE: usize = 2;
/// The group whose messages have as many revisions and reactions as allowed.
pub(crate) const CHANGED: usize = 3;
/// Groups with all members and many unread messages.
pub(crate) const BUSY: std::ops::Range<usize> = 4..204;
/// Groups that the reader shares with the owner.
const SMALL: std::ops::Range<usize> = 204..4_500;
/// Direct conversations of the reader.
const DIRECTS: std::ops::RangeInclusive<usize> = 4_500..=MAX_CONVERSATIONS;
/// Groups of the owner alone, also targets for changes to groups.
pub(crate) const FOREIGN: std::ops::Range<usize> = 5_001..5_700;

/// Messages of each busy group, and each of them unread.
const BUSY_MESSAGES: usize = 1_500;
/// Messages of each small group and direct conversation.
const FEW_MESSAGES: usize = 4;
/// Number of messages with revisions and reactions.
pub(crate) const CHANGED_MESSAGES: usize = 100;

/// The hash of a password that nobody uses, of the smallest cost.
const PASSWORD_HASH: &str = "$2b$04$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

/// Sizes of the logs that depend on the total.
pub(crate) struct Sizes {
    /// Messages of the longest log.
    pub(crate) long: usize,
    /// How many of them the reader has not read.
    pub(crate) unread: usize,
    /// Mentions of the reader among the unread ones, and of the dismisser among all.
    pub(crate) mentions: usize,
    /// Messages of the monologue.
    pub(crate) monologue: usize,
}

impl Sizes {
    pub(crate) fn of(messages: usize) -> Self {
        Self { long: messages, unread: messages * 3 / 10, mentions: messages / 10, monologue: messages * 3 / 10 }
    }
}

/// The name of an account.
pub(crate) fn username(account: usize) -> String {
    format!("u{account:05}")
}

/// A token that signs this account in, one for each device.
pub(crate) fn token(account: usize, device: usize) -> String {
    format!("token-{account}-{device}")
}

/// The code of the invite to a busy group.
pub(crate) fn invite_code(group: usize) -> InviteCode {
    let mut bytes = [0; 10];
    bytes[..8].copy_from_slice(&group.to_be_bytes());
    InviteCode::new(bytes)
}

/// Creates the file in this directory.
pub(crate) async fn build(directory: &Path, sizes: &Sizes) {
    SqliteStore::open(directory).unwrap().close().await;
    let mut connection = Connection::open(directory.join(FILE_NAME)).unwrap();
    connection.execute_batch("PRAGMA synchronous = OFF; PRAGMA cache_size = -200000;").unwrap();
    fill(Tables { transaction: connection.transaction().unwrap() }, sizes);
    drop(connection);
    // Indexes the words.
    let store = SqliteStore::open(directory).unwrap();
    while store.index_lag() > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    store.close().await;
}

fn fill(tables: Tables<'_>, sizes: &Sizes) {
    tables.accounts();
    tables.conversations();
    tables.logs(sizes);
    tables.invites();
    tables.changed_messages();
    tables.notices(sizes);
    tables.orders();
    tables.transaction.commit().unwrap();
}

struct Tables<'c> {
    transaction: Transaction<'c>,
}

impl Tables<'_> {
    fn insert<P: Params>(&self, sql: &str, rows: impl Iterator<Item = P>) {
        let mut statement = self.transaction.prepare(sql).unwrap();
        for row in rows {
            statement.execute(row).unwrap();
        }
    }

    fn accounts(&self) {
        self.insert(
            "INSERT INTO account (id, username, display_name, search, password_hash, created_at) VALUES (?1, ?2, ?3, ?4, ?5, 0)",
            (1..=ACCOUNTS).map(|id| {
                let (username, display_name) = (username(id), format!("Usuária Número {id}"));
                let search = format!("{username}\n{}", display_name.to_lowercase());
                (id, username, display_name, search, PASSWORD_HASH)
            }),
        );
        let devices = (1..2_000).flat_map(|account| (0..MAX_DEVICES).map(move |device| (account, device)));
        self.insert(
            "INSERT INTO device (account, token_hash, name, created_at, last_used) VALUES (?1, ?2, 'bench', 0, 0)",
            devices.map(|(account, device)| (account, TokenHash::of(&token(account, device)).0)),
        );
        let blocks = (1..MAX_BLOCKED).map(|number| (DISMISSER, MEMBERS + number));
        self.insert("INSERT INTO block (blocker, blocked, at) VALUES (?1, ?2, 0)", blocks);
    }

    fn conversations(&self) {
        let groups = (1..DIRECTS.start().to_owned()).chain(FOREIGN);
        self.insert(
            "INSERT INTO conversation (id, name, name_key, last_seq, created_at, visibility) VALUES (?1, ?2, ?2, 0, 0, 1)",
            groups.map(|id| (id, format!("grupo número {id}"))),
        );
        self.insert(
            "INSERT INTO conversation (id, low, high, last_seq, created_at) VALUES (?1, ?2, ?3, 0, 0)",
            DIRECTS.map(|id| (id, READER, 1_000 + id)).chain([(FOREIGN.end, OWNER, ADDED)]),
        );
        // The owner's role is 2.
        let large = [LONG, CHANGED].into_iter().chain(BUSY).flat_map(|id| (1..=MEMBERS).map(move |account| (id, account)));
        let few = |id, others: &[usize]| others.iter().map(move |account| (id, *account)).collect::<Vec<_>>();
        let mut members: Vec<(usize, usize)> = large.collect();
        members.extend(few(MONOLOGUE, &[MONOLOGUE_AUTHOR, OWNER]));
        members.extend(SMALL.flat_map(|id| few(id, &[READER, OWNER])));
        members.extend(DIRECTS.flat_map(|id| few(id, &[READER, 1_000 + id])));
        members.extend(FOREIGN.flat_map(|id| few(id, &[OWNER])));
        self.insert(
            "INSERT INTO membership (conversation, account, from_seq, read_seq, role) VALUES (?1, ?2, 1, 0, ?3)",
            members.into_iter().map(|(id, account)| (id, account, if account == OWNER { 2 } else { 0 })),
        );
        let count = "UPDATE conversation SET members =
            (SELECT count(*) FROM membership WHERE membership.conversation = conversation.id)";
        self.transaction.execute_batch(count).unwrap();
    }

    /// One invite to each busy group.
    fn invites(&self) {
        let invite = "INSERT INTO group_invite (conversation, code_hash, created_by, created_at) VALUES (?1, ?2, ?3, 0)";
        self.insert(invite, BUSY.map(|id| (id, invite_code(id).hash().0, OWNER)));
    }

    fn logs(&self, sizes: &Sizes) {
        self.log(LONG, sizes.long, |seq| OWNER + seq % (MEMBERS - 1));
        self.log(MONOLOGUE, sizes.monologue, |_| MONOLOGUE_AUTHOR);
        self.log(CHANGED, CHANGED_MESSAGES, |_| OWNER);
        BUSY.for_each(|id| self.log(id, BUSY_MESSAGES, |seq| OWNER + seq % 20));
        SMALL.for_each(|id| self.log(id, FEW_MESSAGES, |_| OWNER));
        DIRECTS.for_each(|id| self.log(id, FEW_MESSAGES, |_| 1_000 + id));
        let read = "UPDATE membership SET read_seq = ?3 WHERE conversation = ?1 AND account = ?2";
        self.transaction.execute(read, (LONG, READER, sizes.long - sizes.unread)).unwrap();
    }

    fn log(&self, id: usize, messages: usize, author: impl Fn(usize) -> usize) {
        const WORDS: [&str; 8] = ["bom", "dia", "reunião", "servidor", "teste", "chuva", "almoço", "ontem"];
        self.insert(
            "INSERT INTO entry (id, at, author, kind, client_id, body) VALUES (?1, ?2, ?3, 1, ?4, ?5)",
            (1..=messages).map(|seq| {
                let word = |step: usize| WORDS[(seq / step + id) % WORDS.len()];
                let body = format!("{} {} {} palavra{}", word(1), word(3), word(7), seq % 5_000);
                let client_id = (((id as u128) << 64) | seq as u128).to_be_bytes();
                (entry(id, seq), 1_000 * seq, author(seq), client_id, body)
            }),
        );
        self.transaction.execute("UPDATE conversation SET last_seq = ?2 WHERE id = ?1", (id, messages)).unwrap();
    }

    fn changed_messages(&self) {
        let text = "palavra ".repeat(MAX_EARLIER_TEXT_BYTES / MAX_EDITS / 8);
        let messages = || 1..=CHANGED_MESSAGES;
        self.transaction.execute("UPDATE entry SET changed = 1, edited_at = 1 WHERE id >> 32 = ?1", [CHANGED]).unwrap();
        self.insert(
            "INSERT INTO revision (entry, number, at, body) VALUES (?1, ?2, 0, ?3)",
            messages()
                .flat_map(|seq| (1..=MAX_EDITS).map(move |number| (seq, number)))
                .map(|(seq, number)| (entry(CHANGED, seq), number, &text)),
        );
        let count = "INSERT INTO reaction_count (entry, emoji, since, accounts) VALUES (?1, ?2, ?3, ?4)";
        let kinds = messages().flat_map(|seq| (0..MAX_REACTIONS).map(move |kind| (seq, kind)));
        let accounts = MAX_MESSAGE_REACTIONS / MAX_REACTIONS;
        self.insert(count, kinds.map(|(seq, kind)| (entry(CHANGED, seq), emoji(kind), kind + 1, accounts)));
        self.insert(
            "INSERT INTO reaction (entry, emoji, account, seq, since) VALUES (?1, ?2, ?3, ?4, ?5)",
            messages().flat_map(|seq| (0..MAX_MESSAGE_REACTIONS).map(move |number| (seq, number))).map(|(seq, number)| {
                let (kind, by) = (number % MAX_REACTIONS, number / MAX_REACTIONS + 1);
                (entry(CHANGED, seq), emoji(kind), by, number + 1, kind + 1)
            }),
        );
    }

    fn notices(&self, sizes: &Sizes) {
        let mention = "INSERT INTO notice (account, entry, reason, done) VALUES (?1, ?2, 1, ?3)";
        let unread = sizes.long - sizes.unread + 1..=sizes.long;
        let mentions = unread.step_by(sizes.unread / sizes.mentions).map(|seq| (READER, entry(LONG, seq), 0));
        self.insert(mention, mentions);
        self.insert(mention, SMALL.map(|id| (READER, entry(id, FEW_MESSAGES), 0)));
        let dismissed = (1..=sizes.long).step_by(sizes.long / sizes.mentions);
        self.insert(mention, dismissed.map(|seq| (DISMISSER, entry(LONG, seq), 1)));
    }

    /// The order of storage, across all conversations.
    fn orders(&self) {
        let order = "INSERT INTO message_order (entry) SELECT id FROM entry WHERE kind = 1 ORDER BY at, id;
            INSERT INTO message_day (day, first, last)
                SELECT entry.at / 86400000, min(place), max(place)
                FROM message_order JOIN entry ON entry.id = message_order.entry GROUP BY 1;";
        self.transaction.execute_batch(order).unwrap();
    }
}

/// The emoji with this number, below [`MAX_REACTIONS`].
pub(crate) fn emoji(number: usize) -> String {
    char::from_u32(0x1F600 + u32::try_from(number).unwrap()).unwrap().to_string()
}

fn entry(conversation: usize, seq: usize) -> i64 {
    i64::try_from(conversation << 32 | seq).unwrap()
}
