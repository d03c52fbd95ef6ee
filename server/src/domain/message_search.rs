//! Message search: parameters, results, and the matching rule.

use papo_shared::model::search::{Query, fold_name};
use papo_shared::model::{ConversationId, Entry, EntryKind};

/// Parameters of a search.
#[derive(Clone, Debug)]
pub struct MessageSearch {
    pub query: Query,
    /// Restricts the search to one conversation.
    pub conversation: Option<ConversationId>,
    /// Only messages stored before this position.
    pub before: Option<u64>,
    /// Maximum number of hits.
    pub limit: usize,
    /// The search may stop once the texts of the hits exceed this size.
    pub enough_bytes: usize,
}

/// One page of hits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoundMessages {
    /// Hits in the order of storage, newest first.
    pub hits: Vec<FoundMessage>,
    /// Position to continue before. `None`: there are no more hits.
    pub next: Option<u64>,
}

/// A message found by a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundMessage {
    /// Position in the order in which the server stored all messages.
    pub position: u64,
    /// Conversation of the message.
    pub conversation: ConversationId,
    pub entry: Entry,
}

/// Whether an entry matches the query, regardless of its conversation.
#[must_use]
pub fn matches_query(query: &Query, entry: &Entry) -> bool {
    let EntryKind::Message(message) = &entry.kind else { return false };
    !message.deleted
        && query.since.is_none_or(|since| entry.at >= since)
        && query.until.is_none_or(|until| entry.at < until)
        && (query.from.is_empty() || query.from.contains(&fold_name(entry.author.as_str())))
        && query.matches_text(message.text.as_str())
}

#[cfg(test)]
mod tests {
    use papo_shared::model::{ClientId, Entry, EntryKind, GroupName, Message, MessageText, Seq, Timestamp, Username};

    use super::{Query, matches_query};

    fn entry(at: Timestamp) -> Entry {
        let text = MessageText::parse("Olá, João: http://x").unwrap();
        let kind = EntryKind::Message(Message::new(ClientId::new(), text));
        Entry { seq: Seq(1), at, author: Username::parse("ana.lima").unwrap(), kind }
    }

    #[track_caller]
    fn check(query: &str, expected: bool) {
        // 1970-01-02, 12:00 UTC.
        let entry = entry(Timestamp(36 * 3_600_000));
        assert_eq!(matches_query(&Query::parse(query, 0).unwrap(), &entry), expected, "{query}");
    }

    #[test]
    fn a_message_must_match_all_parts_of_the_query() {
        for wanted in ["ola", "joao has:link from:ana.lima", "from:rui from:Ana.Lima", "after:1970-01-02 before:1970-01-03"] {
            check(wanted, true);
        }
        for other in ["tchau", "ola tchau", "ola from:rui", "after:1970-01-03", "before:1970-01-02", "ana"] {
            check(other, false);
        }
    }

    #[test]
    fn a_period_includes_its_first_moment_and_excludes_its_end() {
        let midnight = entry(Timestamp(24 * 3_600_000));
        let found = |query| matches_query(&Query::parse(query, 0).unwrap(), &midnight);
        assert_eq!((found("after:1970-01-02"), found("before:1970-01-02")), (true, false));
    }

    #[test]
    fn deleted_messages_do_not_match() {
        let mut deleted = entry(Timestamp(0));
        if let EntryKind::Message(message) = &mut deleted.kind {
            (message.deleted, message.text) = (true, MessageText::deleted());
        }
        assert!(!matches_query(&Query::parse("from:ana.lima", 0).unwrap(), &deleted));
    }

    #[test]
    fn entries_other_than_messages_do_not_match() {
        let kind = EntryKind::GroupCreated { name: GroupName::parse("ola").unwrap() };
        let entry = Entry { seq: Seq(1), at: Timestamp(0), author: Username::parse("ana").unwrap(), kind };
        assert!(!matches_query(&Query::parse("ola", 0).unwrap(), &entry));
    }
}
