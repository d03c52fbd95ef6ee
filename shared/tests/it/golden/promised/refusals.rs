//! Golden lines of all refusals.

use papo_shared::model::search::QueryProblem;
use papo_shared::model::{NameProblem, PasswordProblem};
use papo_shared::protocol::Refusal;

use crate::golden::samples::Golden;

/// The fields of each refusal other than `id` and `type`.
pub(in crate::golden) fn refusals() -> Golden<Refusal> {
    let detail = || "x".to_owned();
    vec![
        (r#""code":"line_too_long","max_bytes":8192"#, Refusal::LineTooLong { max_bytes: 8192 }),
        (r#""code":"not_utf8""#, Refusal::NotUtf8),
        (r#""code":"not_json","detail":"x""#, Refusal::NotJson { detail: detail() }),
        (r#""code":"unknown_type""#, Refusal::UnknownType),
        (r#""code":"wrong_fields","detail":"x""#, Refusal::WrongFields { detail: detail() }),
        (r#""code":"tls_required""#, Refusal::TlsRequired),
        (r#""code":"hello_first""#, Refusal::HelloFirst),
        (r#""code":"unsupported_protocol","supported":1"#, Refusal::UnsupportedProtocol { supported: 1 }),
        (r#""code":"sign_in_first""#, Refusal::SignInFirst),
        (r#""code":"already_signed_in""#, Refusal::AlreadySignedIn),
        (r#""code":"too_fast","retry_after_ms":9"#, Refusal::TooFast { retry_after_ms: 9 }),
        (r#""code":"busy","retry_after_ms":9"#, Refusal::Busy { retry_after_ms: 9 }),
        (
            r#""code":"quota_reached","max_bytes":67108864,"max_messages":100000,"retry_after_ms":9"#,
            Refusal::QuotaReached { max_bytes: 67_108_864, max_messages: 100_000, retry_after_ms: 9 },
        ),
        (r#""code":"storage_low","max_bytes":4096"#, Refusal::StorageLow { max_bytes: 4096 }),
        (r#""code":"failed""#, Refusal::Failed),
        (r#""code":"outcome_unknown""#, Refusal::OutcomeUnknown),
        (r#""code":"username_invalid","problem":"empty""#, Refusal::UsernameInvalid { problem: NameProblem::Empty }),
        (r#""code":"username_invalid","problem":"too_long""#, Refusal::UsernameInvalid { problem: NameProblem::TooLong }),
        (r#""code":"username_invalid","problem":"characters""#, Refusal::UsernameInvalid { problem: NameProblem::Characters }),
        (
            r#""code":"username_invalid","problem":"mixed_scripts""#,
            Refusal::UsernameInvalid { problem: NameProblem::MixedScripts },
        ),
        (r#""code":"username_invalid","problem":"reserved""#, Refusal::UsernameInvalid { problem: NameProblem::Reserved }),
        (r#""code":"username_taken""#, Refusal::UsernameTaken),
        (r#""code":"username_too_alike""#, Refusal::UsernameTooAlike),
        (r#""code":"registration_closed""#, Refusal::RegistrationClosed),
        (r#""code":"invite_needed""#, Refusal::InviteNeeded),
        (r#""code":"invite_invalid""#, Refusal::InviteInvalid),
        (r#""code":"display_name_invalid","problem":"empty""#, Refusal::DisplayNameInvalid { problem: NameProblem::Empty }),
        (r#""code":"status_too_long","max_chars":80"#, Refusal::StatusTooLong { max_chars: 80 }),
        (r#""code":"password_invalid","problem":"too_short""#, Refusal::PasswordInvalid { problem: PasswordProblem::TooShort }),
        (r#""code":"password_invalid","problem":"too_long""#, Refusal::PasswordInvalid { problem: PasswordProblem::TooLong }),
        (
            r#""code":"password_invalid","problem":"is_username""#,
            Refusal::PasswordInvalid { problem: PasswordProblem::IsUsername },
        ),
        (r#""code":"password_invalid","problem":"too_weak""#, Refusal::PasswordInvalid { problem: PasswordProblem::TooWeak }),
        (r#""code":"wrong_credentials""#, Refusal::WrongCredentials),
        (r#""code":"account_suspended""#, Refusal::AccountSuspended),
        (r#""code":"token_unknown""#, Refusal::TokenUnknown),
        (r#""code":"no_such_device""#, Refusal::NoSuchDevice),
        (r#""code":"no_such_user""#, Refusal::NoSuchUser),
        (r#""code":"that_is_you""#, Refusal::CannotTargetSelf),
        (r#""code":"unblock_first""#, Refusal::UnblockFirst),
        (r#""code":"too_many_blocked","max":1000"#, Refusal::TooManyBlocked { max: 1000 }),
        (r#""code":"not_allowed""#, Refusal::NotAllowed),
        (r#""code":"no_such_member""#, Refusal::NoSuchMember),
        (r#""code":"not_a_member""#, Refusal::NotAMember),
        (r#""code":"not_a_group""#, Refusal::NotAGroup),
        (r#""code":"already_a_member""#, Refusal::AlreadyAMember),
        (r#""code":"group_name_invalid","problem":"empty""#, Refusal::GroupNameInvalid { problem: NameProblem::Empty }),
        (r#""code":"group_name_taken""#, Refusal::GroupNameTaken),
        (r#""code":"group_name_too_alike""#, Refusal::GroupNameTooAlike),
        (r#""code":"topic_too_long","max_chars":200"#, Refusal::TopicTooLong { max_chars: 200 }),
        (r#""code":"too_many_invites","max":50"#, Refusal::TooManyInvites { max: 50 }),
        (r#""code":"group_full","max":1000"#, Refusal::GroupFull { max: 1000 }),
        (r#""code":"too_many_conversations","max":5000"#, Refusal::TooManyConversations { max: 5000 }),
        (r#""code":"text_empty""#, Refusal::TextEmpty),
        (r#""code":"text_too_long","max_bytes":16384"#, Refusal::TextTooLong { max_bytes: 16384 }),
        (r#""code":"query_invalid","problem":"empty""#, Refusal::QueryInvalid { problem: QueryProblem::Empty }),
        (r#""code":"query_invalid","problem":"too_long""#, Refusal::QueryInvalid { problem: QueryProblem::TooLong }),
        (r#""code":"query_invalid","problem":"too_many""#, Refusal::QueryInvalid { problem: QueryProblem::TooMany }),
        (r#""code":"query_invalid","problem":"date""#, Refusal::QueryInvalid { problem: QueryProblem::Date }),
        (r#""code":"query_invalid","problem":"has""#, Refusal::QueryInvalid { problem: QueryProblem::Has }),
        (r#""code":"client_id_reused""#, Refusal::ClientIdReused),
        (r#""code":"no_such_message""#, Refusal::NoSuchMessage),
        (r#""code":"not_yours""#, Refusal::NotYours),
        (r#""code":"too_many_edits","max":100"#, Refusal::TooManyEdits { max: 100 }),
        (r#""code":"emoji_invalid""#, Refusal::EmojiInvalid),
        (r#""code":"too_many_reactions","max":20"#, Refusal::TooManyReactions { max: 20 }),
    ]
}
