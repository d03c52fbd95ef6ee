//! `papo tail`: what happens, as it happens.
//!
//! An entry that follows on what was printed last is printed; anything else is a hint that there is more in the log, and the log
//! is asked. So neither a lost connection nor a slow pipe makes a hole or prints anything twice, and nothing piles up here.

use std::collections::BTreeMap;

use papo_shared::model::{ConversationId, ConversationSummary, Entry, EntryKind, Seq, Username};

use super::context::{ScriptContext, tell};
use super::conversations::{address, page_after};
use super::failure::Failure;
use super::happened::{Happened, target};
use super::output::Output;
use super::recipient::Recipient;
use super::session::{Missed, Session, Told};
use super::text::Style;
use super::{conversations, json};
use crate::cli::TailArgs;
use crate::state::phrase::Phrase;

/// A conversation that is followed.
struct Followed {
    address: String,
    /// Everything up to here was printed, or was there before.
    cursor: Seq,
}

/// Who follows what, and where it goes.
struct Tail<'a> {
    session: &'a mut Session,
    /// The one conversation that is followed; all of them, where there is none.
    only: Option<ConversationId>,
    followed: BTreeMap<ConversationId, Followed>,
    you: Username,
    style: Style<'a>,
    json: bool,
    output: Output,
}

/// Follows until somebody ends it.
pub(super) async fn tail(
    session: &mut Session,
    args: &TailArgs,
    to: Option<&Recipient>,
    around: &ScriptContext,
) -> Result<(), Failure> {
    let there = match to {
        Some(to) => vec![conversations::find(session, to).await?],
        None => conversations::all(session).await?,
    };
    let followed = there.iter().map(|summary| {
        let cursor = args.after.map_or(summary.last_seq, Seq);
        (summary.conversation, Followed { address: address(summary), cursor })
    });
    let only = to.and_then(|_| there.first()).map(|summary| summary.conversation);
    let you = session.you()?;
    let style = Style { words: &around.words, zone: &around.zone, with_address: only.is_none() };
    let followed = followed.collect();
    session.wait_for_ever();
    let mut tail = Tail { session, only, followed, you, style, json: args.json, output: Output::Standard };
    loop {
        match tail.session.next().await? {
            Told::Posted(posted) => tail.posted(posted.conversation, &posted.entry).await?,
            Told::Missed => tail.catch_up().await?,
            Told::LineLost => tell(&around.words, &Phrase::new("script-trying-again")),
        }
    }
}

impl Tail<'_> {
    async fn posted(&mut self, conversation: ConversationId, entry: &Entry) -> Result<(), Failure> {
        match self.followed.get(&conversation) {
            Some(followed) if entry.seq == followed.cursor.next() => self.print(conversation, entry).await,
            Some(followed) if entry.seq <= followed.cursor => Ok(()),
            // A hole, or a conversation that is new to us.
            _ => {
                self.session.missed(conversation);
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
                    // Who was taken out of a group meanwhile hears no more of it.
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
            self.read_on(&summary).await?;
        }
        Ok(())
    }

    /// Prints what a conversation has that was not printed.
    async fn read_on(&mut self, summary: &ConversationSummary) -> Result<(), Failure> {
        let conversation = summary.conversation;
        // What we do not know began after we did.
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
        let happened = Happened { conversation, address: &followed.address, entry, target: target.as_ref() };
        let line = if self.json { json::entry(&happened) } else { self.style.entry(&happened) };
        if is_the_end_for(entry, &self.you) {
            // Whether it can still be followed is the server's to say.
            self.session.missed(conversation);
        }
        self.output.write(&line).await
    }
}

/// Whether this one sees nothing after this.
fn is_the_end_for(entry: &Entry, you: &Username) -> bool {
    match &entry.kind {
        EntryKind::MemberLeft { .. } => entry.author == *you,
        EntryKind::MemberRemoved { member } => member == you,
        _ => false,
    }
}
