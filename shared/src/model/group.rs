//! Roles in groups.

use serde::{Deserialize, Serialize};

/// A member's permissions in a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Posts messages and adds members.
    #[default]
    Member,
    /// Also renames the group, sets its topic, manages invites, and removes plain members and messages of plain members.
    Admin,
    /// Also removes admins and any message, and assigns roles. A group has exactly one owner.
    Owner,
    /// A role sent by a newer server, unknown to this version; treated as a plain member.
    #[serde(other)]
    Other,
}

impl Role {
    /// Whether this role includes the permissions of `needed`.
    #[must_use]
    pub fn reaches(self, needed: Self) -> bool {
        self.rank() >= needed.rank()
    }

    /// Whether this is a plain member's role, which is omitted on the wire.
    #[must_use]
    pub fn is_member(&self) -> bool {
        *self == Self::Member
    }

    fn rank(self) -> u8 {
        match self {
            Self::Member | Self::Other => 0,
            Self::Admin => 1,
            Self::Owner => 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Role;

    #[test]
    fn roles_are_ordered_and_an_unknown_role_has_the_permissions_of_a_member() {
        let archduke = serde_json::from_str::<Role>(r#""archduke""#).unwrap();
        assert_eq!(archduke, Role::Other);
        assert!(Role::Owner.reaches(Role::Admin) && !Role::Admin.reaches(Role::Owner) && !archduke.reaches(Role::Admin));
    }
}
