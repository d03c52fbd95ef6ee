//! Queries on bans.

use papo_shared::model::Timestamp;
use rusqlite::Connection;
use rusqlite::types::Type;

use crate::domain::{Ban, BannedNetwork};

pub(crate) fn all(connection: &Connection) -> rusqlite::Result<Vec<Ban>> {
    connection
        .prepare("SELECT network, until, reason, created_by, created_at FROM ban")?
        .query_map([], |row| {
            let network = BannedNetwork::parse(&row.get::<_, String>(0)?);
            Ok(Ban {
                network: network.map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(error)))?,
                until: Timestamp(row.get(1)?),
                reason: row.get(2)?,
                created_by: row.get(3)?,
                created_at: Timestamp(row.get(4)?),
            })
        })?
        .collect()
}
