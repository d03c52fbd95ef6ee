//! The checked target of a link: everything that is opened, copied or given to the terminal passes through this type.
//!
//! Deliberately absent: schemes other than `http`, `https` and `mailto`. Addresses with other schemes stay plain text.

use std::fmt::{Display, Formatter, Write};
use std::sync::Arc;

/// The longest accepted address, in bytes: the limit of common browsers and mail programs.
pub const MAX_LINK_BYTES: usize = 2_048;

const WEB: [&str; 2] = ["http://", "https://"];
const MAIL: &str = "mailto:";

/// The address of a web page or mailbox, as written by the author. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LinkTarget(Arc<str>);

impl LinkTarget {
    /// Accepts an address if it is `http`, `https` or `mailto`, is not too long, and has neither spaces nor control characters.
    #[must_use]
    pub fn parse(address: &str) -> Option<Self> {
        let rest = WEB.iter().copied().chain([MAIL]).find_map(|scheme| {
            let beginning = address.get(..scheme.len())?;
            beginning.eq_ignore_ascii_case(scheme).then(|| &address[scheme.len()..])
        })?;
        let is_plain = address.chars().all(|c| !c.is_whitespace() && !c.is_control());
        let is_whole = rest.starts_with(char::is_alphanumeric) || rest.starts_with('[');
        (is_plain && is_whole && address.len() <= MAX_LINK_BYTES).then(|| Self(address.into()))
    }

    /// The address as written and as displayed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address percent-encoded to printable ASCII without quotes, for other programs and the terminal. Browsers treat it
    /// as the same address.
    #[must_use]
    pub fn to_ascii(&self) -> String {
        let mut encoded = String::with_capacity(self.0.len());
        for byte in self.0.bytes() {
            if byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}') {
                encoded.push(char::from(byte));
            } else {
                // Writing to a string cannot fail.
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
        encoded
    }
}

impl Display for LinkTarget {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{LinkTarget, MAX_LINK_BYTES};

    fn is_link(address: &str) -> bool {
        LinkTarget::parse(address).is_some()
    }

    #[test]
    fn only_three_schemes_are_accepted() {
        for address in ["http://a.b", "https://a.b/c?d=e#f", "HTTPS://a.b", "mailto:ana@exemplo.org", "http://[::1]/"] {
            assert!(is_link(address), "{address}");
        }
        for address in
            ["ftp://a.b", "file:///etc/passwd", "javascript:alert(1)", "a.b", "https://", "https:///x", "mailto:", "-x"]
        {
            assert!(!is_link(address), "{address}");
        }
    }

    #[test]
    fn control_characters_and_spaces_are_refused() {
        for c in ['\x1b', '\x07', '\u{9c}', ' ', '\n', '\u{2028}'] {
            assert!(!is_link(&format!("https://a.b/{c}x")), "{c:?}");
        }
    }

    #[test]
    fn the_length_limit_is_exact() {
        let of = |bytes: usize| format!("https://{}", "a".repeat(bytes - "https://".len()));
        assert!(is_link(&of(MAX_LINK_BYTES)));
        assert!(!is_link(&of(MAX_LINK_BYTES + 1)));
    }

    #[test]
    fn the_ascii_form_is_percent_encoded() {
        let ascii = |address: &str| LinkTarget::parse(address).map(|link| link.to_ascii());
        assert_eq!(ascii("https://a.b/c_d?e=%20&f").as_deref(), Some("https://a.b/c_d?e=%20&f"));
        assert_eq!(ascii("https://açaí.br/'\"`").as_deref(), Some("https://a%C3%A7a%C3%AD.br/%27%22%60"));
    }

    proptest! {
        #[test]
        fn the_ascii_form_is_printable(rest in "\\PC{0,20}") {
            if let Some(link) = LinkTarget::parse(&format!("https://{rest}")) {
                prop_assert!(link.to_ascii().bytes().all(|byte| byte.is_ascii_graphic()));
            }
        }
    }
}
