//! Reports of messages.

use papo_shared::model::limits::MAX_OPEN_REPORTS;
use papo_shared::model::{ConversationId, ReportReason, Seq};

use super::{ANA, EVA, GROUP, IVO, NOW, RUI, add_message, check, entry, facts};
use crate::domain::account::AccountId;
use crate::domain::facts::{Facts, ReportFacts};
use crate::domain::report::ReportId;
use crate::domain::write::Write;

fn report(by: u32, seq: u64, reason: &str) -> Write {
    let reason = ReportReason::parse(reason).unwrap();
    Write::ReportMessage { conversation: GROUP, by: AccountId(by), seq: Seq(seq), reason, at: NOW }
}

/// Eva wrote the messages 3 and 6, of which Ana has reported 6.
fn reported(is_open: bool) -> Facts {
    let mut facts = facts();
    add_message(&mut facts, entry(GROUP, 3), EVA, "compre");
    add_message(&mut facts, entry(GROUP, 6), EVA, "compre agora");
    facts.report_ids.set((entry(GROUP, 6), AccountId(ANA)), Some(ReportId(1)));
    facts.reports.set(ReportId(1), Some(ReportFacts { reason: ReportReason::parse("spam").unwrap(), is_open }));
    facts
}

#[test]
fn members_report_messages_of_others_that_they_see() {
    check(&reported(true), &report(ANA, 3, ""), "Reported Report");
    check(&reported(true), &report(RUI, 6, "spam"), "Reported Report");
    check(&reported(true), &report(RUI, 3, ""), "Refused NoSuchMessage");
    check(&reported(true), &report(ANA, 7, ""), "Refused NoSuchMessage");
    check(&reported(true), &report(EVA, 6, ""), "Refused CannotTargetSelf");
    check(&reported(true), &report(IVO, 6, ""), "Refused NotAMember");
    let elsewhere =
        Write::ReportMessage { conversation: ConversationId(9), by: AccountId(ANA), seq: Seq(1), reason: None, at: NOW };
    check(&reported(true), &elsewhere, "Refused NotAMember");
}

#[test]
fn a_repeated_report_changes_at_most_the_reason_of_an_open_one() {
    check(&reported(true), &report(ANA, 6, ""), "Done");
    check(&reported(true), &report(ANA, 6, "spam"), "Done");
    check(&reported(true), &report(ANA, 6, "golpe"), "Done Report");
    check(&reported(false), &report(ANA, 6, "golpe"), "Done");
}

#[test]
fn open_reports_are_limited_and_repetitions_do_not_count() {
    let with_open = |open| {
        let mut facts = reported(true);
        facts.open_report_counts.set(AccountId(ANA), open);
        facts
    };
    check(&with_open(MAX_OPEN_REPORTS - 1), &report(ANA, 3, ""), "Reported Report");
    check(&with_open(MAX_OPEN_REPORTS), &report(ANA, 3, ""), "Refused TooManyReports");
    check(&with_open(MAX_OPEN_REPORTS), &report(ANA, 6, "golpe"), "Done Report");
}

#[test]
fn a_report_is_closed_once() {
    let close = |report| Write::CloseReport { report: ReportId(report), at: NOW };
    check(&reported(true), &close(1), "Done Report Report");
    check(&reported(false), &close(1), "Done");
    check(&reported(true), &close(2), "Refused NoSuchMessage");
}
