//! Replies of the server, each understood by what was asked.

use papo_shared::model::text::clean_line;
use papo_shared::model::{Entry, EntryKind, Message, ServerId};
use papo_shared::protocol::{Refusal, Registration, Reply, ReplyFrame, SignedIn, UserPage, Welcome};

use super::catch_up;
use crate::device_token::DeviceToken;
use crate::effect::Effect;
use crate::state::account::sign_in::{Field, SignInForm};
use crate::state::account_state::AccountState;
use crate::state::connection::link::Link;
use crate::state::connection::pending::Purpose;
use crate::state::conversations::changes;
use crate::state::phrase::Phrase;
use crate::state::refusals::explain;
use crate::state::{Screen, State};
use crate::update::account::{devices, keeping, profile, sign_in};
use crate::update::composer::{answer, compose, recipients};
use crate::update::contacts::blocked;
use crate::update::conversations::{fetching, notify, quotes, reading, receipts, summary};
use crate::update::groups::{invites, member_pages};
use crate::update::navigation::inbox;
use crate::update::overlays::{picker, prompt, sheet};
use crate::update::screen::show;
use crate::update::search;

/// When the server could not do something just now and did not say when it can, in milliseconds.
const AGAIN_AFTER_MS: u64 = 5_000;

pub(crate) fn receive(state: &mut State, frame: ReplyFrame, effects: &mut Vec<Effect>) {
    if let Reply::Refused(refusal) = &frame.reply
        && let Some(wait) = wait_before_repeating(refusal)
        && state.pending.delay(frame.id, state.moment.after_wait_ms(wait))
    {
        return;
    }
    // A reply to nothing that waits is one to a connection that is gone, or a mistake of the server's.
    let Some(asked) = state.pending.take(frame.id) else { return };
    match (asked, frame.reply) {
        (asked, Reply::Refused(refusal)) => refused(state, asked, &refusal, effects),
        (Purpose::Greeting, Reply::Welcome(welcome)) => greeted(state, &welcome, effects),
        (Purpose::SignIn | Purpose::SignInAgain, Reply::SignedIn(signed_in)) => signed_in_as(state, signed_in, effects),
        (Purpose::SignOut, _) => signed_out(state, None, effects),
        (Purpose::ChangePassword, Reply::Done) => {
            prompt::done(state);
            state.show_status(Phrase::new("notice-password-changed"));
        }
        (Purpose::Devices { first }, Reply::Devices(page)) => devices::take_page(state, first, page, effects),
        (Purpose::RevokeDevice(device), Reply::Done) => devices::revoked(state, device),
        (Purpose::Users { whole }, Reply::Users(page)) => users(state, whole, page, effects),
        (Purpose::Groups, Reply::Groups(page)) => {
            state.account.group_listings.extend(page.groups.into_iter().map(|listing| (listing.conversation, listing)));
            catch_up::more_groups(state, page.next, effects);
        }
        (Purpose::Conversations, Reply::Conversations(page)) => {
            for summary in page.conversations {
                summary::take_summary(state, summary, effects);
            }
            keeping::restore_drafts(state);
            let all_here = page.next.is_none();
            catch_up::more_conversations(state, page.next, effects);
            if all_here {
                keeping::come_back(state, effects);
                reading::sum_up(state);
            }
        }
        (Purpose::Conversation(_), Reply::Conversation(summary)) => {
            summary::take_summary(state, summary, effects);
            keeping::restore_drafts(state);
        }
        (asked @ Purpose::OpenDirect(_), Reply::Conversation(summary)) => {
            recipients::opened(state, &asked, summary, effects);
        }
        (Purpose::CreateGroup, Reply::Conversation(summary)) => {
            if let Some(id) = recipients::opened(state, &Purpose::CreateGroup, summary, effects) {
                picker::pick_somebody_to_add(state, id, effects);
            }
        }
        (Purpose::AddMember(_), Reply::Done) => state.show_status(Phrase::new("notice-member-added")),
        (Purpose::LeaveGroup(id), Reply::Done) => {
            prompt::done(state);
            state.leave_conversation(id);
        }
        // The entry that follows says what was done.
        (Purpose::RenameGroup(_) | Purpose::SetTopic(_) | Purpose::RemoveMember | Purpose::SetRole, Reply::Done) => {
            prompt::done(state)
        }
        (Purpose::SetProfile(profile), Reply::Done) => profile::changed(state, profile),
        (Purpose::Block(username, block), Reply::Done) => blocked::done(state, username, block),
        (Purpose::Blocked { first }, Reply::Blocked(page)) => blocked::take_page(state, first, page, effects),
        (Purpose::SetNotify(id, chosen), Reply::Done) => notify::changed(state, id, chosen),
        (Purpose::CreateGroupInvite(_), Reply::GroupInvite(invite)) => invites::created(state, invite, effects),
        (Purpose::GroupInvites(_), Reply::GroupInvites(page)) => invites::listed(state, page),
        (Purpose::RevokeGroupInvite(invite), Reply::Done) => invites::revoked(state, invite),
        (Purpose::JoinGroup, Reply::Conversation(summary)) => {
            recipients::opened(state, &Purpose::JoinGroup, summary, effects);
            keeping::restore_drafts(state);
        }
        (Purpose::Members(id), Reply::Members(page)) => {
            member_pages::take_page(state, id, page, effects);
        }
        (Purpose::Message(client_id), Reply::MessageStored(stored)) => {
            state.account.send_pacing.failures = 0;
            let (Some(message), Some(me)) = (state.account.outbox.remove(client_id), state.me().cloned()) else { return };
            let message =
                Message { reply_to: stored.reply_to, mentions: stored.mentions, ..Message::new(client_id, message.text) };
            let kind = EntryKind::Message(message);
            let entry = Entry { seq: stored.seq, at: stored.at, author: me, kind };
            catch_up::arrive(state, stored.conversation, entry, effects);
            compose::flush(state, effects);
        }
        (Purpose::NewestEntries(id), Reply::Entries(page)) => catch_up::take_page(state, id, page.entries, effects),
        (Purpose::NewerEntries(id), Reply::Entries(page)) => {
            let has_rows = page.entries.is_empty() || page.entries.iter().any(|entry| changes::target(entry).is_none());
            catch_up::take_page(state, id, page.entries, effects);
            if !has_rows && state.account.chat.open_side().open == Some(id) {
                fetching::newer(state, effects);
            }
        }
        (Purpose::Search { terms, is_first }, Reply::SearchHits(page)) => {
            search::take_hits(state, terms, is_first, page, effects);
        }
        (Purpose::OlderEntries(id), Reply::Entries(page)) => {
            let has_rows = page.entries.is_empty() || page.entries.iter().any(|entry| changes::target(entry).is_none());
            catch_up::take_page(state, id, page.entries, effects);
            if !has_rows && state.account.chat.open_side().open == Some(id) {
                // Nothing was seen to come: whoever wanted to read on still does.
                fetching::older(state, effects);
            }
        }
        (Purpose::EditedMessage(id, seq, edit), Reply::Entries(page)) => {
            quotes::edited(state, id, seq, edit, page.entries, effects);
        }
        (Purpose::Quoted(id, seq), Reply::Entries(page)) => quotes::quoted(state, id, seq, page.entries),
        (Purpose::Edit(id, seq), Reply::Done) => answer::edited(state, id, seq),
        (Purpose::Delete(_), Reply::Done) => prompt::done(state),
        (Purpose::Revisions(id, seq), Reply::Revisions(page)) => sheet::take_revisions(state, id, seq, page, effects),
        (Purpose::Reactions(id, seq), Reply::Reactions(page)) => sheet::take_reactions(state, id, seq, page, effects),
        (Purpose::Receipts(id), Reply::Receipts(page)) => {
            receipts::learn(state, id, page.receipts);
            if page.next.is_some() {
                receipts::more(state, id, page.next, effects);
            }
        }
        (Purpose::Inbox, Reply::Inbox(page)) => inbox::take(state, page, effects),
        (Purpose::BeforeItem(id), Reply::Entries(page)) => inbox::take_before(state, id, page, effects),
        (Purpose::Dismiss | Purpose::MarkUnread, Reply::ReadCursor(cursor)) => reading::move_read_cursor(state, &cursor),
        (Purpose::ReadCursor(id), Reply::ReadCursor(cursor)) => {
            reading::move_read_cursor(state, &cursor);
            reading::tell_read_cursor(state, id, effects);
        }
        _ => {}
    }
}

