//! Snapshots of whole screens, with text and style, at common sizes.

mod changed_messages;

use std::time::Duration;

use papo::event::{DisconnectReason, Event, Privacy};
use papo::translations::Language;
use papo_shared::model::{ConversationId, ConversationSummary, EntryKind, Fingerprint, GroupName, Role};
use papo_shared::protocol::{
    BlockChanged, Entries, Event as ServerEvent, MemberPage, Registration, Reply, Request, TypingStarted,
};

use ratatui::layout::Size;

use crate::driver::{Driver, direct, entry, group, member, message, name};
use crate::stories::deleting_account::asked_about_deletion;
use crate::stories::devices::at_the_devices;
use crate::stories::inbox::at_the_inbox;
use crate::stories::invitations::{at_the_invitations, invited};
use crate::stories::invites::with_an_invite;
use crate::stories::members::in_redes;
use crate::stories::reporting::asked_about_report;
use crate::stories::search::{at_found_message, nothing_found, searching};
use crate::stories::second_factor::{asked_for_a_code, shown_recovery_codes, shown_the_secret};

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (40, 12)];

/// Draws the same story at every size, and compares it with the snapshot.
fn check(what: &str, tell: impl Fn(u16, u16) -> Driver) {
    for (width, height) in SIZES {
        let client = tell(width, height);
        insta::assert_snapshot!(format!("{what}-{width}x{height}"), client.screen_with_styles());
    }
    check_other_sizes(tell(80, 24));
}

/// After a resize, the size of the frame is used even before the event of the resize arrives.
fn check_other_sizes(mut client: Driver) {
    let known = client.state.size;
    for height in [0, 1, 2, 5, 7, 8, 9, 10, 12, 16, 23, 25, 31, 45] {
        for width in [0, 1, 2, 7, 29, 30, 31, 40, 59, 60, 61, 79, 81, 100, 119, 120] {
            let size = Size { width, height };
            let drawn = client.drawn_at(size);
            client.state.size = size;
            assert_eq!(drawn, client.drawn_at(size), "at {size}");
            client.state.size = known;
        }
    }
}

fn conversations() -> Vec<ConversationSummary> {
    let mut bia = direct(1, "bia", 4, 2, 2);
    bia.latest = Some(message(4, "bia", 5, "👍 combinado"));
    let mut redes = group(2, "redes", 6, 1, 5);
    redes.latest = Some(message(6, "caio", 6, "alguém aí?"));
    vec![bia, redes]
}

fn with_bia(width: u16, height: u16) -> Driver {
    let mut client = Driver::signed_in(width, height, conversations());
    client.keys("2");
    client.type_text("bia");
    client.keys("Enter");
    let yesterday = -24 * 60;
    let entries = vec![
        message(1, "ana", yesterday, "oi!"),
        message(2, "bia", 1, "oi, tudo bem?\nchegou o livro que você pediu, o das redes de computadores 李小龙 com capa azul"),
        message(3, "bia", 4, "vem buscar?"),
        message(4, "bia", 5, "👍 combinado"),
    ];
    client.answer(|request| match request {
        Request::History(asked) => {
            Some(Reply::Entries(Entries { conversation: asked.conversation, entries: entries.clone(), more: false }))
        }
        _ => None,
    });
    client
}

#[test]
fn changes_of_the_account() {
    check("sign-in-code", asked_for_a_code);
    check("totp-secret", shown_the_secret);
    check("recovery-codes", shown_recovery_codes);
    check("delete-account", asked_about_deletion);
}

#[test]
fn sign_in() {
    check("sign-in", Driver::start);
}

#[test]
fn register_with_a_weak_password() {
    check("register", |width, height| {
        let mut client = Driver::start(width, height);
        client.connect();
        client.keys("F2");
        client.type_text("ana");
        client.keys("Tab");
        client.type_text("banana");
        client
    });
}

#[test]
fn the_inbox_screen() {
    check("inbox", at_the_inbox);
}

#[test]
fn menu() {
    check("menu", |width, height| Driver::signed_in(width, height, conversations()));
}

#[test]
fn invitations_to_groups() {
    check("invitations", at_the_invitations);
    check("invitations-list", |width, height| {
        let mut client = invited(width, height);
        client.keys("3 Enter");
        client
    });
}

#[test]
fn the_visibility_of_a_new_group() {
    check("create-group", |width, height| {
        let mut client = Driver::signed_in(width, height, conversations());
        client.keys("4");
        client.type_text("malhas");
        client.keys("Down Right");
        client
    });
}

