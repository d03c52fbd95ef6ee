//! Golden lines of all replies.

use papo_shared::model::{
    ConversationId, DeviceId, EntryKind, GroupInviteListing, MemberListing, ReplyTo, Role, Seq, ServerId, Timestamp,
};
use papo_shared::protocol::{
    AccountDetails, BlockedPage, ConversationPage, DevicePage, Entries, GroupInvite, GroupInvites, GroupPage, Inbox, InboxReason,
    Invitations, Limits, MemberPage, MessageStored, ReactionBy, ReactionPage, ReceiptPage, RecoveryCodes, Refusal, Registration,
    Reply, Revision, RevisionPage, SearchHit, SearchHits, SignedIn, TotpSecret, UserPage, Welcome,
};

use crate::golden::samples::{
    Golden, ana, bia, busy_ana, client_id, cursor, cursor_before_a_mention, direct, entry, group, group_invite, inbox_item,
    invitation, laptop, listing, message, own_group, public_listing, receipt, thumbs_up,
};

pub(in crate::golden) fn replies() -> Golden<Reply> {
    vec![
        (
            concat!(
                r#"{"id":7,"type":"welcome","protocol":1,"server":"papo-server 0.1.0","#,
                r#""server_id":"00010203-0405-0607-0809-0a0b0c0d0e0f","registration":"open","limits":{"max_line_bytes":65536,"#,
                r#""max_message_bytes":16384,"max_username_chars":32,"max_display_name_chars":48,"max_group_name_chars":48,"#,
                r#""min_password_chars":8,"max_password_bytes":256,"max_group_members":1000,"max_page_rows":200}}"#,
            ),
            Reply::Welcome(Welcome {
                protocol: 1,
                server: "papo-server 0.1.0".to_owned(),
                server_id: ServerId::from_bytes(std::array::from_fn(|at| u8::try_from(at).unwrap())),
                registration: Registration::Open,
                retention_days: None,
                limits: Limits::default(),
            }),
        ),
        (
            concat!(
                r#"{"id":7,"type":"welcome","protocol":1,"server":"papo-server 0.1.0","#,
                r#""server_id":"00010203-0405-0607-0809-0a0b0c0d0e0f","registration":"open","retention_days":365,"#,
                r#""limits":{"max_line_bytes":65536,"max_message_bytes":16384,"max_username_chars":32,"#,
                r#""max_display_name_chars":48,"max_group_name_chars":48,"min_password_chars":8,"max_password_bytes":256,"#,
                r#""max_group_members":1000,"max_page_rows":200}}"#,
            ),
            Reply::Welcome(Welcome {
                protocol: 1,
                server: "papo-server 0.1.0".to_owned(),
                server_id: ServerId::from_bytes(std::array::from_fn(|at| u8::try_from(at).unwrap())),
                registration: Registration::Open,
                retention_days: Some(365),
                limits: Limits::default(),
            }),
        ),
        (r#"{"id":7,"type":"pong"}"#, Reply::Pong),
        (r#"{"id":7,"type":"done"}"#, Reply::Done),
        (r#"{"id":7,"type":"refused","code":"group_full","max":1000}"#, Reply::Refused(Refusal::GroupFull { max: 1000 })),
        (
            r#"{"id":7,"type":"signed_in","you":{"username":"ana","display_name":"Ana Lima","online":true},"token":"t"}"#,
            Reply::SignedIn(SignedIn { you: ana(), token: "t".to_owned() }),
        ),
        (
            concat!(
                r#"{"id":7,"type":"account","you":{"username":"ana","display_name":"Ana Lima","online":true},"created_at":5,"#,
                r#""totp":true,"recovery_codes_left":9}"#,
            ),
            Reply::Account(AccountDetails { you: ana(), created_at: Timestamp(5), totp: true, recovery_codes_left: 9 }),
        ),
        (
            r#"{"id":7,"type":"totp_secret","secret":"GEZD","uri":"otpauth://totp/papo:ana"}"#,
            Reply::TotpSecret(TotpSecret { secret: "GEZD".to_owned(), uri: "otpauth://totp/papo:ana".to_owned() }),
        ),
        (
            r#"{"id":7,"type":"recovery_codes","codes":["ABCD-EFGH-IJKL-MNOP"]}"#,
            Reply::RecoveryCodes(RecoveryCodes { codes: vec!["ABCD-EFGH-IJKL-MNOP".to_owned()] }),
        ),
        (
            concat!(
                r#"{"id":7,"type":"devices","devices":[{"device":3,"name":"laptop","created_at":8,"last_used":9,"#,
                r#""connected":true,"this":false}],"next":3}"#,
            ),
            Reply::Devices(DevicePage { devices: vec![laptop()], next: Some(DeviceId(3)) }),
        ),
        (r#"{"id":7,"type":"devices","devices":[]}"#, Reply::Devices(DevicePage { devices: vec![], next: None })),
        (
            r#"{"id":7,"type":"users","users":[{"username":"bia","display_name":"Bia","online":false,"last_seen":9}],"next":"bia"}"#,
            Reply::Users(UserPage { users: vec![bia()], next: Some(bia().username) }),
        ),
        (
            r#"{"id":7,"type":"blocked","people":[{"username":"bia","display_name":"Bia","online":false,"last_seen":9}],"next":"bia"}"#,
            Reply::Blocked(BlockedPage { people: vec![bia()], next: Some(bia().username) }),
        ),
        (r#"{"id":7,"type":"blocked","people":[]}"#, Reply::Blocked(BlockedPage { people: vec![], next: None })),
        (r#"{"id":7,"type":"users","users":[]}"#, Reply::Users(UserPage { users: vec![], next: None })),
        (
            concat!(
                r#"{"id":7,"type":"conversation","conversation":1,"kind":"direct","#,
                r#""peer":{"username":"bia","display_name":"Bia","online":false,"last_seen":9},"#,
                r#""first_seq":1,"last_seq":0,"read_seq":0,"unread":0}"#,
            ),
            Reply::Conversation(direct()),
        ),
        (
            concat!(
                r#"{"id":7,"type":"conversation","conversation":2,"kind":"group","name":"Redes","members":3,"#,
                r#""first_seq":4,"last_seq":8,"read_seq":6,"unread":1,"latest":{"seq":8,"at":5,"author":"ana","kind":"message","#,
                r#""client_id":"019a7c2e-5f00-7a10-8b1c-3d5e7f901234","text":"Olá,\n\"Bia\""}}"#,
            ),
            Reply::Conversation(group()),
        ),
        (
            concat!(
                r#"{"id":7,"type":"conversation","conversation":2,"kind":"group","name":"Redes","topic":"Provas","members":3,"#,
                r#""role":"owner","visibility":"private","retention_days":30,"first_seq":4,"last_seq":8,"read_seq":6,"unread":1,"notify":{"level":"nothing","until":9},"#,
                r#""latest":{"seq":8,"at":5,"author":"ana","kind":"message","#,
                r#""client_id":"019a7c2e-5f00-7a10-8b1c-3d5e7f901234","text":"Olá,\n\"Bia\""}}"#,
            ),
            Reply::Conversation(own_group()),
        ),
        (
            concat!(
                r#"{"id":7,"type":"conversations","conversations":[{"conversation":1,"kind":"direct","#,
                r#""peer":{"username":"bia","display_name":"Bia","online":false,"last_seen":9},"#,
                r#""first_seq":1,"last_seq":0,"read_seq":0,"unread":0}],"next":1}"#,
            ),
            Reply::Conversations(ConversationPage { conversations: vec![direct()], next: Some(ConversationId(1)) }),
        ),
        (
            r#"{"id":7,"type":"groups","groups":[{"conversation":2,"name":"Redes","members":3,"member":false}],"next":2}"#,
            Reply::Groups(GroupPage { groups: vec![listing()], next: Some(ConversationId(2)) }),
        ),
        (
            r#"{"id":7,"type":"groups","groups":[{"conversation":2,"name":"Redes","members":3,"member":false,"visibility":"public"}]}"#,
            Reply::Groups(GroupPage { groups: vec![public_listing()], next: None }),
        ),
        (r#"{"id":7,"type":"invited"}"#, Reply::Invited),
        (
            r#"{"id":7,"type":"invitations","invitations":[{"conversation":2,"name":"Redes","members":3,"invited_by":"ana","at":5}]}"#,
            Reply::Invitations(Invitations { invitations: vec![invitation()] }),
        ),
        (
            r#"{"id":7,"type":"members","conversation":2,"members":[{"username":"ana","display_name":"Ana Lima","online":true}],"next":"ana"}"#,
            Reply::Members(MemberPage {
                conversation: ConversationId(2),
                members: vec![MemberListing { person: ana(), role: Role::Member }],
                next: Some(ana().username),
            }),
        ),
        (
            concat!(
                r#"{"id":7,"type":"members","conversation":2,"members":[{"username":"ana","display_name":"Ana Lima","#,
                r#""status":"até as 18h","online":true,"away":true,"role":"admin"}]}"#,
            ),
            Reply::Members(MemberPage {
                conversation: ConversationId(2),
                members: vec![MemberListing { person: busy_ana(), role: Role::Admin }],
                next: None,
            }),
        ),
        (
            concat!(
                r#"{"id":7,"type":"group_invite","conversation":2,"code":"ABCD-EFGH-IJKL-MNOP","invite":3,"created_by":"ana","#,
                r#""created_at":5,"uses_left":9,"expires_at":8}"#,
            ),
            Reply::GroupInvite(GroupInvite {
                conversation: ConversationId(2),
                code: "ABCD-EFGH-IJKL-MNOP".to_owned(),
                listing: group_invite(),
            }),
        ),
        (
            r#"{"id":7,"type":"group_invites","conversation":2,"invites":[{"invite":3,"created_by":"ana","created_at":5}]}"#,
            Reply::GroupInvites(GroupInvites {
                conversation: ConversationId(2),
                invites: vec![GroupInviteListing { uses_left: None, expires_at: None, ..group_invite() }],
            }),
        ),
        (
            r#"{"id":7,"type":"message_stored","conversation":2,"client_id":"019a7c2e-5f00-7a10-8b1c-3d5e7f901234","seq":8,"at":5}"#,
            Reply::MessageStored(MessageStored {
                conversation: ConversationId(2),
                client_id: client_id(),
                seq: Seq(8),
                at: Timestamp(5),
                reply_to: None,
                mentions: vec![],
            }),
        ),
        (
            concat!(
                r#"{"id":7,"type":"message_stored","conversation":2,"client_id":"019a7c2e-5f00-7a10-8b1c-3d5e7f901234","#,
                r#""seq":8,"at":5,"reply_to":{"seq":2,"author":"bia"},"mentions":["bia"]}"#,
            ),
            Reply::MessageStored(MessageStored {
                conversation: ConversationId(2),
                client_id: client_id(),
                seq: Seq(8),
                at: Timestamp(5),
                reply_to: Some(ReplyTo { seq: Seq(2), author: bia().username }),
                mentions: vec![bia().username],
            }),
        ),
        (
            r#"{"id":7,"type":"revisions","conversation":2,"seq":8,"revisions":[{"at":5,"text":"Olá"}],"next":1}"#,
            Reply::Revisions(RevisionPage {
                conversation: ConversationId(2),
                seq: Seq(8),
                revisions: vec![Revision { at: Timestamp(5), text: "Olá".to_owned().into() }],
                next: Some(1),
            }),
        ),
        (
            r#"{"id":7,"type":"reactions","conversation":2,"seq":8,"reactions":[{"emoji":"👍","username":"bia"}],"next":9}"#,
            Reply::Reactions(ReactionPage {
                conversation: ConversationId(2),
                seq: Seq(8),
                reactions: vec![ReactionBy { emoji: thumbs_up(), username: bia().username }],
                next: Some(Seq(9)),
            }),
        ),
        (
            concat!(
                r#"{"id":7,"type":"inbox","items":[{"conversation":2,"reason":"mention","entry":{"seq":4,"at":5,"author":"ana","#,
                r#""kind":"member_left"}},{"conversation":2,"reason":"reply","entry":{"seq":4,"at":5,"author":"ana","#,
                r#""kind":"member_left"}},{"conversation":2,"reason":"direct","entry":{"seq":4,"at":5,"author":"ana","#,
                r#""kind":"member_left"}}],"more":true}"#,
            ),
            Reply::Inbox(Inbox {
                items: [InboxReason::Mention, InboxReason::Reply, InboxReason::Direct].map(inbox_item).into(),
                more: true,
            }),
        ),
        (
            concat!(
                r#"{"id":7,"type":"receipts","conversation":1,"receipts":[{"username":"bia","first_seq":1,"delivered_seq":7,"#,
                r#""read_seq":4}],"next":"bia"}"#,
            ),
            Reply::Receipts(ReceiptPage {
                conversation: ConversationId(1),
                receipts: vec![receipt()],
                next: Some(bia().username),
            }),
        ),
        (
            r#"{"id":7,"type":"read_cursor","conversation":1,"read_seq":4,"unread":2,"mentions":1,"last_seq":7}"#,
            Reply::ReadCursor(cursor_before_a_mention()),
        ),
        (
            r#"{"id":7,"type":"entries","conversation":2,"entries":[{"seq":4,"at":5,"author":"ana","kind":"member_left"}],"more":true}"#,
            Reply::Entries(Entries {
                conversation: ConversationId(2),
                entries: vec![entry(4, EntryKind::MemberLeft { new_owner: None })],
                more: true,
            }),
        ),
        (
            concat!(
                r#"{"id":7,"type":"search_hits","hits":[{"conversation":2,"entry":{"seq":8,"at":5,"author":"ana","kind":"message","#,
                r#""client_id":"019a7c2e-5f00-7a10-8b1c-3d5e7f901234","text":"Olá,\n\"Bia\""}}],"next":76}"#,
            ),
            Reply::SearchHits(SearchHits {
                hits: vec![SearchHit { conversation: ConversationId(2), entry: message(8) }],
                next: Some(76),
            }),
        ),
        (r#"{"id":7,"type":"search_hits","hits":[]}"#, Reply::SearchHits(SearchHits { hits: vec![], next: None })),
        (r#"{"id":7,"type":"read_cursor","conversation":1,"read_seq":4,"unread":2,"last_seq":7}"#, Reply::ReadCursor(cursor())),
    ]
}
