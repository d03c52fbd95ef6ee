//! The second factor of a sign-in: codes of an authenticator app (TOTP, RFC 6238), and recovery codes.

use serde::{Deserialize, Serialize};

use super::secrets::debug_without_fields;

/// Requests a new secret for an authenticator app. Until it is confirmed, it has no effect. The reply is [`TotpSecret`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnableTotp {
    /// The current password, as typed.
    pub password: String,
}

/// A secret that has no effect until it is confirmed. Sent only once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TotpSecret {
    /// 160 bits in base32 without padding, to type into the app.
    pub secret: String,
    /// The same as an `otpauth` URI with the username, which apps read from a QR code.
    pub uri: String,
}

/// Turns on the second factor with the secret requested last. The reply is [`RecoveryCodes`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmTotp {
    /// The current code of the app, as typed.
    pub code: String,
}

/// Codes that each replace a code of the app once. Sent only once; the server stores their hashes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoveryCodes {
    /// In the form `ABCD-EFGH-IJKL-MNOP`.
    pub codes: Vec<String>,
}

/// Turns off the second factor, and invalidates the recovery codes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisableTotp {
    /// The current password, as typed.
    pub password: String,
    /// A code of the app or a recovery code, as typed.
    pub code: String,
}

/// Requests new recovery codes, and invalidates the earlier ones. The reply is [`RecoveryCodes`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplaceRecoveryCodes {
    /// The current password, as typed.
    pub password: String,
    /// A code of the app or a recovery code, as typed.
    pub code: String,
}

debug_without_fields!(EnableTotp, TotpSecret, ConfirmTotp, RecoveryCodes, DisableTotp, ReplaceRecoveryCodes);

#[cfg(test)]
mod tests {
    use super::{ConfirmTotp, DisableTotp, EnableTotp, RecoveryCodes, ReplaceRecoveryCodes, TotpSecret};

    #[test]
    fn debug_output_hides_secrets() {
        let secret = || "um cavalo come bananas".to_owned();
        let enable = EnableTotp { password: secret() };
        let issued = TotpSecret { secret: secret(), uri: secret() };
        let confirm = ConfirmTotp { code: secret() };
        let codes = RecoveryCodes { codes: vec![secret()] };
        let disable = DisableTotp { password: secret(), code: secret() };
        let replace = ReplaceRecoveryCodes { password: secret(), code: secret() };
        let printed = format!("{enable:?} {issued:?} {confirm:?} {codes:?} {disable:?} {replace:?}");
        assert!(!printed.contains(&secret()), "{printed}");
    }
}
