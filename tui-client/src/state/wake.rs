//! When the main loop has to wake up without an event.

use super::State;
use super::account::away::{AWAY_AFTER_MS, Away};
use super::connection::link::Link;
use super::overlays::overlay::Overlay;
use crate::clock::Moment;

impl State {
    /// The next time at which the state changes without an event. The main loop sleeps until then.
    #[must_use]
    pub fn wake_at(&self) -> Option<Moment> {
        let retry = match &self.link {
            // The countdown on the screen changes once per second.
            Link::Lost { retry_at, .. } if *retry_at > self.moment => {
                let left = retry_at.ms_since(self.moment);
                Some(self.moment.after_ms(if left % 1000 == 0 { 1000 } else { left % 1000 }))
            }
            _ => None,
        };
        let notice = self.account.status_message.as_ref().map(|notice| notice.until);
        let typing = self.open_conversation().and_then(|open| open.next_typing_end(self.moment));
        let search = match &self.overlay {
            Some(Overlay::Search(search)) => search.retry_at,
            _ => None,
        };
        // The wall clock may be set in the meantime, so it is read again at a regular interval.
        let mute = self.next_mute_end().map(|until| {
            let left = until.0.saturating_sub(self.now.0).clamp(0, WALL_CLOCK_CHECKED_EVERY_MS);
            self.moment.after_ms(left)
        });
        let repeat = self.pending.next_repeat();
        [
            retry,
            notice,
            typing,
            search,
            mute,
            repeat,
            self.idle_at(),
            self.account.send_pacing.paused_until,
            self.sign_in_again_at,
            self.sign_in.submit_again_at,
            self.account.local_data.save_at,
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// When the user counts as away if no key is pressed until then.
    #[must_use]
    pub fn idle_at(&self) -> Option<Moment> {
        let is_here = self.signed_in_as.is_some() && self.account.away == Away::No;
        is_here.then_some(self.active_at.after_ms(AWAY_AFTER_MS))
    }
}

/// The maximum interval between two readings of the wall clock while a mute is to end at a wall-clock time, in milliseconds.
const WALL_CLOCK_CHECKED_EVERY_MS: i64 = 10 * 60_000;
