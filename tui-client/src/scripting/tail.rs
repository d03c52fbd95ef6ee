//! `papo tail`: prints new entries as they arrive.
//!
//! An entry with the next expected number is printed directly. Any other event only indicates new entries, which are
//! then fetched from the log. Therefore neither a lost connection nor a slow pipe causes gaps or duplicates, and
//! nothing accumulates in memory.

use std::collections::BTreeMap;

use papo_shared::model::{ConversationId, ConversationSummary, Entry, EntryKind, Seq, Username};

use super::context::{ScriptContext, print_message};
use super::conversations::{address, page_after};
use super::failure::Failure;
use super::output::Output;
use super::output_entry::OutputEntry;
use super::recipient::Recipient;
use super::session::{Missed, Session, SessionEvent};
use super::text::Style;
use super::{conversations, json};
use crate::cli::TailArgs;
use crate::state::conversations::changes::target;
use crate::state::phrase::Phrase;

/// The state of a followed conversation.
struct Followed {
    address: String,
    /// Entries up to this number were printed, or existed before the start.
    cursor: Seq,
}

/// The state of `papo tail`.
struct Tail<'a> {
    session: &'a mut Session,
    /// The only conversation to follow; `None` for all conversations.
    only: Option<ConversationId>,
    followed: BTreeMap<ConversationId, Followed>,
    you: Username,
    style: Style<'a>,
    json: bool,
    output: Output,
}

/// Prints new entries until the process ends.
pub(super) async fn tail(
    session: &mut Session,
    args: &TailArgs,
    to: Option<&Recipient>,
    context: &ScriptContext,
) -> Result<(), Failure> {
    let summaries = match to {
        Some(to) => vec![conversations::find(session, to).await?],
        None => conversations::all(session).await?,
    };
    let followed = summaries.iter().map(|summary| {
        let cursor = args.after.map_or(summary.last_seq, Seq);
        (summary.conversation, Followed { address: address(summary), cursor })
    });
    let only = to.and_then(|_| summaries.first()).map(|summary| summary.conversation);
    let you = session.you()?;
    let style = Style { translations: &context.translations, zone: &context.zone, with_address: only.is_none() };
    let followed = followed.collect();
    session.disable_timeout();
    let mut tail = Tail { session, only, followed, you, style, json: args.json, output: Output::Standard };
    loop {
        match tail.session.next().await? {
            SessionEvent::Posted(posted) => tail.posted(posted.conversation, &posted.entry).await?,
            SessionEvent::Missed => tail.catch_up().await?,
            SessionEvent::ConnectionLost => print_message(&context.translations, &Phrase::new("script-trying-again")),
        }
    }
}

impl Tail<'_> {
    async fn posted(&mut self, conversation: ConversationId, entry: &Entry) -> Result<(), Failure> {
        match self.followed.get(&conversation) {
            Some(followed) if entry.seq == followed.cursor.next() => self.print(conversation, entry).await,
            Some(followed) if entry.seq <= followed.cursor => Ok(()),
            // A gap, or an unknown conversation.
            _ => {
                self.session.mark_missed(conversation);
                Ok(())
            }
        }
    }

    async fn catch_up(&mut self) -> Result<(), Failure> {
        let Missed { everything, conversations } = self.session.take_missed();
        let behind = match self.only {
            Some(only) if everything || conversations.contains(&only) => vec![conversations::get(self.session, only).await?],
            Some(_) => Vec::new(),
            None if everything => conversations::all(self.session).await?,
            None => {
                let mut behind = Vec::new();
                for conversation in conversations {
                    // A group that the user left or was removed from is not followed any more.
                    match conversations::get(self.session, conversation).await {
                        Ok(summary) => behind.push(summary),
                        Err(failure) if failure.is_refusal() => drop(self.followed.remove(&conversation)),
                        Err(failure) => return Err(failure),
                    }
                }
                behind
            }
        };
        for summary in behind {
            self.print_new_entries(&summary).await?;
        }
        Ok(())
    }

    /// Fetches and prints the entries after the cursor.
    async fn print_new_entries(&mut self, summary: &ConversationSummary) -> Result<(), Failure> {
        let conversation = summary.conversation;
        // An unknown conversation was created after the start, so all of its entries are new.
        let followed = self.followed.entry(conversation).or_insert(Followed { address: String::new(), cursor: Seq(0) });
        followed.address = address(summary);
        followed.cursor = followed.cursor.max(Seq(summary.first_seq.0.saturating_sub(1)));
        let mut cursor = followed.cursor;
        let mut more = summary.last_seq > cursor;
        while more {
            let page = match page_after(self.session, conversation, cursor).await {
                Ok(page) => page,
                Err(failure) if failure.is_refusal() && self.only.is_none() => {
                    self.followed.remove(&conversation);
                    return Ok(());
                }
                Err(failure) => return Err(failure),
            };
            for entry in &page.entries {
                self.print(conversation, entry).await?;
            }
            cursor = page.entries.last().map_or(cursor, |last| last.seq);
            more = page.more;
        }
        Ok(())
    }

    async fn print(&mut self, conversation: ConversationId, entry: &Entry) -> Result<(), Failure> {
        let target = match target(entry) {
            Some(target) => conversations::entry(self.session, conversation, target).await?,
            None => None,
        };
        let Some(followed) = self.followed.get_mut(&conversation) else { return Ok(()) };
        followed.cursor = entry.seq;
        if let EntryKind::GroupRenamed { name } = &entry.kind {
            followed.address = format!("#{name}");
        }
        let entry_output = OutputEntry { conversation, address: &followed.address, entry, target: target.as_ref() };
        let line = if self.json { json::entry(&entry_output) } else { self.style.entry(&entry_output) };
        if ends_access_for(entry, &self.you) {
            // The server decides whether the conversation can still be followed.
            self.session.mark_missed(conversation);
        }
        self.output.write(&line).await
    }
}

/// Whether the user has no access to later entries.
fn ends_access_for(entry: &Entry, you: &Username) -> bool {
    match &entry.kind {
        EntryKind::MemberLeft { .. } => entry.author == *you,
        EntryKind::MemberRemoved { member } => member == you,
        _ => false,
    }
}
