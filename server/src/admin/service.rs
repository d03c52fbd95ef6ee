//! Handles the operator's requests: one match arm per request.

use std::path::{Path, PathBuf};

use papo_shared::model::Username;
use papo_shared::protocol::Refusal;

use super::protocol::{
    AdminRequest, AdminResponse, AuditRow, BanRow, GroupRow, InviteRow, MemberRow, ReportRow, ReportedMessage, SessionRow, Stats,
    UserRow,
};
use crate::domain::{
    Account, AuditEntry, AuditNote, Ban, BannedNetwork, DAY_MS, EntryId, GroupSummary, Invite, InviteId, Member, Report,
    ReportId, ReportedText,
};
use crate::open_sessions::{OpenSession, OpenSessions};
use crate::operator::{NewBan, NewInvite, Operator};

/// Maximum number of rows per answer; the CLI asks for further pages.
const PAGE_ROWS: usize = 500;

/// Length of the beginning of a message in a list of reports, in characters.
const EXCERPT_CHARS: usize = 60;

const HOUR_MS: i64 = 60 * 60 * 1000;

/// Handles requests from `papo-server` commands, against a running or a stopped server.
pub(crate) struct AdminService {
    operator: Operator,
    file: PathBuf,
    /// `None` if the server is not running.
    sessions: Option<OpenSessions>,
}

impl AdminService {
    /// `sessions` is `None` if the server is not running.
    pub(crate) fn new(operator: Operator, file: &Path, sessions: Option<OpenSessions>) -> Self {
        Self { operator, file: file.to_owned(), sessions }
    }

    /// Handles one request by this user of the machine, who is named in the audit log.
    pub(crate) async fn answer(&self, uid: u32, request: AdminRequest) -> AdminResponse {
        let operator = self.operator.acting_as(&format!("uid {uid}"));
        self.try_answer(&operator, request).await.unwrap_or_else(|reason| AdminResponse::Refused { reason })
    }

