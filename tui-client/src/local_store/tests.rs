use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use papo_shared::model::{ClientId, ConversationId, MessageText, Seq, ServerId, Timestamp, Username};
use papo_shared::protocol::Refusal;
use tempfile::TempDir;
use tokio::sync::mpsc;

use super::file::MIGRATIONS;
use super::{Duration, Event, LocalChange, LocalStore};
use crate::local_data::{Draft, Edit, LocalData, ScreenPosition, UnsentMessage};

/// The time limit, reached by failing tests only.
const PATIENCE: Duration = Duration::from_secs(60);

/// Starts a client, loads the data of an account, saves these changes, and stops. Returns the loaded data.
#[track_caller]
fn keep(file: &Path, server: u8, username: &str, changes: Vec<LocalChange>) -> LocalData {
    let (sender, mut events) = mpsc::channel(8);
    let store = LocalStore::start(file.to_owned(), sender).unwrap();
    store.read(ServerId::from_bytes([server; 16]), Username::parse(username).unwrap());
    let Some(Event::LocalDataLoaded { found: Ok(found), .. }) = events.blocking_recv() else { panic!("it is read") };
    if !changes.is_empty() {
        assert_eq!(store.keep(changes), None);
        assert!(matches!(events.blocking_recv(), Some(Event::LocalDataSaved { error: None, .. })));
    }
    drop(events);
    store.stop(PATIENCE);
    found
}

fn message(text: &str, refused: Option<Refusal>) -> UnsentMessage {
    let text = MessageText::parse(text).unwrap();
    let reply_to = refused.is_some().then_some(Seq(u64::MAX));
    UnsentMessage { client_id: ClientId::new(), conversation: ConversationId(7), text, reply_to, at: Timestamp(1), refused }
}

#[test]
fn saved_data_are_loaded_at_the_next_start() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("deep/client.db");
    let (first, second) = (message("um", None), message("dois", Some(Refusal::NotAMember)));
    let place = ScreenPosition { in_chat: true, among_groups: true, direct: None, group: Some(ConversationId(7)) };
    let edit = Some(Edit { seq: Seq(3), text: "corrigido".to_owned() });
    let answer = Draft { reply_to: Some(Seq(5)), edit, ..said("outro") };
    let changes = vec![
        LocalChange::MessageQueued(first.clone()),
        LocalChange::MessageQueued(second.clone()),
        LocalChange::DraftSet(ConversationId(7), said("meio")),
        LocalChange::DraftSet(ConversationId(8), answer.clone()),
        LocalChange::PositionSet(place),
    ];
    assert_eq!(keep(&file, 1, "ana", changes), LocalData::default());
    let drafts = [(ConversationId(7), said("meio")), (ConversationId(8), answer)].into();
    let expected = LocalData { unsent: vec![first.clone(), second.clone()], drafts, place: Some(place) };
    assert_eq!(keep(&file, 1, "ana", Vec::new()), expected);
    assert_eq!(keep(&file, 1, "bia", Vec::new()), LocalData::default(), "the data of one account are not visible to another");
    assert_eq!(
        keep(&file, 2, "ana", Vec::new()),
        LocalData::default(),
        "the data of one server are not visible to another at its address"
    );
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);

    let again = UnsentMessage { refused: None, ..second };
    let changes = vec![
        LocalChange::MessageRemoved(first.client_id),
        LocalChange::RefusalSet(again.client_id, None),
        LocalChange::DraftSet(ConversationId(7), Draft::default()),
    ];
    keep(&file, 1, "ana", changes);
    let found = keep(&file, 1, "ana", Vec::new());
    assert_eq!((found.unsent, found.drafts.len()), (vec![again], 1));
}

fn said(text: &str) -> Draft {
    Draft { text: text.to_owned(), ..Draft::default() }
}

#[test]
fn data_of_an_older_papo_are_migrated() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("client.db");
    let old = rusqlite::Connection::open(&file).unwrap();
    old.execute_batch(MIGRATIONS[0]).unwrap();
    old.execute_batch("PRAGMA application_id = 0x70617063; PRAGMA user_version = 1").unwrap();
    let server = ServerId::from_bytes([1; 16]).to_string();
    old.execute("INSERT INTO owner (id, server, username) VALUES (1, ?1, 'ana')", [server]).unwrap();
    old.execute_batch("INSERT INTO draft VALUES (1, 7, 'meio')").unwrap();
    drop(old);
    assert_eq!(keep(&file, 1, "ana", Vec::new()).drafts, [(ConversationId(7), said("meio"))].into());
}

