use papo_shared::model::{
    ClientId, ConversationId, Emoji, GroupName, MessageText, Role, Seq, Timestamp, Topic, Username, Visibility,
};

use super::{Outcome, Write, Writer};
use crate::domain::storage::StorageLimits;
use crate::domain::{AccountId, AccountRef, InviteHash, ReportId};
use crate::store::sqlite::file::open;
use crate::store::sqlite::read::facts;

const CHAT: ConversationId = ConversationId(1);

fn ana() -> AccountRef {
    AccountRef { id: AccountId(1), username: Username::parse("ana").unwrap() }
}

/// A writer whose file has four accounts and a conversation of the first two, which the second opened.
fn writer() -> (Writer, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = Writer::new(open::open(dir.path()).unwrap().connection, StorageLimits::default()).unwrap();
    writer
        .tables
        .connection
        .execute_batch(
            "INSERT INTO account (id, username, display_name, search, password_hash, created_at)
             VALUES (1, 'ana', 'Ana', 'ana', 'x', 0), (2, 'rui', 'Rui', 'rui', 'x', 0), (3, 'leo', 'Leo', 'leo', 'x', 0),
                 (4, 'eva', 'Eva', 'eva', 'x', 0)",
        )
        .unwrap();
    writer.commit(&[Write::OpenDirect { one: AccountId(2), other: AccountId(1), at: Timestamp(0) }]).unwrap();
    (writer, dir)
}

fn rui() -> AccountRef {
    AccountRef { id: AccountId(2), username: Username::parse("rui").unwrap() }
}

fn leo() -> AccountRef {
    AccountRef { id: AccountId(3), username: Username::parse("leo").unwrap() }
}

fn eva() -> AccountRef {
    AccountRef { id: AccountId(4), username: Username::parse("eva").unwrap() }
}

fn say(text: &str) -> Write {
    say_in(CHAT, text)
}

fn say_in(conversation: ConversationId, text: &str) -> Write {
    let (author, client_id) = (ana(), ClientId::new());
    let text = MessageText::parse(text).unwrap();
    Write::AppendMessage { conversation, author, client_id, text, reply_to: None, at: Timestamp(0) }
}

fn seq(outcome: &Outcome) -> Option<Seq> {
    match outcome {
        Outcome::Posted(posted) => Some(posted.entry.seq),
        _ => None,
    }
}

#[track_caller]
fn check_seqs(writer: &mut Writer, batch: &[Write], expected: &[Option<u64>]) {
    let outcomes = writer.commit(batch).unwrap();
    assert_eq!(outcomes.iter().map(seq).collect::<Vec<_>>(), expected.iter().map(|seq| seq.map(Seq)).collect::<Vec<_>>());
}

#[test]
fn a_failing_commit_writes_nothing_and_the_next_batch_can_succeed() {
    let (mut writer, _dir) = writer();
    check_seqs(&mut writer, &[say("one")], &[Some(1)]);
    // A constraint that is checked only by COMMIT.
    writer
        .tables
        .connection
        .execute_batch(
            "CREATE TABLE rule (account REFERENCES account (id) DEFERRABLE INITIALLY DEFERRED);
             CREATE TEMP TRIGGER breaks AFTER INSERT ON entry WHEN new.body = 'breaks'
             BEGIN INSERT INTO rule VALUES (99); END;",
        )
        .unwrap();
    let error = writer.commit(&[say("lost with it"), say("breaks")]).unwrap_err();
    assert!(!error.is_outcome_unknown(), "{error}");
    check_seqs(&mut writer, &[say("two")], &[Some(2)]);
    let count: u32 = writer.tables.connection.query_row("SELECT count(*) FROM entry", [], |row| row.get(0)).unwrap();
    assert_eq!(count, 2);
}

