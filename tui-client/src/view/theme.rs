//! The style of each role of the interface. Nothing is shown by colour alone, so that a theme without colours is complete.

use ratatui::style::{Color, Modifier, Style};

use crate::code::Token;
use crate::layout::markup::{Ink, Part};

/// The purpose of a piece of text on the screen, which decides its style.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Text without a special purpose, in the terminal's own colours.
    Text,
    /// Secondary text: times, lines, hints.
    Dim,
    /// Highlighted text: the program's name, keys, the focused item.
    Accent,
    /// The selected text or row.
    Selected,
    /// The part of a search hit that matches the query.
    Match,
    /// Unread counts, and the separator before the first unread message.
    Unread,
    /// Mentions of the signed-in user.
    Mention,
    /// A good state, such as an open connection.
    Ok,
    /// A temporary or doubtful state, such as a message that waits to be sent.
    Warning,
    /// An error, or an action with permanent consequences.
    Danger,
    /// The mark of a message that all recipients have read.
    Read,
    /// Text of a message, formatted by its markup.
    MessageText(Ink),
    /// The name of a user, by the [`hue`] of the username.
    Name(u8),
}

/// The styles of all roles for the capabilities of a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    colours: Colours,
    /// Whether the terminal supports links (OSC 8).
    pub links: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Colours {
    None,
    Sixteen,
    Many,
}

/// The colours of names in the 256-colour palette, readable on light and dark backgrounds.
const NAME_COLOURS: [u8; 10] = [33, 37, 71, 99, 133, 136, 166, 168, 65, 62];
/// The colours of names among the 16 basic ones, readable on light and dark backgrounds in most palettes.
const NAME_COLOURS_OF_SIXTEEN: [Color; 5] = [Color::Cyan, Color::Magenta, Color::Green, Color::Blue, Color::Red];
const ACCENT: Color = Color::Indexed(37);

impl Theme {
    /// The theme for the terminal's environment variables: no colours if `NO_COLOR` is set and not empty or `TERM` is `dumb`, 256
    /// colours if `COLORTERM` is set or `TERM` says so, else 16. Links are off.
    #[must_use]
    pub fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Self {
        let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
        let term = variable("TERM").unwrap_or_default();
        let colours = if is_set("NO_COLOR") || term == "dumb" {
            Colours::None
        } else if is_set("COLORTERM") || term.contains("256color") {
            Colours::Many
        } else {
            Colours::Sixteen
        };
        Self { colours, links: false }
    }

    /// The same theme with links on or off.
    #[must_use]
    pub fn with_links(self, links: bool) -> Self {
        Self { links, ..self }
    }

