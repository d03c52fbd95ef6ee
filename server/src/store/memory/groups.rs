//! Group membership, roles, names, topics, invites and notification settings.

use papo_shared::model::{
    ConversationId, EntryKind, GroupInviteId, GroupInviteListing, GroupName, Notify, Role, Timestamp, Topic,
};
use papo_shared::protocol::Refusal;

use super::state::{Log, State, posted, push, told};
use crate::domain::{AccountId, InviteHash, Who, rules};
use crate::store::{NotifySet, Outcome};

pub(super) struct KeptGroupInvite {
    pub(super) conversation: ConversationId,
    code: InviteHash,
    by: AccountId,
    pub(super) listing: GroupInviteListing,
}

impl KeptGroupInvite {
    pub(super) fn stands(&self, now: Timestamp) -> bool {
        self.listing.expires_at.is_none_or(|expires_at| now < expires_at)
    }
}

impl State {
    /// The group, for a member who may manage it.
    fn group_to_run(&mut self, id: ConversationId, account: AccountId) -> Result<&mut Log, Refusal> {
        let log = self.group(id, account)?;
        rules::may_run(rules::as_member(role(log, account))?)?;
        Ok(log)
    }

    pub(super) fn add_member(&mut self, id: ConversationId, by: &Who, member: &Who, at: Timestamp) -> Result<Outcome, Refusal> {
        let conversations = self.conversations_of(member.id);
        let is_blocked = self.has_blocked(member.id, by.id);
        let log = self.group(id, by.id)?;
        rules::may_join(log.member(member.id).is_some(), log.members.len())?;
        rules::may_approach(is_blocked)?;
        rules::may_have_another(conversations)?;
        let entry = push(log, by, EntryKind::MemberAdded { member: member.username.clone() }, at);
        log.removed.remove(&member.id);
        log.join(member.id, entry.seq, Role::Member);
        Ok(posted(id, entry, log.audience(), log))
    }

    pub(super) fn join_group(&mut self, code: &InviteHash, member: &Who, at: Timestamp) -> Result<Outcome, Refusal> {
        let conversations = self.conversations_of(member.id);
        let place = self.group_invites.iter().position(|invite| invite.code == *code && invite.stands(at));
        let place = place.ok_or(Refusal::InviteInvalid)?;
        let id = self.group_invites[place].conversation;
        if self.own(member.id, id).is_some() {
            return Ok(Outcome::MemberAlready(id));
        }
        let log = self.logs.get_mut(id.0 as usize - 1).ok_or(Refusal::InviteInvalid)?;
        rules::may_come_by_invite(log.removed.contains(&member.id))?;
        rules::may_join(false, log.members.len())?;
        rules::may_have_another(conversations)?;
        let entry = push(log, member, EntryKind::MemberJoined, at);
        log.join(member.id, entry.seq, Role::Member);
        let outcome = posted(id, entry, log.audience(), log);
        match &mut self.group_invites[place].listing.uses_left {
            Some(1) => drop(self.group_invites.remove(place)),
            Some(uses) => *uses -= 1,
            None => {}
        }
        Ok(outcome)
    }

    pub(super) fn remove_member(
        &mut self,
        id: ConversationId,
        by: &Who,
        member: &Who,
        at: Timestamp,
    ) -> Result<Outcome, Refusal> {
        let log = self.group(id, by.id)?;
        let own = rules::as_member(role(log, by.id))?;
        rules::may_remove(own, role(log, member.id), by.id == member.id)?;
        let audience = log.audience();
        let entry = push(log, by, EntryKind::MemberRemoved { member: member.username.clone() }, at);
        log.members.retain(|other| other.account != member.id);
        log.removed.insert(member.id);
        let outcome = posted(id, entry, audience, log);
        self.group_invites.retain(|invite| invite.conversation != id || invite.by != member.id);
        Ok(outcome)
    }

    pub(super) fn leave_group(&mut self, id: ConversationId, member: &Who, at: Timestamp) -> Result<Outcome, Refusal> {
        let log = self.group(id, member.id)?;
        let is_owner = role(log, member.id) == Some(Role::Owner);
        let remaining = log.members.iter().filter(|other| other.account != member.id);
        let heir = rules::heir(remaining.map(|other| (other.account, other.role, other.first))).filter(|_| is_owner);
        let new_owner = heir.and_then(|heir| self.username(heir)).cloned();
        let log = self.group(id, member.id)?;
        let audience = log.audience();
        let entry = push(log, member, EntryKind::MemberLeft { new_owner }, at);
        log.members.retain(|other| other.account != member.id);
        if let Some(heir) = heir.and_then(|heir| log.member_mut(heir)) {
            heir.role = Role::Owner;
        }
        let outcome = posted(id, entry, audience, log);
        if log.members.is_empty() {
            self.group_invites.retain(|invite| invite.conversation != id);
        }
        Ok(outcome)
    }

