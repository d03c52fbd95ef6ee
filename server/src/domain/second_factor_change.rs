//! Changes of the second factor of an account.

use super::second_factor::{RecoveryCodeHash, SecondFactorCode};
use super::totp::TotpSecret;

/// A change of a second factor. The changes with a password hash are refused with `WrongCredentials` if the stored hash is no
/// longer `verified_hash`, against which the password was verified; those with a code, with `TooFast` after too many wrong codes.
#[derive(Clone, Debug)]
pub enum SecondFactorChange {
    /// Stores one that waits for its first code, in place of an earlier one. Refused with `TotpAlreadyEnabled` if one is confirmed.
    Enable { verified_hash: String, secret: TotpSecret },
    /// Confirms it with its first code. Refused with `TotpNotEnabled` if none waits, with `TotpAlreadyEnabled` if it is confirmed.
    Confirm { code: SecondFactorCode, recovery_codes: Vec<RecoveryCodeHash> },
    /// Removes it. Refused with `TotpNotEnabled` if none is confirmed.
    Disable { verified_hash: String, code: SecondFactorCode },
    /// Replaces the recovery codes. Refused with `TotpNotEnabled` if none is confirmed.
    ReplaceRecoveryCodes { verified_hash: String, code: SecondFactorCode, recovery_codes: Vec<RecoveryCodeHash> },
    /// Removes it on behalf of the operator. Refused with `TotpNotEnabled` if there is none.
    Reset,
}
