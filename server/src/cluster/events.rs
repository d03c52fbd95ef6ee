//! Batches of events as lines of frames. Each event is encoded once, however many nodes receive it.
//!
//! A frame contains the recipients that its events refer to, and the events, in order. The recipients are those that the
//! transaction decided, not only the ones known to be on the receiving node: that node knows best who has a session there.

use std::collections::BTreeMap;
use std::sync::Arc;

use papo_shared::protocol::Event;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::lines::{Line, MAX_LINES_BYTES, encode};
use crate::bus::{Announcement, Delivery, Recipients};
use crate::domain::{AccountId, Audience};

/// Maximum number of accounts per line. More are divided into several lines, so that a frame has room for each line.
const MAX_ACCOUNTS: usize = 10_000;

/// A line of a frame with events. `E` is the event, borrowed when it is encoded.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum EventLine<E> {
    /// Recipients of the following events, with the number by which these refer to them.
    Recipients(u32, RecipientsLine),
    /// An event with the number of its recipients.
    Event(u32, E),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RecipientsLine {
    Accounts(Vec<u32>),
    AccountsNotWatching(Vec<u32>),
    Watchers,
}

/// An encoded batch.
pub(super) struct EncodedEvents {
    recipients: Vec<Line>,
    /// Each event with the index of its recipients.
    events: Vec<(usize, Line)>,
}

/// The distinct recipients of a batch, and which of them each event has.
pub(super) struct RecipientsOfBatch<'a> {
    distinct: Vec<Recipients>,
    /// Each event of the batch, once per part of its recipients.
    events: Vec<(usize, &'a Event)>,
}

impl<'a> RecipientsOfBatch<'a> {
    pub(super) fn new(batch: &'a [Delivery]) -> Self {
        let mut found = Self { distinct: Vec::new(), events: Vec::new() };
        let mut parts_by_key = FxHashMap::default();
        for delivery in batch {
            let Delivery::Event(Announcement { event, to, .. }) = delivery else { continue };
            let parts = parts_by_key.entry(to.key()).or_insert_with(|| {
                let first = found.distinct.len();
                found.distinct.extend(divided(to));
                first..found.distinct.len()
            });
            found.events.extend(parts.clone().map(|index| (index, event)));
        }
        found
    }

    /// The distinct recipients. Events refer to them by index.
    pub(super) fn distinct(&self) -> &[Recipients] {
        &self.distinct
    }

    pub(super) fn encode(&self) -> EncodedEvents {
        let number = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
        let recipients = self.distinct.iter().enumerate();
        EncodedEvents {
            recipients: recipients
                .map(|(index, to)| encode(&EventLine::<&Event>::Recipients(number(index), line_of(to))))
                .collect(),
            events: self
                .events
                .iter()
                .map(|(index, event)| (*index, encode(&EventLine::Event(number(*index), *event))))
                .collect(),
        }
    }
}

impl EncodedEvents {
    /// The lines of frames with the events for these recipients, in order.
    pub(super) fn frames(&self, recipients: &FxHashSet<usize>) -> Vec<Vec<Line>> {
        let mut frames = Vec::new();
        let (mut lines, mut included, mut bytes) = (Vec::new(), FxHashSet::default(), 0);
        for (index, event) in self.events.iter().filter(|(index, _)| recipients.contains(index)) {
            let needed = if included.contains(index) { 0 } else { self.recipients[*index].len() } + event.len();
            if bytes > 0 && bytes + needed > MAX_LINES_BYTES {
                frames.push(std::mem::take(&mut lines));
                included.clear();
                bytes = 0;
            }
            if included.insert(*index) {
                bytes += self.recipients[*index].len();
                lines.push(self.recipients[*index].clone());
            }
            bytes += event.len();
            lines.push(event.clone());
        }
        if !lines.is_empty() {
            frames.push(lines);
        }
        frames
    }
}

