//! Storage of sign-ins and their assignment to servers and users, with keyrings that work, fail, or never reply.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc as std_mpsc;
use std::sync::{Arc, Mutex};

use papo::device_token::{DeviceToken, Lookup, StoredSignIn, TokenLocation};
use papo::event::{Event, Privacy};
use papo::keyed_file::KeyedFile;
use papo::known_servers::{Claim, KnownServers};
use papo::sign_ins::{Keyring, KeyringError, SignIns, StoredSignIns};
use papo_shared::model::{ServerId, Username};
use tempfile::TempDir;
use tokio::sync::mpsc;

use crate::driver::name;

const ADDRESS: &str = "chat.example.org:12345";

/// The server of most tests.
fn here() -> ServerId {
    ServerId::from_bytes([1; 16])
}

/// Another server at the same address.
fn another() -> ServerId {
    ServerId::from_bytes([2; 16])
}

/// A keyring that works.
#[derive(Clone, Default)]
struct OpenKeyring(Arc<Mutex<BTreeMap<String, String>>>);

impl Keyring for OpenKeyring {
    fn get(&self, key: &str) -> Result<Option<String>, KeyringError> {
        Ok(self.0.lock().unwrap().get(key).cloned())
    }

    fn set(&self, key: &str, secret: &str) -> Result<(), KeyringError> {
        self.0.lock().unwrap().insert(key.to_owned(), secret.to_owned());
        Ok(())
    }

    fn remove(&self, key: &str) -> Result<(), KeyringError> {
        self.0.lock().unwrap().remove(key);
        Ok(())
    }
}

/// A keyring that always fails.
struct NoKeyringHere;

impl Keyring for NoKeyringHere {
    fn get(&self, _: &str) -> Result<Option<String>, KeyringError> {
        Err(KeyringError("nobody on the bus".to_owned()))
    }

    fn set(&self, _: &str, _: &str) -> Result<(), KeyringError> {
        Err(KeyringError("nobody on the bus".to_owned()))
    }

    fn remove(&self, _: &str) -> Result<(), KeyringError> {
        Err(KeyringError("nobody on the bus".to_owned()))
    }
}

/// A keyring that reports success but stores nothing.
struct ForgetfulKeyring;

impl Keyring for ForgetfulKeyring {
    fn get(&self, _: &str) -> Result<Option<String>, KeyringError> {
        Ok(None)
    }

    fn set(&self, _: &str, _: &str) -> Result<(), KeyringError> {
        Ok(())
    }

    fn remove(&self, _: &str) -> Result<(), KeyringError> {
        Ok(())
    }
}

/// A keyring that blocks while the test holds the other end of a channel.
struct StuckKeyring(std_mpsc::Receiver<()>);

impl Keyring for StuckKeyring {
    fn get(&self, _: &str) -> Result<Option<String>, KeyringError> {
        let _ = self.0.recv();
        Err(KeyringError("too late".to_owned()))
    }

    fn set(&self, key: &str, _: &str) -> Result<(), KeyringError> {
        self.get(key).map(drop)
    }

    fn remove(&self, key: &str) -> Result<(), KeyringError> {
        self.get(key).map(drop)
    }
}

/// A client that stores its sign-ins in this folder.
struct Client {
    sign_ins: SignIns,
    events: mpsc::Receiver<Event>,
}

fn file(folder: &TempDir) -> PathBuf {
    folder.path().join("sign_ins")
}

fn start(keyring: impl Keyring + 'static, folder: &TempDir) -> Client {
    start_as(None, keyring, folder)
}

fn start_as(user: Option<&str>, keyring: impl Keyring + 'static, folder: &TempDir) -> Client {
    let (sender, events) = mpsc::channel(16);
    let stored = StoredSignIns::at(&[ADDRESS.to_owned()], user.map(name), keyring, &file(folder));
    Client { sign_ins: SignIns::start(stored, sender).unwrap(), events }
}

fn token(text: &str) -> DeviceToken {
    DeviceToken(text.to_owned())
}

/// Joins a server, stores a sign-in to it and stops.
fn keep(keyring: impl Keyring + 'static, folder: &TempDir, server: ServerId, user: &str, text: &str) {
    let listed = [ADDRESS.to_owned()];
    let claim = Claim { server, address: ADDRESS, listed: &listed, privacy: Privacy::Plain, is_hosted: false };
    KnownServers::in_folder(folder.path()).admit(&claim).unwrap();
    let client = start(keyring, folder);
    client.sign_ins.store(server, name(user), token(text));
    client.sign_ins.stop();
}

fn forget(keyring: impl Keyring + 'static, folder: &TempDir, server: ServerId, user: Option<&str>) {
    let client = start(keyring, folder);
    client.sign_ins.remove(server, user.map(name));
    client.sign_ins.stop();
}