#[test]
fn a_file_of_another_program_is_left_unchanged_and_messages_are_reported() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("client.db");
    rusqlite::Connection::open(&file).unwrap().execute_batch("PRAGMA user_version = 99").unwrap();
    let (sender, mut events) = mpsc::channel(8);
    let store = LocalStore::start(file, sender).unwrap();
    store.read(ServerId::from_bytes([1; 16]), Username::parse("ana").unwrap());
    assert!(matches!(events.blocking_recv(), Some(Event::LocalDataLoaded { found: Err(_), .. })));
    let unsent = message("um", None);
    assert_eq!(store.keep(vec![LocalChange::MessageQueued(unsent.clone())]), None);
    let Some(Event::LocalDataSaved { messages, error: Some(_) }) = events.blocking_recv() else { panic!("it says so") };
    assert_eq!(messages, [unsent.client_id]);
    store.stop(PATIENCE);
}

const BIA: ConversationId = ConversationId(7);

/// A running client of ana.
struct Running {
    store: LocalStore,
    events: mpsc::Receiver<Event>,
    found: LocalData,
}

impl Running {
    fn start(file: &Path) -> Self {
        let (sender, mut events) = mpsc::channel(8);
        let store = LocalStore::start(file.to_owned(), sender).unwrap();
        store.read(ServerId::from_bytes([1; 16]), Username::parse("ana").unwrap());
        let Some(Event::LocalDataLoaded { found: Ok(found), .. }) = events.blocking_recv() else { panic!("it is read") };
        Self { store, events, found }
    }

    /// Saves a change, and returns the error, if any.
    fn keep(&mut self, change: LocalChange) -> Option<String> {
        assert_eq!(self.store.keep(vec![change]), None);
        self.kept()
    }

    fn kept(&mut self) -> Option<String> {
        let Some(Event::LocalDataSaved { error: trouble, .. }) = self.events.blocking_recv() else {
            panic!("the result of saving was not reported")
        };
        trouble
    }

    fn draft(&mut self, text: &str) {
        assert_eq!(self.keep(LocalChange::DraftSet(BIA, said(text))), None);
    }

    fn end(self) {
        drop(self.events);
        self.store.stop(PATIENCE);
    }
}

fn restored(file: &Path) -> Option<String> {
    let client = Running::start(file);
    let text = client.found.drafts.get(&BIA).map(|draft| draft.text.clone());
    client.end();
    text
}

#[test]
fn a_client_neither_overwrites_nor_deletes_the_draft_of_another_one() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("client.db");
    let (mut one, mut two) = (Running::start(&file), Running::start(&file));
    one.draft("do primeiro");
    two.draft("do segundo");
    assert_eq!(restored(&file).as_deref(), Some("do segundo"), "the newest");
    // The second client sends its text.
    two.draft("");
    assert_eq!(restored(&file).as_deref(), Some("do primeiro"));
    two.end();
    one.end();
    assert_eq!(restored(&file).as_deref(), Some("do primeiro"), "closing a client changes nothing");
}

#[test]
fn a_restored_draft_is_replaced_unless_its_own_client_has_changed_it_since() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("client.db");
    let mut one = Running::start(&file);
    one.draft("meio");
    let mut two = Running::start(&file);
    two.draft("meio escrito");
    two.draft("");
    assert_eq!(restored(&file), None, "it was restored, went on and was sent: nothing of it is left");

    one.draft("outro");
    let mut two = Running::start(&file);
    one.draft("outro texto");
    two.draft("");
    assert_eq!(restored(&file).as_deref(), Some("outro texto"));
    // Even if the first client deleted its draft in the meantime.
    let mut two = Running::start(&file);
    one.draft("");
    one.draft("mais um");
    two.draft("");
    assert_eq!(restored(&file).as_deref(), Some("mais um"));
    one.end();
    two.end();
}

