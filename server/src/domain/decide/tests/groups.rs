//! Conversations, members, and invites to groups.

use papo_shared::model::limits::{MAX_CONVERSATIONS, MAX_GROUP_INVITES, MAX_GROUP_MEMBERS};
use papo_shared::model::{
    ConversationId, EntryKind, GroupInviteId, Notify, NotifyLevel, Role, Seq, Timestamp, Topic, Visibility,
};

use super::{ANA, DIRECT, EVA, GROUP, IVO, NOW, RUI, check, conversation, decided, facts, listed_group, name, who};
use crate::domain::account::AccountId;
use crate::domain::facts::{Facts, GroupFacts, GroupInviteFacts};
use crate::domain::invite::{InviteCode, InviteHash};
use crate::domain::outcome::Outcome;
use crate::domain::skeleton::skeleton;
use crate::domain::write::Write;

fn open(one: u32, other: u32) -> Write {
    Write::OpenDirect { one: AccountId(one), other: AccountId(other), at: NOW }
}

fn with_count(account: u32, count: usize) -> Facts {
    let mut facts = facts();
    facts.conversation_counts.set(AccountId(account), count);
    facts
}

fn with_block(by: u32, whom: u32) -> Facts {
    let mut facts = facts();
    facts.blocks.set((AccountId(by), AccountId(whom)), true);
    facts
}

#[test]
fn a_direct_conversation_is_opened_once() {
    check(&facts(), &open(EVA, ANA), "DirectOpened InsertDirect AddMembership AddMembership");
    let mut known = with_count(ANA, MAX_CONVERSATIONS);
    known.directs.set((AccountId(ANA), AccountId(RUI)), Some(DIRECT));
    check(&known, &open(RUI, ANA), "DirectOpened");
    check(&facts(), &open(ANA, ANA), "Refused CannotTargetSelf");
    check(&with_block(ANA, EVA), &open(EVA, ANA), "Refused NoSuchUser");
    check(&with_block(ANA, EVA), &open(ANA, EVA), "DirectOpened InsertDirect AddMembership AddMembership");
    check(&with_count(ANA, MAX_CONVERSATIONS), &open(EVA, ANA), "DirectOpened InsertDirect AddMembership AddMembership");
    check(&with_count(EVA, MAX_CONVERSATIONS), &open(EVA, ANA), "Refused TooManyConversations");
    check(&with_count(EVA, MAX_CONVERSATIONS - 1), &open(EVA, ANA), "DirectOpened InsertDirect AddMembership AddMembership");
}

#[test]
fn group_names_are_unique() {
    let create =
        |group: &str| Write::CreateGroup { creator: who(IVO), name: name(group), visibility: Visibility::Private, at: NOW };
    check(&facts(), &create("novo"), "Posted 1 InsertGroup InsertEntry AddMembership");
    check(&facts(), &create("REDES"), "Refused GroupNameTaken");
    check(&with_count(IVO, MAX_CONVERSATIONS), &create("REDES"), "Refused TooManyConversations");

    let rename = |by, group: &str| Write::RenameGroup { conversation: GROUP, by: who(by), name: name(group), at: NOW };
    check(&facts(), &rename(ANA, "novo"), "Posted 10 SetGroupName InsertEntry");
    check(&facts(), &rename(EVA, "Redes"), "Posted 10 SetGroupName InsertEntry");
    check(&facts(), &rename(ANA, "redes"), "Done");
    check(&facts(), &rename(RUI, "novo"), "Refused NotAllowed");
    check(&facts(), &rename(IVO, "novo"), "Refused NotAMember");
    let mut taken = facts();
    taken.group_names.set(name("novo").uniqueness_key(), Some(ConversationId(5)));
    check(&taken, &rename(ANA, "novo"), "Refused GroupNameTaken");
    let mut alike = facts();
    alike.group_skeletons.set(skeleton("novo"), Some(ConversationId(5)));
    check(&alike, &create("nоvо"), "Refused GroupNameTooAlike");
    check(&alike, &rename(ANA, "nоvо"), "Refused GroupNameTooAlike");
    alike.group_skeletons.set(skeleton("novo"), Some(GROUP));
    check(&alike, &rename(ANA, "nоvо"), "Posted 10 SetGroupName InsertEntry");
    let direct = Write::RenameGroup { conversation: DIRECT, by: who(ANA), name: name("novo"), at: NOW };
    check(&facts(), &direct, "Refused NotAGroup");
}

