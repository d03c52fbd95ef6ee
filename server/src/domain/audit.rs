//! The audit log of operator actions.

use papo_shared::model::Timestamp;

/// An operator action. Never contains a password, an invite code or a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditNote {
    /// Time of the action.
    pub at: Timestamp,
    /// The operator: the user of the machine who ran the command.
    pub by: String,
    /// The action, named after its command.
    pub action: String,
    /// The account, invite or session concerned; empty if there is none.
    pub target: String,
}

/// An audit note with the number assigned by the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Entry number; later notes have higher numbers.
    pub id: i64,
    pub note: AuditNote,
}
