//! The prompt overlay: a question, with input fields or a confirmation.

use papo_shared::model::{ConversationId, Seq, Username, Visibility};
use ratatui::layout::{Position, Rect};

use crate::layout;
use crate::layout::wrap::{fingerprint_in_rows, width, wrap};
use crate::state::State;
use crate::state::conversations::conversation::Conversation;
use crate::state::groups::permissions::Heir;
use crate::state::overlays::prompt::{Prompt, Question};
use crate::state::phrase::Phrase;
use crate::translations::Translations;
use crate::view::account::devices;
use crate::view::paint::{Canvas, Piece, piece};
use crate::view::theme::Role;

/// Maximum width of the prompt, in columns.
const WIDTH: u16 = 56;

pub(crate) fn draw(canvas: &mut Canvas, state: &State, translations: &Translations, prompt: &Prompt) -> Option<Position> {
    let text_width = usize::from(WIDTH.min(state.size.width).saturating_sub(6));
    let wrapped = |mark: &'static str, role: Role, text: &str| -> Vec<[Piece; 2]> {
        let rows = wrap(text, text_width).into_iter().enumerate();
        rows.map(|(at, row)| [piece(if at == 0 { mark } else { "  " }, role), piece(row, Role::Text)]).collect()
    };
    let above =
        explanation(state, &prompt.question, text_width).map(|phrase| wrapped("  ", Role::Text, &translations.format(&phrase)));
    let above = above.unwrap_or_default();
    let mut below = Vec::new();
    if prompt.is_waiting {
        below.extend(wrapped("⋯ ", Role::Dim, &translations.get("prompt-waiting")));
    }
    if let Some(problem) = &prompt.problem {
        below.extend(wrapped("✗ ", Role::Danger, &translations.format(problem)));
    }
    let rows = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
    let height = rows(above.len() + prompt.field_count() + below.len()) + 2;
    let inside = canvas
        .boxed(layout::overlay(state.size, WIDTH, height), &translations.format(&title(state, translations, &prompt.question)));
    let first_field = rows(above.len());
    for (at, row) in above.iter().enumerate() {
        canvas.row(inside, rows(at), row);
    }
    for (at, row) in below.iter().enumerate() {
        canvas.row(inside, first_field + rows(prompt.field_count() + at), row);
    }
    draw_fields(canvas, inside, first_field, translations, prompt)
}

fn draw_fields(canvas: &mut Canvas, inside: Rect, first: u16, translations: &Translations, prompt: &Prompt) -> Option<Position> {
    let labels = prompt.fields.iter().map(|(label, _)| *label).chain(prompt.visibility.map(|_| VISIBILITY_LABEL));
    let label_width = labels.map(|label| width(&translations.get(label))).max().unwrap_or(0) + 2;
    let label_width = u16::try_from(label_width).unwrap_or(0).min(inside.width / 2);
    let mut cursor = None;
    for (at, (label, input)) in prompt.fields.iter().enumerate() {
        let row = first + u16::try_from(at).unwrap_or(u16::MAX);
        if row >= inside.height {
            break;
        }
        let is_focused = prompt.focus == at;
        canvas.row(inside, row, &[piece(translations.get(label), if is_focused { Role::Accent } else { Role::Dim })]);
        let input_area = Rect { x: inside.x + label_width, y: inside.y + row, width: inside.width - label_width, height: 1 };
        let position = crate::view::text_input::draw_line(canvas, input_area, input);
        if is_focused {
            cursor = Some(position);
        }
    }
    if let Some(visibility) = prompt.visibility {
        let row = first + u16::try_from(prompt.fields.len()).unwrap_or(u16::MAX);
        let is_focused = prompt.focus == prompt.fields.len();
        let role = if is_focused { Role::Accent } else { Role::Dim };
        canvas.row(inside, row, &[piece(translations.get(VISIBILITY_LABEL), role)]);
        let (left, right) = if is_focused { ("‹ ", " ›") } else { ("", "") };
        let chosen = format!("{left}{}{right}", translations.get(visibility_text(visibility)));
        let area = Rect { x: inside.x + label_width, width: inside.width - label_width, ..inside };
        canvas.row(area, row, &[piece(chosen, if is_focused { Role::Accent } else { Role::Text })]);
    }
    cursor
}

