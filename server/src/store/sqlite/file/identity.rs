//! Reads the server id of a file without serving it.

use std::path::Path;

use papo_shared::model::ServerId;

use super::migrations::{self, steps};
use super::open::{FILE_NAME, connect_reader, lock};
use super::open_error::OpenError;

/// The id of the server whose data is in this directory. `None` if there is no data, or if it is of an old version without server
/// ids. Blocks for the duration of the disk access.
///
/// # Errors
/// The problem with the file, including that a server is using it ([`OpenError::InUse`]).
pub fn stored_server_id(data_dir: &Path) -> Result<Option<ServerId>, OpenError> {
    let path = data_dir.join(FILE_NAME);
    if !path.exists() {
        return Ok(None);
    }
    // The lock keeps servers from opening it meanwhile: they rely on having created the log next to it.
    let _lock = lock(data_dir)?;
    let connection = connect_reader(&path)?;
    migrations::version(&connection, steps::MIGRATIONS)?;
    if !connection.table_exists(None, "server")? {
        return Ok(None);
    }
    Ok(Some(connection.query_row("SELECT id FROM server", [], |row| row.get(0).map(ServerId::from_bytes))?))
}
