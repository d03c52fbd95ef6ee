//! The overlay with details of the server and of the stored sign-in.

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

/// Maximum width of the box, in columns: half of a fingerprint fits into a row.
const WIDTH: u16 = 70;
/// Width of half of a fingerprint, in columns.
const HALF_FINGERPRINT: usize = 47;
/// Columns taken by the border and the padding.
const BORDER_WIDTH: usize = 4;

pub(crate) fn draw(canvas: &mut Canvas, state: &State, translations: &Translations) {
    let facts: Vec<(String, String)> =
        facts(state, translations).into_iter().map(|(label, text)| (translations.get(label), text)).collect();
    let label_width = facts.iter().map(|(label, _)| width(label)).max().unwrap_or(0) + 2;
    let text_width = usize::from(WIDTH.min(state.size.width)).saturating_sub(BORDER_WIDTH + label_width);
    let rows: Vec<(String, String)> = facts
        .into_iter()
        .flat_map(|(label, text)| {
            let labels = std::iter::once(label).chain(std::iter::repeat(String::new()));
            labels.zip(wrap(&text, text_width)).collect::<Vec<_>>()
        })
        .collect();
    let height = u16::try_from(rows.len()).unwrap_or(u16::MAX).saturating_add(2);
    let inside = canvas.boxed(layout::overlay(state.size, WIDTH, height), &translations.get("server-title"));
    for (row, (label, text)) in rows.into_iter().enumerate() {
        let row = u16::try_from(row).unwrap_or(u16::MAX);
        canvas.row(inside, row, &[piece(fit(&label, label_width), Role::Dim), piece(text, Role::Text)]);
    }
}

/// The details, each with the translation key of its label.
fn facts(state: &State, translations: &Translations) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if let Some(server) = state.server {
        let hosted = if server.is_hosted { format!(" · {}", translations.get("link-hosting")) } else { String::new() };
        let listed = state.listed_address.as_ref().map(|address| format!("{address} · ")).unwrap_or_default();
        facts.push(("server-address", format!("{listed}{}{hosted}", server.address)));
        let (key, certificate) = match server.privacy {
            Privacy::OnThisMachine => ("privacy-on-this-machine", None),
            Privacy::Plain => ("privacy-plain", None),
            Privacy::AuthorityVerified(certificate) => ("privacy-vouched", Some(certificate)),
            Privacy::FingerprintTrusted(certificate) => ("privacy-accepted", Some(certificate)),
        };
        facts.push(("server-privacy", translations.get(key)));
        let in_rows =
            |certificate: Fingerprint| fingerprint_in_rows(&certificate.to_string(), HALF_FINGERPRINT).trim().to_owned();
        facts.extend(certificate.map(|certificate| ("server-certificate", in_rows(certificate))));
    }
    facts.extend(state.server_version.clone().map(|version| ("server-version", version)));
    let kept = |days: u32| translations.format(&Phrase::new("messages-kept").number("count", days.into()));
    facts.extend(state.server_retention_days.map(|days| ("server-retention", kept(days))));
    let sign_in = match &state.credentials.token_location {
        _ if !state.credentials.stays_signed_in => translations.get("sign-in-not-kept"),
        Some(TokenLocation::File(file)) => translations.format(&Phrase::new("sign-in-in-file").text("file", file.display())),
        Some(TokenLocation::Keyring) => translations.get("sign-in-in-keyring"),
        // The sign-in is being stored.
        Some(TokenLocation::NotStored(_)) | None => translations.get("sign-in-being-saved"),
    };
    facts.push(("server-sign-in", sign_in));
    facts
}
