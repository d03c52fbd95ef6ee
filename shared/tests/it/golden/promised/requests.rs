//! Golden lines of all requests.

use papo_shared::model::{ConversationId, DeviceId, GroupInviteId, NotifyLevel, Role, Seq, Timestamp, Visibility};
use papo_shared::protocol::{
    AcceptInvitation, AddMember, AddReaction, Block, ChangePassword, ConfirmTotp, CreateGroup, CreateGroupInvite,
    DeclineInvitation, DeleteAccount, DeleteMessage, DisableTotp, Dismiss, EditMessage, EnableTotp, GetAccount, GetConversation,
    Hello, History, JoinGroup, JoinPublicGroup, LeaveGroup, ListBlocked, ListConversations, ListDevices, ListGroupInvites,
    ListGroups, ListInbox, ListMembers, ListReactions, ListReceipts, ListRevisions, ListUsers, MarkDelivered, MarkRead,
    MarkUnread, OpenDirect, Register, RemoveMember, RemoveReaction, RenameGroup, ReplaceRecoveryCodes, ReportMessage, Request,
    RevokeDevice, RevokeGroupInvite, SearchMessages, SendMessage, SetAway, SetNotify, SetProfile, SetRetention, SetRole,
    SetTopic, SetVisibility, SignIn, SignInWithToken, Typing, Unblock, WatchDirectory,
};

use crate::golden::samples::{Golden, client_id};

