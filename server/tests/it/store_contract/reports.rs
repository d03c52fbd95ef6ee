//! Reports of messages.

use papo_server::domain::{AccountRef, MAX_CLOSED_REPORTS, Report, ReportId, ReportedText};
use papo_server::store::{Outcome, Store, Write};
use papo_shared::model::limits::MAX_OPEN_REPORTS;
use papo_shared::model::{ConversationId, ReportReason, Seq};
use papo_shared::protocol::Refusal;

use super::deletion::finish_erasures;
use super::{LATER, NOW, delete, direct, edit, group, one, people, posted, refused, remove, say};

fn report(conversation: ConversationId, by: &AccountRef, seq: u64, reason: &str) -> Write {
    let reason = ReportReason::parse(reason).unwrap();
    Write::ReportMessage { conversation, by: by.id, seq: Seq(seq), reason, at: NOW }
}

fn close(report: ReportId) -> Write {
    Write::CloseReport { report, at: LATER }
}

async fn reported(store: &dyn Store, write: Write) -> ReportId {
    match one(store, write).await {
        Outcome::Reported(id) => id,
        outcome => panic!("expected a report, got {outcome:?}"),
    }
}

async fn done(store: &dyn Store, write: Write) {
    let outcome = one(store, write).await;
    assert!(matches!(outcome, Outcome::Done), "{outcome:?}");
}

async fn all(store: &dyn Store) -> Vec<Report> {
    store.reports(true, None, 9_999).await.unwrap()
}

