//! `papo read`: prints the unread messages, or the last ones.

use papo_shared::model::limits::MAX_UNREAD;
use papo_shared::model::{ConversationId, ConversationSummary, Entry, Seq, Username};
use papo_shared::protocol::limits::MAX_PAGE_ROWS;
use papo_shared::protocol::{MarkRead, Reply, Request};

use super::context::ScriptContext;
use super::conversations::{address, page_after, page_before};
use super::failure::{Exit, Failure};
use super::output::Output;
use super::output_entry::{OutputEntry, message};
use super::recipient::Recipient;
use super::session::Session;
use super::text::Style;
use super::{conversations, json};
use crate::cli::ReadArgs;
use crate::state::phrase::Phrase;

/// Prints the messages, and then marks the conversation as read if requested.
pub(super) async fn read(session: &mut Session, args: &ReadArgs, to: &Recipient, context: &ScriptContext) -> Result<(), Failure> {
    let summary = conversations::find(session, to).await?;
    let you = session.you()?;
    let (messages, newest) = match args.last {
        Some(count) => last(session, summary.conversation, count).await?,
        None => unread(session, summary.conversation, summary.read_seq, &you).await?,
    };
    let (address, style) =
        (address(&summary), Style { translations: &context.translations, zone: &context.zone, with_address: false });
    let mut output = Output::Standard;
    for entry in &messages {
        let entry_output = OutputEntry { conversation: summary.conversation, address: &address, entry, target: None };
        output.write(&if args.json { json::entry(&entry_output) } else { style.entry(&entry_output) }).await?;
    }
    if args.mark_read && newest > summary.read_seq {
        let is_everything = args.last.is_none_or(|count| messages.len() < count as usize);
        let left_out = if is_everything { 0 } else { unread_before(&summary, &messages, &you) };
        if left_out > 0 {
            return Err(Failure::new(Exit::Failed, Phrase::new("script-not-marked").count("count", left_out)));
        }
        let mark = MarkRead { conversation: summary.conversation, seq: newest };
        let Reply::ReadCursor(_) = session.request(&Request::MarkRead(mark)).await? else {
            return Err(Failure::unexpected_reply());
        };
    }
    Ok(())
}

/// The unread messages, and the number of the newest entry that was examined.
async fn unread(
    session: &mut Session,
    conversation: ConversationId,
    read_seq: Seq,
    you: &Username,
) -> Result<(Vec<Entry>, Seq), Failure> {
    let (mut unread, mut newest) = (Vec::new(), read_seq);
    loop {
        let page = page_after(session, conversation, newest).await?;
        newest = page.entries.last().map_or(newest, |last| last.seq);
        unread.extend(page.entries.into_iter().filter(|entry| counts_as_unread(entry, you)));
        if !page.more {
            return Ok((unread, newest));
        }
    }
}

/// The last `count` messages of all authors, and the number of the newest entry.
async fn last(session: &mut Session, conversation: ConversationId, count: u32) -> Result<(Vec<Entry>, Seq), Failure> {
    let (mut backwards, mut before, mut newest) = (Vec::new(), None, Seq(0));
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    while backwards.len() < count {
        let page = page_before(session, conversation, before, MAX_PAGE_ROWS).await?;
        newest = newest.max(page.entries.last().map_or(newest, |last| last.seq));
        before = page.entries.first().map(|first| first.seq).or(before);
        backwards.extend(page.entries.into_iter().rev().filter(|entry| message(entry).is_some()));
        if !page.more {
            break;
        }
    }
    backwards.truncate(count);
    backwards.reverse();
    Ok((backwards, newest))
}

/// The number of unread messages before those that were printed. If the server did not count them all, any number is taken
/// for the largest one.
fn unread_before(summary: &ConversationSummary, printed: &[Entry], you: &Username) -> u32 {
    if summary.unread >= MAX_UNREAD {
        let reach_read_ones = printed.first().is_some_and(|first| first.seq <= summary.read_seq.next());
        return if reach_read_ones { 0 } else { MAX_UNREAD };
    }
    let counted = summary.read_seq.next()..=summary.last_seq;
    let among_printed = printed.iter().filter(|entry| counted.contains(&entry.seq) && counts_as_unread(entry, you)).count();
    summary.unread.saturating_sub(u32::try_from(among_printed).unwrap_or(u32::MAX))
}

/// Whether the server counts this entry as unread for the user.
fn counts_as_unread(entry: &Entry, you: &Username) -> bool {
    entry.author != *you && message(entry).is_some_and(|message| !message.deleted)
}
