//! Text form of the answers, for the terminal.

use std::fmt;

use papo_shared::model::Role;

use super::display_reports;
use super::moment::Moment;
use super::protocol::{AdminResponse, AuditRow, BanRow, GroupRow, InviteRow, MemberRow, SessionRow, Stats, UserRow};
use crate::open_sessions::SessionTotals;

impl fmt::Display for AdminResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stats(stats) => stats.fmt(f),
            Self::Sessions { sessions } => {
                write!(f, "{:>8}  {:<20}  {:<20}  {:<24}  {:>10}", "session", "since", "user", "address", "queued")?;
                sessions.iter().try_for_each(|row| write!(f, "\n{row}"))
            }
            Self::Users { users, .. } => {
                write!(f, "{:<20}  {:<20}  {:<20}  display name", "user", "created", "last seen")?;
                users.iter().try_for_each(|row| write!(f, "\n{row}"))
            }
            Self::Groups { groups, .. } => {
                write!(f, "{GROUP_HEADER}")?;
                groups.iter().try_for_each(|row| write!(f, "\n{row}"))
            }
            Self::Group { group, members } => {
                write!(f, "{GROUP_HEADER}\n{group}\nmessages are kept ")?;
                match group.retention_days {
                    Some(days) => write!(f, "for {days} days, or for `retention_days` if that is less")?,
                    None => f.write_str("for `retention_days`")?,
                }
                f.write_str("\nmembers:")?;
                members.iter().try_for_each(|MemberRow { username, role }| {
                    let role = match role {
                        Role::Owner => "owner",
                        Role::Admin => "admin",
                        Role::Member | Role::Other => "member",
                    };
                    write!(f, "\n  {:<32}  {role}", username.as_str())
                })
            }
            Self::Reports { reports, .. } => display_reports::list(f, reports),
            Self::Report { report } => display_reports::details(f, report),
            Self::InviteCreated { code, expires_at, .. } => {
                write!(f, "{code}\nis valid until {}; it is shown only this once", Moment(*expires_at))
            }
            Self::Invites { invites, .. } => {
                write!(f, "{:>8}  {:>9}  {:<20}  {:<20}  by", "invite", "uses left", "expires", "created")?;
                invites.iter().try_for_each(|row| write!(f, "\n{row}"))
            }
            Self::BanAdded { network, until, closed_sessions } => {
                write!(f, "{network} is banned until {}; sessions closed: {closed_sessions}", Moment(Some(*until)))
            }
            Self::Bans { bans, .. } => {
                write!(f, "{:<20}  {:<20}  {:<20}  {:<12}  reason", "network", "until", "created", "by")?;
                bans.iter().try_for_each(|row| write!(f, "\n{row}"))
            }
            Self::Audit { entries, .. } => {
                write!(f, "{:<20}  {:<12}  {:<20}  target", "at", "by", "action")?;
                entries.iter().try_for_each(|row| write!(f, "\n{row}"))
            }
            Self::Done { message } => f.write_str(message),
            Self::Refused { reason } => f.write_str(reason),
        }
    }
}

impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { version, accounts, devices, conversations, entries, file_bytes, sessions } = self;
        writeln!(f, "papo-server {version}")?;
        writeln!(f, "accounts       {accounts}, devices signed in {devices}")?;
        writeln!(f, "conversations  {conversations}, entries {entries}")?;
        if *file_bytes > 0 {
            writeln!(f, "chat.db        {file_bytes} bytes")?;
        }
        match sessions {
            None => f.write_str("sessions       none; the server is stopped"),
            Some(SessionTotals { open, signed_in, lagging, send_queue_bytes }) => {
                write!(f, "sessions       {open}, signed in {signed_in}, lagging {lagging}, queued {send_queue_bytes} bytes")
            }
        }
    }
}

impl fmt::Display for SessionRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, username, address, since, send_queue_bytes, lagging } = self;
        let username = username.as_ref().map_or("-", |username| username.as_str());
        let lagging = if *lagging { "  lagging" } else { "" };
        write!(f, "{id:>8}  {:<20}  {username:<20}  {address:<24}  {send_queue_bytes:>10}{lagging}", Moment(Some(*since)))
    }
}

impl fmt::Display for UserRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { username, display_name, created_at, last_seen, suspended_at } = self;
        let (created, seen) = (Moment(Some(*created_at)), Moment(*last_seen));
        write!(f, "{:<20}  {created:<20}  {seen:<20}  {display_name}", username.as_str())?;
        match suspended_at {
            Some(since) => write!(f, "  suspended since {}", Moment(Some(*since))),
            None => Ok(()),
        }
    }
}

/// The header of a list of groups.
const GROUP_HEADER: &str = "   group  created               members   entries  owner                 name";

impl fmt::Display for GroupRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, name, owner, members, entries, created_at, .. } = self;
        let (owner, created) = (owner.as_ref().map_or("-", |owner| owner.as_str()), Moment(Some(*created_at)));
        write!(f, "{:>8}  {created:<20}  {members:>7}  {:>8}  {owner:<20}  {name}", id.0, entries.0)
    }
}

impl fmt::Display for InviteRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, uses_left, expires_at, created_at, created_by } = self;
        write!(f, "{id:>8}  {uses_left:>9}  {:<20}  {:<20}  {created_by}", Moment(*expires_at), Moment(Some(*created_at)))
    }
}

impl fmt::Display for BanRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { network, until, reason, created_at, created_by } = self;
        let (until, created) = (Moment(Some(*until)), Moment(Some(*created_at)));
        write!(f, "{network:<20}  {until:<20}  {created:<20}  {created_by:<12}  {reason}")
    }
}

impl fmt::Display for AuditRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, by, action, target, .. } = self;
        write!(f, "{:<20}  {by:<12}  {action:<20}  {target}", Moment(Some(*at)))
    }
}
