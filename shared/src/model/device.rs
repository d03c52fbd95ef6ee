//! Where somebody is signed in.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::limits::MAX_DEVICE_NAME_CHARS;
use super::text::clean_line_within;
use super::timestamp::Timestamp;

/// Which device: one sign-in by password, kept by its token. Given by the server, from 1, never twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeviceId(pub i64);

/// What a device is called in a list of devices: a clean line of at most [`MAX_DEVICE_NAME_CHARS`] characters, not unique,
/// and empty where nothing was told. What is longer is cut: nobody should fail to sign in for the name of their machine.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct DeviceName(String);

/// A device as its owner sees it in the list of theirs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceListing {
    /// Which one.
    pub device: DeviceId,
    /// What it called itself.
    pub name: DeviceName,
    /// When it was signed in by password.
    pub created_at: Timestamp,
    /// When it was last used, to about an hour.
    pub last_used: Timestamp,
    /// Whether a session of it is open now.
    pub connected: bool,
    /// Whether it is the one that asks.
    pub this: bool,
}

impl DeviceName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for DeviceName {
    fn from(said: String) -> Self {
        Self(clean_line_within(said, MAX_DEVICE_NAME_CHARS))
    }
}

impl From<DeviceName> for String {
    fn from(name: DeviceName) -> Self {
        name.0
    }
}

impl fmt::Display for DeviceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{DeviceName, MAX_DEVICE_NAME_CHARS};

    #[track_caller]
    fn check(said: &str, expected: &str) {
        assert_eq!(DeviceName::from(said.to_owned()).as_str(), expected);
    }

    #[test]
    fn a_device_name_is_a_clean_line_that_is_cut_and_never_refused() {
        check("laptop\u{1b}]0;x\u{7}\n\u{202e}", "laptop ]0;x");
        check("", "");
        let longest = "é".repeat(MAX_DEVICE_NAME_CHARS);
        check(&longest, &longest);
        check(&format!("{longest}é"), &longest);
    }
}
