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

/// Maximum width of the form, in columns.
const FORM_WIDTH: u16 = 56;

pub(crate) fn draw(canvas: &mut Canvas, area: Rect, state: &State, translations: &Translations) -> Option<Position> {
    let form = &state.sign_in;
    let width = FORM_WIDTH.min(area.width.saturating_sub(2));
    let height = u16::try_from(form.fields().len()).unwrap_or(0) + 2;
    let roomy = area.height > height + 7;
    let top = if roomy { (area.height - height) / 3 } else { 0 };
    if roomy {
        canvas.row_centred(area, top.saturating_sub(1), &[piece("p a p o", Role::Accent)]);
        canvas.row_centred(area, top, &[piece(translations.get("tagline"), Role::Dim)]);
    }
    let y = area.y + if roomy { top + 2 } else { 0 };
    let boxed = Rect { x: area.x + (area.width - width) / 2, y, width, height: height.min(area.bottom() - y) };
    let inside = canvas.boxed(boxed, &translations.get("sign-in-title"));
    draw_tabs(canvas, inside, form, translations);
    let cursor = draw_fields(canvas, inside, form, translations);
    draw_stay_signed_in(canvas, inside, form, translations);
    let below = Rect { y: boxed.bottom(), height: area.bottom() - boxed.bottom(), x: boxed.x + 2, width: width - 4 };
    draw_remarks(canvas, below, state, translations);
    cursor
}

fn draw_tabs(canvas: &mut Canvas, area: Rect, form: &SignInForm, translations: &Translations) {
    let tab = |tab: Form, key: &'static str| {
        let is_open = form.form == tab;
        let role = match (is_open, form.focus == Field::Tabs) {
            (true, true) => Role::Selected,
            (true, false) => Role::Accent,
            (false, _) => Role::Dim,
        };
        piece(format!("{} {} ", if is_open { "▸" } else { " " }, translations.get(key)), role)
    };
    canvas.row(area, 0, &[tab(Form::SignIn, "tab-sign-in"), piece("  ", Role::Text), tab(Form::Register, "tab-register")]);
}

