//! Commands with several addresses of one community.

use papo::server_address::MAX_ADDRESSES;
use rustix::process::Signal;

use super::Chat;
use super::person::Person;
use crate::forwarder::Forwarder;
use crate::pty::free_port;

/// Stores a person's sign-in to the server at this address, as an older papo did.
fn keep_at(chat: &Chat, address: &str, person: &Person) {
    let last_user = format!("{address}/{}", person.server.unwrap());
    chat.keep(&last_user, &person.name);
    chat.keep(&format!("{last_user}/{}", person.name), &person.token);
}

#[test]
fn a_message_is_sent_through_the_first_address_that_answers() {
    let chat = Chat::start();
    let (mut ana, node) = (chat.register("ana"), Forwarder::to(chat.port));
    chat.register("bia");
    keep_at(&chat, &node.address(), &ana);
    let dead = format!("127.0.0.1:{}", free_port());
    let send = |servers: &str| chat.run_elsewhere(&["send", "bia", "oi", "--plaintext", "--server", servers], b"");
    send(&format!("{dead},{}", node.address())).done();
    send(&format!("{},{dead}", node.address())).done();
    let another = format!("127.0.0.1:{}", free_port());
    send(&format!("{dead},{another}")).failed(4, &format!("No answer from {another}"));
    let conversation = ana.open("bia");
    assert_eq!(ana.texts(conversation), ["oi", "oi"]);
}

#[test]
fn following_continues_at_the_next_address_without_gaps() {
    let chat = Chat::start();
    let (ana, mut bia) = (chat.register("ana"), chat.register("bia"));
    let (mut first, second) = (Forwarder::to(chat.port), Forwarder::to(chat.port));
    keep_at(&chat, &first.address(), &ana);
    let conversation = bia.open("ana");
    bia.say(conversation, "zero");
    let servers = format!("{},{}", first.address(), second.address());
    let following = chat.follow_at(&["tail", "--json", "bia", "--after", "0", "--plaintext", "--server", &servers]);
    assert_eq!(following.json()["text"], "zero");
    bia.say(conversation, "uma");
    assert_eq!(following.json()["text"], "uma");
    first.kill();
    bia.say(conversation, "duas");
    assert_eq!(following.json()["text"], "duas");
    assert!(second.sent().contains("sign_in_with_token"), "the second node is used");
    let (_, rest) = following.end(Signal::TERM);
    assert!(rest.is_empty(), "{rest:?}");
}

#[test]
fn a_community_that_only_claims_to_be_known_gets_no_token() {
    let chat = Chat::start();
    let ana = chat.register("ana");
    chat.register("bia");
    keep_at(&chat, "chat.example.org:12345", &ana);
    let node = Forwarder::to(chat.port);
    let send = |servers: &str, language: &str| {
        chat.run_elsewhere(&["send", "bia", "oi", "--plaintext", "--server", servers, "--lang", language], b"")
    };
    send(&node.address(), "en").failed(5, "says that it is a community you know, but nothing proves it");
    send(&node.address(), "pt").failed(5, "diz ser uma comunidade que você conhece, mas nada comprova isso");
    assert!(!node.sent().contains("token"), "{}", node.sent());
    // Its user says that both addresses belong together.
    let dead = format!("127.0.0.1:{}", free_port());
    keep_at(&chat, &dead, &ana);
    send(&format!("{dead},{}", node.address()), "en").done();
}

#[test]
fn addresses_of_two_communities_are_refused() {
    let (chat, other) = (Chat::start(), Chat::start());
    let (ana, bia) = (chat.register("ana"), other.register("bia"));
    let nodes = [Forwarder::to(chat.port), Forwarder::to(other.port)];
    keep_at(&chat, &nodes[0].address(), &ana);
    keep_at(&chat, &nodes[1].address(), &bia);
    let servers = format!("{},{}", nodes[0].address(), nodes[1].address());
    let send =
        |language: &str| chat.run_elsewhere(&["send", "bia", "oi", "--plaintext", "--server", &servers, "--lang", language], b"");
    send("en").failed(1, &format!("{} belongs to a different community than {}", nodes[0].address(), nodes[1].address()));
    send("pt").failed(1, "não é da mesma comunidade que");
    for node in &nodes {
        assert!(!node.sent().contains("token"), "{}", node.sent());
    }
}

#[test]
fn invalid_lists_of_addresses_exit_with_2_and_say_why() {
    let chat = Chat::start();
    let many = (0..=MAX_ADDRESSES).map(|n| format!("n{n}")).collect::<Vec<_>>().join(",");
    let too_many = format!("{} addresses are too many; list at most {MAX_ADDRESSES}", MAX_ADDRESSES + 1);
    for (servers, said) in [
        ("a,,b", "an address is empty"),
        ("a,", "an address is empty"),
        ("a,b,A:12345", "A:12345 is listed twice"),
        ("a,b:x", "\"x\" is not a port"),
        (&many, &too_many),
    ] {
        for command in [&["send", "bia", "oi"][..], &[]] {
            let ran = chat.run_elsewhere(&[&["--server", servers], command].concat(), b"");
            assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{servers}: {ran:?}");
            assert!(ran.err.contains(said), "{servers}: {}", ran.err);
        }
    }
}
