//! Deleting accounts, groups and messages, and handling reports.

use papo_shared::model::{ConversationId, Seq};
use papo_shared::protocol::Refusal;

use super::Operator;
use crate::domain::{Account, EntryId, GroupSummary, Member, Report, ReportId};
use crate::requests::{RequestError, deletion};
use crate::store::Write;

impl Operator {
    /// Deletes an account: ends its sessions and removes everything by which it was known. Its messages stay under the name of
    /// a deleted account, or are erased within the following seconds. Its username stays reserved.
    ///
    /// # Errors
    /// `NoSuchUser`; `Failed` if the store fails.
    pub async fn delete_account(&self, username: &str, erase_messages: bool) -> Result<(), Refusal> {
        let Account { id: account, username, .. } = self.account(username).await?;
        let delete = Write::DeleteAccount { account, authentication: None, erase_messages, at: self.now() };
        self.commit("user delete", username.as_str(), delete).await?;
        deletion::account_deleted(&self.services, account, username).await.map_err(RequestError::into_refusal)
    }

    /// Groups after `after`, ordered by id; if `owner` is given, only those that this user owns.
    ///
    /// # Errors
    /// `NoSuchUser`; `Failed` if the store fails.
    pub async fn groups(
        &self,
        owner: Option<&str>,
        after: Option<ConversationId>,
        limit: usize,
    ) -> Result<Vec<GroupSummary>, Refusal> {
        let owner = match owner {
            Some(owner) => Some(self.account(owner).await?.id),
            None => None,
        };
        let found = self.services.store.group_summaries(owner, after, limit).await;
        found.map_err(|error| RequestError::from(error).into_refusal())
    }

    /// A group, and up to `limit` of its members, ordered by username.
    ///
    /// # Errors
    /// `NotAGroup`; `Failed` if the store fails.
    pub async fn group(&self, conversation: ConversationId, limit: usize) -> Result<(GroupSummary, Vec<Member>), Refusal> {
        let before = ConversationId(conversation.0.saturating_sub(1));
        let found = self.groups(None, Some(before), 1).await?.pop();
        let group = found.filter(|group| group.conversation == conversation).ok_or(Refusal::NotAGroup)?;
        let members = match &group.owner {
            Some(owner) => self.services.store.members(owner.id, conversation, None, limit).await,
            None => Ok(None),
        };
        let members = members.map_err(|error| RequestError::from(error).into_refusal())?;
        Ok((group, members.unwrap_or_default()))
    }

    /// Deletes a group. Its members lose it at once, its name is free again, and its log is erased within the following seconds.
    ///
    /// # Errors
    /// `NotAGroup`; `Failed` if the store fails.
    pub async fn delete_group(&self, conversation: ConversationId) -> Result<(), Refusal> {
        let delete = Write::DeleteGroup { conversation, at: self.now() };
        self.commit("group delete", &conversation.0.to_string(), delete).await?;
        self.services.erasing.notify_one();
        self.services.reports_changed.notify_one();
        Ok(())
    }

    /// Makes a member the owner of a group. The owner before becomes an admin.
    ///
    /// # Errors
    /// `NotAGroup`; `NoSuchUser`; `NoSuchMember`; `Failed` if the store fails.
    pub async fn transfer_group(&self, conversation: ConversationId, username: &str) -> Result<(), Refusal> {
        let member = self.account(username).await?.account_ref();
        let target = format!("{} {}", conversation.0, member.username.as_str());
        let transfer = Write::TransferGroup { conversation, member, at: self.now() };
        self.commit("group transfer", &target, transfer).await.map(drop)
    }

    /// Erases the text of a message. Its number stays, and its readers see that it was deleted.
    ///
    /// # Errors
    /// `NoSuchMessage`, also if it is deleted already; `Failed` if the store fails.
    pub async fn delete_message(&self, conversation: ConversationId, seq: Seq) -> Result<(), Refusal> {
        let target = EntryId { conversation, seq }.to_string();
        self.commit("message delete", &target, Write::EraseMessage { conversation, seq }).await.map(drop)
    }

    /// Reports after `after`, ordered by id. The closed ones only if `with_closed`.
    ///
    /// # Errors
    /// `Failed` if the store fails.
    pub async fn reports(&self, with_closed: bool, after: Option<ReportId>, limit: usize) -> Result<Vec<Report>, Refusal> {
        let found = self.services.store.reports(with_closed, after, limit).await;
        found.map_err(|error| RequestError::from(error).into_refusal())
    }

    /// A report, open or closed.
    ///
    /// # Errors
    /// `Failed` if the store fails.
    pub async fn report(&self, id: ReportId) -> Result<Option<Report>, Refusal> {
        let found = self.reports(true, Some(ReportId(id.0.saturating_sub(1))), 1).await?.pop();
        Ok(found.filter(|report| report.id == id))
    }

    /// Closes a report.
    ///
    /// # Errors
    /// `NoSuchMessage` if there is no such report; `Failed` if the store fails.
    pub async fn close_report(&self, report: ReportId) -> Result<(), Refusal> {
        self.commit("reports close", &report.0.to_string(), Write::CloseReport { report, at: self.now() }).await?;
        self.services.reports_changed.notify_one();
        Ok(())
    }
}