#[test]
fn changes_of_a_removed_message_do_not_restore_it() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("client.db");
    let (mut one, unsent) = (Running::start(&file), message("um", None));
    assert_eq!(one.keep(LocalChange::MessageQueued(unsent.clone())), None);
    let mut two = Running::start(&file);
    assert_eq!(two.found.unsent, std::slice::from_ref(&unsent));
    assert_eq!(one.keep(LocalChange::MessageRemoved(unsent.client_id)), None);
    assert_eq!(two.keep(LocalChange::RefusalSet(unsent.client_id, Some(Refusal::NotAMember))), None);
    assert_eq!(Running::start(&file).found.unsent, []);
    let own = message("dois", None);
    assert_eq!(two.keep(LocalChange::MessageQueued(own.clone())), None);
    one.end();
    assert_eq!(Running::start(&file).found.unsent, [own], "what one client waits for is no matter of the other's");
}

#[test]
fn the_last_position_of_any_client_is_restored() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("client.db");
    let place = |group| ScreenPosition { in_chat: true, among_groups: true, direct: None, group: Some(ConversationId(group)) };
    let (mut one, mut two) = (Running::start(&file), Running::start(&file));
    assert_eq!((one.keep(LocalChange::PositionSet(place(1))), two.keep(LocalChange::PositionSet(place(2)))), (None, None));
    one.end();
    two.end();
    assert_eq!(Running::start(&file).found.place, Some(place(2)));
}

#[test]
fn failed_writes_are_repeated_until_they_succeed() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("client.db");
    let mut client = Running::start(&file);
    client.draft("antes");
    // Another program renames the table, and later renames it back.
    let other = rusqlite::Connection::open(&file).unwrap();
    other.execute_batch("ALTER TABLE draft RENAME TO away").unwrap();
    assert!(client.keep(LocalChange::DraftSet(BIA, said("meio"))).is_some());
    assert!(client.keep(LocalChange::DraftSet(ConversationId(8), said("outra"))).is_some());
    let unsent = message("um", None);
    assert!(client.keep(LocalChange::MessageQueued(unsent.clone())).is_some(), "all of it waits, in order");
    other.execute_batch("ALTER TABLE away RENAME TO draft").unwrap();
    assert_eq!(client.kept(), None, "without being asked again");
    let found = Running::start(&file).found;
    assert_eq!(found.drafts, [(BIA, said("meio")), (ConversationId(8), said("outra"))].into());
    assert_eq!(found.unsent, [unsent]);

    // Pending changes are written once more at the end.
    other.execute_batch("ALTER TABLE draft RENAME TO away").unwrap();
    assert!(client.keep(LocalChange::DraftSet(BIA, said("fim"))).is_some());
    other.execute_batch("ALTER TABLE away RENAME TO draft").unwrap();
    client.end();
    assert_eq!(restored(&file).as_deref(), Some("fim"));
}

#[test]
fn stopping_waits_a_limited_time_for_a_locked_file() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("client.db");
    let client = Running::start(&file);
    let other = rusqlite::Connection::open(&file).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(client.store.keep(vec![LocalChange::DraftSet(BIA, said("meio"))]), None);
    drop(client.events);
    let began = std::time::Instant::now();
    client.store.stop(Duration::from_millis(100));
    assert!(began.elapsed() < super::file::BUSY_TIMEOUT, "{:?}", began.elapsed());
}

#[test]
fn the_data_of_a_deleted_account_are_removed_and_those_of_others_stay() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("client.db");
    let draft = |text: &str| LocalChange::DraftSet(ConversationId(1), said(text));
    keep(&file, 1, "ana", vec![draft("de ana"), LocalChange::MessageQueued(message("oi", None))]);
    keep(&file, 1, "bia", vec![draft("de bia")]);
    keep(&file, 1, "ana", vec![LocalChange::AllRemoved]);
    assert_eq!(keep(&file, 1, "ana", Vec::new()), LocalData::default());
    assert_eq!(keep(&file, 1, "bia", Vec::new()).drafts.len(), 1);
    // The same client continues to save, for example after a registration.
    keep(&file, 1, "ana", vec![LocalChange::AllRemoved, draft("novo")]);
    assert_eq!(keep(&file, 1, "ana", Vec::new()).drafts, [(ConversationId(1), said("novo"))].into());
}
