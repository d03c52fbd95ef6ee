//! Registration, sign-in, sign-out and password changes.

use serde::{Deserialize, Serialize};

use super::secrets::debug_without_fields;
use crate::model::{Person, Timestamp};

/// Creates an account and signs in. The reply is [`SignedIn`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register {
    /// As typed; the server maps it to lower case.
    pub username: String,
    /// The new password, checked by [`check_password`](crate::model::check_password).
    pub password: String,
    /// Defaults to the username as typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Name of this device in the account's device list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// Invite code, as typed. Required under [`super::Registration::Invite`], ignored otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invite: Option<String>,
}

/// Signs in with a password, as a new device. The reply is [`SignedIn`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// As typed; the server maps it to lower case.
    pub username: String,
    /// The current password, as typed.
    pub password: String,
    /// Name of this device in the account's device list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// Code of the authenticator app, or a recovery code, as typed. Required after
    /// [`Refusal::SecondFactorRequired`](super::Refusal::SecondFactorRequired), ignored for accounts without a second factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// Signs in again on a known device, for example after a lost connection, without asking for the password.
/// The reply is [`SignedIn`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInWithToken {
    /// The token from an earlier [`SignedIn`].
    pub token: String,
}

/// The reply to every kind of sign-in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    /// The account that is now signed in.
    pub you: Person,
    /// The device token: 256 random bits in URL-safe base64. [`SignInWithToken`] returns the token it was given.
    pub token: String,
}

/// Requests the requester's own account. The reply is [`AccountDetails`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetAccount {}

/// The requester's own account, with what only its owner may know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountDetails {
    /// The profile, as other users see it.
    pub you: Person,
    /// Creation time, by the server clock.
    pub created_at: Timestamp,
    /// Whether signing in with the password requires a code of an authenticator app.
    pub totp: bool,
    /// Number of unused recovery codes; 0 without a second factor.
    pub recovery_codes_left: u32,
}

/// Changes the password and signs out all other devices of the account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangePassword {
    /// The current password, as typed.
    pub current: String,
    /// The new password, checked by [`check_password`](crate::model::check_password).
    pub new: String,
}

debug_without_fields!(Register, SignIn, SignInWithToken, SignedIn, ChangePassword);

#[cfg(test)]
mod tests {
    use super::{ChangePassword, SignIn};

    #[test]
    fn debug_output_hides_secrets() {
        let secret = "um cavalo come bananas".to_owned();
        let sign_in = SignIn { username: "ana".into(), password: secret.clone(), device: None, code: Some(secret.clone()) };
        let change = ChangePassword { current: secret.clone(), new: secret.clone() };
        assert!(!format!("{sign_in:?} {change:?}").contains(&secret));
    }
}
