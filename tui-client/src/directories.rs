//! papo's directories, by the XDG specification on every system.

use std::path::PathBuf;

use etcetera::{BaseStrategy, HomeDirError};

/// papo's folder in each of the XDG directories.
const FOLDER: &str = "papo";

/// The folders of the current user. They need not exist yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directories {
    /// `$XDG_DATA_HOME/papo`: the data of a hosted server, unsent messages, sign-ins and trusted certificates.
    pub data: PathBuf,
    /// The folder of the logs, `$XDG_STATE_HOME/papo`.
    pub state: PathBuf,
}

impl Directories {
    /// Reads `XDG_DATA_HOME`, `XDG_STATE_HOME` and `HOME`.
    ///
    /// # Errors
    /// There is no home directory.
    pub fn from_environment() -> Result<Self, HomeDirError> {
        let xdg = etcetera::base_strategy::Xdg::new()?;
        let data = xdg.data_dir().join(FOLDER);
        let state = xdg.state_dir().map_or_else(|| data.clone(), |state| state.join(FOLDER));
        Ok(Self { data, state })
    }
}
