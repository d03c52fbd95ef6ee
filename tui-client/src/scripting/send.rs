//! `papo send`: says something, and returns once it is on the server's disk.

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

/// Most that is read of standard input, in bytes. Cleaning can make a text that is a little too long short enough, never one of
/// this length.
const MAX_INPUT_BYTES: u64 = MAX_LINE_BYTES as u64;

/// What `--json` prints, once it is stored.
#[derive(Serialize)]
struct Stored {
    conversation: ConversationId,
    to: String,
    seq: Seq,
    at: Timestamp,
    client_id: ClientId,
}

/// The text, from the command line or else from standard input.
///
/// # Errors
/// Nothing of it would be seen, or it is longer than a message can be.
pub(super) async fn text(args: &SendArgs) -> Result<MessageText, Failure> {
    let typed = match args.text.as_deref() {
        Some(text) if text != STANDARD_STREAM => text.to_owned(),
        // On a thread of its own: whoever never ends the input must be able to end the command.
        _ => tokio::task::spawn_blocking(standard_input).await.unwrap_or_else(|error| Err(cannot_read(&error)))?,
    };
    MessageText::parse(&typed).map_err(|problem| match problem {
        TextProblem::Empty => Failure::refused(&Refusal::TextEmpty),
        TextProblem::TooLong => too_long(),
    })
}

/// All of standard input, as long as it can be a message.
fn standard_input() -> Result<String, Failure> {
    let mut text = Vec::new();
    let read = io::stdin().lock().take(MAX_INPUT_BYTES + 1).read_to_end(&mut text);
    read.map_err(|error| cannot_read(&error))?;
    if text.len() as u64 > MAX_INPUT_BYTES {
        return Err(too_long());
    }
    String::from_utf8(text).map_err(|_| Failure::told(Exit::Failed, Phrase::new("script-not-utf8")))
}

fn cannot_read(why: &impl std::fmt::Display) -> Failure {
    Failure::told(Exit::Failed, Phrase::new("script-cannot-read").text("why", why))
}

fn too_long() -> Failure {
    Failure::refused(&Refusal::TextTooLong { max_bytes: MAX_MESSAGE_BYTES })
}

/// Sends it, and again under the same id as long as it is not known to be stored.
pub(super) async fn send(session: &mut Session, args: &SendArgs, to: &Recipient, text: MessageText) -> Result<(), Failure> {
    let summary = conversations::find(session, to).await?;
    let (conversation, client_id) = (summary.conversation, ClientId::new());
    let request = Request::SendMessage(SendMessage { conversation, client_id, text: text.into(), reply_to: None });
    let stored = match session.ask(&request).await {
        Ok(Reply::MessageStored(stored)) => stored,
        Ok(_) => return Err(Failure::made_no_sense()),
        // It may be stored all the same.
        Err(Failure::Told { exit: Exit::NoServer, .. }) => {
            return Err(Failure::told(Exit::NoServer, Phrase::new("script-not-known-to-be-sent")));
        }
        Err(failure) => return Err(failure),
    };
    if !args.json {
        return Ok(());
    }
    let line = Stored { conversation, to: address(&summary), seq: stored.seq, at: stored.at, client_id };
    Output::Standard.write(&json::line(&line)).await
}
