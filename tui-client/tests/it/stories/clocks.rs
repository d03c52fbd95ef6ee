//! Changes of the wall clock while papo runs: timers do not depend on it, and displayed times follow it.

use std::time::Duration;

use papo::event::{DisconnectReason, Event};
use papo::state::account::local_data_sync::SAVE_DELAY_MS;
use papo_shared::model::{ConversationId, Notify, NotifyLevel, Timestamp};
use papo_shared::protocol::{Event as ServerEvent, NotifyChanged, Refusal, Reply, Request, SetAway, TypingStarted};

use crate::driver::{Driver, MINUTE, START, direct, message, name};
use crate::stories::{chatting_with_bia, sent_messages, texts};

const DAY: i64 = 24 * 60 * MINUTE;

/// Runs a story three times, with a step of the clock in its middle: back, none, and forward.
fn with_any_step(story: impl Fn(&dyn Fn(&mut Driver))) {
    for step in [-3 * DAY, 0, 3 * DAY] {
        story(&|client| client.step_wall_clock(step));
    }
}

#[test]
fn a_draft_is_saved_in_time_despite_clock_steps() {
    with_any_step(|step| {
        let mut client = chatting_with_bia(&[]);
        client.type_text("meio escr");
        step(&mut client);
        client.wait(SAVE_DELAY_MS - 1);
        assert!(client.state.account.local_data.save_at.is_some());
        client.wait(1);
        assert!(client.state.account.local_data.save_at.is_none(), "{:?}", client.state.account.local_data);
    });
}

#[test]
fn the_outbox_waits_as_long_as_the_server_named_despite_clock_steps() {
    with_any_step(|step| {
        let mut client = chatting_with_bia(&[]);
        client.type_text("oi");
        client.keys("Enter");
        let busy = Refusal::Busy { retry_after_ms: 700 };
        client.answer(|request| matches!(request, Request::SendMessage(_)).then_some(Reply::Refused(busy.clone())));
        step(&mut client);
        client.wait(699);
        assert_eq!(sent_messages(&mut client), []);
        client.wait(1);
        assert_eq!(texts(&sent_messages(&mut client)), ["oi"]);
    });
}

#[test]
fn notices_countdowns_and_typing_last_as_long_despite_clock_steps() {
    with_any_step(|step| {
        let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi")]);
        client.tell(ServerEvent::TypingStarted(TypingStarted { conversation: ConversationId(1), username: name("bia") }));
        client.type_text("/voar");
        client.keys("Enter");
        step(&mut client);
        client.wait(5_999);
        let screen = client.screen();
        assert!(screen.contains("Unknown command") && screen.contains("bia is typing"), "{screen}");
        client.wait(1);
        let screen = client.screen();
        assert!(!screen.contains("Unknown command") && !screen.contains("bia is typing"), "{screen}");

        client.happen(Event::Disconnected { reason: DisconnectReason::Closed, retry_in: Duration::from_secs(4) });
        step(&mut client);
        client.wait(1_000);
        assert!(client.screen().contains("trying again in 3 s"), "{}", client.screen());
    });
}

#[test]
fn clock_steps_do_not_affect_idle_time_or_the_quit_confirmation() {
    with_any_step(|step| {
        let mut client = chatting_with_bia(&[]);
        client.wait(9 * MINUTE);
        client.sent();
        step(&mut client);
        client.wait(MINUTE - 1);
        let away = Request::SetAway(SetAway { away: true });
        assert!(client.sent().iter().all(|frame| frame.request != away));
        client.wait(1);
        assert!(client.sent().iter().any(|frame| frame.request == away));

        client.happen(Event::Disconnected { reason: DisconnectReason::Closed, retry_in: Duration::from_secs(4) });
        client.type_text("oi");
        client.keys("Enter Ctrl-q");
        step(&mut client);
        client.wait(6_000);
        client.effects.clear();
        client.keys("Ctrl-q");
        assert_eq!(client.effects, [], "the first request to quit has expired");
        step(&mut client);
        client.wait(5_999);
        client.keys("Ctrl-q");
        assert!(client.effects.contains(&papo::effect::Effect::Quit));
    });
}

#[test]
fn displayed_times_follow_the_wall_clock() {
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 0, 0, 0)]);
    client.keys("2 Enter");
    let until = Some(Timestamp(START + 60 * MINUTE));
    let notify = Notify { level: NotifyLevel::Nothing, until };
    client.tell(ServerEvent::NotifyChanged(NotifyChanged { conversation: ConversationId(1), notify }));
    assert!(client.screen().contains("muted until 15:00"), "{}", client.screen());
    client.step_wall_clock(-DAY);
    client.wait(1);
    assert!(client.screen().contains("muted until 2026-11-20 15:00"), "{}", client.screen());
    // A timer checks the clock even without events.
    client.step_wall_clock(2 * DAY);
    assert!(client.state.wake_at().is_some_and(|at| at.ms_since(client.moment) <= 10 * MINUTE));
    client.wait(1);
    assert!(!client.screen().contains("muted"), "{}", client.screen());
}
