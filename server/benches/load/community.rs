//! Accounts and conversations that are inserted into a store before a server opens it. Usernames serve as device
//! tokens, so that signing in requires no password hash.

use papo_server::clock::{Clock, SystemClock};
use papo_server::domain::{AccountId, AccountRef, TokenHash};
use papo_server::store::sqlite::SqliteStore;
use papo_server::store::{NewDevice, Outcome, Store, Write};
use papo_shared::model::{ClientId, ConversationId, DisplayName, GroupName, MessageText, Timestamp, Username, Visibility};

use crate::texts::Texts;

const BATCH: usize = 512;

/// Conversations of equal size, without common members. Member `n` of conversation `m` is number `m * members + n`;
/// the first member of each is the sender.
pub(crate) struct Community {
    pub(crate) people: Vec<AccountRef>,
    pub(crate) conversations: Vec<ConversationId>,
    /// Number of members of each conversation.
    pub(crate) members: usize,
}

impl Community {
    /// Creates the accounts with groups or, if `members` is 2, with direct conversations.
    pub(crate) async fn prepare(store: &SqliteStore, conversations: usize, members: usize) -> Self {
        let accounts = (0..conversations * members).map(|number| Write::CreateAccount {
            username: username(number),
            display_name: DisplayName::parse(&token(number)).unwrap(),
            password_hash: String::new(),
            device: Some(NewDevice { token: TokenHash::of(&token(number)), name: String::new().into() }),
            invite: None,
            at: Timestamp(0),
        });
        let ids = commit(store, accounts.collect()).await.into_iter().map(|outcome| match outcome {
            Outcome::AccountCreated(id, _) => id,
            other => panic!("{other:?}"),
        });
        let people: Vec<AccountRef> = ids.enumerate().map(|(number, id)| AccountRef { id, username: username(number) }).collect();
        let mut this = Self { people, conversations: Vec::new(), members };
        this.conversations = if members == 2 { this.open_directs(store).await } else { this.create_groups(store).await };
        this
    }

    /// A message by the first member of a conversation.
    pub(crate) fn message(&self, conversation: usize, texts: &mut Texts) -> Write {
        Write::AppendMessage {
            conversation: self.conversations[conversation],
            author: self.people[conversation * self.members].clone(),
            client_id: ClientId::new(),
            text: MessageText::parse(&texts.body()).unwrap(),
            reply_to: None,
            at: SystemClock.now(),
        }
    }

    async fn open_directs(&self, store: &SqliteStore) -> Vec<ConversationId> {
        let id = |who: &AccountRef| -> AccountId { who.id };
        let pairs =
            self.people.chunks(2).map(|pair| Write::OpenDirect { one: id(&pair[0]), other: id(&pair[1]), at: Timestamp(0) });
        let outcomes = commit(store, pairs.collect()).await;
        outcomes.into_iter().map(conversation).collect()
    }

    async fn create_groups(&self, store: &SqliteStore) -> Vec<ConversationId> {
        let groups = self.people.chunks(self.members).enumerate();
        let create = groups.clone().map(|(number, group)| Write::CreateGroup {
            creator: group[0].clone(),
            name: GroupName::parse(&format!("group {number}")).unwrap(),
            visibility: Visibility::Public,
            at: Timestamp(0),
        });
        let conversations: Vec<_> = commit(store, create.collect()).await.into_iter().map(conversation).collect();
        let join = groups.flat_map(|(number, group)| {
            let conversation = conversations[number];
            let members = group[1..].iter().cloned();
            members.map(move |member| Write::JoinPublicGroup { conversation, member, at: Timestamp(0) })
        });
        for outcome in commit(store, join.collect()).await {
            conversation(outcome);
        }
        conversations
    }
}

/// The device token of an account; also its username.
pub(crate) fn token(number: usize) -> String {
    format!("person{number}")
}

fn username(number: usize) -> Username {
    Username::parse(&token(number)).unwrap()
}

fn conversation(outcome: Outcome) -> ConversationId {
    match outcome {
        Outcome::DirectOpened(conversation) => conversation,
        Outcome::Posted(posted) => posted.conversation,
        other => panic!("{other:?}"),
    }
}

async fn commit(store: &SqliteStore, writes: Vec<Write>) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    for batch in writes.chunks(BATCH) {
        outcomes.extend(store.commit(batch.to_vec()).await.unwrap());
    }
    outcomes
}
