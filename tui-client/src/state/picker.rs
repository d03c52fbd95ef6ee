//! Choosing from a list by typing part of a name.

use papo_shared::model::{ConversationId, ConversationKind, Emoji, Seq, Username};

use super::State;
use super::chat::{Row, Side};
use super::completion::emoji;
use super::matching::matching;
use super::text_input::TextInput;
use crate::code::Code;
use crate::link_target::LinkTarget;

/// What is being chosen, and so what happens with the choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// A conversation, somebody, or something to do.
    Anything,
    /// Anybody and any group, to look at and to talk with.
    Directory,
    /// Somebody to chat with.
    SomebodyToChatWith,
    /// A group to chat in.
    GroupToChatIn,
    /// A group to add somebody to.
    GroupToAddTo,
    /// Somebody to hear from again.
    SomebodyToUnblock,
    /// Somebody to add to this group.
    SomebodyToAdd(ConversationId),
    /// A reaction to this message.
    Reaction(ConversationId, Seq),
    /// Which of these links to open.
    LinkToOpen(Vec<LinkTarget>),
    /// Which of these links to copy.
    LinkToCopy(Vec<LinkTarget>),
    /// Which of these blocks of code to copy.
    CodeToCopy(Vec<Code>),
}

/// One of the things that can be chosen. An identity, so that a selection survives whatever the list does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// Somebody, or a group.
    Row(Row),
    /// Something to do.
    Command(PaletteCommandId),
    /// An emoji.
    Emoji(Emoji),
    /// One of the things that the choice itself holds, by its place.
    Offered(usize),
}

/// Something to do, by its place in the keymap's table of deeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaletteCommandId(pub usize);

/// A list over the screen, narrowed by typing.
#[derive(Clone, Debug)]
pub struct Picker {
    /// What is being chosen.
    pub choice: Choice,
    /// What was typed.
    pub filter: TextInput,
    /// What is selected; none means the first.
    pub selected: Option<Item>,
}

/// The reactions that are offered first, each by its digit.
pub const USUAL_REACTIONS: [&str; 6] = ["👍", "❤️", "😂", "🎉", "😮", "😢"];

impl Picker {
    /// Whether a digit takes one of the usual reactions.
    #[must_use]
    pub fn offers_usual_reactions(&self) -> bool {
        matches!(self.choice, Choice::Reaction(..)) && self.filter.is_empty()
    }
}

impl Choice {
    /// What one of the things is called that the choice itself holds: a link, or the first line of code.
    #[must_use]
    pub fn offered(&self, at: usize) -> &str {
        let called = match self {
            Self::LinkToOpen(links) | Self::LinkToCopy(links) => links.get(at).map(LinkTarget::as_str),
            Self::CodeToCopy(blocks) => {
                blocks.get(at).map(|code| code.text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim())
            }
            _ => None,
        };
        called.unwrap_or_default()
    }
}

impl Picker {
    /// A list of everything that can be chosen.
    #[must_use]
    pub fn new(choice: Choice) -> Self {
        Self { choice, filter: TextInput::single_line(), selected: None }
    }
}

impl State {
    /// What can be chosen and matches what was typed, the best match first.
    #[must_use]
    pub fn picker_items(&self, picker: &Picker) -> Vec<Item> {
        if let Choice::Reaction(id, seq) = picker.choice {
            return self.reactions_to_choose(id, seq, &picker.filter.text()).into_iter().map(Item::Emoji).collect();
        }
        let candidates = self.candidates(&picker.choice);
        let typed = picker.filter.text();
        matching(candidates, typed.trim_start_matches(['@', '#']), |item| self.searched_text(&picker.choice, item))
    }

    /// The usual reactions and those the message has, or the emoji of which a name begins with what was typed.
    fn reactions_to_choose(&self, id: ConversationId, seq: Seq, typed: &str) -> Vec<Emoji> {
        let typed = typed.trim().trim_matches(':').to_lowercase();
        if !typed.is_empty() {
            let found = emoji::beginning_with(&typed).into_iter().map(|found| found.emoji);
            let itself = Emoji::parse(&typed).ok();
            return itself.into_iter().chain(found.filter_map(|emoji| Emoji::parse(emoji).ok())).collect();
        }
        let mut offered: Vec<Emoji> = USUAL_REACTIONS.iter().filter_map(|emoji| Emoji::parse(emoji).ok()).collect();
        let message = self.conversations.get(&id).and_then(|conversation| conversation.log.message(seq));
        for reaction in message.into_iter().flat_map(|(_, message)| &message.reactions) {
            if !offered.contains(&reaction.emoji) {
                offered.push(reaction.emoji.clone());
            }
        }
        offered
    }

