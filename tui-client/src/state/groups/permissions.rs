//! The user's role in a group and the actions it permits. The server checks each request again.

use papo_shared::model::{ConversationId, ConversationKind, Role, Username};

use super::members::MemberAction;
use crate::state::State;
use crate::state::overlays::overlay::Overlay;

impl State {
    /// The user's role in a group. For a group that the account does not belong to, it is that of an ordinary member.
    #[must_use]
    pub fn own_role_in(&self, group: ConversationId) -> Role {
        match self.account.conversations.get(&group).map(|conversation| &conversation.kind) {
            Some(ConversationKind::Group { role, .. }) => *role,
            _ => Role::Member,
        }
    }

    /// The members of a group in the order of the list: the owner, then admins, then other members, each ordered by displayed
    /// name.
    #[must_use]
    pub fn members_of(&self, group: ConversationId) -> Vec<(&Username, Role)> {
        let members = self.account.conversations.get(&group).and_then(|conversation| conversation.members.as_ref());
        let mut list: Vec<_> =
            members.iter().flat_map(|members| members.roles.iter().map(|(name, role)| (name, *role))).collect();
        let rank = |role: Role| match role {
            Role::Owner => 0,
            Role::Admin => 1,
            Role::Member | Role::Other => 2,
        };
        list.sort_by_cached_key(|(name, role)| (rank(*role), self.account.people.name_of(name).to_lowercase(), (*name).clone()));
        list
    }

    /// The group and the selected member of the member list that receives the keys.
    #[must_use]
    pub fn selected_member(&self) -> Option<(ConversationId, Username)> {
        let Some(Overlay::Members(list)) = &self.overlay else { return None };
        let members = self.members_of(list.group);
        let selected = members.iter().find(|(name, _)| Some(*name) == list.selected.as_ref()).or(members.first());
        selected.map(|(name, _)| (list.group, (*name).clone()))
    }

    /// Whether the user may apply this action to a member and it would change something.
    #[must_use]
    pub fn may_apply(&self, action: MemberAction, group: ConversationId, member: &Username) -> bool {
        let members = self.account.conversations.get(&group).and_then(|conversation| conversation.members.as_ref());
        let Some(role) = members.filter(|members| members.contains(member)).map(|members| members.role_of(member)) else {
            return false;
        };
        let own_role = self.own_role_in(group);
        if self.me() == Some(member) {
            return false;
        }
        match action {
            MemberAction::MakeAdmin => own_role == Role::Owner && !role.reaches(Role::Admin),
            MemberAction::MakeMember => own_role == Role::Owner && role == Role::Admin,
            MemberAction::HandOver => own_role == Role::Owner,
            MemberAction::Remove => own_role == Role::Owner || (own_role == Role::Admin && !role.reaches(Role::Admin)),
        }
    }

    /// Whether the user may delete the messages of this author: their own, and in a group those of members whom they may
    /// remove. Authors whose role is not known count as plain members.
    #[must_use]
    pub fn may_delete_message_of(&self, conversation: ConversationId, author: &Username) -> bool {
        let members = self.account.conversations.get(&conversation).and_then(|conversation| conversation.members.as_ref());
        let role = members.filter(|members| members.contains(author)).map_or(Role::Member, |members| members.role_of(author));
        let own_role = self.own_role_in(conversation);
        self.me() == Some(author) || own_role.reaches(Role::Admin) && !role.reaches(own_role)
    }

    /// Predicts who will own a group after the user leaves it, as far as this client can know.
    #[must_use]
    pub fn heir_of(&self, group: ConversationId) -> Heir {
        let members = self.account.conversations.get(&group).and_then(|conversation| conversation.members.as_ref());
        let (Role::Owner, Some(members)) = (self.own_role_in(group), members) else { return Heir::NotOurs };
        let mut admins = members.with_role(Role::Admin);
        let mut others = members.names().filter(|name| Some(*name) != self.me());
        match (admins.next(), admins.next(), others.next(), others.next()) {
            (Some(admin), None, _, _) => Heir::Known(admin.clone()),
            (Some(_), Some(_), _, _) => Heir::OneOfTheAdmins,
            (None, _, Some(other), None) => Heir::Known(other.clone()),
            (None, _, Some(_), Some(_)) => Heir::OneOfTheMembers,
            (None, _, None, _) => Heir::Nobody,
        }
    }
}

/// The owner of a group after the user has left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heir {
    /// The owner does not change, because the user is not the owner or the members are unknown.
    NotOurs,
    /// This member, who is the only candidate.
    Known(Username),
    /// The admin with the longest membership, which only the server knows.
    OneOfTheAdmins,
    /// The member with the longest membership, which only the server knows.
    OneOfTheMembers,
    /// No other member remains.
    Nobody,
}
