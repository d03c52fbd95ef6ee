//! Which server a file belongs to, without serving it.

use std::path::Path;

use papo_shared::model::ServerId;

use super::open::{FILE_NAME, connect_reader, lock};
use super::open_error::OpenError;
use super::{schema, steps};

/// The id of the server whose data are in this directory. `None` where there are no data, or those of an old papo, which gave its
/// servers no id. Blocks for as long as the disk takes.
///
/// # Errors
/// What is wrong with the file. A server that uses it is an error as well ([`OpenError::InUse`]).
pub fn stored_server_id(data_dir: &Path) -> Result<Option<ServerId>, OpenError> {
    let path = data_dir.join(FILE_NAME);
    if !path.exists() {
        return Ok(None);
    }
    // No server opens it meanwhile, which would rely on having made the log beside it.
    let _lock = lock(data_dir)?;
    let connection = connect_reader(&path)?;
    schema::version(&connection, steps::MIGRATIONS)?;
    if !connection.table_exists(None, "server")? {
        return Ok(None);
    }
    Ok(Some(connection.query_row("SELECT id FROM server", [], |row| row.get(0).map(ServerId::from_bytes))?))
}