#[test]
fn a_report() {
    check("report", asked_about_report);
}

#[test]
fn direct_conversation() {
    check("chat", |width, height| {
        let mut client = with_bia(width, height);
        client.tell(ServerEvent::TypingStarted(TypingStarted {
            conversation: papo_shared::model::ConversationId(1),
            username: name("bia"),
        }));
        client.type_text("amanhã às 10 então?");
        client
    });
}

#[test]
fn chat_in_a_group() {
    check("group", |width, height| {
        let mut client = Driver::signed_in(width, height, conversations());
        client.keys("3 Enter");
        let entries = vec![
            entry(1, "ana", 0, EntryKind::GroupCreated { name: GroupName::parse("redes").unwrap() }),
            entry(2, "ana", 1, EntryKind::MemberAdded { member: name("caio") }),
            message(3, "caio", 2, "oi gente"),
            entry(4, "duda", 3, EntryKind::MemberLeft { new_owner: None }),
            message(5, "ana", 4, "bem-vindo!"),
            message(6, "caio", 6, "alguém aí?"),
        ];
        client.answer(|request| match request {
            Request::History(asked) => {
                Some(Reply::Entries(Entries { conversation: asked.conversation, entries: entries.clone(), more: false }))
            }
            Request::ListMembers(asked) => Some(Reply::Members(MemberPage {
                conversation: asked.conversation,
                members: vec![member("ana", true), member("caio", true), member("duda", false)],
                next: None,
            })),
            _ => None,
        });
        client
    });
}

#[test]
fn members_of_an_owned_group() {
    check("members", |width, height| {
        let mut client = in_redes(width, height, Role::Owner);
        client.keys("Alt-m Down Down");
        client
    });
}

#[test]
fn transferring_a_group() {
    check("hand-over", |width, height| {
        let mut client = in_redes(width, height, Role::Owner);
        client.keys("Alt-m Down o");
        client
    });
}

#[test]
fn notification_level() {
    check("notify", |width, height| {
        let mut client = in_redes(width, height, Role::Owner);
        client.keys("Alt-n Down");
        client
    });
}

#[test]
fn the_invites_to_a_group() {
    check("invites", |width, height| {
        let mut client = in_redes(width, height, Role::Owner);
        with_an_invite(&mut client);
        client
    });
}

#[test]
fn profile_form() {
    check("profile", |width, height| {
        let mut client = Driver::signed_in(width, height, conversations());
        client.keys("p Tab");
        client.type_text("no almoço");
        client
    });
}

#[test]
fn blocked_user() {
    check("folded", |width, height| {
        let mut client = in_redes(width, height, Role::Member);
        client.tell(ServerEvent::BlockChanged(BlockChanged { username: name("caio"), blocked: true }));
        client.post(3, message(2, "bia", 1, "quem vem hoje?"));
        client.post(3, message(3, "caio", 2, "eu não"));
        client.post(3, message(4, "bia", 3, "ótimo"));
        client.keys("Up Up");
        client
    });
}

#[test]
fn lost_connection() {
    check("cut", |width, height| {
        let mut client = with_bia(width, height);
        client.happen(Event::Disconnected { reason: DisconnectReason::Closed, retry_in: Duration::from_millis(4_000) });
        client.type_text("consegue me ouvir?");
        client.keys("Enter");
        client
    });
}

#[test]
fn a_message_is_selected() {
    check("selected", |width, height| {
        let mut client = with_bia(width, height);
        client.keys("Up Up");
        client
    });
}

fn with_rich_messages(width: u16, height: u16) -> Driver {
    let mut client = Driver::signed_in(width, height, conversations());
    client.keys("2");
    client.type_text("bia");
    client.keys("Enter");
    let entries = vec![
        message(
            1,
            "bia",
            1,
            "> a prova é **quinta** ou _sexta_?\nquinta. leve:\n- o livro, com o capítulo *inteiro* e as notas\n- `crc.rs`",
        ),
        message(
            2,
            "ana",
            2,
            "está em https://exemplo.org/redes/capitulos/3/enquadramento.html e no [índice](https://exemplo.org)",
        ),
        message(3, "bia", 9, "assim?\n```rust\n// a soma\nlet sum = \"crc\".len() + 32;\n```"),
        message(4, "bia", 9, "2*3*4 e # sem título"),
    ];
    client.answer(|request| match request {
        Request::History(asked) => {
            Some(Reply::Entries(Entries { conversation: asked.conversation, entries: entries.clone(), more: false }))
        }
        _ => None,
    });
    client
}

