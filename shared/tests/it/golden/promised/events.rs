//! Golden lines of all events.

use papo_shared::model::{ConversationId, EntryKind, Notify, Role, Seq, Visibility};
use papo_shared::protocol::{
    AccountDeleted, BlockChanged, EntryPosted, Event, Goodbye, GoodbyeReason, GroupDeleted, GroupUnlisted, InvitationDeclined,
    MessagesErased, NotifyChanged, PresenceChanged, ReceiptsChanged, Refusal, TypingStarted,
};

use crate::golden::samples::{
    Golden, ana, bia, changed_message, cursor, deleted_message, deleted_person, entry, expired_message, invitation, listing,
    message, message_deleted_by_an_admin, message_deleted_by_operator, own_group, public_listing, receipt, thumbs_up,
};

pub(in crate::golden) fn events() -> Golden<Event> {
    let posted = |kind| Event::EntryPosted(EntryPosted { conversation: ConversationId(2), entry: entry(4, kind) });
    let goodbye = |reason, come_back_ms| Event::Goodbye(Goodbye { reason, come_back_ms });
    vec![
        (r#"{"type":"ping"}"#, Event::Ping),
        (r#"{"type":"refused","code":"not_utf8"}"#, Event::Refused(Refusal::NotUtf8)),
        (
            concat!(
                r#"{"type":"entry_posted","conversation":2,"entry":{"seq":8,"at":5,"author":"ana","kind":"message","#,
                r#""client_id":"019a7c2e-5f00-7a10-8b1c-3d5e7f901234","text":"Olá,\n\"Bia\""}}"#,
            ),
            Event::EntryPosted(EntryPosted { conversation: ConversationId(2), entry: message(8) }),
        ),
        (
            r#"{"type":"entry_posted","conversation":2,"entry":{"seq":4,"at":5,"author":"ana","kind":"group_created","name":"Redes"}}"#,
            posted(EntryKind::GroupCreated { name: "Redes".to_owned().into() }),
        ),
        (
            r#"{"type":"entry_posted","conversation":2,"entry":{"seq":4,"at":5,"author":"ana","kind":"member_added","member":"bia"}}"#,
            posted(EntryKind::MemberAdded { member: bia().username }),
        ),
        (
            r#"{"type":"entry_posted","conversation":2,"entry":{"seq":4,"at":5,"author":"ana","kind":"member_left"}}"#,
            posted(EntryKind::MemberLeft { new_owner: None }),
        ),
        (
            r#"{"type":"entry_posted","conversation":2,"entry":{"seq":4,"at":5,"author":"ana","kind":"group_renamed","name":"R"}}"#,
            posted(EntryKind::GroupRenamed { name: "R".to_owned().into() }),
        ),
        (
            r#"{"type":"entry_posted","conversation":2,"entry":{"seq":4,"at":5,"author":"ana","kind":"message_edited","target":2}}"#,
            posted(EntryKind::MessageEdited { target: Seq(2) }),
        ),
        (
            r#"{"type":"entry_posted","conversation":2,"entry":{"seq":4,"at":5,"author":"ana","kind":"message_deleted","target":2}}"#,
            posted(EntryKind::MessageDeleted { target: Seq(2) }),
        ),
        (
            r#"{"type":"entry_posted","conversation":2,"entry":{"seq":4,"at":5,"author":"ana","kind":"reaction_added","target":2,"emoji":"👍"}}"#,
            posted(EntryKind::ReactionAdded { target: Seq(2), emoji: thumbs_up() }),
        ),
        (
            r#"{"type":"entry_posted","conversation":2,"entry":{"seq":4,"at":5,"author":"ana","kind":"reaction_removed","target":2,"emoji":"👍"}}"#,
            posted(EntryKind::ReactionRemoved { target: Seq(2), emoji: thumbs_up() }),
        ),
        (
            r#"{"type":"entry_posted","conversation":2,"entry":{"seq":4,"at":5,"author":"ana","kind":"member_joined"}}"#,
            posted(EntryKind::MemberJoined),
        ),
        (
            r#"{"type":"entry_posted","conversation":2,"entry":{"seq":4,"at":5,"author":"ana","kind":"member_left","new_owner":"bia"}}"#,
            posted(EntryKind::MemberLeft { new_owner: Some(bia().username) }),
        ),
        (
            r#"{"type":"entry_posted","conversation":2,"entry":{"seq":4,"at":5,"author":"ana","kind":"member_removed","member":"bia"}}"#,
            posted(EntryKind::MemberRemoved { member: bia().username }),
        ),
        (
            r#"{"type":"entry_posted","conversation":2,"entry":{"seq":4,"at":5,"author":"ana","kind":"role_changed","member":"bia","role":"admin"}}"#,
            posted(EntryKind::RoleChanged { member: bia().username, role: Role::Admin }),
        ),
        (
            r#"{"type":"entry_posted","conversation":2,"entry":{"seq":4,"at":5,"author":"ana","kind":"topic_changed","topic":"Provas"}}"#,
            posted(EntryKind::TopicChanged { topic: Some("Provas".to_owned().into()) }),
        ),
        (
            r#"{"type":"entry_posted","conversation":2,"entry":{"seq":4,"at":5,"author":"ana","kind":"topic_changed"}}"#,
            posted(EntryKind::TopicChanged { topic: None }),
        ),
        (
            r#"{"type":"entry_posted","conversation":2,"entry":{"seq":4,"at":5,"author":"ana","kind":"visibility_changed","visibility":"public"}}"#,
            posted(EntryKind::VisibilityChanged { visibility: Visibility::Public }),
        ),
        (
            r#"{"type":"entry_posted","conversation":2,"entry":{"seq":4,"at":5,"author":"ana","kind":"retention_changed","days":30}}"#,
            posted(EntryKind::RetentionChanged { days: Some(30) }),
        ),
        (
            r#"{"type":"entry_posted","conversation":2,"entry":{"seq":4,"at":5,"author":"ana","kind":"retention_changed"}}"#,
            posted(EntryKind::RetentionChanged { days: None }),
        ),
        (
            concat!(
                r#"{"type":"entry_posted","conversation":2,"entry":{"seq":8,"at":5,"author":"ana","kind":"message","#,
                r#""client_id":"019a7c2e-5f00-7a10-8b1c-3d5e7f901234","text":"@bia sim","reply_to":{"seq":2,"author":"bia"},"#,
                r#""mentions":["bia"],"changed":9,"edited_at":6,"reactions":[{"emoji":"👍","count":2,"mine":true}]}}"#,
            ),
            Event::EntryPosted(EntryPosted { conversation: ConversationId(2), entry: changed_message() }),
        ),
        (
            concat!(
                r#"{"type":"entry_posted","conversation":2,"entry":{"seq":8,"at":5,"author":"ana","kind":"message","#,
                r#""client_id":"019a7c2e-5f00-7a10-8b1c-3d5e7f901234","text":"","changed":9,"deleted":true}}"#,
            ),
            Event::EntryPosted(EntryPosted { conversation: ConversationId(2), entry: deleted_message() }),
        ),
        (
            concat!(
                r#"{"type":"entry_posted","conversation":2,"entry":{"seq":8,"at":5,"author":"ana","kind":"message","#,
                r#""client_id":"019a7c2e-5f00-7a10-8b1c-3d5e7f901234","text":"","changed":9,"deleted":true,"deleted_by":"bia"}}"#,
            ),
            Event::EntryPosted(EntryPosted { conversation: ConversationId(2), entry: message_deleted_by_an_admin() }),
        ),
        (r#"{"type":"read_cursor","conversation":1,"read_seq":4,"unread":2,"last_seq":7}"#, Event::ReadCursor(cursor())),
        (
            r#"{"type":"notify_changed","conversation":2,"level":"nothing","until":9}"#,
            Event::NotifyChanged(NotifyChanged { conversation: ConversationId(2), notify: own_group().notify }),
        ),
        (
            r#"{"type":"notify_changed","conversation":2,"level":"all"}"#,
            Event::NotifyChanged(NotifyChanged { conversation: ConversationId(2), notify: Notify::default() }),
        ),
        (r#"{"type":"devices_changed"}"#, Event::DevicesChanged),
        (
            r#"{"type":"block_changed","username":"bia","blocked":true}"#,
            Event::BlockChanged(BlockChanged { username: bia().username, blocked: true }),
        ),
        (
            concat!(
                r#"{"type":"receipts_changed","conversation":1,"receipts":[{"username":"bia","first_seq":1,"delivered_seq":7,"#,
                r#""read_seq":4}]}"#,
            ),
            Event::ReceiptsChanged(ReceiptsChanged { conversation: ConversationId(1), receipts: vec![receipt()] }),
        ),
        (
            r#"{"type":"presence_changed","people":[{"username":"bia","display_name":"Bia","online":false,"last_seen":9}]}"#,
            Event::PresenceChanged(PresenceChanged { people: vec![bia()] }),
        ),
        (
            r#"{"type":"typing_started","conversation":2,"username":"ana"}"#,
            Event::TypingStarted(TypingStarted { conversation: ConversationId(2), username: ana().username }),
        ),
        (
            r#"{"type":"group_changed","conversation":2,"name":"Redes","members":3,"member":false}"#,
            Event::GroupChanged(listing()),
        ),
        (
            r#"{"type":"group_changed","conversation":2,"name":"Redes","members":3,"member":false,"visibility":"public"}"#,
            Event::GroupChanged(public_listing()),
        ),
        (
            r#"{"type":"group_unlisted","conversation":2}"#,
            Event::GroupUnlisted(GroupUnlisted { conversation: ConversationId(2) }),
        ),
        (
            r#"{"type":"invitation_received","conversation":2,"name":"Redes","members":3,"invited_by":"ana","at":5}"#,
            Event::InvitationReceived(invitation()),
        ),
        (
            r#"{"type":"invitation_declined","conversation":2}"#,
            Event::InvitationDeclined(InvitationDeclined { conversation: ConversationId(2) }),
        ),
        (r#"{"type":"group_deleted","conversation":2}"#, Event::GroupDeleted(GroupDeleted { conversation: ConversationId(2) })),
        (
            r#"{"type":"account_deleted","username":"bia","now":"deleted-7"}"#,
            Event::AccountDeleted(AccountDeleted { username: bia().username, now: deleted_person().username }),
        ),
        (r#"{"type":"messages_erased","conversation":2,"seqs":[3,4]}"#, erased(&[3, 4], false, false)),
        (r#"{"type":"messages_erased","conversation":2,"seqs":[3],"expired":true}"#, erased(&[3], true, false)),
        (r#"{"type":"messages_erased","conversation":2,"seqs":[3],"by_operator":true}"#, erased(&[3], false, true)),
        (
            concat!(
                r#"{"type":"entry_posted","conversation":2,"entry":{"seq":8,"at":5,"author":"ana","kind":"message","#,
                r#""client_id":"019a7c2e-5f00-7a10-8b1c-3d5e7f901234","text":"","deleted":true,"expired":true}}"#,
            ),
            Event::EntryPosted(EntryPosted { conversation: ConversationId(2), entry: expired_message() }),
        ),
        (
            concat!(
                r#"{"type":"entry_posted","conversation":2,"entry":{"seq":8,"at":5,"author":"ana","kind":"message","#,
                r#""client_id":"019a7c2e-5f00-7a10-8b1c-3d5e7f901234","text":"","deleted":true,"by_operator":true}}"#,
            ),
            Event::EntryPosted(EntryPosted { conversation: ConversationId(2), entry: message_deleted_by_operator() }),
        ),
        (
            concat!(
                r#"{"type":"presence_changed","people":[{"username":"deleted-7","display_name":"deleted account","online":false,"#,
                r#""deleted":true}]}"#,
            ),
            Event::PresenceChanged(PresenceChanged { people: vec![deleted_person()] }),
        ),
        (r#"{"type":"lagged"}"#, Event::Lagged),
        (r#"{"type":"goodbye","reason":"stopping","come_back_ms":9}"#, goodbye(GoodbyeReason::Stopping, Some(9))),
        (r#"{"type":"goodbye","reason":"silent","come_back_ms":0}"#, goodbye(GoodbyeReason::Silent, Some(0))),
        (r#"{"type":"goodbye","reason":"sign_in_too_slow"}"#, goodbye(GoodbyeReason::SignInTooSlow, None)),
        (r#"{"type":"goodbye","reason":"read_too_slow"}"#, goodbye(GoodbyeReason::ReadTooSlow, None)),
        (r#"{"type":"goodbye","reason":"too_many_mistakes"}"#, goodbye(GoodbyeReason::TooManyMalformedLines, None)),
        (r#"{"type":"goodbye","reason":"signed_out"}"#, goodbye(GoodbyeReason::SignedOut, None)),
        (r#"{"type":"goodbye","reason":"suspended"}"#, goodbye(GoodbyeReason::Suspended, None)),
        (r#"{"type":"goodbye","reason":"account_deleted"}"#, goodbye(GoodbyeReason::AccountDeleted, None)),
    ]
}

fn erased(seqs: &[u64], expired: bool, by_operator: bool) -> Event {
    let seqs = seqs.iter().copied().map(Seq).collect();
    Event::MessagesErased(MessagesErased { conversation: ConversationId(2), seqs, expired, by_operator })
}
