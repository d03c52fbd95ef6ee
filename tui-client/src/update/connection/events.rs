//! Events that the server sends without a request.

use papo_shared::model::EntryKind;
use papo_shared::protocol::{EntryPosted, Event, GetConversation, GoodbyeReason, Refusal, Request};

use super::{catch_up, replies};
use crate::effect::Effect;
use crate::state::State;
use crate::state::connection::pending::Purpose;
use crate::state::phrase::Phrase;
use crate::state::refusals::explain;
use crate::update::account::{deletion, devices};
use crate::update::contacts::blocked;
use crate::update::conversations::{fetching, notify, reading, receipts};
use crate::update::navigation::inbox;
use crate::update::requests::send_request;

/// Shortest time between two rings of the bell, in milliseconds.
const MIN_BELL_INTERVAL_MS: i64 = 2_000;

pub(crate) fn apply_event(state: &mut State, event: Event, effects: &mut Vec<Effect>) {
    match event {
        Event::EntryPosted(posted) => take_posted_entry(state, posted, effects),
        Event::ReadCursor(cursor) => {
            reading::move_read_cursor(state, &cursor);
            inbox::refresh_after_change(state, effects);
        }
        Event::ReceiptsChanged(changed) => receipts::learn(state, changed.conversation, changed.receipts),
        Event::PresenceChanged(changed) => state.account.people.learn(changed.people),
        Event::TypingStarted(typing) => {
            let now = state.moment;
            if let Some(conversation) = state.account.conversations.get_mut(&typing.conversation) {
                conversation.note_typing(typing.username, now);
            }
        }
        Event::GroupChanged(listing) => {
            state.account.group_listings.insert(listing.conversation, listing);
        }
        Event::GroupUnlisted(unlisted) if state.account.conversations.contains_key(&unlisted.conversation) => {}
        Event::GroupUnlisted(unlisted) => _ = state.account.group_listings.remove(&unlisted.conversation),
        Event::InvitationReceived(invitation) => state.add_invitation(invitation),
        Event::InvitationDeclined(declined) => state.remove_invitation(declined.conversation),
        Event::Lagged => catch_up::start(state, effects),
        Event::Refused(refusal) => state.show_status(explain(&refusal)),
        Event::Goodbye(goodbye) => match goodbye.reason {
            GoodbyeReason::SignedOut if state.signed_in_as.is_some() => {
                replies::end_session(state, Some(Phrase::new("problem-signed-out-elsewhere")), effects);
            }
            GoodbyeReason::AccountDeleted => deletion::finish(state, effects),
            GoodbyeReason::Suspended if state.signed_in_as.is_some() => {
                replies::end_session(state, Some(explain(&Refusal::AccountSuspended)), effects);
            }
            _ => {}
        },
        Event::NotifyChanged(changed) => notify::apply_change(state, changed.conversation, changed.notify),
        Event::BlockChanged(changed) => blocked::apply_change(state, changed.username, changed.blocked),
        Event::DevicesChanged => devices::refresh_list(state, effects),
        Event::GroupDeleted(deleted) => {
            state.account.group_listings.remove(&deleted.conversation);
            if state.account.conversations.contains_key(&deleted.conversation) {
                state.lose_conversation(deleted.conversation, None);
            }
        }
        Event::AccountDeleted(deleted) => {
            state.account.people.forget(&deleted.username);
            for conversation in state.account.conversations.values_mut() {
                conversation.apply_deleted_account(&deleted.username, &deleted.now);
            }
            // Entries and lists name the account differently now.
            catch_up::start(state, effects);
        }
        Event::MessagesErased(erased) => {
            if let Some(conversation) = state.account.conversations.get_mut(&erased.conversation) {
                conversation.erase(&erased);
            }
            fetching::fetch_missing(state, erased.conversation, effects);
            inbox::refresh_after_change(state, effects);
        }
        // The connection task answers pings.
        Event::Ping | Event::Unknown => {}
    }
}

fn take_posted_entry(state: &mut State, posted: EntryPosted, effects: &mut Vec<Effect>) {
    let EntryPosted { conversation: id, entry } = posted;
    let Some(me) = state.me().cloned() else { return };
    match &entry.kind {
        // The user left the group on another device.
        EntryKind::MemberLeft { .. } if entry.author == me => return state.leave_conversation(id),
        // The user accepted the invitation on another device, or joined in another way.
        EntryKind::MemberAdded { member } if *member == me => state.remove_invitation(id),
        EntryKind::MemberJoined if entry.author == me => state.remove_invitation(id),
        EntryKind::MemberRemoved { member } if *member == me => return state.lose_conversation(id, Some(&entry.author)),
        _ => {}
    }
    let is_message_by_other = matches!(entry.kind, EntryKind::Message(_)) && entry.author != me;
    let notifies = matches!(&entry.kind, EntryKind::Message(message) if state.needs_attention(id, message));
    let rings_bell = is_message_by_other && notifies && !state.account.blocked.contains(&entry.author);
    if rings_bell && !reading::is_end_in_view(state, id) {
        ring_bell(state, effects);
    }
    if state.account.conversations.contains_key(&id) {
        catch_up::take_entry(state, id, entry, effects);
    } else if !state.pending.contains(&Purpose::Conversation(id)) {
        // Someone started a conversation with the user or added them to a group.
        send_request(state, Purpose::Conversation(id), Request::GetConversation(GetConversation { conversation: id }), effects);
    }
    if is_message_by_other {
        inbox::refresh_after_change(state, effects);
    }
}

fn ring_bell(state: &mut State, effects: &mut Vec<Effect>) {
    let rang_recently = state.last_bell_at.is_some_and(|at| state.moment.ms_since(at) < MIN_BELL_INTERVAL_MS);
    if !rang_recently {
        state.last_bell_at = Some(state.moment);
        effects.push(Effect::Bell);
    }
}