/// The translation key of the label of a group's visibility.
const VISIBILITY_LABEL: &str = "label-visibility";

/// The translation key of a visibility and what it means.
fn visibility_text(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Private | Visibility::Other => "visibility-choose-private",
        Visibility::Listed => "visibility-choose-listed",
        Visibility::Public => "visibility-choose-public",
    }
}

/// The explanation of a question, such as the consequences of a confirmation.
fn explanation(state: &State, question: &Question, columns: usize) -> Option<Phrase> {
    match question {
        Question::ConfirmLeave(group) => Some(match state.heir_of(*group) {
            Heir::NotOurs => Phrase::new("prompt-leave-explained"),
            Heir::Known(heir) => Phrase::new("prompt-leave-to").text("whom", state.account.people.name_of(&heir)),
            Heir::OneOfTheAdmins => Phrase::new("prompt-leave-to-admin"),
            Heir::OneOfTheMembers => Phrase::new("prompt-leave-to-member"),
            Heir::Nobody => Phrase::new("prompt-leave-to-nobody"),
        }),
        Question::ConfirmDelete(conversation, seq) => Some(match author_if_another(state, *conversation, *seq) {
            Some(_) => Phrase::new("prompt-delete-of-explained"),
            None => Phrase::new("prompt-delete-explained"),
        }),
        Question::ReportMessage(..) => Some(Phrase::new("prompt-report-explained")),
        Question::ConfirmRemove { .. } => Some(Phrase::new("prompt-remove-explained")),
        Question::HandOver { member, .. } => {
            Some(Phrase::new("prompt-hand-over-explained").text("whom", state.account.people.name_of(member)))
        }
        Question::ConfirmDiscard(_) => Some(Phrase::new("prompt-discard-explained")),
        Question::ConfirmBlock(_) => Some(Phrase::new("prompt-block-explained")),
        Question::ConfirmDecline(_) => Some(Phrase::new("prompt-decline-explained")),
        Question::SetVisibility(_) => Some(Phrase::new("prompt-visibility-explained")),
        Question::SetRetention(_) => Some(match state.server_retention_days {
            None => Phrase::new("prompt-retention-explained"),
            Some(days) => Phrase::new("prompt-retention-within").number("count", days.into()),
        }),
        Question::RevokeInvite { .. } => Some(Phrase::new("prompt-revoke-invite-explained")),
        Question::SetTopic(_) => Some(Phrase::new("prompt-topic-explained")),
        Question::JoinGroup => Some(Phrase::new("prompt-join-explained")),
        Question::RevokeDevice { this: false, .. } => Some(Phrase::new("prompt-revoke-explained")),
        Question::RevokeDevice { this: true, .. } => Some(Phrase::new("prompt-revoke-this-explained")),
        Question::TrustCertificate { certificate, address } => {
            let fingerprint = fingerprint_in_rows(&certificate.to_string(), columns);
            let phrase = match address {
                Some(address) => Phrase::new("prompt-certificate-of-explained").text("address", address),
                None => Phrase::new("prompt-certificate-explained"),
            };
            Some(phrase.text("fingerprint", fingerprint))
        }
        Question::ConfirmCommunity { address, known, .. } => {
            let phrase = match known.as_slice() {
                [] => Phrase::new("prompt-community-of-sign-in-explained"),
                known => Phrase::new("prompt-community-explained").text("known", known.join(", ")),
            };
            Some(phrase.text("address", address))
        }
        Question::HostHere { port } => Some(Phrase::new("prompt-host-here-explained").text("port", port)),
        Question::CreateGroup | Question::RenameGroup(_) | Question::ReplyTo { .. } | Question::NewPassword => None,
        Question::DeleteAccount { .. } => Some(Phrase::new("prompt-delete-account-explained")),
        Question::EnableTotp => Some(Phrase::new("prompt-totp-enable-explained")),
        Question::ConfirmTotp(issued) => {
            let secret = in_groups(&issued.secret);
            Some(Phrase::new("prompt-totp-confirm-explained").text("secret", secret).text("uri", &issued.uri))
        }
        Question::DisableTotp { recovery_codes_left } => {
            Some(Phrase::new("prompt-totp-disable-explained").number("count", (*recovery_codes_left).into()))
        }
        Question::ReplaceRecoveryCodes => Some(Phrase::new("prompt-recovery-explained")),
        Question::Profile => Some(Phrase::new("prompt-profile-explained")),
    }
}

