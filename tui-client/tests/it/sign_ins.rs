//! Where a sign-in is kept: with a keyring that works, with one that stays closed, and with one that never answers.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc as std_mpsc;
use std::sync::{Arc, Mutex};

use papo::device_token::{DeviceToken, KeptIn};
use papo::event::Event;
use papo::keyed_file::KeyedFile;
use papo::sign_ins::{Keyring, NoKeyring, SignIns};
use tempfile::TempDir;
use tokio::sync::mpsc;

const SERVER: &str = "chat.example.org:12345";

/// One that works.
#[derive(Clone, Default)]
struct OpenKeyring(Arc<Mutex<BTreeMap<String, String>>>);

impl Keyring for OpenKeyring {
    fn get(&self, key: &str) -> Result<Option<String>, NoKeyring> {
        Ok(self.0.lock().unwrap().get(key).cloned())
    }

    fn set(&self, key: &str, secret: &str) -> Result<(), NoKeyring> {
        self.0.lock().unwrap().insert(key.to_owned(), secret.to_owned());
        Ok(())
    }

    fn remove(&self, key: &str) -> Result<(), NoKeyring> {
        self.0.lock().unwrap().remove(key);
        Ok(())
    }
}

/// One that is not there.
struct NoKeyringHere;

impl Keyring for NoKeyringHere {
    fn get(&self, _: &str) -> Result<Option<String>, NoKeyring> {
        Err(NoKeyring("nobody on the bus".to_owned()))
    }

    fn set(&self, _: &str, _: &str) -> Result<(), NoKeyring> {
        Err(NoKeyring("nobody on the bus".to_owned()))
    }

    fn remove(&self, _: &str) -> Result<(), NoKeyring> {
        Err(NoKeyring("nobody on the bus".to_owned()))
    }
}

/// One that says yes and keeps nothing.
struct ForgetfulKeyring;

impl Keyring for ForgetfulKeyring {
    fn get(&self, _: &str) -> Result<Option<String>, NoKeyring> {
        Ok(None)
    }

    fn set(&self, _: &str, _: &str) -> Result<(), NoKeyring> {
        Ok(())
    }

    fn remove(&self, _: &str) -> Result<(), NoKeyring> {
        Ok(())
    }
}

/// One that never answers while the test holds the other end.
struct StuckKeyring(std_mpsc::Receiver<()>);

impl Keyring for StuckKeyring {
    fn get(&self, _: &str) -> Result<Option<String>, NoKeyring> {
        let _ = self.0.recv();
        Err(NoKeyring("too late".to_owned()))
    }

    fn set(&self, key: &str, _: &str) -> Result<(), NoKeyring> {
        self.get(key).map(drop)
    }

    fn remove(&self, key: &str) -> Result<(), NoKeyring> {
        self.get(key).map(drop)
    }
}

/// A client that keeps its sign-in in this folder.
struct Client {
    sign_ins: SignIns,
    events: mpsc::Receiver<Event>,
}

fn file(folder: &TempDir) -> PathBuf {
    folder.path().join("sign_ins")
}

fn start(keyring: impl Keyring + 'static, folder: &TempDir) -> Client {
    let (sender, events) = mpsc::channel(16);
    Client { sign_ins: SignIns::start(keyring, file(folder), SERVER.to_owned(), sender).unwrap(), events }
}

fn token() -> DeviceToken {
    DeviceToken("a token".to_owned())
}

fn in_file(path: &Path) -> Option<String> {
    KeyedFile::at(path).get(SERVER).unwrap()
}

/// What is found at a start.
fn found(keyring: impl Keyring + 'static, folder: &TempDir) -> Vec<Event> {
    let Client { sign_ins, mut events } = start(keyring, folder);
    sign_ins.read();
    sign_ins.stop();
    std::iter::from_fn(|| events.blocking_recv()).collect()
}

#[test]
fn a_sign_in_is_kept_in_the_keyring_and_found_there_until_it_is_forgotten() {
    let (folder, keyring) = (TempDir::new().unwrap(), OpenKeyring::default());
    let mut client = start(keyring.clone(), &folder);
    client.sign_ins.keep(token());
    assert_eq!(client.events.blocking_recv(), Some(Event::SignInKept(KeptIn::Keyring)));
    assert!(!file(&folder).exists(), "and nowhere else");
    assert_eq!(found(keyring.clone(), &folder), [Event::SignInFound(token(), KeptIn::Keyring)]);
    client.sign_ins.forget();
    client.sign_ins.stop();
    assert_eq!(found(keyring, &folder), []);
}

#[test]
fn where_there_is_no_keyring_it_is_kept_in_a_file_for_its_owner_alone() {
    let folder = TempDir::new().unwrap();
    let mut client = start(NoKeyringHere, &folder);
    client.sign_ins.keep(token());
    let kept_in = KeptIn::File(file(&folder));
    assert_eq!(client.events.blocking_recv(), Some(Event::SignInKept(kept_in.clone())));
    assert_eq!(file(&folder).metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(found(NoKeyringHere, &folder), [Event::SignInFound(token(), kept_in)]);
    client.sign_ins.forget();
    client.sign_ins.stop();
    assert_eq!(found(NoKeyringHere, &folder), []);
}

#[test]
fn it_moves_to_a_keyring_that_is_there_by_now_and_is_never_in_neither() {
    let (folder, keyring) = (TempDir::new().unwrap(), OpenKeyring::default());
    let kept = |kept_in| [Event::SignInFound(token(), KeptIn::File(file(&folder))), Event::SignInKept(kept_in)];
    KeyedFile::at(&file(&folder)).set(SERVER, Some("a token")).unwrap();

    assert_eq!(found(ForgetfulKeyring, &folder), kept(KeptIn::Keyring)[..1], "what does not give it back does not get it");
    assert_eq!(in_file(&file(&folder)).as_deref(), Some("a token"));

    assert_eq!(found(keyring.clone(), &folder), kept(KeptIn::Keyring));
    assert_eq!(in_file(&file(&folder)), None);
    assert_eq!(found(keyring, &folder), [Event::SignInFound(token(), KeptIn::Keyring)]);
}

#[test]
fn a_keyring_that_never_answers_holds_nobody_up_and_loses_nothing() {
    let folder = TempDir::new().unwrap();
    let (hold, held) = std_mpsc::channel();
    let client = start(StuckKeyring(held), &folder);
    client.sign_ins.read();
    client.sign_ins.keep(DeviceToken("an older one".to_owned()));
    client.sign_ins.keep(token());
    client.sign_ins.stop();
    assert_eq!(in_file(&file(&folder)).as_deref(), Some("a token"), "what was asked last is done without it");
    drop(hold);
}

#[test]
fn where_nothing_can_be_kept_it_is_said_why() {
    let folder = TempDir::new().unwrap();
    std::fs::create_dir(file(&folder)).unwrap();
    let mut client = start(NoKeyringHere, &folder);
    client.sign_ins.keep(token());
    let kept = client.events.blocking_recv();
    assert!(matches!(kept, Some(Event::SignInKept(KeptIn::Nowhere(_)))), "{kept:?}");
}
