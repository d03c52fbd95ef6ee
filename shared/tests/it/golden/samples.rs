//! Sample values that the golden lines encode.

use papo_shared::model::{
    ClientId, ConversationId, ConversationKind, ConversationSummary, DeviceId, DeviceListing, Emoji, Entry, EntryKind,
    GroupInviteId, GroupInviteListing, GroupListing, Invitation, Message, MessageText, Notify, NotifyLevel, Person, Reaction,
    ReplyTo, Role, Seq, Timestamp, Visibility,
};
use papo_shared::protocol::{InboxItem, InboxReason, ReadCursor, Receipt};

/// Lines with the values that they encode.
pub(super) type Golden<T> = Vec<(&'static str, T)>;

pub(super) fn ana() -> Person {
    Person {
        username: "ana".to_owned().into(),
        display_name: "Ana Lima".to_owned().into(),
        status: None,
        online: true,
        away: false,
        last_seen: None,
        deleted: false,
    }
}

/// An account with all optional fields set.
pub(super) fn busy_ana() -> Person {
    Person { status: Some("até as 18h".to_owned().into()), away: true, ..ana() }
}

pub(super) fn group_invite() -> GroupInviteListing {
    GroupInviteListing {
        invite: GroupInviteId(3),
        created_by: ana().username,
        created_at: Timestamp(5),
        uses_left: Some(9),
        expires_at: Some(Timestamp(8)),
    }
}

pub(super) fn laptop() -> DeviceListing {
    DeviceListing {
        device: DeviceId(3),
        name: "laptop".to_owned().into(),
        created_at: Timestamp(8),
        last_used: Timestamp(9),
        connected: true,
        this: false,
    }
}

pub(super) fn deleted_person() -> Person {
    Person {
        username: "deleted-7".to_owned().into(),
        display_name: "deleted account".to_owned().into(),
        status: None,
        online: false,
        away: false,
        last_seen: None,
        deleted: true,
    }
}

pub(super) fn bia() -> Person {
    Person {
        username: "bia".to_owned().into(),
        display_name: "Bia".to_owned().into(),
        status: None,
        online: false,
        away: false,
        last_seen: Some(Timestamp(9)),
        deleted: false,
    }
}

pub(super) fn client_id() -> ClientId {
    serde_json::from_str(r#""019a7c2e-5f00-7a10-8b1c-3d5e7f901234""#).unwrap()
}

pub(super) fn entry(seq: u64, kind: EntryKind) -> Entry {
    Entry { seq: Seq(seq), at: Timestamp(5), author: "ana".to_owned().into(), kind }
}

pub(super) fn message(seq: u64) -> Entry {
    entry(seq, EntryKind::Message(Message::new(client_id(), "Olá,\n\"Bia\"".to_owned().into())))
}

pub(super) fn thumbs_up() -> Emoji {
    Emoji::parse("👍").unwrap()
}

pub(super) fn changed_message() -> Entry {
    let message = Message {
        reply_to: Some(ReplyTo { seq: Seq(2), author: bia().username }),
        mentions: vec![bia().username],
        changed: Some(Seq(9)),
        edited_at: Some(Timestamp(6)),
        reactions: vec![Reaction { emoji: thumbs_up(), count: 2, mine: true }],
        ..Message::new(client_id(), "@bia sim".to_owned().into())
    };
    entry(8, EntryKind::Message(message))
}

pub(super) fn deleted_message() -> Entry {
    let message = Message { changed: Some(Seq(9)), deleted: true, ..Message::new(client_id(), MessageText::deleted()) };
    entry(8, EntryKind::Message(message))
}

pub(super) fn expired_message() -> Entry {
    let message = Message { deleted: true, expired: true, ..Message::new(client_id(), MessageText::deleted()) };
    entry(8, EntryKind::Message(message))
}

pub(super) fn message_deleted_by_operator() -> Entry {
    let message = Message { deleted: true, by_operator: true, ..Message::new(client_id(), MessageText::deleted()) };
    entry(8, EntryKind::Message(message))
}

pub(super) fn message_deleted_by_an_admin() -> Entry {
    let (changed, deleted_by) = (Some(Seq(9)), Some(bia().username));
    let message = Message { changed, deleted: true, deleted_by, ..Message::new(client_id(), MessageText::deleted()) };
    entry(8, EntryKind::Message(message))
}

pub(super) fn group() -> ConversationSummary {
    ConversationSummary {
        conversation: ConversationId(2),
        kind: ConversationKind::Group {
            name: "Redes".to_owned().into(),
            topic: None,
            members: 3,
            role: Role::Member,
            visibility: Visibility::Listed,
            retention_days: None,
        },
        first_seq: Seq(4),
        last_seq: Seq(8),
        read_seq: Seq(6),
        unread: 1,
        mentions: 0,
        notify: Notify::default(),
        latest: Some(message(8)),
    }
}

/// A group as its owner sees it, with all optional fields set.
pub(super) fn own_group() -> ConversationSummary {
    let (name, topic) = ("Redes".to_owned().into(), Some("Provas".to_owned().into()));
    ConversationSummary {
        kind: ConversationKind::Group {
            name,
            topic,
            members: 3,
            role: Role::Owner,
            visibility: Visibility::Private,
            retention_days: Some(30),
        },
        notify: Notify { level: NotifyLevel::Nothing, until: Some(Timestamp(9)) },
        ..group()
    }
}

pub(super) fn direct() -> ConversationSummary {
    ConversationSummary {
        conversation: ConversationId(1),
        kind: ConversationKind::Direct { peer: bia() },
        first_seq: Seq(1),
        last_seq: Seq(0),
        read_seq: Seq(0),
        unread: 0,
        mentions: 0,
        notify: Notify::default(),
        latest: None,
    }
}

pub(super) fn listing() -> GroupListing {
    GroupListing {
        conversation: ConversationId(2),
        name: "Redes".to_owned().into(),
        members: 3,
        member: false,
        visibility: Visibility::Listed,
    }
}

pub(super) fn public_listing() -> GroupListing {
    GroupListing { visibility: Visibility::Public, ..listing() }
}

pub(super) fn invitation() -> Invitation {
    Invitation {
        conversation: ConversationId(2),
        name: "Redes".to_owned().into(),
        members: 3,
        invited_by: ana().username,
        at: Timestamp(5),
    }
}

pub(super) fn cursor() -> ReadCursor {
    ReadCursor { conversation: ConversationId(1), read_seq: Seq(4), unread: 2, mentions: 0, last_seq: Seq(7) }
}

pub(super) fn cursor_before_a_mention() -> ReadCursor {
    ReadCursor { mentions: 1, ..cursor() }
}

pub(super) fn receipt() -> Receipt {
    Receipt { username: bia().username, first_seq: Seq(1), delivered_seq: Seq(7), read_seq: Seq(4) }
}

pub(super) fn inbox_item(reason: InboxReason) -> InboxItem {
    InboxItem { conversation: ConversationId(2), reason, entry: entry(4, EntryKind::MemberLeft { new_owner: None }) }
}
