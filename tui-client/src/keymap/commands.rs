//! The slash commands of the composer.

/// The slash commands with their arguments, and the translation keys of their descriptions.
pub const COMMANDS: [(&str, &str); 38] = [
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
    ("/visibility", "command-visibility"),
    ("/retention", "command-retention"),
    ("/invite USES TIME", "command-invite"),
    ("/invites", "command-invites"),
    ("/join CODE", "command-join"),
    ("/invitations", "key-invitations"),
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
    ("/2fa", "command-2fa"),
    ("/recovery", "command-recovery"),
    ("/devices", "command-devices"),
    ("/server", "command-server"),
    ("/signout", "command-signout"),
    ("/deleteaccount", "command-deleteaccount"),
    ("/quit", "command-quit"),
];

/// The name of a slash command in [`COMMANDS`], without its slash and arguments.
#[must_use]
pub fn verb_of(row: &'static str) -> &'static str {
    row.trim_start_matches('/').split(' ').next().unwrap_or(row)
}