#[test]
fn admins_and_the_owner_set_the_topic() {
    let set = |by, topic: &str| {
        let topic = Topic::parse(topic).unwrap();
        Write::SetTopic { conversation: GROUP, by: who(by), topic, at: NOW }
    };
    check(&facts(), &set(EVA, "x"), "Posted 10 SetTopic InsertEntry");
    check(&facts(), &set(EVA, ""), "Done");
    check(&facts(), &set(RUI, "x"), "Refused NotAllowed");
}

#[test]
fn every_member_may_add_others() {
    let add = |by, member| Write::AddMember { conversation: GROUP, by: who(by), member: who(member), at: NOW };
    check(&facts(), &add(RUI, IVO), "Posted 10 InsertEntry AddMembership");
    check(&facts(), &add(RUI, EVA), "Refused AlreadyAMember");
    check(&facts(), &add(IVO, IVO), "Refused NotAMember");
    check(&with_block(IVO, RUI), &add(RUI, IVO), "Refused NoSuchUser");
    check(&with_block(RUI, IVO), &add(RUI, IVO), "Posted 10 InsertEntry AddMembership");
    check(&with_count(IVO, MAX_CONVERSATIONS), &add(RUI, IVO), "Refused TooManyConversations");
    check(&full(), &add(RUI, IVO), "Refused GroupFull");
    let write = add(RUI, IVO);
    let Outcome::Posted(posted) = decided(&mut facts(), &write).outcome else { panic!("not posted") };
    assert_eq!(*posted.audience, [ANA, EVA, RUI, IVO].map(AccountId));
    assert_eq!(posted.group.unwrap().members, 4);
    let direct = Write::AddMember { conversation: DIRECT, by: who(ANA), member: who(IVO), at: NOW };
    check(&facts(), &direct, "Refused NotAGroup");
}

#[test]
fn managers_change_the_visibility() {
    let set = |by, visibility| Write::SetVisibility { conversation: GROUP, by: who(by), visibility, at: NOW };
    check(&facts(), &set(ANA, Visibility::Private), "Posted 10 SetVisibility InsertEntry");
    check(&facts(), &set(EVA, Visibility::Public), "Posted 10 SetVisibility InsertEntry");
    check(&facts(), &set(ANA, Visibility::Listed), "Done");
    check(&facts(), &set(RUI, Visibility::Public), "Refused NotAllowed");
    check(&facts(), &set(IVO, Visibility::Public), "Refused NotAMember");
    let write = set(ANA, Visibility::Private);
    let Outcome::Posted(posted) = decided(&mut facts(), &write).outcome else { panic!("not posted") };
    assert_eq!(posted.group.unwrap().visibility, Visibility::Private);
}

#[test]
fn the_owner_changes_how_long_messages_are_kept() {
    let set = |by, days| Write::SetRetention { conversation: GROUP, by: who(by), days, at: NOW };
    check(&facts(), &set(ANA, Some(30)), "Posted 10 SetRetention InsertEntry");
    check(&facts(), &set(ANA, None), "Done");
    check(&facts(), &set(EVA, Some(30)), "Refused NotAllowed");
    check(&facts(), &set(RUI, Some(30)), "Refused NotAllowed");
    check(&facts(), &set(IVO, Some(30)), "Refused NotAMember");
    let limited = GroupFacts { retention_days: Some(30), ..listed_group() };
    let mut facts = facts();
    facts.conversations.set(GROUP, Some(conversation(Some(limited), &[ANA, EVA, RUI])));
    check(&facts, &set(ANA, Some(30)), "Done");
    check(&facts, &set(ANA, None), "Posted 10 SetRetention InsertEntry");
}

#[test]
fn everyone_may_join_a_public_group() {
    let with = |visibility| {
        let mut facts = facts();
        facts.conversations.set(GROUP, Some(conversation(Some(GroupFacts { visibility, ..listed_group() }), &[ANA, EVA, RUI])));
        facts
    };
    let join = |conversation, member| Write::JoinPublicGroup { conversation, member: who(member), at: NOW };
    let public = with(Visibility::Public);
    check(&public, &join(GROUP, IVO), "Posted 10 InsertEntry AddMembership");
    check(&public, &join(GROUP, RUI), "AlreadyMember");
    check(&with(Visibility::Listed), &join(GROUP, IVO), "Refused NotPublic");
    check(&with(Visibility::Private), &join(GROUP, IVO), "Refused NotPublic");
    check(&public, &join(DIRECT, IVO), "Refused NotPublic");
    check(&public, &join(ConversationId(9), IVO), "Refused NotPublic");
    let mut removed = public.clone();
    removed.was_removed.set((GROUP, AccountId(IVO)), true);
    check(&removed, &join(GROUP, IVO), "Refused NotAllowed");
    let mut busy = public;
    busy.conversation_counts.set(AccountId(IVO), MAX_CONVERSATIONS);
    check(&busy, &join(GROUP, IVO), "Refused TooManyConversations");
}

