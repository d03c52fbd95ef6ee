//! Registration, sign-in, sign-out and password changes.

use serde::{Deserialize, Serialize};

use crate::model::Person;

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

/// Changes the password and signs out all other devices of the account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangePassword {
    /// The current password, as typed.
    pub current: String,
    /// The new password, checked by [`check_password`](crate::model::check_password).
    pub new: String,
}

/// Frames with secrets print only their type, so that no log line or panic message can reveal one.
macro_rules! debug_without_fields {
    ($($frame:ident),*) => {$(
        impl std::fmt::Debug for $frame {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($frame)).finish_non_exhaustive()
            }
        }
    )*};
}

debug_without_fields!(Register, SignIn, SignInWithToken, SignedIn, ChangePassword);

#[cfg(test)]
mod tests {
    use super::{ChangePassword, SignIn};

    #[test]
    fn debug_output_hides_secrets() {
        let secret = "um cavalo come bananas".to_owned();
        let sign_in = SignIn { username: "ana".into(), password: secret.clone(), device: None };
        let change = ChangePassword { current: secret.clone(), new: secret.clone() };
        assert!(!format!("{sign_in:?} {change:?}").contains(&secret));
    }
}
