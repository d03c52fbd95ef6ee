//! Compares what users observed with what is stored. Pure functions, so that each kind of fault can be tested.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use papo_shared::model::{ClientId, ConversationId, Entry, EntryKind, Message, Seq};
use papo_simulated_disk::Position;

use super::history::{Observation, Observed};
use super::stored_state::StoredState;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// The database file is damaged.
    Damaged,
    /// A log is not numbered 1, 2, 3….
    Gap,
    /// A client id occurs twice.
    Duplicate,
    /// A message differs from everything that was sent.
    Invented,
    /// An acknowledged or delivered entry is missing or different.
    Lost,
    /// A change to a message is missing from the message or from the log.
    ChangeLost,
    /// Entries arrived in a different order than their numbers.
    OutOfOrder,
    /// A user received or can read entries from a time when they were not a member.
    Unauthorised,
    /// The members of a conversation differ from its log.
    MembershipLost,
    /// A read cursor moved back, or is beyond the end.
    CursorLost,
    AccountLost,
    /// A valid token does not sign in.
    DeviceLost,
    /// A revoked token signs in.
    DeviceBack,
}

#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) kind: Kind,
    /// Description of the fault and its location.
    #[expect(dead_code, reason = "read in the output of a failed test")]
    detail: String,
}

/// Enough to recognise an entry, without the whole text of a long message.
const DETAIL_CHARS: usize = 400;

/// Periods of membership: from the first to the last entry.
type Memberships<'a> = HashMap<&'a str, Vec<(Seq, Option<Seq>)>>;

/// All faults, given that everything observed up to `until` must have survived.
pub(crate) fn check(history: &[Observation], until: Position, stored_state: &StoredState) -> Vec<Fault> {
    let history = &history[..history.partition_point(|observation| observation.at <= until)];
    let mut faults = Faults::default();
    if let Some(damage) = &stored_state.damage {
        faults.add(Kind::Damaged, damage);
        return faults.0;
    }
    let memberships = stored_state.logs.iter().map(|(id, log)| (*id, memberships(log))).collect();
    check_logs(stored_state, &mut faults);
    check_messages(history, stored_state, &mut faults);
    check_changes(stored_state, &mut faults);
    check_deliveries(history, stored_state, &memberships, &mut faults);
    check_memberships(stored_state, &memberships, &mut faults);
    check_done(history, stored_state, &mut faults);
    check_cursors(history, stored_state, &mut faults);
    check_accounts(history, stored_state, &mut faults);
    faults.0
}

#[derive(Default)]
struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, kind: Kind, detail: impl std::fmt::Debug) {
        let detail = format!("{detail:?}").chars().take(DETAIL_CHARS).collect();
        self.0.push(Fault { kind, detail });
    }
}

/// Periods of membership according to a group's log; `None` for a direct conversation, whose members never change.
fn memberships(log: &[Entry]) -> Option<Memberships<'_>> {
    let mut memberships = Memberships::new();
    for entry in log {
        match &entry.kind {
            EntryKind::GroupCreated { .. } => memberships.entry(entry.author.as_str()).or_default().push((entry.seq, None)),
            EntryKind::MemberAdded { member } => memberships.entry(member.as_str()).or_default().push((entry.seq, None)),
            EntryKind::MemberJoined => memberships.entry(entry.author.as_str()).or_default().push((entry.seq, None)),
            EntryKind::MemberLeft { .. } => end_membership(&mut memberships, entry.author.as_str(), entry.seq),
            EntryKind::MemberRemoved { member } => end_membership(&mut memberships, member.as_str(), entry.seq),
            _ => {}
        }
    }
    matches!(log.first()?.kind, EntryKind::GroupCreated { .. }).then_some(memberships)
}

fn end_membership(memberships: &mut Memberships<'_>, who: &str, at: Seq) {
    if let Some(membership) = memberships.get_mut(who).and_then(|memberships| memberships.last_mut()) {
        membership.1 = Some(at);
    }
}

/// The index of an entry in a log.
fn place(seq: Seq) -> usize {
    usize::try_from(seq.0).unwrap().wrapping_sub(1)
}

fn entry(stored_state: &StoredState, conversation: ConversationId, seq: Seq) -> Option<&Entry> {
    stored_state.logs.get(&conversation)?.get(place(seq))
}

fn check_logs(stored_state: &StoredState, faults: &mut Faults) {
    for (id, log) in &stored_state.logs {
        let end = Seq(log.len() as u64);
        if !log.iter().enumerate().all(|(at, entry)| place(entry.seq) == at) {
            faults.add(Kind::Gap, (id, log.iter().map(|entry| entry.seq.0).collect::<Vec<_>>()));
        }
        for ((_, who), view) in stored_state.views.range((*id, String::new())..).take_while(|((of, _), _)| of == id) {
            if view.last_seq != end {
                faults.add(Kind::Gap, (id, who, "has it to", view.last_seq, "of", end));
            }
        }
    }
}

