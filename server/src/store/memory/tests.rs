//! Compares facts kept across writes with freshly loaded ones.

use std::convert::Infallible;
use std::fmt::Debug;

use papo_shared::model::{
    ClientId, ConversationId, DisplayName, Emoji, GroupName, MessageText, ReportReason, Role, Seq, Timestamp, Username,
    Visibility,
};

use super::state::State;
use crate::domain::decide::{Decision, assumed, decide_and_load};
use crate::domain::facts::{Facts, Key};
use crate::domain::{AccountId, AccountRef, InviteCode, ReportId, TokenHash};
use crate::store::{NewDevice, Write};

/// The value of a key with its lists sorted; `None` if it is not loaded.
fn as_seen_by(facts: &Facts, key: &Key) -> Option<String> {
    fn text(value: Option<&impl Debug>) -> Option<String> {
        value.map(|value| format!("{value:?}"))
    }
    fn list<T: Debug>(values: Option<&Vec<T>>) -> Option<String> {
        let mut lines: Vec<String> = values?.iter().map(|value| format!("{value:?}")).collect();
        lines.sort();
        Some(lines.join(", "))
    }
    match key {
        Key::Account(key) => text(facts.accounts.loaded(key)),
        Key::PasswordHash(key) => text(facts.password_hashes.loaded(key)),
        Key::SecondFactor(key) => text(facts.second_factors.loaded(key)),
        Key::Username(key) => text(facts.usernames.loaded(key)),
        Key::Skeleton(key) => text(facts.skeletons.loaded(key)),
        Key::Device(key) => text(facts.devices.loaded(key)),
        Key::DevicesOf(key) => text(facts.devices_of.loaded(key)),
        Key::Invite(key) => text(facts.invites.loaded(key)),
        Key::InviteCode(key) => text(facts.invite_codes.loaded(key)),
        Key::Conversation(key) => text(facts.conversations.loaded(key)),
        Key::ConversationCount(key) => text(facts.conversation_counts.loaded(key)),
        Key::Direct(key) => text(facts.directs.loaded(key)),
        Key::GroupName(key) => text(facts.group_names.loaded(key)),
        Key::GroupSkeleton(key) => text(facts.group_skeletons.loaded(key)),
        Key::Topic(key) => text(facts.topics.loaded(key)),
        Key::Member(key) => text(facts.members.loaded(key)),
        Key::Roster(key) => list(facts.rosters.loaded(key)),
        Key::WasRemoved(key) => text(facts.was_removed.loaded(key)),
        Key::GroupInviteTarget(key) => text(facts.group_invite_targets.loaded(key)),
        Key::GroupInvites(key) => list(facts.group_invites.loaded(key)),
        Key::Invitations(key) => list(facts.invitations.loaded(key)),
        Key::SentInvitations(key) => list(facts.sent_invitations.loaded(key)),
        Key::HasDeclined(key) => text(facts.has_declined.loaded(key)),
        Key::AnsweredDirect(key) => text(facts.answered_directs.loaded(key)),
        Key::SharedGroup(key) => text(facts.shared_groups.loaded(key)),
        Key::Block(key) => text(facts.blocks.loaded(key)),
        Key::BlockCount(key) => text(facts.block_counts.loaded(key)),
        Key::ClientId(key) => text(facts.client_ids.loaded(key)),
        Key::Message(key) => text(facts.messages.loaded(key)),
        Key::EditCount(key) => text(facts.edit_counts.loaded(key)),
        Key::OriginalText(key) => text(facts.original_texts.loaded(key)),
        Key::EmojiOf(key) => list(facts.emoji_of.loaded(key)),
        Key::Reaction(key) => text(facts.reactions.loaded(key)),
        Key::Notices(key) => list(facts.notices.loaded(key)),
        // Used once, by the write that loads them.
        Key::RetentionClock(()) | Key::ExpiryStep(_) => None,
        Key::ReportId(key) => text(facts.report_ids.loaded(key)),
        Key::Report(key) => text(facts.reports.loaded(key)),
        Key::OpenReportCount(key) => text(facts.open_report_counts.loaded(key)),
        Key::ErasureStep(key) => text(facts.erasure_steps.loaded(key)),
        Key::NextAccount | Key::NextDevice | Key::NextInvite | Key::NextConversation | Key::NextGroupInvite | Key::NextReport => {
            None
        }
    }
}

