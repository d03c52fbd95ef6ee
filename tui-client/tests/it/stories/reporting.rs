//! Reporting messages to the operator of the server.

use papo_shared::model::limits::{MAX_OPEN_REPORTS, MAX_REPORT_REASON_CHARS};
use papo_shared::model::{ConversationId, Seq};
use papo_shared::protocol::{Refusal, Reply, ReportMessage, Request};

use crate::driver::{Driver, direct, message};
use crate::stories::message_changes::deleted;
use crate::stories::{chatting_with_bia, history};

fn report(reason: Option<&str>) -> ReportMessage {
    ReportMessage { conversation: ConversationId(1), seq: Seq(1), reason: reason.map(str::to_owned) }
}

/// Asked about the report of a message by bia.
pub(crate) fn asked_about_report(width: u16, height: u16) -> Driver {
    let mut client = Driver::signed_in(width, height, vec![direct(1, "bia", 1, 1, 0)]);
    client.keys("2 Enter");
    client.answer(|request| history(request, &[message(1, "bia", 0, "compre agora")]));
    client.keys("Up Alt-r");
    client
}

fn answer_report(client: &mut Driver, reply: &Reply) -> Option<ReportMessage> {
    let asked = std::cell::RefCell::new(None);
    client.answer(|request| match request {
        Request::ReportMessage(report) => {
            asked.replace(Some(report.clone()));
            Some(reply.clone())
        }
        _ => None,
    });
    asked.into_inner()
}

#[test]
fn a_selected_message_is_reported_with_a_reason_or_without() {
    for reason in [None, Some("spam")] {
        let mut client = asked_about_report(80, 24);
        let screen = client.screen();
        assert!(screen.contains("Report this message of bia") && screen.contains("Enter report"), "{screen}");
        client.type_text(reason.unwrap_or_default());
        client.keys("Enter");
        assert_eq!(answer_report(&mut client, &Reply::Done), Some(report(reason)));
        assert!(client.state.overlay.is_none());
        assert!(client.screen().contains("Reported. The operator of the server can read"), "{}", client.screen());
    }
    let mut client = asked_about_report(80, 24);
    client.keys("Esc");
    assert!(client.state.overlay.is_none());
    assert_eq!(answer_report(&mut client, &Reply::Done), None);
}

#[test]
fn the_palette_reports_the_selected_message() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "compre agora")]);
    for keys in ["Ctrl-k", "Up Ctrl-k"] {
        client.keys(keys);
        client.type_text("report a message");
        assert!(client.screen().contains("Alt-R"), "{}", client.screen());
        client.keys("Enter");
        let expected = if keys == "Ctrl-k" { "Select a message first" } else { "Report this message of bia" };
        assert!(client.screen().contains(expected), "{}", client.screen());
    }
}

#[test]
fn own_and_deleted_messages_are_not_reported() {
    let mut client = Driver::signed_in(120, 24, vec![direct(1, "bia", 2, 2, 0)]);
    client.keys("2 Enter");
    client.answer(|request| history(request, &[message(1, "bia", 0, "oi"), message(2, "ana", 1, "oi!")]));
    client.keys("Up Up");
    assert!(client.screen().contains("Alt-R report"), "{}", client.screen());
    client.keys("Down");
    assert!(!client.screen().contains("Alt-R report"), "{}", client.screen());
    client.keys("Alt-r");
    assert!(client.state.overlay.is_none());
    assert!(client.screen().contains("You can only report messages of others."), "{}", client.screen());
    client.post(1, deleted(3, "bia", 1));
    client.keys("Up Alt-r");
    assert!(client.state.overlay.is_none());
    assert!(client.screen().contains("That message is deleted."), "{}", client.screen());
}

#[test]
fn a_refused_report_stays_open_with_the_cause() {
    let mut client = asked_about_report(80, 24);
    client.type_text(&"é".repeat(MAX_REPORT_REASON_CHARS + 1));
    client.keys("Enter");
    assert_eq!(answer_report(&mut client, &Reply::Done), None, "it is checked before it is sent");
    assert!(client.screen().contains("at most 200 characters"), "{}", client.screen());
    client.keys("Backspace Enter");
    let refusal = Refusal::TooManyReports { max: MAX_OPEN_REPORTS };
    assert!(answer_report(&mut client, &Reply::Refused(refusal)).is_some());
    let screen = client.screen();
    assert!(screen.contains("Report this message of bia") && screen.contains("has not handled 20 of your reports"), "{screen}");
}