async fn only(store: &dyn Store) -> Report {
    let mut found = all(store).await;
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

pub(super) async fn a_report_shows_the_message_as_it_was_reported_and_as_it_is(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let redes = group(store, &ana, "redes", &[&rui]).await;
    posted(store, say(redes, &ana, "compre")).await;
    posted(store, edit(redes, &ana, 3, "compre agora")).await;
    let id = reported(store, report(redes, &rui, 3, "spam")).await;
    assert_eq!(store.open_reports().await.unwrap(), 1);
    let found = only(store).await;
    assert_eq!((found.id, found.at, found.closed_at), (id, NOW, None));
    assert_eq!((found.reporter.as_str(), found.author.as_str(), found.sent_at), ("rui", "ana", NOW));
    assert_eq!((found.message.conversation, found.message.seq), (redes, Seq(3)));
    assert_eq!(found.group.unwrap().as_str(), "redes");
    assert_eq!(found.reason.unwrap().as_str(), "spam");
    assert_eq!(found.text, ReportedText::Unchanged("compre agora".to_owned()));

    for text in ["bom dia", "boa tarde"] {
        posted(store, edit(redes, &ana, 3, text)).await;
    }
    let edited = ReportedText::Edited { reported: "compre agora".to_owned(), current: "boa tarde".to_owned() };
    assert_eq!(only(store).await.text, edited);
    posted(store, delete(redes, &ana, 3)).await;
    assert_eq!(only(store).await.text, ReportedText::Deleted);
    assert_eq!(refused(store, report(redes, &rui, 3, "spam")).await, Refusal::NoSuchMessage);

    done(store, close(id)).await;
    assert_eq!((only(store).await.closed_at, store.open_reports().await.unwrap()), (Some(LATER), 0));
    assert_eq!(refused(store, close(ReportId(id.0 + 1))).await, Refusal::NoSuchMessage);
}

pub(super) async fn a_repeated_report_stores_nothing_but_a_new_reason(store: &dyn Store) {
    let [ana, rui, eva] = people(store, ["ana", "rui", "eva"]).await;
    let chat = direct(store, &ana, &rui).await;
    posted(store, say(chat, &ana, "compre")).await;
    let id = reported(store, report(chat, &rui, 1, "")).await;
    let reason = async || only(store).await.reason.map(String::from);
    done(store, report(chat, &rui, 1, "spam")).await;
    assert_eq!(reason().await.as_deref(), Some("spam"));
    done(store, report(chat, &rui, 1, "")).await;
    assert_eq!(reason().await.as_deref(), Some("spam"));
    done(store, close(id)).await;
    done(store, report(chat, &rui, 1, "golpe")).await;
    assert_eq!(reason().await.as_deref(), Some("spam"));
    assert_eq!((only(store).await.closed_at, only(store).await.group), (Some(LATER), None));

    assert_eq!(refused(store, report(chat, &ana, 1, "")).await, Refusal::CannotTargetSelf);
    assert_eq!(refused(store, report(chat, &eva, 1, "")).await, Refusal::NotAMember);
    assert_eq!(refused(store, report(chat, &rui, 2, "")).await, Refusal::NoSuchMessage);
    let redes = group(store, &ana, "redes", &[&rui]).await;
    posted(store, say(redes, &ana, "compre")).await;
    assert_eq!(refused(store, report(redes, &rui, 2, "")).await, Refusal::NoSuchMessage, "not a message");
    posted(store, remove(redes, &ana, &rui)).await;
    assert_eq!(refused(store, report(redes, &rui, 3, "")).await, Refusal::NotAMember);
}

pub(super) async fn open_reports_are_limited_per_account(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let chat = direct(store, &ana, &rui).await;
    let messages = 1..=MAX_OPEN_REPORTS as u64 + 1;
    store.commit(messages.clone().map(|number| say(chat, &ana, &number.to_string())).collect()).await.unwrap();
    posted(store, say(chat, &rui, "oi")).await;
    let outcomes = store.commit(messages.map(|seq| report(chat, &rui, seq, "")).collect()).await.unwrap();
    let (last, first) = outcomes.split_last().unwrap();
    assert!(first.iter().all(|outcome| matches!(outcome, Outcome::Reported(_))), "{first:?}");
    assert!(matches!(last, Outcome::Refused(Refusal::TooManyReports { max: MAX_OPEN_REPORTS })), "{last:?}");
    done(store, report(chat, &rui, 1, "spam")).await;
    reported(store, report(chat, &ana, MAX_OPEN_REPORTS as u64 + 2, "")).await;
    done(store, close(all(store).await[0].id)).await;
    reported(store, report(chat, &rui, MAX_OPEN_REPORTS as u64 + 1, "")).await;
}

pub(super) async fn closed_reports_are_kept_in_a_limited_number(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let chat = direct(store, &ana, &rui).await;
    let kept = MAX_CLOSED_REPORTS as u64;
    store.commit((0..kept + 2).map(|number| say(chat, &ana, &number.to_string())).collect()).await.unwrap();
    // Stays open, and so is never deleted.
    let open = reported(store, report(chat, &rui, 1, "")).await;
    let handled = (2..kept + 3).flat_map(|seq| [report(chat, &rui, seq, ""), close(ReportId(open.0 + seq as i64 - 1))]);
    store.commit(handled.collect()).await.unwrap();
    let found = all(store).await;
    assert_eq!((found.len() as u64, found[0].id, found[1].message.seq), (kept + 1, open, Seq(3)), "the first one is deleted");
    assert_eq!(store.reports(false, None, 9).await.unwrap().len(), 1);
    reported(store, report(chat, &rui, 2, "")).await;
}

pub(super) async fn reports_are_listed_in_pages(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let chat = direct(store, &ana, &rui).await;
    let mut ids = Vec::new();
    for seq in 1..=4 {
        posted(store, say(chat, &ana, "compre")).await;
        ids.push(reported(store, report(chat, &rui, seq, "")).await);
    }
    done(store, close(ids[1])).await;
    let listed = async |with_closed, after, limit| {
        let found = store.reports(with_closed, after, limit).await.unwrap();
        found.into_iter().map(|report| report.id).collect::<Vec<_>>()
    };
    assert_eq!(listed(true, None, 9).await, ids);
    assert_eq!(listed(false, None, 2).await, [ids[0], ids[2]]);
    assert_eq!(listed(false, Some(ids[0]), 9).await, ids[2..]);
    assert_eq!(store.open_reports().await.unwrap(), 3);
}

pub(super) async fn reports_of_a_deleted_group_are_deleted(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let redes = group(store, &ana, "redes", &[&rui]).await;
    let outra = group(store, &ana, "outra", &[&rui]).await;
    let mut ids = Vec::new();
    for id in [redes, outra] {
        posted(store, say(id, &ana, "compre")).await;
        ids.push(reported(store, report(id, &rui, 3, "")).await);
    }
    one(store, Write::DeleteGroup { conversation: redes, at: LATER }).await;
    assert_eq!(store.open_reports().await.unwrap(), 1, "at once");
    assert_eq!(only(store).await.id, ids[1]);
    finish_erasures(store).await;
    assert_eq!(only(store).await.id, ids[1]);
    assert_eq!(refused(store, close(ids[0])).await, Refusal::NoSuchMessage, "it is deleted");
    let texts = [only(store).await.text];
    assert_eq!(texts, [ReportedText::Unchanged("compre".to_owned())], "the other group is unaffected");
}

pub(super) async fn reports_by_and_about_deleted_accounts_stay(store: &dyn Store) {
    let [ana, rui, eva] = people(store, ["ana", "rui", "eva"]).await;
    let redes = group(store, &ana, "redes", &[&rui, &eva]).await;
    posted(store, say(redes, &ana, "compre")).await;
    reported(store, report(redes, &rui, 4, "spam")).await;
    reported(store, report(redes, &eva, 4, "golpe")).await;
    for (who, erase_messages) in [(&rui, false), (&eva, true), (&ana, true)] {
        one(store, Write::DeleteAccount { account: who.id, authentication: None, erase_messages, at: LATER }).await;
        finish_erasures(store).await;
    }
    let found = all(store).await.into_iter().map(|report| {
        let Report { reporter, author, reason, text, .. } = report;
        (reporter.to_string(), author.to_string(), reason.map(String::from), text)
    });
    let row = |reporter: &str, reason: Option<&str>| {
        (reporter.to_owned(), "deleted-1".to_owned(), reason.map(str::to_owned), ReportedText::Deleted)
    };
    let expected = [row("deleted-2", Some("spam")), row("deleted-3", None)];
    assert_eq!(found.collect::<Vec<_>>(), expected, "a reason is a text of its author, and erased with the others");
}
