//! `papo export --mine`: writes everything that belongs to the user's own account.
//!
//! Entries by others are left out, also in the user's own conversations; `papo export NAME` writes those. Conversations that the
//! user left are left out as well, because the server shows nothing of them to former members.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use papo_shared::model::{
    ConversationId, ConversationKind, ConversationSummary, DeviceListing, Entry, Person, Seq, Timestamp, Username,
};
use papo_shared::protocol::limits::MAX_PAGE_ROWS;
use papo_shared::protocol::{AccountDetails, BlockedPage, DevicePage, GetAccount, ListBlocked, ListDevices, Reply, Request};
use serde::Serialize;

use super::context::ScriptContext;
use super::conversations::{self, address, page_after};
use super::failure::{Exit, Failure};
use super::json;
use super::output::{Output, STANDARD_STREAM};
use super::output_entry::OutputEntry;
use super::session::Session;
use super::text::Style;
use crate::cli::{ExportArgs, Format};
use crate::layout::shown::shown;
use crate::state::conversations::changes::target;
use crate::state::phrase::Phrase;

/// A line of the JSON format: what it describes, and the fields of the protocol.
#[derive(Serialize)]
struct Record<'a, T> {
    record: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'a str>,
    #[serde(flatten)]
    value: &'a T,
}

/// The fields of an entry.
#[derive(Serialize)]
struct EntryFields<'a> {
    conversation: ConversationId,
    #[serde(flatten)]
    entry: &'a Entry,
}

/// Creates the output, so that an unusable file is reported before any request. An existing file is never replaced.
///
/// # Errors
/// The format is HTML, the file exists, or it cannot be created.
pub(super) fn output(args: &ExportArgs) -> Result<Output, Failure> {
    if args.format() == Format::Html {
        return Err(Failure::new(Exit::Usage, Phrase::new("script-mine-no-html")));
    }
    match args.output.as_deref() {
        Some(file) if file != Path::new(STANDARD_STREAM) => Output::new_file(file),
        _ => Ok(Output::Standard),
    }
}

/// Writes the account, its devices, the users it blocked, its conversations with their settings, and its own log entries.
pub(super) async fn export(
    session: &mut Session,
    mut output: Output,
    format: Format,
    context: &ScriptContext,
) -> Result<(), Failure> {
    let writer = Writer { format, style: Style { translations: &context.translations, zone: &context.zone, with_address: true } };
    let account = account(session).await?;
    output.write(&writer.account(&account)).await?;
    output.write(&writer.devices(&devices(session).await?)).await?;
    output.write(&writer.blocked(&blocked(session).await?)).await?;
    let conversations = conversations::all(session).await?;
    output.write(&writer.conversations(&conversations)).await?;
    output.write(&writer.heading("mine-entries")).await?;
    let you = session.you()?;
    let mut progress = Progress::new(context, conversations.len());
    for summary in &conversations {
        export_entries(session, &mut output, &writer, summary, &you, &mut progress).await?;
    }
    drop(progress);
    output.finish()
}

/// Writes the user's entries of one conversation, page by page. Edits, deletions and reactions are entries, too.
async fn export_entries(
    session: &mut Session,
    output: &mut Output,
    writer: &Writer<'_>,
    summary: &ConversationSummary,
    you: &Username,
    progress: &mut Progress<'_>,
) -> Result<(), Failure> {
    let address = address(summary);
    let mut cursor = Seq(summary.first_seq.0.saturating_sub(1));
    let mut more = true;
    while more {
        let page = page_after(session, summary.conversation, cursor).await?;
        let mut written = String::new();
        for entry in page.entries.iter().filter(|entry| entry.author == *you) {
            let entry = OutputEntry { conversation: summary.conversation, address: &address, entry, target: None };
            written.push_str(&writer.entry(&entry));
            progress.entries += 1;
        }
        output.write(&written).await?;
        cursor = page.entries.last().map_or(cursor, |last| last.seq);
        more = page.more;
        progress.print();
    }
    progress.conversations_done += 1;
    Ok(())
}

async fn account(session: &mut Session) -> Result<AccountDetails, Failure> {
    match session.request(&Request::GetAccount(GetAccount {})).await? {
        Reply::Account(account) => Ok(account),
        _ => Err(Failure::unexpected_reply()),
    }
}

async fn devices(session: &mut Session) -> Result<Vec<DeviceListing>, Failure> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let request = ListDevices { after, limit: Some(MAX_PAGE_ROWS) };
        let Reply::Devices(DevicePage { devices, next }) = session.request(&Request::ListDevices(request)).await? else {
            return Err(Failure::unexpected_reply());
        };
        all.extend(devices);
        match next {
            None => return Ok(all),
            // The cursor must increase, or a faulty server could keep the client in a loop.
            Some(next) if after.is_none_or(|after| next > after) => after = Some(next),
            Some(_) => return Err(Failure::unexpected_reply()),
        }
    }
}