fn full() -> Facts {
    let mut facts = facts();
    let others = (100..).take(MAX_GROUP_MEMBERS - 3);
    let members: Vec<u32> = [ANA, EVA, RUI].into_iter().chain(others).collect();
    facts.conversations.set(GROUP, Some(conversation(Some(listed_group()), &members)));
    facts
}

#[test]
fn members_are_removed_only_by_higher_roles() {
    let remove = |by, member| Write::RemoveMember { conversation: GROUP, by: who(by), member: who(member), at: NOW };
    check(&facts(), &remove(EVA, RUI), "Posted 10 InsertEntry EndMembership");
    check(&facts(), &remove(EVA, ANA), "Refused NotAllowed");
    check(&facts(), &remove(RUI, EVA), "Refused NotAllowed");
    check(&facts(), &remove(ANA, ANA), "Refused CannotTargetSelf");
    check(&facts(), &remove(ANA, IVO), "Refused NoSuchMember");
    check(&facts(), &remove(IVO, RUI), "Refused NotAMember");
    // Together with the invites created by the member, and no others.
    check(
        &with_invites(&[invite(1, RUI), invite(2, ANA)]),
        &remove(EVA, RUI),
        "Posted 10 DeleteGroupInvite InsertEntry EndMembership",
    );
}

#[test]
fn ownership_passes_when_the_owner_leaves() {
    let leave = |member| Write::LeaveGroup { conversation: GROUP, member: who(member), at: NOW };
    let mut with_roster = facts();
    with_roster.rosters.set(
        GROUP,
        [(ANA, Role::Owner, 1), (EVA, Role::Admin, 2), (RUI, Role::Member, 5)]
            .map(|(account, role, first)| (AccountId(account), role, Seq(first)))
            .to_vec(),
    );
    check(&with_roster, &leave(ANA), "Posted 10 InsertEntry EndMembership SetRole");
    check(&with_roster, &leave(EVA), "Posted 10 InsertEntry EndMembership");
    check(&with_roster, &leave(IVO), "Refused NotAMember");
    let write = leave(ANA);
    let Outcome::Posted(posted) = decided(&mut with_roster, &write).outcome else { panic!("not posted") };
    assert!(
        matches!(&posted.entry.kind, EntryKind::MemberLeft { new_owner: Some(next_owner) } if *next_owner == who(EVA).username)
    );
    assert_eq!((*posted.audience).len(), 3, "who left hears of it");
    assert_eq!(posted.group.unwrap().members, 2);

    // The invites of an empty group are deleted.
    let mut alone = with_invites(&[invite(1, EVA)]);
    check(&alone, &leave(ANA), "Posted 10 InsertEntry EndMembership");
    alone.conversations.set(GROUP, Some(conversation(Some(listed_group()), &[ANA])));
    check(&alone, &leave(ANA), "Posted 10 DeleteGroupInvite InsertEntry EndMembership");
}

#[test]
fn the_owner_changes_roles() {
    let set = |by, member, role| Write::SetRole { conversation: GROUP, by: who(by), member: who(member), role, at: NOW };
    check(&facts(), &set(ANA, RUI, Role::Admin), "Posted 10 SetRole InsertEntry");
    check(&facts(), &set(ANA, RUI, Role::Owner), "Posted 10 SetRole SetRole InsertEntry");
    check(&facts(), &set(ANA, RUI, Role::Member), "Done");
    check(&facts(), &set(EVA, RUI, Role::Admin), "Refused NotAllowed");
    check(&facts(), &set(ANA, IVO, Role::Admin), "Refused NoSuchMember");
    check(&facts(), &set(ANA, ANA, Role::Admin), "Refused CannotTargetSelf");
    let write = set(ANA, RUI, Role::Owner);
    let changes = format!("{:?}", decided(&mut facts(), &write).changes);
    let (first, second) = (changes.find("role: Admin").unwrap(), changes.find("role: Owner").unwrap());
    assert!(first < second, "there are never two owners: {changes}");
}

