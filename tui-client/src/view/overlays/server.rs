//! What is known of the server, over the screen.

use papo_shared::model::Fingerprint;

use crate::device_token::TokenLocation;
use crate::event::Privacy;
use crate::layout;
use crate::layout::wrap::{fingerprint_in_rows, fit, width, wrap};
use crate::state::State;
use crate::state::phrase::Phrase;
use crate::translations::Translations;
use crate::view::paint::{Canvas, piece};
use crate::view::theme::Role;

/// How wide the box is at most: half of a fingerprint fits a row.
const WIDTH: u16 = 70;
/// Columns of half of a fingerprint.
const HALF_FINGERPRINT: usize = 47;
/// Columns of the box that are no text: its border, and one beside it.
const AROUND: usize = 4;

pub(crate) fn draw(canvas: &mut Canvas, state: &State, words: &Translations) {
    let facts: Vec<(String, String)> = facts(state, words).into_iter().map(|(label, said)| (words.get(label), said)).collect();
    let label_width = facts.iter().map(|(label, _)| width(label)).max().unwrap_or(0) + 2;
    let text_width = usize::from(WIDTH.min(state.size.width)).saturating_sub(AROUND + label_width);
    let rows: Vec<(String, String)> = facts
        .into_iter()
        .flat_map(|(label, said)| {
            let labels = std::iter::once(label).chain(std::iter::repeat(String::new()));
            labels.zip(wrap(&said, text_width)).collect::<Vec<_>>()
        })
        .collect();
    let height = u16::try_from(rows.len()).unwrap_or(u16::MAX).saturating_add(2);
    let inside = canvas.boxed(layout::overlay(state.size, WIDTH, height), &words.get("server-title"));
    for (row, (label, said)) in rows.into_iter().enumerate() {
        let row = u16::try_from(row).unwrap_or(u16::MAX);
        canvas.row(inside, row, &[piece(fit(&label, label_width), Role::Dim), piece(said, Role::Text)]);
    }
}

/// What is known, with the key of its label.
fn facts(state: &State, words: &Translations) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if let Some(server) = state.server {
        let hosted = if server.hosting { format!(" · {}", words.get("link-hosting")) } else { String::new() };
        facts.push(("server-address", format!("{}{hosted}", server.address)));
        let (key, certificate) = match server.privacy {
            Privacy::OnThisMachine => ("privacy-on-this-machine", None),
            Privacy::Plain => ("privacy-plain", None),
            Privacy::AuthorityVerified(certificate) => ("privacy-vouched", Some(certificate)),
            Privacy::FingerprintTrusted(certificate) => ("privacy-accepted", Some(certificate)),
        };
        facts.push(("server-privacy", words.get(key)));
        let in_rows =
            |certificate: Fingerprint| fingerprint_in_rows(&certificate.to_string(), HALF_FINGERPRINT).trim().to_owned();
        facts.extend(certificate.map(|certificate| ("server-certificate", in_rows(certificate))));
    }
    facts.extend(state.server_version.clone().map(|version| ("server-version", version)));
    let kept = match &state.credentials.token_location {
        _ if !state.credentials.stays_signed_in => words.get("sign-in-not-kept"),
        Some(TokenLocation::File(file)) => words.format(&Phrase::new("sign-in-in-file").text("file", file.display())),
        Some(TokenLocation::Keyring) => words.get("sign-in-in-keyring"),
        // It is being kept.
        Some(TokenLocation::NotStored(_)) | None => words.get("sign-in-being-saved"),
    };
    facts.push(("server-sign-in", kept));
    facts
}
