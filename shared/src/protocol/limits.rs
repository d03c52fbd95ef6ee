//! Limits of the wire. Those of the values are in [`crate::model::limits`].

/// Longest line either side sends, in bytes, its newline not counted. The longest message fits even where an encoder
/// escapes every character outside ASCII: three bytes a byte at the most, 48 KiB.
pub const MAX_LINE_BYTES: usize = 64 * 1024;

/// Longest line before sign-in, in bytes: room for every frame that is allowed there, and none for filling memory.
pub const MAX_LINE_BYTES_BEFORE_SIGN_IN: usize = 8 * 1024;

/// Most rows a page has, whatever was asked.
pub const MAX_PAGE_ROWS: u32 = 200;

/// Rows of a page when the request names no limit.
pub const DEFAULT_PAGE_ROWS: u32 = 50;

/// Longest text to search the directory for, in characters; what is beyond it is not looked at.
pub const MAX_QUERY_CHARS: usize = 64;
