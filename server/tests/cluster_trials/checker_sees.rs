//! Shows the checker one example of each kind of fault.

use std::collections::BTreeMap;

use papo_shared::model::{ClientId, ConversationId, Seq};

use super::real_cluster::checker::{StoredLogs, check};
use super::real_cluster::record::Record;
use super::real_cluster::transcript::{Arrival, Line, Transcript};

const CONVERSATION: ConversationId = ConversationId(1);

fn line(author: &str, client_id: ClientId, text: &str) -> Line {
    Line { author: author.to_owned(), client_id: Some(client_id), text: text.to_owned() }
}

/// Ana wrote two messages, which she and Eva received.
fn talk() -> (Vec<Record>, StoredLogs) {
    let ids = [ClientId::new(), ClientId::new()];
    let log: BTreeMap<u64, Line> = (1..).zip(ids.map(|id| line("ana", id, "oi"))).collect();
    let mut transcript = Transcript::default();
    transcript.listed(Seq(1), Seq(2));
    for (seq, line) in &log {
        assert_eq!(transcript.add(Seq(*seq), line.clone()), Arrival::New);
    }
    let record = |name: &str| Record {
        name: name.to_owned(),
        transcripts: [(CONVERSATION, transcript.clone())].into(),
        ..Record::default()
    };
    let mut ana = record("ana");
    for (seq, id) in (1..).zip(ids) {
        ana.sent.insert(id, (CONVERSATION, "oi".to_owned()));
        ana.acknowledged.insert(id, (CONVERSATION, Seq(seq)));
    }
    (vec![ana, record("eva")], [(CONVERSATION, log)].into())
}

/// Changes what was observed or stored, and expects a fault that begins like this.
#[track_caller]
fn check_seen(expected: &str, change: impl FnOnce(&mut Vec<Record>, &mut BTreeMap<u64, Line>)) {
    let (mut records, mut stored) = talk();
    change(&mut records, stored.get_mut(&CONVERSATION).unwrap());
    let faults = check(&records, &stored);
    assert!(faults.iter().any(|fault| fault.starts_with(expected)), "expected {expected:?} in {faults:#?}");
}

#[test]
fn a_faultless_talk_has_no_faults() {
    let (records, stored) = talk();
    assert!(check(&records, &stored).is_empty());
}

#[test]
fn each_kind_of_fault_is_seen() {
    check_seen("lost", |_, log| drop(log.remove(&2)));
    check_seen("gap", |_, log| drop(log.remove(&1)));
    check_seen("duplicate", |_, log| drop(log.insert(3, log[&1].clone())));
    check_seen("invented", |_, log| drop(log.insert(2, line("ana", ClientId::new(), "oi"))));
    check_seen("invented", |_, log| log.get_mut(&2).unwrap().text.push('!'));
    check_seen("different", |_, log| drop(log.insert(3, line("ana", ClientId::new(), "oi"))));
    check_seen("unacknowledged", |records, _| drop(records[0].sent.insert(ClientId::new(), (CONVERSATION, "oi".to_owned()))));
    check_seen("eva: signed out", |records, _| records[1].faults.push("signed out".to_owned()));
}

#[test]
fn a_transcript_continues_after_what_is_known_without_gaps() {
    let mut transcript = Transcript::default();
    let [third, fourth, sixth] = [(); 3].map(|()| line("ana", ClientId::new(), "oi"));
    // An event can overtake the list of conversations.
    assert_eq!(transcript.add(Seq(4), fourth.clone()), Arrival::New);
    transcript.listed(Seq(3), Seq(4));
    assert_eq!(transcript.gap(), Some(Seq(2)));
    assert_eq!(transcript.add(Seq(3), third), Arrival::New);
    assert_eq!((transcript.cursor(), transcript.gap()), (4, None));
    assert_eq!(transcript.add(Seq(6), sixth.clone()), Arrival::New);
    assert_eq!((transcript.cursor(), transcript.gap()), (4, Some(Seq(4))));
    assert_eq!(transcript.add(Seq(6), sixth.clone()), Arrival::Known);
    assert_eq!(transcript.add(Seq(6), fourth), Arrival::Different(sixth));
}