fn divided(to: &Recipients) -> Vec<Recipients> {
    let parts = |accounts: &Audience| accounts.chunks(MAX_ACCOUNTS).map(Audience::from).collect::<Vec<_>>();
    match to {
        Recipients::Accounts(accounts) if accounts.len() > MAX_ACCOUNTS => {
            parts(accounts).into_iter().map(Recipients::Accounts).collect()
        }
        Recipients::AccountsNotWatching(accounts) if accounts.len() > MAX_ACCOUNTS => {
            parts(accounts).into_iter().map(Recipients::AccountsNotWatching).collect()
        }
        to => vec![to.clone()],
    }
}

fn line_of(to: &Recipients) -> RecipientsLine {
    let numbers = |accounts: &Audience| accounts.iter().map(|account| account.0).collect();
    match to {
        Recipients::Accounts(accounts) => RecipientsLine::Accounts(numbers(accounts)),
        Recipients::AccountsNotWatching(accounts) => RecipientsLine::AccountsNotWatching(numbers(accounts)),
        Recipients::Watchers => RecipientsLine::Watchers,
    }
}

/// Decodes the lines of a frame. Events of a later version are omitted.
///
/// # Errors
/// A description of the first invalid line.
pub(super) fn decode_events<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Result<Vec<Announcement>, String> {
    let mut recipients = BTreeMap::new();
    let mut announcements = Vec::new();
    for line in lines {
        match serde_json::from_slice(line).map_err(|error| error.to_string())? {
            EventLine::Recipients(number, line) => {
                recipients.insert(number, recipients_of(line));
            }
            EventLine::Event(number, event) => {
                let to = recipients.get(&number).cloned().ok_or("an event has no recipients")?;
                if event != Event::Unknown {
                    announcements.push(Announcement { event: checked(event)?, to, except: None });
                }
            }
        }
    }
    Ok(announcements)
}

fn recipients_of(line: RecipientsLine) -> Recipients {
    let accounts = |numbers: Vec<u32>| -> Audience { numbers.into_iter().map(AccountId).collect::<Arc<_>>() };
    match line {
        RecipientsLine::Accounts(numbers) => Recipients::Accounts(accounts(numbers)),
        RecipientsLine::AccountsNotWatching(numbers) => Recipients::AccountsNotWatching(accounts(numbers)),
        RecipientsLine::Watchers => Recipients::Watchers,
    }
}

/// Refuses events that concern a single connection, which no node publishes.
fn checked(event: Event) -> Result<Event, String> {
    match event {
        Event::Ping | Event::Refused(_) | Event::Lagged | Event::Goodbye(_) => {
            Err("an event concerns only a connection".to_owned())
        }
        event => Ok(event),
    }
}

#[cfg(test)]
mod tests {
    use papo_shared::model::{ConversationId, Username};
    use papo_shared::protocol::{GroupUnlisted, TypingStarted};

    use super::{
        AccountId, Announcement, Audience, Delivery, Event, FxHashSet, MAX_ACCOUNTS, MAX_LINES_BYTES, Recipients,
        RecipientsOfBatch, decode_events,
    };

    fn audience(accounts: impl IntoIterator<Item = u32>) -> Audience {
        accounts.into_iter().map(AccountId).collect()
    }

    fn unlisted(group: u32) -> Event {
        Event::GroupUnlisted(GroupUnlisted { conversation: ConversationId(group) })
    }

    /// What a node receives, frame by frame, that hosts the recipients with these indices.
    fn received(batch: &[Delivery], hosted: &[usize]) -> Vec<Vec<Announcement>> {
        let hosted: FxHashSet<usize> = hosted.iter().copied().collect();
        let frames = RecipientsOfBatch::new(batch).encode().frames(&hosted);
        frames.iter().map(|lines| decode_events(lines.iter().map(|line| &line[..])).unwrap()).collect()
    }

