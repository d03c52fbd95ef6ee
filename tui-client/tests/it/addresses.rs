//! Several addresses of one community: real clients, and nodes that forward to a real server and can be killed.

use std::time::{Duration, Instant};

use papo::keyed_file::KeyedFile;
use papo_server::{Config, Server};
use tempfile::TempDir;

use crate::forwarder::Forwarder;
use crate::pty::{PersonAtTerminal, free_port};

const ESC: &str = "\x1b";
const CTRL_Q: &str = "\x11";

/// A community with two nodes, and the home folder of a user.
struct Community {
    runtime: tokio::runtime::Runtime,
    server: Option<Server>,
    data: TempDir,
    home: TempDir,
    port: u16,
    first: Forwarder,
    second: Forwarder,
}

/// Starts a server with this data.
fn serve(runtime: &tokio::runtime::Runtime, port: u16, data: &TempDir) -> Server {
    let config = Config::new(([127, 0, 0, 1], port).into(), data.path().to_owned());
    runtime.block_on(Server::start(Config { password_cost: 4, ..config })).unwrap()
}

impl Community {
    fn start() -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let (data, port) = (TempDir::new().unwrap(), free_port().parse().unwrap());
        let server = Some(serve(&runtime, port, &data));
        let (first, second) = (Forwarder::to(port), Forwarder::to(port));
        Self { runtime, server, data, home: TempDir::new().unwrap(), port, first, second }
    }

    /// The addresses of both nodes, as a list.
    fn both(&self) -> String {
        format!("{},{}", self.first.address(), self.second.address())
    }

    fn papo(&self, arguments: &[&str]) -> PersonAtTerminal {
        PersonAtTerminal::start(self.home.path(), arguments)
    }

    /// A client that joins for the first time, accepts the certificate, and stays signed in.
    fn join(&self, server: &str) -> PersonAtTerminal {
        let mut ana = self.papo(&["--server", server]);
        ana.see("Do you trust this server?");
        ana.enter("yes");
        ana.register_to_stay("ana");
        ana
    }

    fn file(&self, name: &str) -> KeyedFile {
        KeyedFile::at(&self.home.path().join(".local/share/papo").join(name))
    }

    /// The id of the server, as the client stored it.
    fn server_id(&self) -> String {
        let (key, _) = self.file("sign_ins").entries().unwrap().remove(0);
        key.split('/').next().unwrap().to_owned()
    }

    /// The messages that the server stored.
    fn stored(&self) -> Vec<String> {
        let connection = rusqlite::Connection::open(self.data.path().join("chat.db")).unwrap();
        let mut statement = connection.prepare("SELECT body FROM entry WHERE kind = 1 ORDER BY id").unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    }
}

impl Drop for Community {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            self.runtime.block_on(server.stop());
        }
    }
}

fn quit(mut person: PersonAtTerminal) {
    person.press(CTRL_Q);
    assert!(person.ended());
}

#[test]
fn the_client_moves_to_the_next_address_when_its_node_dies_and_back() {
    let mut community = Community::start();
    let (first, second) = (community.first.address(), community.second.address());
    let mut ana = community.join(&community.both());
    ana.see(&format!("{first} ● connected"));
    ana.create_group("diario");
    ana.enter("uma");
    ana.see_that("it stored", |screen| screen.matches('✓').count() == 1);

    let killed = Instant::now();
    community.first.kill();
    ana.see(&format!("{second} ● connected"));
    assert!(killed.elapsed() < Duration::from_secs(30), "{:?}", killed.elapsed());
    ana.enter("duas");
    ana.see_that("it stored", |screen| screen.matches('✓').count() == 2);
    ana.press(ESC);
    ana.see("Create a group");
    ana.press("s");
    ana.see(&format!("{second} · 127.0.0.1"));
    ana.press(ESC);

    // With no node left, the failures are shown with their addresses, and what is written waits.
    community.second.kill();
    ana.see("trying again in");
    ana.see_that("both addresses in turn", |screen| screen.contains(&format!("{first} ○ no answer")));
    ana.see_that("both addresses in turn", |screen| screen.contains(&format!("{second} ○ no answer")));
    quit(ana);
    assert_eq!(community.stored(), ["uma", "duas"]);
}

