//! What keeps a device signed in.

/// A device token, as the server gave it. Whoever has it is signed in, so it prints as nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct DeviceToken(pub String);

impl std::fmt::Debug for DeviceToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DeviceToken")
    }
}