    async fn try_answer(&self, operator: &Operator, request: AdminRequest) -> Result<AdminResponse, String> {
        match request {
            AdminRequest::Stats => self.stats().await,
            AdminRequest::ListSessions => {
                Ok(AdminResponse::Sessions { sessions: self.sessions()?.all().into_iter().map(session_row).collect() })
            }
            AdminRequest::CloseSession { id } => {
                let no_such = || format!("There is no session {id}. `papo-server session list` lists the open sessions.");
                if !self.sessions()?.has(id) {
                    return Err(no_such());
                }
                // Recorded before the session is closed, so that every closed session is in the audit log.
                operator.note("session close", &id.to_string()).await.map_err(describe)?;
                if !self.sessions()?.close(id) {
                    return Err(no_such());
                }
                Ok(done(format!("session {id} is closed")))
            }
            AdminRequest::ListUsers { query, after } => self.users(query.as_deref(), after.as_ref()).await,
            AdminRequest::AddUser { username, password } => {
                operator.add_account(&username, password).await.map_err(describe)?;
                Ok(done(format!("{username} can sign in")))
            }
            AdminRequest::SuspendUser { username } => {
                operator.suspend(&username).await.map_err(describe)?;
                Ok(done(format!("{username} is suspended")))
            }
            AdminRequest::ResumeUser { username } => {
                operator.resume(&username).await.map_err(describe)?;
                Ok(done(format!("{username} can sign in again")))
            }
            AdminRequest::SetPassword { username, password } => {
                operator.set_password(&username, password).await.map_err(describe)?;
                Ok(done(format!("{username} has a new password, and all devices are signed out")))
            }
            AdminRequest::RemoveDevices { username } => {
                let removed = operator.remove_devices(&username).await.map_err(describe)?;
                Ok(done(format!("{removed} devices of {username} are signed out")))
            }
            AdminRequest::DeleteUser { username, erase_messages } => {
                operator.delete_account(&username, erase_messages).await.map_err(describe)?;
                let messages = if erase_messages { "are being erased" } else { "stay, by \u{201c}deleted account\u{201d}" };
                Ok(done(format!("{username} is deleted; the messages {messages}, and the username stays reserved")))
            }
            AdminRequest::ResetTotp { username } => {
                operator.reset_totp(&username).await.map_err(describe)?;
                Ok(done(format!("{username} can sign in without a code")))
            }
            AdminRequest::ListGroups { owner, after } => {
                let found = operator.groups(owner.as_deref(), after, PAGE_ROWS + 1).await.map_err(describe)?;
                let (found, more) = truncate_page(found);
                let next = found.last().filter(|_| more).map(|group| group.conversation);
                Ok(AdminResponse::Groups { groups: found.into_iter().map(group_row).collect(), next })
            }
            AdminRequest::ShowGroup { id } => {
                let (group, members) = operator.group(id, PAGE_ROWS).await.map_err(describe)?;
                let members = members.into_iter().map(|Member { account, role }| MemberRow { username: account.username, role });
                Ok(AdminResponse::Group { group: group_row(group), members: members.collect() })
            }
            AdminRequest::DeleteGroup { id } => {
                operator.delete_group(id).await.map_err(describe)?;
                Ok(done(format!("group {} is deleted; its messages are being erased, and its name is free", id.0)))
            }
            AdminRequest::TransferGroup { id, username } => {
                operator.transfer_group(id, &username).await.map_err(describe)?;
                Ok(done(format!("{username} owns group {}", id.0)))
            }
            AdminRequest::DeleteMessage { conversation, seq } => {
                operator.delete_message(conversation, seq).await.map_err(describe)?;
                Ok(done(format!("message {seq} of conversation {} is deleted", conversation.0)))
            }
            AdminRequest::ListReports { with_closed, after } => {
                let found = operator.reports(with_closed, after.map(ReportId), PAGE_ROWS + 1).await.map_err(describe)?;
                let (found, more) = truncate_page(found);
                let next = found.last().filter(|_| more).map(|report| report.id.0);
                Ok(AdminResponse::Reports {
                    reports: found.into_iter().map(|report| report_row(report, excerpt)).collect(),
                    next,
                })
            }
            AdminRequest::ShowReport { id } => {
                let found = operator.report(ReportId(id)).await.map_err(describe)?;
                let report = found.ok_or_else(|| no_such_report(id))?;
                // It shows a message that was not written for the operator.
                operator.note("reports show", &id.to_string()).await.map_err(describe)?;
                Ok(AdminResponse::Report { report: report_row(report, |text| text) })
            }
            AdminRequest::CloseReport { id } => {
                operator.close_report(ReportId(id)).await.map_err(|refusal| match refusal {
                    Refusal::NoSuchMessage => no_such_report(id),
                    other => describe(other),
                })?;
                Ok(done(format!("report {id} is closed")))
            }
            AdminRequest::CreateInvite { uses, days } => {
                let valid_ms = i64::from(days) * DAY_MS;
                let invite = operator.create_invite(uses, Some(valid_ms)).await.map_err(describe)?;
                let NewInvite { id, code, expires_at } = invite;
                Ok(AdminResponse::InviteCreated { id: id.0, code, expires_at })
            }
            AdminRequest::ListInvites { after } => {
                let found = operator.invites(after.map(InviteId), PAGE_ROWS + 1).await.map_err(describe)?;
                let (found, more) = truncate_page(found);
                let next = found.last().filter(|_| more).map(|invite| invite.id.0);
                Ok(AdminResponse::Invites { invites: found.into_iter().map(invite_row).collect(), next })
            }
            AdminRequest::RevokeInvite { id } => {
                operator.revoke_invite(InviteId(id)).await.map_err(|refusal| match refusal {
                    Refusal::InviteInvalid => {
                        format!("There is no invite {id}. `papo-server invite list` lists the invites.")
                    }
                    other => describe(other),
                })?;
                Ok(done(format!("invite {id} is revoked")))
            }
            AdminRequest::AddBan { network, hours, reason } => {
                let network = parse_network(&network)?;
                let valid_ms = i64::from(hours) * HOUR_MS;
                let NewBan { until, closed_sessions } = operator.ban(network, valid_ms, reason).await.map_err(describe)?;
                Ok(AdminResponse::BanAdded { network: network.to_string(), until, closed_sessions })
            }
            AdminRequest::ListBans { skip } => {
                let rest = operator.bans().await.map_err(describe)?.into_iter().skip(skip).collect();
                let (found, more) = truncate_page(rest);
                let next = more.then_some(skip + found.len());
                Ok(AdminResponse::Bans { bans: found.into_iter().map(ban_row).collect(), next })
            }
            AdminRequest::RemoveBan { network } => {
                let network = parse_network(&network)?;
                if !operator.remove_ban(network).await.map_err(describe)? {
                    return Err(format!("{network} is not banned. `papo-server ban list` lists the bans."));
                }
                Ok(done(format!("{network} may connect again")))
            }
            AdminRequest::ListAudit { before } => {
                let (found, more) = truncate_page(operator.audit(before, PAGE_ROWS + 1).await.map_err(describe)?);
                let next = found.last().filter(|_| more).map(|entry| entry.id);
                Ok(AdminResponse::Audit { entries: found.into_iter().map(audit_row).collect(), next })
            }
        }
    }

    async fn stats(&self) -> Result<AdminResponse, String> {
        let totals = self.operator.totals().await.map_err(describe)?;
        Ok(AdminResponse::Stats(Stats {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            accounts: totals.accounts,
            devices: totals.devices,
            conversations: totals.conversations,
            entries: totals.entries,
            file_bytes: self.file.metadata().map_or(0, |file| file.len()),
            sessions: self.sessions.as_ref().map(OpenSessions::totals),
        }))
    }

