//! A server with all people signed in, and the reference that says what it should contain.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use papo_server::store::Store;
use papo_server::{Config, Limits, Server};
use papo_shared::model::ConversationId;
use papo_shared::protocol::{CreateGroup, OpenDirect, Reply, Request};

use super::device::Device;
use super::reference::{Conversation, Rank};
use super::seen::Seen;
use super::steps::{DEVICES, PEOPLE, Target};
use super::wire::Wire;

/// The name of the group.
pub(super) const GROUP: &str = "roda";
pub(super) const DIRECT_ID: ConversationId = ConversationId(1);
pub(super) const GROUP_ID: ConversationId = ConversationId(2);

pub(super) struct World {
    pub(super) server: Server,
    /// One connection per person, for actions that need no screen.
    pub(super) hands: Vec<Wire>,
    pub(super) devices: Vec<[Device; DEVICES]>,
    pub(super) direct: Conversation,
    pub(super) group: Conversation,
    /// Number of the last text; each text contains its number.
    pub(super) said: u32,
    /// The message that contains the text with a number.
    pub(super) said_in: BTreeMap<u32, (ConversationId, u64)>,
    /// What each person has seen of each conversation.
    pub(super) seen: BTreeMap<(usize, ConversationId), Seen>,
}

impl World {
    pub(super) async fn begin(dir: &Path, store: Arc<dyn Store>) -> Self {
        let limits =
            Limits { registrations_per_hour_by_address: 1_000, sign_ins_per_minute_by_address: 1_000, ..Limits::default() };
        let config = Config {
            password_cost: 4,
            limits,
            closing_grace: Duration::from_millis(50),
            ..Config::new("127.0.0.1:0".parse().unwrap(), dir.to_owned())
        };
        let server = Server::start_on(config, store).await.unwrap();
        let mut hands = Vec::new();
        for name in PEOPLE {
            hands.push(Wire::register(&server, name).await);
        }
        let opened = hands[0].reply(Request::OpenDirect(OpenDirect { username: PEOPLE[1].to_owned() })).await;
        assert!(matches!(opened, Reply::Conversation(summary) if summary.conversation == DIRECT_ID));
        let created = hands[0].reply(Request::CreateGroup(CreateGroup { name: GROUP.to_owned(), visibility: None })).await;
        assert!(matches!(created, Reply::Conversation(summary) if summary.conversation == GROUP_ID));
        let (mut direct, mut group) = (Conversation::default(), Conversation::default());
        for who in [0, 1] {
            direct.members.insert(who, super::reference::Member { first: 1, rank: Rank::Member });
        }
        group.add(0, "created");
        group.join(0, Rank::Owner);
        let mut devices = Vec::new();
        for name in PEOPLE {
            devices.push([Device::sign_in(&server, name).await, Device::sign_in(&server, name).await]);
        }
        let (said_in, seen) = (BTreeMap::new(), BTreeMap::new());
        Self { server, hands, devices, direct, group, said: 0, said_in, seen }
    }

    pub(super) async fn end(self) {
        drop((self.hands, self.devices));
        self.server.stop().await;
    }

    pub(super) fn target(&mut self, target: Target) -> (ConversationId, &mut Conversation) {
        match target {
            Target::Direct => (DIRECT_ID, &mut self.direct),
            Target::Group => (GROUP_ID, &mut self.group),
        }
    }

    /// The entry `at` positions before the newest, if this person is a member.
    pub(super) fn seq(&mut self, who: usize, target: Target, at: u64) -> Option<u64> {
        let (_, conversation) = self.target(target);
        let first = conversation.members.get(&who)?.first;
        conversation.last().checked_sub(at).filter(|seq| *seq >= first.max(1))
    }

    /// A unique text, optionally with a mention.
    pub(super) fn text(&mut self, names: Option<usize>) -> (String, Vec<usize>) {
        self.said += 1;
        match names {
            Some(who) => (format!("m{}. @{}", self.said, PEOPLE[who]), vec![who]),
            None => (format!("m{}.", self.said), Vec::new()),
        }
    }

    pub(super) async fn done(&mut self, who: usize, request: Request) {
        let reply = self.hands[who].reply(request.clone()).await;
        assert_eq!(reply, Reply::Done, "{request:?} by {}", PEOPLE[who]);
    }

    /// Delivers everything that is in transit.
    pub(super) async fn settle(&mut self) {
        for device in self.devices.iter_mut().flatten() {
            device.wait(1_000);
        }
        loop {
            let mut anything = false;
            for device in self.devices.iter_mut().flatten() {
                anything |= device.carry().await;
            }
            if !anything {
                return;
            }
        }
    }
}