    pub(super) fn set_role(
        &mut self,
        id: ConversationId,
        by: &Who,
        member: &Who,
        to: Role,
        at: Timestamp,
    ) -> Result<Outcome, Refusal> {
        let log = self.group(id, by.id)?;
        let own = rules::as_member(role(log, by.id))?;
        if rules::may_set_role(own, role(log, member.id), by.id == member.id)? == to {
            return Ok(Outcome::Done);
        }
        if to == Role::Owner {
            log.member_mut(by.id).into_iter().for_each(|before| before.role = Role::Admin);
        }
        log.member_mut(member.id).into_iter().for_each(|member| member.role = to);
        let entry = push(log, by, EntryKind::RoleChanged { member: member.username.clone(), role: to }, at);
        Ok(told(id, entry, log))
    }

    pub(super) fn rename_group(
        &mut self,
        id: ConversationId,
        by: &Who,
        name: GroupName,
        at: Timestamp,
    ) -> Result<Outcome, Refusal> {
        let taken = self.name_is_taken(&name, Some(id));
        let log = self.group_to_run(id, by.id)?;
        if log.name.as_ref() == Some(&name) {
            return Ok(Outcome::Done);
        }
        if taken {
            return Err(Refusal::GroupNameTaken);
        }
        log.name = Some(name.clone());
        let entry = push(log, by, EntryKind::GroupRenamed { name }, at);
        Ok(posted(id, entry, log.audience(), log))
    }

    pub(super) fn set_topic(
        &mut self,
        id: ConversationId,
        by: &Who,
        topic: Option<Topic>,
        at: Timestamp,
    ) -> Result<Outcome, Refusal> {
        let log = self.group_to_run(id, by.id)?;
        if log.topic == topic {
            return Ok(Outcome::Done);
        }
        log.topic.clone_from(&topic);
        let entry = push(log, by, EntryKind::TopicChanged { topic }, at);
        Ok(told(id, entry, log))
    }

    pub(super) fn create_group_invite(
        &mut self,
        id: ConversationId,
        by: AccountId,
        code: InviteHash,
        uses_left: Option<u32>,
        expires_at: Option<Timestamp>,
        at: Timestamp,
    ) -> Result<Outcome, Refusal> {
        self.group_to_run(id, by)?;
        self.group_invites.retain(|invite| invite.conversation != id || invite.stands(at));
        rules::may_have_another_invite(self.group_invites.iter().filter(|invite| invite.conversation == id).count())?;
        let created_by = rules::as_member(self.username(by).cloned())?;
        self.last_group_invite += 1;
        let invite = GroupInviteId(self.last_group_invite);
        let listing = GroupInviteListing { invite, created_by, created_at: at, uses_left, expires_at };
        self.group_invites.push(KeptGroupInvite { conversation: id, code, by, listing });
        Ok(Outcome::GroupInviteCreated(invite))
    }

    pub(super) fn revoke_group_invite(
        &mut self,
        id: ConversationId,
        by: AccountId,
        invite: GroupInviteId,
    ) -> Result<Outcome, Refusal> {
        self.group_to_run(id, by)?;
        let is_it = |kept: &KeptGroupInvite| kept.conversation == id && kept.listing.invite == invite;
        let place = self.group_invites.iter().position(is_it).ok_or(Refusal::InviteInvalid)?;
        self.group_invites.remove(place);
        Ok(Outcome::Done)
    }

    pub(super) fn standing_invites(
        &self,
        account: AccountId,
        id: ConversationId,
        now: Timestamp,
    ) -> Result<Vec<GroupInviteListing>, Refusal> {
        let log = rules::as_member(self.own(account, id))?;
        rules::as_group(log.name.as_ref())?;
        rules::may_run(rules::as_member(role(log, account))?)?;
        let standing = self.group_invites.iter().filter(|invite| invite.conversation == id && invite.stands(now));
        Ok(standing.map(|invite| invite.listing.clone()).collect())
    }

    pub(super) fn set_notify(
        &mut self,
        conversation: ConversationId,
        account: AccountId,
        notify: Notify,
    ) -> Result<Outcome, Refusal> {
        let member = rules::as_member(self.log(conversation, account)?.member_mut(account))?;
        if std::mem::replace(&mut member.notify, notify) == notify {
            return Ok(Outcome::Done);
        }
        Ok(Outcome::NotifyChanged(NotifySet { conversation, account, notify }))
    }
}

fn role(log: &Log, account: AccountId) -> Option<Role> {
    log.member(account).map(|member| member.role)
}
