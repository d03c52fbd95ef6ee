//! Deleting accounts.

use papo_shared::protocol::Refusal;

use super::Operator;
use crate::domain::Account;
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
        let delete = Write::DeleteAccount { account, verified_hash: None, erase_messages, at: self.now() };
        self.commit("user delete", username.as_str(), delete).await?;
        deletion::account_deleted(&self.services, account, username).await.map_err(RequestError::into_refusal)
    }
}
