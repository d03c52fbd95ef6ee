//! Banning networks.

use std::time::Duration;

use papo_shared::model::Timestamp;
use papo_shared::protocol::{Event, Refusal};
use tokio::time::sleep;

use super::{NewBan, Operator};
use crate::domain::{Ban, BannedNetwork, banned_refusal};
use crate::requests::RequestError;
use crate::store::Write;

/// How often the stored bans are read. Another server may have made or removed one.
const INTERVAL: Duration = Duration::from_secs(30);

impl Operator {
    /// Bans a network for this many milliseconds, in place of an earlier ban of it, and closes its sessions.
    ///
    /// # Errors
    /// `Failed` if the store fails.
    pub async fn ban(&self, network: BannedNetwork, valid_ms: i64, reason: String) -> Result<NewBan, Refusal> {
        let (created_by, created_at) = (self.by.to_string(), self.now());
        let until = Timestamp(created_at.0.saturating_add(valid_ms));
        let ban = Ban { network, until, reason, created_by, created_at };
        self.commit("ban add", &network.to_string(), Write::AddBan(ban)).await?;
        self.enforce_bans().await?;
        let closed_sessions = self.sessions.close_network(network, &Event::Refused(banned_refusal(until, created_at)));
        Ok(NewBan { until, closed_sessions })
    }

    /// Removes the ban of a network. Returns whether there was one.
    ///
    /// # Errors
    /// `Failed` if the store fails.
    pub async fn remove_ban(&self, network: BannedNetwork) -> Result<bool, Refusal> {
        if !self.bans().await?.iter().any(|ban| ban.network == network) {
            return Ok(false);
        }
        self.commit("ban remove", &network.to_string(), Write::RemoveBan { network, at: self.now() }).await?;
        self.enforce_bans().await?;
        Ok(true)
    }

    /// The bans that have not expired, ordered by network.
    ///
    /// # Errors
    /// `Failed` if the store fails.
    pub async fn bans(&self) -> Result<Vec<Ban>, Refusal> {
        let mut bans = self.services.store.bans().await.map_err(|error| RequestError::from(error).into_refusal())?;
        let now = self.now();
        bans.retain(|ban| ban.until > now);
        bans.sort_by_key(|ban| ban.network);
        Ok(bans)
    }

    /// Enforces the bans that were made on other servers as well, until the task is aborted.
    pub(crate) async fn follow_bans(&self) {
        loop {
            sleep(INTERVAL).await;
            let Ok(new) = self.enforce_bans().await else { continue };
            for Ban { network, until, .. } in new {
                self.sessions.close_network(network, &Event::Refused(banned_refusal(until, self.now())));
            }
        }
    }

    /// From now on, connections are checked against the stored bans. Gives those of networks that were not banned before.
    async fn enforce_bans(&self) -> Result<Vec<Ban>, Refusal> {
        let mut bans = self.bans().await?;
        let new = self.services.bans.replace(&bans);
        bans.retain(|ban| new.contains(&ban.network));
        Ok(bans)
    }
}
