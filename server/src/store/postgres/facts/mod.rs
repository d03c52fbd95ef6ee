//! Loads the facts that decisions ask for: one query per kind, all in one round trip.

mod accounts;
mod conversations;
mod erasures;
mod ids;
mod invitations;
pub(super) mod loaded;
mod members;
mod messages;
mod reports;
mod retention;

use std::collections::HashMap;
use std::mem::discriminant;

use futures_util::FutureExt;

pub(super) use self::conversations::one as conversation;
use self::loaded::{Loaded, Loading};
use super::fault::Fault;
use super::memberships::MembershipCache;
use super::query::{Connection, pipeline};
use crate::domain::facts::{Facts, Key};

/// The values of those keys that are of one kind.
macro_rules! values {
    ($keys:ident, $kind:path) => {
        $keys.iter().filter_map(|key| if let $kind(value) = key { Some(value.clone()) } else { None }).collect()
    };
}

/// Where facts are loaded from.
#[derive(Clone, Copy)]
pub(super) struct Source<'c> {
    pub(super) connection: &'c Connection,
    pub(super) memberships: &'c MembershipCache,
}

/// Loads the values of these keys, as of the transaction's changes so far. Keys of new ids may occur several times.
pub(super) async fn load(source: Source<'_>, facts: &mut Facts, keys: Vec<Key>) -> Result<(), Fault> {
    let loaded = pipeline(queries(source, keys)).await?;
    loaded.into_iter().for_each(|set| set(facts));
    Ok(())
}

/// The queries for the values of these keys.
pub(super) fn queries(source: Source<'_>, keys: Vec<Key>) -> Vec<Loading<'_>> {
    let mut kinds: HashMap<_, Vec<Key>> = HashMap::new();
    for key in keys {
        kinds.entry(discriminant(&key)).or_default().push(key);
    }
    kinds.into_values().map(|keys| query(source, keys)).collect()
}

/// The query for the values of these keys, all of the kind of the first one.
fn query(Source { connection, memberships }: Source<'_>, keys: Vec<Key>) -> Loading<'_> {
    let Some(first) = keys.first() else { return async { Ok(Box::new(|_: &mut Facts| {}) as Loaded) }.boxed() };
    match first {
        Key::Account(_) => accounts::accounts(connection, values!(keys, Key::Account)).boxed(),
        Key::PasswordHash(_) => accounts::password_hashes(connection, values!(keys, Key::PasswordHash)).boxed(),
        Key::SecondFactor(_) => accounts::second_factors(connection, values!(keys, Key::SecondFactor)).boxed(),
        Key::Username(_) => accounts::usernames(connection, values!(keys, Key::Username)).boxed(),
        Key::Skeleton(_) => accounts::skeletons(connection, values!(keys, Key::Skeleton)).boxed(),
        Key::Device(_) => accounts::devices(connection, values!(keys, Key::Device)).boxed(),
        Key::DevicesOf(_) => accounts::devices_of(connection, values!(keys, Key::DevicesOf)).boxed(),
        Key::Invite(_) => accounts::invites(connection, values!(keys, Key::Invite)).boxed(),
        Key::InviteCode(_) => accounts::invite_codes(connection, values!(keys, Key::InviteCode)).boxed(),

        Key::Conversation(_) => conversations::conversations(connection, memberships, values!(keys, Key::Conversation)).boxed(),
        Key::ConversationCount(_) => conversations::counts(connection, values!(keys, Key::ConversationCount)).boxed(),
        Key::Direct(_) => conversations::directs(connection, values!(keys, Key::Direct)).boxed(),
        Key::GroupName(_) => conversations::names(connection, values!(keys, Key::GroupName)).boxed(),
        Key::GroupSkeleton(_) => conversations::skeletons(connection, values!(keys, Key::GroupSkeleton)).boxed(),
        Key::Topic(_) => conversations::topics(connection, values!(keys, Key::Topic)).boxed(),
        Key::Member(_) => members::members(connection, values!(keys, Key::Member)).boxed(),
        Key::Roster(_) => members::rosters(connection, values!(keys, Key::Roster)).boxed(),
        Key::WasRemoved(_) => members::was_removed(connection, values!(keys, Key::WasRemoved)).boxed(),
        Key::GroupInviteTarget(_) => invitations::invite_targets(connection, values!(keys, Key::GroupInviteTarget)).boxed(),
        Key::GroupInvites(_) => invitations::invites(connection, values!(keys, Key::GroupInvites)).boxed(),
        Key::Invitations(_) => invitations::received(connection, values!(keys, Key::Invitations)).boxed(),
        Key::SentInvitations(_) => invitations::sent(connection, values!(keys, Key::SentInvitations)).boxed(),
        Key::HasDeclined(_) => invitations::declined(connection, values!(keys, Key::HasDeclined)).boxed(),
        Key::AnsweredDirect(_) => invitations::answered_directs(connection, values!(keys, Key::AnsweredDirect)).boxed(),
        Key::SharedGroup(_) => invitations::shared_groups(connection, values!(keys, Key::SharedGroup)).boxed(),
        Key::Block(_) => accounts::blocks(connection, values!(keys, Key::Block)).boxed(),
        Key::BlockCount(_) => accounts::block_counts(connection, values!(keys, Key::BlockCount)).boxed(),

        Key::ClientId(_) => messages::client_ids(connection, values!(keys, Key::ClientId)).boxed(),
        Key::Message(_) => messages::messages(connection, values!(keys, Key::Message)).boxed(),
        Key::Edits(_) => messages::edits(connection, values!(keys, Key::Edits)).boxed(),
        Key::OriginalText(_) => messages::original_texts(connection, values!(keys, Key::OriginalText)).boxed(),
        Key::EmojiOf(_) => messages::emoji_of(connection, values!(keys, Key::EmojiOf)).boxed(),
        Key::Reaction(_) => messages::reactions(connection, values!(keys, Key::Reaction)).boxed(),
        Key::Notices(_) => messages::notices(connection, values!(keys, Key::Notices)).boxed(),
        Key::ReportId(_) => reports::ids(connection, values!(keys, Key::ReportId)).boxed(),
        Key::Report(_) => reports::reports(connection, values!(keys, Key::Report)).boxed(),
        Key::OpenReportCount(_) => reports::open_counts(connection, values!(keys, Key::OpenReportCount)).boxed(),
        Key::ErasureStep(()) => erasures::next_step(connection).boxed(),
        Key::RetentionClock(()) => retention::clock(connection).boxed(),
        Key::ExpiryStep(_) => retention::expiry_steps(connection, values!(keys, Key::ExpiryStep)).boxed(),

        Key::NextAccount => ids::accounts(connection, keys.len()).boxed(),
        Key::NextConversation => ids::conversations(connection, keys.len()).boxed(),
        Key::NextDevice => ids::devices(connection, keys.len()).boxed(),
        Key::NextInvite => ids::invites(connection, keys.len()).boxed(),
        Key::NextReport => ids::reports(connection, keys.len()).boxed(),
        Key::NextGroupInvite => ids::group_invites(connection, keys.len()).boxed(),
    }
}
