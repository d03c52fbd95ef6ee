//! Notification settings of a conversation.

use papo_shared::model::{ConversationId, Notify, NotifyLevel};
use papo_shared::protocol::{Request, SetNotify};

use crate::action::Action;
use crate::effect::Effect;
use crate::state::connection::pending::Purpose;
use crate::state::conversations::notify::{NOTIFY_CHOICES, NotifyChoice, NotifyList};
use crate::state::phrase::Phrase;
use crate::state::{Overlay, State};
use crate::update::durations;
use crate::update::durations::ParsedDuration;
use crate::update::lists::next_index;
use crate::update::requests::{CommandOutcome, send_if_live};
use crate::update::screen::open_overlay;

/// Shows the notification settings of the open conversation.
pub(crate) fn open(state: &mut State) {
    let now = state.now;
    let Some(open) = state.open_conversation() else { return state.show_status(Phrase::new("notice-no-conversation")) };
    let level = open.notify.at(now).level;
    let selected = NOTIFY_CHOICES.iter().rposition(|choice| choice.level == level).unwrap_or(0);
    open_overlay(state, Overlay::Notify(NotifyList { conversation: open.id, selected }));
}

pub(crate) fn move_selection(state: &mut State, action: Action) {
    if let Some(Overlay::Notify(list)) = &mut state.overlay {
        list.selected = next_index(Some(list.selected), NOTIFY_CHOICES.len(), NOTIFY_CHOICES.len(), action);
    }
}

/// Applies the selected setting.
pub(crate) fn apply_selected(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(list) = state.notify_list() else { return };
    if let Some(choice) = NOTIFY_CHOICES.get(list.selected)
        && set_level(state, list.conversation, *choice, effects) == CommandOutcome::Done
    {
        state.overlay = None;
    }
}

/// Runs `/mute`, `/mentions` or `/unmute`. `/mute` without a duration opens the list of settings.
pub(crate) fn run_command(
    state: &mut State,
    id: ConversationId,
    verb: &str,
    rest: &str,
    effects: &mut Vec<Effect>,
) -> CommandOutcome {
    let choice = |level, for_s| NotifyChoice { level, for_s };
    let level = match verb {
        "unmute" => return set_level(state, id, choice(NotifyLevel::All, None), effects),
        "mentions" => NotifyLevel::Mentions,
        _ if rest.is_empty() => {
            open(state);
            return CommandOutcome::Done;
        }
        _ => NotifyLevel::Nothing,
    };
    match durations::parse(rest) {
        Some(ParsedDuration::Seconds(seconds)) => set_level(state, id, choice(level, Some(seconds)), effects),
        Some(ParsedDuration::Forever) => set_level(state, id, choice(level, None), effects),
        None if rest.is_empty() => set_level(state, id, choice(level, None), effects),
        None => {
            state.show_status(Phrase::new("notice-no-time").text("typed", rest));
            CommandOutcome::KeepsDraft
        }
    }
}

fn set_level(state: &mut State, conversation: ConversationId, choice: NotifyChoice, effects: &mut Vec<Effect>) -> CommandOutcome {
    let notify = choice.from(state.now);
    let request = SetNotify { conversation, level: notify.level, until: notify.until };
    send_if_live(state, effects, Purpose::SetNotify(conversation, notify), Request::SetNotify(request))
}

/// Takes a setting that was changed here or on another device.
pub(crate) fn apply_change(state: &mut State, conversation: ConversationId, notify: Notify) {
    if let Some(conversation) = state.account.conversations.get_mut(&conversation) {
        conversation.notify = notify;
    }
}
