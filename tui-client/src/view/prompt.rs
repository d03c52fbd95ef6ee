//! A small form, over the screen.

use ratatui::layout::{Position, Rect};

use super::paint::{Canvas, piece};
use super::theme::Role;
use crate::layout;
use crate::layout::wrap::{width, wrap};
use crate::state::State;
use crate::state::phrase::Phrase;
use crate::state::prompt::{Prompt, Question};
use crate::words::Words;

/// How wide the form is at most.
const WIDTH: u16 = 56;

pub(super) fn draw(canvas: &mut Canvas, state: &State, words: &Words, prompt: &Prompt) -> Option<Position> {
    let fields = u16::try_from(prompt.fields.len()).unwrap_or(0);
    let text_width = usize::from(WIDTH.min(state.size.width).saturating_sub(6));
    let mut remarks = Vec::new();
    if let Question::ReallyLeave(_) = prompt.question {
        remarks.push((" ", Role::Text, words.get("prompt-leave-explained")));
    }
    if let Question::BelieveCertificate(fingerprint) = prompt.question {
        remarks.push((" ", Role::Text, words.say(&Phrase::new("prompt-certificate-explained").text("fingerprint", fingerprint))));
    }
    if prompt.waiting {
        remarks.push(("⋯", Role::Dim, words.get("sign-in-waiting")));
    }
    if let Some(problem) = &prompt.problem {
        remarks.push(("✗", Role::Danger, words.say(problem)));
    }
    let rows: Vec<_> = remarks
        .into_iter()
        .flat_map(|(mark, role, text)| wrap(&text, text_width).into_iter().map(move |row| (mark, role, row)))
        .collect();
    let height = fields + 2 + u16::try_from(rows.len()).unwrap_or(0);
    let inside = canvas.boxed(layout::overlay(state.size, WIDTH, height), &words.say(&title(state, prompt.question)));
    let label_width = prompt.fields.iter().map(|(label, _)| width(&words.get(label))).max().unwrap_or(0) + 2;
    let label_width = u16::try_from(label_width).unwrap_or(0).min(inside.width / 2);
    let mut cursor = None;
    for (at, (label, input)) in prompt.fields.iter().enumerate() {
        let row = u16::try_from(at).unwrap_or(u16::MAX);
        if row >= inside.height {
            break;
        }
        let focused = prompt.focus == at;
        canvas.row(inside, row, &[piece(words.get(label), if focused { Role::Accent } else { Role::Dim })]);
        let place = Rect { x: inside.x + label_width, y: inside.y + row, width: inside.width - label_width, height: 1 };
        let at = input.draw(place, canvas.buffer);
        if focused {
            cursor = Some(at);
        }
    }
    for (at, (mark, role, text)) in rows.into_iter().enumerate() {
        let row = fields + u16::try_from(at).unwrap_or(0);
        canvas.row(inside, row, &[piece(format!("{mark} "), role), piece(text, Role::Text)]);
    }
    cursor
}

fn title(state: &State, question: Question) -> Phrase {
    match question {
        Question::NameOfNewGroup => Phrase::new("menu-create-group"),
        Question::NewNameOf(group) => Phrase::new("prompt-rename").text("group", state.group_name_of(group)),
        Question::ReallyLeave(group) => Phrase::new("prompt-leave").text("group", state.group_name_of(group)),
        Question::BelieveCertificate(_) => Phrase::new("prompt-certificate"),
        Question::NewPassword => Phrase::new("prompt-password"),
    }
}