/// The events of a start in which this server answers.
fn events_of_lookup(user: Option<&str>, keyring: impl Keyring + 'static, folder: &TempDir, server: ServerId) -> Vec<Event> {
    let Client { sign_ins, mut events } = start_as(user, keyring, folder);
    sign_ins.find(server);
    sign_ins.stop();
    std::iter::from_fn(|| events.blocking_recv()).collect()
}

/// The lookup result of a start in which this server answers.
fn found(user: Option<&str>, folder: &TempDir, server: ServerId) -> Lookup {
    match events_of_lookup(user, NoKeyringHere, folder, server).remove(0) {
        Event::SignInLookedUp(answered, Ok(found)) if answered == server => found,
        other => panic!("{other:?}"),
    }
}

fn stored(user: Option<&str>, text: &str, token_location: TokenLocation, is_default: bool) -> StoredSignIn {
    let username: Option<Username> = user.map(name);
    StoredSignIn { server: here(), username, token: token(text), token_location, is_default }
}

fn in_file_as(user: Option<&str>, text: &str, folder: &TempDir, is_default: bool) -> Lookup {
    Lookup::Found(stored(user, text, TokenLocation::File(file(folder)), is_default))
}

fn text_of(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

#[test]
fn a_sign_in_is_stored_in_the_keyring_until_it_is_removed() {
    let (folder, keyring) = (TempDir::new().unwrap(), OpenKeyring::default());
    let mut client = start(keyring.clone(), &folder);
    client.sign_ins.store(here(), name("ana"), token("a-token"));
    assert_eq!(client.events.blocking_recv(), Some(Event::SignInStored(TokenLocation::Keyring)));
    assert!(!text_of(&file(&folder)).contains("a-token"), "the file contains only the username");
    let expected = Ok(Lookup::Found(stored(Some("ana"), "a-token", TokenLocation::Keyring, true)));
    assert_eq!(events_of_lookup(None, keyring.clone(), &folder, here()), [Event::SignInLookedUp(here(), expected)]);
    forget(keyring.clone(), &folder, here(), Some("ana"));
    assert_eq!(events_of_lookup(None, keyring.clone(), &folder, here()), [Event::SignInLookedUp(here(), Ok(Lookup::Nothing))]);
    assert!(keyring.0.lock().unwrap().is_empty());
}

#[test]
fn without_a_keyring_a_sign_in_is_stored_in_a_private_file() {
    let folder = TempDir::new().unwrap();
    let mut client = start(NoKeyringHere, &folder);
    client.sign_ins.store(here(), name("ana"), token("a-token"));
    assert_eq!(client.events.blocking_recv(), Some(Event::SignInStored(TokenLocation::File(file(&folder)))));
    assert_eq!(file(&folder).metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(found(None, &folder, here()), in_file_as(Some("ana"), "a-token", &folder, true));
    forget(NoKeyringHere, &folder, here(), Some("ana"));
    assert_eq!(found(None, &folder, here()), Lookup::Nothing);
    assert!(!text_of(&file(&folder)).contains("a-token"));
}

#[test]
fn a_sign_in_moves_to_a_keyring_that_works_later_without_getting_lost() {
    let (folder, keyring) = (TempDir::new().unwrap(), OpenKeyring::default());
    keep(NoKeyringHere, &folder, here(), "ana", "a-token");
    let found = |token_location: TokenLocation| {
        Event::SignInLookedUp(here(), Ok(Lookup::Found(stored(Some("ana"), "a-token", token_location, true))))
    };
    let in_file = || found(TokenLocation::File(file(&folder)));

    assert_eq!(
        events_of_lookup(None, ForgetfulKeyring, &folder, here()),
        [in_file()],
        "a keyring that does not return the token is not used"
    );
    assert!(text_of(&file(&folder)).contains("a-token"));

    let moved = [in_file(), Event::SignInStored(TokenLocation::Keyring)];
    assert_eq!(events_of_lookup(None, keyring.clone(), &folder, here()), moved);
    assert!(!text_of(&file(&folder)).contains("a-token"));
    assert_eq!(events_of_lookup(None, keyring, &folder, here()), [found(TokenLocation::Keyring)]);
}

#[test]
fn a_blocking_keyring_neither_delays_the_client_nor_loses_a_sign_in() {
    let folder = TempDir::new().unwrap();
    let (hold, held) = std_mpsc::channel();
    let client = start(StuckKeyring(held), &folder);
    client.sign_ins.find(here());
    client.sign_ins.store(here(), name("ana"), token("an-older-one"));
    client.sign_ins.store(another(), name("ana"), token("for-another"));
    client.sign_ins.store(here(), name("ana"), token("a-token"));
    client.sign_ins.find(here());
    client.sign_ins.stop();
    let kept = text_of(&file(&folder));
    assert!(kept.contains("a-token") && kept.contains("for-another"), "the last change is made in the file: {kept}");
    drop(hold);
}

#[test]
fn a_sign_in_that_cannot_be_stored_is_reported_with_its_file() {
    let folder = TempDir::new().unwrap();
    std::fs::create_dir(file(&folder)).unwrap();
    let mut client = start(NoKeyringHere, &folder);
    client.sign_ins.store(here(), name("ana"), token("a-token"));
    let kept = client.events.blocking_recv();
    let path = file(&folder).display().to_string();
    assert!(matches!(&kept, Some(Event::SignInStored(TokenLocation::NotStored(why))) if why.contains(&path)), "{kept:?}");
    let looked_up = events_of_lookup(None, NoKeyringHere, &folder, here());
    assert!(matches!(&looked_up[..], [Event::SignInLookedUp(_, Err(why))] if why.contains(&path)), "{looked_up:?}");
}

#[test]
fn a_sign_in_is_kept_while_another_server_is_at_its_address() {
    let folder = TempDir::new().unwrap();
    keep(NoKeyringHere, &folder, here(), "ana", "a-token");
    assert_eq!(found(None, &folder, another()), Lookup::OtherServer);
    assert_eq!(found(Some("ana"), &folder, another()), Lookup::OtherServer);
    keep(NoKeyringHere, &folder, another(), "ana", "for-another");
    forget(NoKeyringHere, &folder, another(), Some("ana"));
    assert_eq!(found(None, &folder, here()), in_file_as(Some("ana"), "a-token", &folder, true));
    forget(NoKeyringHere, &folder, here(), Some("ana"));
    assert_eq!(found(None, &folder, another()), Lookup::Nothing, "no sign-in is stored");
}

#[test]
fn each_user_has_a_sign_in_and_the_last_one_is_the_default() {
    let folder = TempDir::new().unwrap();
    keep(NoKeyringHere, &folder, here(), "joana", "of-joana");
    keep(NoKeyringHere, &folder, here(), "ana", "of-ana");
    assert_eq!(found(None, &folder, here()), in_file_as(Some("ana"), "of-ana", &folder, true));
    assert_eq!(found(Some("joana"), &folder, here()), in_file_as(Some("joana"), "of-joana", &folder, false));
    assert_eq!(found(Some("bia"), &folder, here()), Lookup::Nothing);
    forget(NoKeyringHere, &folder, here(), Some("ana"));
    assert_eq!(found(None, &folder, here()), Lookup::Nothing, "after signing out, no other user is signed in");
    assert_eq!(found(Some("joana"), &folder, here()), in_file_as(Some("joana"), "of-joana", &folder, false));
}

/// An older papo stored one token per address, without its user and server.
#[test]
fn an_older_entry_is_offered_once_to_each_server_until_one_accepts_it() {
    let folder = TempDir::new().unwrap();
    KeyedFile::at(&file(&folder)).set(ADDRESS, Some("a-token")).unwrap();
    assert_eq!(found(None, &folder, here()), in_file_as(None, "a-token", &folder, false));
    assert_eq!(found(Some("ana"), &folder, here()), in_file_as(None, "a-token", &folder, false));
    forget(NoKeyringHere, &folder, another(), None);
    assert_eq!(found(None, &folder, another()), Lookup::Nothing, "this server refused the token");
    assert_eq!(found(None, &folder, here()), in_file_as(None, "a-token", &folder, false), "the token is kept for other servers");
    keep(NoKeyringHere, &folder, here(), "ana", "a-token");
    assert_eq!(found(None, &folder, here()), in_file_as(Some("ana"), "a-token", &folder, true));
    assert_eq!(KeyedFile::at(&file(&folder)).get(ADDRESS).unwrap(), None, "the user of the token is known now");
}

#[test]
fn an_older_entry_of_the_keyring_is_replaced_there() {
    let (folder, keyring) = (TempDir::new().unwrap(), OpenKeyring::default());
    keyring.set(ADDRESS, "a-token").unwrap();
    let older = Lookup::Found(stored(None, "a-token", TokenLocation::Keyring, false));
    assert_eq!(events_of_lookup(None, keyring.clone(), &folder, here()), [Event::SignInLookedUp(here(), Ok(older))]);
    keep(keyring.clone(), &folder, here(), "ana", "a-token");
    let known = Lookup::Found(stored(Some("ana"), "a-token", TokenLocation::Keyring, true));
    assert_eq!(events_of_lookup(None, keyring.clone(), &folder, here()), [Event::SignInLookedUp(here(), Ok(known))]);
    assert_eq!(keyring.get(ADDRESS).unwrap(), None);
}
