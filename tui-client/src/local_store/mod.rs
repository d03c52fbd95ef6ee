//! The file in which this machine keeps what a crash or a restart must not lose, and the thread that writes it.
//!
//! A SQLite file, since several clients of one person may run at once and none may undo what another keeps. What cannot be
//! written waits in memory and is tried again until it can.

mod file;
mod queue;

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use papo_shared::model::{ServerId, Username};
use tokio::sync::mpsc;

use crate::event::Event;
use crate::local_data::LocalChange;
use file::{DataFile, StoreError};
use queue::{Account, Job, PendingChanges, Queue};

/// After a failed write it is tried again after this long at first, and then after twice as long each time.
const FIRST_RETRY: Duration = Duration::from_millis(500);
/// No retry waits longer.
const LONGEST_RETRY: Duration = Duration::from_secs(30);

/// The file in which this machine keeps what must not be lost, behind a thread of its own: a slow disk holds up no key.
pub struct LocalStore {
    shared: Arc<Shared>,
    /// For whom changes are kept: the account that was read last.
    account: Mutex<Option<Account>>,
}

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue>,
    changed: Condvar,
}

impl LocalStore {
    /// Keeps in this file, made where it is missing. What happens to it is told as [`Event::LocalDataLoaded`] and
    /// [`Event::LocalDataSaved`], in the order of what was asked.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn start(file: PathBuf, events: mpsc::Sender<Event>) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let keeper =
            Keeper { shared: shared.clone(), file: DataFile::at(file), events, unkept: Vec::new(), failures: 0, retry_at: None };
        thread::Builder::new().name("papo-local-store".to_owned()).spawn(move || keeper.run())?;
        Ok(Self { shared, account: Mutex::default() })
    }

    /// Reads what is kept for an account of a server, and keeps for it from now on.
    pub fn read(&self, server: ServerId, username: Username) {
        let account = Account { server, username };
        *lock(&self.account) = Some(account.clone());
        self.shared.change(|queue| queue.jobs.push_back(Job::Load(account)));
    }

    /// Keeps all of these changes together. Gives what happened instead, where nobody's are kept.
    #[must_use]
    pub fn keep(&self, changes: Vec<LocalChange>) -> Option<Event> {
        match lock(&self.account).as_ref() {
            Some(account) => {
                self.shared.change(|queue| queue.save(account, changes));
                None
            }
            None => Some(Event::LocalDataSaved {
                messages: PendingChanges::from_changes(changes).messages(),
                error: Some("nobody is signed in".to_owned()),
            }),
        }
    }

    /// Waits until what was asked was tried, at most this long.
    pub fn wait_until_idle(&self, at_most: Duration) {
        self.shared.wait_until(at_most, Queue::is_idle);
    }

    /// Finishes what was asked, where that takes no longer than this. Whoever receives its events must have stopped, so that it
    /// waits for nobody.
    pub fn stop(self, at_most: Duration) {
        self.shared.change(|queue| queue.is_stopping = true);
        if !self.shared.wait_until(at_most, |queue| queue.has_ended) {
            tracing::error!("the disk takes too long: not everything could be kept");
        }
    }
}

impl Drop for LocalStore {
    fn drop(&mut self) {
        self.shared.change(|queue| queue.is_stopping = true);
    }
}

impl Shared {
    fn change(&self, change: impl FnOnce(&mut Queue)) {
        change(&mut lock(&self.queue));
        self.changed.notify_all();
    }