fn greeted(state: &mut State, welcome: &Welcome, effects: &mut Vec<Effect>) {
    recognise(state, welcome.server_id, effects);
    state.server_version = Some(clean_line(&welcome.server));
    state.sign_in.set_registration(welcome.registration);
    state.link = Link::Greeted;
    sign_in::begin(state, welcome.server_id, effects);
}

/// With other data behind the same address, the number of a conversation means another one, and a name somebody else: nothing
/// that is here may go there. It is stored, and is here again when the server from before is back.
fn recognise(state: &mut State, server_id: ServerId, effects: &mut Vec<Effect>) {
    let Some(before) = state.server_id.replace(server_id) else { return };
    if before == server_id {
        return;
    }
    keeping::keep_now(state, effects);
    state.account = AccountState::default();
    sign_in::change_server(state, before, server_id);
    let was_signed_in = state.signed_in_as.take().is_some();
    if was_signed_in || state.screen != Screen::SignIn {
        show(state, Screen::SignIn);
    }
    if was_signed_in {
        state.sign_in.problem = Some((Field::Tabs, Phrase::new("problem-server-replaced")));
    }
}

fn signed_in_as(state: &mut State, signed_in: SignedIn, effects: &mut Vec<Effect>) {
    sign_in::keep(state, &signed_in, effects);
    let SignedIn { you, token } = signed_in;
    if sign_in::turn_away(state, &you.username, effects) {
        return;
    }
    if state.screen == Screen::SignIn {
        if state.account.owner.as_ref().is_some_and(|before| *before != you.username) {
            state.account = AccountState::default();
        }
        show(state, Screen::Menu);
    }
    state.account.owner = Some(you.username.clone());
    let registration = state.sign_in.registration;
    state.sign_in = SignInForm { registration, ..SignInForm::new(Some(you.username.as_str())) };
    state.link = Link::Live;
    state.account.people.learn([you.clone()]);
    keeping::begin(state, &you.username, effects);
    state.credentials.user = Some(you.username.clone());
    state.signed_in_as = Some(you);
    state.credentials.token = Some(DeviceToken(token));
    catch_up::begin(state, effects);
    search::look(state, effects);
    compose::flush(state, effects);
}

