//! `papo send`: sends a message, and returns once it is on the server's disk.

use std::io::{self, Read};

use papo_shared::model::limits::MAX_MESSAGE_BYTES;
use papo_shared::model::{ClientId, ConversationId, MessageText, Seq, TextProblem, Timestamp};
use papo_shared::protocol::limits::MAX_LINE_BYTES;
use papo_shared::protocol::{Refusal, Reply, Request, SendMessage};
use serde::Serialize;

use super::conversations;
use super::conversations::address;
use super::failure::{Exit, Failure};
use super::json;
use super::output::{Output, STANDARD_STREAM};
use super::recipient::Recipient;
use super::session::Session;
use crate::cli::SendArgs;
use crate::state::phrase::Phrase;

/// The limit for standard input, in bytes. It exceeds that of messages, because cleaning may shorten a text that
/// is slightly too long.
const MAX_INPUT_BYTES: u64 = MAX_LINE_BYTES as u64;

/// The output of `--json`.
#[derive(Serialize)]
struct Stored {
    conversation: ConversationId,
    to: String,
    seq: Seq,
    at: Timestamp,
    client_id: ClientId,
}

/// The text of the message, from the command line or standard input.
///
/// # Errors
/// It is empty after cleaning, or too long.
pub(super) async fn text(args: &SendArgs) -> Result<MessageText, Failure> {
    let typed = match args.text.as_deref() {
        Some(text) if text != STANDARD_STREAM => text.to_owned(),
        // On a blocking task, so that a signal can end the command while it waits for input.
        _ => tokio::task::spawn_blocking(read_standard_input).await.unwrap_or_else(|error| Err(read_failure(&error)))?,
    };
    MessageText::parse(&typed).map_err(|problem| match problem {
        TextProblem::Empty => Failure::refused(&Refusal::TextEmpty),
        TextProblem::TooLong => too_long(),
    })
}

/// Reads standard input up to its limit.
fn read_standard_input() -> Result<String, Failure> {
    let mut text = Vec::new();
    let read = io::stdin().lock().take(MAX_INPUT_BYTES + 1).read_to_end(&mut text);
    read.map_err(|error| read_failure(&error))?;
    if text.len() as u64 > MAX_INPUT_BYTES {
        return Err(too_long());
    }
    String::from_utf8(text).map_err(|_| Failure::new(Exit::Failed, Phrase::new("script-not-utf8")))
}

fn read_failure(why: &impl std::fmt::Display) -> Failure {
    Failure::new(Exit::Failed, Phrase::new("script-cannot-read").text("why", why))
}

fn too_long() -> Failure {
    Failure::refused(&Refusal::TextTooLong { max_bytes: MAX_MESSAGE_BYTES })
}

/// Sends the message, and repeats it with the same client id until it is acknowledged.
pub(super) async fn send(session: &mut Session, args: &SendArgs, to: &Recipient, text: MessageText) -> Result<(), Failure> {
    let summary = conversations::find(session, to).await?;
    let (conversation, client_id) = (summary.conversation, ClientId::new());
    let request = Request::SendMessage(SendMessage { conversation, client_id, text: text.into(), reply_to: None });
    let stored = match session.request(&request).await {
        Ok(Reply::MessageStored(stored)) => stored,
        Ok(_) => return Err(Failure::unexpected_reply()),
        // The message may have been stored nevertheless.
        Err(Failure::Reported { exit: Exit::NoServer, .. }) => {
            return Err(Failure::new(Exit::NoServer, Phrase::new("script-not-known-to-be-sent")));
        }
        Err(failure) => return Err(failure),
    };
    if !args.json {
        return Ok(());
    }
    let line = Stored { conversation, to: address(&summary), seq: stored.seq, at: stored.at, client_id };
    Output::Standard.write(&json::line(&line)).await
}
