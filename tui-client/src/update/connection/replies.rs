//! Replies of the server, handled according to the request that they answer.

use papo_shared::model::text::clean_line;
use papo_shared::model::{Entry, EntryKind, Message, ServerId};
use papo_shared::protocol::{Refusal, Registration, Reply, ReplyFrame, SignedIn, UserPage, Welcome};

use super::{catch_up, link};
use crate::device_token::DeviceToken;
use crate::effect::Effect;
use crate::state::account::sign_in::{Field, SignInForm};
use crate::state::connection::link::Link;
use crate::state::connection::pending::Purpose;
use crate::state::conversations::changes;
use crate::state::phrase::Phrase;
use crate::state::refusals::explain;
use crate::state::{Screen, State};
use crate::update::account::{deletion, devices, keeping, profile, second_factor, sign_in};
use crate::update::composer::{compose, recipients, reply_or_edit};
use crate::update::contacts::blocked;
use crate::update::conversations::{fetching, notify, quotes, reading, receipts, summary};
use crate::update::groups::{invitations, invites, member_pages};
use crate::update::navigation::inbox;
use crate::update::overlays::{picker, prompt, sheet};
use crate::update::screen::show_screen;
use crate::update::search;

/// Wait before a retry if the server failed and named no wait, in milliseconds.
const DEFAULT_RETRY_MS: u64 = 5_000;

