//! Reads the whole content of a file that no server is using, to copy it to another database.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use papo_shared::model::search::FOLDING;
use papo_shared::model::{ConversationId, ServerId};
use rusqlite::functions::FunctionFlags;
use rusqlite::types::{Type, ValueRef};
use rusqlite::{Connection, Row};

use super::header;
use super::migrations::{self, steps};
use super::open::{FILE_NAME, connect_reader, lock};
use super::open_error::OpenError;
use crate::store::columns;
use crate::store::copy::value::Value;
use crate::store::private::directory;

/// Tables about this file only, and those from which others have columns, without the tables that the word index consists of.
const NOT_READ: &[&str] = &["message_order", "message_day", "message_index", "message_text", "retention", "sweep"];

/// The single row about the data as a whole, which a file has in several places.
const SERVER: &[(&str, &str)] = &[
    ("id", "server.id"),
    ("folding", "folding()"),
    ("last_device", "(SELECT ifnull(max(seq), 0) FROM sqlite_sequence WHERE name = 'device')"),
    ("last_invite", "(SELECT ifnull(max(seq), 0) FROM sqlite_sequence WHERE name = 'invite')"),
    ("last_group_invite", "(SELECT ifnull(max(seq), 0) FROM sqlite_sequence WHERE name = 'group_invite')"),
    ("last_report", "(SELECT ifnull(max(seq), 0) FROM sqlite_sequence WHERE name = 'report')"),
    ("retention_clock", "(SELECT clock FROM retention)"),
];

/// Columns of entries that a file has in other tables, or does not store.
const OF_ENTRIES: &[(&str, &str)] = &[("place", "message_order.place"), (WORDS, "words(entry.id, author.username, entry.body)")];
const WORDS: &str = "words";

/// The words by which a message is found, separated by spaces, from its conversation, author and text.
type WordsOf = fn(ConversationId, &str, &str) -> String;

/// A file that no server can open until this is dropped. It is not changed.
pub(crate) struct Source {
    // Closed before the lock is released.
    connection: Connection,
    _lock: Option<File>,
}

impl Source {
    /// Opens a file. A backup, which has another name than a server's file, is not locked.
    ///
    /// # Errors
    /// The problem with the file, including that a server is using it ([`OpenError::InUse`]).
    pub(crate) fn open(file: &Path, words_of: WordsOf) -> Result<Self, OpenError> {
        let file = file.canonicalize().map_err(OpenError::Files)?;
        header::check_owner(&file)?;
        let is_served = file.file_name().is_some_and(|name| name == FILE_NAME);
        let lock = if is_served { Some(lock(directory(&file))?) } else { None };
        let connection = connect_reader(&file)?;
        migrations::version(&connection, steps::MIGRATIONS)?;
        define_functions(&connection, words_of)?;
        connection.execute_batch("BEGIN")?;
        Ok(Self { connection, _lock: lock })
    }

    /// Whether the file has the schema of this version, rather than an older one.
    pub(crate) fn is_current(&self) -> Result<bool, OpenError> {
        Ok(migrations::version(&self.connection, steps::MIGRATIONS)? == steps::MIGRATIONS.len())
    }

    pub(crate) fn server_id(&self) -> Result<ServerId, OpenError> {
        Ok(self.connection.query_row("SELECT id FROM server", [], |row| row.get(0).map(ServerId::from_bytes))?)
    }

    /// The tables, each with its columns in alphabetical order.
    pub(crate) fn tables(&self) -> Result<BTreeMap<String, Vec<String>>, OpenError> {
        let mut found = self.connection.prepare(
            "SELECT tables.name, columns.name FROM sqlite_schema tables, pragma_table_info(tables.name) columns
             WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite_%' AND tables.name NOT LIKE 'message_text_%'
                 AND (tables.name, columns.name) <> ('account', 'indexed_name')",
        )?;
        let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for column in found.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))? {
            let (table, column): (String, String) = column?;
            tables.entry(table).or_default().push(column);
        }
        tables.retain(|table, _| !NOT_READ.contains(&table.as_str()));
        let name = |(name, _): &(&str, &str)| (*name).to_owned();
        tables.entry("entry".to_owned()).or_default().extend(OF_ENTRIES.iter().map(name));
        tables.insert("server".to_owned(), SERVER.iter().map(name).collect());
        tables.values_mut().for_each(|columns| columns.sort_unstable());
        Ok(tables)
    }

    /// Reads these columns of all rows of a table, until `each` returns false.
    pub(crate) fn read(
        &self,
        table: &str,
        columns: &[String],
        mut each: impl FnMut(&[Value<'_>]) -> bool,
    ) -> Result<(), OpenError> {
        let from = match table {
            "entry" => {
                "entry JOIN account author ON author.id = entry.author LEFT JOIN message_order ON message_order.entry = entry.id"
            }
            table => table,
        };
        let expressions: Vec<String> = columns.iter().map(|column| expression(table, column)).collect();
        let mut statement = self.connection.prepare(&format!("SELECT {} FROM {from}", expressions.join(", ")))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let values = columns.iter().enumerate().map(|(place, column)| value(row, place, column));
            if !each(&values.collect::<rusqlite::Result<Vec<_>>>()?) {
                break;
            }
        }
        Ok(())
    }
}

fn define_functions(connection: &Connection, words_of: WordsOf) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("folding", 0, flags, |_| Ok(FOLDING))?;
    connection.create_scalar_function(WORDS, 3, flags, move |context| {
        let (id, author, body): (i64, String, Option<String>) = (context.get(0)?, context.get(1)?, context.get(2)?);
        Ok(body.map(|body| words_of(columns::conversation_of(id), &author, &body)))
    })
}

fn expression(table: &str, column: &str) -> String {
    let derived = match table {
        "server" => SERVER,
        "entry" => OF_ENTRIES,
        _ => &[],
    };
    match derived.iter().find(|(name, _)| *name == column) {
        Some((_, expression)) if column == WORDS => format!("CASE WHEN entry.kind = {} THEN {expression} END", columns::MESSAGE),
        Some((_, expression)) => (*expression).to_owned(),
        None => format!("{table}.\"{column}\""),
    }
}

fn value<'a>(row: &'a Row<'_>, place: usize, column: &str) -> rusqlite::Result<Value<'a>> {
    let invalid = |error| rusqlite::Error::FromSqlConversionFailure(place, Type::Text, Box::new(error));
    Ok(match row.get_ref(place)? {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Blob(bytes) => Value::Bytes(bytes),
        ValueRef::Text(text) => {
            let text = std::str::from_utf8(text).map_err(invalid)?;
            if column == WORDS { Value::words(text.split(' ').filter(|word| !word.is_empty())) } else { Value::Text(text) }
        }
        ValueRef::Real(_) => return Err(rusqlite::Error::InvalidColumnType(place, column.to_owned(), Type::Real)),
    })
}
