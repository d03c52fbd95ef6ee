//! Stories: sequences of user input and server frames, with the screen, requests and state that result.

mod blocking;
mod bursts;
mod changing_account;
mod clocks;
pub(crate) mod completing;
mod confirming;
mod deleted_accounts;
pub(crate) mod deleting_account;
pub(crate) mod devices;
mod editor;
mod erased_messages;
mod groups;
mod held_window;
pub(crate) mod inbox;
pub(crate) mod invitations;
pub(crate) mod invites;
mod local_data;
pub(crate) mod members;
mod message_changes;
mod muting;
mod navigating;
mod outages;
mod pasting;
mod presence;
mod reading;
mod receipts;
mod recipients;
mod registering;
mod replying;
pub(crate) mod reporting;
mod retention;
pub(crate) mod search;
pub(crate) mod second_factor;
mod selecting;
mod sending;
mod server;
mod signing_in;
mod switching;
mod unread;

use std::cell::RefCell;

use papo_shared::model::{Seq, Timestamp};
use papo_shared::protocol::{Entries, MessageStored, Reply, Request, SendMessage, SignedIn};

use crate::driver::{Driver, START, direct, person};

/// Opens the conversation with bia (id 1), whose log has these entries.
pub(crate) fn chatting_with_bia(entries: &[papo_shared::model::Entry]) -> Driver {
    let last = entries.last().map_or(0, |entry| entry.seq.0);
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", last, last, 0)]);
    client.keys("2 Enter");
    let entries = entries.to_vec();
    client.answer(|request| history(request, &entries));
    client
}

/// The reply to a history request of a server that holds these entries.
pub(crate) fn history(request: &Request, entries: &[papo_shared::model::Entry]) -> Option<Reply> {
    let Request::History(asked) = request else { return None };
    let limit = usize::try_from(asked.limit.unwrap_or(50)).unwrap();
    let fits = |entry: &&papo_shared::model::Entry| {
        asked.after.is_none_or(|after| entry.seq > after) && asked.before.is_none_or(|before| entry.seq < before)
    };
    let mut found: Vec<_> = entries.iter().filter(fits).cloned().collect();
    let more = found.len() > limit;
    if asked.after.is_some() {
        found.truncate(limit);
    } else {
        found.drain(..found.len().saturating_sub(limit));
    }
    Some(Reply::Entries(Entries { conversation: asked.conversation, entries: found, more }))
}

pub(crate) fn sent_messages(client: &mut Driver) -> Vec<SendMessage> {
    client
        .sent()
        .into_iter()
        .filter_map(|frame| if let Request::SendMessage(send) = frame.request { Some(send) } else { None })
        .collect()
}

pub(crate) fn texts(sent: &[SendMessage]) -> Vec<&str> {
    sent.iter().map(|send| send.text.as_str()).collect()
}

/// Stores every message sent, numbered from `from` on, until no more are sent. Returns the messages in the order received.
pub(crate) fn store_all(client: &mut Driver, from: u64) -> Vec<SendMessage> {
    let stored = RefCell::new(Vec::new());
    client.answer(|request| {
        let Request::SendMessage(send) = request else { return None };
        let seq = Seq(from + stored.borrow().len() as u64);
        stored.borrow_mut().push(send.clone());
        let SendMessage { conversation, client_id, .. } = *send;
        let (at, reply_to, mentions) = (Timestamp(START), None, Vec::new());
        Some(Reply::MessageStored(MessageStored { conversation, client_id, seq, at, reply_to, mentions }))
    });
    stored.into_inner()
}

/// Reconnects and signs ana in again with her device token.
pub(crate) fn come_back(client: &mut Driver) {
    client.connect();
    client.answer(|request| {
        let again = SignedIn { you: person("ana", true), token: "token".into() };
        matches!(request, Request::SignInWithToken(_)).then_some(Reply::SignedIn(again))
    });
}
