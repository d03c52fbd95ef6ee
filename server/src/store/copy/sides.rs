//! The two sides of a copy, with the errors of each.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use papo_shared::model::ServerId;

use super::error::CopyError;
use crate::store::StoreError;
use crate::store::postgres::target::{Content, Target};
use crate::store::postgres::{self, PostgresAddress};
use crate::store::sqlite::{OpenError, Source};

/// The file, which is read on threads that may block.
pub(super) struct Reader {
    file: PathBuf,
    pub(super) server_id: ServerId,
    source: Arc<Mutex<Source>>,
}

impl Reader {
    pub(super) async fn open(file: &Path) -> Result<Self, CopyError> {
        let path = file.to_owned();
        let opened = blocking(file, move || {
            let source = Source::open(&path, postgres::words_of)?;
            let server_id = if source.is_current()? { Some(source.server_id()?) } else { None };
            Ok((source, server_id))
        });
        match opened.await? {
            (source, Some(server_id)) => Ok(Self { file: file.to_owned(), server_id, source: Arc::new(Mutex::new(source)) }),
            (_, None) => Err(CopyError::SourceOlder { file: file.to_owned() }),
        }
    }

    pub(super) async fn run<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Source) -> Result<T, OpenError> + Send + 'static,
    ) -> Result<T, CopyError> {
        let source = self.source.clone();
        blocking(&self.file, move || read(&source.lock().unwrap_or_else(PoisonError::into_inner))).await
    }
}

async fn blocking<T: Send + 'static>(
    file: &Path,
    read: impl FnOnce() -> Result<T, OpenError> + Send + 'static,
) -> Result<T, CopyError> {
    let result = tokio::task::spawn_blocking(read).await.unwrap_or_else(|error| Err(OpenError::Other(error.to_string())));
    result.map_err(|reason| CopyError::source(file, reason))
}

/// The database.
pub(super) struct Writer {
    database: String,
    pub(super) target: Target,
}

impl Writer {
    pub(super) async fn begin(address: &PostgresAddress) -> Result<(Self, Content), CopyError> {
        let database = address.to_string();
        match Target::begin(address).await {
            Ok((target, content)) => Ok((Self { database, target }, content)),
            Err(reason) => Err(CopyError::Target { database, reason }),
        }
    }

    pub(super) async fn commit(self) -> Result<(), CopyError> {
        let Self { database, target } = self;
        target.commit().await.map_err(|fault| failed(&database, fault))
    }

    pub(super) fn failed(&self, fault: impl Into<StoreError>) -> CopyError {
        failed(&self.database, fault)
    }
}

fn failed(database: &str, fault: impl Into<StoreError>) -> CopyError {
    let (database, reason): (_, StoreError) = (database.to_owned(), fault.into());
    if reason.is_outcome_unknown() { CopyError::Unknown { database, reason } } else { CopyError::Failed { database, reason } }
}
