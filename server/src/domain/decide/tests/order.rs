//! Applies the changes of decisions to the facts, by which the next write of the batch is decided.

use papo_shared::model::{ClientId, ConversationId, DeviceId, Emoji, GroupInviteId, Role, Seq, Timestamp, Visibility};

use super::{ANA, DIRECT, EVA, GROUP, IVO, NOW, RUI, add_message, decided, entry, facts, line, name, say, text, who};
use crate::domain::account::AccountId;
use crate::domain::facts::Facts;
use crate::domain::invite::{InviteCode, InviteHash};
use crate::domain::new_device::NewDevice;
use crate::domain::token::TokenHash;
use crate::domain::write::Write;

/// Decides these writes in order. Facts are loaded only before the first, as if by an earlier write of the batch.
#[track_caller]
fn check(mut facts: Facts, batch: &[(Write, &str)]) {
    for (write, _) in batch {
        decided(&mut facts, write);
    }
    for (write, expected) in batch {
        let decision = decided(&mut facts, write);
        assert_eq!(line(&decision), *expected, "{write:?}");
        decision.changes.iter().for_each(|change| facts.apply(change));
    }
}

fn add(by: u32, member: u32) -> Write {
    Write::AddMember { conversation: GROUP, by: who(by), member: who(member), at: NOW }
}

fn accept(member: u32) -> Write {
    Write::AcceptInvitation { conversation: GROUP, member: AccountId(member), at: NOW }
}

fn leave(member: u32) -> Write {
    Write::LeaveGroup { conversation: GROUP, member: who(member), at: NOW }
}

fn code() -> InviteHash {
    InviteCode::new([3; 10]).hash()
}

#[test]
fn added_and_removed_members() {
    let remove = Write::RemoveMember { conversation: GROUP, by: who(ANA), member: who(IVO), at: NOW };
    let set_role = |member, role| Write::SetRole { conversation: GROUP, by: who(ANA), member: who(member), role, at: NOW };
    let rename = Write::RenameGroup { conversation: GROUP, by: who(IVO), name: name("novo"), at: NOW };
    check(
        facts(),
        &[
            (say(GROUP, IVO, "antes"), "Refused NotAMember"),
            (add(RUI, IVO), "Posted 10 InsertEntry AddMembership"),
            (say(GROUP, IVO, "oi"), "Posted 11 InsertMessage"),
            (add(RUI, IVO), "Refused AlreadyAMember"),
            (rename.clone(), "Refused NotAllowed"),
            (set_role(IVO, Role::Admin), "Posted 12 SetRole InsertEntry"),
            (rename, "Posted 13 SetGroupName InsertEntry"),
            (remove, "Posted 14 InsertEntry EndMembership"),
            (say(GROUP, IVO, "depois"), "Refused NotAMember"),
        ],
    );
}

#[test]
fn freed_and_taken_names() {
    let create =
        |group: &str| Write::CreateGroup { creator: who(IVO), name: name(group), visibility: Visibility::Listed, at: NOW };
    let rename = Write::RenameGroup { conversation: GROUP, by: who(ANA), name: name("novo"), at: NOW };
    check(
        facts(),
        &[
            (create("redes"), "Refused GroupNameTaken"),
            (rename, "Posted 10 SetGroupName InsertEntry"),
            (create("Novo"), "Refused GroupNameTaken"),
            (create("redes"), "Posted 1 InsertGroup InsertEntry AddMembership"),
            (create("redes"), "Refused GroupNameTaken"),
            (say(ConversationId(80), IVO, "oi"), "Posted 2 InsertMessage"),
        ],
    );
}

#[test]
fn the_next_owner_is_chosen_by_current_roles() {
    let set_role = |member, role| Write::SetRole { conversation: GROUP, by: who(ANA), member: who(member), role, at: NOW };
    let mut facts = facts();
    facts.rosters.set(GROUP, Vec::new());
    let write = set_role(RUI, Role::Admin);
    let decision = decided(&mut facts, &write);
    decision.changes.iter().for_each(|change| facts.apply(change));
    assert!(facts.rosters.get(&GROUP).is_err(), "the roles changed, so they are loaded again");
}

