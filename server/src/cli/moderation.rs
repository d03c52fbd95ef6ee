//! Commands about groups, messages and reports.

use anyhow::bail;
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
        /// The message as its readers copy it in papo, such as 17/2041, or the number of its conversation
        message: String,
        /// Number of the message in the conversation, unless it is given already
        seq: Option<u64>,
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
    let MessageCommand::Delete { message, seq } = command;
    let Some((conversation, seq)) = parse_message(message, *seq) else {
        bail!("Name the message as CONVERSATION/NUMBER, such as 17/2041.");
    };
    run(AdminRequest::DeleteMessage { conversation, seq }, config, json)
}

/// The conversation and the number of a message; `None` if one is missing, given twice, or no number.
fn parse_message(message: &str, seq: Option<u64>) -> Option<(ConversationId, Seq)> {
    let (conversation, seq) = match (message.split_once('/'), seq) {
        (Some((conversation, seq)), None) => (conversation, seq.parse().ok()?),
        (None, Some(seq)) => (message, seq),
        _ => return None,
    };
    Some((ConversationId(conversation.trim().parse().ok()?), Seq(seq)))
}

pub(super) fn reports(command: &ReportsCommand, config: Config, json: bool) -> anyhow::Result<()> {
    match *command {
        ReportsCommand::List { all } => run_list(AdminRequest::ListReports { with_closed: all, after: None }, config, json),
        ReportsCommand::Show { id } => run(AdminRequest::ShowReport { id }, config, json),
        ReportsCommand::Close { id } => run(AdminRequest::CloseReport { id }, config, json),
    }
}

#[cfg(test)]
mod tests {
    use super::{ConversationId, Seq, parse_message};

    #[test]
    fn messages_are_named_in_one_or_two_arguments() {
        let expected = Some((ConversationId(17), Seq(2041)));
        assert_eq!(parse_message("17/2041", None), expected);
        assert_eq!(parse_message("17", Some(2041)), expected);
        for (message, seq) in
            [("17", None), ("17/2041", Some(2041)), ("17/", None), ("/2041", None), ("a/b", None), ("-1/1", None)]
        {
            assert_eq!(parse_message(message, seq), None, "{message} {seq:?}");
        }
    }
}
