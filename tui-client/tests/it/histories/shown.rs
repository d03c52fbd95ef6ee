//! Converts the state of a client to the format of the reference.

use papo::state::conversations::conversation::Conversation;
use papo_shared::model::{Entry, EntryKind, Message, Role, Seq};

/// The data that the list and the header are drawn from.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Summary {
    pub(super) name: String,
    pub(super) members: u32,
    pub(super) role: Option<Role>,
    pub(super) first_seq: Seq,
    pub(super) last_seq: Seq,
    pub(super) read_seq: Seq,
    pub(super) unread: u32,
    pub(super) mentions: u32,
}

pub(super) fn summary(conversation: &Conversation) -> Summary {
    use papo_shared::model::ConversationKind::{Direct, Group, Unknown};
    let (name, members, role) = match &conversation.kind {
        Direct { peer } => (peer.username.to_string(), 2, None),
        Group { name, members, role, .. } => (name.to_string(), *members, Some(*role)),
        Unknown => panic!("a conversation of no kind"),
    };
    Summary {
        name,
        members,
        role,
        first_seq: conversation.first_seq,
        last_seq: conversation.last_seq,
        read_seq: conversation.read_seq,
        unread: conversation.unread,
        mentions: conversation.mentions,
    }
}

/// An entry as one line of text.
pub(super) fn line(entry: &Entry) -> String {
    let kind = match &entry.kind {
        EntryKind::Message(message) => return said(entry, message),
        EntryKind::MessageEdited { .. } => "edited",
        EntryKind::MessageDeleted { .. } => "deleted",
        EntryKind::ReactionAdded { .. } => "reacted",
        EntryKind::ReactionRemoved { .. } => "unreacted",
        EntryKind::GroupCreated { .. } => "created",
        EntryKind::MemberAdded { .. } => "added",
        EntryKind::MemberJoined => "joined",
        EntryKind::MemberLeft { .. } => "left",
        EntryKind::MemberRemoved { .. } => "removed",
        EntryKind::RoleChanged { .. } => "role",
        EntryKind::GroupRenamed { .. } => "renamed",
        EntryKind::TopicChanged { .. } => "topic",
        EntryKind::VisibilityChanged { .. } => "visibility",
        EntryKind::RetentionChanged { .. } => "retention",
        EntryKind::Unknown => "unknown",
    };
    format!("{} {} {kind}", entry.seq, entry.author)
}

fn said(entry: &Entry, message: &Message) -> String {
    let mut line = format!("{} {} message {:?}", entry.seq, entry.author, message.text.as_str());
    if let Some(to) = &message.reply_to {
        line += &format!(" to {} by {}", to.seq, to.author);
    }
    let mut mentions: Vec<String> = message.mentions.iter().map(ToString::to_string).collect();
    mentions.sort();
    line += &format!(" names {mentions:?}");
    line += if message.edited_at.is_some() { " edited" } else { "" };
    line += if message.deleted { " deleted" } else { "" };
    let mut reactions: Vec<_> = message.reactions.iter().collect();
    reactions.sort_by_key(|reaction| reaction.emoji.as_str());
    for reaction in reactions {
        line += &format!(" {}{}{}", reaction.emoji, reaction.count, if reaction.mine { "!" } else { "" });
    }
    line
}
