//! The name of a server among those of the bus.

/// Maximum length of a name, in characters; as long as the name of a machine can be.
const MAX_CHARS: usize = 64;

/// Accepts an empty name, which stands for that of the machine.
///
/// # Errors
/// What the name should be.
pub(super) fn check(name: &str) -> Result<(), String> {
    if name.len() <= MAX_CHARS && name.chars().all(|char| char.is_ascii_graphic()) {
        return Ok(());
    }
    Err(format!("it should have at most {MAX_CHARS} characters, which are ASCII letters, digits and punctuation without spaces"))
}

/// The name of this machine; "unnamed" if it is not valid.
pub(super) fn of_machine() -> String {
    let machine = rustix::system::uname();
    let name = machine.nodename().to_str().unwrap_or_default();
    if name.is_empty() || check(name).is_err() { "unnamed".to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{MAX_CHARS, check, of_machine};

    #[test]
    fn names_are_short_and_without_spaces() {
        for name in ["", "um", "no-1.example.org", &"n".repeat(MAX_CHARS), &of_machine()] {
            check(name).unwrap();
        }
        for name in ["um no", "nó", "um\n", &"n".repeat(MAX_CHARS + 1)] {
            check(name).unwrap_err();
        }
    }
}
