//! Opens links in the person's browser or mail program, where there is a screen for it.

use std::thread;

use tokio::sync::mpsc;

use crate::event::Event;
use crate::link_target::LinkTarget;

/// Opens links.
pub struct Opener {
    has_display: bool,
    events: mpsc::Sender<Event>,
}

impl Opener {
    /// One that opens links only where the environment says that there is a screen: in a terminal far away a browser of
    /// that machine would be of no use. What could not be opened is told as [`Event::LinkNotOpened`].
    #[must_use]
    pub fn of_environment(variable: impl Fn(&str) -> Option<String>, events: mpsc::Sender<Event>) -> Self {
        let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
        let is_far_away = is_set("SSH_CONNECTION") || is_set("SSH_TTY");
        let has_display =
            if cfg!(any(target_os = "macos", windows)) { !is_far_away } else { is_set("DISPLAY") || is_set("WAYLAND_DISPLAY") };
        Self { has_display, events }
    }

    /// Opens a link. Gives what happened instead, where there is nothing to open it with.
    #[must_use]
    pub fn open(&self, link: LinkTarget) -> Option<Event> {
        if !self.has_display {
            return Some(Event::LinkNotOpened(link));
        }
        let (events, address, failed) = (self.events.clone(), link.to_ascii(), link.clone());
        // The program that opens it is watched for a moment, to see whether it did.
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
    fn without_a_display_nothing_is_started() {
        let link = LinkTarget::parse("https://exemplo.org").unwrap();
        for variables in [&[][..], &[("DISPLAY", "")], &[("SSH_TTY", "/dev/pts/1")]] {
            let variable = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
            if cfg!(target_os = "linux") {
                let opener = Opener::of_environment(variable, mpsc::channel(1).0);
                assert_eq!(opener.open(link.clone()), Some(Event::LinkNotOpened(link.clone())));
            }
        }
    }
}
