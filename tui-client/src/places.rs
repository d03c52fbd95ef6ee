//! Where files are kept: the XDG directories, on every system.

use std::path::PathBuf;

use etcetera::{BaseStrategy, HomeDirError};

/// The name of our folder in each of them.
const FOLDER: &str = "papo";

/// Where files are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// What a hosted server keeps (`$XDG_DATA_HOME/papo`).
    pub data: PathBuf,
    /// Logs (`$XDG_STATE_HOME/papo`).
    pub state: PathBuf,
}

impl Places {
    /// The folders of this person.
    ///
    /// # Errors
    /// Where the system has no home folder for them.
    pub fn of_environment() -> Result<Self, HomeDirError> {
        let xdg = etcetera::base_strategy::Xdg::new()?;
        let data = xdg.data_dir().join(FOLDER);
        let state = xdg.state_dir().map_or_else(|| data.clone(), |state| state.join(FOLDER));
        Ok(Self { data, state })
    }
}
