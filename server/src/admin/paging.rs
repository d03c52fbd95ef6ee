//! Lists that are longer than one answer.

use super::protocol::{AdminRequest, AdminResponse};

impl AdminRequest {
    /// The request for the page after `answer`; `None` after the last page.
    pub(crate) fn after(&self, answer: &AdminResponse) -> Option<Self> {
        match (self, answer) {
            (Self::ListUsers { query, .. }, AdminResponse::Users { next: Some(next), .. }) => {
                Some(Self::ListUsers { query: query.clone(), after: Some(next.clone()) })
            }
            (Self::ListGroups { owner, .. }, AdminResponse::Groups { next: Some(next), .. }) => {
                Some(Self::ListGroups { owner: owner.clone(), after: Some(*next) })
            }
            (Self::ListInvites { .. }, AdminResponse::Invites { next: Some(next), .. }) => {
                Some(Self::ListInvites { after: Some(*next) })
            }
            (Self::ListBans { .. }, AdminResponse::Bans { next: Some(next), .. }) => Some(Self::ListBans { skip: *next }),
            (Self::ListReports { with_closed, .. }, AdminResponse::Reports { next: Some(next), .. }) => {
                Some(Self::ListReports { with_closed: *with_closed, after: Some(*next) })
            }
            (Self::ListAudit { .. }, AdminResponse::Audit { next: Some(next), .. }) => {
                Some(Self::ListAudit { before: Some(*next) })
            }
            _ => None,
        }
    }
}

impl AdminResponse {
    /// Appends the rows of the following page.
    pub(crate) fn append(&mut self, page: Self) {
        match (self, page) {
            (Self::Users { users, next }, Self::Users { users: more, next: then }) => {
                users.extend(more);
                *next = then;
            }
            (Self::Groups { groups, next }, Self::Groups { groups: more, next: then }) => {
                groups.extend(more);
                *next = then;
            }
            (Self::Invites { invites, next }, Self::Invites { invites: more, next: then }) => {
                invites.extend(more);
                *next = then;
            }
            (Self::Bans { bans, next }, Self::Bans { bans: more, next: then }) => {
                bans.extend(more);
                *next = then;
            }
            (Self::Reports { reports, next }, Self::Reports { reports: more, next: then }) => {
                reports.extend(more);
                *next = then;
            }
            (Self::Audit { entries, next }, Self::Audit { entries: more, next: then }) => {
                entries.extend(more);
                *next = then;
            }
            (first, page) => *first = page,
        }
    }
}
