//! The written form of random codes: invites and recovery codes.

use data_encoding::{BASE32_NOPAD, BASE32_NOPAD_VISUAL};

/// Size of a code: 80 random bits, or 16 characters to type.
pub(super) const CODE_BYTES: usize = 10;

/// Characters between two dashes of a written code.
const GROUP_CHARS: usize = 4;

/// The written form, `ABCD-EFGH-IJKL-MNOP`, in base32.
pub(super) fn write(code: &[u8; CODE_BYTES]) -> String {
    let symbols: Vec<char> = BASE32_NOPAD.encode(code).chars().collect();
    symbols.chunks(GROUP_CHARS).map(String::from_iter).collect::<Vec<_>>().join("-")
}

/// Parses a code as typed. Ignores case, dashes and white space, and accepts digits in place of letters that look like
/// them. `None` if it is not a code.
pub(super) fn parse(typed: &str) -> Option<[u8; CODE_BYTES]> {
    let symbols: String = typed.to_ascii_uppercase().chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    BASE32_NOPAD_VISUAL.decode(symbols.as_bytes()).ok()?.try_into().ok()
}
