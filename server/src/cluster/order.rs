//! The order of entries within a conversation, when several nodes write to it.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::time::Duration;

use lru::LruCache;
use papo_shared::model::{ConversationId, EntryKind, Seq};
use papo_shared::protocol::{EntryPosted, Event};
use tokio::time::Instant;

use crate::bus::{Announcement, Delivery, Recipients};
use crate::domain::Audience;

/// How long an entry waits for the ones before it. Clients fetch what is still missing then.
pub(super) const MAX_WAIT: Duration = Duration::from_millis(100);

/// How long a conversation's last delivered entry makes later ones wait. Beyond that, this node may not have received the
/// entries since, because it had no sessions of the members.
const RECENT: Duration = Duration::from_secs(5);

/// Number of conversations whose last delivered entry is remembered. Of others, entries are delivered at once, perhaps twice.
const MAX_CONVERSATIONS: NonZeroUsize = NonZeroUsize::new(65_536).unwrap();

/// Maximum number of events that wait. If there are more, entries are delivered out of order, and clients fetch the missing ones.
const MAX_HELD: usize = 10_000;

/// Puts the entries of each conversation in order, and omits those that were delivered already.
pub(super) struct OrderWindow {
    delivered: LruCache<ConversationId, Delivered>,
    held: BTreeMap<ConversationId, Held>,
    held_events: usize,
}

struct Delivered {
    seq: Seq,
    at: Instant,
}

/// Entries of a conversation that wait for earlier ones.
struct Held {
    until: Instant,
    /// Each entry with the events about the conversation that followed it.
    entries: BTreeMap<Seq, Vec<Announcement>>,
}

/// What can be delivered now.
#[derive(Default)]
pub(super) struct Admitted {
    pub(super) deliveries: Vec<Delivery>,
    /// The audiences of entries by which members left, that came too late to be delivered: those members may not know that they
    /// are no longer in the conversation.
    pub(super) outdated: Vec<Audience>,
}

impl OrderWindow {
    pub(super) fn new() -> Self {
        Self { delivered: LruCache::new(MAX_CONVERSATIONS), held: BTreeMap::new(), held_events: 0 }
    }

    /// Takes events, and returns those to deliver now. If `may_hold`, entries wait for earlier ones.
    pub(super) fn admit(&mut self, batch: Vec<Delivery>, may_hold: bool, now: Instant) -> Admitted {
        let mut admitted = Admitted::default();
        for delivery in batch {
            match delivery {
                Delivery::Reply(_) => admitted.deliveries.push(delivery),
                Delivery::Event(announcement) => match &announcement.event {
                    Event::EntryPosted(posted) => {
                        let (conversation, seq) = (posted.conversation, posted.entry.seq);
                        self.admit_entry(conversation, seq, announcement, may_hold, now, &mut admitted);
                    }
                    event => match conversation_of(event).and_then(|conversation| self.held.get_mut(&conversation)) {
                        Some(held) => {
                            held.follow(announcement);
                            self.held_events += 1;
                        }
                        None => admitted.deliveries.push(Delivery::Event(announcement)),
                    },
                },
            }
        }
        admitted
    }

    fn admit_entry(
        &mut self,
        conversation: ConversationId,
        seq: Seq,
        announcement: Announcement,
        may_hold: bool,
        now: Instant,
        admitted: &mut Admitted,
    ) {
        let last = self.delivered.get(&conversation);
        if last.is_some_and(|last| seq <= last.seq) {
            admitted.outdated.extend(leavers_audience(announcement));
            return;
        }
        let is_next = last.is_none_or(|last| seq.0 == last.seq.0 + 1);
        let is_recent = last.is_some_and(|last| now.duration_since(last.at) < RECENT);
        if !is_next && is_recent && may_hold && self.held_events < MAX_HELD {
            let held = self.held.entry(conversation);
            let held = held.or_insert_with(|| Held { until: now + MAX_WAIT, entries: BTreeMap::new() });
            // A repeated entry replaces the one before, which is the same.
            let replaced = held.entries.insert(seq, vec![announcement]);
            self.held_events += 1;
            self.held_events -= replaced.map_or(0, |events| events.len());
            return;
        }
        self.release_through(conversation, seq, now, &mut admitted.deliveries);
        // It may have been held itself, if it was repeated.
        if self.delivered.get(&conversation).is_none_or(|last| seq > last.seq) {
            self.note_delivered(conversation, seq, now);
            admitted.deliveries.push(Delivery::Event(announcement));
        }
        self.release_following(conversation, now, &mut admitted.deliveries);
    }

