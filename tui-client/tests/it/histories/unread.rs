//! Checks unread messages after each step: the count equals that of the reference, the read cursor passes no message that its
//! reader did not have on a screen, and the *new* line is directly before the first unread message.

use std::collections::BTreeMap;

use papo::state::conversations::conversation::{Conversation, Scroll};
use papo_shared::model::{ConversationId, Seq};

use super::device::Device;
use super::reference;
use super::seen::Seen;
use super::steps::{PEOPLE, Step, Target};
use super::world::{DIRECT_ID, GROUP_ID, World};

/// A device before a step.
pub(super) struct View {
    read: BTreeMap<ConversationId, Seq>,
    /// The conversation whose end is on the screen of a terminal that has the focus.
    at_end_of: Option<ConversationId>,
}

impl View {
    pub(super) fn of(device: &Device) -> Self {
        let at_end = device.looked_at().filter(|open| open.scroll == Scroll::AtEnd);
        Self { read: device.conversations().map(|one| (one.id, one.read_seq)).collect(), at_end_of: at_end.map(|open| open.id) }
    }
}

impl World {
    /// Checks the unread messages of all people on all devices.
    pub(super) fn check_unread(&mut self, step: &Step, before: &[Vec<View>]) -> Result<(), String> {
        for who in 0..PEOPLE.len() {
            self.note_seen(who, step, &before[who]);
            for (id, log) in [(DIRECT_ID, &self.direct), (GROUP_ID, &self.group)] {
                if !log.members.contains_key(&who) {
                    continue;
                }
                let seen = self.seen.entry((who, id)).or_default();
                for (device, before) in self.devices[who].iter().zip(&before[who]) {
                    let Some(conversation) = device.conversations().find(|one| one.id == id) else { continue };
                    let check = || -> Result<(), String> {
                        if device.is_connected() {
                            check_count(who, conversation, log)?;
                        }
                        check_cursor(who, conversation, log, seen)
                    };
                    check().map_err(|error| explain(&error, who, conversation, before, device))?;
                }
            }
        }
        let Step::Open { who, device, target } = *step else { return Ok(()) };
        self.check_new_line(who, device, target, &before[who][device])
    }

    /// Records what a person has seen in this step.
    fn note_seen(&mut self, who: usize, step: &Step, before: &[View]) {
        for device in &mut self.devices[who] {
            for (id, seq) in std::mem::take(&mut device.seen).iter().filter_map(|number| self.said_in.get(number)) {
                self.seen.entry((who, *id)).or_default().messages.insert(*seq);
            }
        }
        if let Step::Read { who: reader, target, at } = *step
            && reader == who
            && let Some(seq) = self.seq(who, target, at)
        {
            let id = if target == Target::Direct { DIRECT_ID } else { GROUP_ID };
            self.see_up_to(who, id, seq);
        }
        for (device, before) in before.iter().enumerate() {
            if let Some((id, seq)) = self.passed_at_the_end(who, device, step, before) {
                self.see_up_to(who, id, seq);
            }
        }
    }

    fn see_up_to(&mut self, who: usize, id: ConversationId, seq: u64) {
        let seen = self.seen.entry((who, id)).or_default();
        seen.up_to = seen.up_to.max(seq);
    }

    /// The entry up to which everything counts as seen, because the person was at the end when it arrived or went there, and no
    /// entry is missing between the read ones and the loaded ones. Pressing End again at the end reads everything.
    fn passed_at_the_end(&self, who: usize, device: usize, step: &Step, before: &View) -> Option<(ConversationId, u64)> {
        let open = self.devices[who][device].looked_at()?;
        let is_here = |other: usize, its: usize| (other, its) == (who, device);
        let goes = match *step {
            Step::Type { who, device, .. } => is_here(who, device),
            Step::Press { who, device, key: "End" } => is_here(who, device),
            _ => false,
        };
        let comes = matches!(*step, Step::Open { who, device, .. } | Step::Mend { who, device } if is_here(who, device));
        let stood = before.at_end_of == Some(open.id);
        let begins = open.log.first()?;
        let reaches = before.read.get(&open.id).is_some_and(|read| begins <= read.next().max(open.first_seq));
        let asks_again = stood && matches!(*step, Step::Press { key: "End", .. }) && goes;
        let passes = open.scroll == Scroll::AtEnd && (asks_again || (reaches && (goes || (stood && !comes))));
        passes.then(|| (open.id, open.log.last().unwrap_or_default().0))
    }

    /// Checks that opening a conversation shows where the unread messages begin. A reader who stands further up stays there, and
    /// gets the line when the first unread message is loaded.
    fn check_new_line(&self, who: usize, device: usize, target: Target, before: &View) -> Result<(), String> {
        let (id, log) = if target == Target::Direct { (DIRECT_ID, &self.direct) } else { (GROUP_ID, &self.group) };
        let device = &self.devices[who][device];
        let (Some(open), Some(read)) = (device.looked_at(), before.read.get(&id)) else { return Ok(()) };
        if open.id != id || !device.is_connected() || !log.members.contains_key(&who) {
            return Ok(());
        }
        let first_unread = log.to_read(who).map(|(seq, _)| Seq(seq)).find(|seq| seq > read);
        let stands_before = open.new_after.map(Seq::next);
        let is_loaded = |first: Seq| open.log.last().is_some_and(|last| last >= first);
        let is_awaited = stands_before.is_none() && open.scroll != Scroll::AtEnd && !first_unread.is_some_and(is_loaded);
        if stands_before == first_unread || is_awaited {
            return Ok(());
        }
        let what = format!("the new line stands before {stands_before:?}, but the first unread message is {first_unread:?}");
        Err(explain(&what, who, open, before, device))
    }
}

fn check_count(who: usize, conversation: &Conversation, log: &reference::Conversation) -> Result<(), String> {
    let read = conversation.read_seq.0;
    let (unread, mentions) = (log.unread(who, read), log.mentions(who, read));
    let shown = (conversation.unread as usize, conversation.mentions as usize);
    if conversation.has_stale_count() || conversation.last_seq.0 != log.last() {
        return Err("the client is not caught up".to_owned());
    }
    if shown == (unread, mentions) { Ok(()) } else { Err(format!("{shown:?} are unread, not {:?}", (unread, mentions))) }
}

fn check_cursor(who: usize, conversation: &Conversation, log: &reference::Conversation, seen: &Seen) -> Result<(), String> {
    let read = log.to_read(who).map(|(seq, _)| seq).take_while(|seq| *seq <= conversation.read_seq.0);
    match read.filter(|seq| *seq > seen.up_to).find(|seq| !seen.messages.contains(seq)) {
        None => Ok(()),
        Some(seq) => Err(format!("the read cursor passed message {seq}, which was on no screen")),
    }
}

fn explain(what: &str, who: usize, conversation: &Conversation, before: &View, device: &Device) -> String {
    format!(
        "{what}; {} in {:?}: read {} (before the step {:?}), held {:?} to {:?} of {}, {:?}\n{}",
        PEOPLE[who],
        conversation.id,
        conversation.read_seq,
        before.read.get(&conversation.id),
        conversation.log.first(),
        conversation.log.last(),
        conversation.last_seq,
        conversation.scroll,
        device.driver.screen()
    )
}
