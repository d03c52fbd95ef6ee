//! Commands about groups, messages and reports.

use clap::Subcommand;
use papo_shared::model::{ConversationId, Seq};

use super::admin::{run, run_list};
use crate::admin::protocol::AdminRequest;
use crate::config::Config;

#[derive(Subcommand)]
pub(super) enum GroupCommand {
    /// Lists the groups
    List {
        /// Only groups that this user owns
        #[arg(long)]
        owner: Option<String>,
    },
    /// Shows a group with its members
    Show {
        /// Number of the group in the list
        id: u32,
    },
    /// Deletes a group with all its messages, and frees its name
    Delete {
        /// Number of the group in the list
        id: u32,
    },
    /// Makes a member the owner of a group
    Transfer {
        /// Number of the group in the list
        id: u32,
        /// Username of the new owner, who must be a member
        username: String,
    },
}

#[derive(Subcommand)]
pub(super) enum MessageCommand {
    /// Erases the text of a message; its readers see that it was deleted
    Delete {
        /// Number of the conversation
        conversation: u32,
        /// Number of the message in the conversation
        seq: u64,
    },
}

#[derive(Subcommand)]
pub(super) enum ReportsCommand {
    /// Lists the open reports, oldest first
    List {
        /// Include the closed ones
        #[arg(long)]
        all: bool,
    },
    /// Shows a report with the whole message
    Show {
        /// Number of the report in the list
        id: i64,
    },
    /// Closes a report, whatever was done about it
    Close {
        /// Number of the report in the list
        id: i64,
    },
}

pub(super) fn group(command: GroupCommand, config: Config, json: bool) -> anyhow::Result<()> {
    let request = match command {
        GroupCommand::List { owner } => return run_list(AdminRequest::ListGroups { owner, after: None }, config, json),
        GroupCommand::Show { id } => AdminRequest::ShowGroup { id: ConversationId(id) },
        GroupCommand::Delete { id } => AdminRequest::DeleteGroup { id: ConversationId(id) },
        GroupCommand::Transfer { id, username } => AdminRequest::TransferGroup { id: ConversationId(id), username },
    };
    run(request, config, json)
}

pub(super) fn message(command: &MessageCommand, config: Config, json: bool) -> anyhow::Result<()> {
    let MessageCommand::Delete { conversation, seq } = *command;
    run(AdminRequest::DeleteMessage { conversation: ConversationId(conversation), seq: Seq(seq) }, config, json)
}

pub(super) fn reports(command: &ReportsCommand, config: Config, json: bool) -> anyhow::Result<()> {
    match *command {
        ReportsCommand::List { all } => run_list(AdminRequest::ListReports { with_closed: all, after: None }, config, json),
        ReportsCommand::Show { id } => run(AdminRequest::ShowReport { id }, config, json),
        ReportsCommand::Close { id } => run(AdminRequest::CloseReport { id }, config, json),
    }
}
