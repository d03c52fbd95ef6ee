//! A device on which somebody signs in.

use papo_shared::model::DeviceName;

use super::token::TokenHash;

/// A device that is to stay signed in.
#[derive(Clone, Debug)]
pub struct NewDevice {
    /// Of its token.
    pub token: TokenHash,
    /// What to call it.
    pub name: DeviceName,
}
