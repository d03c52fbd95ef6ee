//! Loading the facts that decisions ask for.

use papo_shared::model::{ClientId, ConversationId, DeviceId, EntryKind, GroupInviteId, Username, Visibility};

use super::state::{Changes, Log, State};
use crate::domain::facts::{
    AccountFacts, ConversationFacts, EmojiFacts, Facts, GroupInviteFacts, InboxRecord, InvitationFacts, InviteFacts, Key,
    MemberFacts, MessageFacts, Original, SentMessage,
};
use crate::domain::{Account, AccountId, EntryId, InviteId, ReportId, skeleton};

impl State {
    #[expect(clippy::too_many_lines, reason = "one short arm per kind of fact")]
    pub(super) fn load(&self, facts: &mut Facts, key: &Key) {
        match key {
            Key::Account(id) => {
                let found = self.account(*id).map(|found| &found.account);
                let usage = self.usages.get(id).copied().unwrap_or_default();
                let found = found.map(|Account { username, suspended_at, is_deleted, .. }| {
                    let (username, suspended_at, is_deleted) = (username.clone(), *suspended_at, *is_deleted);
                    AccountFacts { username, suspended_at, is_deleted, usage }
                });
                facts.accounts.set(*id, found);
            }
            Key::PasswordHash(id) => {
                facts.password_hashes.set(*id, self.account(*id).map(|found| found.password_hash.clone()));
            }
            Key::SecondFactor(id) => facts.second_factors.set(*id, self.second_factors.get(id).cloned()),
            Key::Username(name) => {
                let found = self.accounts.iter().find(|found| found.account.username == *name);
                facts.usernames.set(name.clone(), found.map(|found| found.account.id));
            }
            Key::Skeleton(skeleton) => facts.skeletons.set(skeleton.clone(), self.skeletons.contains(skeleton)),
            Key::Device(id) => facts.devices.set(*id, self.owner_of(*id)),
            Key::DevicesOf(account) => {
                let owned = self.devices.iter().filter(|stored| stored.owner == *account);
                facts.devices_of.set(*account, owned.map(|stored| stored.device.id).collect());
            }
            Key::Invite(code) => {
                let found = self.invites.iter().find(|(other, _)| other == code).map(|(_, invite)| InviteFacts {
                    id: invite.id,
                    uses_left: invite.uses_left,
                    expires_at: invite.expires_at,
                });
                facts.invites.set(*code, found);
            }
            Key::InviteCode(id) => {
                let found = self.invites.iter().find(|(_, invite)| invite.id == *id);
                facts.invite_codes.set(*id, found.map(|(code, _)| *code));
            }

            Key::Conversation(id) => facts.conversations.set(*id, self.conversation_facts(*id)),
            Key::ConversationCount(account) => facts.conversation_counts.set(*account, self.conversations_of(*account)),
            Key::Direct((low, high)) => {
                let is_between_them = |log: &Log| log.group.is_none() && log.audience()[..] == [*low, *high];
                let found = self.ids().find(|(_, log)| is_between_them(log));
                facts.directs.set((*low, *high), found.map(|(id, _)| id));
            }
            Key::GroupName(key) => {
                let found =
                    self.ids().find(|(_, log)| log.group.as_ref().is_some_and(|group| group.name.uniqueness_key() == *key));
                facts.group_names.set(key.clone(), found.map(|(id, _)| id));
            }
            Key::GroupSkeleton(key) => {
                let has_skeleton = |log: &Log| log.group.as_ref().is_some_and(|group| skeleton(group.name.as_str()) == *key);
                let found = self.ids().find(|(_, log)| has_skeleton(log));
                facts.group_skeletons.set(key.clone(), found.map(|(id, _)| id));
            }
            Key::Topic(id) => facts.topics.set(*id, self.log(*id).and_then(|log| log.topic.clone())),
            Key::Member((id, account)) => {
                let found = self.log(*id).and_then(|log| log.member(*account)).map(|member| MemberFacts {
                    role: member.role,
                    first: member.first,
                    marks: member.marks,
                    notify: member.notify,
                });
                facts.members.set((*id, *account), found);
            }
            Key::Roster(id) => {
                let members = self.log(*id).into_iter().flat_map(|log| &log.members);
                facts.rosters.set(*id, members.map(|member| (member.account, member.role, member.first)).collect());
            }
            Key::WasRemoved((id, account)) => {
                let was_removed = self.log(*id).is_some_and(|log| log.removed.contains(account));
                facts.was_removed.set((*id, *account), was_removed);
            }
            Key::GroupInviteTarget(code) => {
                let found = self.group_invites.iter().find(|invite| invite.code == *code);
                facts.group_invite_targets.set(*code, found.map(|invite| invite.conversation));
            }
            Key::GroupInvites(id) => {
                let of_group = self.group_invites.iter().filter(|invite| invite.conversation == *id);
                let found = of_group.map(|invite| GroupInviteFacts {
                    id: invite.listing.invite,
                    code: invite.code,
                    by: invite.by,
                    uses_left: invite.listing.uses_left,
                    expires_at: invite.listing.expires_at,
                });
                facts.group_invites.set(*id, found.collect());
            }
            Key::Invitations(account) => {
                facts.invitations.set(*account, self.invitations_where(|invitation| invitation.account == *account));
            }
            Key::SentInvitations(by) => {
                facts.sent_invitations.set(*by, self.invitations_where(|invitation| invitation.by == *by));
            }
            Key::HasDeclined((id, account)) => {
                let has_declined = self.log(*id).is_some_and(|log| log.declined.contains(account));
                facts.has_declined.set((*id, *account), has_declined);
            }
            Key::AnsweredDirect((account, other)) => {
                let is_answered = |log: &Log| log.group.is_none() && log.unanswered_by != Some(*account);
                let has_answered = self.shared_logs(*account, *other).any(is_answered);
                facts.answered_directs.set((*account, *other), has_answered);
            }
            Key::SharedGroup((low, high)) => {
                let is_closed = |log: &Log| log.group.as_ref().is_some_and(|group| group.visibility != Visibility::Public);
                let shares_group = self.shared_logs(*low, *high).any(is_closed);
                facts.shared_groups.set((*low, *high), shares_group);
            }
            Key::Block(pair) => facts.blocks.set(*pair, self.blocks.contains(pair)),
            Key::BlockCount(by) => {
                facts.block_counts.set(*by, self.blocks.iter().filter(|(blocker, _)| blocker == by).count());
            }

            Key::ClientId((author, client_id)) => {
                facts.client_ids.set((*author, *client_id), self.sent_with(*author, *client_id));
            }
            Key::Message(id) => facts.messages.set(*id, self.message_facts(*id)),
            Key::EditCount(id) => {
                facts.edit_counts.set(*id, self.changes(*id).map_or(0, |changes| changes.earlier.len()));
            }
            Key::OriginalText(id) => {
                let first = self.changes(*id).and_then(|changes| changes.earlier.first());
                facts.original_texts.set(*id, first.map(|first| first.text.as_str().to_owned()));
            }
            Key::EmojiOf(id) => {
                let mut all: Vec<EmojiFacts> = Vec::new();
                for reaction in self.changes(*id).into_iter().flat_map(|changes| &changes.reactions) {
                    match all.iter_mut().find(|known| known.emoji == reaction.emoji) {
                        Some(known) => known.count += 1,
                        None => all.push(EmojiFacts { emoji: reaction.emoji.clone(), since: reaction.since, count: 1 }),
                    }
                }
                facts.emoji_of.set(*id, all);
            }
            Key::Reaction((id, account, emoji)) => {
                let mut all = self.changes(*id).into_iter().flat_map(|changes| &changes.reactions);
                let is_there = all.any(|reaction| reaction.by == *account && reaction.emoji == *emoji);
                facts.reactions.set((*id, *account, emoji.clone()), is_there);
            }
            Key::Notices(id) => {
                let of_message = self.log(id.conversation).into_iter().flat_map(|log| &log.notices);
                let of_message = of_message.filter(|notice| notice.seq == id.seq);
                let found =
                    of_message.map(|stored| InboxRecord { account: stored.account, reason: stored.reason, done: stored.done });
                facts.notices.set(*id, found.collect());
            }
            Key::ReportId((message, reporter)) => {
                let mut all = self.reports.iter();
                let found = all.find(|report| (report.message, report.reporter) == (*message, *reporter));
                facts.report_ids.set((*message, *reporter), found.map(|report| report.id));
            }
            Key::Report(id) => facts.reports.set(*id, self.report_facts(*id)),
            Key::OpenReportCount(reporter) => {
                let open = self.reports.iter().filter(|report| report.reporter == *reporter && report.closed_at.is_none());
                facts.open_report_counts.set(*reporter, open.count());
            }
            Key::RetentionClock(()) => facts.retention_clocks.set((), self.retention_clock()),
            Key::ExpiryStep(query) => facts.expiry_steps.set(*query, self.next_expiry_step(query)),
            Key::ErasureStep(()) => facts.erasure_steps.set((), self.next_erasure_step()),

            Key::NextAccount => facts.next_accounts.add(AccountId(next(self.accounts.len()))),
            Key::NextConversation => facts.next_conversations.add(ConversationId(next(self.logs.len()))),
            Key::NextDevice => facts.next_devices.add(DeviceId(self.last_device + 1)),
            Key::NextInvite => facts.next_invites.add(InviteId(self.last_invite + 1)),
            Key::NextReport => facts.next_reports.add(ReportId(self.last_report + 1)),
            Key::NextGroupInvite => facts.next_group_invites.add(GroupInviteId(self.last_group_invite + 1)),
        }
    }

