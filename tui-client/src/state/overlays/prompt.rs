//! A small form over the screen.

use papo_shared::model::{
    ClientId, ConversationId, DeviceId, Fingerprint, GroupInviteId, Person, Seq, StatusText, Topic, Username,
};

use crate::state::groups::invites::Invites;
use crate::state::groups::members::MemberList;
use crate::state::phrase::Phrase;
use crate::state::text_input::TextInput;

/// What is being asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// The name of a new group.
    NameOfNewGroup,
    /// Another name for this group.
    NewNameOf(ConversationId),
    /// What this group is about.
    TopicOf(ConversationId),
    /// The code of an invite to a group.
    JoinGroup,
    /// Whether to leave this group, which only its members can undo.
    ReallyLeave(ConversationId),
    /// Whether to take somebody out of a group.
    ReallyRemove {
        /// Of which group.
        group: ConversationId,
        /// Whom.
        member: Username,
    },
    /// Whether to give a group away.
    HandOver {
        /// Which group.
        group: ConversationId,
        /// To whom.
        member: Username,
    },
    /// Whether to take back this message of one's own, which nothing can undo.
    ReallyDelete(ConversationId, Seq),
    /// Whether to give up a message that could not be sent.
    ReallyDiscard(ClientId),
    /// Whether to block this person.
    ReallyBlock(Username),
    /// Whether to revoke an invite to a group.
    RevokeInvite {
        /// The group.
        group: ConversationId,
        /// The invite.
        invite: GroupInviteId,
    },
    /// Whether to believe the server's certificate, which was not seen before.
    BelieveCertificate(Fingerprint),
    /// Whether to host a chat on this port, although the server that was there last is another one.
    HostHere {
        /// The port of this machine.
        port: u16,
    },
    /// Whether to sign out a device of one's own.
    RevokeDevice {
        /// Which one.
        device: DeviceId,
        /// Whether it is the one in use.
        this: bool,
    },
    /// What to answer to a message of the inbox.
    AnswerTo {
        /// Where it was said.
        conversation: ConversationId,
        /// Which message.
        seq: Seq,
    },
    /// How one wants to be called, and what one is up to.
    Profile,
    /// The password that holds now, and the one to come.
    NewPassword,
}

/// A small form over the screen: a field or two, or none where the question is whether to.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// What is being asked for.
    pub question: Question,
    /// Each field, with the key of its label.
    pub fields: Vec<(&'static str, TextInput)>,
    /// Where the keys go.
    pub focus: usize,
    /// What was wrong with the answer.
    pub problem: Option<Phrase>,
    /// Whether the server is being asked.
    pub waiting: bool,
    /// Whether a confirmation got another letter than its own. It takes no answer then: somebody is typing a text.
    pub is_locked: bool,
    /// The list from which it was asked; it is shown again afterwards.
    pub behind: Option<ListBehind>,
}

/// A list over the screen that a form hides for a while.
#[derive(Clone, Debug)]
pub enum ListBehind {
    /// The members of a group.
    Members(MemberList),
    /// The invites to a group.
    Invites(Invites),
}

impl Prompt {
    /// An empty form.
    #[must_use]
    pub fn new(question: Question) -> Self {
        let fields = match question {
            Question::NameOfNewGroup | Question::NewNameOf(_) => vec![("label-group-name", TextInput::single_line())],
            Question::AnswerTo { .. } => vec![("label-reply", TextInput::single_line())],
            Question::JoinGroup => vec![("label-invite", TextInput::single_line())],
            Question::TopicOf(_) => vec![("label-topic", TextInput::single_line())],
            Question::ReallyLeave(_)
            | Question::ReallyDelete(..)
            | Question::ReallyRemove { .. }
            | Question::ReallyDiscard(_)
            | Question::ReallyBlock(_)
            | Question::RevokeInvite { .. }
            | Question::HandOver { .. }
            | Question::RevokeDevice { .. } => Vec::new(),
            // A word to type: a key that was meant for the form below must not answer this.
            Question::BelieveCertificate(_) | Question::HostHere { .. } => vec![("label-type-yes", TextInput::single_line())],
            Question::Profile => {
                vec![("label-display-name", TextInput::single_line()), ("label-status", TextInput::single_line())]
            }
            Question::NewPassword => {
                vec![("label-current-password", TextInput::secret()), ("label-new-password", TextInput::secret())]
            }
        };
        Self { question, fields, focus: 0, problem: None, waiting: false, is_locked: false, behind: None }
    }

    /// Whether it asks for a yes to something that cannot be undone. A letter of its own says yes, and no other key.
    #[must_use]
    pub fn is_confirmation(&self) -> bool {
        self.fields.is_empty()
    }

    /// A form with what this group is about, to be changed.
    #[must_use]
    pub fn about_topic(group: ConversationId, topic: Option<&Topic>) -> Self {
        let mut prompt = Self::new(Question::TopicOf(group));
        if let (Some((_, input)), Some(topic)) = (prompt.fields.first_mut(), topic) {
            input.set(topic.as_str());
        }
        prompt
    }

    /// A form with what one says about oneself, to be changed.
    #[must_use]
    pub fn about_oneself(me: &Person) -> Self {
        let mut prompt = Self::new(Question::Profile);
        let status = me.status.as_ref().map(StatusText::as_str).unwrap_or_default();
        for ((_, input), text) in prompt.fields.iter_mut().zip([me.display_name.as_str(), status]) {
            input.set(text);
        }
        prompt
    }

    /// Whether this field may stay empty: what it says is taken away then.
    #[must_use]
    pub fn may_be_empty(&self, field: usize) -> bool {
        matches!((&self.question, field), (Question::TopicOf(_), _) | (Question::Profile, 1))
    }
}
