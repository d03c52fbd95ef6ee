//! Switching accounts: another account signs in on the same client, or another server answers at the same address.

use std::time::Duration;

use papo::effect::Effect;
use papo::event::{DisconnectReason, Event};
use papo::state::account::away::Away;
use papo::state::account_state::AccountState;
use papo::state::connection::pending::{Pending, Purpose};
use papo::state::conversations::conversation::Scroll;
use papo::state::navigation::chat::{Chat, Side};
use papo::state::navigation::menu::MenuItem;
use papo::state::navigation::way_back::WayBack;
use papo::state::phrase::Phrase;
use papo::state::search::Search;
use papo::state::{Screen, State};
use papo_shared::model::{
    ConversationId, DeviceId, GroupListing, GroupName, Invitation, Seq, ServerId, Timestamp, Username, Visibility,
};
use papo_shared::protocol::{Event as ServerEvent, Goodbye, GoodbyeReason, Reply, Request, SignedIn};

use super::{chatting_with_bia, history};
use crate::driver::{Driver, START, direct, message, person};

const BIA: ConversationId = ConversationId(1);

/// Fails unless every field of the account differs from its default. A new field fails to compile here until it is
/// named, and then fails until it is set.
macro_rules! assert_all_set {
    ($account:expr; $($field:ident),* $(,)?) => {{
        let AccountState { $($field),* } = $account;
        let new = AccountState::default();
        $(assert_ne!(format!("{:?}", $field), format!("{:?}", new.$field), "`{}` is not set", stringify!($field));)*
    }};
}

/// Ana's client, with data in every field of the account's state.
fn used_by_ana() -> Driver {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "segredo")]);
    client.type_text("mais um segredo");
    client.keys("Enter");
    let state = &mut client.state;
    state.show_status(Phrase::new("notice-back"));
    state.expect_opening(Purpose::CreateGroup);
    let account = &mut state.account;
    account.away = Away::Idle;
    account.menu = MenuItem::Quit;
    account.devices.selected = Some(DeviceId(3));
    account.inbox.is_behind = true;
    account.unread_summary_shown = true;
    account.chat.side = Side::Groups;
    account.completion.declined = Some((BIA, 0, 0));
    account.draft_in_editor = Some(BIA);
    account.viewed_conversation = Some(BIA);
    account.blocked.insert(Username::parse("caio").unwrap());
    let name = GroupName::parse("segredos").unwrap();
    account.group_listings.insert(
        ConversationId(9),
        GroupListing { conversation: ConversationId(9), name, members: 2, member: true, visibility: Visibility::Listed },
    );
    account.invitations.push(Invitation {
        conversation: ConversationId(8),
        name: GroupName::parse("convite").unwrap(),
        members: 2,
        invited_by: Username::parse("caio").unwrap(),
        at: Timestamp(START),
    });
    account.listed.insert(BIA);
    account.unreported_arrivals.insert(BIA);
    account.send_pacing.last_typing_sent = Some((BIA, state.moment));
    account.local_data.changed_drafts.insert(BIA);
    account.highlighted.request(&papo::code::Code { language: "rust".to_owned(), text: "segredo();".to_owned() });
    account.last_search = Some(Search::new(Some(BIA)));
    account.way_back = Some(WayBack {
        to: (BIA, Seq(1)),
        needs_centering: true,
        previous_scroll: Scroll::AtEnd,
        screen: Screen::Chat,
        chat: Chat::default(),
        open: None,
    });
    assert_all_set!(
        &client.state.account;
        owner, away, menu, devices, inbox, unread_summary_shown, chat, completion, draft_in_editor, viewed_conversation, people, blocked, conversations,
        invitations, group_listings, listed, unreported_arrivals, outbox, send_pacing, local_data, highlighted, status_message, opening, last_search, way_back,
    );
    client
}

fn sign_out(client: &mut Driver) {
    client.keys("Esc");
    client.tell(ServerEvent::Goodbye(Goodbye { reason: GoodbyeReason::SignedOut, come_back_ms: None }));
    assert_eq!(client.state.screen, Screen::SignIn);
    client.happen(Event::Disconnected { reason: DisconnectReason::Closed, retry_in: Duration::ZERO });
    client.all_sent();
    client.connect();
}

/// Signs duda in with the form, which may show her name already.
fn sign_in_as_duda(client: &mut Driver) {
    if client.state.sign_in.username.is_empty() {
        client.type_text("duda");
        client.keys("Tab");
    }
    client.type_text("um cavalo come");
    client.keys("Enter");
    client.answer(|request| {
        let duda = SignedIn { you: person("duda", true), token: "token".into() };
        matches!(request, Request::SignIn(_)).then_some(Reply::SignedIn(duda))
    });
    client.catch_up(vec![]);
}

/// The debug text of the state, without the ids of requests.
fn describe(state: &State) -> String {
    let mut state = state.clone();
    state.pending = Pending::default();
    format!("{state:#?}")
}

#[test]
fn no_data_of_an_account_is_left_after_another_one_signs_in() {
    let mut reused = used_by_ana();
    sign_out(&mut reused);
    sign_in_as_duda(&mut reused);
    let mut fresh = Driver::start(80, 24);
    fresh.connect();
    sign_in_as_duda(&mut fresh);
    assert_same_lines(&describe(&reused.state), &describe(&fresh.state));
}

#[test]
fn no_data_of_an_account_is_left_when_another_server_answers() {
    let mut client = used_by_ana();
    client.happen(Event::Disconnected { reason: DisconnectReason::Closed, retry_in: Duration::ZERO });
    client.server_id = ServerId::from_bytes([8; 16]);
    client.connect();
    assert_same_lines(&format!("{:#?}", client.state.account), &format!("{:#?}", Driver::start(80, 24).state.account));
}

/// Fails at the first line that differs.
#[track_caller]
fn assert_same_lines(left: &str, right: &str) {
    for (number, (left, right)) in left.lines().zip(right.lines()).enumerate() {
        assert_eq!(left, right, "line {number}");
    }
    assert_eq!(left.len(), right.len());
}

#[test]
fn text_from_an_editor_is_not_inserted_into_a_conversation_of_another_server() {
    let mut client = chatting_with_bia(&[]);
    client.type_text("/editor");
    client.keys("Enter");
    assert!(client.state.editor_is_open);
    client.happen(Event::Disconnected { reason: DisconnectReason::Closed, retry_in: Duration::ZERO });
    client.server_id = ServerId::from_bytes([8; 16]);
    client.connect();
    client.state.editor_is_open = false;
    client.type_text("um cavalo come");
    client.keys("Enter");
    client.answer(|request| {
        let ana = SignedIn { you: person("ana", true), token: "token".into() };
        matches!(request, Request::SignIn(_)).then_some(Reply::SignedIn(ana))
    });
    client.catch_up(vec![direct(1, "caio", 0, 0, 0)]);
    client.answer(|request| history(request, &[]));
    client.happen(Event::EditorClosed { conversation: BIA, text: Ok("segredo".to_owned()) });
    assert!(client.state.account.conversations[&BIA].composer.is_empty());
    assert!(client.effects.contains(&Effect::Copy("segredo".to_owned())));
}