#[test]
fn used_up_invites() {
    let create = Write::CreateGroupInvite {
        conversation: GROUP,
        by: AccountId(ANA),
        code: code(),
        uses: Some(2),
        expires_at: None,
        at: NOW,
    };
    let join = |member| Write::JoinGroup { code: code(), member: who(member), at: NOW };
    check(
        facts(),
        &[
            (join(IVO), "Refused InviteInvalid"),
            (create, "GroupInviteCreated InsertGroupInvite"),
            (join(IVO), "Posted 10 InsertEntry AddMembership SetGroupInviteUses"),
            (leave(IVO), "Posted 11 InsertEntry EndMembership"),
            (join(IVO), "Posted 12 InsertEntry AddMembership DeleteGroupInvite"),
            (leave(IVO), "Posted 13 InsertEntry EndMembership"),
            (join(IVO), "Refused InviteInvalid"),
        ],
    );
    let revoke = Write::RevokeGroupInvite { conversation: GROUP, by: AccountId(ANA), invite: GroupInviteId(90) };
    let create = Write::CreateGroupInvite {
        conversation: GROUP,
        by: AccountId(RUI),
        code: code(),
        uses: None,
        expires_at: Some(Timestamp(NOW.0 + 1)),
        at: NOW,
    };
    let give_role = Write::SetRole { conversation: GROUP, by: who(ANA), member: who(RUI), role: Role::Admin, at: NOW };
    check(
        facts(),
        &[
            (give_role, "Posted 10 SetRole InsertEntry"),
            (create, "GroupInviteCreated InsertGroupInvite"),
            (revoke.clone(), "Done DeleteGroupInvite"),
            (revoke, "Refused InviteInvalid"),
            (join(IVO), "Refused InviteInvalid"),
        ],
    );
}

#[test]
fn a_removed_member_cannot_join_by_invite() {
    let remove = |member| Write::RemoveMember { conversation: GROUP, by: who(ANA), member: who(member), at: NOW };
    let create =
        Write::CreateGroupInvite { conversation: GROUP, by: AccountId(ANA), code: code(), uses: None, expires_at: None, at: NOW };
    let join = |member| Write::JoinGroup { code: code(), member: who(member), at: NOW };
    check(
        facts(),
        &[
            (create, "GroupInviteCreated InsertGroupInvite"),
            (remove(RUI), "Posted 10 InsertEntry EndMembership"),
            (join(RUI), "Refused InviteInvalid"),
            (add(EVA, RUI), "Invited InsertInvitation"),
            (accept(RUI), "Posted 11 DeleteInvitation InsertEntry AddMembership"),
            (leave(RUI), "Posted 12 InsertEntry EndMembership"),
            (join(RUI), "Posted 13 InsertEntry AddMembership"),
            (join(RUI), "AlreadyMember"),
        ],
    );
}

#[test]
fn blocks_of_a_direct_conversation() {
    let mut facts = facts();
    facts.directs.set((AccountId(ANA), AccountId(RUI)), Some(DIRECT));
    let open = |one, other| Write::OpenDirect { one: AccountId(one), other: AccountId(other), at: NOW };
    check(
        facts,
        &[
            (say(DIRECT, RUI, "oi"), "Posted 10 InsertMessage"),
            (Write::Block { by: AccountId(ANA), whom: who(RUI), at: NOW }, "BlockChanged InsertBlock"),
            (Write::Block { by: AccountId(ANA), whom: who(RUI), at: NOW }, "Done"),
            (say(DIRECT, RUI, "oi"), "Refused NotAMember"),
            (say(DIRECT, ANA, "oi"), "Refused UnblockFirst"),
            (open(RUI, ANA), "Refused NoSuchUser"),
            (Write::Unblock { by: AccountId(ANA), whom: who(RUI) }, "BlockChanged DeleteBlock"),
            (open(RUI, ANA), "DirectOpened"),
            (open(EVA, IVO), "DirectOpened InsertDirect AddMembership AddMembership"),
            (open(IVO, EVA), "DirectOpened"),
        ],
    );
}

