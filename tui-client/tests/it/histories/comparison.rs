//! Compares what the server and all clients of a person have with the reference.

use papo_shared::model::{ConversationId, Role, Seq};
use papo_shared::protocol::{GetConversation, History, Reply, Request};

use super::device::Device;
use super::reference::Rank;
use super::shown;
use super::steps::{DEVICES, PEOPLE, Target};
use super::world::{DIRECT_ID, GROUP, GROUP_ID, World};

/// Minimum number of entries that a client holds of an open conversation, if it has that many.
const FEWEST_HELD: usize = 18;

impl World {
    /// Compares the summaries of unopened conversations on all clients of a person.
    pub(super) async fn compare_counts(&mut self, who: usize) -> Result<(), String> {
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
            let Reply::Conversation(summary) = reply else { return Err(format!("{reply:?}")) };
            let read = summary.read_seq.0;
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

    /// Compares the logs on all clients of a person, and on the server.
    pub(super) async fn compare_logs(&mut self, who: usize) -> Result<(), String> {
        let mut fresh = Device::sign_in(&self.server, PEOPLE[who]).await;
        for (id, target, name) in [(DIRECT_ID, Target::Direct, PEOPLE[1 - who.min(1)]), (GROUP_ID, Target::Group, GROUP)] {
            if !self.target(target).1.members.contains_key(&who) {
                continue;
            }
            let kept = self.stored(who, id).await?;
            let expected = self.target(target).1.seen_by(who, |who| PEOPLE[who].to_owned());
            same("the server", PEOPLE[who], &kept, &expected)?;

            // A change of a message has a number but no row; it is part of the message.
            let visible = self.target(target).1.rows_for(who, |who| PEOPLE[who].to_owned());

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

    /// The server's entries of a conversation as this member sees them, one line each.
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

/// Compares the range of entries that a client holds, which must be at least one screen.
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
