//! Small forms and confirmations over the screen.

use papo_shared::model::{
    ClientId, ConversationId, DeviceId, Fingerprint, GroupInviteId, Person, Seq, ServerId, StatusText, Topic, Username,
    Visibility,
};
use papo_shared::protocol::TotpSecret;

use crate::state::groups::invitation_list::InvitationList;
use crate::state::groups::invites::Invites;
use crate::state::groups::members::MemberList;
use crate::state::phrase::Phrase;
use crate::state::text_input::TextInput;

/// What a prompt asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// The name of a group to create.
    CreateGroup,
    /// A new name for this group.
    RenameGroup(ConversationId),
    /// A new topic for this group.
    SetTopic(ConversationId),
    /// The code of an invite, to join its group.
    JoinGroup,
    /// Whether to leave this group. Only a member can add the user again.
    ConfirmLeave(ConversationId),
    /// Whether to remove a member from a group.
    ConfirmRemove {
        /// The group from which the member is removed.
        group: ConversationId,
        /// The member to remove.
        member: Username,
    },
    /// Whether to make another member the owner of a group.
    HandOver {
        /// The group that gets a new owner.
        group: ConversationId,
        /// The member who becomes the owner.
        member: Username,
    },
    /// Whether to delete this own message, which cannot be undone.
    ConfirmDelete(ConversationId, Seq),
    /// Whether to report this message to the operator of the server, with an optional reason.
    ReportMessage(ConversationId, Seq),
    /// Whether to discard a message that could not be sent.
    ConfirmDiscard(ClientId),
    /// Whether to block this person.
    ConfirmBlock(Username),
    /// Whether to decline the invitation to this group, which cannot be undone.
    ConfirmDecline(ConversationId),
    /// Who finds and joins this group.
    SetVisibility(ConversationId),
    /// For how many days this group's messages are kept.
    SetRetention(ConversationId),
    /// Whether to revoke an invite to a group.
    RevokeInvite {
        /// The group that the invite admits to.
        group: ConversationId,
        /// The invite to revoke.
        invite: GroupInviteId,
    },
    /// Whether to trust the server's certificate, which was not seen before.
    TrustCertificate {
        /// The fingerprint of the certificate.
        certificate: Fingerprint,
        /// The address that presented it, if there are several.
        address: Option<String>,
    },
    /// Whether a server belongs to the community that it claims to be.
    ConfirmCommunity {
        /// The community.
        server: ServerId,
        /// The address of the server.
        address: String,
        /// The addresses at which the community is known. Empty if only a sign-in to it is known.
        known: Vec<String>,
    },
    /// Whether to host a server on this port, although the one that was last there had another identity.
    HostHere {
        /// The port on this machine.
        port: u16,
    },
    /// Whether to sign out a device of the account.
    RevokeDevice {
        /// The device to sign out.
        device: DeviceId,
        /// Whether it is the device that runs this client.
        this: bool,
    },
    /// A reply to a message of the inbox.
    ReplyTo {
        /// The conversation that contains the message.
        conversation: ConversationId,
        /// The message to reply to.
        seq: Seq,
    },
    /// The account's display name and status.
    Profile,
    /// The current password and the new one.
    NewPassword,
    /// The password, to begin turning on the second factor.
    EnableTotp,
    /// The first code of the authenticator app that got this secret.
    ConfirmTotp(TotpSecret),
    /// The password and a code, to turn off the second factor.
    DisableTotp {
        /// The number of unused recovery codes.
        recovery_codes_left: u32,
    },
    /// The password and a code, for new recovery codes.
    ReplaceRecoveryCodes,
    /// The password, and a word that decides about the messages and confirms the deletion of the account.
    DeleteAccount {
        /// Whether a code of the second factor is required, too.
        requires_code: bool,
    },
}

/// A form over the screen with one or two fields, or a confirmation without fields.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// What the prompt asks for.
    pub question: Question,
    /// The fields, each with the translation key of its label.
    pub fields: Vec<(&'static str, TextInput)>,
    /// The visibility of a group, which is chosen below the fields; `None` for other prompts.
    pub visibility: Option<Visibility>,
    /// The index of the field that receives the keys. The visibility is counted after the fields.
    pub focus: usize,
    /// The error of the last attempt.
    pub problem: Option<Phrase>,
    /// Whether the server's reply to the submitted form is outstanding.
    pub is_waiting: bool,
    /// Whether a confirmation received a letter other than its own. It then accepts no letter, because the user is typing text.
    pub is_locked: bool,
    /// The list from which the prompt was opened. It is shown again when the prompt closes.
    pub behind: Option<HiddenList>,
}

/// A list over the screen that is hidden while a prompt is open.
#[derive(Clone, Debug)]
pub enum HiddenList {
    /// The list of a group's members.
    Members(MemberList),
    /// The list of a group's invites.
    Invites(Invites),
    /// The list of pending invitations.
    Invitations(InvitationList),
}

