//! Ownership of the local port, sign-ins for several servers at one address, and pausing a host, with real clients in
//! pseudo-terminals and servers that start and stop.

use std::time::Duration;

use papo::connection::{Connection, Target};
use papo::event::Event;
use papo::known_servers::KnownServers;
use papo_server::{Config, Server};
use rustix::process::Signal;
use tempfile::TempDir;

use crate::pty::{Modes, PersonAtTerminal, free_port, process_state};

const ENTER: &str = "\r";
const CTRL_Q: &str = "\x11";
const CTRL_Z: &str = "\x1a";
const F2: &str = "\x1bOQ";

/// A local port on which separate servers start and stop, and the home folder of a user.
struct Machine {
    runtime: tokio::runtime::Runtime,
    home: TempDir,
    port: u16,
    running: Option<Server>,
}

impl Machine {
    fn new() -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        Self { runtime, home: TempDir::new().unwrap(), port: free_port().parse().unwrap(), running: None }
    }

    /// Starts a separate server with this data.
    fn serve(&mut self, data: &TempDir) {
        let config = Config::new(([127, 0, 0, 1], self.port).into(), data.path().to_owned());
        let config = Config { password_cost: 4, reconnect_within: Duration::ZERO, ..config };
        let started = self.runtime.block_on(Server::start(config));
        self.running = Some(started.unwrap_or_else(|error| panic!("the server gets its port: {error}")));
    }

    fn stop(&mut self) {
        self.runtime.block_on(self.running.take().unwrap().stop());
    }

    fn papo(&self, arguments: &[&str]) -> PersonAtTerminal {
        let port = self.port.to_string();
        PersonAtTerminal::start(self.home.path(), &[&["--port", port.as_str()], arguments].concat())
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        if self.running.is_some() {
            self.stop();
        }
    }
}

/// The restart procedure of OPERATING.md.
#[test]
fn a_server_that_restarts_gets_its_port_and_its_users_stay_signed_in() {
    let (mut machine, data) = (Machine::new(), TempDir::new().unwrap());
    machine.serve(&data);
    let mut ana = machine.papo(&[]);
    ana.register_to_stay("ana");
    machine.stop();
    ana.see("its server is offline");
    machine.serve(&data);
    ana.see("● connected");
    assert!(ana.screen().contains("papo · ana"), "no sign-in form was shown:\n{}", ana.screen());
    ana.press(CTRL_Q);
    assert!(ana.ended());

    // A client that is started at that moment waits for the server as well.
    machine.stop();
    let ana = machine.papo(&[]);
    ana.see("its server is offline");
    machine.serve(&data);
    ana.see("papo · ana");
}

#[test]
fn a_sign_in_waits_while_another_server_is_at_the_same_address() {
    let (mut machine, data, others) = (Machine::new(), TempDir::new().unwrap(), TempDir::new().unwrap());
    machine.serve(&data);
    let mut ana = machine.papo(&[]);
    ana.register_to_stay("ana");
    machine.stop();
    machine.serve(&others);
    ana.see("A different server is running here now.");
    machine.stop();
    machine.serve(&data);
    ana.see("papo · ana");
    ana.press(CTRL_Q);
    assert!(ana.ended());

    machine.stop();
    machine.serve(&others);
    let mut ana = machine.papo(&[]);
    ana.see("This is not the server you signed in to before");
    ana.press(CTRL_Q);
    assert!(ana.ended());
    machine.stop();
    machine.serve(&data);
    machine.papo(&[]).see("papo · ana");
}

#[test]
fn the_user_can_decide_to_host_on_the_port_of_another_server() {
    let (mut machine, data) = (Machine::new(), TempDir::new().unwrap());
    machine.serve(&data);
    let mut ana = machine.papo(&[]);
    ana.register("ana");
    machine.stop();
    ana.press(CTRL_Q);
    assert!(ana.ended());

    let mut ana = machine.papo(&[]);
    ana.see("Press Enter to host");
    ana.press(ENTER);
    ana.see("Host a chat here?");
    ana.enter("yes");
    ana.see("hosting on this machine ● connected");
    ana.press(CTRL_Q);
    assert!(ana.ended());
    machine.papo(&[]).see("hosting on this machine ● connected");
}

/// Deleting the data that papo hosted, or restoring a backup of them, does not make the port count as that of another server.
#[test]
fn papo_hosts_again_after_its_data_are_missing_once_the_user_agrees() {
    let machine = Machine::new();
    let mut ana = machine.papo(&[]);
    ana.register("ana");
    ana.press(CTRL_Q);
    assert!(ana.ended());
    let data = machine.home.path().join(".local/share/papo");
    std::fs::remove_file(data.join("chat.db")).unwrap();
    let ana = machine.papo(&[]);
    ana.see("missing, and this folder has had it");
    assert!(!data.join("chat.db").exists(), "an empty chat must not take the place of the old one");
    std::fs::remove_file(data.join("chat.db.lock")).unwrap();
    ana.see("hosting on this machine ● connected");
}

