//! Roles in groups, and who finds and joins them.

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

/// Who finds a group in the directory, and who may join it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Only its members find it. Others join by an invitation or an invite.
    #[default]
    Private,
    /// Everyone finds it. Others join by being added, by an invitation or by an invite.
    Listed,
    /// Everyone finds it and may join.
    Public,
    /// A visibility sent by a newer server, unknown to this version; treated as private.
    #[serde(other)]
    Other,
}

impl Visibility {
    /// Whether everyone finds the group in the directory.
    #[must_use]
    pub fn is_in_directory(self) -> bool {
        matches!(self, Self::Listed | Self::Public)
    }

    /// The visibility of all groups before there were others. It is omitted on the wire.
    pub(super) fn listed() -> Self {
        Self::Listed
    }

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    pub(super) fn is_listed(&self) -> bool {
        *self == Self::Listed
    }
}

#[cfg(test)]
mod tests {
    use super::{Role, Visibility};

    #[test]
    fn roles_are_ordered_and_an_unknown_role_has_the_permissions_of_a_member() {
        let archduke = serde_json::from_str::<Role>(r#""archduke""#).unwrap();
        assert_eq!(archduke, Role::Other);
        assert!(Role::Owner.reaches(Role::Admin) && !Role::Admin.reaches(Role::Owner) && !archduke.reaches(Role::Admin));
    }

    #[test]
    fn listed_and_public_groups_are_in_the_directory() {
        let secret = serde_json::from_str::<Visibility>(r#""secret""#).unwrap();
        let all = [Visibility::Private, Visibility::Listed, Visibility::Public, secret];
        assert_eq!(all.map(Visibility::is_in_directory), [false, true, true, false]);
    }
}
