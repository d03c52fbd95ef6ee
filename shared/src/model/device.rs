//! The devices an account is signed in on.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::limits::MAX_DEVICE_NAME_CHARS;
use super::text::clean_line_within;
use super::timestamp::Timestamp;

/// Device id, assigned by the server at each sign-in by password, starting at 1 and never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeviceId(pub i64);

/// Name of a device in its owner's device list: a clean line of at most [`MAX_DEVICE_NAME_CHARS`] characters, not unique,
/// possibly empty. Longer names are truncated rather than refused: a long host name must not prevent signing in.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct DeviceName(String);

/// A device in its owner's device list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceListing {
    /// Device id, for revoking it.
    pub device: DeviceId,
    /// Name the device gave when signing in; empty if it gave none.
    pub name: DeviceName,
    /// Time of the sign-in by password.
    pub created_at: Timestamp,
    /// Time of last use, accurate to about an hour.
    pub last_used: Timestamp,
    /// Whether a session of this device is open.
    pub connected: bool,
    /// Whether this is the device that sent the request.
    pub this: bool,
}

impl DeviceName {
    /// The device name; may be empty.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for DeviceName {
    fn from(text: String) -> Self {
        Self(clean_line_within(text, MAX_DEVICE_NAME_CHARS))
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
    fn check(text: &str, expected: &str) {
        assert_eq!(DeviceName::from(text.to_owned()).as_str(), expected);
    }

    #[test]
    fn a_device_name_is_cleaned_and_truncated_but_never_refused() {
        check("laptop\u{1b}]0;x\u{7}\n\u{202e}", "laptop ]0;x");
        check("", "");
        let longest = "é".repeat(MAX_DEVICE_NAME_CHARS);
        check(&longest, &longest);
        check(&format!("{longest}é"), &longest);
    }
}
