//! Blocks between users, and the resulting permission to write.

use papo_shared::model::ConversationId;
use papo_shared::protocol::Refusal;

use super::state::{Log, State};
use crate::domain::{AccountId, Who, rules};
use crate::store::{BlockSet, Outcome};

impl State {
    /// Whether `by` has blocked `whom`.
    pub(super) fn has_blocked(&self, by: AccountId, whom: AccountId) -> bool {
        self.blocks.contains(&(by, whom))
    }

    pub(super) fn block(&mut self, by: AccountId, whom: &Who) -> Result<Outcome, Refusal> {
        if self.has_blocked(by, whom.id) {
            return Ok(Outcome::Done);
        }
        rules::may_block_another(self.blocks.iter().filter(|(blocker, _)| *blocker == by).count())?;
        self.blocks.push((by, whom.id));
        Ok(changed(by, whom, true))
    }

    pub(super) fn unblock(&mut self, by: AccountId, whom: &Who) -> Result<Outcome, Refusal> {
        if !self.has_blocked(by, whom.id) {
            return Ok(Outcome::Done);
        }
        self.blocks.retain(|block| *block != (by, whom.id));
        Ok(changed(by, whom, false))
    }

    /// Checks that a member may write in a conversation.
    pub(super) fn may_write(&self, log: &Log, account: AccountId) -> Result<(), Refusal> {
        let peer = log.members.iter().find(|other| log.name.is_none() && other.account != account);
        let Some(peer) = peer.map(|peer| peer.account) else { return Ok(()) };
        rules::may_write(self.has_blocked(account, peer), self.has_blocked(peer, account))
    }

    /// The conversation, for a member who may write in it.
    pub(super) fn log_to_write(&mut self, id: ConversationId, account: AccountId) -> Result<&mut Log, Refusal> {
        let log = rules::as_member(self.own(account, id))?;
        self.may_write(log, account)?;
        self.log(id, account)
    }
}

fn changed(by: AccountId, whom: &Who, blocked: bool) -> Outcome {
    Outcome::BlockChanged(BlockSet { by, username: whom.username.clone(), blocked })
}