    async fn users(&self, query: Option<&str>, after: Option<&Username>) -> Result<AdminResponse, String> {
        let (found, more) = truncate_page(self.operator.accounts(query, after, PAGE_ROWS + 1).await.map_err(describe)?);
        let next = found.last().filter(|_| more).map(|account| account.username.clone());
        let users = found.into_iter().map(|account| {
            let Account { username, display_name, created_at, last_seen, suspended_at, .. } = account;
            UserRow { username, display_name: display_name.as_str().to_owned(), created_at, last_seen, suspended_at }
        });
        Ok(AdminResponse::Users { users: users.collect(), next })
    }

    fn sessions(&self) -> Result<&OpenSessions, String> {
        self.sessions.as_ref().ok_or_else(|| "The server is stopped: there are no sessions.".to_owned())
    }
}

fn session_row(session: OpenSession) -> SessionRow {
    SessionRow {
        id: session.id.number(),
        username: session.account,
        address: session.peer.to_string(),
        since: session.since,
        send_queue_bytes: session.waiting.bytes,
        lagging: session.waiting.lagging,
    }
}

fn group_row(group: GroupSummary) -> GroupRow {
    let GroupSummary { conversation, name, owner, members, entries, created_at, retention_days } = group;
    let owner = owner.map(|owner| owner.username);
    GroupRow { id: conversation, name: name.as_str().to_owned(), owner, members, entries, created_at, retention_days }
}

/// `shorten` is applied to the texts of the message.
fn report_row(report: Report, shorten: impl Fn(String) -> String) -> ReportRow {
    let Report { id, at, reporter, message: EntryId { conversation, seq }, author, sent_at, group, reason, closed_at, text } =
        report;
    let message = match text {
        ReportedText::Unchanged(text) => ReportedMessage::Unchanged { text: shorten(text) },
        ReportedText::Edited { reported, current } => {
            ReportedMessage::Edited { text: shorten(reported), current: shorten(current) }
        }
        ReportedText::Deleted => ReportedMessage::Deleted,
        ReportedText::Expired => ReportedMessage::Expired,
    };
    let (group, reason) = (group.map(|name| name.as_str().to_owned()), reason.map(String::from));
    ReportRow { id: id.0, at, reporter, reason, closed_at, conversation, group, seq, author, sent_at, message }
}

/// The beginning of a text, on one line.
fn excerpt(text: String) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(EXCERPT_CHARS) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}

fn no_such_report(id: i64) -> String {
    format!("There is no report {id}. `papo-server reports list --all` lists the reports.")
}

fn invite_row(invite: Invite) -> InviteRow {
    let Invite { id, uses_left, expires_at, created_at, created_by } = invite;
    InviteRow { id: id.0, uses_left, expires_at, created_at, created_by }
}

fn ban_row(ban: Ban) -> BanRow {
    let Ban { network, until, reason, created_by, created_at } = ban;
    BanRow { network: network.to_string(), until, reason, created_at, created_by }
}

fn parse_network(typed: &str) -> Result<BannedNetwork, String> {
    BannedNetwork::parse(typed).map_err(|error| format!("{typed:?} cannot be banned: {error}."))
}

fn audit_row(AuditEntry { id, note }: AuditEntry) -> AuditRow {
    let AuditNote { at, by, action, target } = note;
    AuditRow { id, at, by, action, target }
}

/// Cuts the rows found to one page, and returns whether there are more.
fn truncate_page<T>(mut found: Vec<T>) -> (Vec<T>, bool) {
    let more = found.len() > PAGE_ROWS;
    found.truncate(PAGE_ROWS);
    (found, more)
}

fn done(message: String) -> AdminResponse {
    AdminResponse::Done { message }
}

fn describe(refusal: Refusal) -> String {
    match refusal {
        Refusal::NoSuchUser => "There is no such user. `papo-server user list` lists the users.".to_owned(),
        Refusal::NotAGroup => "There is no such group. `papo-server group list` lists the groups.".to_owned(),
        Refusal::NoSuchMember => "The user is not a member of the group. `papo-server group show` lists the members.".to_owned(),
        Refusal::NoSuchMessage => "There is no such message, or it is deleted already.".to_owned(),
        Refusal::Failed { retry_after_ms: Some(_) } => {
            "The server cannot reach its database at present; nothing was changed. The server's log has the cause.".to_owned()
        }
        Refusal::Failed { retry_after_ms: None } => {
            "The request failed and changed nothing. The server's log has the cause.".to_owned()
        }
        Refusal::OutcomeUnknown => {
            "The request failed, but the change may have been made. The server's log has the cause. Check before you repeat it."
                .to_owned()
        }
        other => format!("Refused: {other}."),
    }
}
