//! Fills an empty database in one transaction, and reads it back, to copy a community from another database.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::pin::pin;

use bytes::Bytes;
use futures_util::{SinkExt, TryStreamExt};
use papo_shared::model::ServerId;
use tokio_postgres::Row;
use tokio_postgres::types::{ToSql, Type};

use super::address::{PostgresAddress, check_server};
use super::connections::Session;
use super::fault::Fault;
use super::health::Health;
use super::migrations::{self, steps::MIGRATIONS};
use super::open_error::OpenError;
use super::query::{Connection, map};
use super::rows::get;
use super::verify;
use crate::store::Finding;
use crate::store::copy::digest::TableDigest;
use crate::store::copy::value::Value;

/// Sequences whose next value must be above what is stored: each with the largest value that was stored.
const SEQUENCES: &[&str] = &[
    "SELECT setval('message_place', max(place)) FROM entry HAVING max(place) IS NOT NULL",
    "SELECT setval(pg_get_serial_sequence('audit', 'id'), max(id)) FROM audit HAVING max(id) IS NOT NULL",
    "SELECT setval(pg_get_serial_sequence('erasure', 'id'), max(id)) FROM erasure HAVING max(id) IS NOT NULL",
];

/// A database in a transaction, which servers that start meanwhile wait for. Nothing is kept unless it is committed.
pub(crate) struct Target {
    session: Session,
}

/// What a database contains.
pub(crate) enum Content {
    /// No table: they are created in the transaction, without a row.
    Nothing,
    /// The data of this server.
    Server(ServerId),
}

impl Target {
    /// Connects, and creates the tables in an empty database.
    ///
    /// # Errors
    /// The problem with the database, including that it contains tables of another program or version.
    pub(crate) async fn begin(address: &PostgresAddress) -> Result<(Self, Content), OpenError> {
        let connections = address.connections(&Health::assumed())?;
        let mut session = Session::of(&connections.writers).await?;
        session.begin();
        let connection = session.connection();
        check_server(connection).await?;
        connection.batch_execute("BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0").await?;
        let content = match migrations::lock(connection).await? {
            0 => {
                migrations::create(connection).await?;
                Content::Nothing
            }
            version if version < MIGRATIONS.len() => return Err(OpenError::Older),
            _ => Content::Server(migrations::server_id(connection).await?),
        };
        Ok((Self { session }, content))
    }

    fn connection(&self) -> &Connection {
        self.session.connection()
    }

    /// The tables, each with its columns in alphabetical order, without those that mean something only in the database: the
    /// transaction of an entry is that of the copy, and the versions of memberships begin anew.
    pub(crate) async fn tables(&self) -> Result<BTreeMap<String, Vec<String>>, Fault> {
        let sql = "SELECT table_name::text, array_agg(column_name::text ORDER BY column_name::text COLLATE \"C\")
                   FROM information_schema.columns
                   WHERE table_schema = current_schema() AND table_name <> 'papo_schema'
                       AND (table_name, column_name) NOT IN (('entry', 'xid'), ('conversation', 'membership_version')) GROUP BY 1";
        Ok(map(self.connection(), sql, &[], |row| Ok((get(row, 0)?, get(row, 1)?))).await?.into_iter().collect())
    }

