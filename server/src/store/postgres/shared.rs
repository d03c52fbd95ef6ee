//! What servers that share a database ask it.

use async_trait::async_trait;
use papo_shared::model::DeviceId;

use super::PostgresStore;
use super::read::{devices, news};
use crate::domain::AccountId;
use crate::store::StoreError;
use crate::store::shared::{DeviceEnd, News, NewsPosition, SharedStore};

#[async_trait]
impl SharedStore for PostgresStore {
    async fn news_position(&self) -> Result<NewsPosition, StoreError> {
        Ok(news::position(self.session().await?.connection()).await?)
    }

    async fn news(&self, after: &NewsPosition, accounts: &[AccountId]) -> Result<News, StoreError> {
        Ok(news::after(self.session().await?.connection(), after, accounts).await?)
    }

    async fn ended_devices(&self, devices: &[(AccountId, DeviceId)]) -> Result<Vec<(DeviceId, DeviceEnd)>, StoreError> {
        Ok(devices::ended(self.session().await?.connection(), devices).await?)
    }
}
