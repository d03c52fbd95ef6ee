//! The rate limiters of accounts, shared by all sessions of an account. Each request names the limit that counts it.

use papo_shared::protocol::Refusal;

use super::limiter::KeyedLimiter;
use crate::config::Limits;
use crate::domain::AccountId;
use crate::requests::AccountLimit;

/// Rate limiters of all accounts, one per [`AccountLimit`].
pub(crate) struct AccountLimits {
    messages: KeyedLimiter<AccountId>,
    marks: KeyedLimiter<AccountId>,
    pages: KeyedLimiter<AccountId>,
    searches: KeyedLimiter<AccountId>,
    direct_conversations: KeyedLimiter<AccountId>,
    groups: KeyedLimiter<AccountId>,
    members: KeyedLimiter<AccountId>,
    group_invites: KeyedLimiter<AccountId>,
    settings: KeyedLimiter<AccountId>,
    password_changes: KeyedLimiter<AccountId>,
}

impl AccountLimits {
    /// Creates the limiters, with nothing counted.
    #[must_use]
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            messages: KeyedLimiter::per_minute(limits.messages_per_minute_by_account),
            marks: KeyedLimiter::per_minute(limits.marks_per_minute_by_account),
            pages: KeyedLimiter::per_minute(limits.pages_per_minute_by_account),
            searches: KeyedLimiter::per_minute(limits.searches_per_minute_by_account),
            direct_conversations: KeyedLimiter::per_hour(limits.direct_conversations_per_hour_by_account),
            groups: KeyedLimiter::per_hour(limits.groups_per_hour_by_account),
            members: KeyedLimiter::per_hour(limits.members_per_hour_by_account),
            group_invites: KeyedLimiter::per_hour(limits.group_invites_per_hour_by_account),
            settings: KeyedLimiter::per_minute(limits.settings_per_minute_by_account),
            password_changes: KeyedLimiter::per_minute(limits.sign_ins_per_minute_by_username),
        }
    }

    /// Counts a request of the account.
    ///
    /// # Errors
    /// `TooFast` if the account has used up this limit.
    pub(super) fn check(&self, account: AccountId, limit: AccountLimit) -> Result<(), Refusal> {
        let limiter = match limit {
            AccountLimit::Messages => &self.messages,
            AccountLimit::Marks => &self.marks,
            AccountLimit::Pages => &self.pages,
            AccountLimit::Searches => &self.searches,
            AccountLimit::DirectConversations => &self.direct_conversations,
            AccountLimit::Groups => &self.groups,
            AccountLimit::Members => &self.members,
            AccountLimit::GroupInvites => &self.group_invites,
            AccountLimit::Settings => &self.settings,
            AccountLimit::PasswordChanges => &self.password_changes,
        };
        limiter.check(&account)
    }
}

#[cfg(test)]
mod tests {
    use super::{AccountId, AccountLimit, AccountLimits, Limits, Refusal};

    #[tokio::test(start_paused = true)]
    async fn each_account_has_its_own_limit_of_each_kind() {
        let limits = Limits { sign_ins_per_minute_by_username: 2, settings_per_minute_by_account: 1, ..Limits::default() };
        let limits = AccountLimits::new(&limits);
        let (ana, bia) = (AccountId(1), AccountId(2));
        let is_refused = |account, limit| matches!(limits.check(account, limit), Err(Refusal::TooFast { .. }));
        assert_eq!([1, 2, 3].map(|_| is_refused(ana, AccountLimit::PasswordChanges)), [false, false, true]);
        assert_eq!([1, 2].map(|_| is_refused(ana, AccountLimit::Settings)), [false, true]);
        assert_eq!([1, 2].map(|_| is_refused(bia, AccountLimit::Settings)), [false, true]);
    }
}
