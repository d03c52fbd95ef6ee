//! Display name, status text and away state.

use serde::{Deserialize, Serialize};

/// Changes the requester's display name, status text or both. Absent fields are unchanged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetProfile {
    /// The new display name, as typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The new status text, as typed; blank text removes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}

/// Marks this device as away or back. Holds until the connection ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAway {
    /// `true` for away, `false` for back.
    pub away: bool,
}
