//! Invitations to groups.

use papo_shared::model::limits::{MAX_CONVERSATIONS, MAX_INVITATIONS, MAX_SENT_INVITATIONS};
use papo_shared::model::{ConversationId, EntryKind, Timestamp, Visibility};

use super::{ANA, DIRECT, EVA, GROUP, IVO, NOW, RUI, check, conversation, decided, facts, listed_group, say, who};
use crate::domain::account::AccountId;
use crate::domain::day::DAY_MS;
use crate::domain::facts::{Facts, InvitationFacts};
use crate::domain::outcome::Outcome;
use crate::domain::write::Write;

fn add(by: u32, member: u32) -> Write {
    Write::AddMember { conversation: GROUP, by: who(by), member: who(member), at: NOW }
}

fn accept() -> Write {
    Write::AcceptInvitation { conversation: GROUP, member: AccountId(IVO), at: NOW }
}

/// Ivo has not answered anyone.
fn strangers() -> Facts {
    let mut facts = facts();
    for other in [ANA, EVA, RUI] {
        facts.answered_directs.set((AccountId(IVO), AccountId(other)), false);
    }
    facts
}

fn invitation(group: ConversationId, account: u32, by: u32, at: i64) -> InvitationFacts {
    InvitationFacts { conversation: group, account: AccountId(account), by: AccountId(by), at: Timestamp(at) }
}

/// Ivo has received these invitations and Rui has sent these.
fn with(received: Vec<InvitationFacts>, sent: Vec<InvitationFacts>) -> Facts {
    let mut facts = strangers();
    facts.invitations.set(AccountId(IVO), received);
    facts.sent_invitations.set(AccountId(RUI), sent);
    facts
}

/// Invitations to other groups, sent at this time.
fn others(count: usize, account: u32, by: u32, at: i64) -> Vec<InvitationFacts> {
    (100..).take(count).map(|group| invitation(ConversationId(group), account, by, at)).collect()
}

#[test]
fn a_stranger_is_invited_instead_of_added() {
    check(&strangers(), &add(RUI, IVO), "Invited InsertInvitation");
    let mut acquainted = strangers();
    acquainted.answered_directs.set((AccountId(IVO), AccountId(RUI)), true);
    check(&acquainted, &add(RUI, IVO), "Posted 10 InsertEntry AddMembership");
    let mut colleagues = strangers();
    colleagues.shared_groups.set((AccountId(RUI), AccountId(IVO)), true);
    check(&colleagues, &add(RUI, IVO), "Posted 10 InsertEntry AddMembership");
    // Ivo has written to Rui only.
    check(&acquainted, &add(EVA, IVO), "Invited InsertInvitation");

    // The limit of conversations does not matter until they accept.
    let mut busy = strangers();
    busy.conversation_counts.set(AccountId(IVO), MAX_CONVERSATIONS);
    check(&busy, &add(RUI, IVO), "Invited InsertInvitation");
    let mut blocked = strangers();
    blocked.blocks.set((AccountId(IVO), AccountId(RUI)), true);
    check(&blocked, &add(RUI, IVO), "Refused NoSuchUser");

    let write = add(RUI, IVO);
    let Outcome::Invited(account, invitation) = decided(&mut strangers(), &write).outcome else { panic!("not invited") };
    assert_eq!((account, invitation.members, invitation.invited_by), (AccountId(IVO), 3, who(RUI).username));
}

#[test]
fn a_group_invites_a_user_once() {
    let received = invitation(GROUP, IVO, EVA, NOW.0);
    check(&with(vec![received.clone()], vec![]), &add(RUI, IVO), "AlreadyInvited");
    let mut declined = strangers();
    declined.has_declined.set((GROUP, AccountId(IVO)), true);
    check(&declined, &add(RUI, IVO), "Refused InvitationDeclined");
    let mut declined_but_acquainted = facts();
    declined_but_acquainted.has_declined.set((GROUP, AccountId(IVO)), true);
    check(&declined_but_acquainted, &add(RUI, IVO), "Posted 10 DeleteDecline InsertEntry AddMembership");
    let decline = Write::DeclineInvitation { conversation: GROUP, account: AccountId(IVO), at: NOW };
    check(&with(vec![received], vec![]), &decline, "InvitationDeclined DeleteInvitation InsertDecline");
    check(&strangers(), &decline, "Refused NoSuchInvitation");
}

