//! The accounts and groups of the bench.

use papo_server::domain::AccountRef;
use papo_server::store::{Outcome, Store, Write};
use papo_shared::model::{ClientId, ConversationId, DisplayName, GroupName, MessageText, Timestamp, Username, Visibility};

pub(crate) const SENDERS: usize = 64;
const GROUPS: usize = 20;

/// Writes per transaction while it is created.
const BATCH: usize = 256;

/// Groups that have all accounts as members, of which the first are senders.
pub(crate) struct Community {
    pub(crate) senders: Vec<AccountRef>,
    pub(crate) groups: Vec<ConversationId>,
}

impl Community {
    pub(crate) async fn create(store: &dyn Store, members: u32) -> Self {
        let (accounts, at) = (members.max(SENDERS as u32), Timestamp(0));
        let names: Vec<Username> = (0..accounts).map(|number| Username::parse(&spelled(number)).unwrap()).collect();
        let create = |username: &Username| Write::CreateAccount {
            username: username.clone(),
            display_name: DisplayName::parse(username.as_str()).unwrap(),
            password_hash: String::new(),
            device: None,
            invite: None,
            at,
        };
        let created = commit(store, names.iter().map(create).collect()).await;
        let ids = created.into_iter().map(|outcome| match outcome {
            Outcome::AccountCreated(id, _) => id,
            outcome => panic!("expected an account, got {outcome:?}"),
        });
        let accounts: Vec<_> = ids.zip(names).map(|(id, username)| AccountRef { id, username }).collect();
        let (creator, others) = (accounts[0].clone(), &accounts[1..]);
        let create = |number: usize| Write::CreateGroup {
            creator: creator.clone(),
            name: GroupName::parse(&format!("group {}", spelled(number as u32))).unwrap(),
            visibility: Visibility::Public,
            at,
        };
        let groups = commit(store, (0..GROUPS).map(create).collect()).await.into_iter().map(|outcome| match outcome {
            Outcome::Posted(posted) => posted.conversation,
            outcome => panic!("expected a group, got {outcome:?}"),
        });
        let groups: Vec<ConversationId> = groups.collect();
        let join =
            |conversation| others.iter().map(move |member| Write::JoinPublicGroup { conversation, member: member.clone(), at });
        for joined in commit(store, groups.iter().copied().flat_map(join).collect()).await {
            assert!(matches!(joined, Outcome::Posted(_)), "{joined:?}");
        }
        Self { senders: accounts.into_iter().take(SENDERS).collect(), groups }
    }

    /// A new message by this sender, in any group.
    pub(crate) fn message(&self, sender: usize) -> Write {
        let number: u32 = rand::random();
        Write::AppendMessage {
            conversation: self.groups[number as usize % GROUPS],
            author: self.senders[sender].clone(),
            client_id: ClientId::new(),
            text: MessageText::parse(&text(number)).unwrap(),
            reply_to: None,
            at: Timestamp(0),
        }
    }
}

/// A text of ten words, two of them rare.
pub(crate) fn text(number: u32) -> String {
    format!("the build of {} is green again after {} small changes", number % 10_000, number % 997)
}

/// Names whose letters differ, since digits that look like letters count as the same name.
fn spelled(number: u32) -> String {
    let digits = number.to_string();
    digits.chars().map(|digit| char::from(b'b' + digit as u8 - b'0')).chain("a name".chars().filter(|c| *c != ' ')).collect()
}

async fn commit(store: &dyn Store, writes: Vec<Write>) -> Vec<Outcome> {
    let mut outcomes = Vec::with_capacity(writes.len());
    for batch in writes.chunks(BATCH) {
        outcomes.extend(store.commit(batch.to_vec()).await.unwrap());
    }
    outcomes
}
