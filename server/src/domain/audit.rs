//! What is remembered of what the operator does.

use papo_shared::model::Timestamp;

/// Something an operator did. It never holds a password, a code, or what somebody wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditNote {
    /// When.
    pub at: Timestamp,
    /// Who: the user of the machine whose command it was.
    pub by: String,
    /// What, as the command is called.
    pub action: String,
    /// To whom or to what: a username, a number; empty for nothing in particular.
    pub target: String,
}

/// A note as the store numbers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its number; later notes have higher ones.
    pub id: i64,
    /// The note.
    pub note: AuditNote,
}