#[test]
fn pending_invitations_are_limited() {
    let received = |count| with(others(count, IVO, ANA, NOW.0), vec![]);
    check(&received(MAX_INVITATIONS - 1), &add(RUI, IVO), "Invited InsertInvitation");
    check(&received(MAX_INVITATIONS), &add(RUI, IVO), "Refused InvitationsFull");
    let sent = |count| with(vec![], others(count, EVA, RUI, NOW.0));
    check(&sent(MAX_SENT_INVITATIONS - 1), &add(RUI, IVO), "Invited InsertInvitation");
    check(&sent(MAX_SENT_INVITATIONS), &add(RUI, IVO), "Refused TooManyInvitations");
}

#[test]
fn expired_invitations_do_not_count_and_are_deleted() {
    let sent_at = |days: i64| NOW.0 - days * DAY_MS;
    let (last_day, expired) = (sent_at(30) + 1, sent_at(30));
    let accepted = "Posted 10 DeleteInvitation InsertEntry AddMembership";
    check(&with(vec![invitation(GROUP, IVO, RUI, last_day)], vec![]), &accept(), accepted);
    check(&with(vec![invitation(GROUP, IVO, RUI, expired)], vec![]), &accept(), "Refused NoSuchInvitation");
    let both = vec![invitation(GROUP, IVO, RUI, expired)];
    check(&with(both.clone(), both), &add(RUI, IVO), "Invited DeleteInvitation InsertInvitation");
    let mut full = others(MAX_INVITATIONS - 1, IVO, ANA, NOW.0);
    full.push(invitation(DIRECT, IVO, ANA, expired));
    check(&with(full, vec![]), &add(RUI, IVO), "Invited DeleteInvitation InsertInvitation");
}

#[test]
fn accepting_makes_the_user_a_member() {
    let invited = with(vec![invitation(GROUP, IVO, RUI, NOW.0)], vec![]);
    check(&invited, &accept(), "Posted 10 DeleteInvitation InsertEntry AddMembership");
    check(&strangers(), &accept(), "Refused NoSuchInvitation");
    let mut busy = invited.clone();
    busy.conversation_counts.set(AccountId(IVO), MAX_CONVERSATIONS);
    check(&busy, &accept(), "Refused TooManyConversations");
    let write = accept();
    let Outcome::Posted(posted) = decided(&mut invited.clone(), &write).outcome else { panic!("not posted") };
    assert_eq!(posted.entry.author, who(RUI).username);
    assert_eq!(posted.entry.kind, EntryKind::MemberAdded { member: who(IVO).username });
    assert_eq!(*posted.audience, [ANA, EVA, RUI, IVO].map(AccountId));
    // Joining in another way also ends the invitation.
    let mut public = invited;
    let group = crate::domain::facts::GroupFacts { visibility: Visibility::Public, ..listed_group() };
    public.conversations.set(GROUP, Some(conversation(Some(group), &[ANA, EVA, RUI])));
    let join = Write::JoinPublicGroup { conversation: GROUP, member: who(IVO), at: NOW };
    check(&public, &join, "Posted 10 DeleteInvitation InsertEntry AddMembership");
}

#[test]
fn invitations_end_with_the_membership_of_the_inviter_and_with_a_block() {
    let elsewhere = invitation(ConversationId(7), IVO, RUI, NOW.0);
    let sent = with(vec![], vec![invitation(GROUP, IVO, RUI, NOW.0), elsewhere]);
    let leave = Write::LeaveGroup { conversation: GROUP, member: who(RUI), at: NOW };
    check(&sent, &leave, "Posted 10 DeleteInvitation InsertEntry EndMembership");
    let remove = Write::RemoveMember { conversation: GROUP, by: who(ANA), member: who(RUI), at: NOW };
    check(&sent, &remove, "Posted 10 DeleteInvitation InsertEntry EndMembership");
    let received = with(vec![invitation(GROUP, IVO, RUI, NOW.0), invitation(ConversationId(7), IVO, EVA, NOW.0)], vec![]);
    let block = Write::Block { by: AccountId(IVO), whom: who(RUI), at: NOW };
    check(&received, &block, "BlockChanged DeleteInvitation InsertBlock");
}

#[test]
fn writing_answers_a_direct_conversation() {
    let mut unanswered = facts();
    let mut direct = conversation(None, &[ANA, RUI]);
    direct.unanswered_by = Some(AccountId(RUI));
    unanswered.conversations.set(DIRECT, Some(direct));
    check(&unanswered, &say(DIRECT, ANA, "oi"), "Posted 10 InsertMessage");
    check(&unanswered, &say(DIRECT, RUI, "oi"), "Posted 10 InsertMessage AcceptDirect");
    check(&facts(), &say(DIRECT, RUI, "oi"), "Posted 10 InsertMessage");
}