pub(crate) fn apply_reply(state: &mut State, frame: ReplyFrame, effects: &mut Vec<Effect>) {
    note_availability(state, &frame.reply, effects);
    if let Reply::Refused(refusal) = &frame.reply
        && let Some(wait) = wait_before_repeating(refusal)
        && state.pending.delay(frame.id, state.moment.after_wait_ms(wait))
    {
        return;
    }
    // A reply without a pending request belongs to an earlier connection, or is a server fault.
    let Some(asked) = state.pending.take(frame.id) else { return };
    match (asked, frame.reply) {
        (asked, Reply::Refused(refusal)) => handle_refusal(state, asked, &refusal, effects),
        (Purpose::Greeting, Reply::Welcome(welcome)) => handle_welcome(state, &welcome, effects),
        (Purpose::SignIn | Purpose::SignInAgain, Reply::SignedIn(signed_in)) => handle_signed_in(state, signed_in, effects),
        (Purpose::SignOut, _) => end_session(state, None, effects),
        (Purpose::ChangePassword, Reply::Done) => {
            prompt::close_if_waiting(state);
            state.show_status(Phrase::new("notice-password-changed"));
        }
        (Purpose::BeforeDeletion, Reply::Account(account)) => deletion::take_account(state, &account),
        (Purpose::DeleteAccount, Reply::Done) => deletion::finish(state, effects),
        (Purpose::SecondFactor, Reply::Account(account)) => second_factor::take_account(state, &account),
        (Purpose::SecondFactor, Reply::TotpSecret(secret)) => second_factor::take_secret(state, &secret),
        (Purpose::SecondFactor, Reply::RecoveryCodes(codes)) => second_factor::take_recovery_codes(state, &codes),
        (Purpose::SecondFactor, Reply::Done) => second_factor::finish_disabling(state),
        (Purpose::Devices { first }, Reply::Devices(page)) => devices::take_page(state, first, page, effects),
        (Purpose::RevokeDevice(device), Reply::Done) => devices::remove_revoked(state, device),
        (Purpose::Users { whole }, Reply::Users(page)) => take_users(state, whole, page, effects),
        (Purpose::Groups, Reply::Groups(page)) => {
            state.account.group_listings.extend(page.groups.into_iter().map(|listing| (listing.conversation, listing)));
            catch_up::continue_groups(state, page.next, effects);
        }
        (Purpose::Conversations, Reply::Conversations(page)) => {
            for summary in page.conversations {
                summary::take_summary(state, summary, effects);
            }
            keeping::restore_drafts(state);
            let is_last_page = page.next.is_none();
            catch_up::continue_conversations(state, page.next, effects);
            if is_last_page {
                keeping::restore_position(state, effects);
                reading::announce_unread(state);
            }
        }
        (Purpose::Conversation(_), Reply::Conversation(summary)) => {
            summary::take_summary(state, summary, effects);
            keeping::restore_drafts(state);
        }
        (asked @ Purpose::OpenDirect(_), Reply::Conversation(summary)) => {
            recipients::take_opened(state, &asked, summary, effects);
        }
        (Purpose::CreateGroup, Reply::Conversation(summary)) => {
            if let Some(id) = recipients::take_opened(state, &Purpose::CreateGroup, summary, effects) {
                picker::choose_member_to_add(state, id, effects);
            }
        }
        (Purpose::AddMember(_), Reply::Done) => state.show_status(Phrase::new("notice-member-added")),
        (Purpose::AddMember(_), Reply::Invited) => state.show_status(Phrase::new("notice-invited")),
        (Purpose::LeaveGroup(id), Reply::Done) => {
            prompt::close_if_waiting(state);
            state.leave_conversation(id);
        }
        // The log entry that follows describes the change.
        (
            Purpose::RenameGroup(_)
            | Purpose::SetTopic(_)
            | Purpose::SetVisibility(_)
            | Purpose::SetRetention
            | Purpose::RemoveMember
            | Purpose::SetRole,
            Reply::Done,
        ) => prompt::close_if_waiting(state),
        (Purpose::Invitations, Reply::Invitations(pending)) => state.account.invitations = pending.invitations,
        (Purpose::AcceptInvitation(group), Reply::Conversation(summary)) => {
            state.remove_invitation(group);
            recipients::take_opened(state, &Purpose::AcceptInvitation(group), summary, effects);
            keeping::restore_drafts(state);
        }
        (Purpose::DeclineInvitation(group), Reply::Done) => invitations::finish_declining(state, group),
        (Purpose::SetProfile(profile), Reply::Done) => profile::take_saved(state, profile),
        (Purpose::Block(username, block), Reply::Done) => blocked::finish_change(state, username, block),
        (Purpose::Blocked { first }, Reply::Blocked(page)) => blocked::take_page(state, first, page, effects),
        (Purpose::SetNotify(id, chosen), Reply::Done) => notify::apply_change(state, id, chosen),
        (Purpose::CreateGroupInvite(_), Reply::GroupInvite(invite)) => invites::take_created(state, invite, effects),
        (Purpose::GroupInvites(_), Reply::GroupInvites(page)) => invites::take_list(state, page),
        (Purpose::RevokeGroupInvite(invite), Reply::Done) => invites::remove_revoked(state, invite),
        (Purpose::JoinGroup, Reply::Conversation(summary)) => {
            recipients::take_opened(state, &Purpose::JoinGroup, summary, effects);
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
            catch_up::take_entry(state, stored.conversation, entry, effects);
            compose::send_outbox(state, effects);
        }
        (Purpose::NewestEntries(id), Reply::Entries(page)) => catch_up::take_page(state, id, page.entries, effects),
        (Purpose::NewerEntries(id), Reply::Entries(page)) => {
            let has_rows = page.entries.is_empty() || page.entries.iter().any(|entry| changes::target(entry).is_none());
            catch_up::take_page(state, id, page.entries, effects);
            if !has_rows && state.account.chat.open_side().open == Some(id) {
                fetching::fetch_newer(state, effects);
            }
        }
        (Purpose::Search { terms, is_first }, Reply::SearchHits(page)) => {
            search::take_hits(state, terms, is_first, page, effects);
        }
        (Purpose::OlderEntries(id), Reply::Entries(page)) => {
            let has_rows = page.entries.is_empty() || page.entries.iter().any(|entry| changes::target(entry).is_none());
            catch_up::take_page(state, id, page.entries, effects);
            if !has_rows && state.account.chat.open_side().open == Some(id) {
                // The page added no visible rows, so the user still waits for older ones.
                fetching::fetch_older(state, effects);
            }
        }
        (Purpose::EditedMessage(id, seq, edit), Reply::Entries(page)) => {
            quotes::take_edited(state, id, seq, edit, page.entries, effects);
        }
        (Purpose::Quoted(id, seq), Reply::Entries(page)) => quotes::take_quoted(state, id, seq, page.entries),
        (Purpose::Edit(id, seq), Reply::Done) => reply_or_edit::finish_edit(state, id, seq),
        (Purpose::Delete(_), Reply::Done) => prompt::close_if_waiting(state),
        (Purpose::Report, Reply::Done) => {
            prompt::close_if_waiting(state);
            state.show_status(Phrase::new("notice-reported"));
        }
        (Purpose::Revisions(id, seq), Reply::Revisions(page)) => sheet::take_revisions(state, id, seq, page, effects),
        (Purpose::Reactions(id, seq), Reply::Reactions(page)) => sheet::take_reactions(state, id, seq, page, effects),
        (Purpose::Receipts(id), Reply::Receipts(page)) => {
            receipts::learn(state, id, page.receipts);
            if page.next.is_some() {
                receipts::request_page(state, id, page.next, effects);
            }
        }
        (Purpose::Inbox, Reply::Inbox(page)) => inbox::take_list(state, page, effects),
        (Purpose::BeforeItem(id), Reply::Entries(page)) => inbox::take_context(state, id, page, effects),
        (Purpose::Dismiss | Purpose::MarkUnread, Reply::ReadCursor(cursor)) => reading::move_read_cursor(state, &cursor),
        (Purpose::ReadCursor(id), Reply::ReadCursor(cursor)) => {
            reading::move_read_cursor(state, &cursor);
            reading::send_read_cursor(state, id, effects);
        }
        _ => {}
    }
}

