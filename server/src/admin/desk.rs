//! Who asks gets an answer: one arm an ask.

use std::path::{Path, PathBuf};

use papo_shared::model::Username;
use papo_shared::protocol::Refusal;

use super::protocol::{Answer, Ask, SessionRow, Stats, UserRow};
use crate::domain::{Account, SessionId};
use crate::open_sessions::{OpenSession, OpenSessions};
use crate::operator::Operator;

/// Accounts of one answer.
const PAGE: usize = 500;

/// Where the operator asks.
pub(crate) struct Desk {
    operator: Operator,
    file: PathBuf,
    /// None of a server that is stopped.
    sessions: Option<OpenSessions>,
}

impl Desk {
    /// Of a server that runs, or without sessions of one that is stopped.
    pub(crate) fn new(operator: Operator, file: &Path, sessions: Option<OpenSessions>) -> Self {
        Self { operator, file: file.to_owned(), sessions }
    }

    /// Does what is asked.
    pub(crate) async fn answer(&self, ask: Ask) -> Answer {
        self.try_answer(ask).await.unwrap_or_else(|why| Answer::Refused { why })
    }

    async fn try_answer(&self, ask: Ask) -> Result<Answer, String> {
        match ask {
            Ask::Stats => self.stats().await,
            Ask::ListSessions => Ok(Answer::Sessions { sessions: self.sessions()?.all().into_iter().map(row).collect() }),
            Ask::CloseSession { id } => match self.sessions()?.close(SessionId(id)) {
                true => Ok(done(format!("session {id} is closed"))),
                false => Err(format!("There is no session {id}. `papo-server session list` shows those there are.")),
            },
            Ask::ListUsers { query, after } => self.users(query.as_deref(), after.as_ref()).await,
            Ask::AddUser { username, password } => {
                self.operator.add_account(&username, password).await.map_err(words)?;
                Ok(done(format!("{username} can sign in")))
            }
            Ask::SuspendUser { username } => {
                self.operator.suspend(&username).await.map_err(words)?;
                Ok(done(format!("{username} is suspended")))
            }
            Ask::ResumeUser { username } => {
                self.operator.resume(&username).await.map_err(words)?;
                Ok(done(format!("{username} can sign in again")))
            }
            Ask::SetPassword { username, password } => {
                self.operator.set_password(&username, password).await.map_err(words)?;
                Ok(done(format!("{username} has another password, and no device is signed in")))
            }
            Ask::RemoveDevices { username } => {
                let removed = self.operator.remove_devices(&username).await.map_err(words)?;
                Ok(done(format!("{removed} devices of {username} are signed out")))
            }
        }
    }

    async fn stats(&self) -> Result<Answer, String> {
        let totals = self.operator.totals().await.map_err(words)?;
        Ok(Answer::Stats(Stats {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            accounts: totals.accounts,
            devices: totals.devices,
            conversations: totals.conversations,
            entries: totals.entries,
            file_bytes: self.file.metadata().map_or(0, |file| file.len()),
            sessions: self.sessions.as_ref().map(OpenSessions::totals),
        }))
    }

    async fn users(&self, query: Option<&str>, after: Option<&Username>) -> Result<Answer, String> {
        let mut found = self.operator.accounts(query, after, PAGE + 1).await.map_err(words)?;
        let more = found.len() > PAGE;
        found.truncate(PAGE);
        let next = found.last().filter(|_| more).map(|account| account.username.clone());
        let users = found.into_iter().map(|account| {
            let Account { username, display_name, created_at, last_seen, suspended_at, .. } = account;
            UserRow { username, display_name: display_name.as_str().to_owned(), created_at, last_seen, suspended_at }
        });
        Ok(Answer::Users { users: users.collect(), next })
    }

    fn sessions(&self) -> Result<&OpenSessions, String> {
        self.sessions.as_ref().ok_or_else(|| "The server is stopped: there are no sessions.".to_owned())
    }
}

fn row(session: OpenSession) -> SessionRow {
    SessionRow {
        id: session.id.0,
        username: session.account,
        address: session.peer.to_string(),
        since: session.since,
        send_queue_bytes: session.waiting.bytes,
        lagging: session.waiting.lagging,
    }
}

fn done(what: String) -> Answer {
    Answer::Done { what }
}

fn words(refusal: Refusal) -> String {
    match refusal {
        Refusal::NoSuchUser => "There is no such user. `papo-server user list` shows those there are.".to_owned(),
        Refusal::Failed => "It could not be done; the server's log has the cause. Nothing changed.".to_owned(),
        other => format!("Not done: {other}."),
    }
}
