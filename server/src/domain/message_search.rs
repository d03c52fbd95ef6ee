//! Searching for what was said: what is asked, what comes of it, and which message is wanted.

use papo_shared::model::search::{Query, fold_name};
use papo_shared::model::{ConversationId, Entry, EntryKind};

/// What somebody looks for.
#[derive(Clone, Debug)]
pub struct MessageSearch {
    /// What must hold of a message.
    pub query: Query,
    /// Only in this conversation.
    pub conversation: Option<ConversationId>,
    /// Only before this place.
    pub before: Option<u64>,
    /// Most messages wanted.
    pub limit: usize,
    /// It may stop after the message with which the texts pass this.
    pub enough_bytes: usize,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoundMessages {
    /// The newest first.
    pub hits: Vec<FoundMessage>,
    /// Before which place there may be more. None: there is nothing more.
    pub next: Option<u64>,
}

/// One message that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundMessage {
    /// Its place in the order in which the server stored all messages.
    pub place: u64,
    /// Where it was said.
    pub conversation: ConversationId,
    /// The message.
    pub entry: Entry,
}

/// Whether this entry is what is looked for, wherever it stands.
#[must_use]
pub fn is_wanted(query: &Query, entry: &Entry) -> bool {
    let EntryKind::Message(message) = &entry.kind else { return false };
    let is_there = !message.deleted && !message.text.as_str().is_empty();
    is_there
        && query.since.is_none_or(|since| entry.at >= since)
        && query.until.is_none_or(|until| entry.at < until)
        && (query.from.is_empty() || query.from.contains(&fold_name(entry.author.as_str())))
        && query.is_in(message.text.as_str())
}

#[cfg(test)]
mod tests {
    use papo_shared::model::{ClientId, Entry, EntryKind, GroupName, Message, MessageText, Seq, Timestamp, Username};

    use super::{Query, is_wanted};

    #[track_caller]
    fn check(query: &str, expected: bool) {
        let text = MessageText::parse("Olá, João: http://x").unwrap();
        let kind = EntryKind::Message(Message::new(ClientId::new(), text));
        // 1970-01-02, at noon.
        let entry = Entry { seq: Seq(1), at: Timestamp(36 * 3_600_000), author: Username::parse("ana.lima").unwrap(), kind };
        assert_eq!(is_wanted(&Query::parse(query, 0).unwrap(), &entry), expected, "{query}");
    }

    #[test]
    fn a_message_is_wanted_where_all_holds() {
        for wanted in ["ola", "joao has:link from:ana.lima", "from:rui from:Ana.Lima", "after:1970-01-02 before:1970-01-03"] {
            check(wanted, true);
        }
        for other in ["tchau", "ola tchau", "ola from:rui", "after:1970-01-03", "before:1970-01-02", "ana"] {
            check(other, false);
        }
    }

    #[test]
    fn what_is_no_message_is_not_wanted() {
        let kind = EntryKind::GroupCreated { name: GroupName::parse("ola").unwrap() };
        let entry = Entry { seq: Seq(1), at: Timestamp(0), author: Username::parse("ana").unwrap(), kind };
        assert!(!is_wanted(&Query::parse("ola", 0).unwrap(), &entry));
    }
}