/// Notes whether the server can reach its database, as far as a reply tells.
fn note_availability(state: &mut State, reply: &Reply, effects: &mut Vec<Effect>) {
    match reply {
        Reply::Refused(Refusal::Failed { retry_after_ms: Some(_) }) => state.is_server_unavailable = true,
        // Some requests with these replies need no database.
        Reply::Refused(_) | Reply::Welcome(_) | Reply::Done | Reply::Pong => {}
        _ if std::mem::take(&mut state.is_server_unavailable) => compose::end_outage(state, effects),
        _ => {}
    }
}

fn handle_welcome(state: &mut State, welcome: &Welcome, effects: &mut Vec<Effect>) {
    link::close_questions(state);
    switch_server_data(state, welcome.server_id, effects);
    state.server_version = Some(clean_line(&welcome.server));
    state.server_retention_days = welcome.retention_days;
    state.sign_in.set_registration(welcome.registration);
    state.link = Link::Greeted;
    sign_in::start(state, welcome.server_id, effects);
}

/// Saves and drops the account's state if another server answers at this address, where conversation ids and usernames
/// mean different things. The state is restored from disk when the previous server is back.
fn switch_server_data(state: &mut State, server_id: ServerId, effects: &mut Vec<Effect>) {
    let Some(before) = state.server_id.replace(server_id) else { return };
    if before == server_id {
        return;
    }
    keeping::save_now(state, effects);
    state.forget_account();
    sign_in::change_server(state, before, server_id);
    let was_signed_in = state.signed_in_as.take().is_some();
    if was_signed_in || state.screen != Screen::SignIn {
        show_screen(state, Screen::SignIn);
    }
    if was_signed_in {
        state.sign_in.problem = Some((Field::Tabs, Phrase::new("problem-server-replaced")));
    }
}

fn handle_signed_in(state: &mut State, signed_in: SignedIn, effects: &mut Vec<Effect>) {
    sign_in::store(state, &signed_in, effects);
    let SignedIn { you, token } = signed_in;
    if sign_in::reject_other_account(state, &you.username, effects) {
        return;
    }
    if state.screen == Screen::SignIn {
        if state.account.owner.as_ref().is_some_and(|before| *before != you.username) {
            state.forget_account();
        }
        show_screen(state, Screen::Menu);
    }
    state.account.owner = Some(you.username.clone());
    let registration = state.sign_in.registration;
    state.sign_in = SignInForm { registration, ..SignInForm::new(Some(you.username.as_str())) };
    state.link = Link::Live;
    state.account.people.learn([you.clone()]);
    keeping::load(state, &you.username, effects);
    state.credentials.user = Some(you.username.clone());
    state.signed_in_as = Some(you);
    state.credentials.token = Some(DeviceToken(token));
    catch_up::start(state, effects);
    search::search_if_needed(state, effects);
    compose::send_outbox(state, effects);
}

/// Ends the session and shows the sign-in screen. Drafts and unsent messages are kept for the next session of the same account.
pub(crate) fn end_session(state: &mut State, reason: Option<Phrase>, effects: &mut Vec<Effect>) {
    keeping::save_now(state, effects);
    state.signed_in_as = None;
    sign_in::forget(state, effects);
    state.sign_in.is_waiting = false;
    show_screen(state, Screen::SignIn);
    state.sign_in.problem = reason.map(|reason| (Field::Tabs, reason));
}

fn take_users(state: &mut State, whole: bool, page: UserPage, effects: &mut Vec<Effect>) {
    state.account.people.learn(page.users);
    if whole {
        catch_up::continue_users(state, page.next, effects);
    }
}

/// Milliseconds until the same request may succeed; `None` if it was refused for good.
fn wait_before_repeating(refusal: &Refusal) -> Option<u64> {
    match refusal {
        Refusal::TooFast { retry_after_ms }
        | Refusal::Busy { retry_after_ms }
        | Refusal::Failed { retry_after_ms: Some(retry_after_ms) } => Some(*retry_after_ms),
        Refusal::Failed { retry_after_ms: None } | Refusal::OutcomeUnknown => Some(DEFAULT_RETRY_MS),
        _ => None,
    }
}

