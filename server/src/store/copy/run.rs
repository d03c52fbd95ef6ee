//! The steps of a copy.

use std::path::Path;

use bytes::Bytes;
use tokio::sync::mpsc;

use super::digest::TableDigest;
use super::error::{CopyError, Difference};
use super::report::{CopyReport, Progress, TableReport};
use super::sides::{Reader, Writer};
use crate::store::postgres::PostgresAddress;
use crate::store::postgres::target::{Content, encode};
use crate::store::sqlite::verify;

/// Size, in bytes, above which a part of a table is sent. It bounds the memory of the copy, and, since references are checked
/// after each part, that of PostgreSQL.
const PART: usize = 4 * 1024 * 1024;

/// Parts that wait to be sent.
const WAITING_PARTS: usize = 2;

/// Part of a table, in the format of the target.
struct Part {
    rows: u64,
    text: String,
}

/// Copies a file that no server is using into an empty database. If the database already contains a copy of it, compares both,
/// so that a copy whose end is unknown can be repeated. The file is not changed.
///
/// # Errors
/// The database contains what it contained before, unless the error says that this is unknown.
pub async fn copy(
    file: &Path,
    address: &PostgresAddress,
    mut progress: impl FnMut(Progress<'_>),
) -> Result<CopyReport, CopyError> {
    let reader = Reader::open(file).await?;
    let (writer, content) = Writer::begin(address).await?;
    let existed = match content {
        Content::Nothing => false,
        Content::Server(id) if id == reader.server_id => true,
        Content::Server(_) => return Err(CopyError::OtherServer { database: address.to_string() }),
    };
    if !existed {
        progress(Progress::VerifyingSource);
        let path = file.to_owned();
        let findings = reader.run(move |_| verify(&path)).await?;
        if !findings.is_empty() {
            return Err(CopyError::SourceDamaged { file: file.to_owned(), findings });
        }
        copy_tables(&reader, &writer, &mut progress).await?;
    }
    let tables = compare(&reader, &writer, &mut progress).await?;
    let tables = tables.map_err(|differences| CopyError::Different {
        file: file.to_owned(),
        database: address.to_string(),
        existed,
        differences,
    })?;
    progress(Progress::VerifyingCopy);
    let findings = writer.target.verify().await.map_err(|fault| writer.failed(fault))?;
    if !findings.is_empty() {
        return Err(CopyError::CopyDamaged { database: address.to_string(), findings });
    }
    writer.commit().await?;
    Ok(CopyReport { file: file.to_owned(), database: address.to_string(), existed, tables })
}

async fn copy_tables(reader: &Reader, writer: &Writer, progress: &mut impl FnMut(Progress<'_>)) -> Result<(), CopyError> {
    let mut tables = reader.run(|source| source.tables()).await?;
    let target = &writer.target;
    for table in target.tables_in_order().await.map_err(|fault| writer.failed(fault))? {
        let Some(columns) = tables.remove(&table) else { continue };
        progress(Progress::Copying { table: &table, rows: 0 });
        let (parts, mut read) = mpsc::channel(WAITING_PARTS);
        let reading = reader.run({
            let (table, columns) = (table.clone(), columns.clone());
            move |source| {
                let mut part = Part { rows: 0, text: String::with_capacity(PART) };
                source.read(&table, &columns, |row| {
                    encode(row, &mut part.text);
                    part.rows += 1;
                    // Without a receiver, the other side failed, which is reported there.
                    part.text.len() < PART || parts.blocking_send(std::mem::replace(&mut part, Part::new())).is_ok()
                })?;
                _ = parts.blocking_send(part);
                Ok(())
            }
        });
        let writing = async {
            let mut rows = 0;
            while let Some(part) = read.recv().await {
                rows += part.rows;
                target.write(&table, &columns, Bytes::from(part.text)).await.map_err(|fault| writer.failed(fault))?;
                progress(Progress::Copying { table: &table, rows });
            }
            // Ends the reading if the writing ended early.
            read.close();
            Ok(())
        };
        tokio::try_join!(reading, writing)?;
    }
    target.complete().await.map_err(|fault| writer.failed(fault))
}

impl Part {
    fn new() -> Self {
        Self { rows: 0, text: String::with_capacity(PART) }
    }
}

/// Compares the tables that either side lists.
async fn compare(
    reader: &Reader,
    writer: &Writer,
    progress: &mut impl FnMut(Progress<'_>),
) -> Result<Result<Vec<TableReport>, Vec<Difference>>, CopyError> {
    let mut ours = reader.run(|source| source.tables()).await?;
    let theirs = writer.target.tables().await.map_err(|fault| writer.failed(fault))?;
    let (mut same, mut different) = (Vec::new(), Vec::new());
    for (table, columns) in theirs {
        if ours.remove(&table).as_ref() != Some(&columns) {
            different.push(Difference::Columns { table });
            continue;
        }
        progress(Progress::Comparing { table: &table });
        let reading = reader.run({
            let (table, columns) = (table.clone(), columns.clone());
            move |source| {
                let mut digest = TableDigest::default();
                source.read(&table, &columns, |row| {
                    digest.add(row);
                    true
                })?;
                Ok(digest)
            }
        });
        let writing = async { writer.target.digest(&table, &columns).await.map_err(|fault| writer.failed(fault)) };
        let (source, target) = tokio::try_join!(reading, writing)?;
        if source == target {
            same.push(TableReport { table, rows: source.rows, hash: source.hash() });
        } else {
            different.push(Difference::Rows { table, source: source.rows, target: target.rows });
        }
    }
    different.extend(ours.into_keys().map(|table| Difference::Columns { table }));
    Ok(if different.is_empty() { Ok(same) } else { Err(different) })
}
