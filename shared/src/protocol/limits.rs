//! Limits of lines, pages and queries. Limits of values are in [`crate::model::limits`].

/// Longest line either side sends, in bytes, without its newline. The longest message fits even if an encoder escapes
/// all non-ASCII characters: an escape takes at most three bytes for each byte of UTF-8, or 48 KiB in total.
pub const MAX_LINE_BYTES: usize = 64 * 1024;

/// Longest line before sign-in, in bytes: enough for every frame allowed then, and too small to exhaust memory.
pub const MAX_LINE_BYTES_BEFORE_SIGN_IN: usize = 8 * 1024;

/// Maximum number of rows per page, regardless of the requested limit.
pub const MAX_PAGE_ROWS: u32 = 200;

/// Number of rows per page if the request sets no limit.
pub const DEFAULT_PAGE_ROWS: u32 = 50;

/// Longest search text for the directory and the group list, in characters; the rest is ignored.
pub const MAX_QUERY_CHARS: usize = 64;
