//! Registering, signing in and out, passwords.

use serde::{Deserialize, Serialize};

use crate::model::Person;

/// Creates an account and signs in. Answered with [`SignedIn`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register {
    /// As typed; the server maps it to lower case.
    pub username: String,
    /// A new password.
    pub password: String,
    /// Absent: the username as typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// What to call this device in a list of devices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// An invite, as typed. Needed where [`super::Registration::Invite`] says so, and not looked at elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invite: Option<String>,
}

/// Signs in with a password. Answered with [`SignedIn`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// As typed.
    pub username: String,
    /// As typed.
    pub password: String,
    /// What to call this device in a list of devices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
}

/// Signs in again on a device that signed in before: after a lost connection, without asking the person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInWithToken {
    /// From an earlier [`SignedIn`].
    pub token: String,
}

/// The answer to each way of signing in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    /// Who signed in.
    pub you: Person,
    /// The device token: 256 random bits in URL-safe base64. After [`SignInWithToken`], the same one again.
    pub token: String,
}

/// Sets another password. Signs out every other device of the person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangePassword {
    /// The one that holds now.
    pub current: String,
    /// The one to hold from now on.
    pub new: String,
}

/// Frames with secrets print their type and nothing more, so that no log or panic can show one.
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
    fn a_secret_is_not_printed() {
        let secret = "um cavalo come bananas".to_owned();
        let sign_in = SignIn { username: "ana".into(), password: secret.clone(), device: None };
        let change = ChangePassword { current: secret.clone(), new: secret.clone() };
        assert!(!format!("{sign_in:?} {change:?}").contains(&secret));
    }
}
