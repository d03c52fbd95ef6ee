//! Computes the items of a picker.

use papo_shared::model::{ConversationId, ConversationKind, Emoji, Seq, Username};

use super::picker::{Choice, Item, PaletteCommandId, Picker, USUAL_REACTIONS};
use crate::state::State;
use crate::state::composer::completion::emoji;
use crate::state::matching::filter_by_name;
use crate::state::navigation::chat::{Row, Side};

impl State {
    /// The items that match the typed text, best match first.
    #[must_use]
    pub fn picker_items(&self, picker: &Picker) -> Vec<Item> {
        if let Choice::Reaction(id, seq) = picker.choice {
            return self.reaction_candidates(id, seq, &picker.filter.text()).into_iter().map(Item::Emoji).collect();
        }
        let candidates = self.candidates(&picker.choice);
        let typed = picker.filter.text();
        filter_by_name(candidates, typed.trim_start_matches(['@', '#']), |item| self.searched_text(&picker.choice, item))
    }

    /// The usual reactions and those that the message already has. If text was typed, the emoji with a name that begins with it.
    fn reaction_candidates(&self, id: ConversationId, seq: Seq, typed: &str) -> Vec<Emoji> {
        let typed = typed.trim().trim_matches(':').to_lowercase();
        if !typed.is_empty() {
            let found = emoji::beginning_with(&typed).into_iter().map(|found| found.emoji);
            let itself = Emoji::parse(&typed).ok();
            return itself.into_iter().chain(found.filter_map(|emoji| Emoji::parse(emoji).ok())).collect();
        }
        let mut offered: Vec<Emoji> = USUAL_REACTIONS.iter().filter_map(|emoji| Emoji::parse(emoji).ok()).collect();
        let message = self.account.conversations.get(&id).and_then(|conversation| conversation.log.message(seq));
        for reaction in message.into_iter().flat_map(|(_, message)| &message.reactions) {
            if !offered.contains(&reaction.emoji) {
                offered.push(reaction.emoji.clone());
            }
        }
        offered
    }

    /// The selected item, or the first if the selected one is no longer in the list.
    #[must_use]
    pub fn picked<'a>(picker: &Picker, items: &'a [Item]) -> Option<&'a Item> {
        picker.selected.as_ref().and_then(|selected| items.iter().find(|item| *item == selected)).or_else(|| items.first())
    }

    fn candidates(&self, choice: &Choice) -> Vec<Item> {
        match choice {
            Choice::Anything => self.all_candidates(),
            Choice::LinkToOpen(links) | Choice::LinkToCopy(links) => (0..links.len()).map(Item::ChoiceEntry).collect(),
            Choice::CodeToCopy(blocks) => (0..blocks.len()).map(Item::ChoiceEntry).collect(),
            _ => self.candidate_rows(choice).into_iter().map(Item::Row).collect(),
        }
    }

    /// The account's conversations, most recently active first, then all commands, then people without a direct conversation.
    fn all_candidates(&self) -> Vec<Item> {
        let recent = self.by_recent_activity().filter_map(|id| self.row_of(id));
        let commands = (0..self.palette_names.len()).map(|index| Item::Command(PaletteCommandId(index)));
        let others = self.known_people().filter(|row| self.conversation_of(row).is_none());
        recent.map(Item::Row).chain(commands).chain(others.map(Item::Row)).collect()
    }

    fn candidate_rows(&self, choice: &Choice) -> Vec<Row> {
        match choice {
            Choice::Anything | Choice::Reaction(..) | Choice::LinkToOpen(_) | Choice::LinkToCopy(_) | Choice::CodeToCopy(_) => {
                Vec::new()
            }
            Choice::Directory => {
                let others = self
                    .account
                    .group_listings
                    .keys()
                    .filter(|id| !self.account.conversations.contains_key(id))
                    .map(|id| Row::Group(*id));
                self.known_people().chain(self.rows(Side::Groups)).chain(others).collect()
            }
            Choice::PersonToChatWith => self.known_people().collect(),
            Choice::GroupToChatIn | Choice::GroupToAddTo => self.rows(Side::Groups),
            Choice::PersonToUnblock => self.account.blocked.iter().cloned().map(Row::Person).collect(),
            Choice::PersonToAdd(group) => {
                let members = self.account.conversations.get(group).and_then(|group| group.members.as_ref());
                let is_member = |name: &Username| members.is_some_and(|members| members.contains(name));
                self.known_people().filter(|row| !matches!(row, Row::Person(name) if is_member(name))).collect()
            }
        }
    }

    /// All known people except the user, in the order of the list of people.
    fn known_people(&self) -> impl Iterator<Item = Row> {
        let mut names: Vec<&Username> =
            self.account.people.iter().map(|p| &p.username).filter(|name| Some(*name) != self.me()).collect();
        names.sort_unstable_by_key(|name| (self.account.people.name_of(name).to_lowercase(), *name));
        names.into_iter().cloned().map(Row::Person)
    }

    fn searched_text(&self, choice: &Choice, item: &Item) -> String {
        match item {
            Item::Row(Row::Person(name)) => format!("{} {name}", self.account.people.name_of(name)),
            Item::Row(Row::Group(id)) => self.group_name_of(*id).to_owned(),
            Item::Command(PaletteCommandId(index)) => self.palette_names.get(*index).cloned().unwrap_or_default(),
            Item::Emoji(emoji) => emoji.to_string(),
            Item::ChoiceEntry(at) => choice.label(*at).to_owned(),
        }
    }

    /// The name of a group, whether or not the account belongs to it. Empty if the group is unknown.
    #[must_use]
    pub fn group_name_of(&self, id: ConversationId) -> &str {
        match (self.account.conversations.get(&id).map(|c| &c.kind), self.account.group_listings.get(&id)) {
            (Some(ConversationKind::Group { name, .. }), _) => name.as_str(),
            (_, Some(listing)) => listing.name.as_str(),
            _ => "",
        }
    }
}