#[test]
fn the_community_is_recognized_at_other_addresses_in_another_order_and_under_another_name() {
    let mut community = Community::start();
    let (first, second) = (community.first.address(), community.second.address());
    let mut ana = community.join(&first);
    ana.create_group("diario");
    ana.press("rascunho");
    ana.see("rascunho");
    quit(ana);
    community.first.kill();

    let localhost = format!("localhost:{}", community.second.port());
    for servers in [second.clone(), format!("{second},{first}"), format!("{first},{second}"), localhost] {
        let ana = community.papo(&["--server", &servers]);
        ana.see("papo · ana");
        ana.see("rascunho");
        assert!(!ana.screen().contains("Do you trust"), "no question is asked:\n{}", ana.screen());
        quit(ana);
    }
}

/// The acknowledgement is lost with the node, so the client sends the message again through the other one.
#[test]
fn a_message_that_a_dying_node_did_not_acknowledge_is_stored_once() {
    let mut community = Community::start();
    let dying = Forwarder::that_dies_before(community.port, "message_stored");
    let servers = format!("{},{}", dying.address(), community.second.address());
    let mut ana = community.papo(&["--server", &servers, "--plaintext"]);
    ana.register("ana");
    ana.see(&format!("{} ● connected", dying.address()));
    ana.create_group("diario");
    ana.enter("uma vez");
    ana.see(&format!("{} ● connected", community.second.address()));
    ana.see_that("it stored", |screen| screen.matches('✓').count() == 1 && !screen.contains('⋯'));
    assert_eq!(community.stored(), ["uma vez"]);
    assert!(community.second.sent().contains("uma vez"), "it was sent again through the second node");
    quit(ana);
    community.second.kill();
}

#[test]
fn unsent_messages_survive_a_restart_at_another_address() {
    let mut community = Community::start();
    let mut ana = community.join(&community.first.address());
    ana.create_group("diario");
    community.first.kill();
    ana.see("trying again in");
    ana.enter("depois");
    ana.see("(1 waiting)");
    ana.press(CTRL_Q);
    ana.see("not sent yet");
    quit(ana);
    let ana = community.papo(&["--server", &community.second.address()]);
    ana.see("papo · ana");
    ana.see_that("it stored", |screen| screen.contains("depois") && screen.matches('✓').count() == 1);
    assert_eq!(community.stored(), ["depois"]);
    quit(ana);
}

/// An older papo stored everything by address.
#[test]
fn files_of_an_older_papo_are_used_at_another_address_and_migrated() {
    let community = Community::start();
    let (first, second) = (community.first.address(), community.second.address());
    quit(community.join(&first));
    let id = community.server_id();
    let token = community.file("sign_ins").get(&format!("{id}/ana")).unwrap().unwrap();
    let fingerprint = community.server.as_ref().unwrap().fingerprint().to_string();
    for (name, entries) in [
        ("known_servers", vec![(first.clone(), fingerprint)]),
        ("sign_ins", vec![(format!("{first}/{id}"), "ana".to_owned()), (format!("{first}/{id}/ana"), token.clone())]),
    ] {
        std::fs::remove_file(community.home.path().join(".local/share/papo").join(name)).unwrap();
        let entries: Vec<_> = entries.iter().map(|(key, value)| (key.as_str(), Some(value.as_str()))).collect();
        community.file(name).update(&entries).unwrap();
    }
    let mut ana = community.papo(&["--server", &second]);
    ana.see("papo · ana");
    ana.see("● connected");
    quit(ana);
    let sign_ins = community.file("sign_ins");
    assert_eq!(sign_ins.get(&id).unwrap().as_deref(), Some("ana"));
    assert_eq!(sign_ins.get(&format!("{id}/ana")).unwrap(), Some(token));
    assert_eq!(sign_ins.get(&format!("{first}/{id}/ana")).unwrap(), None, "the token is stored once");

    ana = community.papo(&["--server", &first]);
    ana.see("papo · ana");
    ana.create_group("diario");
    ana.enter("/signout");
    ana.see("Welcome");
    quit(ana);
    let ana = community.papo(&["--server", &second]);
    ana.see("Welcome");
    ana.see("connected");
    assert!(!ana.screen().contains("papo · ana"), "signing out holds at every address:\n{}", ana.screen());
}