    pub(super) fn conversation_facts(&self, id: ConversationId) -> Option<ConversationFacts> {
        let log = self.log(id).filter(|log| !log.is_deleted)?;
        let members = log.audience();
        let blockers = match (&log.group, &members[..]) {
            (None, [low, high]) => {
                let pairs = [(*low, *high), (*high, *low)];
                pairs.into_iter().filter(|pair| self.blocks.contains(pair)).map(|(blocker, _)| blocker).collect()
            }
            _ => Vec::new(),
        };
        let is_deleted = |account: &AccountId| self.account(*account).is_some_and(|found| found.account.is_deleted);
        let has_deleted_member = log.group.is_none() && members.iter().any(is_deleted);
        let (group, unanswered_by) = (log.group.clone(), log.unanswered_by);
        Some(ConversationFacts { group, last_seq: log.last(), members, blockers, unanswered_by, has_deleted_member })
    }

    fn invitations_where(&self, is_wanted: impl Fn(&InvitationFacts) -> bool) -> Vec<InvitationFacts> {
        self.logs.iter().flat_map(|log| &log.invitations).filter(|invitation| is_wanted(invitation)).cloned().collect()
    }

    /// The conversations of which both accounts are members.
    fn shared_logs(&self, one: AccountId, other: AccountId) -> impl Iterator<Item = &Log> {
        self.logs.iter().filter(move |log| log.member(one).is_some() && log.member(other).is_some())
    }

