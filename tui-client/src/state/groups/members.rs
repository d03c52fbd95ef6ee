//! Who is in a group, and what one may do with them there.
//!
//! What is decided here is only what is offered: the server decides again, and what it refuses is said.

use std::collections::BTreeMap;

use papo_shared::model::{ConversationId, Entry, EntryKind, Role, Username};

/// The members of a group, each with what they may do in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Members {
    pub(super) roles: BTreeMap<Username, Role>,
}

/// The list of a group's members while it has the keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberList {
    /// Of which group.
    pub group: ConversationId,
    /// The selected one; none means the first.
    pub selected: Option<Username>,
}

/// What somebody who runs a group does with one of its members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberAction {
    /// Let them run the group as well.
    MakeAdmin,
    /// Let them run it no longer.
    MakeMember,
    /// Give them the group.
    HandOver,
    /// Take them out of it.
    Remove,
}

impl Members {
    /// Takes members as they are now.
    pub fn learn(&mut self, members: impl IntoIterator<Item = (Username, Role)>) {
        self.roles.extend(members);
    }

    /// Everybody, ordered by username.
    pub fn names(&self) -> impl Iterator<Item = &Username> {
        self.roles.keys()
    }

    /// Whether somebody is one of them.
    #[must_use]
    pub fn contains(&self, username: &Username) -> bool {
        self.roles.contains_key(username)
    }

    /// What somebody may do, as far as it is known.
    #[must_use]
    pub fn role_of(&self, username: &Username) -> Role {
        self.roles.get(username).copied().unwrap_or_default()
    }

    /// Those with this role.
    pub fn with_role(&self, role: Role) -> impl Iterator<Item = &Username> {
        self.roles.iter().filter(move |(_, theirs)| **theirs == role).map(|(username, _)| username)
    }

    /// Takes an entry of the group's log into account.
    pub fn apply(&mut self, entry: &Entry) {
        match &entry.kind {
            // Who is listed already may have been given a role since.
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

/// The role that an entry gives to this member, if it gives them another one.
#[must_use]
pub fn role_given_to(member: &Username, entry: &Entry) -> Option<Role> {
    match &entry.kind {
        EntryKind::RoleChanged { member: whom, role } if whom == member => Some(*role),
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
    fn who_gives_the_group_away_is_an_admin_from_then_on() {
        let mut members = redes();
        let given = entry("ana", EntryKind::RoleChanged { member: name("caio"), role: Role::Owner });
        members.apply(&given);
        assert_eq!((members.role_of(&name("ana")), members.role_of(&name("caio"))), (Role::Admin, Role::Owner));
        assert_eq!(role_given_to(&name("ana"), &given), Some(Role::Admin));
        assert_eq!(role_given_to(&name("caio"), &given), Some(Role::Owner));
        assert_eq!(role_given_to(&name("bia"), &given), None);
    }

    #[test]
    fn who_inherits_the_group_owns_it() {
        let mut members = redes();
        let left = entry("ana", EntryKind::MemberLeft { new_owner: Some(name("bia")) });
        members.apply(&left);
        assert!(!members.contains(&name("ana")));
        assert_eq!(members.role_of(&name("bia")), Role::Owner);
        assert_eq!(role_given_to(&name("bia"), &left), Some(Role::Owner));
    }

    #[test]
    fn who_comes_and_goes_is_kept_up_with() {
        let mut members = redes();
        members.apply(&entry("bia", EntryKind::MemberRemoved { member: name("caio") }));
        members.apply(&entry("duda", EntryKind::MemberJoined));
        members.apply(&entry("bia", EntryKind::MemberAdded { member: name("eva") }));
        assert_eq!(members.names().map(Username::as_str).collect::<Vec<_>>(), ["ana", "bia", "duda", "eva"]);
    }
}