#[test]
fn edited_and_deleted_messages() {
    let mut facts = facts();
    add_message(&mut facts, entry(GROUP, 6), EVA, "olá");
    let edit = |new: &str| Write::EditMessage { conversation: GROUP, by: who(EVA), seq: Seq(6), text: text(new), at: NOW };
    let delete = Write::DeleteMessage { conversation: GROUP, by: who(EVA), seq: Seq(6), at: NOW };
    let emoji = Emoji::parse("👍").unwrap();
    let react = Write::AddReaction { conversation: GROUP, by: who(RUI), seq: Seq(6), emoji: emoji.clone(), at: NOW };
    let unreact = Write::RemoveReaction { conversation: GROUP, by: who(RUI), seq: Seq(6), emoji, at: NOW };
    check(
        facts,
        &[
            (edit("novo"), "Posted 10 ReplaceText SetChanged InsertEntry"),
            (edit("novo"), "Done"),
            (react.clone(), "Posted 11 InsertReaction SetChanged InsertEntry"),
            (react.clone(), "Done"),
            (unreact.clone(), "Posted 12 DeleteReaction SetChanged InsertEntry"),
            (unreact, "Done"),
            (delete.clone(), "Posted 13 EraseText SetChanged InsertEntry"),
            (delete, "Done"),
            (react, "Refused NoSuchMessage"),
            (edit("outra vez"), "Refused NoSuchMessage"),
        ],
    );
}

#[test]
fn moved_cursors() {
    let read = |seq| Write::MoveReadCursor { conversation: GROUP, account: AccountId(RUI), seq: Seq(seq) };
    let delivered = |seq| Write::MarkDelivered { conversation: GROUP, account: AccountId(RUI), seq: Seq(seq) };
    check(
        facts(),
        &[
            (delivered(6), "Delivered SetMarks"),
            (delivered(6), "Done"),
            (read(8), "CursorPosition SetMarks"),
            (read(8), "CursorPosition"),
            (delivered(8), "Done"),
            (read(10), "CursorPosition SetMarks"),
            (say(GROUP, ANA, "oi"), "Posted 10 InsertMessage"),
            (read(10), "CursorPosition SetMarks"),
        ],
    );
}

#[test]
fn devices_and_passwords() {
    let mut facts = facts();
    facts.password_hashes.set(AccountId(ANA), Some("hash".to_owned()));
    let add = |hash: &str| {
        let device = NewDevice { token: TokenHash::of("token"), name: "laptop".to_owned().into() };
        Write::AddDevice { account: AccountId(ANA), verified_hash: hash.to_owned(), device, code: None, at: NOW }
    };
    let replace = Write::ReplacePassword { account: AccountId(ANA), new_hash: "new".to_owned() };
    check(
        facts,
        &[
            (Write::RevokeDevice { by: DeviceId(60), device: DeviceId(60) }, "Refused TokenUnknown"),
            (add("hash"), "DeviceAdded InsertDevice"),
            (replace, "DevicesRemoved SetPasswordHash DeleteDevice"),
            (add("hash"), "Refused WrongCredentials"),
            (Write::RemoveDevice { device: DeviceId(60) }, "DevicesRemoved"),
        ],
    );
}

#[test]
fn a_missing_message_is_loaded_again_once_the_log_reaches_it() {
    let mut facts = facts();
    let reply = Write::AppendMessage {
        conversation: GROUP,
        author: who(EVA),
        client_id: ClientId::from_bytes([8; 16]),
        text: text("sim"),
        reply_to: Some(Seq(10)),
        at: NOW,
    };
    assert_eq!(line(&decided(&mut facts, &reply)), "Refused NoSuchMessage");
    let write = say(GROUP, ANA, "oi");
    let decision = decided(&mut facts, &write);
    decision.changes.iter().for_each(|change| facts.apply(change));
    assert!(facts.messages.get(&entry(GROUP, 10)).is_err(), "there was no such message then, and now there is");
    assert!(facts.client_ids.get(&(AccountId(ANA), ClientId::from_bytes([7; 16]))).is_err());
}

#[test]
fn only_accounts_and_conversations_are_kept_for_the_next_batch() {
    let mut facts = facts();
    facts.end_batch();
    assert!(facts.accounts.get(&AccountId(ANA)).is_ok() && facts.conversations.get(&GROUP).is_ok());
    assert!(facts.members.get(&(GROUP, AccountId(ANA))).is_err() && facts.usernames.get(&who(ANA).username).is_err());
}

#[test]
fn the_original_text_of_an_edited_message_is_kept() {
    let mut facts = facts();
    add_message(&mut facts, entry(GROUP, 6), EVA, "olá");
    facts.original_texts.set(entry(GROUP, 6), None);
    for new in ["novo", "mais novo"] {
        let write = Write::EditMessage { conversation: GROUP, by: who(EVA), seq: Seq(6), text: text(new), at: NOW };
        let decision = decided(&mut facts, &write);
        decision.changes.iter().for_each(|change| facts.apply(change));
    }
    assert_eq!(facts.original_texts.get(&entry(GROUP, 6)).unwrap().as_deref(), Some("olá"));
}