/// The server sends a goodbye to each client that connects.
#[test]
fn a_client_reconnects_when_the_local_server_requests_it() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let goodbye = b"{\"type\":\"goodbye\",\"reason\":\"stopping\",\"come_back_ms\":7000}\n";
        std::io::Write::write_all(&mut listener.accept().unwrap().0, goodbye).unwrap();
    });
    runtime.block_on(async {
        let (sender, mut events) = tokio::sync::mpsc::channel(8);
        let target = Target::Local { data: None, port };
        let folder = TempDir::new().unwrap();
        let connection = Connection::start(target, KnownServers::in_folder(folder.path()), sender);
        let retry_in = loop {
            if let Event::Disconnected { retry_in, .. } = events.recv().await.unwrap() {
                break retry_in;
            }
        };
        assert_eq!(retry_in, Duration::from_secs(7));
        drop(events);
        connection.stop().await;
    });
}

#[test]
fn each_user_of_a_machine_is_signed_in_by_name() {
    let (mut machine, data) = (Machine::new(), TempDir::new().unwrap());
    machine.serve(&data);
    let mut joana = machine.papo(&[]);
    joana.register_to_stay("joana");
    joana.press(CTRL_Q);
    assert!(joana.ended());

    let mut ana = machine.papo(&["--user", "ana"]);
    ana.see("connected");
    ana.press(F2);
    ana.see("Repeat password");
    ana.enter("um cavalo come ana");
    ana.fill("um cavalo come ana");
    ana.tick_stay_signed_in();
    ana.press(ENTER);
    ana.see("papo · ana");
    ana.press(CTRL_Q);
    assert!(ana.ended());

    let mut last = machine.papo(&[]);
    last.see("papo · ana");
    last.press(CTRL_Q);
    assert!(last.ended());
    let mut joana = machine.papo(&["--user", "joana"]);
    joana.see("papo · joana");
    joana.see("Your sign-in is saved");
    joana.press(CTRL_Q);
    assert!(joana.ended());
    machine.papo(&[]).see("papo · joana");
}

/// Tries to stop the process in several ways, none of which must freeze the hosted chat.
#[cfg(target_os = "linux")]
#[track_caller]
fn check_not_stopped(host: &mut PersonAtTerminal, stop: impl FnOnce(&mut PersonAtTerminal)) {
    stop(host);
    host.see("papo hosts this chat and cannot be suspended.");
    assert_ne!(process_state(host), 'T');
    assert!(host.modes().alternate_screen);
}

#[cfg(target_os = "linux")]
#[test]
fn a_host_is_not_stopped_but_other_clients_are() {
    let machine = Machine::new();
    let mut host = machine.papo(&[]);
    host.see("hosting on this machine ● connected");
    check_not_stopped(&mut host, |host| host.press(CTRL_Z));
    host.see_no("cannot be suspended");
    check_not_stopped(&mut host, |host| host.signal(Signal::TSTP));

    let mut joined = machine.papo(&[]);
    joined.see("● connected");
    joined.signal(Signal::TSTP);
    while process_state(&joined) != 'T' {
        std::thread::yield_now();
    }
    joined.see_no("Welcome");
    assert_eq!(joined.modes(), Modes::SHELL);
    joined.signal(Signal::CONT);
    joined.see("Welcome");
    joined.press(CTRL_Q);
    assert!(joined.ended());
}

/// An editor that stops its whole process group, as Ctrl-Z in it does.
#[cfg(target_os = "linux")]
#[test]
fn a_host_and_its_editor_continue_after_the_editor_stopped_itself() {
    let machine = Machine::new();
    let port = machine.port.to_string();
    let editor = [("EDITOR", "f() { kill -TSTP 0; printf 'foi adiante' > \"$1\"; }; f")];
    let mut host = PersonAtTerminal::start_in(machine.home.path(), &["--port", &port], (80, 24), &editor);
    host.register("ana");
    host.create_group("diario");
    host.press("\x1be");
    host.see("foi adiante");
    host.see("papo hosts this chat");
    assert_ne!(process_state(&host), 'T');
}

#[test]
fn a_failure_to_host_is_explained_in_the_language_of_the_user() {
    let machine = Machine::new();
    let folder = machine.home.path().join(".local/share/papo");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("chat.db"), "isto não é um banco de dados do papo, e sim uma lista de compras\n".repeat(20))
        .unwrap();
    let ana = machine.papo(&["--lang", "pt-BR"]);
    ana.see("não foi possível hospedar");
    // The path may be broken into rows anywhere.
    let said = ana.screen().split_whitespace().collect::<String>();
    assert!(said.contains("chat.dbédeoutroprograma."), "{said}");
    for english in ["isnot", "--data", "--listen"] {
        assert!(!said.contains(english), "{english:?} in {said}");
    }
}

#[test]
fn data_in_use_on_another_port_are_reported() {
    let (machine, other_port) = (Machine::new(), free_port());
    let host = machine.papo(&[]);
    host.see("hosting on this machine ● connected");
    let elsewhere = PersonAtTerminal::start(machine.home.path(), &["--port", &other_port]);
    elsewhere.see("Another papo is using the data of your chat");
}