fn handle_refusal(state: &mut State, asked: Purpose, refusal: &Refusal, effects: &mut Vec<Effect>) {
    match asked {
        Purpose::SignIn => {
            state.sign_in.is_waiting = false;
            if let Refusal::Failed { retry_after_ms: Some(wait) } = refusal {
                state.sign_in.submit_again_at = Some(state.moment.after_wait_ms(*wait));
                state.sign_in.problem = Some((Field::Tabs, Phrase::new("problem-unavailable")));
                return;
            }
            if *refusal == Refusal::InviteNeeded {
                // The server's registration setting has changed since its welcome.
                state.sign_in.set_registration(Registration::Invite);
            }
            if matches!(refusal, Refusal::SecondFactorRequired | Refusal::WrongCode) {
                state.sign_in.require_code();
            }
            let field = match refusal {
                Refusal::SecondFactorRequired | Refusal::WrongCode => Field::Code,
                Refusal::InviteNeeded | Refusal::InviteInvalid => Field::Invite,
                Refusal::RegistrationClosed => Field::Tabs,
                Refusal::UsernameInvalid { .. } | Refusal::UsernameTaken | Refusal::UsernameTooAlike => Field::Username,
                _ => Field::Password,
            };
            state.sign_in.focus = field;
            state.sign_in.problem = Some((field, explain(refusal)));
        }
        Purpose::SignInAgain if matches!(refusal, Refusal::TokenUnknown | Refusal::AccountSuspended) => {
            end_session(state, Some(explain(refusal)), effects);
        }
        Purpose::SignInAgain => {
            let wait = wait_before_repeating(refusal).unwrap_or(DEFAULT_RETRY_MS);
            state.sign_in_again_at = Some(state.moment.after_wait_ms(wait));
            if state.is_server_unavailable {
                state.sign_in.problem = Some((Field::Tabs, Phrase::new("problem-unavailable")));
            }
        }
        Purpose::Greeting => state.sign_in.problem = Some((Field::Tabs, explain(refusal))),
        Purpose::Message(client_id) => compose::handle_refusal(state, client_id, refusal, effects),
        Purpose::Conversation(id) if *refusal == Refusal::NotAMember => state.lose_conversation(id, None),
        Purpose::RevokeDevice(device) if *refusal == Refusal::NoSuchDevice => devices::remove_revoked(state, device),
        // The invite was used up, or revoked on another device.
        Purpose::RevokeGroupInvite(invite) if *refusal == Refusal::InviteInvalid => invites::remove_revoked(state, invite),
        Purpose::AcceptInvitation(group) | Purpose::DeclineInvitation(group) => {
            invitations::take_refusal(state, group, refusal);
        }
        // An older server knows no invitations.
        Purpose::Invitations => {}
        Purpose::SignOut
        | Purpose::RevokeDevice(_)
        | Purpose::ChangePassword
        | Purpose::SecondFactor
        | Purpose::DeleteAccount
        | Purpose::CreateGroup
        | Purpose::RenameGroup(_)
        | Purpose::SetTopic(_)
        | Purpose::SetVisibility(_)
        | Purpose::SetRetention
        | Purpose::RemoveMember
        | Purpose::SetRole
        | Purpose::Block(..)
        | Purpose::RevokeGroupInvite(_)
        | Purpose::JoinGroup
        | Purpose::SetProfile(_)
        | Purpose::Delete(_)
        | Purpose::Report
        | Purpose::LeaveGroup(_) => {
            prompt::report_problem(state, explain(refusal));
        }
        Purpose::ReadCursor(id) => {
            // The cursor counts as sent, so that it is not retried endlessly; the next one covers it.
            if let Some(conversation) = state.account.conversations.get_mut(&id) {
                conversation.server_read_seq = conversation.read_seq;
            }
        }
        Purpose::Search { terms, .. } => search::handle_refusal(state, &terms, refusal, effects),
        // The quoted message is unavailable; an edited one is requested again with the next entry.
        Purpose::Quoted(id, seq) => quotes::take_quoted(state, id, seq, Vec::new()),
        Purpose::EditedMessage(id, seq, edit) => quotes::take_edited(state, id, seq, edit, Vec::new(), effects),
        Purpose::Revisions(..) | Purpose::Reactions(..) => sheet::report_problem(state, explain(refusal)),
        // An older server supports neither blocking nor receipts, and a busy one may refuse receipts: the marks keep
        // showing what is known.
        Purpose::IgnoreReply | Purpose::Blocked { .. } | Purpose::Receipts(_) | Purpose::Delivered(_) => {}
        _ => state.show_status(explain(refusal)),
    }
}