    /// Whether no entry from this one on was delivered. Entries that wait count as delivered, since they soon will be.
    pub(super) fn is_ahead(&mut self, conversation: ConversationId, seq: Seq) -> bool {
        let delivered = self.delivered.get(&conversation).is_some_and(|last| seq <= last.seq);
        let held = self.held.get(&conversation).is_some_and(|held| held.entries.range(seq..).next().is_some());
        !delivered && !held
    }

    /// When the first entry has waited long enough.
    pub(super) fn due(&self) -> Option<Instant> {
        self.held.values().map(|held| held.until).min()
    }

    /// The entries that have waited long enough.
    pub(super) fn release_due(&mut self, now: Instant) -> Vec<Delivery> {
        let due: Vec<_> = self.held.iter().filter(|(_, held)| held.until <= now).map(|(id, _)| *id).collect();
        let mut released = Vec::new();
        for conversation in due {
            self.release_through(conversation, Seq(u64::MAX), now, &mut released);
        }
        released
    }

    /// Releases the entries up to this one.
    fn release_through(&mut self, conversation: ConversationId, last: Seq, now: Instant, released: &mut Vec<Delivery>) {
        while let Some(first) = self.first_held(conversation).filter(|first| *first <= last) {
            self.release(conversation, first, now, released);
        }
    }

    /// Releases the entries that directly follow the last delivered one.
    fn release_following(&mut self, conversation: ConversationId, now: Instant, released: &mut Vec<Delivery>) {
        while let Some(first) = self.first_held(conversation)
            && self.delivered.get(&conversation).is_some_and(|last| first.0 <= last.seq.0 + 1)
        {
            self.release(conversation, first, now, released);
        }
    }

    fn first_held(&self, conversation: ConversationId) -> Option<Seq> {
        self.held.get(&conversation)?.entries.first_key_value().map(|(seq, _)| *seq)
    }

    fn release(&mut self, conversation: ConversationId, seq: Seq, now: Instant, released: &mut Vec<Delivery>) {
        let Some(held) = self.held.get_mut(&conversation) else { return };
        let events = held.entries.remove(&seq).unwrap_or_default();
        if held.entries.is_empty() {
            self.held.remove(&conversation);
        }
        self.held_events -= events.len();
        self.note_delivered(conversation, seq, now);
        released.extend(events.into_iter().map(Delivery::Event));
    }

    fn note_delivered(&mut self, conversation: ConversationId, seq: Seq, now: Instant) {
        self.delivered.put(conversation, Delivered { seq, at: now });
    }
}

impl Held {
    /// Adds an event that follows the last entry.
    fn follow(&mut self, announcement: Announcement) {
        if let Some(mut last) = self.entries.last_entry() {
            last.get_mut().push(announcement);
        }
    }
}

/// The audience of an entry by which a member left or was removed.
fn leavers_audience(announcement: Announcement) -> Option<Audience> {
    let Event::EntryPosted(EntryPosted { entry, .. }) = &announcement.event else { return None };
    let is_departure = matches!(entry.kind, EntryKind::MemberLeft { .. } | EntryKind::MemberRemoved { .. });
    match announcement.to {
        Recipients::Accounts(audience) if is_departure => Some(audience),
        _ => None,
    }
}

