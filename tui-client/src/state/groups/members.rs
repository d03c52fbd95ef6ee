//! The members of a group and their roles.
//!
//! The client uses roles only to decide which actions to offer. The server checks each request again.

use std::collections::BTreeMap;

use papo_shared::model::{ConversationId, Entry, EntryKind, Role, Username};

/// The members of a group with their roles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Members {
    pub(super) roles: BTreeMap<Username, Role>,
}

/// The list of a group's members while it receives the keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberList {
    /// The group whose members are listed.
    pub group: ConversationId,
    /// The selected member; `None` means the first.
    pub selected: Option<Username>,
}

/// An action of a group's owner or admin on one of its members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberAction {
    /// Make a member an admin.
    MakeAdmin,
    /// Make an admin an ordinary member.
    MakeMember,
    /// Make a member the owner of the group.
    HandOver,
    /// Remove a member from the group.
    Remove,
}

impl Members {
    /// Adds members or replaces their roles.
    pub fn learn(&mut self, members: impl IntoIterator<Item = (Username, Role)>) {
        self.roles.extend(members);
    }

    /// The usernames of all members, in order.
    pub fn names(&self) -> impl Iterator<Item = &Username> {
        self.roles.keys()
    }

    /// Whether a person is a member.
    #[must_use]
    pub fn contains(&self, username: &Username) -> bool {
        self.roles.contains_key(username)
    }

    /// The role of a member; the default role for anyone else.
    #[must_use]
    pub fn role_of(&self, username: &Username) -> Role {
        self.roles.get(username).copied().unwrap_or_default()
    }

    /// The members with this role, ordered by username.
    pub fn with_role(&self, role: Role) -> impl Iterator<Item = &Username> {
        self.roles.iter().filter(move |(_, theirs)| **theirs == role).map(|(username, _)| username)
    }

    /// Applies an entry of the group's log.
    pub fn apply(&mut self, entry: &Entry) {
        match &entry.kind {
            // A member who is listed already may have been given a role since this entry.
            EntryKind::MemberAdded { member } => {
                self.roles.entry(member.clone()).or_default();
            }
            EntryKind::MemberJoined => {
                self.roles.entry(entry.author.clone()).or_default();
            }
            EntryKind::MemberRemoved { member } => {
                self.roles.remove(member);
            }
            EntryKind::MemberLeft { new_owner } => {
                self.roles.remove(&entry.author);
                if let Some(owner) = new_owner {
                    self.roles.insert(owner.clone(), Role::Owner);
                }
            }
            EntryKind::RoleChanged { member, role } => {
                if *role == Role::Owner {
                    self.roles.insert(entry.author.clone(), Role::Admin);
                }
                self.roles.insert(member.clone(), *role);
            }
            _ => {}
        }
    }
}

/// The role that this entry gives to this member, if it changes the role.
#[must_use]
pub fn role_given_to(member: &Username, entry: &Entry) -> Option<Role> {
    match &entry.kind {
        EntryKind::RoleChanged { member: target, role } if target == member => Some(*role),
        EntryKind::RoleChanged { role: Role::Owner, .. } if entry.author == *member => Some(Role::Admin),
        EntryKind::MemberLeft { new_owner: Some(owner) } if owner == member => Some(Role::Owner),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use papo_shared::model::{Entry, EntryKind, Role, Seq, Timestamp, Username};

    use super::{Members, role_given_to};

    fn name(name: &str) -> Username {
        Username::parse(name).unwrap()
    }

    fn entry(author: &str, kind: EntryKind) -> Entry {
        Entry { seq: Seq(1), at: Timestamp(0), author: name(author), kind }
    }

    fn redes() -> Members {
        let mut members = Members::default();
        members.learn([(name("ana"), Role::Owner), (name("bia"), Role::Admin), (name("caio"), Role::Member)]);
        members
    }

    #[test]
    fn an_owner_who_hands_over_the_group_becomes_an_admin() {
        let mut members = redes();
        let given = entry("ana", EntryKind::RoleChanged { member: name("caio"), role: Role::Owner });
        members.apply(&given);
        assert_eq!((members.role_of(&name("ana")), members.role_of(&name("caio"))), (Role::Admin, Role::Owner));
        assert_eq!(role_given_to(&name("ana"), &given), Some(Role::Admin));
        assert_eq!(role_given_to(&name("caio"), &given), Some(Role::Owner));
        assert_eq!(role_given_to(&name("bia"), &given), None);
    }

    #[test]
    fn the_heir_of_a_group_becomes_its_owner() {
        let mut members = redes();
        let left = entry("ana", EntryKind::MemberLeft { new_owner: Some(name("bia")) });
        members.apply(&left);
        assert!(!members.contains(&name("ana")));
        assert_eq!(members.role_of(&name("bia")), Role::Owner);
        assert_eq!(role_given_to(&name("bia"), &left), Some(Role::Owner));
    }

    #[test]
    fn members_who_join_or_leave_are_added_or_removed() {
        let mut members = redes();
        members.apply(&entry("bia", EntryKind::MemberRemoved { member: name("caio") }));
        members.apply(&entry("duda", EntryKind::MemberJoined));
        members.apply(&entry("bia", EntryKind::MemberAdded { member: name("eva") }));
        assert_eq!(members.names().map(Username::as_str).collect::<Vec<_>>(), ["ana", "bia", "duda", "eva"]);
    }
}