impl Prompt {
    /// Creates a prompt with empty fields.
    #[must_use]
    pub fn new(question: Question) -> Self {
        let visibility = matches!(question, Question::CreateGroup | Question::SetVisibility(_)).then(Visibility::default);
        let fields = match question {
            Question::CreateGroup | Question::RenameGroup(_) => vec![("label-group-name", TextInput::single_line())],
            Question::ReplyTo { .. } => vec![("label-reply", TextInput::single_line())],
            Question::JoinGroup => vec![("label-invite", TextInput::single_line())],
            Question::ReportMessage(..) => vec![("label-reason", TextInput::single_line())],
            Question::SetTopic(_) => vec![("label-topic", TextInput::single_line())],
            Question::SetRetention(_) => vec![("label-days", TextInput::single_line())],
            Question::ConfirmLeave(_)
            | Question::ConfirmDelete(..)
            | Question::ConfirmRemove { .. }
            | Question::ConfirmDiscard(_)
            | Question::ConfirmBlock(_)
            | Question::ConfirmDecline(_)
            | Question::SetVisibility(_)
            | Question::RevokeInvite { .. }
            | Question::HandOver { .. }
            | Question::RevokeDevice { .. } => Vec::new(),
            // The user has to type a word, so that a key meant for the form below does not accept.
            Question::TrustCertificate { .. } | Question::ConfirmCommunity { .. } | Question::HostHere { .. } => {
                vec![("label-type-yes", TextInput::single_line())]
            }
            Question::Profile => {
                vec![("label-display-name", TextInput::single_line()), ("label-status", TextInput::single_line())]
            }
            Question::NewPassword => {
                vec![("label-current-password", TextInput::secret()), ("label-new-password", TextInput::secret())]
            }
            Question::DeleteAccount { requires_code } => {
                let code = requires_code.then(|| ("label-code", TextInput::single_line()));
                let fields = [("label-password", TextInput::secret())].into_iter().chain(code);
                fields.chain([("label-keep-or-delete", TextInput::single_line())]).collect()
            }
            Question::EnableTotp => vec![("label-password", TextInput::secret())],
            Question::ConfirmTotp(_) => vec![("label-code", TextInput::single_line())],
            Question::DisableTotp { .. } | Question::ReplaceRecoveryCodes => {
                vec![("label-password", TextInput::secret()), ("label-code", TextInput::single_line())]
            }
        };
        Self { question, fields, visibility, focus: 0, problem: None, is_waiting: false, is_locked: false, behind: None }
    }

    /// Whether the prompt is a confirmation of an action that cannot be undone. Only the letter of the question accepts it.
    #[must_use]
    pub fn is_confirmation(&self) -> bool {
        self.fields.is_empty() && self.visibility.is_none()
    }

    /// The number of fields, including the visibility.
    #[must_use]
    pub fn field_count(&self) -> usize {
        self.fields.len() + usize::from(self.visibility.is_some())
    }

    /// The visibility, if it receives the keys.
    pub fn focused_visibility_mut(&mut self) -> Option<&mut Visibility> {
        self.visibility.as_mut().filter(|_| self.focus == self.fields.len())
    }

    /// Creates a prompt to change a group's visibility from the current one.
    #[must_use]
    pub fn about_visibility(group: ConversationId, current: Visibility) -> Self {
        Self { visibility: Some(current), ..Self::new(Question::SetVisibility(group)) }
    }

    /// Creates a prompt to change for how many days a group's messages are kept, filled with the current number.
    #[must_use]
    pub fn about_retention(group: ConversationId, days: Option<u32>) -> Self {
        let mut prompt = Self::new(Question::SetRetention(group));
        if let (Some((_, input)), Some(days)) = (prompt.fields.first_mut(), days) {
            input.set(&days.to_string());
        }
        prompt
    }

    /// Creates a prompt to change a group's topic, filled with the current one.
    #[must_use]
    pub fn about_topic(group: ConversationId, topic: Option<&Topic>) -> Self {
        let mut prompt = Self::new(Question::SetTopic(group));
        if let (Some((_, input)), Some(topic)) = (prompt.fields.first_mut(), topic) {
            input.set(topic.as_str());
        }
        prompt
    }

    /// Creates a prompt to change the account's display name and status, filled with the current ones.
    #[must_use]
    pub fn about_oneself(me: &Person) -> Self {
        let mut prompt = Self::new(Question::Profile);
        let status = me.status.as_ref().map(StatusText::as_str).unwrap_or_default();
        for ((_, input), text) in prompt.fields.iter_mut().zip([me.display_name.as_str(), status]) {
            input.set(text);
        }
        prompt
    }

    /// Whether this field may be empty, which removes the topic, the limit or the status, or gives no reason.
    #[must_use]
    pub fn may_be_empty(&self, field: usize) -> bool {
        match self.question {
            Question::SetTopic(_) | Question::SetRetention(_) | Question::ReportMessage(..) => true,
            Question::Profile => field == 1,
            _ => false,
        }
    }
}