/// A server with a copy of the data claims the same id, and would even accept the token.
#[test]
fn a_server_that_only_claims_the_identity_gets_nothing_until_the_user_confirms_it() {
    let community = Community::start();
    quit(community.join(&community.first.address()));
    let rogue_data = TempDir::new().unwrap();
    std::fs::copy(community.data.path().join("chat.db"), rogue_data.path().join("chat.db")).unwrap();
    for side_file in ["chat.db-wal", "chat.db-shm"] {
        let _ = std::fs::copy(community.data.path().join(side_file), rogue_data.path().join(side_file));
    }
    let rogue_port: u16 = free_port().parse().unwrap();
    let rogue = serve(&community.runtime, rogue_port, &rogue_data);
    let (tls, plain) = (format!("127.0.0.1:{rogue_port}"), Forwarder::to(rogue_port));

    // Its certificate was accepted for its own address, which proves nothing about the community.
    let mut ana = PersonAtTerminal::start_sized(community.home.path(), &["--server", &tls], 80, 30);
    ana.see("Do you trust this server?");
    ana.enter("yes");
    ana.see("Is this the community you know?");
    ana.see(&community.first.address());
    ana.press(ESC);
    ana.see_no("Is this the community");
    ana.see("unproven identity");
    ana.see("Press Enter on the");
    assert!(!ana.screen().contains("papo · ana"), "{}", ana.screen());
    quit(ana);

    let mut ana = PersonAtTerminal::start_sized(community.home.path(), &["--server", &plain.address(), "--plaintext"], 80, 30);
    ana.see("Is this the community you know?");
    let sent = plain.sent();
    assert!(sent.contains("hello") && !sent.contains("token"), "no token was sent: {sent}");
    ana.fill("no");
    ana.press("\r");
    ana.see("Type yes if you know that it is.");
    ana.press(ESC);
    ana.see_no("Is this the community");
    quit(ana);

    // The user may know better, for example because the server has moved.
    let mut ana = PersonAtTerminal::start_sized(community.home.path(), &["--server", &tls, "--lang", "pt-BR"], 80, 30);
    ana.see("É a comunidade que você conhece?");
    ana.enter("sim");
    ana.see("papo · ana");
    quit(ana);
    community.runtime.block_on(rogue.stop());
}

#[test]
fn an_address_of_another_community_is_refused_and_explained() {
    let (mut community, other) = (Community::start(), Community::start());
    quit(community.join(&community.first.address()));
    let (first, second) = (community.first.address(), other.first.address());
    let servers = format!("{first},{second}");
    community.first.kill();
    for (language, refused, explained) in [
        ("en", "a different community, trying again in", "belongs to a different community than"),
        ("pt-BR", "outra comunidade, nova tentativa em", "não é da mesma comunidade que"),
    ] {
        let mut ana = PersonAtTerminal::start_sized(community.home.path(), &["--server", &servers, "--lang", language], 100, 30);
        if language == "en" {
            ana.see("Do you trust this server?");
            ana.see(&second);
            ana.enter("yes");
        }
        ana.see_that("the refusal", |screen| {
            let words = screen.split_whitespace().collect::<Vec<_>>().join(" ");
            words.contains(refused) && words.contains(&format!("! {second} {explained}"))
        });
        assert!(!ana.screen().contains("papo · ana"), "{}", ana.screen());
        quit(ana);
    }
}

/// The operator of one community could answer at the address of another, which is new to this machine.
#[test]
fn the_certificate_of_a_known_community_is_asked_about_if_another_one_answers_with_it() {
    let community = Community::start();
    quit(community.join(&community.first.address()));
    let data = TempDir::new().unwrap();
    for file in ["certificate.pem", "key.pem"] {
        std::fs::copy(community.data.path().join(file), data.path().join(file)).unwrap();
    }
    let port: u16 = free_port().parse().unwrap();
    let server = serve(&community.runtime, port, &data);
    let mut ana = community.papo(&["--server", &format!("127.0.0.1:{port}")]);
    ana.see("Do you trust this server?");
    ana.enter("yes");
    ana.see("● connected");
    ana.see("Welcome");
    quit(ana);
    community.runtime.block_on(server.stop());
}