    fn changes(&self, id: EntryId) -> Option<&Changes> {
        self.log(id.conversation)?.changes.get(&id.seq)
    }

    fn id_of(&self, username: &Username) -> Option<AccountId> {
        self.accounts.iter().find(|found| found.account.username == *username).map(|found| found.account.id)
    }

    fn message_facts(&self, id: EntryId) -> Option<MessageFacts> {
        let (entry, message) = self.log(id.conversation)?.message(id.seq)?;
        Some(MessageFacts {
            author: self.id_of(&entry.author)?,
            author_name: entry.author.clone(),
            text: (!message.deleted).then(|| message.text.as_str().to_owned()),
            written_at: message.edited_at.unwrap_or(entry.at),
            reply_to_author: message.reply_to.as_ref().and_then(|reply_to| self.id_of(&reply_to.author)),
        })
    }

    fn sent_with(&self, author: AccountId, client_id: ClientId) -> Option<SentMessage> {
        let author = self.username(author)?;
        let (conversation, entry) = self.ids().find_map(|(id, log)| {
            let mut by_author = log.entries.iter().filter(|entry| entry.author == *author);
            let found = by_author.find(|entry| matches!(&entry.kind, EntryKind::Message(sent) if sent.client_id == client_id))?;
            Some((id, found))
        })?;
        let (_, message) = self.log(conversation)?.message(entry.seq)?;
        let changes = self.changes(EntryId { conversation, seq: entry.seq });
        let original = match changes.and_then(|changes| changes.mark) {
            Some(mark) => Original::Mark(mark),
            None => {
                let first = changes.and_then(|changes| changes.earlier.first()).map_or(&message.text, |first| &first.text);
                Original::Text(first.as_str().to_owned())
            }
        };
        Some(SentMessage { conversation, entry: entry.clone(), original })
    }
}

fn next(count: usize) -> u32 {
    u32::try_from(count + 1).unwrap_or(u32::MAX)
}