#[test]
fn a_panicking_batch_writes_nothing_and_the_next_one_is_stored() {
    let (mut writer, _dir) = writer();
    check_seqs(&mut writer, &[say("one")], &[Some(1)]);
    writer.tables.connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut known = writer.facts.conversations.loaded(&CHAT).cloned().flatten().unwrap();
    known.last_seq = Seq(7);
    writer.facts.conversations.set(CHAT, Some(known));
    assert_eq!(writer.recover().to_string(), "the writer panicked");
    assert!(writer.tables.connection.is_autocommit());
    check_seqs(&mut writer, &[say("two")], &[Some(2)]);
}

#[test]
fn batches_fail_on_a_full_disk_until_there_is_room() {
    let (mut writer, _dir) = writer();
    let pages: u32 = writer.tables.connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    let set_room = |writer: &Writer, pages: u32| {
        writer.tables.connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(())).unwrap();
    };
    set_room(&writer, pages);
    let long = "x".repeat(9000);
    assert!(writer.commit(&[say("lost with it"), say(&long)]).is_err());
    set_room(&writer, pages + 100);
    check_seqs(&mut writer, &[say(&long), say("two")], &[Some(1), Some(2)]);
}

/// Counts row changes down to the one that violates a constraint; none does while it is null.
const COUNTDOWN: &str = "CREATE TEMP TABLE countdown (left INTEGER); INSERT INTO countdown VALUES (NULL);";

/// Makes row changes violate a constraint according to `countdown`.
fn break_rules(writer: &Writer) {
    let connection = &writer.tables.connection;
    connection.execute_batch(COUNTDOWN).unwrap();
    let invitations = ["group_invite", "invitation", "declined_invitation"];
    for table in ["conversation", "membership", "entry", "revision", "reaction", "notice", "block", "audit", "report"]
        .iter()
        .chain(&invitations)
    {
        for change in ["INSERT", "UPDATE", "DELETE"] {
            let trigger = format!(
                "CREATE TEMP TRIGGER breaks_{change}_{table} AFTER {change} ON main.{table} BEGIN
                     SELECT RAISE(ABORT, 'this rule') WHERE (SELECT left FROM countdown) = 0;
                     UPDATE countdown SET left = left - 1;
                 END"
            );
            connection.execute_batch(&trigger).unwrap();
        }
    }
}

/// Checks that kept facts match the file, and that no log has a gap.
#[track_caller]
fn check_remembered(writer: &Writer, after: &str) {
    let tables = &writer.tables;
    for (id, known) in writer.facts.conversations.iter() {
        assert_eq!(&facts::conversation(&tables.connection, *id).unwrap(), known, "{after}");
    }
    let holes = "SELECT count(*) FROM conversation WHERE last_seq <>
         (SELECT count(*) FROM entry WHERE entry.id >> 32 = conversation.id)";
    assert_eq!(tables.connection.query_row(holes, [], |row| row.get(0)), Ok(0), "{after}");
    let orphans = "SELECT count(*) FROM message_order WHERE entry NOT IN (SELECT id FROM entry WHERE kind = 1)";
    assert_eq!(tables.connection.query_row(orphans, [], |row| row.get(0)), Ok(0), "{after}");
}

