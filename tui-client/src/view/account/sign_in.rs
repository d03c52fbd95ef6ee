//! The sign-in screen.

use papo_shared::model::Fingerprint;
use ratatui::layout::{Position, Rect};

use crate::event::DisconnectReason;
use crate::layout::wrap::{fingerprint_in_rows, width, wrap};
use crate::state::State;
use crate::state::account::sign_in::{Field, Form, SignInForm};
use crate::state::connection::link::Link;
use crate::state::connection::lost;
use crate::state::phrase::Phrase;
use crate::state::text_input::TextInput;
use crate::translations::Translations;
use crate::view::paint::{Canvas, Piece, piece};
use crate::view::theme::Role;

/// How wide the form is at most.
const FORM_WIDTH: u16 = 56;

pub(crate) fn draw(canvas: &mut Canvas, area: Rect, state: &State, words: &Translations) -> Option<Position> {
    let form = &state.sign_in;
    let width = FORM_WIDTH.min(area.width.saturating_sub(2));
    let height = u16::try_from(form.fields().len()).unwrap_or(0) + 2;
    let roomy = area.height > height + 7;
    let top = if roomy { (area.height - height) / 3 } else { 0 };
    if roomy {
        canvas.row_centred(area, top.saturating_sub(1), &[piece("p a p o", Role::Accent)]);
        canvas.row_centred(area, top, &[piece(words.get("tagline"), Role::Dim)]);
    }
    let y = area.y + if roomy { top + 2 } else { 0 };
    let boxed = Rect { x: area.x + (area.width - width) / 2, y, width, height: height.min(area.bottom() - y) };
    let inside = canvas.boxed(boxed, &words.get("sign-in-title"));
    draw_tabs(canvas, inside, form, words);
    let cursor = draw_fields(canvas, inside, form, words);
    draw_stay(canvas, inside, form, words);
    let below = Rect { y: boxed.bottom(), height: area.bottom() - boxed.bottom(), x: boxed.x + 2, width: width - 4 };
    draw_remarks(canvas, below, state, words);
    cursor
}

fn draw_tabs(canvas: &mut Canvas, area: Rect, form: &SignInForm, words: &Translations) {
    let tab = |this: Form, key: &'static str| {
        let open = form.form == this;
        let role = match (open, form.focus == Field::Tabs) {
            (true, true) => Role::Selected,
            (true, false) => Role::Accent,
            (false, _) => Role::Dim,
        };
        piece(format!("{} {} ", if open { "▸" } else { " " }, words.get(key)), role)
    };
    canvas.row(area, 0, &[tab(Form::SignIn, "tab-sign-in"), piece("  ", Role::Text), tab(Form::Register, "tab-register")]);
}

fn draw_fields(canvas: &mut Canvas, area: Rect, form: &SignInForm, words: &Translations) -> Option<Position> {
    let fields: [(Field, &'static str, &TextInput); 4] = [
        (Field::Username, "label-username", &form.username),
        (Field::Password, "label-password", &form.password),
        (Field::Again, "label-password-again", &form.again),
        (Field::Invite, "label-invite", &form.invite),
    ];
    let shown = fields.into_iter().filter(|(field, _, _)| form.fields().contains(field));
    let label_width = fields.iter().map(|(_, label, _)| width(&words.get(label))).max().unwrap_or(0) + 2;
    let label_width = u16::try_from(label_width).unwrap_or(0).min(area.width / 2);
    let mut cursor = None;
    for (row, (field, label, input)) in shown.enumerate() {
        let row = u16::try_from(row).unwrap_or(u16::MAX) + 1;
        if row >= area.height {
            break;
        }
        let focused = form.focus == field;
        let role = if focused { Role::Accent } else { Role::Dim };
        canvas.row(Rect { width: label_width, ..area }, row, &[piece(words.get(label), role)]);
        let place = Rect { x: area.x + label_width, y: area.y + row, width: area.width - label_width, height: 1 };
        let at = crate::view::text_input::draw_line(canvas, place, input);
        if focused {
            cursor = Some(at);
        }
    }
    cursor
}

/// The box to tick, in the last row.
fn draw_stay(canvas: &mut Canvas, area: Rect, form: &SignInForm, words: &Translations) {
    let role = if form.focus == Field::Stay { Role::Accent } else { Role::Dim };
    let tick = if form.stay { "[x]" } else { "[ ]" };
    let row = u16::try_from(form.fields().len()).unwrap_or(1) - 1;
    canvas.row(area, row, &[piece(format!("{tick} {}", words.get("label-stay")), role)]);
}

/// Whether the problem is only understood next to the name of its field.
fn needs_field_name(problem: &Phrase) -> bool {
    ["problem-empty-field", "refused-name-too-long"].contains(&problem.key) || problem.key.starts_with("refused-password-")
}

/// What was wrong, how good the password is, and why there is no connection.
fn draw_remarks(canvas: &mut Canvas, area: Rect, state: &State, words: &Translations) {
    let form = &state.sign_in;
    let mut lines: Vec<Vec<Piece>> = Vec::new();
    let mut add = |mark: &str, role: Role, text: &str| {
        for (at, row) in wrap(text, area.width.saturating_sub(2).into()).into_iter().enumerate() {
            let mark = if at == 0 { mark } else { " " };
            lines.push(vec![piece(format!("{mark} "), role), piece(row, Role::Text)]);
        }
    };
    if form.waiting || form.eager {
        add("⋯", Role::Dim, &words.get("sign-in-waiting"));
    }
    if form.is_closed() && form.problem.is_none() {
        add("!", Role::Warning, &words.get("refused-registration-closed"));
    }
    if let Some((field, problem)) = &form.problem {
        let label = match field {
            Field::Username => Some("label-username"),
            Field::Password => Some("label-password"),
            Field::Invite => Some("label-invite"),
            Field::Again | Field::Tabs | Field::Stay => None,
        };
        let about =
            label.filter(|_| needs_field_name(problem)).map(|label| format!("{}: ", words.get(label))).unwrap_or_default();
        add("✗", Role::Danger, &format!("{about}{}", words.format(problem)));
    }
    if let Some((score, advice)) = form.strength() {
        let bar = format!("{}{}", "▰".repeat(score.into()), "▱".repeat(4 - usize::from(score)));
        let verdict = words.get(["strength-0", "strength-1", "strength-2", "strength-3", "strength-4"][usize::from(score)]);
        let advice = advice.map(|advice| words.format(&advice)).unwrap_or_default();
        let role = if score >= 2 { Role::Ok } else { Role::Warning };
        add(if score >= 2 { "✓" } else { "!" }, role, format!("{bar} {verdict} {advice}").trim_end());
    }
    // What lies over the form asks about it.
    if let Link::Lost { why, .. } = &state.link
        && state.overlay.is_none()
    {
        let rows =
            |fingerprint: &Fingerprint| fingerprint_in_rows(&fingerprint.to_string(), area.width.saturating_sub(2).into()) + "\n";
        let said = match why {
            DisconnectReason::CertificateUnknown { shown, without_authorities } => {
                lost::certificate_unknown(*without_authorities).text("shown", rows(shown))
            }
            DisconnectReason::CertificateChanged { known, shown } => {
                Phrase::new("lost-certificate-changed").text("known", rows(known)).text("shown", rows(shown))
            }
            why => lost::words(why),
        };
        // What follows a fingerprint begins a row.
        add("!", Role::Warning, &words.format(&said).replace("\n. ", "\n"));
    }
    for (row, line) in lines.iter().enumerate() {
        canvas.row(area, u16::try_from(row).unwrap_or(u16::MAX), line);
    }
}