/// The author of a message, unless it is the user's own.
fn author_if_another(state: &State, conversation: ConversationId, seq: Seq) -> Option<&Username> {
    let (author, _) = state.account.conversations.get(&conversation)?.log.message(seq)?;
    Some(author).filter(|author| Some(*author) != state.me())
}

/// A secret with a space after every four characters, which makes it easier to type.
fn in_groups(secret: &str) -> String {
    let symbols: Vec<char> = secret.chars().collect();
    symbols.chunks(4).map(String::from_iter).collect::<Vec<_>>().join(" ")
}

fn title(state: &State, translations: &Translations, question: &Question) -> Phrase {
    match question {
        Question::CreateGroup => Phrase::new("menu-create-group"),
        Question::RenameGroup(group) => Phrase::new("prompt-rename").text("group", state.group_name_of(*group)),
        Question::ConfirmLeave(group) => Phrase::new("prompt-leave").text("group", state.group_name_of(*group)),
        Question::ConfirmDelete(conversation, seq) => match author_if_another(state, *conversation, *seq) {
            Some(author) => Phrase::new("prompt-delete-of").text("whom", state.account.people.name_of(author)),
            None => Phrase::new("prompt-delete"),
        },
        Question::ReportMessage(conversation, seq) => {
            let author = author_if_another(state, *conversation, *seq).map_or("", |author| state.account.people.name_of(author));
            Phrase::new("prompt-report").text("whom", author)
        }
        Question::ConfirmDiscard(_) => Phrase::new("prompt-discard"),
        Question::ConfirmBlock(member) => Phrase::new("prompt-block").text("whom", state.account.people.name_of(member)),
        Question::RevokeInvite { .. } => Phrase::new("prompt-revoke-invite"),
        Question::ConfirmDecline(group) => {
            let invitation = state.account.invitations.iter().find(|invitation| invitation.conversation == *group);
            Phrase::new("prompt-decline").text("group", invitation.map_or("", |invitation| invitation.name.as_str()))
        }
        Question::SetVisibility(group) => Phrase::new("prompt-visibility").text("group", state.group_name_of(*group)),
        Question::SetRetention(group) => Phrase::new("prompt-retention").text("group", state.group_name_of(*group)),
        Question::JoinGroup => Phrase::new("prompt-join"),
        Question::SetTopic(group) => Phrase::new("prompt-topic").text("group", state.group_name_of(*group)),
        Question::ConfirmRemove { group, member } => {
            let phrase = Phrase::new("prompt-remove").text("whom", state.account.people.name_of(member));
            phrase.text("group", state.group_name_of(*group))
        }
        Question::HandOver { group, member } => {
            let phrase = Phrase::new("prompt-hand-over").text("whom", state.account.people.name_of(member));
            phrase.text("group", state.group_name_of(*group))
        }
        Question::RevokeDevice { this: true, .. } => Phrase::new("prompt-revoke-this"),
        Question::RevokeDevice { device, .. } => {
            let name = state.account.devices.get(*device).map(|device| devices::name(translations, device)).unwrap_or_default();
            Phrase::new("prompt-revoke").text("device", name)
        }
        Question::TrustCertificate { .. } => Phrase::new("prompt-certificate"),
        Question::ConfirmCommunity { .. } => Phrase::new("prompt-community"),
        Question::HostHere { .. } => Phrase::new("prompt-host-here"),
        Question::ReplyTo { conversation, .. } => {
            let whom = match state.account.conversations.get(conversation).and_then(Conversation::peer) {
                Some(peer) => state.account.people.name_of(&peer.username).to_owned(),
                None => format!("#{}", state.group_name_of(*conversation)),
            };
            Phrase::new("prompt-reply").text("whom", whom)
        }
        Question::Profile => Phrase::new("prompt-profile"),
        Question::NewPassword => Phrase::new("prompt-password"),
        Question::DeleteAccount { .. } => Phrase::new("prompt-delete-account"),
        Question::EnableTotp | Question::ConfirmTotp(_) => Phrase::new("prompt-totp-enable"),
        Question::DisableTotp { .. } => Phrase::new("prompt-totp-disable"),
        Question::ReplaceRecoveryCodes => Phrase::new("prompt-recovery"),
    }
}