fn check_messages(history: &[Observation], stored_state: &StoredState, faults: &mut Faults) {
    let mut sent: HashMap<ClientId, (&str, ConversationId, &str)> = HashMap::new();
    let mut changing: HashSet<(ConversationId, Seq, Option<&str>)> = HashSet::new();
    for Observation { who, what, .. } in history {
        match what {
            Observed::Sent { conversation, client_id, text } => {
                sent.insert(*client_id, (who, *conversation, text));
            }
            Observed::Changing { conversation, target, text } => {
                changing.insert((*conversation, *target, text.as_deref()));
            }
            Observed::Stored { conversation, client_id, seq, .. } => {
                match entry(stored_state, *conversation, *seq).map(|entry| &entry.kind) {
                    Some(EntryKind::Message(there)) if there.client_id == *client_id => {}
                    there => faults.add(Kind::Lost, (what, "but", there)),
                }
            }
            _ => {}
        }
    }
    let mut known = BTreeSet::new();
    for (id, log) in &stored_state.logs {
        for entry in log {
            let EntryKind::Message(message) = &entry.kind else { continue };
            let Message { client_id, text, .. } = message;
            if !known.insert(*client_id) {
                faults.add(Kind::Duplicate, (id, entry));
            }
            let by_its_author =
                |(author, place, _): &&(&str, ConversationId, &str)| *author == entry.author.as_str() && place == id;
            let first = sent.get(client_id).filter(by_its_author).map(|(_, _, first)| *first);
            let change = (!message.deleted).then_some(text.as_str());
            if first.is_none() || first != Some(text.as_str()) && !changing.contains(&(*id, entry.seq, change)) {
                faults.add(Kind::Invented, (id, entry));
            }
        }
    }
}

/// Compares the changes in the log with the state of the messages.
fn check_changes(stored_state: &StoredState, faults: &mut Faults) {
    for (id, log) in &stored_state.logs {
        let mut changes: HashMap<Seq, (bool, bool, i64, Seq)> = HashMap::new();
        for entry in log {
            let (target, edited, deleted, reactions) = match &entry.kind {
                EntryKind::MessageEdited { target } => (target, true, false, 0),
                EntryKind::MessageDeleted { target } => (target, false, true, 0),
                EntryKind::ReactionAdded { target, .. } => (target, false, false, 1),
                EntryKind::ReactionRemoved { target, .. } => (target, false, false, -1),
                _ => continue,
            };
            let change = changes.entry(*target).or_default();
            *change = (change.0 || edited, change.1 || deleted, change.2 + reactions, entry.seq);
        }
        for entry in log {
            let EntryKind::Message(message) = &entry.kind else { continue };
            let (edited, deleted, reactions, changed) = changes.remove(&entry.seq).unwrap_or_default();
            let counted: i64 = message.reactions.iter().map(|reaction| i64::from(reaction.count)).sum();
            let fits = message.deleted == deleted
                && (deleted || message.edited_at.is_some() == edited && counted == reactions)
                && message.changed.unwrap_or_default() == changed;
            if !fits {
                faults.add(Kind::ChangeLost, (id, entry));
            }
        }
        if !changes.is_empty() {
            faults.add(Kind::ChangeLost, (id, changes));
        }
    }
}

/// Whether a stored entry is the one that was delivered, disregarding later changes to a message.
fn is_same_entry(stored: &Entry, delivered: &Entry) -> bool {
    match (&stored.kind, &delivered.kind) {
        (EntryKind::Message(now), EntryKind::Message(then)) if now.changed.is_some() => {
            (stored.seq, stored.at, &stored.author, now.client_id)
                == (delivered.seq, delivered.at, &delivered.author, then.client_id)
        }
        _ => stored == delivered,
    }
}

fn check_deliveries(
    history: &[Observation],
    stored_state: &StoredState,
    memberships: &BTreeMap<ConversationId, Option<Memberships<'_>>>,
    faults: &mut Faults,
) {
    let mut newest: HashMap<(&str, ConversationId), Seq> = HashMap::new();
    for Observation { who, what, .. } in history {
        let (conversation, seq) = match what {
            Observed::Received { conversation, entry: delivered } => {
                if !entry(stored_state, *conversation, delivered.seq).is_some_and(|stored| is_same_entry(stored, delivered)) {
                    faults.add(Kind::Lost, (what, "but", entry(stored_state, *conversation, delivered.seq)));
                }
                (*conversation, delivered.seq)
            }
            Observed::Stored { conversation, seq, sent_again: false, .. } => (*conversation, *seq),
            _ => continue,
        };
        let newest = newest.entry((who, conversation)).or_default();
        if seq <= *newest {
            faults.add(Kind::OutOfOrder, (who, what, "after", *newest));
        }
        *newest = seq;
        let was_there = match memberships.get(&conversation) {
            Some(Some(memberships)) => memberships
                .get(who.as_str())
                .is_some_and(|memberships| memberships.iter().any(|(from, to)| *from <= seq && to.is_none_or(|to| seq <= to))),
            Some(None) => stored_state.views.contains_key(&(conversation, who.clone())),
            // Already reported as lost.
            None => true,
        };
        if !was_there {
            faults.add(Kind::Unauthorised, (who, what));
        }
    }
}

