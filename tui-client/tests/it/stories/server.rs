//! The server overlay.

use papo::device_token::TokenLocation;
use papo::event::{Event, Privacy};
use papo_shared::model::Fingerprint;

use crate::driver::Driver;
use crate::stories::chatting_with_bia;

#[test]
fn a_key_in_the_menu_shows_the_server_and_its_certificate() {
    let mut client = Driver::signed_in(80, 24, vec![]);
    let certificate = Fingerprint::of(b"a certificate");
    client.state.server.as_mut().unwrap().privacy = Privacy::FingerprintTrusted(certificate);
    client.keys("s");
    let screen = client.screen();
    let written = certificate.to_string();
    let (first, last) = (&written[..20], &written[75..]);
    for detail in ["127.0.0.1:12345", "encrypted, with the certificate you accepted", first, last, "papo-server", "not saved"] {
        assert!(screen.contains(detail), "{detail} is missing: {screen}");
    }
    client.keys("Esc");
    assert!(!client.screen().contains("papo-server"), "{}", client.screen());
}

#[test]
fn the_server_overlay_shows_where_the_sign_in_is_stored() {
    let mut client = chatting_with_bia(&[]);
    client.happen(Event::SignInStored(TokenLocation::Keyring));
    client.type_text("/server");
    client.keys("Enter");
    assert!(client.screen().contains("saved in the system's keyring"), "{}", client.screen());
}

#[test]
fn an_unencrypted_connection_is_reported() {
    let mut client = Driver::signed_in(80, 24, vec![]);
    client.state.server.as_mut().unwrap().privacy = Privacy::Plain;
    client.keys("s");
    assert!(client.screen().contains("NOT ENCRYPTED"), "{}", client.screen());
}
