//! A small form, over the screen.

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

/// How wide the form is at most.
const WIDTH: u16 = 56;

pub(crate) fn draw(canvas: &mut Canvas, state: &State, words: &Translations, prompt: &Prompt) -> Option<Position> {
    let text_width = usize::from(WIDTH.min(state.size.width).saturating_sub(6));
    let wrapped = |mark: &'static str, role: Role, text: &str| -> Vec<[Piece; 2]> {
        let rows = wrap(text, text_width).into_iter().enumerate();
        rows.map(|(at, row)| [piece(if at == 0 { mark } else { "  " }, role), piece(row, Role::Text)]).collect()
    };
    let above = explanation(state, &prompt.question, text_width).map(|phrase| wrapped("  ", Role::Text, &words.format(&phrase)));
    let above = above.unwrap_or_default();
    let mut below = Vec::new();
    if prompt.waiting {
        below.extend(wrapped("⋯ ", Role::Dim, &words.get("prompt-waiting")));
    }
    if let Some(problem) = &prompt.problem {
        below.extend(wrapped("✗ ", Role::Danger, &words.format(problem)));
    }
    let rows = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
    let height = rows(above.len() + prompt.fields.len() + below.len()) + 2;
    let inside = canvas.boxed(layout::overlay(state.size, WIDTH, height), &words.format(&title(state, words, &prompt.question)));
    let first_field = rows(above.len());
    for (at, row) in above.iter().enumerate() {
        canvas.row(inside, rows(at), row);
    }
    for (at, row) in below.iter().enumerate() {
        canvas.row(inside, first_field + rows(prompt.fields.len() + at), row);
    }
    draw_fields(canvas, inside, first_field, words, prompt)
}

fn draw_fields(canvas: &mut Canvas, inside: Rect, first: u16, words: &Translations, prompt: &Prompt) -> Option<Position> {
    let label_width = prompt.fields.iter().map(|(label, _)| width(&words.get(label))).max().unwrap_or(0) + 2;
    let label_width = u16::try_from(label_width).unwrap_or(0).min(inside.width / 2);
    let mut cursor = None;
    for (at, (label, input)) in prompt.fields.iter().enumerate() {
        let row = first + u16::try_from(at).unwrap_or(u16::MAX);
        if row >= inside.height {
            break;
        }
        let focused = prompt.focus == at;
        canvas.row(inside, row, &[piece(words.get(label), if focused { Role::Accent } else { Role::Dim })]);
        let place = Rect { x: inside.x + label_width, y: inside.y + row, width: inside.width - label_width, height: 1 };
        let at = crate::view::text_input::draw_line(canvas, place, input);
        if focused {
            cursor = Some(at);
        }
    }
    cursor
}

/// What has to be known before one can answer.
fn explanation(state: &State, question: &Question, columns: usize) -> Option<Phrase> {
    match question {
        Question::ReallyLeave(group) => Some(match state.heir_of(*group) {
            Heir::NotOurs => Phrase::new("prompt-leave-explained"),
            Heir::Known(heir) => Phrase::new("prompt-leave-to").text("whom", state.account.people.name_of(&heir)),
            Heir::OneOfTheAdmins => Phrase::new("prompt-leave-to-admin"),
            Heir::OneOfTheMembers => Phrase::new("prompt-leave-to-member"),
            Heir::Nobody => Phrase::new("prompt-leave-to-nobody"),
        }),
        Question::ReallyDelete(..) => Some(Phrase::new("prompt-delete-explained")),
        Question::ReallyRemove { .. } => Some(Phrase::new("prompt-remove-explained")),
        Question::HandOver { member, .. } => {
            Some(Phrase::new("prompt-hand-over-explained").text("whom", state.account.people.name_of(member)))
        }
        Question::ReallyDiscard(_) => Some(Phrase::new("prompt-discard-explained")),
        Question::ReallyBlock(_) => Some(Phrase::new("prompt-block-explained")),
        Question::RevokeInvite { .. } => Some(Phrase::new("prompt-revoke-invite-explained")),
        Question::TopicOf(_) => Some(Phrase::new("prompt-topic-explained")),
        Question::JoinGroup => Some(Phrase::new("prompt-join-explained")),
        Question::RevokeDevice { this: false, .. } => Some(Phrase::new("prompt-revoke-explained")),
        Question::RevokeDevice { this: true, .. } => Some(Phrase::new("prompt-revoke-this-explained")),
        Question::BelieveCertificate(fingerprint) => {
            let fingerprint = fingerprint_in_rows(&fingerprint.to_string(), columns);
            Some(Phrase::new("prompt-certificate-explained").text("fingerprint", fingerprint))
        }
        Question::HostHere { port } => Some(Phrase::new("prompt-host-here-explained").text("port", port)),
        Question::NameOfNewGroup | Question::NewNameOf(_) | Question::AnswerTo { .. } | Question::NewPassword => None,
        Question::Profile => Some(Phrase::new("prompt-profile-explained")),
    }
}

fn title(state: &State, words: &Translations, question: &Question) -> Phrase {
    match question {
        Question::NameOfNewGroup => Phrase::new("menu-create-group"),
        Question::NewNameOf(group) => Phrase::new("prompt-rename").text("group", state.group_name_of(*group)),
        Question::ReallyLeave(group) => Phrase::new("prompt-leave").text("group", state.group_name_of(*group)),
        Question::ReallyDelete(..) => Phrase::new("prompt-delete"),
        Question::ReallyDiscard(_) => Phrase::new("prompt-discard"),
        Question::ReallyBlock(member) => Phrase::new("prompt-block").text("whom", state.account.people.name_of(member)),
        Question::RevokeInvite { .. } => Phrase::new("prompt-revoke-invite"),
        Question::JoinGroup => Phrase::new("prompt-join"),
        Question::TopicOf(group) => Phrase::new("prompt-topic").text("group", state.group_name_of(*group)),
        Question::ReallyRemove { group, member } => {
            let phrase = Phrase::new("prompt-remove").text("whom", state.account.people.name_of(member));
            phrase.text("group", state.group_name_of(*group))
        }
        Question::HandOver { group, member } => {
            let phrase = Phrase::new("prompt-hand-over").text("whom", state.account.people.name_of(member));
            phrase.text("group", state.group_name_of(*group))
        }
        Question::RevokeDevice { this: true, .. } => Phrase::new("prompt-revoke-this"),
        Question::RevokeDevice { device, .. } => {
            let name = state.account.devices.get(*device).map(|device| devices::name(words, device)).unwrap_or_default();
            Phrase::new("prompt-revoke").text("device", name)
        }
        Question::BelieveCertificate(_) => Phrase::new("prompt-certificate"),
        Question::HostHere { .. } => Phrase::new("prompt-host-here"),
        Question::AnswerTo { conversation, .. } => {
            let whom = match state.account.conversations.get(conversation).and_then(Conversation::peer) {
                Some(peer) => state.account.people.name_of(&peer.username).to_owned(),
                None => format!("#{}", state.group_name_of(*conversation)),
            };
            Phrase::new("prompt-reply").text("whom", whom)
        }
        Question::Profile => Phrase::new("prompt-profile"),
        Question::NewPassword => Phrase::new("prompt-password"),
    }
}