/// A deterministic generator of pseudo-random numbers.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn who(&mut self) -> AccountRef {
        let place = self.below(4);
        let username = Username::parse(["ana", "eva", "ivo", "rui"][place as usize]).unwrap();
        AccountRef { id: AccountId(place as u32 + 1), username }
    }

    fn write(&mut self) -> Write {
        let at = Timestamp(self.below(9) as i64);
        let conversation = ConversationId(self.below(4) as u32 + 1);
        let (by, member, seq) = (self.who(), self.who(), Seq(self.below(30)));
        let text = MessageText::parse(["a", "b", "@eva", "@rui @ana"][self.below(4) as usize]).unwrap();
        let code = InviteCode::new([self.below(250) as u8; 10]).hash();
        let other = member.id.0 != by.id.0;
        match self.below(34) {
            0 if other => Write::OpenDirect { one: by.id, other: member.id, at },
            1 => {
                let name = GroupName::parse(["x", "X", "y", "х"][self.below(4) as usize]).unwrap();
                Write::RenameGroup { conversation, by, name, at }
            }
            2 => Write::CreateGroup { creator: by, name: GroupName::parse("x").unwrap(), visibility: Visibility::Listed, at },
            3 | 4 => Write::AddMember { conversation, by, member, at },
            5 => Write::RemoveMember { conversation, by, member, at },
            6 => Write::LeaveGroup { conversation, member: by, at },
            7 => {
                let role = [Role::Member, Role::Admin, Role::Owner][self.below(3) as usize];
                Write::SetRole { conversation, by, member, role, at }
            }
            8 if other => Write::Block { by: by.id, whom: member, at },
            9 => Write::Unblock { by: by.id, whom: member },
            10 => Write::EditMessage { conversation, by, seq, text, at },
            11 => Write::DeleteMessage { conversation, by, seq, at },
            12 => Write::AddReaction { conversation, by, seq, emoji: Emoji::parse("👍").unwrap(), at },
            13 => Write::RemoveReaction { conversation, by, seq, emoji: Emoji::parse("👍").unwrap(), at },
            14 => Write::MoveReadCursor { conversation, account: by.id, seq },
            15 => Write::MoveReadCursorBack { conversation, account: by.id, seq },
            16 => Write::Dismiss { conversation, account: by.id, seq },
            17 => Write::CreateGroupInvite { conversation, by: by.id, code, uses: Some(2), expires_at: Some(Timestamp(7)), at },
            18 => Write::JoinGroup { code, member: by, at },
            // Rare, because they end the history of an account or a group.
            19 if self.below(20) == 0 => {
                Write::DeleteAccount { account: by.id, authentication: None, erase_messages: seq.0 > 15, at }
            }
            19 if self.below(10) == 0 => Write::DeleteGroup { conversation, at },
            19 | 20 => Write::ContinueErasure { at },
            21 | 22 => Write::AcceptInvitation { conversation, member: by.id, at },
            23 => Write::DeclineInvitation { conversation, account: by.id, at },
            24 => Write::JoinPublicGroup { conversation, member: by, at },
            25 => {
                let visibility = [Visibility::Private, Visibility::Public][self.below(2) as usize];
                Write::SetVisibility { conversation, by, visibility, at }
            }
            26 => Write::SetRetention { conversation, by, days: [None, Some(7), Some(30)][self.below(3) as usize], at },
            27 | 28 => Write::ReportMessage { conversation, by: by.id, seq, reason: ReportReason::parse("spam").unwrap(), at },
            29 => Write::CloseReport { report: ReportId(self.below(9) as i64), at },
            _ => {
                let reply_to = (self.below(3) == 0).then_some(seq);
                let client_id = ClientId::from_bytes([self.below(200) as u8; 16]);
                Write::AppendMessage { conversation, author: by, client_id, text, reply_to, at }
            }
        }
    }
}

fn account(username: &str) -> Write {
    Write::CreateAccount {
        username: Username::parse(username).unwrap(),
        display_name: DisplayName::parse(username).unwrap(),
        password_hash: String::new(),
        device: Some(NewDevice { token: TokenHash::of(username), name: "x".to_owned().into() }),
        invite: None,
        at: Timestamp(0),
    }
}

/// After any history, facts updated by the applied changes equal freshly loaded ones.
#[test]
fn kept_facts_stay_correct() {
    for seed in 0..10 {
        let (mut state, mut facts, mut numbers) = (State::default(), Facts::default(), Numbers(seed));
        let mut requested: Vec<Key> = Vec::new();
        let accounts = ["ana", "eva", "ivo", "rui"].map(account);
        let writes: Vec<Write> = accounts.into_iter().chain((0..300).map(|_| numbers.write())).collect();
        for write in &writes {
            if let Some(key) = assumed(write, &facts) {
                state.load(&mut facts, &key);
                requested.push(key);
            }
            let Ok(Decision { changes, usage, .. }) = decide_and_load(write, &mut facts, |facts, key| {
                state.load(facts, key);
                if !requested.contains(key) {
                    requested.push(key.clone());
                }
                Ok::<(), Infallible>(())
            });
            for change in changes.iter() {
                state.apply(change);
                facts.apply(change);
            }
            if let Some((account, usage)) = usage {
                state.usages.insert(account, usage);
                facts.set_usage(account, usage);
            }
            for key in &requested {
                let Some(kept) = as_seen_by(&facts, key) else { continue };
                let mut fresh = Facts::default();
                state.load(&mut fresh, key);
                assert_eq!(Some(kept), as_seen_by(&fresh, key), "{key:?} after {write:?}");
            }
        }
    }
}
