//! A small form over the screen.

use papo_shared::model::{ConversationId, DeviceId, Fingerprint, Seq};

use super::phrase::Phrase;
use super::text_input::TextInput;

/// What is being asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// The name of a new group.
    NameOfNewGroup,
    /// Another name for this group.
    NewNameOf(ConversationId),
    /// Whether to leave this group, which only its members can undo.
    ReallyLeave(ConversationId),
    /// Whether to believe the server's certificate, which was not seen before.
    BelieveCertificate(Fingerprint),
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
}

impl Prompt {
    /// An empty form.
    #[must_use]
    pub fn new(question: Question) -> Self {
        let fields = match question {
            Question::NameOfNewGroup | Question::NewNameOf(_) => vec![("label-group-name", TextInput::single_line())],
            Question::ReallyLeave(_) | Question::RevokeDevice { .. } => Vec::new(),
            Question::AnswerTo { .. } => vec![("label-answer", TextInput::single_line())],
            // A word to type: a key that was meant for the form below must not answer this.
            Question::BelieveCertificate(_) => vec![("label-type-yes", TextInput::single_line())],
            Question::NewPassword => {
                vec![("label-current-password", TextInput::secret()), ("label-new-password", TextInput::secret())]
            }
        };
        Self { question, fields, focus: 0, problem: None, waiting: false }
    }
}
