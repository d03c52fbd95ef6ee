//! Inbox items: a message concerns the members it mentions and the author of the message it replies to.

use papo_shared::model::{MessageText, mention};
use papo_shared::protocol::InboxReason;

use crate::domain::account::{AccountId, AccountRef};
use crate::domain::change::Change;
use crate::domain::facts::{ConversationFacts, Facts, InboxRecord, Missing, collect};
use crate::domain::message::EntryId;

/// The accounts mentioned in a text, without its author.
pub(super) fn accounts(facts: &Facts, author: &AccountRef, text: &MessageText) -> Result<Vec<AccountRef>, Missing> {
    let names = mention::mentioned_users(text.as_str()).into_iter().filter(|username| *username != author.username);
    let found = collect(names.map(|username| Ok((*facts.usernames.get(&username)?, username))))?;
    Ok(found.into_iter().filter_map(|(id, username)| Some(AccountRef { id: id?, username })).collect())
}

/// Those of these accounts that are members.
pub(super) fn members(known: &ConversationFacts, mut accounts: Vec<AccountRef>) -> Vec<AccountRef> {
    accounts.retain(|who| known.has(who.id));
    accounts
}

/// The changes after which a message has inbox items for exactly these accounts. Dismissed items stay dismissed; new items of
/// accounts that have blocked the author are created as dismissed.
pub(super) fn replace<'a>(
    facts: &Facts,
    message: EntryId,
    author: AccountId,
    named: &[AccountRef],
    reply_to_author: Option<AccountId>,
    before: &[InboxRecord],
) -> Result<Vec<Change<'a>>, Missing> {
    // A mention outranks a reply.
    let replied_to = reply_to_author.filter(|target| *target != author && named.iter().all(|who| who.id != *target));
    let mut wanted: Vec<(AccountId, InboxReason)> = named.iter().map(|who| (who.id, InboxReason::Mention)).collect();
    wanted.extend(replied_to.map(|account| (account, InboxReason::Reply)));
    let put = wanted.iter().map(|(account, reason)| {
        let done = match before.iter().find(|notice| notice.account == *account) {
            Some(notice) => notice.done,
            None => *facts.blocks.get(&(*account, author))?,
        };
        Ok(Change::PutNotice { message, account: *account, reason: *reason, done })
    });
    let mut changes = collect(put)?;
    let is_obsolete = |notice: &&InboxRecord| {
        notice.reason != InboxReason::Direct && wanted.iter().all(|(account, _)| *account != notice.account)
    };
    let obsolete = before.iter().filter(is_obsolete);
    changes.extend(obsolete.map(|notice| Change::DeleteNotice { message, account: notice.account }));
    Ok(changes)
}
