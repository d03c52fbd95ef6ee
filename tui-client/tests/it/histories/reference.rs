//! A reference implementation of conversations: only the rules of the protocol, as simple as possible.

use std::collections::BTreeMap;

/// A person, as an index into [`super::PEOPLE`].
pub(super) type Who = usize;

/// The entries that change a message.
const CHANGES: [&str; 4] = ["edited", "deleted", "reacted", "unreacted"];

/// A conversation with its whole log.
#[derive(Debug, Default)]
pub(super) struct Conversation {
    /// The entries; their sequence numbers count from 1.
    pub(super) log: Vec<Item>,
    pub(super) members: BTreeMap<Who, Member>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    /// The first entry that the member may see.
    pub(super) first: u64,
    pub(super) rank: Rank,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Member,
    Admin,
    Owner,
}

/// An entry of the log.
#[derive(Debug)]
pub(super) enum Item {
    Message(Message),
    /// Any other entry, by its name in the protocol.
    Other(Who, &'static str),
}

/// A message with all changes applied.
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub(super) author: Who,
    pub(super) text: String,
    pub(super) reply_to: Option<(u64, Who)>,
    pub(super) mentions: Vec<Who>,
    pub(super) edited: bool,
    pub(super) deleted: bool,
    /// The people who reacted, by emoji.
    pub(super) reactions: BTreeMap<&'static str, Vec<Who>>,
    /// The people who dismissed it from their inbox.
    pub(super) dismissed: Vec<Who>,
}

impl Conversation {
    pub(super) fn last(&self) -> u64 {
        self.log.len() as u64
    }

    pub(super) fn add(&mut self, author: Who, kind: &'static str) -> u64 {
        self.log.push(Item::Other(author, kind));
        self.last()
    }

    pub(super) fn join(&mut self, who: Who, rank: Rank) {
        let first = self.last();
        self.members.insert(who, Member { first, rank });
    }

    /// The message with this number, if the member may see it and it is not deleted.
    pub(super) fn message(&mut self, reader: Who, seq: u64) -> Option<&mut Message> {
        let first = self.members.get(&reader)?.first;
        match self.log.get_mut(usize::try_from(seq).unwrap().checked_sub(1)?)? {
            Item::Message(message) if seq >= first && !message.deleted => Some(message),
            _ => None,
        }
    }

    pub(super) fn say(&mut self, author: Who, text: String, reply_to: Option<u64>, names: &[Who]) {
        let reply_to = reply_to.and_then(|seq| Some((seq, self.message(author, seq)?.author)));
        let mentions = self.mentions_in(author, self.last() + 1, names);
        let (edited, deleted, reactions, dismissed) = (false, false, BTreeMap::new(), Vec::new());
        self.log.push(Item::Message(Message { author, text, reply_to, mentions, edited, deleted, reactions, dismissed }));
    }

    /// The people that a message mentions if its text names these: members who may see it, except its author.
    pub(super) fn mentions_in(&self, author: Who, seq: u64, names: &[Who]) -> Vec<Who> {
        let may_see = |who: &Who| self.members.get(who).is_some_and(|member| seq >= member.first);
        names.iter().copied().filter(|who| *who != author && may_see(who)).collect()
    }

    /// All messages with their numbers.
    pub(super) fn messages(&self) -> impl DoubleEndedIterator<Item = (u64, &Message)> {
        self.log.iter().enumerate().filter_map(|(index, item)| match item {
            Item::Message(message) => Some((index as u64 + 1, message)),
            Item::Other(..) => None,
        })
    }

    /// The messages that count as unread for a member until they are read: by others, and not deleted.
    pub(super) fn to_read(&self, reader: Who) -> impl Iterator<Item = (u64, &Message)> {
        let first = self.members[&reader].first;
        self.messages().filter(move |(seq, message)| *seq >= first && message.author != reader && !message.deleted)
    }

    fn after(&self, reader: Who, read: u64) -> impl Iterator<Item = &Message> {
        self.to_read(reader).filter(move |(seq, _)| *seq > read).map(|(_, message)| message)
    }

    /// The number of unread messages of a member who has read up to this entry.
    pub(super) fn unread(&self, reader: Who, read: u64) -> usize {
        self.after(reader, read).count()
    }

    /// The unread messages that mention this member or reply to them.
    pub(super) fn mentions(&self, reader: Who, read: u64) -> usize {
        let concerns =
            |message: &&Message| message.mentions.contains(&reader) || message.reply_to.is_some_and(|(_, to)| to == reader);
        self.after(reader, read).filter(concerns).filter(|message| !message.dismissed.contains(&reader)).count()
    }

    /// The entries that this member sees, one line each.
    pub(super) fn seen_by(&self, reader: Who, name: impl Fn(Who) -> String) -> Vec<String> {
        self.lines(reader, name, |_| true).into_iter().map(|(_, line)| line).collect()
    }

    /// The entries that have a row on the screen, with their numbers.
    pub(super) fn rows_for(&self, reader: Who, name: impl Fn(Who) -> String) -> Vec<(u64, String)> {
        self.lines(reader, name, |item| !matches!(item, Item::Other(_, kind) if CHANGES.contains(kind)))
    }

    fn lines(&self, reader: Who, name: impl Fn(Who) -> String, counts: impl Fn(&Item) -> bool) -> Vec<(u64, String)> {
        let first = self.members[&reader].first;
        let seen = (1..).zip(&self.log).filter(|(seq, item)| *seq >= first && counts(item));
        let line = |seq: u64, item: &Item| match item {
            Item::Other(author, kind) => format!("{seq} {} {kind}", name(*author)),
            Item::Message(message) => {
                let mut line = format!("{seq} {} message {:?}", name(message.author), message.text);
                if let Some((to, author)) = message.reply_to {
                    line += &format!(" to {to} by {}", name(author));
                }
                let mut mentions: Vec<String> = message.mentions.iter().map(|who| name(*who)).collect();
                mentions.sort();
                line += &format!(" names {mentions:?}");
                line += if message.edited { " edited" } else { "" };
                line += if message.deleted { " deleted" } else { "" };
                for (emoji, by) in &message.reactions {
                    line += &format!(" {emoji}{}{}", by.len(), if by.contains(&reader) { "!" } else { "" });
                }
                line
            }
        };
        seen.map(|(seq, item)| (seq, line(seq, item))).collect()
    }
}