fn draw_fields(canvas: &mut Canvas, area: Rect, form: &SignInForm, translations: &Translations) -> Option<Position> {
    let fields: [(Field, &'static str, &TextInput); 5] = [
        (Field::Username, "label-username", &form.username),
        (Field::Password, "label-password", &form.password),
        (Field::RepeatedPassword, "label-password-again", &form.repeated_password),
        (Field::Invite, "label-invite", &form.invite),
        (Field::Code, "label-code", &form.code),
    ];
    let shown = fields.into_iter().filter(|(field, _, _)| form.fields().contains(field));
    let label_width = fields.iter().map(|(_, label, _)| width(&translations.get(label))).max().unwrap_or(0) + 2;
    let label_width = u16::try_from(label_width).unwrap_or(0).min(area.width / 2);
    let mut cursor = None;
    for (row, (field, label, input)) in shown.enumerate() {
        let row = u16::try_from(row).unwrap_or(u16::MAX) + 1;
        if row >= area.height {
            break;
        }
        let is_focused = form.focus == field;
        let role = if is_focused { Role::Accent } else { Role::Dim };
        canvas.row(Rect { width: label_width, ..area }, row, &[piece(translations.get(label), role)]);
        let input_area = Rect { x: area.x + label_width, y: area.y + row, width: area.width - label_width, height: 1 };
        let position = crate::view::text_input::draw_line(canvas, input_area, input);
        if is_focused {
            cursor = Some(position);
        }
    }
    cursor
}

/// Draws the checkbox for staying signed in, in the last row of the form.
fn draw_stay_signed_in(canvas: &mut Canvas, area: Rect, form: &SignInForm, translations: &Translations) {
    let role = if form.focus == Field::StaySignedIn { Role::Accent } else { Role::Dim };
    let tick = if form.stay_signed_in { "[x]" } else { "[ ]" };
    let row = u16::try_from(form.fields().len()).unwrap_or(1) - 1;
    canvas.row(area, row, &[piece(format!("{tick} {}", translations.get("label-stay")), role)]);
}

/// Whether the problem is only understood next to the name of its field.
fn needs_field_name(problem: &Phrase) -> bool {
    ["problem-empty-field", "refused-name-too-long"].contains(&problem.key) || problem.key.starts_with("refused-password-")
}

/// Draws the remarks below the form: progress, errors, the strength of a new password, and the reason of a lost connection.
fn draw_remarks(canvas: &mut Canvas, area: Rect, state: &State, translations: &Translations) {
    let form = &state.sign_in;
    let mut lines: Vec<Vec<Piece>> = Vec::new();
    let mut add = |mark: &str, role: Role, text: &str| {
        for (at, row) in wrap(text, area.width.saturating_sub(2).into()).into_iter().enumerate() {
            let mark = if at == 0 { mark } else { " " };
            lines.push(vec![piece(format!("{mark} "), role), piece(row, Role::Text)]);
        }
    };
    if form.is_waiting || form.submit_when_connected {
        add("⋯", Role::Dim, &translations.get("sign-in-waiting"));
    }
    if form.is_closed() && form.problem.is_none() {
        add("!", Role::Warning, &translations.get("refused-registration-closed"));
    }
    if let Some((field, problem)) = &form.problem {
        let label = match field {
            Field::Username => Some("label-username"),
            Field::Password => Some("label-password"),
            Field::Invite => Some("label-invite"),
            Field::Code => Some("label-code"),
            Field::RepeatedPassword | Field::Tabs | Field::StaySignedIn => None,
        };
        let about =
            label.filter(|_| needs_field_name(problem)).map(|label| format!("{}: ", translations.get(label))).unwrap_or_default();
        add("✗", Role::Danger, &format!("{about}{}", translations.format(problem)));
    }
    if let Some((score, advice)) = form.strength() {
        let bar = format!("{}{}", "▰".repeat(score.into()), "▱".repeat(4 - usize::from(score)));
        let verdict =
            translations.get(["strength-0", "strength-1", "strength-2", "strength-3", "strength-4"][usize::from(score)]);
        let advice = advice.map(|advice| translations.format(&advice)).unwrap_or_default();
        let role = if score >= 2 { Role::Ok } else { Role::Warning };
        add(if score >= 2 { "✓" } else { "!" }, role, format!("{bar} {verdict} {advice}").trim_end());
    }
    // An overlay over the form is about the lost connection, so it is not explained twice.
    if let Link::Lost { reason: why, .. } = &state.link
        && state.overlay.is_none()
    {
        let rows =
            |fingerprint: &Fingerprint| fingerprint_in_rows(&fingerprint.to_string(), area.width.saturating_sub(2).into()) + "\n";
        let message = match why {
            DisconnectReason::CertificateUnknown { shown, without_authorities } => {
                lost::certificate_unknown(*without_authorities).text("shown", rows(shown))
            }
            DisconnectReason::CertificateChanged { known, shown } => {
                Phrase::new("lost-certificate-changed").text("known", rows(known)).text("shown", rows(shown))
            }
            why => lost::explain(why),
        };
        // Of several addresses, the user wants to know which one failed. These reasons name it themselves.
        let names_address = matches!(why, DisconnectReason::OtherCommunity { .. } | DisconnectReason::CommunityUnproven { .. });
        let address = state.listed_address.as_ref().filter(|_| !names_address);
        let address = address.map(|address| format!("{address}: ")).unwrap_or_default();
        // The period after a fingerprint is dropped, and the next sentence starts in a new row.
        add("!", Role::Warning, &format!("{address}{}", translations.format(&message).replace("\n. ", "\n")));
    }
    for (row, line) in lines.iter().enumerate() {
        canvas.row(area, u16::try_from(row).unwrap_or(u16::MAX), line);
    }
}