    /// The tables in an order in which each comes after those it refers to.
    pub(crate) async fn tables_in_order(&self) -> Result<Vec<String>, Fault> {
        let sql = "WITH RECURSIVE referring AS (
                       SELECT oid, 0 AS depth FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
                       UNION SELECT conrelid, depth + 1 FROM referring JOIN pg_constraint ON confrelid = referring.oid
                       WHERE contype = 'f' AND conrelid <> confrelid)
                   SELECT oid::regclass::text FROM referring GROUP BY oid ORDER BY max(depth), 1";
        map(self.connection(), sql, &[], |row| get(row, 0)).await
    }

    /// Adds rows to a table, in the text format of COPY, as [`encode`] gives them.
    pub(crate) async fn write(&self, table: &str, columns: &[String], rows: Bytes) -> Result<(), Fault> {
        let sql = format!("COPY {table} ({}) FROM STDIN", quoted(columns));
        let mut sink = pin!(self.connection().copy_in(&sql).await?);
        sink.send(rows).await?;
        sink.finish().await?;
        Ok(())
    }

    /// Makes what the rows do not contain true of them.
    pub(crate) async fn complete(&self) -> Result<(), Fault> {
        for sequence in SEQUENCES {
            self.connection().execute(*sequence, &[]).await?;
        }
        Ok(self.connection().batch_execute("ANALYZE").await?)
    }

    /// Reads these columns of all rows of a table.
    pub(crate) async fn digest(&self, table: &str, columns: &[String]) -> Result<TableDigest, Fault> {
        let expressions: Vec<String> = columns.iter().map(|column| expression(column)).collect();
        let sql = format!("SELECT {} FROM {table}", expressions.join(", "));
        let none: [&(dyn ToSql + Sync); 0] = [];
        let mut rows = pin!(self.connection().query_raw(&sql, none).await?);
        let mut digest = TableDigest::default();
        while let Some(row) = rows.try_next().await? {
            digest.add(&(0..row.len()).map(|place| value(&row, place)).collect::<Result<Vec<_>, _>>()?);
        }
        Ok(digest)
    }

    pub(crate) async fn verify(&self) -> Result<Vec<Finding>, Fault> {
        verify::findings(self.connection()).await
    }

    /// Ends the transaction, and keeps what was written.
    pub(crate) async fn commit(mut self) -> Result<(), Fault> {
        self.connection().batch_execute("COMMIT").await.map_err(Fault::of_commit)?;
        self.session.end();
        Ok(())
    }
}

fn quoted(columns: &[String]) -> String {
    columns.iter().map(|column| format!("\"{column}\"")).collect::<Vec<_>>().join(", ")
}

/// Adds a row to the input of [`Target::write`].
pub(crate) fn encode(row: &[Value<'_>], into: &mut String) {
    for (place, value) in row.iter().enumerate() {
        if place > 0 {
            into.push('\t');
        }
        match value {
            Value::Null => into.push_str("\\N"),
            Value::Integer(number) => _ = write!(into, "{number}"),
            Value::Text(text) => escape(text, into),
            Value::Bytes(bytes) => {
                into.push_str("\\\\x");
                bytes.iter().for_each(|byte| _ = write!(into, "{byte:02x}"));
            }
            Value::Words(words) => {
                let quoted: Vec<_> = words.iter().map(|word| super::search::quoted_lexeme(word)).collect();
                escape(&quoted.join(" "), into);
            }
        }
    }
    into.push('\n');
}

fn escape(text: &str, into: &mut String) {
    for character in text.chars() {
        match character {
            '\\' => into.push_str("\\\\"),
            '\n' => into.push_str("\\n"),
            '\r' => into.push_str("\\r"),
            '\t' => into.push_str("\\t"),
            character => into.push(character),
        }
    }
}

fn expression(column: &str) -> String {
    // The driver does not read the type of the words.
    if column == "words" { "tsvector_to_array(words)".to_owned() } else { format!("\"{column}\"") }
}

fn value(row: &Row, place: usize) -> Result<Value<'_>, Fault> {
    let value = match *row.columns()[place].type_() {
        Type::INT8 => get::<Option<i64>>(row, place)?.map(Value::Integer),
        Type::BOOL => get::<Option<bool>>(row, place)?.map(|is_true| Value::Integer(is_true.into())),
        Type::TEXT => get::<Option<&str>>(row, place)?.map(Value::Text),
        Type::BYTEA => get::<Option<&[u8]>>(row, place)?.map(Value::Bytes),
        Type::TEXT_ARRAY => get::<Option<Vec<&str>>>(row, place)?.map(Value::words),
        _ => return Err(Fault::Value(place)),
    };
    Ok(value.unwrap_or(Value::Null))
}

#[cfg(test)]
mod tests {
    use super::{Value, encode};

    #[test]
    fn rows_are_encoded_for_copy() {
        let encoded = |value: Value<'_>| {
            let mut text = String::new();
            encode(&[Value::Integer(-7), value], &mut text);
            text
        };
        assert_eq!(encoded(Value::Null), "-7\t\\N\n");
        assert_eq!(encoded(Value::Text("\\N\ta\r\nb")), "-7\t\\\\N\\ta\\r\\nb\n");
        assert_eq!(encoded(Value::Bytes(&[0, 255])), "-7\t\\\\x00ff\n");
        assert_eq!(encoded(Value::words(["it's", r"a\b"])), "-7\t'a\\\\\\\\b' 'it''s'\n");
        assert_eq!(encoded(Value::words([])), "-7\t\n");
    }
}