/// Nobody is signed in any more: back to the first screen. What was written stays for when the same person comes back.
pub(crate) fn signed_out(state: &mut State, why: Option<Phrase>, effects: &mut Vec<Effect>) {
    keeping::keep_now(state, effects);
    state.signed_in_as = None;
    // A stored sign-in may belong to another account, which stays signed in on this machine.
    let credentials = std::mem::take(&mut state.credentials);
    if credentials.stays_signed_in
        && let Some(server) = state.server_id
    {
        effects.push(Effect::RemoveSignIn(server, credentials.user));
    }
    state.sign_in.is_waiting = false;
    show(state, Screen::SignIn);
    state.sign_in.problem = why.map(|why| (Field::Tabs, why));
}

fn users(state: &mut State, whole: bool, page: UserPage, effects: &mut Vec<Effect>) {
    state.account.people.learn(page.users);
    if whole {
        catch_up::more_users(state, page.next, effects);
    }
}

/// After how many milliseconds the same request may succeed; none, where it is refused for good.
fn wait_before_repeating(refusal: &Refusal) -> Option<u64> {
    match refusal {
        Refusal::TooFast { retry_after_ms } | Refusal::Busy { retry_after_ms } => Some(*retry_after_ms),
        Refusal::Failed | Refusal::OutcomeUnknown => Some(AGAIN_AFTER_MS),
        _ => None,
    }
}

