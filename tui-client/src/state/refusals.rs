//! The text for each reason why a request or an input is refused.

use papo_shared::model::limits::{
    MAX_DISPLAY_NAME_CHARS, MAX_GROUP_NAME_CHARS, MAX_MESSAGE_BYTES, MAX_PASSWORD_BYTES, MAX_USERNAME_CHARS, MIN_PASSWORD_CHARS,
};
use papo_shared::model::search::{MAX_SEARCH_CHARS, MAX_SEARCH_PARTS, QueryProblem};
use papo_shared::model::{NameProblem, PasswordProblem, TextProblem};
use papo_shared::protocol::Refusal;

use super::phrase::Phrase;

/// Explains a refusal by the server: what happened, why, and what the user can do next.
pub fn explain(refusal: &Refusal) -> Phrase {
    match refusal {
        Refusal::WrongCredentials => Phrase::new("refused-wrong-credentials"),
        Refusal::SecondFactorRequired => Phrase::new("refused-second-factor-required"),
        Refusal::WrongCode => Phrase::new("refused-wrong-code"),
        Refusal::TotpAlreadyEnabled => Phrase::new("refused-totp-already-enabled"),
        Refusal::TotpNotEnabled => Phrase::new("refused-totp-not-enabled"),
        Refusal::UsernameInvalid { problem } => name_problem(*problem),
        Refusal::UsernameTaken => Phrase::new("refused-username-taken"),
        Refusal::UsernameTooAlike => Phrase::new("refused-username-too-alike"),
        Refusal::RegistrationClosed => Phrase::new("refused-registration-closed"),
        Refusal::InviteNeeded => Phrase::new("refused-invite-needed"),
        Refusal::InviteInvalid => Phrase::new("refused-invite-invalid"),
        Refusal::StatusTooLong { max_chars } => Phrase::new("refused-status-too-long").number("max", *max_chars as u64),
        Refusal::DisplayNameInvalid { problem } => display_name_problem(*problem),
        Refusal::PasswordInvalid { problem } => password_problem(*problem),
        Refusal::AccountSuspended => Phrase::new("refused-account-suspended"),
        Refusal::TokenUnknown => Phrase::new("refused-token-unknown"),
        Refusal::NoSuchDevice => Phrase::new("refused-no-such-device"),
        Refusal::NoSuchUser => Phrase::new("refused-no-such-user"),
        Refusal::CannotTargetSelf => Phrase::new("refused-that-is-you"),
        Refusal::AccountDeleted => Phrase::new("refused-account-deleted"),
        Refusal::UnblockFirst => Phrase::new("refused-unblock-first"),
        Refusal::TooManyBlocked { max } => Phrase::new("refused-too-many-blocked").number("max", *max as u64),
        Refusal::NotAllowed => Phrase::new("refused-not-allowed"),
        Refusal::NoSuchMember => Phrase::new("refused-no-such-member"),
        Refusal::TopicTooLong { max_chars } => Phrase::new("refused-topic-too-long").number("max", *max_chars as u64),
        Refusal::TooManyInvites { max } => Phrase::new("refused-too-many-invites").number("max", *max as u64),
        Refusal::NotAMember => Phrase::new("refused-not-a-member"),
        Refusal::NotAGroup => Phrase::new("refused-not-a-group"),
        Refusal::AlreadyAMember => Phrase::new("refused-already-a-member"),
        Refusal::GroupNameInvalid { problem } => group_name_problem(*problem),
        Refusal::GroupNameTaken => Phrase::new("refused-group-name-taken"),
        Refusal::GroupNameTooAlike => Phrase::new("refused-group-name-too-alike"),
        Refusal::NoSuchInvitation => Phrase::new("refused-no-such-invitation"),
        Refusal::InvitationDeclined => Phrase::new("refused-invitation-declined"),
        Refusal::InvitationsFull { max } => Phrase::new("refused-invitations-full").number("max", *max as u64),
        Refusal::TooManyInvitations { max } => Phrase::new("refused-too-many-invitations").number("max", *max as u64),
        Refusal::NotPublic => Phrase::new("refused-not-public"),
        Refusal::GroupFull { max } => Phrase::new("refused-group-full").number("max", *max as u64),
        Refusal::TooManyConversations { max } => Phrase::new("refused-too-many-conversations").number("max", *max as u64),
        Refusal::TextEmpty => Phrase::new("refused-text-empty"),
        Refusal::TextTooLong { max_bytes } => Phrase::new("refused-text-too-long").number("kib", *max_bytes as u64 / 1024),
        Refusal::NoSuchMessage => Phrase::new("refused-no-such-message"),
        Refusal::NotYours => Phrase::new("refused-not-yours"),
        Refusal::TooManyEdits { max } => Phrase::new("refused-too-many-edits").number("max", *max as u64),
        Refusal::EmojiInvalid => Phrase::new("refused-emoji-invalid"),
        Refusal::TooManyReactions { max } => Phrase::new("refused-too-many-reactions").number("max", *max as u64),
        Refusal::ReactionsFull { max } => Phrase::new("refused-reactions-full").number("max", *max as u64),
        Refusal::ReasonTooLong { max_chars } => Phrase::new("refused-reason-too-long").number("max", *max_chars as u64),
        Refusal::TooManyReports { max } => Phrase::new("refused-too-many-reports").number("max", *max as u64),
        Refusal::QueryInvalid { problem } => query_problem(*problem),
        Refusal::TooFast { retry_after_ms } | Refusal::Busy { retry_after_ms } => {
            Phrase::new("refused-busy").number("seconds", retry_after_ms.div_ceil(1000))
        }
        Refusal::QuotaReached { max_bytes, max_messages, retry_after_ms } => Phrase::new("refused-quota-reached")
            .number("messages", *max_messages)
            .number("mib", max_bytes.div_ceil(1024 * 1024))
            .number("hours", retry_after_ms.div_ceil(3_600_000)),
        Refusal::StorageLow { max_bytes } => Phrase::new("refused-storage-low").number("kib", max_bytes / 1024),
        Refusal::Failed { retry_after_ms: Some(_) } => Phrase::new("refused-unavailable"),
        Refusal::Failed { retry_after_ms: None } => Phrase::new("refused-failed"),
        Refusal::OutcomeUnknown => Phrase::new("refused-outcome-unknown"),
        Refusal::AddressBanned { retry_after_ms } => {
            Phrase::new("refused-address-banned").number("hours", retry_after_ms.div_ceil(3_600_000))
        }
        Refusal::TlsRequired => Phrase::new("refused-tls-required"),
        Refusal::UnsupportedProtocol { .. } => Phrase::new("refused-unsupported-protocol"),
        // Only a client that violates the protocol gets these; the user cannot do anything about them.
        Refusal::LineTooLong { .. }
        | Refusal::NotUtf8
        | Refusal::NotJson { .. }
        | Refusal::UnknownType
        | Refusal::WrongFields { .. }
        | Refusal::HelloFirst
        | Refusal::SignInFirst
        | Refusal::AlreadySignedIn
        | Refusal::ClientIdReused
        | Refusal::Other => Phrase::new("refused-other"),
    }
}