async fn blocked(session: &mut Session) -> Result<Vec<Person>, Failure> {
    let (mut all, mut after) = (Vec::new(), None::<Username>);
    loop {
        let request = ListBlocked { after: after.clone(), limit: Some(MAX_PAGE_ROWS) };
        let Reply::Blocked(BlockedPage { people, next }) = session.request(&Request::ListBlocked(request)).await? else {
            return Err(Failure::unexpected_reply());
        };
        all.extend(people);
        match next {
            None => return Ok(all),
            Some(next) if after.as_ref().is_none_or(|after| next > *after) => after = Some(next),
            Some(_) => return Err(Failure::unexpected_reply()),
        }
    }
}

/// Formats the parts of the export. Text from the server is cleaned in the text format; JSON escapes it.
struct Writer<'a> {
    format: Format,
    style: Style<'a>,
}

impl Writer<'_> {
    fn account(&self, account: &AccountDetails) -> String {
        match self.format {
            Format::Json => record("account", None, account),
            _ => {
                let Person { username, display_name, status, .. } = &account.you;
                let mut text = self.heading("mine-account");
                text.push_str(&self.line(&[username.as_str(), display_name.as_str()]));
                text.push_str(&status.as_ref().map(|status| self.line(&[status.as_str()])).unwrap_or_default());
                text.push_str(&self.phrase(&Phrase::new("mine-created").text("when", self.style.time(account.created_at))));
                if account.totp {
                    text.push_str(&self.phrase(&Phrase::new("mine-totp")));
                }
                text
            }
        }
    }

    fn devices(&self, devices: &[DeviceListing]) -> String {
        let row = |device: &DeviceListing| match self.format {
            Format::Json => record("device", None, device),
            _ => {
                let (since, used) = (self.time(device.created_at), self.time(device.last_used));
                self.phrase(&Phrase::new("mine-device").text("name", &device.name).text("since", since).text("used", used))
            }
        };
        self.heading("mine-devices") + &devices.iter().map(row).collect::<String>()
    }

    fn blocked(&self, people: &[Person]) -> String {
        let row = |person: &Person| match self.format {
            Format::Json => record("blocked", None, person),
            _ => self.line(&[person.username.as_str(), &self.display_name(person)]),
        };
        self.heading("mine-blocked") + &people.iter().map(row).collect::<String>()
    }

    fn conversations(&self, conversations: &[ConversationSummary]) -> String {
        let row = |summary: &ConversationSummary| match self.format {
            // The newest entry may be someone else's.
            Format::Json => {
                record("conversation", Some(&address(summary)), &ConversationSummary { latest: None, ..summary.clone() })
            }
            _ => match &summary.kind {
                ConversationKind::Direct { peer } => self.line(&[&address(summary), &self.display_name(peer)]),
                _ => self.line(&[&address(summary)]),
            },
        };
        self.heading("mine-conversations") + &conversations.iter().map(row).collect::<String>()
    }

    fn entry(&self, entry: &OutputEntry<'_>) -> String {
        match self.format {
            Format::Json => {
                let fields = EntryFields { conversation: entry.conversation, entry: entry.entry };
                record("entry", Some(entry.address), &fields)
            }
            // Changes of a message are visible in the message itself.
            _ if target(entry.entry).is_some() => String::new(),
            _ => self.style.entry(entry),
        }
    }

    /// A heading with an empty line before it, in the text format.
    fn heading(&self, key: &'static str) -> String {
        match self.format {
            Format::Json => String::new(),
            _ => format!("\n# {}\n", self.style.translations.get(key)),
        }
    }

    /// The display name of a person. Deleted accounts have one name in the user's language.
    fn display_name(&self, person: &Person) -> String {
        if person.deleted { self.style.translations.get("deleted-account") } else { person.display_name.to_string() }
    }

    fn line(&self, parts: &[&str]) -> String {
        parts.iter().map(|part| shown(part)).collect::<Vec<_>>().join(" · ") + "\n"
    }

    fn phrase(&self, phrase: &Phrase) -> String {
        self.line(&[&self.style.translations.format(phrase)])
    }

    fn time(&self, at: Timestamp) -> String {
        self.style.time(at)
    }
}

fn record(record: &'static str, to: Option<&str>, value: &impl Serialize) -> String {
    json::line(&Record { record, to, value })
}

/// The progress, in a line on standard error that is rewritten. Nothing is shown if that is not a terminal.
struct Progress<'a> {
    context: &'a ScriptContext,
    conversations: usize,
    conversations_done: usize,
    entries: u64,
    is_shown: bool,
}

impl<'a> Progress<'a> {
    fn new(context: &'a ScriptContext, conversations: usize) -> Self {
        Self { context, conversations, conversations_done: 0, entries: 0, is_shown: io::stderr().is_terminal() }
    }

    fn print(&self) {
        if self.is_shown {
            let phrase = Phrase::new("script-mine-progress")
                .number("done", self.conversations_done as u64)
                .number("all", self.conversations as u64)
                .number("entries", self.entries);
            let _ = write!(io::stderr(), "\r\x1b[Kpapo: {}", self.context.translations.format(&phrase));
        }
    }
}

/// Removes the line, before a message about a failure or the prompt of the shell.
impl Drop for Progress<'_> {
    fn drop(&mut self) {
        if self.is_shown {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
