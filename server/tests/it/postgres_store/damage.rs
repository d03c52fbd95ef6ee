//! Damage that `verify` finds.

use papo_server::store::postgres::verify;
use papo_server::store::{Outcome, Store, Write};
use papo_shared::model::Timestamp;

use super::{Schema, account, group, one, say};

/// Each rule of `verify` has a case.
#[tokio::test]
async fn damage_is_found() {
    let Some(schema) = Schema::create().await else { return };
    let store = schema.store().await;
    let ana = account(&store, "ana").await;
    let id = group(&store, &ana, "redes").await;
    store.commit(vec![say(id, &ana, "um"), say(id, &ana, "dois"), say(id, &ana, "tres")]).await.unwrap();
    let rui = account(&store, "rui").await;
    let eva = account(&store, "eva").await;
    assert!(matches!(
        one(&store, Write::OpenDirect { one: ana.id, other: rui.id, at: Timestamp(0) }).await,
        Outcome::DirectOpened(_)
    ));
    store.close().await;
    let message = (i64::from(id.0) << 32) + 3;
    let cases = [
        // Damage, its repair, and the rules that it violates.
        (
            "UPDATE entry SET id = id + 9 WHERE id = MESSAGE",
            "UPDATE entry SET id = id - 9 WHERE id = MESSAGE + 9",
            &[
                "the entries of a conversation are numbered 1, 2, 3… without gaps",
                "a conversation records the number of its newest entry",
            ][..],
        ),
        (
            "UPDATE conversation SET members = 9 WHERE id = GROUP",
            "UPDATE conversation SET members = 1 WHERE id = GROUP",
            &["a conversation records the number of its members"],
        ),
        (
            "UPDATE membership SET read_seq = 99 WHERE conversation = GROUP",
            "UPDATE membership SET read_seq = 0 WHERE conversation = GROUP",
            &["a read cursor is within the entries that its member may see"],
        ),
        (
            "UPDATE membership SET role = 1 WHERE conversation = GROUP",
            "UPDATE membership SET role = 2 WHERE conversation = GROUP",
            &["a group with members has exactly one owner, and nothing else has one"],
        ),
        (
            "UPDATE entry SET words = NULL WHERE id = MESSAGE",
            "UPDATE entry SET words = '' WHERE id = MESSAGE",
            &["each message has a position in the storage order, and the words by which it is found"],
        ),
        (
            "UPDATE entry SET mark = 1 WHERE id = MESSAGE",
            "UPDATE entry SET mark = NULL WHERE id = MESSAGE",
            &["nothing of a deleted message is stored except its mark"],
        ),
        (
            "UPDATE entry SET changed = 1 WHERE id = MESSAGE",
            "UPDATE entry SET changed = NULL WHERE id = MESSAGE",
            &["a message records the entry that changed it last"],
        ),
        (
            "UPDATE membership SET seen_seq = 99 WHERE conversation = GROUP",
            "UPDATE membership SET seen_seq = 0 WHERE conversation = GROUP",
            &["receipts do not exceed the newest entry"],
        ),
        (
            "INSERT INTO report (id, reporter, entry, edits, at) VALUES (9, 1, MESSAGE, 0, 0)",
            "DELETE FROM report",
            &["ids of devices, invites and reports were given before"],
        ),
        (
            "INSERT INTO entry (id, at, author, kind) VALUES (99::bigint << 32 | 1, 0, 1, 3)",
            "DELETE FROM entry WHERE id >> 32 = 99",
            &["an entry belongs to a conversation"],
        ),
        (
            "INSERT INTO membership (conversation, account, from_seq, to_seq, read_seq) VALUES (GROUP, EVA, 2, 1, 1)",
            "DELETE FROM membership WHERE account = EVA",
            &["a membership starts and ends at existing entries, in this order"],
        ),
        (
            "INSERT INTO membership (conversation, account, from_seq, to_seq, read_seq)
             VALUES (GROUP, EVA, 1, 3, 0), (GROUP, EVA, 2, 4, 1)",
            "DELETE FROM membership WHERE account = EVA",
            &["the memberships of an account in a conversation do not overlap"],
        ),
        (
            "UPDATE membership SET account = EVA WHERE account = RUI",
            "UPDATE membership SET account = RUI WHERE account = EVA",
            &["a direct conversation has two members, from its first entry on"],
        ),
        (
            "INSERT INTO conversation (id, name, name_key, created_at) VALUES (9, 'vazio', 'vazio', 0);
             INSERT INTO group_invite (id, conversation, code_hash, created_by, created_at) VALUES (0, 9, '', 1, 0)",
            "DELETE FROM group_invite; DELETE FROM conversation WHERE id = 9",
            &["a group without members has no invites"],
        ),
        (
            "INSERT INTO invitation (account, conversation, inviter, at) VALUES (EVA, GROUP, RUI, 0)",
            "DELETE FROM invitation",
            &["an invitation to a group is from a member to someone who is not one"],
        ),
        (
            "INSERT INTO revision (entry, number, at, body) VALUES (MESSAGE, 2, 0, '')",
            "DELETE FROM revision",
            &["the earlier texts of a message are numbered 1, 2, 3… without gaps"],
        ),
        (
            "UPDATE entry SET target = 9 WHERE id = MESSAGE",
            "UPDATE entry SET target = NULL WHERE id = MESSAGE",
            &["replies and changes refer to an earlier message"],
        ),
        (
            "INSERT INTO notice (account, entry, reason) VALUES (1, GROUP::bigint << 32 | 1, 1)",
            "DELETE FROM notice",
            &["reactions and inbox items belong to messages"],
        ),
        (
            "INSERT INTO reaction_count (entry, emoji, since, accounts) VALUES (MESSAGE, 'x', 1, 1)",
            "DELETE FROM reaction_count",
            &["the reactions to a message are counted"],
        ),
        (
            "DROP INDEX entry_client_id; UPDATE entry SET client_id = '' WHERE kind = 1",
            "UPDATE entry SET client_id = decode(md5(id::text), 'hex') WHERE kind = 1",
            &["a client id belongs to one message of its author"],
        ),
    ];
    let names = [("MESSAGE", message), ("GROUP", id.0.into()), ("RUI", rui.id.0.into()), ("EVA", eva.id.0.into())];
    let spelled = |sql: &str| names.iter().fold(sql.to_owned(), |sql, (name, number)| sql.replace(name, &number.to_string()));
    for (damage, repair, rules) in cases {
        schema.execute(&spelled(damage)).await;
        let found: Vec<_> = verify(&schema.address()).await.unwrap().iter().map(|finding| finding.rule).collect();
        assert_eq!(found, rules, "{damage}");
        schema.execute(&spelled(repair)).await;
    }
    schema.finish().await;
}
