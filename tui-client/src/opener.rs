//! Opens links in the user's browser or mail program, if there is a graphical display.

use std::thread;

use tokio::sync::mpsc;

use crate::event::Event;
use crate::link_target::LinkTarget;

/// Opens links, unless there is no display for the browser.
pub struct Opener {
    has_display: bool,
    events: mpsc::Sender<Event>,
}

impl Opener {
    /// Detects a graphical display by environment variables. Over SSH there is none, since the browser would open on the remote
    /// machine. Failures are sent as [`Event::LinkNotOpened`].
    #[must_use]
    pub fn from_environment(variable: impl Fn(&str) -> Option<String>, events: mpsc::Sender<Event>) -> Self {
        let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
        let is_remote = is_set("SSH_CONNECTION") || is_set("SSH_TTY");
        let has_display =
            if cfg!(any(target_os = "macos", windows)) { !is_remote } else { is_set("DISPLAY") || is_set("WAYLAND_DISPLAY") };
        Self { has_display, events }
    }

    /// Opens a link in the background; returns an event if that is impossible.
    #[must_use]
    pub fn open(&self, link: LinkTarget) -> Option<Event> {
        if !self.has_display {
            return Some(Event::LinkNotOpened(link));
        }
        let (events, address, failed) = (self.events.clone(), link.to_ascii(), link.clone());
        // A thread of its own, because the call waits briefly for the exit status of the program.
        let watched = thread::Builder::new().name("papo-opener".to_owned()).spawn(move || {
            if let Err(error) = open::that_detached(address) {
                tracing::info!(%error, "a link could not be opened");
                let _ = events.blocking_send(Event::LinkNotOpened(failed));
            }
        });
        watched.is_err().then_some(Event::LinkNotOpened(link))
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc;

    use super::{Event, LinkTarget, Opener};

    #[test]
    fn without_a_display_no_program_is_started() {
        let link = LinkTarget::parse("https://exemplo.org").unwrap();
        for variables in [&[][..], &[("DISPLAY", "")], &[("SSH_TTY", "/dev/pts/1")]] {
            let variable = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
            if cfg!(target_os = "linux") {
                let opener = Opener::from_environment(variable, mpsc::channel(1).0);
                assert_eq!(opener.open(link.clone()), Some(Event::LinkNotOpened(link.clone())));
            }
        }
    }
}