    /// Waits until this is so, at most this long. Returns whether it is.
    fn wait_until(&self, at_most: Duration, is_so: impl Fn(&Queue) -> bool) -> bool {
        let waited = self.changed.wait_timeout_while(lock(&self.queue), at_most, |queue| !is_so(queue));
        is_so(&waited.unwrap_or_else(PoisonError::into_inner).0)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The thread that has the file.
struct Keeper {
    shared: Arc<Shared>,
    file: DataFile,
    events: mpsc::Sender<Event>,
    /// What could not be written yet.
    unkept: Vec<(Account, PendingChanges)>,
    /// Failed writes in a row.
    failures: u32,
    /// When it is tried again.
    retry_at: Option<Instant>,
}

impl Keeper {
    fn run(mut self) {
        while let Some(next) = self.next() {
            let events = match next {
                Some(Job::Load(account)) => {
                    // What is found then has it in it, if it can be written at all.
                    let kept = self.retry();
                    kept.into_iter().chain([self.read(&account)]).collect()
                }
                Some(Job::Save(account, changes)) => {
                    match self.unkept.iter_mut().find(|(other, _)| *other == account) {
                        Some((_, earlier)) => earlier.merge(changes),
                        None => self.unkept.push((account.clone(), changes)),
                    }
                    vec![self.keep(&account)]
                }
                None => self.retry(),
            };
            self.shared.change(|queue| queue.is_busy = false);
            for event in events {
                // Nobody listens any more: the program ends, and what waits is kept all the same.
                let _ = self.events.blocking_send(event);
            }
        }
        // The last chance of what could not be written yet.
        self.retry();
        self.shared.change(|queue| queue.has_ended = true);
    }

    /// Waits for the next job, or (`Some(None)`) for the time to try again; once more at the end, which is `None`.
    fn next(&self) -> Option<Option<Job>> {
        let mut queue = lock(&self.shared.queue);
        loop {
            if let Some(job) = queue.jobs.pop_front() {
                queue.is_busy = true;
                return Some(Some(job));
            }
            if queue.is_stopping {
                return None;
            }
            let changed = &self.shared.changed;
            queue = match self.retry_at.map(|at| at.saturating_duration_since(Instant::now())) {
                None => changed.wait(queue).unwrap_or_else(PoisonError::into_inner),
                Some(Duration::ZERO) => {
                    queue.is_busy = true;
                    return Some(None);
                }
                Some(left) => changed.wait_timeout(queue, left).unwrap_or_else(PoisonError::into_inner).0,
            };
        }
    }

    fn read(&mut self, account: &Account) -> Event {
        let found = self.file.load(account).map_err(|error| {
            tracing::error!(%error, "what was kept could not be read");
            error.to_string()
        });
        let Account { server, username } = account.clone();
        Event::LocalDataLoaded { server, username, found }
    }

    /// Tries everything again that could not be written. Tells of what could be by now; that it still cannot was told.
    fn retry(&mut self) -> Vec<Event> {
        let accounts: Vec<_> = self.unkept.iter().map(|(account, _)| account.clone()).collect();
        let tried = accounts.iter().map(|account| self.keep(account));
        tried.filter(|event| matches!(event, Event::LocalDataSaved { error: None, .. })).collect()
    }

    fn keep(&mut self, account: &Account) -> Event {
        let unkept = self.unkept.iter().find(|(other, _)| other == account).map(|(_, unkept)| unkept.clone()).unwrap_or_default();
        let messages = unkept.messages();
        match self.file.save(account, &unkept) {
            Ok(()) => {
                self.unkept.retain(|(other, _)| other != account);
                self.failures = 0;
                self.retry_at = (!self.unkept.is_empty()).then(|| Instant::now() + FIRST_RETRY);
                Event::LocalDataSaved { messages, error: None }
            }
            Err(error) => {
                self.note_failure(&error);
                Event::LocalDataSaved { messages, error: Some(error.to_string()) }
            }
        }
    }

    fn note_failure(&mut self, error: &StoreError) {
        let wait = FIRST_RETRY.saturating_mul(2_u32.saturating_pow(self.failures)).min(LONGEST_RETRY);
        if self.failures == 0 {
            tracing::error!(%error, "could not keep what must not be lost; it is tried again");
        }
        self.failures = self.failures.saturating_add(1);
        self.retry_at = Some(Instant::now() + wait);
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use papo_shared::model::{ClientId, ConversationId, MessageText, Seq, ServerId, Timestamp, Username};
    use papo_shared::protocol::Refusal;
    use tempfile::TempDir;
    use tokio::sync::mpsc;

    use super::file::MIGRATIONS;
    use super::{Duration, Event, LocalChange, LocalStore};
    use crate::local_data::{Draft, Edit, LocalData, ScreenPosition, UnsentMessage};

    /// Only a failing test waits this long.
    const PATIENCE: Duration = Duration::from_secs(60);

    /// A client that starts, finds what is kept for this person, keeps these changes, and ends.
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
    fn what_was_kept_is_found_at_the_next_start() {
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
        assert_eq!(keep(&file, 1, "bia", Vec::new()), LocalData::default(), "what is kept is one account's");
        assert_eq!(keep(&file, 2, "ana", Vec::new()), LocalData::default(), "of one server, whatever answers at its address");
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
    fn what_an_older_papo_kept_is_found() {
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
    fn a_file_that_is_not_ours_is_left_as_it_is_and_everything_goes_out_all_the_same() {
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

    /// A client of ana's that runs.
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

        /// Keeps this, and returns why not.
        fn keep(&mut self, change: LocalChange) -> Option<String> {
            assert_eq!(self.store.keep(vec![change]), None);
            self.kept()
        }

        fn kept(&mut self) -> Option<String> {
            let Some(Event::LocalDataSaved { error: trouble, .. }) = self.events.blocking_recv() else { panic!("it is told") };
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
    fn a_client_neither_overwrites_nor_deletes_a_draft_that_another_one_writes() {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("client.db");
        let (mut one, mut two) = (Running::start(&file), Running::start(&file));
        one.draft("do primeiro");
        two.draft("do segundo");
        assert_eq!(restored(&file).as_deref(), Some("do segundo"), "the newest");
        // The second one sends its text.
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
        // Even where the first one's draft was away meanwhile.
        let mut two = Running::start(&file);
        one.draft("");
        one.draft("mais um");
        two.draft("");
        assert_eq!(restored(&file).as_deref(), Some("mais um"));
        one.end();
        two.end();
    }

    #[test]
    fn what_a_client_learns_of_a_message_that_another_one_has_removed_does_not_bring_it_back() {
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
    fn the_last_move_of_any_client_is_where_one_was_and_closing_one_is_no_move() {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("client.db");
        let place =
            |group| ScreenPosition { in_chat: true, among_groups: true, direct: None, group: Some(ConversationId(group)) };
        let (mut one, mut two) = (Running::start(&file), Running::start(&file));
        assert_eq!((one.keep(LocalChange::PositionSet(place(1))), two.keep(LocalChange::PositionSet(place(2)))), (None, None));
        one.end();
        two.end();
        assert_eq!(Running::start(&file).found.place, Some(place(2)));
    }

    #[test]
    fn what_could_not_be_written_is_written_once_it_can_be() {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("client.db");
        let mut client = Running::start(&file);
        client.draft("antes");
        // Another program breaks the table, and mends it.
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

        // What waits at the end has a last chance.
        other.execute_batch("ALTER TABLE draft RENAME TO away").unwrap();
        assert!(client.keep(LocalChange::DraftSet(BIA, said("fim"))).is_some());
        other.execute_batch("ALTER TABLE away RENAME TO draft").unwrap();
        client.end();
        assert_eq!(restored(&file).as_deref(), Some("fim"));
    }

    #[test]
    fn the_end_waits_only_so_long_for_a_file_that_another_program_holds() {
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
}