/// The conversation that an event is about, if it must not overtake the conversation's entries.
fn conversation_of(event: &Event) -> Option<ConversationId> {
    match event {
        Event::ReadCursor(cursor) => Some(cursor.conversation),
        Event::ReceiptsChanged(changed) => Some(changed.conversation),
        Event::MessagesErased(erased) => Some(erased.conversation),
        Event::GroupDeleted(deleted) => Some(deleted.conversation),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use papo_shared::model::{Entry, GroupName, Timestamp, Username};
    use papo_shared::protocol::GroupDeleted;

    use super::{
        Announcement, Audience, ConversationId, Delivery, Duration, EntryKind, EntryPosted, Event, Instant, MAX_WAIT,
        OrderWindow, RECENT, Recipients, Seq,
    };
    use crate::domain::AccountId;

    const GROUP: ConversationId = ConversationId(1);

    fn audience() -> Audience {
        [AccountId(1), AccountId(2)].into_iter().collect()
    }

    fn posted(seq: u64, kind: EntryKind) -> Delivery {
        let entry = Entry { seq: Seq(seq), at: Timestamp(0), author: Username::parse("ana").unwrap(), kind };
        Delivery::event(Event::EntryPosted(EntryPosted { conversation: GROUP, entry }), Recipients::Accounts(audience()))
    }

    fn entry(seq: u64) -> Delivery {
        posted(seq, EntryKind::GroupRenamed { name: GroupName::parse("redes").unwrap() })
    }

    fn deleted() -> Delivery {
        Delivery::event(Event::GroupDeleted(GroupDeleted { conversation: GROUP }), Recipients::Accounts(audience()))
    }

    /// The numbers of the entries, and 0 for another event.
    fn numbers(deliveries: Vec<Delivery>) -> Vec<u64> {
        let number = |delivery| match delivery {
            Delivery::Event(Announcement { event: Event::EntryPosted(posted), .. }) => posted.entry.seq.0,
            _ => 0,
        };
        deliveries.into_iter().map(number).collect()
    }

    #[track_caller]
    fn check(window: &mut OrderWindow, batch: Vec<Delivery>, now: Instant, expected: &[u64]) {
        assert_eq!(numbers(window.admit(batch, true, now).deliveries), expected);
    }

    #[test]
    fn entries_are_delivered_in_order_and_once() {
        let (mut window, now) = (OrderWindow::new(), Instant::now());
        check(&mut window, vec![entry(5)], now, &[5]);
        check(&mut window, vec![entry(8), deleted()], now, &[]);
        check(&mut window, vec![entry(7)], now, &[]);
        check(&mut window, vec![entry(6)], now, &[6, 7, 8, 0]);
        check(&mut window, vec![entry(7), entry(8), entry(9)], now, &[9]);
        assert_eq!(window.due(), None);
    }

    #[test]
    fn an_entry_waits_for_a_limited_time() {
        let (mut window, now) = (OrderWindow::new(), Instant::now());
        check(&mut window, vec![entry(1), entry(3), entry(5)], now, &[1]);
        assert_eq!(window.due(), Some(now + MAX_WAIT));
        assert!(window.release_due(now + MAX_WAIT - Duration::from_millis(1)).is_empty());
        assert_eq!(numbers(window.release_due(now + MAX_WAIT)), [3, 5]);
        check(&mut window, vec![entry(2), entry(4), entry(6)], now, &[6]);
    }

    #[test]
    fn an_entry_does_not_wait_without_a_network_or_long_after_the_last_one() {
        let (mut window, now) = (OrderWindow::new(), Instant::now());
        check(&mut window, vec![entry(1), entry(3)], now, &[1]);
        assert_eq!(numbers(window.admit(vec![entry(5)], false, now).deliveries), [3, 5]);
        check(&mut window, vec![entry(9)], now + RECENT, &[9]);
    }

    #[test]
    fn an_entry_is_ahead_until_it_or_a_later_one_is_delivered_or_waits() {
        let (mut window, now) = (OrderWindow::new(), Instant::now());
        assert!(window.is_ahead(GROUP, Seq(1)));
        check(&mut window, vec![entry(1), entry(4)], now, &[1]);
        assert!(!window.is_ahead(GROUP, Seq(1)) && !window.is_ahead(GROUP, Seq(3)) && window.is_ahead(GROUP, Seq(5)));
    }

    #[test]
    fn members_who_left_are_told_if_the_entry_about_it_came_too_late() {
        let (mut window, now) = (OrderWindow::new(), Instant::now());
        check(&mut window, vec![entry(9)], now, &[9]);
        assert_eq!(window.admit(vec![entry(7)], true, now).outdated, Vec::<Audience>::new());
        let removed = posted(8, EntryKind::MemberRemoved { member: Username::parse("rui").unwrap() });
        assert_eq!(window.admit(vec![removed], true, now).outdated, [audience()]);
    }
}
