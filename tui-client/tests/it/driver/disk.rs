//! The local data of one client, in memory instead of a file.

use std::collections::BTreeMap;

use papo::event::Event;
use papo::local_data::{LocalChange, LocalData, ScreenPosition};
use papo_shared::model::{ServerId, Username};

/// The local data of a machine, without a file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Disk {
    kept: BTreeMap<(ServerId, Username), LocalData>,
    /// The account whose data changes.
    owner: Option<(ServerId, Username)>,
    pub(crate) is_full: bool,
    /// Reads complete only in [`Driver::finish_reading`](super::Driver::finish_reading).
    pub(super) is_slow: bool,
    /// Results of reads that are not complete.
    pub(super) reading: Vec<Event>,
    /// Changes that wait for space.
    pub(super) waiting: Vec<LocalChange>,
}

impl Disk {
    /// The data of this account, which changes apply to from now on.
    pub(super) fn read(&mut self, server: ServerId, username: Username) -> Event {
        self.owner = Some((server, username.clone()));
        Event::LocalDataLoaded { server, username, found: Ok(self.owned().clone()) }
    }

    fn owned(&mut self) -> &mut LocalData {
        self.kept.entry(self.owner.clone().expect("something was read before")).or_default()
    }

    /// The same disk for another client, with slow or immediate reads.
    pub(crate) fn with_slowness(self, is_slow: bool) -> Self {
        Self { is_slow, reading: Vec::new(), ..self }
    }

    /// The stored position of the account that signed in last.
    pub(crate) fn place(&mut self) -> Option<ScreenPosition> {
        self.owned().place
    }

    /// Frees space, and applies the waiting changes.
    pub(crate) fn recover(&mut self) {
        self.is_full = false;
        for change in std::mem::take(&mut self.waiting) {
            self.apply(change);
        }
    }

    pub(super) fn apply(&mut self, change: LocalChange) {
        let kept = self.owned();
        match change {
            LocalChange::MessageQueued(message) => {
                match kept.unsent.iter_mut().find(|kept| kept.client_id == message.client_id) {
                    Some(kept) => *kept = message,
                    None => kept.unsent.push(message),
                }
            }
            LocalChange::RefusalSet(client_id, refusal) => {
                if let Some(kept) = kept.unsent.iter_mut().find(|kept| kept.client_id == client_id) {
                    kept.refused = refusal;
                }
            }
            LocalChange::MessageRemoved(client_id) => kept.unsent.retain(|kept| kept.client_id != client_id),
            LocalChange::DraftSet(conversation, draft) if draft.is_empty() => {
                kept.drafts.remove(&conversation);
            }
            LocalChange::DraftSet(conversation, draft) => {
                kept.drafts.insert(conversation, draft);
            }
            LocalChange::PositionSet(place) => kept.place = Some(place),
            LocalChange::AllRemoved => *kept = LocalData::default(),
        }
    }
}
