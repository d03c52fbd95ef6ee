//! Dispatches each action to the module that carries it out.

use super::account::{devices, profile, second_factor, sign_in};
use super::composer::{commands, completion, compose, editor, paste as long_paste, reply_or_edit, submit};
use super::contacts::blocked;
use super::conversations::{notify, reactions, reading, scroll, selection};
use super::groups::{invitations, invites, members};
use super::navigation::switching::Direction;
use super::navigation::{chat, inbox, jump, menu, switching};
use super::overlays::{picker, prompt, prompt_submit, sheet};
use super::screen::{open_overlay, show_screen};
use super::{quit, search};
use crate::action::Action;
use crate::effect::Effect;
use crate::keymap::{PALETTE_COMMANDS, PaletteTarget};
use crate::layout;
use crate::state::groups::members::MemberAction;
use crate::state::navigation::chat::ChatFocus;
use crate::state::overlays::picker::{Choice, PaletteCommandId, Picker};
use crate::state::overlays::prompt::{Prompt, Question};
use crate::state::phrase::Phrase;
use crate::state::{Focus, Overlay, Screen, State};

/// Carries out one action.
pub(super) fn perform(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    match action {
        Action::Quit => quit::quit(state, effects),
        Action::QuitIfAskedAgain => quit::quit_on_second_request(state, effects),
        Action::Suspend => suspend(state, effects),
        Action::Redraw => effects.push(Effect::Redraw),
        Action::ToggleHelp => toggle_help(state),
        Action::CloseOverlay => close_overlay(state),
        Action::Search => search::open(state, effects),
        Action::WidenSearch => search::toggle_scope(state, effects),
        Action::GoBack => jump::go_back(state, effects),
        Action::OpenMenu => show_screen(state, Screen::Menu),
        Action::MenuItem(number) => menu::choose_number(state, number, effects),
        Action::SwitchForm => state.sign_in.switch(),
        Action::ShowServer => open_overlay(state, Overlay::Server),
        Action::OpenDevices => devices::open(state, effects),
        Action::OpenInbox => inbox::open(state, effects),
        Action::ReplyToItem => inbox::open_reply_prompt(state),
        Action::DismissItem => inbox::dismiss_selected(state, effects),
        Action::RefreshInbox => inbox::request_list(state, effects),
        Action::RevokeDevice => devices::ask_to_revoke(state),
        Action::ShowMembers => members::open(state, None, effects),
        Action::MakeAdmin => members::change_selected(state, MemberAction::MakeAdmin, effects),
        Action::MakeMember => members::change_selected(state, MemberAction::MakeMember, effects),
        Action::HandOver => members::change_selected(state, MemberAction::HandOver, effects),
        Action::RemoveMember => members::change_selected(state, MemberAction::Remove, effects),
        Action::BlockMember => members::ask_to_block(state),
        Action::UnblockMember => members::unblock_selected(state, effects),
        Action::ShowProfile => profile::open(state),
        Action::Unfold => blocked::unfold_selected(state),
        Action::AddToGroup => members::open_add_picker(state, effects),
        Action::ShowInvites => members::show_invites(state, effects),
        Action::NewInvite => invites::create_from_list(state, effects),
        Action::CopyInvite => invites::copy_code(state, effects),
        Action::CopyRecoveryCodes => second_factor::copy_recovery_codes(state, effects),
        Action::RevokeInvite => invites::ask_to_revoke(state),
        Action::JoinGroup => open_overlay(state, Overlay::Prompt(Prompt::new(Question::JoinGroup))),
        Action::ShowInvitations => invitations::open(state),
        Action::DeclineInvitation => invitations::ask_to_decline(state),
        Action::ChooseNotify => notify::open(state),
        Action::SwitchSide => chat::switch_side(state, effects),
        Action::Find => open_overlay(state, Overlay::Picker(Picker::new(Choice::Anything))),
        Action::PreviousConversation => switching::open_neighbour(state, Direction::Previous, effects),
        Action::NextConversation => switching::open_neighbour(state, Direction::Next, effects),
        Action::OpenRow(number) => switching::open_row(state, number, effects),
        Action::NextUnread => switching::open_next_unread(state, effects),
        Action::FirstUnread => scroll::scroll_to_first_unread(state, effects),
        Action::SendDraft => submit::send_draft(state, effects),
        Action::Complete => completion::accept_selected(state),
        Action::CompleteOrSend => {
            if !completion::accept_on_enter(state) {
                submit::send_draft(state, effects);
            }
        }
        Action::CloseCompletion => state.account.completion.decline(),
        Action::SendPaste => submit::send_paste(state, false, effects),
        Action::SendPasteAsCode => submit::send_paste(state, true, effects),
        Action::EditPaste => long_paste::edit_as_text(state),
        Action::OpenEditor => editor::open(state, effects),
        Action::NewLine => compose::insert_new_line(state, effects),
        Action::FocusComposer => state.focus_composer(),
        Action::FocusList => state.account.chat.focus = ChatFocus::List,
        Action::Reply => reply_or_edit::begin_reply(state),
        Action::EditMessage => reply_or_edit::begin_edit(state),
        Action::CancelReply => reply_or_edit::cancel_reply_or_edit(state),
        Action::DeleteMessage => selection::ask_to_delete(state),
        Action::ReportMessage => selection::ask_to_report(state),
        Action::React => reactions::open_picker(state),
        Action::ReactWith(number) => reactions::toggle_usual(state, number, effects),
        Action::JumpToQuoted => jump::jump_to_quoted(state, effects),
        Action::ShowRevisions => sheet::show_revisions(state, effects),
        Action::ShowPeople => sheet::show_people(state, effects),
        Action::Retry => compose::retry_selected(state, effects),
        Action::Discard => compose::restore_or_ask(state),
        Action::CopyMessage => selection::copy_message(state, effects),
        Action::CopyReference => selection::copy_reference(state, effects),
        Action::OpenLink => selection::open_link(state, effects),
        Action::CopyLink => selection::copy_link(state, effects),
        Action::CopyCode => selection::copy_code(state, effects),
        Action::MarkUnread => reading::mark_unread(state, effects),
        Action::Confirm => confirm(state, effects),
        Action::SayYes => prompt_submit::submit_confirmation(state, effects),
        Action::Up | Action::Down | Action::PageUp | Action::PageDown | Action::First | Action::Last => {
            handle_movement(state, action, effects);
        }
    }
}