fn code(number: u8) -> InviteHash {
    InviteCode::new([number; 10]).hash()
}

fn invite(id: u8, by: u32) -> GroupInviteFacts {
    let (id, code, by) = (GroupInviteId(i64::from(id)), code(id), AccountId(by));
    GroupInviteFacts { id, code, by, uses_left: None, expires_at: None }
}

fn with_invites(invites: &[GroupInviteFacts]) -> Facts {
    let mut facts = facts();
    invites.iter().for_each(|invite| facts.group_invite_targets.set(invite.code, Some(GROUP)));
    facts.group_invites.set(GROUP, invites.to_vec());
    facts
}

#[test]
fn admins_and_the_owner_create_and_revoke_invites() {
    let create = |by, number| {
        let (by, code) = (AccountId(by), code(number));
        Write::CreateGroupInvite { conversation: GROUP, by, code, uses: None, expires_at: None, at: NOW }
    };
    check(&facts(), &create(EVA, 1), "GroupInviteCreated InsertGroupInvite");
    check(&facts(), &create(RUI, 1), "Refused NotAllowed");
    check(&with_invites(&[invite(1, ANA)]), &create(EVA, 1), "Failed");
    let expired = GroupInviteFacts { expires_at: Some(NOW), ..invite(0, ANA) };
    let full = |last| (1..MAX_GROUP_INVITES as u8).map(|id| invite(id, ANA)).chain([last]).collect::<Vec<_>>();
    check(&with_invites(&full(invite(0, ANA))), &create(ANA, 99), "Refused TooManyInvites");
    check(&with_invites(&full(expired)), &create(ANA, 99), "GroupInviteCreated DeleteGroupInvite InsertGroupInvite");

    let revoke = |by, id| Write::RevokeGroupInvite { conversation: GROUP, by: AccountId(by), invite: GroupInviteId(id) };
    check(&with_invites(&[invite(1, ANA)]), &revoke(EVA, 1), "Done DeleteGroupInvite");
    check(&with_invites(&[invite(1, ANA)]), &revoke(EVA, 2), "Refused InviteInvalid");
    check(&with_invites(&[invite(1, ANA)]), &revoke(RUI, 1), "Refused NotAllowed");
}

#[test]
fn an_invite_adds_its_user_to_the_group() {
    let join = |member| Write::JoinGroup { code: code(1), member: who(member), at: NOW };
    let one = |change: fn(&mut GroupInviteFacts)| {
        let mut invite = invite(1, ANA);
        change(&mut invite);
        with_invites(&[invite])
    };
    check(&one(|_| ()), &join(IVO), "Posted 10 InsertEntry AddMembership");
    check(&one(|invite| invite.uses_left = Some(2)), &join(IVO), "Posted 10 InsertEntry AddMembership SetGroupInviteUses");
    check(&one(|invite| invite.uses_left = Some(1)), &join(IVO), "Posted 10 InsertEntry AddMembership DeleteGroupInvite");
    check(&one(|invite| invite.expires_at = Some(NOW)), &join(IVO), "Refused InviteInvalid");
    check(&one(|invite| invite.expires_at = Some(Timestamp(NOW.0 + 1))), &join(IVO), "Posted 10 InsertEntry AddMembership");
    check(&one(|_| ()), &join(RUI), "AlreadyMember");
    check(&facts(), &join(IVO), "Refused InviteInvalid");
    let mut removed = one(|_| ());
    removed.was_removed.set((GROUP, AccountId(IVO)), true);
    check(&removed, &join(IVO), "Refused InviteInvalid");
    let mut busy = one(|_| ());
    busy.conversation_counts.set(AccountId(IVO), MAX_CONVERSATIONS);
    check(&busy, &join(IVO), "Refused TooManyConversations");
    let mut full = full();
    full.group_invite_targets.set(code(1), Some(GROUP));
    full.group_invites.set(GROUP, vec![invite(1, ANA)]);
    check(&full, &join(IVO), "Refused GroupFull");
}

#[test]
fn members_set_their_notifications() {
    let set = |account, level| {
        let notify = Notify { level, until: None };
        Write::SetNotify { conversation: GROUP, account: AccountId(account), notify }
    };
    check(&facts(), &set(RUI, NotifyLevel::Nothing), "NotifyChanged SetNotify");
    check(&facts(), &set(RUI, NotifyLevel::All), "Done");
    check(&facts(), &set(IVO, NotifyLevel::Nothing), "Refused NotAMember");
}
