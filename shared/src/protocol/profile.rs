//! What somebody says about themselves.

use serde::{Deserialize, Serialize};

/// Says how one wants to be called and what one is up to. What is absent stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetProfile {
    /// As typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// As typed; nothing to be seen takes it away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}

/// Says whether one is away from this device, or back. It holds until the connection ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAway {
    /// Whether one is.
    pub away: bool,
}
