//! From what a person means to the part of the program that does it.

use super::account::{devices, profile, sign_in};
use super::composer::{answer, commands, completion, compose, editor, paste as long_paste, submit};
use super::contacts::blocked;
use super::conversations::{notify, reactions, reading, scroll, selection};
use super::groups::{invites, members};
use super::navigation::switching::Direction;
use super::navigation::{chat, inbox, jump, menu, switching};
use super::overlays::{picker, prompt, prompt_submit, sheet};
use super::screen::{lay_over, show};
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

/// Does what was asked.
pub(super) fn perform(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    match action {
        Action::Quit => quit::quit(state, effects),
        Action::QuitIfAskedAgain => quit::quit_if_asked_again(state, effects),
        Action::Suspend => suspend(state, effects),
        Action::Redraw => effects.push(Effect::Redraw),
        Action::ToggleHelp => toggle_help(state),
        Action::CloseOverlay => close_overlay(state),
        Action::Search => search::open(state, effects),
        Action::WidenSearch => search::widen(state, effects),
        Action::GoBack => jump::back(state, effects),
        Action::OpenMenu => show(state, Screen::Menu),
        Action::MenuItem(number) => menu::choose_number(state, number, effects),
        Action::SwitchForm => state.sign_in.switch(),
        Action::ShowServer => lay_over(state, Overlay::Server),
        Action::OpenDevices => devices::open(state, effects),
        Action::OpenInbox => inbox::open(state, effects),
        Action::AnswerItem => inbox::ask_for_answer(state),
        Action::DismissItem => inbox::dismiss_selected(state, effects),
        Action::RefreshInbox => inbox::list(state, effects),
        Action::RevokeDevice => devices::ask_to_revoke(state),
        Action::ShowMembers => members::open(state, None, effects),
        Action::MakeAdmin => members::do_with_selected(state, MemberAction::MakeAdmin, effects),
        Action::MakeMember => members::do_with_selected(state, MemberAction::MakeMember, effects),
        Action::HandOver => members::do_with_selected(state, MemberAction::HandOver, effects),
        Action::RemoveMember => members::do_with_selected(state, MemberAction::Remove, effects),
        Action::BlockMember => members::ask_to_block(state),
        Action::UnblockMember => members::unblock_selected(state, effects),
        Action::ShowProfile => profile::open(state),
        Action::Unfold => blocked::unfold_selected(state),
        Action::AddToGroup => members::add(state, effects),
        Action::ShowInvites => members::show_invites(state, effects),
        Action::NewInvite => invites::create_here(state, effects),
        Action::CopyInvite => invites::copy(state, effects),
        Action::RevokeInvite => invites::ask_to_revoke(state),
        Action::JoinGroup => lay_over(state, Overlay::Prompt(Prompt::new(Question::JoinGroup))),
        Action::ChooseNotify => notify::open(state),
        Action::SwitchSide => chat::switch_side(state, effects),
        Action::Find => lay_over(state, Overlay::Picker(Picker::new(Choice::Anything))),
        Action::PreviousConversation => switching::neighbour(state, Direction::Back, effects),
        Action::NextConversation => switching::neighbour(state, Direction::On, effects),
        Action::OpenRow(number) => switching::open_row(state, number, effects),
        Action::NextUnread => switching::next_unread(state, effects),
        Action::FirstUnread => scroll::to_first_unread(state, effects),
        Action::SendDraft => submit::send_draft(state, effects),
        Action::Complete => completion::take(state),
        Action::CompleteOrSend => {
            if !completion::take_on_enter(state) {
                submit::send_draft(state, effects);
            }
        }
        Action::CloseCompletion => state.account.completion.decline(),
        Action::SendPaste => submit::send_paste(state, false, effects),
        Action::SendPasteAsCode => submit::send_paste(state, true, effects),
        Action::EditPaste => long_paste::edit(state),
        Action::OpenEditor => editor::open(state, effects),
        Action::NewLine => compose::new_line(state, effects),
        Action::FocusComposer => state.focus_composer(),
        Action::FocusList => state.account.chat.focus = ChatFocus::List,
        Action::Reply => answer::reply(state),
        Action::EditMessage => answer::edit(state),
        Action::DropAnswer => answer::drop(state),
        Action::DeleteMessage => selection::ask_to_delete(state),
        Action::React => reactions::pick(state),
        Action::ReactWith(number) => reactions::usual(state, number, effects),
        Action::JumpToQuoted => jump::to_quoted(state, effects),
        Action::ShowRevisions => sheet::show_revisions(state, effects),
        Action::ShowPeople => sheet::show_people(state, effects),
        Action::Retry => compose::retry_selected(state, effects),
        Action::Discard => compose::take_back_or_ask(state),
        Action::CopyMessage => selection::copy_message(state, effects),
        Action::OpenLink => selection::open_link(state, effects),
        Action::CopyLink => selection::copy_link(state, effects),
        Action::CopyCode => selection::copy_code(state, effects),
        Action::MarkUnread => reading::mark_unread(state, effects),
        Action::Confirm => confirm(state, effects),
        Action::SayYes => prompt_submit::say_yes(state, effects),
        Action::Up | Action::Down | Action::PageUp | Action::PageDown | Action::First | Action::Last => {
            move_by(state, action, effects);
        }
    }
}

pub(super) fn move_by(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
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
        | Focus::Answer
        | Focus::Completion => scroll::move_in_messages(state, action, effects),
        Focus::Picker | Focus::Reactions => picker::move_selection(state, action),
        Focus::Prompt => prompt::move_focus(state, action),
        Focus::Search => search::move_selection(state, action, effects),
        Focus::Members => members::move_selection(state, action),
        Focus::Invites => invites::move_selection(state, action),
        Focus::Notify => notify::move_selection(state, action),
        Focus::Help => scroll_help(state, action),
        Focus::Sheet => sheet::scroll(state, action),
        Focus::Confirmation | Focus::Paste | Focus::Server => {}
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
        Focus::Members => members::talk_with_selected(state, effects),
        Focus::Notify => notify::choose(state, effects),
        Focus::Devices
        | Focus::Messages
        | Focus::Found
        | Focus::FoldedMessage
        | Focus::FailedMessage
        | Focus::Composer
        | Focus::EmptyComposer
        | Focus::Answer
        | Focus::Completion
        | Focus::Confirmation
        | Focus::Paste
        | Focus::Invites
        | Focus::Help
        | Focus::Server
        | Focus::Sheet => {}
    }
}

/// Does what was found by its name, as its key or its command would.
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

/// Stops the process until it is continued, unless it hosts the chat, which would freeze for everyone.
pub(super) fn suspend(state: &mut State, effects: &mut Vec<Effect>) {
    if state.server.is_some_and(|server| server.is_hosted) {
        refuse_to_suspend(state, effects);
    } else {
        effects.push(Effect::Suspend);
    }
}

/// Says why the process is not stopped. An editor in the terminal may have stopped itself, and has to go on.
pub(super) fn refuse_to_suspend(state: &mut State, effects: &mut Vec<Effect>) {
    state.show_status(Phrase::new("notice-hosts-no-pause"));
    if state.editor_is_open {
        effects.push(Effect::ContinueEditor);
    }
}

fn toggle_help(state: &mut State) {
    match state.overlay {
        Some(Overlay::Help(_)) => state.overlay = None,
        // What lies over the screen and was being filled in is not thrown away for the help.
        Some(_) => state.show_status(Phrase::new("notice-help-after-this")),
        None => lay_over(state, Overlay::Help(0)),
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