/// Explains why a username is invalid.
pub fn name_problem(problem: NameProblem) -> Phrase {
    match problem {
        NameProblem::Empty => Phrase::new("problem-empty-field"),
        NameProblem::TooLong => Phrase::new("refused-name-too-long").number("max", MAX_USERNAME_CHARS as u64),
        NameProblem::MixedScripts => Phrase::new("refused-username-mixed-scripts"),
        NameProblem::Reserved => Phrase::new("refused-name-reserved"),
        NameProblem::Characters | NameProblem::Other => Phrase::new("refused-username-characters"),
    }
}

/// Explains why a display name is invalid.
pub fn display_name_problem(problem: NameProblem) -> Phrase {
    line_problem(problem, MAX_DISPLAY_NAME_CHARS)
}

/// Explains why a text cannot be sent as a message.
#[must_use]
pub fn text_problem(problem: TextProblem) -> Phrase {
    explain(&match problem {
        TextProblem::Empty => Refusal::TextEmpty,
        TextProblem::TooLong => Refusal::TextTooLong { max_bytes: MAX_MESSAGE_BYTES },
    })
}

/// Explains why a group name is invalid.
pub fn group_name_problem(problem: NameProblem) -> Phrase {
    line_problem(problem, MAX_GROUP_NAME_CHARS)
}

fn line_problem(problem: NameProblem, max_chars: usize) -> Phrase {
    match problem {
        NameProblem::Empty => Phrase::new("problem-empty-field"),
        NameProblem::TooLong => Phrase::new("refused-name-too-long").number("max", max_chars as u64),
        NameProblem::Reserved => Phrase::new("refused-name-reserved"),
        NameProblem::Characters | NameProblem::MixedScripts | NameProblem::Other => Phrase::new("refused-name-characters"),
    }
}

/// Explains why a search query is invalid.
pub fn query_problem(problem: QueryProblem) -> Phrase {
    match problem {
        QueryProblem::Empty => Phrase::new("refused-query-empty"),
        QueryProblem::TooLong => Phrase::new("refused-query-too-long").number("max", MAX_SEARCH_CHARS as u64),
        QueryProblem::TooMany => Phrase::new("refused-query-too-many").number("max", MAX_SEARCH_PARTS as u64),
        QueryProblem::Date => Phrase::new("refused-query-date"),
        QueryProblem::Has => Phrase::new("refused-query-has"),
        QueryProblem::Other => Phrase::new("refused-query-other"),
    }
}

/// Explains why a password is not accepted.
pub fn password_problem(problem: PasswordProblem) -> Phrase {
    match problem {
        PasswordProblem::TooShort => Phrase::new("refused-password-too-short").number("min", MIN_PASSWORD_CHARS as u64),
        PasswordProblem::TooLong => Phrase::new("refused-password-too-long").number("max", MAX_PASSWORD_BYTES as u64),
        PasswordProblem::IsUsername => Phrase::new("refused-password-is-username"),
        PasswordProblem::TooWeak | PasswordProblem::Other => Phrase::new("refused-password-too-weak"),
    }
}
