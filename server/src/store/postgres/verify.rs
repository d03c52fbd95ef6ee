//! Complete verification of a database, in one snapshot, whether servers are using it or not.

use super::address::PostgresAddress;
use super::connections::Session;
use super::fault::Fault;
use super::health::Health;
use super::migrations::steps::MIGRATIONS;
use super::open_error::OpenError;
use super::query::{Connection, map};
use super::rows::get;
use super::{address, migrations};
use crate::store::verification::{Finding, MAX_FINDINGS_PER_RULE, RULES, RULES_OF_THIS_VERSION, Rule};

/// Rules about what only PostgreSQL stores, or stores differently. References between tables are constraints of the tables.
const OWN_RULES: &[Rule] = &[
    (
        "each message has a position in the storage order, and the words by which it is found",
        "SELECT format('entry %s of conversation %s', id & 4294967295, id >> 32) FROM entry
         WHERE (kind = 1) <> (place IS NOT NULL) OR (words IS NOT NULL) <> (kind = 1 AND body IS NOT NULL)",
    ),
    (
        "a client id belongs to one message of its author",
        "SELECT format('account %s, client id %s, %s times', author, encode(client_id, 'hex'), count(*)) FROM entry
         WHERE client_id IS NOT NULL GROUP BY author, client_id HAVING count(*) > 1",
    ),
    (
        "ids of devices, invites and reports were given before",
        "SELECT format('device %s', device.id) FROM device, server WHERE device.id > last_device
         UNION ALL SELECT format('invite %s', invite.id) FROM invite, server WHERE invite.id > last_invite
         UNION ALL SELECT format('group invite %s', group_invite.id) FROM group_invite, server
             WHERE group_invite.id > last_group_invite
         UNION ALL SELECT format('report %s', report.id) FROM report, server WHERE report.id > last_report",
    ),
    (
        "positions of messages and of the audit log were given before",
        "SELECT format('position %s', place) FROM entry WHERE place > (SELECT last_value FROM message_place)
         UNION ALL SELECT format('audit entry %s', id) FROM audit
             WHERE id > coalesce(pg_sequence_last_value(pg_get_serial_sequence('audit', 'id')), 0)",
    ),
];

/// Verifies a database.
///
/// # Errors
/// It cannot be read, is not papo's, or is not of this version, whose rules these are.
pub async fn verify(address: &PostgresAddress) -> Result<Vec<Finding>, OpenError> {
    let connections = address.connections(&Health::assumed())?;
    let session = Session::snapshot(&connections.readers).await?;
    let connection = session.connection();
    address::check_server(connection).await?;
    if migrations::version(connection).await? != MIGRATIONS.len() {
        return Err(OpenError::Older);
    }
    connection.batch_execute("SET LOCAL statement_timeout = 0").await?;
    let findings = findings(connection).await?;
    Ok(session.end_snapshot(findings).await?)
}

/// Verifies the data that a transaction sees.
pub(super) async fn findings(connection: &Connection) -> Result<Vec<Finding>, Fault> {
    let mut findings = Vec::new();
    for (rule, query) in RULES.iter().chain(RULES_OF_THIS_VERSION).chain(OWN_RULES) {
        let first = format!("SELECT * FROM ({query}) AS found LIMIT {MAX_FINDINGS_PER_RULE}");
        findings.extend(map(connection, &first, &[], |row| Ok(Finding { rule, at: get(row, 0)? })).await?);
    }
    Ok(findings)
}
