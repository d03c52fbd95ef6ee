//! Commands about groups and messages.

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