pub(in crate::golden) fn requests() -> Golden<Request> {
    let conversation = ConversationId(2);
    let text = |text: &str| text.to_owned();
    vec![
        (
            r#"{"id":7,"type":"hello","protocol":1,"client":"papo 0.1.0"}"#,
            Request::Hello(Hello { protocol: 1, client: text("papo 0.1.0") }),
        ),
        (r#"{"id":7,"type":"ping"}"#, Request::Ping),
        (r#"{"id":7,"type":"pong"}"#, Request::Pong),
        (
            r#"{"id":7,"type":"register","username":"Ana","password":"s"}"#,
            Request::Register(Register {
                username: text("Ana"),
                password: text("s"),
                display_name: None,
                device: None,
                invite: None,
            }),
        ),
        (
            r#"{"id":7,"type":"register","username":"Ana","password":"s","display_name":"Ana Lima","device":"laptop","invite":"ABCD-EFGH-IJKL-MNOP"}"#,
            Request::Register(Register {
                username: text("Ana"),
                password: text("s"),
                display_name: Some(text("Ana Lima")),
                device: Some(text("laptop")),
                invite: Some(text("ABCD-EFGH-IJKL-MNOP")),
            }),
        ),
        (
            r#"{"id":7,"type":"sign_in","username":"ana","password":"s"}"#,
            Request::SignIn(SignIn { username: text("ana"), password: text("s"), device: None, code: None }),
        ),
        (
            r#"{"id":7,"type":"sign_in","username":"ana","password":"s","device":"laptop"}"#,
            Request::SignIn(SignIn { username: text("ana"), password: text("s"), device: Some(text("laptop")), code: None }),
        ),
        (
            r#"{"id":7,"type":"sign_in","username":"ana","password":"s","code":"123456"}"#,
            Request::SignIn(SignIn { username: text("ana"), password: text("s"), device: None, code: Some(text("123456")) }),
        ),
        (r#"{"id":7,"type":"sign_in_with_token","token":"t"}"#, Request::SignInWithToken(SignInWithToken { token: text("t") })),
        (r#"{"id":7,"type":"sign_out"}"#, Request::SignOut),
        (
            r#"{"id":7,"type":"change_password","current":"a","new":"b"}"#,
            Request::ChangePassword(ChangePassword { current: text("a"), new: text("b") }),
        ),
        (
            r#"{"id":7,"type":"delete_account","password":"s","erase_messages":false}"#,
            Request::DeleteAccount(DeleteAccount { password: text("s"), code: None, erase_messages: false }),
        ),
        (
            r#"{"id":7,"type":"delete_account","password":"s","code":"123456","erase_messages":true}"#,
            Request::DeleteAccount(DeleteAccount { password: text("s"), code: Some(text("123456")), erase_messages: true }),
        ),
        (r#"{"id":7,"type":"get_account"}"#, Request::GetAccount(GetAccount {})),
        (r#"{"id":7,"type":"enable_totp","password":"s"}"#, Request::EnableTotp(EnableTotp { password: text("s") })),
        (r#"{"id":7,"type":"confirm_totp","code":"123456"}"#, Request::ConfirmTotp(ConfirmTotp { code: text("123456") })),
        (
            r#"{"id":7,"type":"disable_totp","password":"s","code":"123456"}"#,
            Request::DisableTotp(DisableTotp { password: text("s"), code: text("123456") }),
        ),
        (
            r#"{"id":7,"type":"replace_recovery_codes","password":"s","code":"123456"}"#,
            Request::ReplaceRecoveryCodes(ReplaceRecoveryCodes { password: text("s"), code: text("123456") }),
        ),
        (r#"{"id":7,"type":"list_devices"}"#, Request::ListDevices(ListDevices::default())),
        (
            r#"{"id":7,"type":"list_devices","after":3,"limit":9}"#,
            Request::ListDevices(ListDevices { after: Some(DeviceId(3)), limit: Some(9) }),
        ),
        (r#"{"id":7,"type":"revoke_device","device":3}"#, Request::RevokeDevice(RevokeDevice { device: DeviceId(3) })),
        (r#"{"id":7,"type":"set_profile"}"#, Request::SetProfile(SetProfile::default())),
        (
            r#"{"id":7,"type":"set_profile","display_name":"Ana","status":"até as 18h"}"#,
            Request::SetProfile(SetProfile { display_name: Some(text("Ana")), status: Some(text("até as 18h")) }),
        ),
        (r#"{"id":7,"type":"set_away","away":true}"#, Request::SetAway(SetAway { away: true })),
        (r#"{"id":7,"type":"block","username":"bia"}"#, Request::Block(Block { username: text("bia") })),
        (r#"{"id":7,"type":"unblock","username":"bia"}"#, Request::Unblock(Unblock { username: text("bia") })),
        (r#"{"id":7,"type":"list_blocked"}"#, Request::ListBlocked(ListBlocked::default())),
        (
            r#"{"id":7,"type":"list_blocked","after":"ana","limit":9}"#,
            Request::ListBlocked(ListBlocked { after: Some(text("ana").into()), limit: Some(9) }),
        ),
        (r#"{"id":7,"type":"list_users"}"#, Request::ListUsers(ListUsers::default())),
        (
            r#"{"id":7,"type":"list_users","query":"an","after":"ana","limit":9}"#,
            Request::ListUsers(ListUsers { query: Some(text("an")), after: Some(text("ana").into()), limit: Some(9) }),
        ),
        (r#"{"id":7,"type":"watch_directory","watch":true}"#, Request::WatchDirectory(WatchDirectory { watch: true })),
        (r#"{"id":7,"type":"open_direct","username":"bia"}"#, Request::OpenDirect(OpenDirect { username: text("bia") })),
        (
            r##"{"id":7,"type":"create_group","name":"#Redes"}"##,
            Request::CreateGroup(CreateGroup { name: text("#Redes"), visibility: None }),
        ),
        (
            r##"{"id":7,"type":"create_group","name":"#Redes","visibility":"listed"}"##,
            Request::CreateGroup(CreateGroup { name: text("#Redes"), visibility: Some(Visibility::Listed) }),
        ),
        (
            r#"{"id":7,"type":"add_member","conversation":2,"username":"bia"}"#,
            Request::AddMember(AddMember { conversation, username: text("bia") }),
        ),
        (r#"{"id":7,"type":"list_invitations"}"#, Request::ListInvitations),
        (r#"{"id":7,"type":"accept_invitation","conversation":2}"#, Request::AcceptInvitation(AcceptInvitation { conversation })),
        (
            r#"{"id":7,"type":"decline_invitation","conversation":2}"#,
            Request::DeclineInvitation(DeclineInvitation { conversation }),
        ),
        (r#"{"id":7,"type":"join_public_group","conversation":2}"#, Request::JoinPublicGroup(JoinPublicGroup { conversation })),
        (
            r#"{"id":7,"type":"set_visibility","conversation":2,"visibility":"private"}"#,
            Request::SetVisibility(SetVisibility { conversation, visibility: Visibility::Private }),
        ),
        (
            r#"{"id":7,"type":"set_visibility","conversation":2,"visibility":"listed"}"#,
            Request::SetVisibility(SetVisibility { conversation, visibility: Visibility::Listed }),
        ),
        (
            r#"{"id":7,"type":"set_visibility","conversation":2,"visibility":"public"}"#,
            Request::SetVisibility(SetVisibility { conversation, visibility: Visibility::Public }),
        ),
        (
            r#"{"id":7,"type":"set_retention","conversation":2,"days":30}"#,
            Request::SetRetention(SetRetention { conversation, days: Some(30) }),
        ),
        (r#"{"id":7,"type":"set_retention","conversation":2}"#, Request::SetRetention(SetRetention { conversation, days: None })),
        (
            r#"{"id":7,"type":"remove_member","conversation":2,"username":"bia"}"#,
            Request::RemoveMember(RemoveMember { conversation, username: text("bia") }),
        ),
        (
            r#"{"id":7,"type":"set_role","conversation":2,"username":"bia","role":"member"}"#,
            Request::SetRole(SetRole { conversation, username: text("bia"), role: Role::Member }),
        ),
        (
            r#"{"id":7,"type":"set_role","conversation":2,"username":"bia","role":"admin"}"#,
            Request::SetRole(SetRole { conversation, username: text("bia"), role: Role::Admin }),
        ),
        (
            r#"{"id":7,"type":"set_role","conversation":2,"username":"bia","role":"owner"}"#,
            Request::SetRole(SetRole { conversation, username: text("bia"), role: Role::Owner }),
        ),
        (r#"{"id":7,"type":"leave_group","conversation":2}"#, Request::LeaveGroup(LeaveGroup { conversation })),
        (
            r#"{"id":7,"type":"rename_group","conversation":2,"name":"Redes 2"}"#,
            Request::RenameGroup(RenameGroup { conversation, name: text("Redes 2") }),
        ),
        (
            r#"{"id":7,"type":"set_topic","conversation":2,"topic":"Provas"}"#,
            Request::SetTopic(SetTopic { conversation, topic: text("Provas") }),
        ),
        (
            r#"{"id":7,"type":"set_notify","conversation":2,"level":"all"}"#,
            Request::SetNotify(SetNotify { conversation, level: NotifyLevel::All, until: None }),
        ),
        (
            r#"{"id":7,"type":"set_notify","conversation":2,"level":"mentions"}"#,
            Request::SetNotify(SetNotify { conversation, level: NotifyLevel::Mentions, until: None }),
        ),
        (
            r#"{"id":7,"type":"set_notify","conversation":2,"level":"nothing","until":9}"#,
            Request::SetNotify(SetNotify { conversation, level: NotifyLevel::Nothing, until: Some(Timestamp(9)) }),
        ),
        (
            r#"{"id":7,"type":"create_group_invite","conversation":2}"#,
            Request::CreateGroupInvite(CreateGroupInvite { conversation, uses: None, expires_in_s: None }),
        ),
        (
            r#"{"id":7,"type":"create_group_invite","conversation":2,"uses":9,"expires_in_s":3600}"#,
            Request::CreateGroupInvite(CreateGroupInvite { conversation, uses: Some(9), expires_in_s: Some(3600) }),
        ),
        (
            r#"{"id":7,"type":"list_group_invites","conversation":2}"#,
            Request::ListGroupInvites(ListGroupInvites { conversation }),
        ),
        (
            r#"{"id":7,"type":"revoke_group_invite","conversation":2,"invite":3}"#,
            Request::RevokeGroupInvite(RevokeGroupInvite { conversation, invite: GroupInviteId(3) }),
        ),
        (
            r#"{"id":7,"type":"join_group","code":"ABCD-EFGH-IJKL-MNOP"}"#,
            Request::JoinGroup(JoinGroup { code: text("ABCD-EFGH-IJKL-MNOP") }),
        ),
        (r#"{"id":7,"type":"list_conversations"}"#, Request::ListConversations(ListConversations::default())),
        (
            r#"{"id":7,"type":"list_conversations","after":2,"limit":9}"#,
            Request::ListConversations(ListConversations { after: Some(conversation), limit: Some(9) }),
        ),
        (r#"{"id":7,"type":"get_conversation","conversation":2}"#, Request::GetConversation(GetConversation { conversation })),
        (r#"{"id":7,"type":"list_groups"}"#, Request::ListGroups(ListGroups::default())),
        (
            r#"{"id":7,"type":"list_groups","query":"red","after":2,"limit":9}"#,
            Request::ListGroups(ListGroups { query: Some(text("red")), after: Some(conversation), limit: Some(9) }),
        ),
        (
            r#"{"id":7,"type":"list_members","conversation":2}"#,
            Request::ListMembers(ListMembers { conversation, after: None, limit: None }),
        ),
        (
            r#"{"id":7,"type":"list_members","conversation":2,"after":"ana","limit":9}"#,
            Request::ListMembers(ListMembers { conversation, after: Some(text("ana").into()), limit: Some(9) }),
        ),
        (
            r#"{"id":7,"type":"send_message","conversation":2,"client_id":"019a7c2e-5f00-7a10-8b1c-3d5e7f901234","text":"Olá"}"#,
            Request::SendMessage(SendMessage { conversation, client_id: client_id(), text: text("Olá"), reply_to: None }),
        ),
        (
            r#"{"id":7,"type":"send_message","conversation":2,"client_id":"019a7c2e-5f00-7a10-8b1c-3d5e7f901234","text":"Olá","reply_to":3}"#,
            Request::SendMessage(SendMessage {
                conversation, client_id: client_id(), text: text("Olá"), reply_to: Some(Seq(3))
            }),
        ),
        (
            r#"{"id":7,"type":"edit_message","conversation":2,"seq":8,"text":"Oi"}"#,
            Request::EditMessage(EditMessage { conversation, seq: Seq(8), text: text("Oi") }),
        ),
        (
            r#"{"id":7,"type":"delete_message","conversation":2,"seq":8}"#,
            Request::DeleteMessage(DeleteMessage { conversation, seq: Seq(8) }),
        ),
        (
            r#"{"id":7,"type":"report_message","conversation":2,"seq":8}"#,
            Request::ReportMessage(ReportMessage { conversation, seq: Seq(8), reason: None }),
        ),
        (
            r#"{"id":7,"type":"report_message","conversation":2,"seq":8,"reason":"spam"}"#,
            Request::ReportMessage(ReportMessage { conversation, seq: Seq(8), reason: Some(text("spam")) }),
        ),
        (
            r#"{"id":7,"type":"add_reaction","conversation":2,"seq":8,"emoji":"👍"}"#,
            Request::AddReaction(AddReaction { conversation, seq: Seq(8), emoji: text("👍") }),
        ),
        (
            r#"{"id":7,"type":"remove_reaction","conversation":2,"seq":8,"emoji":"👍"}"#,
            Request::RemoveReaction(RemoveReaction { conversation, seq: Seq(8), emoji: text("👍") }),
        ),
        (
            r#"{"id":7,"type":"list_revisions","conversation":2,"seq":8}"#,
            Request::ListRevisions(ListRevisions { conversation, seq: Seq(8), after: None, limit: None }),
        ),
        (
            r#"{"id":7,"type":"list_revisions","conversation":2,"seq":8,"after":1,"limit":9}"#,
            Request::ListRevisions(ListRevisions { conversation, seq: Seq(8), after: Some(1), limit: Some(9) }),
        ),
        (
            r#"{"id":7,"type":"list_reactions","conversation":2,"seq":8}"#,
            Request::ListReactions(ListReactions { conversation, seq: Seq(8), after: None, limit: None }),
        ),
        (
            r#"{"id":7,"type":"list_reactions","conversation":2,"seq":8,"after":9,"limit":9}"#,
            Request::ListReactions(ListReactions { conversation, seq: Seq(8), after: Some(Seq(9)), limit: Some(9) }),
        ),
        (
            r#"{"id":7,"type":"mark_unread","conversation":2,"seq":8}"#,
            Request::MarkUnread(MarkUnread { conversation, seq: Seq(8) }),
        ),
        (r#"{"id":7,"type":"list_inbox"}"#, Request::ListInbox(ListInbox::default())),
        (r#"{"id":7,"type":"list_inbox","limit":9}"#, Request::ListInbox(ListInbox { limit: Some(9) })),
        (r#"{"id":7,"type":"dismiss","conversation":2,"seq":8}"#, Request::Dismiss(Dismiss { conversation, seq: Seq(8) })),
        (
            r#"{"id":7,"type":"mark_delivered","conversation":2,"seq":8}"#,
            Request::MarkDelivered(MarkDelivered { conversation, seq: Seq(8) }),
        ),
        (
            r#"{"id":7,"type":"list_receipts","conversation":2}"#,
            Request::ListReceipts(ListReceipts { conversation, after: None, limit: None }),
        ),
        (
            r#"{"id":7,"type":"list_receipts","conversation":2,"after":"ana","limit":9}"#,
            Request::ListReceipts(ListReceipts { conversation, after: Some(text("ana").into()), limit: Some(9) }),
        ),
        (
            r#"{"id":7,"type":"history","conversation":2}"#,
            Request::History(History { conversation, after: None, before: None, limit: None }),
        ),
        (
            r#"{"id":7,"type":"history","conversation":2,"after":0,"limit":9}"#,
            Request::History(History { conversation, after: Some(Seq(0)), before: None, limit: Some(9) }),
        ),
        (
            r#"{"id":7,"type":"history","conversation":2,"before":5}"#,
            Request::History(History { conversation, after: None, before: Some(Seq(5)), limit: None }),
        ),
        (
            r#"{"id":7,"type":"search_messages","query":"ola"}"#,
            Request::SearchMessages(SearchMessages { query: text("ola"), ..SearchMessages::default() }),
        ),
        (
            r#"{"id":7,"type":"search_messages","query":"ola","conversation":2,"limit":9,"before":77,"utc_offset_s":-10800}"#,
            Request::SearchMessages(SearchMessages {
                query: text("ola"),
                conversation: Some(conversation),
                limit: Some(9),
                before: Some(77),
                utc_offset_s: Some(-10_800),
            }),
        ),
        (r#"{"id":7,"type":"mark_read","conversation":2,"seq":5}"#, Request::MarkRead(MarkRead { conversation, seq: Seq(5) })),
        (r#"{"id":7,"type":"typing","conversation":2}"#, Request::Typing(Typing { conversation })),
    ]
}