fn refused(state: &mut State, asked: Purpose, refusal: &Refusal, effects: &mut Vec<Effect>) {
    match asked {
        Purpose::SignIn => {
            state.sign_in.is_waiting = false;
            if *refusal == Refusal::InviteNeeded {
                // It takes one by now.
                state.sign_in.set_registration(Registration::Invite);
            }
            let field = match refusal {
                Refusal::InviteNeeded | Refusal::InviteInvalid => Field::Invite,
                Refusal::RegistrationClosed => Field::Tabs,
                Refusal::UsernameInvalid { .. } | Refusal::UsernameTaken | Refusal::UsernameTooAlike => Field::Username,
                _ => Field::Password,
            };
            state.sign_in.focus = field;
            state.sign_in.problem = Some((field, explain(refusal)));
        }
        Purpose::SignInAgain if matches!(refusal, Refusal::TokenUnknown | Refusal::AccountSuspended) => {
            signed_out(state, Some(explain(refusal)), effects);
        }
        Purpose::SignInAgain => {
            let wait = wait_before_repeating(refusal).unwrap_or(AGAIN_AFTER_MS);
            state.sign_in_again_at = Some(state.moment.after_wait_ms(wait));
        }
        Purpose::Greeting => state.sign_in.problem = Some((Field::Tabs, explain(refusal))),
        Purpose::Message(client_id) => compose::refused(state, client_id, refusal, effects),
        Purpose::Conversation(id) if *refusal == Refusal::NotAMember => state.lose_conversation(id, None),
        Purpose::RevokeDevice(device) if *refusal == Refusal::NoSuchDevice => devices::revoked(state, device),
        // It was used up, or revoked elsewhere.
        Purpose::RevokeGroupInvite(invite) if *refusal == Refusal::InviteInvalid => invites::revoked(state, invite),
        Purpose::SignOut
        | Purpose::RevokeDevice(_)
        | Purpose::ChangePassword
        | Purpose::CreateGroup
        | Purpose::RenameGroup(_)
        | Purpose::SetTopic(_)
        | Purpose::RemoveMember
        | Purpose::SetRole
        | Purpose::Block(..)
        | Purpose::RevokeGroupInvite(_)
        | Purpose::JoinGroup
        | Purpose::SetProfile(_)
        | Purpose::Delete(_)
        | Purpose::LeaveGroup(_) => {
            prompt::refused(state, explain(refusal));
        }
        Purpose::ReadCursor(id) => {
            // It is not asked again and again; what is read next tells of this as well.
            if let Some(conversation) = state.account.conversations.get_mut(&id) {
                conversation.server_read_seq = conversation.read_seq;
            }
        }
        Purpose::Search { terms, .. } => search::refused(state, &terms, refusal, effects),
        // There is none that one may see; or it is tried again with the next entry that comes.
        Purpose::Quoted(id, seq) => quotes::quoted(state, id, seq, Vec::new()),
        Purpose::EditedMessage(id, seq, edit) => quotes::edited(state, id, seq, edit, Vec::new(), effects),
        Purpose::Revisions(..) | Purpose::Reactions(..) => sheet::refused(state, explain(refusal)),
        // A server that knows of no blocking has nobody blocked; and where it does not tell how far others are, or not now,
        // the marks say what is known.
        Purpose::IgnoreReply | Purpose::Blocked { .. } | Purpose::Receipts(_) | Purpose::Delivered(_) => {}
        _ => state.show_status(explain(refusal)),
    }
}