    /// What is selected among these.
    #[must_use]
    pub fn picked<'a>(picker: &Picker, items: &'a [Item]) -> Option<&'a Item> {
        picker.selected.as_ref().and_then(|selected| items.iter().find(|item| *item == selected)).or_else(|| items.first())
    }

    fn candidates(&self, choice: &Choice) -> Vec<Item> {
        match choice {
            Choice::Anything => self.anything(),
            Choice::LinkToOpen(links) | Choice::LinkToCopy(links) => (0..links.len()).map(Item::Offered).collect(),
            Choice::CodeToCopy(blocks) => (0..blocks.len()).map(Item::Offered).collect(),
            _ => self.candidate_rows(choice).into_iter().map(Item::Row).collect(),
        }
    }

    /// One's conversations, those that were last alive first; then what can be done, and everybody else.
    fn anything(&self) -> Vec<Item> {
        let lately = self.by_last_life().filter_map(|id| self.row_of(id));
        let commands = (0..self.palette_names.len()).map(|index| Item::Command(PaletteCommandId(index)));
        let others = self.known_people().filter(|row| self.conversation_of(row).is_none());
        lately.map(Item::Row).chain(commands).chain(others.map(Item::Row)).collect()
    }

    fn candidate_rows(&self, choice: &Choice) -> Vec<Row> {
        match choice {
            Choice::Anything | Choice::Reaction(..) | Choice::LinkToOpen(_) | Choice::LinkToCopy(_) | Choice::CodeToCopy(_) => {
                Vec::new()
            }
            Choice::Directory => {
                let others =
                    self.group_listings.keys().filter(|id| !self.conversations.contains_key(id)).map(|id| Row::Group(*id));
                self.known_people().chain(self.rows(Side::Groups)).chain(others).collect()
            }
            Choice::SomebodyToChatWith => self.known_people().collect(),
            Choice::GroupToChatIn | Choice::GroupToAddTo => self.rows(Side::Groups),
            Choice::SomebodyToUnblock => self.blocked.iter().cloned().map(Row::Person).collect(),
            Choice::SomebodyToAdd(group) => {
                let members = self.conversations.get(group).and_then(|group| group.members.as_ref());
                let is_member = |name: &Username| members.is_some_and(|members| members.contains(name));
                self.known_people().filter(|row| !matches!(row, Row::Person(name) if is_member(name))).collect()
            }
        }
    }

    /// Everybody heard of but oneself, in the order of the list.
    fn known_people(&self) -> impl Iterator<Item = Row> {
        let mut names: Vec<&Username> = self.people.iter().map(|p| &p.username).filter(|name| Some(*name) != self.me()).collect();
        names.sort_unstable_by_key(|name| (self.people.name_of(name).to_lowercase(), *name));
        names.into_iter().cloned().map(Row::Person)
    }

    fn searched_text(&self, choice: &Choice, item: &Item) -> String {
        match item {
            Item::Row(Row::Person(name)) => format!("{} {name}", self.people.name_of(name)),
            Item::Row(Row::Group(id)) => self.group_name_of(*id).to_owned(),
            Item::Command(PaletteCommandId(index)) => self.palette_names.get(*index).cloned().unwrap_or_default(),
            Item::Emoji(emoji) => emoji.to_string(),
            Item::Offered(at) => choice.offered(*at).to_owned(),
        }
    }

    /// The name of a group, one's own or another.
    #[must_use]
    pub fn group_name_of(&self, id: ConversationId) -> &str {
        match (self.conversations.get(&id).map(|c| &c.kind), self.group_listings.get(&id)) {
            (Some(ConversationKind::Group { name, .. }), _) => name.as_str(),
            (_, Some(listing)) => listing.name.as_str(),
            _ => "",
        }
    }
}
