//! The text for entries that are not messages, such as a member joining a group.

use papo_shared::model::{Entry, EntryKind, Message, Role, Username, Visibility};

use crate::state::phrase::Phrase;

/// Describes a deleted message.
pub fn describe_deleted(message: &Message, name_of: impl Fn(&Username) -> String) -> Phrase {
    match &message.deleted_by {
        None if message.expired => Phrase::new("message-expired"),
        None if message.by_operator => Phrase::new("message-deleted-by-operator"),
        Some(by) => Phrase::new("message-deleted-by").text("who", name_of(by)),
        None => Phrase::new("message-deleted"),
    }
}

/// Describes an entry that is not a message. `name_of` returns the name to show for a person.
pub fn describe(entry: &Entry, name_of: impl Fn(&Username) -> String) -> Phrase {
    let author = name_of(&entry.author);
    match &entry.kind {
        EntryKind::GroupCreated { name } => Phrase::new("happened-created").text("who", author).text("group", name),
        EntryKind::MemberAdded { member } => Phrase::new("happened-added").text("who", author).text("whom", name_of(member)),
        EntryKind::MemberLeft { new_owner: None } => Phrase::new("happened-left").text("who", author),
        EntryKind::MemberLeft { new_owner: Some(owner) } => {
            Phrase::new("happened-left-to").text("who", author).text("whom", name_of(owner))
        }
        EntryKind::MemberRemoved { member } => Phrase::new("happened-removed").text("who", author).text("whom", name_of(member)),
        EntryKind::MemberJoined => Phrase::new("happened-joined").text("who", author),
        EntryKind::RoleChanged { member, role } => {
            let phrase = match role {
                // Only the operator of the server makes someone the owner in their own name.
                Role::Owner if *member == entry.author => "happened-owner-by-operator",
                Role::Owner => "happened-owner",
                Role::Admin => "happened-admin",
                Role::Member | Role::Other => "happened-member",
            };
            Phrase::new(phrase).text("who", author).text("whom", name_of(member))
        }
        EntryKind::TopicChanged { topic: Some(topic) } => Phrase::new("happened-topic").text("who", author).text("topic", topic),
        EntryKind::TopicChanged { topic: None } => Phrase::new("happened-no-topic").text("who", author),
        EntryKind::VisibilityChanged { visibility } => {
            let phrase = match visibility {
                Visibility::Public => "happened-public",
                Visibility::Listed => "happened-listed",
                Visibility::Private | Visibility::Other => "happened-private",
            };
            Phrase::new(phrase).text("who", author)
        }
        EntryKind::RetentionChanged { days: Some(days) } => {
            Phrase::new("happened-retention").text("who", author).number("count", (*days).into())
        }
        EntryKind::RetentionChanged { days: None } => Phrase::new("happened-no-retention").text("who", author),
        EntryKind::MessageEdited { .. } => Phrase::new("happened-edited").text("who", author),
        EntryKind::MessageDeleted { .. } => Phrase::new("happened-deleted").text("who", author),
        EntryKind::ReactionAdded { emoji, .. } => Phrase::new("happened-reacted").text("who", author).text("emoji", emoji),
        EntryKind::ReactionRemoved { emoji, .. } => Phrase::new("happened-unreacted").text("who", author).text("emoji", emoji),
        EntryKind::GroupRenamed { name } => Phrase::new("happened-renamed").text("who", author).text("group", name),
        EntryKind::Message(_) | EntryKind::Unknown => Phrase::new("happened-unknown").text("who", author),
    }
}
