//! Blocking people.

use papo::effect::Effect;
use papo_shared::model::Role;
use papo_shared::protocol::{
    Block, BlockChanged, BlockedPage, Event as ServerEvent, ListBlocked, Refusal, Reply, Request, TypingStarted, Unblock,
};

use crate::driver::{Driver, direct, group, message, name, person};
use crate::stories::members::{REDES, hints, in_redes, only_request, run};
use crate::stories::{chatting_with_bia, history};

const FOLDED: &str = "· from someone you blocked · Enter shows it";

fn block(client: &mut Driver, username: &str) {
    client.tell(ServerEvent::BlockChanged(BlockChanged { username: name(username), blocked: true }));
}

#[test]
fn group_messages_of_a_blocked_person_are_folded_until_opened() {
    let mut client = in_redes(80, 24, Role::Member);
    client.post(3, message(2, "caio", 1, "primeira"));
    block(&mut client, "caio");
    client.effects.clear();
    client.post(3, message(3, "caio", 1, "segunda"));
    client.post(3, message(4, "bia", 1, "quieto"));
    let screen = client.screen();
    assert!(!screen.contains("primeira") && !screen.contains("segunda") && screen.contains("quieto"), "{screen}");
    assert_eq!(screen.matches(FOLDED).count(), 2, "{screen}");
    client.keys("Up Up");
    assert!(hints(&client).starts_with(" Enter show it"), "{}", hints(&client));
    client.keys("Enter");
    let screen = client.screen();
    assert!(screen.contains("caio         segunda"), "the unfolded message shows its author: {screen}");
    assert_eq!(screen.matches(FOLDED).count(), 1, "{screen}");
    client.tell(ServerEvent::BlockChanged(BlockChanged { username: name("caio"), blocked: false }));
    assert!(client.screen().contains("primeira"), "{}", client.screen());
}

#[test]
fn a_blocked_person_rings_no_bell_and_is_not_counted_or_previewed() {
    let mut client = Driver::signed_in(80, 24, vec![group(3, "redes", 1, 1, 0)]);
    block(&mut client, "caio");
    client.effects.clear();
    client.post(3, message(2, "caio", 1, "olha isto"));
    assert!(!client.effects.iter().any(|effect| matches!(effect, Effect::Bell | Effect::SetTitle(_))), "{:?}", client.effects);
    let screen = client.screen();
    assert!(screen.contains("a message from someone you blocked") && !screen.contains("olha"), "{screen}");
    client.tell(ServerEvent::TypingStarted(TypingStarted { conversation: REDES, username: name("caio") }));
    client.keys("3 Enter");
    assert!(!client.screen().contains("typing"), "{}", client.screen());
    client.keys("Esc");
    client.post(3, message(3, "bia", 1, "oi"));
    assert!(client.effects.contains(&Effect::SetTitle("papo (1)".to_owned())), "{:?}", client.effects);
}

#[test]
fn a_member_is_blocked_with_a_key_and_unblocked_in_the_list_of_blocked_people() {
    let mut client = in_redes(100, 24, Role::Member);
    client.keys("Alt-m End b");
    assert!(client.screen().contains("Block duda?"), "{}", client.screen());
    client.keys("y");
    client.answer(|request| (*request == Request::Block(Block { username: "duda".to_owned() })).then_some(Reply::Done));
    let screen = client.screen();
    assert!(screen.contains("duda is blocked. They are not told.") && screen.contains("○ duda · blocked"), "{screen}");
    client.keys("Esc");
    run(&mut client, "/blocked");
    assert!(client.screen().contains("▸ ○ duda"), "{}", client.screen());
    client.keys("Enter");
    client.answer(|request| (*request == Request::Unblock(Unblock { username: "duda".to_owned() })).then_some(Reply::Done));
    let screen = client.screen();
    assert!(screen.contains("You have not blocked anyone.") && screen.contains("duda is no longer blocked."), "{screen}");
}

#[test]
fn the_conversation_with_a_blocked_person_says_so() {
    let mut client = chatting_with_bia(&[]);
    client.sent();
    run(&mut client, "/block");
    client.answer(|request| (*request == Request::Block(Block { username: "bia".to_owned() })).then_some(Reply::Done));
    assert!(client.screen().contains("● bia · online · you blocked this person"), "{}", client.screen());
    run(&mut client, "/unblock");
    client.answer(|request| (*request == Request::Unblock(Unblock { username: "bia".to_owned() })).then_some(Reply::Done));
    assert!(!client.screen().contains("you blocked this person"), "{}", client.screen());
    run(&mut client, "/block @Caio");
    assert_eq!(only_request(&mut client), Request::Block(Block { username: "caio".to_owned() }));
    run(&mut client, "/block ana");
    assert!(client.screen().contains("That is you."), "{}", client.screen());
}

#[test]
fn blocked_people_are_listed_page_by_page() {
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 0, 0, 0)]);
    block(&mut client, "eva");
    client.tell(ServerEvent::Lagged);
    client.answer(|request| match request {
        Request::ListBlocked(ListBlocked { after: None, .. }) => {
            Some(Reply::Blocked(BlockedPage { people: vec![person("caio", true)], next: Some(name("caio")) }))
        }
        Request::ListBlocked(_) => Some(Reply::Blocked(BlockedPage { people: vec![person("fabio", false)], next: None })),
        request => history(request, &[]),
    });
    let blocked: Vec<_> = client.state.account.blocked.iter().map(|name| name.as_str().to_owned()).collect();
    assert_eq!(blocked, ["caio", "fabio"], "the server's list replaces the local one");
}

#[test]
fn a_server_without_blocking_causes_no_notice() {
    let mut client = Driver::signed_in(80, 24, vec![]);
    client.tell(ServerEvent::Lagged);
    client.answer(|request| matches!(request, Request::ListBlocked(_)).then_some(Reply::Refused(Refusal::UnknownType)));
    assert!(client.state.account.status_message.is_none());
}
