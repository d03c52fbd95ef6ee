//! A server with everybody on it, and what ought to be there.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use papo_server::store::Store;
use papo_server::{Config, Limits, Server};
use papo_shared::model::{ClientId, ConversationId, Role, Seq};
use papo_shared::protocol::{
    AddMember, AddReaction, CreateGroup, DeleteMessage, Dismiss, EditMessage, GetConversation, History, LeaveGroup, MarkRead,
    MarkUnread, OpenDirect, RemoveMember, RemoveReaction, Reply, Request, SendMessage,
};

use super::device::Device;
use super::reference::{Conversation, Rank};
use super::unread::{Seen, View};
use super::wire::Wire;
use super::{DEVICES, EMOJI, PEOPLE, Place, Step, shown};
use crate::driver::MINUTE;

/// The name of the group.
const GROUP: &str = "roda";
/// Entries that a client holds at least of an open conversation that has so many.
const FEWEST_HELD: usize = 18;
/// In milliseconds.
const DAY: i64 = 24 * 60 * MINUTE;
pub(super) const DIRECT_ID: ConversationId = ConversationId(1);
pub(super) const GROUP_ID: ConversationId = ConversationId(2);

pub(super) struct World {
    server: Server,
    /// A connection for each, by which they do what needs no screen.
    hands: Vec<Wire>,
    pub(super) devices: Vec<[Device; DEVICES]>,
    pub(super) direct: Conversation,
    pub(super) group: Conversation,
    /// The number of the last text, so that no two are alike.
    said: u32,
    /// In which message the text with a number is.
    pub(super) said_in: BTreeMap<u32, (ConversationId, u64)>,
    /// What each has seen.
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
        let created = hands[0].reply(Request::CreateGroup(CreateGroup { name: GROUP.to_owned() })).await;
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
        let mut world = Self { server, hands, devices, direct, group, said: 0, said_in, seen };
        world.take(&Step::Add { who: 0, whom: 1 }).await.unwrap();
        world
    }

    pub(super) async fn end(self) {
        drop((self.hands, self.devices));
        self.server.stop().await;
    }

    fn place(&mut self, place: Place) -> (ConversationId, &mut Conversation) {
        match place {
            Place::Direct => (DIRECT_ID, &mut self.direct),
            Place::Group => (GROUP_ID, &mut self.group),
        }
    }

    /// The entry so far back, if this one is a member.
    pub(super) fn seq(&mut self, who: usize, place: Place, at: u64) -> Option<u64> {
        let (_, conversation) = self.place(place);
        let first = conversation.members.get(&who)?.first;
        conversation.last().checked_sub(at).filter(|seq| *seq >= first.max(1))
    }

    /// A text that was never said, with somebody named in it.
    fn text(&mut self, names: Option<usize>) -> (String, Vec<usize>) {
        self.said += 1;
        match names {
            Some(who) => (format!("m{}. @{}", self.said, PEOPLE[who]), vec![who]),
            None => (format!("m{}.", self.said), Vec::new()),
        }
    }

    /// Everything happens, and everybody agrees in the end.
    pub(super) async fn tell(&mut self, steps: &[Step]) -> Result<(), String> {
        for step in steps {
            self.take(step).await?;
        }
        self.compare().await
    }

    async fn take(&mut self, step: &Step) -> Result<(), String> {
        let before: Vec<Vec<View>> = self.devices.iter().map(|both| both.iter().map(View::of).collect()).collect();
        self.take_one(step).await;
        self.settle().await;
        self.check_unread(step, &before).map_err(|error| format!("after {step:?}: {error}"))
    }

    async fn take_one(&mut self, step: &Step) {
        match *step {
            Step::Say { who, place, names, reply } => self.say(who, place, names, reply).await,
            Step::Type { who, device, names } => self.type_it(who, device, names),
            Step::Edit { who, place, at, names } => {
                let Some(seq) = self.seq(who, place, at) else { return };
                self.edit(who, place, seq, names).await;
            }
            Step::Delete { who, place, at } => {
                let Some(seq) = self.seq(who, place, at) else { return };
                self.delete(who, place, seq).await;
            }
            Step::React { who, place, at, emoji, on } => {
                let Some(seq) = self.seq(who, place, at) else { return };
                self.react(who, place, seq, EMOJI[emoji], on).await;
            }
            Step::SayMuch { who, place, count } => {
                for _ in 0..count {
                    self.say(who, place, None, None).await;
                }
            }
            Step::ReactMuch { who, place, at, count } => {
                let Some(seq) = self.seq(who, place, at) else { return };
                for n in 0..count {
                    self.react(who, place, seq, EMOJI[0], n % 2 == 0).await;
                }
            }
            Step::EditSome { who, place, count } => self.edit_some(who, place, count).await,
            Step::Add { who, whom } => self.add(who, whom).await,
            Step::Remove { who, whom } => self.remove(who, whom).await,
            Step::Leave { who } => self.leave(who).await,
            Step::Read { who, place, at } => {
                let Some(seq) = self.seq(who, place, at) else { return };
                let (conversation, _) = self.place(place);
                let reply = self.hands[who].reply(Request::MarkRead(MarkRead { conversation, seq: Seq(seq) })).await;
                assert!(matches!(reply, Reply::ReadCursor(_)), "{reply:?}");
            }
            Step::Unread { who, place, at } => {
                let Some(seq) = self.seq(who, place, at) else { return };
                let (conversation, _) = self.place(place);
                let reply = self.hands[who].reply(Request::MarkUnread(MarkUnread { conversation, seq: Seq(seq) })).await;
                assert!(matches!(reply, Reply::ReadCursor(_)), "{reply:?}");
            }
            Step::Dismiss { who, place, at } => self.dismiss(who, place, at).await,
            Step::Open { who, device, place } => {
                if self.place(place).1.members.contains_key(&who) {
                    let name = match place {
                        Place::Direct => PEOPLE[1 - who],
                        Place::Group => GROUP,
                    };
                    self.devices[who][device].open(name);
                }
            }
            Step::Menu { who, device } => self.devices[who][device].press("Esc"),
            Step::Press { who, device, key } => self.devices[who][device].press(key),
            Step::Focus { who, device, focused } => self.devices[who][device].focus(focused),
            Step::Cut { who, device } => {
                if self.devices[who][device].is_connected() {
                    self.devices[who][device].cut();
                }
            }
            Step::Mend { who, device } => self.mend(who, device).await,
            Step::SetClock { who, device, days } => self.devices[who][device].driver.step_wall_clock(days * DAY),
            Step::Resize { who, device, size } => self.devices[who][device].resize(size),
        }
    }

    async fn say(&mut self, who: usize, place: Place, names: Option<usize>, reply: Option<u64>) {
        if !self.place(place).1.members.contains_key(&who) {
            return;
        }
        let (text, names) = self.text(names);
        let reply = reply.and_then(|at| self.seq(who, place, at));
        let (conversation, log) = self.place(place);
        let reply = reply.filter(|seq| log.message(who, *seq).is_some());
        log.say(who, text.clone(), reply, &names);
        let last = log.last();
        self.said_in.insert(self.said, (conversation, last));
        let send = SendMessage { conversation, client_id: ClientId::new(), text, reply_to: reply.map(Seq) };
        let reply = self.hands[who].reply(Request::SendMessage(send)).await;
        assert!(matches!(reply, Reply::MessageStored(_)), "{reply:?}");
    }

    fn type_it(&mut self, who: usize, device: usize, names: Option<usize>) {
        let Some(open) = self.devices[who][device].open_conversation() else { return };
        let (text, named) = self.text(names);
        // A space after a name, so that no list of names lies over the text when it is sent.
        self.devices[who][device].say(&format!("{text} "));
        if !self.devices[who][device].is_connected() {
            return self.devices[who][device].waits.push((open, text));
        }
        self.typed(who, open, text, &named);
    }

    /// What was typed reaches the server, which takes it from members only.
    fn typed(&mut self, who: usize, open: ConversationId, text: String, named: &[usize]) {
        let number = super::device::numbers(&text)[0];
        let log = if open == DIRECT_ID { &mut self.direct } else { &mut self.group };
        if log.members.contains_key(&who) {
            log.say(who, text, None, named);
            self.said_in.insert(number, (open, log.last()));
        }
    }

    async fn mend(&mut self, who: usize, device: usize) {
        if self.devices[who][device].is_connected() {
            return;
        }
        for (open, text) in std::mem::take(&mut self.devices[who][device].waits) {
            let named: Vec<usize> = (0..PEOPLE.len()).filter(|who| text.contains(PEOPLE[*who])).collect();
            self.typed(who, open, text, &named);
        }
        self.devices[who][device].connect(&self.server).await;
    }

    async fn edit(&mut self, who: usize, place: Place, seq: u64, names: Option<usize>) {
        let (text, names) = self.text(names);
        let (conversation, log) = self.place(place);
        let mentions = log.mentions_in(who, seq, &names);
        let Some(message) = log.message(who, seq).filter(|message| message.author == who) else { return };
        // Who is named anew has it before them again; who was named before and has seen to it has not.
        message.dismissed.retain(|seen| message.mentions.contains(seen) || message.reply_to.is_some_and(|(_, to)| to == *seen));
        (message.text, message.mentions, message.edited) = (text.clone(), mentions, true);
        log.add(who, "edited");
        self.said_in.insert(self.said, (conversation, seq));
        self.done(who, Request::EditMessage(EditMessage { conversation, seq: Seq(seq), text })).await;
    }

    async fn edit_some(&mut self, who: usize, place: Place, count: usize) {
        let own = self.place(place).1.messages().filter(|(_, message)| message.author == who && !message.deleted);
        let newest: Vec<u64> = own.map(|(seq, _)| seq).rev().take(count).collect();
        for (n, seq) in newest.into_iter().enumerate() {
            match n % 3 {
                2 => self.delete(who, place, seq).await,
                _ => self.edit(who, place, seq, None).await,
            }
        }
    }

    async fn delete(&mut self, who: usize, place: Place, seq: u64) {
        let (conversation, log) = self.place(place);
        let Some(message) = log.message(who, seq).filter(|message| message.author == who) else { return };
        message.deleted = true;
        message.edited = false;
        message.text.clear();
        message.mentions.clear();
        message.reactions.clear();
        log.add(who, "deleted");
        self.done(who, Request::DeleteMessage(DeleteMessage { conversation, seq: Seq(seq) })).await;
    }

    async fn react(&mut self, who: usize, place: Place, seq: u64, emoji: &'static str, on: bool) {
        let (conversation, log) = self.place(place);
        let Some(message) = log.message(who, seq) else { return };
        let by = message.reactions.entry(emoji).or_default();
        let had = by.contains(&who);
        by.retain(|other| *other != who);
        if on {
            by.push(who);
        }
        message.reactions.retain(|_, by| !by.is_empty());
        // What is so already is no entry.
        if had != on {
            log.add(who, if on { "reacted" } else { "unreacted" });
        }
        let (seq, emoji) = (Seq(seq), emoji.to_owned());
        let request = if on {
            Request::AddReaction(AddReaction { conversation, seq, emoji })
        } else {
            Request::RemoveReaction(RemoveReaction { conversation, seq, emoji })
        };
        self.done(who, request).await;
    }

    async fn add(&mut self, who: usize, whom: usize) {
        if !self.group.members.contains_key(&who) || self.group.members.contains_key(&whom) {
            return;
        }
        self.group.add(who, "added");
        self.group.join(whom, Rank::Member);
        self.done(who, Request::AddMember(AddMember { conversation: GROUP_ID, username: PEOPLE[whom].to_owned() })).await;
    }

    async fn remove(&mut self, who: usize, whom: usize) {
        let ranks = (self.group.members.get(&who), self.group.members.get(&whom));
        let (Some(by), Some(member)) = ranks else { return };
        if who == whom || by.rank < Rank::Admin || by.rank <= member.rank {
            return;
        }
        self.group.add(who, "removed");
        self.group.members.remove(&whom);
        self.done(who, Request::RemoveMember(RemoveMember { conversation: GROUP_ID, username: PEOPLE[whom].to_owned() })).await;
    }

    async fn leave(&mut self, who: usize) {
        let Some(left) = self.group.members.get(&who).copied() else { return };
        if self.group.members.len() == 1 {
            // Nobody could come back to it, and the rest of the history would be of nobody.
            return;
        }
        self.group.add(who, "left");
        self.group.members.remove(&who);
        if left.rank == Rank::Owner {
            let heir = self.group.members.values_mut().min_by_key(|member| (std::cmp::Reverse(member.rank), member.first));
            heir.unwrap().rank = Rank::Owner;
        }
        self.done(who, Request::LeaveGroup(LeaveGroup { conversation: GROUP_ID })).await;
    }

    async fn dismiss(&mut self, who: usize, place: Place, at: u64) {
        let Some(seq) = self.seq(who, place, at) else { return };
        let (conversation, log) = self.place(place);
        if let Some(message) = log.message(who, seq) {
            message.dismissed.push(who);
        }
        let reply = self.hands[who].reply(Request::Dismiss(Dismiss { conversation, seq: Seq(seq) })).await;
        assert!(matches!(reply, Reply::ReadCursor(_) | Reply::Refused(_)), "{reply:?}");
    }

    async fn done(&mut self, who: usize, request: Request) {
        let reply = self.hands[who].reply(request.clone()).await;
        assert_eq!(reply, Reply::Done, "{request:?} by {}", PEOPLE[who]);
    }

    /// Everything arrives everywhere.
    async fn settle(&mut self) {
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

    /// Whether everybody agrees.
    pub(super) async fn compare(&mut self) -> Result<(), String> {
        for who in 0..PEOPLE.len() {
            for device in 0..DEVICES {
                self.devices[who][device].resize((80, 24));
                self.take(&Step::Mend { who, device }).await?;
            }
        }
        for who in 0..PEOPLE.len() {
            self.compare_counts(who).await?;
        }
        for who in 0..PEOPLE.len() {
            self.compare_logs(who).await?;
        }
        Ok(())
    }

    /// What each client of somebody says of their conversations, unopened.
    async fn compare_counts(&mut self, who: usize) -> Result<(), String> {
        let fresh = Device::sign_in(&self.server, PEOPLE[who]).await;
        for (id, log) in [(DIRECT_ID, &self.direct), (GROUP_ID, &self.group)] {
            let shown: Vec<_> = self.devices[who].iter().chain([&fresh]).collect();
            let shown: Vec<_> =
                shown.iter().map(|device| device.conversations().find(|one| one.id == id).map(shown::summary)).collect();
            let Some(member) = log.members.get(&who) else {
                same("no member", PEOPLE[who], &shown.iter().flatten().count(), &0)?;
                continue;
            };
            let reply = self.hands[who].reply(Request::GetConversation(GetConversation { conversation: id })).await;
            let Reply::Conversation(told) = reply else { return Err(format!("{reply:?}")) };
            let read = told.read_seq.0;
            let role = match (id, member.rank) {
                (DIRECT_ID, _) => None,
                (_, Rank::Member) => Some(Role::Member),
                (_, Rank::Admin) => Some(Role::Admin),
                (_, Rank::Owner) => Some(Role::Owner),
            };
            let expected = shown::Summary {
                name: if id == DIRECT_ID { PEOPLE[1 - who].to_owned() } else { GROUP.to_owned() },
                members: u32::try_from(log.members.len()).unwrap(),
                role,
                first_seq: Seq(member.first),
                last_seq: Seq(log.last()),
                read_seq: Seq(read),
                unread: u32::try_from(log.unread(who, read)).unwrap(),
                mentions: u32::try_from(log.mentions(who, read)).unwrap(),
            };
            for (client, summary) in ["a first device", "a second device", "a fresh client"].iter().zip(shown) {
                same(client, PEOPLE[who], &summary.as_ref(), &Some(&expected))?;
            }
        }
        Ok(())
    }

    /// What each client of somebody shows of the logs.
    async fn compare_logs(&mut self, who: usize) -> Result<(), String> {
        let mut fresh = Device::sign_in(&self.server, PEOPLE[who]).await;
        for (id, place, name) in [(DIRECT_ID, Place::Direct, PEOPLE[1 - who.min(1)]), (GROUP_ID, Place::Group, GROUP)] {
            if !self.place(place).1.members.contains_key(&who) {
                continue;
            }
            let kept = self.stored(who, id).await?;
            let expected = self.place(place).1.seen_by(who, |who| PEOPLE[who].to_owned());
            same("the server", PEOPLE[who], &kept, &expected)?;

            // What changes a message has a number and no row: it is in the message.
            let visible = self.place(place).1.rows_for(who, |who| PEOPLE[who].to_owned());

            fresh.open(name);
            fresh.settle().await;
            for device in 0..DEVICES {
                self.devices[who][device].open(name);
            }
            self.settle().await;
            for device in self.devices[who].iter().chain([&fresh]) {
                same_where_held(device, id, PEOPLE[who], &visible)?;
            }
            fresh.press("End");
            fresh.settle().await;
            for device in 0..DEVICES {
                self.devices[who][device].press("End");
            }
            self.settle().await;
            for device in self.devices[who].iter().chain([&fresh]) {
                let conversation = same_where_held(device, id, PEOPLE[who], &visible)?;
                if !visible.is_empty() {
                    same("how far a client is", PEOPLE[who], &conversation.log.last(), &Some(conversation.last_seq))?;
                }
            }
        }
        Ok(())
    }

    /// What the server has of a conversation for a member, each entry in a line.
    async fn stored(&mut self, who: usize, conversation: ConversationId) -> Result<Vec<String>, String> {
        let (mut lines, mut after) = (Vec::new(), Seq(0));
        loop {
            let history = History { conversation, after: Some(after), before: None, limit: Some(200) };
            let reply = self.hands[who].reply(Request::History(history)).await;
            let Reply::Entries(page) = reply else { return Err(format!("{reply:?}")) };
            lines.extend(page.entries.iter().map(shown::line));
            match page.entries.last() {
                Some(last) if page.more => after = last.seq,
                _ => return Ok(lines),
            }
        }
    }
}

/// Between the first and the last entry that a client holds there is what ought to be there, and it holds a screen of it.
fn same_where_held<'a>(
    device: &'a Device,
    id: ConversationId,
    whose: &str,
    rows: &[(u64, String)],
) -> Result<&'a papo::state::conversations::conversation::Conversation, String> {
    let conversation = device.conversations().find(|one| one.id == id).ok_or("a conversation is missing")?;
    let held: Vec<String> = conversation.log.entries().iter().map(shown::line).collect();
    let expected: Vec<String> =
        rows.iter().filter(|(seq, _)| conversation.log.holds(Seq(*seq))).map(|(_, line)| line.clone()).collect();
    same("what a client holds", whose, &held, &expected)?;
    if held.len() < rows.len().min(FEWEST_HELD) {
        return Err(format!("a client of {whose} holds {} of {} entries", held.len(), rows.len()));
    }
    Ok(conversation)
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, whose: &str, got: &T, expected: &T) -> Result<(), String> {
    if got == expected { Ok(()) } else { Err(format!("{what} of {whose}:\n     got {got:#?}\nexpected {expected:#?}")) }
}