pub(super) fn handle_movement(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    match state.focus() {
        Focus::SignIn => sign_in::move_focus(state, action),
        Focus::Menu => menu::move_selection(state, action),
        Focus::Devices => devices::move_selection(state, action),
        Focus::Inbox => inbox::move_selection(state, action, effects),
        Focus::List => chat::move_selection(state, action),
        Focus::Completion if matches!(action, Action::Up | Action::Down) => completion::move_selection(state, action),
        Focus::Messages
        | Focus::Found
        | Focus::FoldedMessage
        | Focus::FailedMessage
        | Focus::Composer
        | Focus::EmptyComposer
        | Focus::Reply
        | Focus::Completion => {
            if action == Action::Last {
                reading::read_everything_at_end(state, effects);
            }
            scroll::move_in_messages(state, action, effects);
        }
        Focus::Picker | Focus::Reactions => picker::move_selection(state, action),
        Focus::Prompt => prompt::move_focus(state, action),
        Focus::Search => search::move_selection(state, action, effects),
        Focus::Members => members::move_selection(state, action),
        Focus::Invites => invites::move_selection(state, action),
        Focus::Invitations => invitations::move_selection(state, action),
        Focus::Notify => notify::move_selection(state, action),
        Focus::Help => scroll_help(state, action),
        Focus::Sheet => sheet::scroll(state, action),
        Focus::Confirmation | Focus::Paste | Focus::Server | Focus::RecoveryCodes => {}
    }
}

fn confirm(state: &mut State, effects: &mut Vec<Effect>) {
    match state.focus() {
        Focus::SignIn => sign_in::submit(state, effects),
        Focus::Menu => menu::choose(state, state.account.menu, effects),
        Focus::Inbox => inbox::open_selected(state, effects),
        Focus::List => chat::open_selected(state, effects),
        Focus::Picker | Focus::Reactions => {
            if let Some(command) = picker::confirm(state, effects) {
                run_palette_command(state, command, effects);
            }
        }
        Focus::Prompt => prompt_submit::submit(state, effects),
        Focus::Search => search::go_to_selected(state, effects),
        Focus::Members => members::open_chat_with_selected(state, effects),
        Focus::Invitations => invitations::accept_selected(state, effects),
        Focus::Notify => notify::apply_selected(state, effects),
        Focus::Devices
        | Focus::Messages
        | Focus::Found
        | Focus::FoldedMessage
        | Focus::FailedMessage
        | Focus::Composer
        | Focus::EmptyComposer
        | Focus::Reply
        | Focus::Completion
        | Focus::Confirmation
        | Focus::Paste
        | Focus::Invites
        | Focus::RecoveryCodes
        | Focus::Help
        | Focus::Server
        | Focus::Sheet => {}
    }
}

/// Runs an entry of the command palette in the same way as its key or its slash command.
fn run_palette_command(state: &mut State, PaletteCommandId(index): PaletteCommandId, effects: &mut Vec<Effect>) {
    state.overlay = None;
    match PALETTE_COMMANDS.get(index).map(|command| command.target) {
        Some(PaletteTarget::Action(action)) => perform(state, action, effects),
        Some(PaletteTarget::Command(command)) => commands::run_by_name(state, command, effects),
        None => {}
    }
}

fn close_overlay(state: &mut State) {
    match state.overlay {
        Some(Overlay::Search(_)) => search::close(state),
        Some(Overlay::Prompt(_)) => prompt::close(state),
        _ => state.overlay = None,
    }
}

/// Suspends the process, unless it hosts the server: a suspended host would freeze the chat for everyone.
pub(super) fn suspend(state: &mut State, effects: &mut Vec<Effect>) {
    if state.server.is_some_and(|server| server.is_hosted) {
        report_suspend_refused(state, effects);
    } else {
        effects.push(Effect::Suspend);
    }
}

/// Tells the user why the process is not suspended. An editor in the terminal may have stopped itself and is continued.
pub(super) fn report_suspend_refused(state: &mut State, effects: &mut Vec<Effect>) {
    state.show_status(Phrase::new("notice-hosts-no-pause"));
    if state.editor_is_open {
        effects.push(Effect::ContinueEditor);
    }
}

fn toggle_help(state: &mut State) {
    match state.overlay {
        Some(Overlay::Help(_)) => state.overlay = None,
        // Help would replace the open overlay and discard what was entered in it.
        Some(_) => state.show_status(Phrase::new("notice-help-after-this")),
        None => open_overlay(state, Overlay::Help(0)),
    }
}

fn scroll_help(state: &mut State, action: Action) {
    let page = layout::frame(state.size).body.height.saturating_sub(2);
    let rows = layout::help_rows(state);
    let Some(Overlay::Help(top)) = &mut state.overlay else { return };
    let last = rows.saturating_sub(page);
    *top = match action {
        Action::Up => top.saturating_sub(1),
        Action::PageUp => top.saturating_sub(page),
        Action::First => 0,
        Action::Down => *top + 1,
        Action::PageDown => *top + page,
        _ => last,
    }
    .min(last);
}
