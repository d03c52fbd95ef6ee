//! The credentials for signing in without a password.

use papo_shared::model::Username;

use crate::device_token::{DeviceToken, TokenLocation};

/// A device token and how it is stored. Without a token, the user has to sign in by hand.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    /// The token to sign in with; `None` if the user has to sign in by hand.
    pub token: Option<DeviceToken>,
    /// The account of the token. `None` for a token stored by an older papo, until the server names the account.
    pub user: Option<Username>,
    /// Whether the token is stored for the next start.
    pub stays_signed_in: bool,
    /// Where the token is stored; `None` while unknown.
    pub token_location: Option<TokenLocation>,
    /// Whether a start without a username on the command line finds the token.
    pub is_default: bool,
}
