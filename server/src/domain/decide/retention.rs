//! How long messages are kept, and expiry of those that are older.

use papo_shared::model::{ConversationId, EntryKind, Timestamp};

use super::decision::{Decided, Decision, changes};
use super::post::Post;
use super::{lookup, message_changes};
use crate::domain::account::AccountRef;
use crate::domain::change::Change;
use crate::domain::changes::Changes;
use crate::domain::facts::Facts;
use crate::domain::message::Removal;
use crate::domain::outcome::{MessagesErased, Outcome};
use crate::domain::retention::{ExpiryQuery, ExpiryStep};
use crate::domain::rules;

pub(super) fn set_days<'a>(
    facts: &Facts,
    conversation: ConversationId,
    by: &AccountRef,
    days: Option<u32>,
    at: Timestamp,
) -> Decided<'a> {
    let (group, role) = lookup::group_with_role(facts, conversation, by.id)?;
    rules::may_set_retention(role)?;
    if group.retention_days == days {
        return Ok(Decision::unchanged(Outcome::Done));
    }
    let post = Post { conversation, seq: group.known.last_seq.next(), author: by, at };
    let (entry, outcome) = post.entry(EntryKind::RetentionChanged { days }, None, group.known.members.clone(), None);
    Ok(Decision::new(outcome, changes([Change::SetRetention { conversation, days }, entry])))
}

pub(super) fn advance_clock<'a>(facts: &Facts, server_clock: Timestamp) -> Decided<'a> {
    let clock = facts.retention_clocks.get(&())?;
    let now = clock.advanced(server_clock);
    let change = (clock.last != Some(now)).then_some(Change::SetRetentionClock(now));
    Ok(Decision::new(Outcome::RetentionClock(now), change.into_iter().collect::<Changes<'_>>()))
}

pub(super) fn expire<'a>(facts: &Facts, query: ExpiryQuery) -> Decided<'a> {
    let ExpiryStep { until, messages, continue_after } = facts.expiry_steps.get(&query)?;
    let Some((conversation, seq)) = *until else {
        return Ok(Decision::unchanged(Outcome::Expired(MessagesErased::default(), *continue_after)));
    };
    let known = facts.conversations.get(&conversation)?;
    let audience = known.as_ref().map(|known| known.members.clone()).unwrap_or_default();
    let erase = |stored: &crate::domain::erasure::StoredText| {
        message_changes::erase(stored.message, &stored.text, stored.original.as_deref(), Removal::Expiry)
    };
    let mut changes: Changes<'_> = messages.iter().map(erase).collect();
    changes.push(Change::SetExpired(conversation, seq));
    let messages = messages.iter().map(|stored| stored.message).collect();
    let erased = MessagesErased { messages, audience, removal: Removal::Expiry };
    Ok(Decision::new(Outcome::Expired(erased, *continue_after), changes))
}