#[test]
fn rich_messages() {
    check("rich", with_rich_messages);
}

#[test]
fn choosing_a_link() {
    check("rich-links", |width, height| {
        let mut client = with_rich_messages(width, height);
        client.keys("Up Up Up o");
        client
    });
}

#[test]
fn choosing_from_a_list() {
    check("picker", |width, height| {
        let mut client = Driver::signed_in(width, height, conversations());
        client.keys("1");
        client.type_text("a");
        client
    });
}

#[test]
fn a_word_is_completed() {
    check("completion", |width, height| {
        let mut client = with_bia(width, height);
        client.type_text("obrigada! :he");
        client.keys("Down");
        client
    });
    check("completion-command", |width, height| {
        let mut client = with_bia(width, height);
        client.type_text("/");
        client
    });
}

#[test]
fn long_paste_and_its_dialog() {
    let pasted = |width, height| {
        let mut client = with_bia(width, height);
        let code: String = (1..=42).map(|n| format!("    let line_{n} = {};\n", n * n)).collect();
        client.happen(Event::Pasted(format!("fn main() {{\n{code}}}\n")));
        client
    };
    check("paste", pasted);
    check("paste-question", |width, height| {
        let mut client = pasted(width, height);
        client.keys("Enter");
        client
    });
}

#[test]
fn creating_a_group() {
    check("prompt", |width, height| {
        let mut client = Driver::signed_in(width, height, conversations());
        client.keys("4 Enter");
        client
    });
}

#[test]
fn the_keys() {
    check("help", |width, height| {
        let mut client = Driver::signed_in(width, height, conversations());
        client.keys("F1");
        client
    });
}

#[test]
fn the_devices() {
    check("devices", |width, height| {
        let mut client = at_the_devices(width, height);
        client.keys("Down");
        client
    });
}

#[test]
fn the_server() {
    check("server", |width, height| {
        let mut client = Driver::signed_in(width, height, conversations());
        client.state.server.as_mut().unwrap().privacy = Privacy::FingerprintTrusted(Fingerprint::of(b"a certificate"));
        client.keys("s");
        client
    });
}

#[test]
fn searching_for_messages() {
    check("search", searching);
    check("search-nothing", nothing_found);
    check("found", at_found_message);
}

#[test]
fn registering_by_invite() {
    check("invite", |width, height| {
        let mut client = Driver::start(width, height);
        client.connect_to(Registration::Invite);
        client.keys("F2");
        client
    });
}

#[test]
fn in_portuguese() {
    check("pt-menu", |width, height| {
        let mut client = Driver::start_in(Language::PtBr, width, height);
        client.sign_in(conversations());
        client
    });
}

#[test]
fn the_last_line_of_the_sign_in_names_the_key_to_the_other_form() {
    for language in [Language::En, Language::PtBr] {
        let client = Driver::start_in(language, 80, 24);
        let screen = client.screen();
        let hints = screen.lines().last().unwrap();
        assert!(hints.contains("F2") && hints.contains("Tab") && hints.contains("F1"), "{hints}");
    }
}

#[test]
fn many_people_who_write_are_counted() {
    let mut client = Driver::signed_in(80, 24, conversations());
    client.keys("3 Enter");
    for n in 1..=36 {
        let username = name(&format!("pessoa{n}"));
        client.tell(ServerEvent::TypingStarted(TypingStarted { conversation: ConversationId(2), username }));
    }
    assert!(client.screen().contains("and 34 others are typing…"), "{}", client.screen());
}

#[test]
fn a_notice_that_is_too_long_for_the_last_line_is_shown_whole_above_the_composer() {
    let mut client = with_bia(40, 12);
    client.type_text("rascunho");
    client.happen(Event::Disconnected { reason: DisconnectReason::Closed, retry_in: std::time::Duration::ZERO });
    client.keys("Enter Ctrl-q");
    client.type_text("texto");
    let screen = client.screen();
    assert!(screen.contains("texto"), "{screen}");
    client.state.show_status(papo::state::phrase::Phrase::new("notice-needs-connection"));
    let screen = client.screen();
    assert!(screen.contains("is back."), "{screen}");
    assert!(screen.contains("texto"), "{screen}");
}