    /// The style of a role.
    #[must_use]
    pub fn style(self, role: Role) -> Style {
        let plain = Style::new();
        let coloured = |many: Color, sixteen: Color| match self.colours {
            // No colour may be set at all: crossterm would reset the modifiers when it sets one.
            Colours::None => plain,
            Colours::Sixteen => plain.fg(sixteen),
            Colours::Many => plain.fg(many),
        };
        match role {
            Role::Text => plain,
            Role::Dim => plain.add_modifier(Modifier::DIM),
            Role::Accent => coloured(ACCENT, Color::Cyan).add_modifier(Modifier::BOLD),
            Role::Selected => plain.add_modifier(Modifier::REVERSED),
            Role::Match => coloured(ACCENT, Color::Cyan).add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
            Role::Unread => coloured(Color::Indexed(166), Color::Red).add_modifier(Modifier::BOLD),
            Role::Mention => coloured(Color::Indexed(168), Color::Magenta).add_modifier(Modifier::BOLD),
            Role::Read => coloured(Color::Indexed(71), Color::Green).add_modifier(Modifier::BOLD),
            Role::Ok => coloured(Color::Indexed(71), Color::Green),
            Role::Warning => coloured(Color::Indexed(136), Color::Yellow),
            Role::Danger => coloured(Color::Indexed(160), Color::Red).add_modifier(Modifier::BOLD),
            Role::MessageText(ink) => {
                let part = match ink.part {
                    Part::Mark | Part::Token(Token::Comment) => plain.add_modifier(Modifier::DIM),
                    Part::Text if ink.link => coloured(Color::Indexed(33), Color::Blue),
                    Part::Text => plain,
                    Part::Code => coloured(Color::Indexed(133), Color::Magenta),
                    Part::Token(Token::Keyword) => coloured(Color::Indexed(133), Color::Magenta).add_modifier(Modifier::BOLD),
                    Part::Token(Token::Name) => coloured(Color::Indexed(33), Color::Blue),
                    Part::Token(Token::Text) => coloured(Color::Indexed(71), Color::Green),
                    Part::Token(Token::Number) => coloured(Color::Indexed(166), Color::Red),
                };
                let modifiers =
                    [(ink.strong, Modifier::BOLD), (ink.emphasis, Modifier::ITALIC), (ink.link, Modifier::UNDERLINED)];
                modifiers
                    .into_iter()
                    .filter(|(is_set, _)| *is_set)
                    .fold(part, |style, (_, modifier)| style.add_modifier(modifier))
            }
            Role::Name(hue) => {
                let many = NAME_COLOURS[usize::from(hue) % NAME_COLOURS.len()];
                let sixteen = NAME_COLOURS_OF_SIXTEEN[usize::from(hue) % NAME_COLOURS_OF_SIXTEEN.len()];
                coloured(Color::Indexed(many), sixteen).add_modifier(Modifier::BOLD)
            }
        }
    }
}

/// The hue of a name: a hash of its bytes (FNV-1a, folded to one byte), so that it is the same on every machine.
#[must_use]
pub fn hue(name: &str) -> u8 {
    let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    hash.to_be_bytes().into_iter().fold(0, |folded, byte| folded ^ byte)
}

#[cfg(test)]
mod tests {
    use ratatui::style::{Color, Modifier};

    use super::{Ink, Part, Role, Theme, Token};

    fn theme(variables: &[(&str, &str)]) -> Theme {
        Theme::of_environment(|name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn selection_and_matches_are_visible_without_colours() {
        let theme = theme(&[("NO_COLOR", "1"), ("TERM", "xterm-256color")]);
        let style = theme.style(Role::Selected);
        assert!(style.add_modifier.contains(Modifier::REVERSED));
        assert!(theme.style(Role::Match).add_modifier.contains(Modifier::UNDERLINED));
        for role in [Role::Accent, Role::Unread, Role::Danger, Role::Name(3)] {
            assert_eq!((theme.style(role).fg, theme.style(role).bg), (None, None), "{role:?}");
        }
    }

    #[test]
    fn message_formatting_is_visible_without_colours() {
        let theme = theme(&[("NO_COLOR", "1"), ("TERM", "xterm-256color")]);
        let tokens = [Token::Keyword, Token::Name, Token::Text, Token::Number, Token::Comment].map(Part::Token);
        for part in [Part::Text, Part::Mark, Part::Code].into_iter().chain(tokens) {
            for link in [false, true] {
                let style = theme.style(Role::MessageText(Ink { strong: true, emphasis: true, link, part }));
                assert_eq!((style.fg, style.bg), (None, None), "{part:?}");
                assert!(style.add_modifier.contains(Modifier::BOLD | Modifier::ITALIC), "{part:?}");
                assert_eq!(style.add_modifier.contains(Modifier::UNDERLINED), link, "{part:?}");
            }
        }
    }

    #[test]
    fn an_empty_no_color_variable_keeps_colours() {
        let theme = theme(&[("NO_COLOR", ""), ("TERM", "xterm")]);
        assert_eq!(theme.style(Role::Accent).fg, Some(Color::Cyan));
    }
}
