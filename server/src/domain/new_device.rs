//! A device to be added at sign-in.

use papo_shared::model::DeviceName;

use super::token::TokenHash;

/// A device to be added at sign-in.
#[derive(Clone, Debug)]
pub struct NewDevice {
    /// Hash of the device's token.
    pub token: TokenHash,
    /// Name given by the client.
    pub name: DeviceName,
}