    #[test]
    fn a_node_receives_the_events_for_its_recipients_in_order() {
        let (pair, group) = (audience([1, 2]), audience([2, 3]));
        let to = [
            Recipients::Accounts(pair.clone()),
            Recipients::AccountsNotWatching(group),
            Recipients::Watchers,
            Recipients::Accounts(pair),
        ];
        let batch: Vec<Delivery> = (1..).zip(to).map(|(number, to)| Delivery::event(unlisted(number), to)).collect();
        let numbers = |hosted: &[usize]| {
            let frames = received(&batch, hosted);
            let events = frames.into_iter().flatten().map(|announcement| match announcement.event {
                Event::GroupUnlisted(unlisted) => (unlisted.conversation.0, announcement.to),
                event => panic!("{event:?}"),
            });
            events.collect::<Vec<_>>()
        };
        let (pair, group) = (Recipients::Accounts(audience([1, 2])), Recipients::AccountsNotWatching(audience([2, 3])));
        assert_eq!(numbers(&[0, 2]), [(1, pair.clone()), (3, Recipients::Watchers), (4, pair)]);
        assert_eq!(numbers(&[1]), [(2, group)]);
        assert_eq!(numbers(&[]), []);
    }

    #[test]
    fn large_batches_and_audiences_are_divided() {
        let everyone = audience(0..u32::try_from(MAX_ACCOUNTS).unwrap() * 20 + 1);
        let batch = [1, 2].map(|number| Delivery::event(unlisted(number), Recipients::Accounts(everyone.clone())));
        let all: Vec<usize> = (0..RecipientsOfBatch::new(&batch).distinct().len()).collect();
        let encoded = RecipientsOfBatch::new(&batch).encode().frames(&all.iter().copied().collect());
        assert!(encoded.len() > 2 && encoded.iter().flatten().all(|line| line.len() < MAX_LINES_BYTES / 4));
        assert!(encoded.iter().all(|lines| lines.iter().map(|line| line.len()).sum::<usize>() <= MAX_LINES_BYTES));
        let mut reached = [Vec::new(), Vec::new()];
        for Announcement { event, to, .. } in received(&batch, &all).into_iter().flatten() {
            let (Event::GroupUnlisted(unlisted), Recipients::Accounts(accounts)) = (event, to) else { panic!("unexpected") };
            reached[unlisted.conversation.0 as usize - 1].extend_from_slice(&accounts);
        }
        for mut reached in reached {
            reached.sort_unstable();
            assert_eq!(reached[..], everyone[..]);
        }
    }

    #[test]
    fn lines_that_no_node_sends_are_refused() {
        let refused = |lines: &[&str]| decode_events(lines.iter().map(|line| line.as_bytes())).unwrap_err();
        let watchers = r#"{"recipients":[0,"watchers"]}"#;
        assert_eq!(refused(&[r#"{"event":[0,{"type":"group_unlisted","conversation":1}]}"#]), "an event has no recipients");
        for event in ["ping", "lagged"] {
            let line = format!(r#"{{"event":[0,{{"type":"{event}"}}]}}"#);
            assert_eq!(refused(&[watchers, &line]), "an event concerns only a connection");
        }
        refused(&["{}"]);
    }

    #[test]
    fn events_of_a_later_version_are_omitted() {
        let lines = [r#"{"recipients":[0,"watchers"]}"#, r#"{"event":[0,{"type":"moon_rose"}]}"#];
        assert_eq!(decode_events(lines.iter().map(|line| line.as_bytes())), Ok(Vec::new()));
    }

    #[test]
    fn a_session_that_caused_an_event_is_not_named_to_other_nodes() {
        let typing = TypingStarted { conversation: ConversationId(1), username: Username::parse("ana").unwrap() };
        let to = Recipients::Accounts(audience([1]));
        let announcement = Announcement { event: Event::TypingStarted(typing), to, except: Some(crate::domain::SessionId(7)) };
        let expected = Announcement { except: None, ..announcement.clone() };
        assert_eq!(received(&[Delivery::Event(announcement)], &[0]), [[expected]]);
    }
}
