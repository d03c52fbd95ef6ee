//! Performs the steps of a history, in the world and in the reference.

use papo_shared::model::{ClientId, ConversationId, Seq};
use papo_shared::protocol::{
    AcceptInvitation, AddMember, AddReaction, DeleteMessage, Dismiss, EditMessage, LeaveGroup, MarkRead, MarkUnread,
    RemoveMember, RemoveReaction, Reply, Request, SendMessage,
};

use super::reference::Rank;
use super::steps::{EMOJI, PEOPLE, Step, Target};
use super::world::{DIRECT_ID, GROUP, GROUP_ID, World};
use crate::driver::MINUTE;

/// One day, in milliseconds.
const DAY: i64 = 24 * 60 * MINUTE;

impl World {
    pub(super) async fn take_one(&mut self, step: &Step) {
        match *step {
            Step::Say { who, target, names, reply } => self.say(who, target, names, reply).await,
            Step::Type { who, device, names } => self.type_it(who, device, names),
            Step::Edit { who, target, at, names } => {
                let Some(seq) = self.seq(who, target, at) else { return };
                self.edit(who, target, seq, names).await;
            }
            Step::Delete { who, target, at } => {
                let Some(seq) = self.seq(who, target, at) else { return };
                self.delete(who, target, seq).await;
            }
            Step::React { who, target, at, emoji, on } => {
                let Some(seq) = self.seq(who, target, at) else { return };
                self.react(who, target, seq, EMOJI[emoji], on).await;
            }
            Step::SayMuch { who, target, count } => {
                for _ in 0..count {
                    self.say(who, target, None, None).await;
                }
            }
            Step::ReactMuch { who, target, at, count } => {
                let Some(seq) = self.seq(who, target, at) else { return };
                for n in 0..count {
                    self.react(who, target, seq, EMOJI[0], n % 2 == 0).await;
                }
            }
            Step::EditSome { who, target, count } => self.edit_some(who, target, count).await,
            Step::Add { who, whom } => self.add(who, whom).await,
            Step::Remove { who, whom } => self.remove(who, whom).await,
            Step::Leave { who } => self.leave(who).await,
            Step::Read { who, target, at } => {
                let Some(seq) = self.seq(who, target, at) else { return };
                let (conversation, _) = self.target(target);
                let reply = self.hands[who].reply(Request::MarkRead(MarkRead { conversation, seq: Seq(seq) })).await;
                assert!(matches!(reply, Reply::ReadCursor(_)), "{reply:?}");
            }
            Step::Unread { who, target, at } => {
                let Some(seq) = self.seq(who, target, at) else { return };
                let (conversation, _) = self.target(target);
                let reply = self.hands[who].reply(Request::MarkUnread(MarkUnread { conversation, seq: Seq(seq) })).await;
                assert!(matches!(reply, Reply::ReadCursor(_)), "{reply:?}");
            }
            Step::Dismiss { who, target, at } => self.dismiss(who, target, at).await,
            Step::Open { who, device, target } => {
                if self.target(target).1.members.contains_key(&who) {
                    let name = match target {
                        Target::Direct => PEOPLE[1 - who],
                        Target::Group => GROUP,
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

    async fn say(&mut self, who: usize, target: Target, names: Option<usize>, reply: Option<u64>) {
        if !self.target(target).1.members.contains_key(&who) {
            return;
        }
        let (text, names) = self.text(names);
        let reply = reply.and_then(|at| self.seq(who, target, at));
        let (conversation, log) = self.target(target);
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
        // A space after a mention closes the completion list.
        self.devices[who][device].say(&format!("{text} "));
        if !self.devices[who][device].is_connected() {
            return self.devices[who][device].waits.push((open, text));
        }
        self.typed(who, open, text, &named);
    }

    /// Records a typed message that reaches the server, which accepts messages from members only.
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

    async fn edit(&mut self, who: usize, target: Target, seq: u64, names: Option<usize>) {
        let (text, names) = self.text(names);
        let (conversation, log) = self.target(target);
        let mentions = log.mentions_in(who, seq, &names);
        let Some(message) = log.message(who, seq).filter(|message| message.author == who) else { return };
        // A dismissed item returns to the inbox only of users who are newly mentioned.
        message.dismissed.retain(|seen| message.mentions.contains(seen) || message.reply_to.is_some_and(|(_, to)| to == *seen));
        (message.text, message.mentions, message.edited) = (text.clone(), mentions, true);
        log.add(who, "edited");
        self.said_in.insert(self.said, (conversation, seq));
        self.done(who, Request::EditMessage(EditMessage { conversation, seq: Seq(seq), text })).await;
    }

    async fn edit_some(&mut self, who: usize, target: Target, count: usize) {
        let own = self.target(target).1.messages().filter(|(_, message)| message.author == who && !message.deleted);
        let newest: Vec<u64> = own.map(|(seq, _)| seq).rev().take(count).collect();
        for (n, seq) in newest.into_iter().enumerate() {
            match n % 3 {
                2 => self.delete(who, target, seq).await,
                _ => self.edit(who, target, seq, None).await,
            }
        }
    }

    async fn delete(&mut self, who: usize, target: Target, seq: u64) {
        let (conversation, log) = self.target(target);
        let Some(message) = log.message(who, seq).filter(|message| message.author == who) else { return };
        message.deleted = true;
        message.edited = false;
        message.text.clear();
        message.mentions.clear();
        message.reactions.clear();
        log.add(who, "deleted");
        self.done(who, Request::DeleteMessage(DeleteMessage { conversation, seq: Seq(seq) })).await;
    }

    async fn react(&mut self, who: usize, target: Target, seq: u64, emoji: &'static str, on: bool) {
        let (conversation, log) = self.target(target);
        let Some(message) = log.message(who, seq) else { return };
        let by = message.reactions.entry(emoji).or_default();
        let had = by.contains(&who);
        by.retain(|other| *other != who);
        if on {
            by.push(who);
        }
        message.reactions.retain(|_, by| !by.is_empty());
        // Without a change there is no entry.
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
        let add = AddMember { conversation: GROUP_ID, username: PEOPLE[whom].to_owned() };
        if self.hands[who].reply(Request::AddMember(add)).await == Reply::Invited {
            let accept = Request::AcceptInvitation(AcceptInvitation { conversation: GROUP_ID });
            assert!(matches!(self.hands[whom].reply(accept).await, Reply::Conversation(_)));
        }
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
            // Otherwise no member could return to the group, and the rest of the history would test nothing.
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

    async fn dismiss(&mut self, who: usize, target: Target, at: u64) {
        let Some(seq) = self.seq(who, target, at) else { return };
        let (conversation, log) = self.target(target);
        if let Some(message) = log.message(who, seq) {
            message.dismissed.push(who);
        }
        let reply = self.hands[who].reply(Request::Dismiss(Dismiss { conversation, seq: Seq(seq) })).await;
        assert!(matches!(reply, Reply::ReadCursor(_) | Reply::Refused(_)), "{reply:?}");
    }
}
