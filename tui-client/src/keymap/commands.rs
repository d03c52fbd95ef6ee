//! The slash commands of the composer, and the commands of the palette.

/// Every command that can be typed into the composer, with the key of the words that say what it does.
pub const COMMANDS: [(&str, &str); 32] = [
    ("/menu", "command-menu"),
    ("/help", "command-help"),
    ("/search WORDS", "command-search"),
    ("/inbox", "command-inbox"),
    ("/members", "command-members"),
    ("/add NAME", "command-add"),
    ("/remove NAME", "command-remove"),
    ("/admin NAME", "command-admin"),
    ("/member NAME", "command-member"),
    ("/owner NAME", "command-owner"),
    ("/topic TEXT", "command-topic"),
    ("/rename NAME", "command-rename"),
    ("/invite USES TIME", "command-invite"),
    ("/invites", "command-invites"),
    ("/join CODE", "command-join"),
    ("/mute TIME", "command-mute"),
    ("/mentions", "command-mentions"),
    ("/unmute", "command-unmute"),
    ("/leave", "command-leave"),
    ("/editor", "command-editor"),
    ("/name NAME", "command-name"),
    ("/status TEXT", "command-status"),
    ("/away TEXT", "command-away"),
    ("/back", "command-back"),
    ("/block NAME", "command-block"),
    ("/unblock NAME", "command-unblock"),
    ("/blocked", "command-blocked"),
    ("/password", "command-password"),
    ("/devices", "command-devices"),
    ("/server", "command-server"),
    ("/signout", "command-signout"),
    ("/quit", "command-quit"),
];

/// The command of a row of the keymap's table, without its slash and what comes after it.
#[must_use]
pub fn verb_of(row: &'static str) -> &'static str {
    row.trim_start_matches('/').split(' ').next().unwrap_or(row)
}