/// Writes to the group of both: conversation 2, owned by ana, with a message by her at 3 a report of it by rui, and an invite. Leo has opened a
/// conversation with ana, and eva is invited.
fn writes_of_several_changes() -> Vec<Write> {
    let (conversation, at) = (ConversationId(2), Timestamp(0));
    let (by, member) = (ana(), rui());
    let text = MessageText::parse("outra coisa, @rui").unwrap();
    let reply = |text: &MessageText| Write::AppendMessage {
        conversation,
        author: rui(),
        client_id: ClientId::new(),
        text: text.clone(),
        reply_to: Some(Seq(3)),
        at,
    };
    vec![
        Write::LeaveGroup { conversation, member: by.clone(), at },
        Write::LeaveGroup { conversation, member: member.clone(), at },
        Write::RemoveMember { conversation, by: by.clone(), member: member.clone(), at },
        Write::SetRole { conversation, by: by.clone(), member: member.clone(), role: Role::Owner, at },
        Write::RenameGroup { conversation, by: by.clone(), name: GroupName::parse("outro").unwrap(), at },
        Write::SetTopic { conversation, by: by.clone(), topic: Topic::parse("sobre").unwrap(), at },
        Write::AddMember { conversation, by: by.clone(), member: leo(), at },
        Write::JoinGroup { code: InviteHash([7; 32]), member: leo(), at },
        Write::AcceptInvitation { conversation, member: eva().id, at },
        Write::DeclineInvitation { conversation, account: eva().id, at },
        Write::JoinGroup { code: InviteHash([7; 32]), member: eva(), at },
        Write::SetVisibility { conversation, by: by.clone(), visibility: Visibility::Public, at },
        Write::SetRetention { conversation, by: by.clone(), days: Some(30), at },
        Write::CloseReport { report: ReportId(1), at },
        Write::Block { by: by.id, whom: member.clone(), at },
        Write::EditMessage { conversation, by: by.clone(), seq: Seq(3), text: text.clone(), at },
        Write::DeleteMessage { conversation, by: by.clone(), seq: Seq(3), at },
        Write::AddReaction { conversation, by: member, seq: Seq(3), emoji: Emoji::parse("👍").unwrap(), at },
        reply(&text),
        Write::CreateGroup { creator: by, name: GroupName::parse("mais um").unwrap(), visibility: Visibility::Listed, at },
    ]
}

#[test]
fn a_write_that_fails_at_any_of_its_changes_leaves_nothing_behind() {
    let writes = writes_of_several_changes().len();
    for number in 0..writes {
        let mut failed = 0;
        for left in 0.. {
            let (mut writer, _dir) = writer();
            let (conversation, at) = (ConversationId(2), Timestamp(0));
            let code = InviteHash([7; 32]);
            let invite = Write::CreateGroupInvite { conversation, by: AccountId(1), code, uses: Some(2), expires_at: None, at };
            let outcomes = writer.commit(&[
                Write::CreateGroup {
                    creator: ana(),
                    name: GroupName::parse("redes").unwrap(),
                    visibility: Visibility::Listed,
                    at,
                },
                Write::AddMember { conversation, by: ana(), member: rui(), at },
                say_in(conversation, "oi"),
                Write::ReportMessage { conversation, by: rui().id, seq: Seq(3), reason: None, at },
                invite,
                Write::OpenDirect { one: leo().id, other: ana().id, at },
                Write::AddMember { conversation, by: ana(), member: eva(), at },
            ]);
            assert!(outcomes.unwrap().iter().all(|outcome| !matches!(outcome, Outcome::Refused(_) | Outcome::Failed(_))));
            break_rules(&writer);
            writer.tables.connection.execute("UPDATE countdown SET left = ?1", [left + 1]).unwrap();
            let write = writes_of_several_changes().swap_remove(number);
            let described = format!("{write:?}, broken after {left} changes");
            // A message earlier in the batch has a number that is not in the file yet.
            let outcomes = writer.commit(&[say_in(conversation, "antes"), write]);
            writer.tables.connection.execute("UPDATE countdown SET left = NULL", []).unwrap();
            check_remembered(&writer, &described);
            let next = match outcomes.as_deref() {
                Ok([_, Outcome::Failed(_)]) => 5,
                // It failed after the writes, at the end of the batch.
                Err(_) => 4,
                Ok([_, Outcome::Refused(refusal)]) => panic!("{described}: {refusal:?}"),
                Ok(_) => break,
            };
            failed += 1;
            check_seqs(&mut writer, &[say_in(conversation, "depois")], &[Some(next)]);
            check_remembered(&writer, &described);
        }
        assert!(failed > 0, "write {number} never failed");
    }
}