fn check_memberships(
    stored_state: &StoredState,
    memberships: &BTreeMap<ConversationId, Option<Memberships<'_>>>,
    faults: &mut Faults,
) {
    for (id, memberships) in memberships.iter().filter_map(|(id, memberships)| Some((id, memberships.as_ref()?))) {
        for who in &stored_state.people {
            let membership = memberships.get(who.as_str()).and_then(|memberships| memberships.last());
            let since = membership.filter(|(_, to)| to.is_none()).map(|(from, _)| *from);
            let first = stored_state.views.get(&(*id, who.clone())).map(|view| view.first_seq);
            match (since, first) {
                (None, Some(first)) => faults.add(Kind::Unauthorised, (id, who, "is out and sees it from", first)),
                (Some(since), Some(first)) if first < since => {
                    faults.add(Kind::Unauthorised, (id, who, "came at", since, "and sees it from", first));
                }
                (since, first) if since != first => {
                    faults.add(Kind::MembershipLost, (id, who, "came at", since, "and sees it from", first));
                }
                _ => {}
            }
        }
    }
}

/// Every confirmed change must be in the log, as often as it was confirmed.
fn check_done(history: &[Observation], stored_state: &StoredState, faults: &mut Faults) {
    let mut done: BTreeMap<(Kind, ConversationId, &str, String), usize> = BTreeMap::new();
    for Observation { who, what, .. } in history {
        let (lost, conversation, kind) = match what {
            Observed::MembershipDone { conversation, kind } => (Kind::MembershipLost, conversation, kind),
            Observed::ChangeDone { conversation, kind } => (Kind::ChangeLost, conversation, kind),
            _ => continue,
        };
        let times = done.entry((lost, *conversation, who, format!("{kind:?}"))).or_default();
        // Repeating a reaction has no effect.
        *times = if matches!(kind, EntryKind::ReactionAdded { .. }) { 1 } else { *times + 1 };
    }
    for ((lost, conversation, who, kind), times) in done {
        let log = stored_state.logs.get(&conversation).map_or(&[][..], Vec::as_slice);
        let there = log.iter().filter(|entry| entry.author.as_str() == who && format!("{:?}", entry.kind) == kind).count();
        if there < times {
            faults.add(lost, (conversation, who, kind, times, "times, but is there", there));
        }
    }
}

fn check_cursors(history: &[Observation], stored_state: &StoredState, faults: &mut Faults) {
    for ((id, who), view) in &stored_state.views {
        if view.read_seq > view.last_seq {
            faults.add(Kind::CursorLost, (id, who, view));
        }
    }
    for Observation { who, what, .. } in history {
        let Observed::CursorMoved { conversation, read_seq } = what else { continue };
        // A member who left and returned starts again behind everything they had read.
        if let Some(view) = stored_state.views.get(&(*conversation, who.clone()))
            && view.read_seq < *read_seq
            && view.first_seq <= *read_seq
        {
            faults.add(Kind::CursorLost, (who, what, "but", view));
        }
    }
}

fn check_accounts(history: &[Observation], stored_state: &StoredState, faults: &mut Faults) {
    let mut good = BTreeSet::new();
    let mut given_up = BTreeSet::new();
    for Observation { who, what, .. } in history {
        match what {
            Observed::SignedIn { token } => {
                if !stored_state.people.contains(who) {
                    faults.add(Kind::AccountLost, who);
                }
                good.insert((token, who));
            }
            Observed::SigningOut { token } => {
                good.remove(&(token, who));
            }
            Observed::SignedOut { token } => {
                given_up.insert(token);
            }
            _ => {}
        }
    }
    for (token, who) in good {
        if stored_state.tokens.get(token) != Some(who) {
            faults.add(Kind::DeviceLost, (who, "is not signed in but", stored_state.tokens.get(token)));
        }
    }
    for token in given_up {
        if stored_state.tokens.contains_key(token) {
            faults.add(Kind::DeviceBack, stored_state.tokens.get(token));
        }
    }
}
