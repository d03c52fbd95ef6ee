//! Transactions of other servers in the way, and commits whose answer is lost.

use papo_server::store::postgres::{PostgresAddress, PostgresStore};
use papo_server::store::{Outcome, Store};
use tokio::time::{Duration, timeout};

use super::proxy::{Cut, Proxy};
use super::{Schema, account, group, one, say};

/// Long enough for any step of these tests.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Makes the transactions that insert entries fail with a serialization failure: the first `failures` of them, at the time `when`.
async fn fail(schema: &Schema, failures: u32, when: &str) {
    let failing = format!(
        "CREATE SEQUENCE attempts;
         CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF nextval('attempts') <= {failures} THEN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END IF;
             RETURN NULL;
         END $$;
         CREATE CONSTRAINT TRIGGER fail AFTER INSERT ON entry {when} FOR EACH ROW EXECUTE FUNCTION fail()"
    );
    schema.execute(&failing).await;
}

#[tokio::test]
async fn a_batch_is_written_again_after_a_serialization_failure() {
    for when in ["", "DEFERRABLE INITIALLY DEFERRED"] {
        let Some(schema) = Schema::create().await else { return };
        let store = schema.store().await;
        let ana = account(&store, "ana").await;
        let id = group(&store, &ana, "redes").await;
        fail(&schema, 2, when).await;
        assert!(matches!(one(&store, say(id, &ana, "oi")).await, Outcome::Posted(posted) if posted.entry.seq.0 == 2));
        store.close().await;
        schema.finish().await;
    }
}

#[tokio::test]
async fn a_batch_that_conflicts_each_time_fails_and_writes_nothing() {
    let Some(schema) = Schema::create().await else { return };
    let store = schema.store().await;
    let ana = account(&store, "ana").await;
    let id = group(&store, &ana, "redes").await;
    fail(&schema, 5, "").await;
    let error = store.commit(vec![say(id, &ana, "oi")]).await.unwrap_err();
    assert!(!error.is_outcome_unknown() && error.to_string().contains("conflict (40001)"), "{error}");
    assert!(matches!(one(&store, say(id, &ana, "oi")).await, Outcome::Posted(posted) if posted.entry.seq.0 == 2));
    store.close().await;
    schema.finish().await;
}

/// Another program locks two conversations in the other order, and waits for longer than the server.
#[tokio::test]
async fn a_batch_is_written_again_after_a_deadlock() {
    let Some(schema) = Schema::create().await else { return };
    let store = schema.store().await;
    let ana = account(&store, "ana").await;
    let [first, second] = [group(&store, &ana, "redes").await, group(&store, &ana, "sistemas").await];
    let lock = |id: u32| format!("SELECT id FROM conversation WHERE id = {id} FOR UPDATE");
    let (other, observer) = (schema.connect().await, schema.connect().await);
    other.batch_execute(&format!("SET deadlock_timeout = '1h'; BEGIN; {}", lock(second.0))).await.unwrap();
    let batch = store.commit(vec![say(first, &ana, "um"), say(second, &ana, "dois")]);
    let others = async {
        // The server has the first one, and waits for the second.
        let waiting =
            format!("SELECT 1 FROM pg_stat_activity WHERE application_name = '{}' AND wait_event_type = 'Lock'", schema.name);
        while observer.query(&waiting, &[]).await.unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        other.batch_execute(&format!("{}; COMMIT", lock(first.0))).await.unwrap();
    };
    let (outcomes, ()) = timeout(TIMEOUT, async { tokio::join!(batch, others) }).await.unwrap();
    let outcomes = outcomes.unwrap();
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Posted(_))), "{outcomes:?}");
    store.close().await;
    schema.finish().await;
}

/// Whether the commit took effect or not, the server cannot know. Sending the message again tells.
#[tokio::test]
async fn a_lost_answer_to_a_commit_is_an_unknown_outcome_which_the_client_id_reveals() {
    let Some(schema) = Schema::create().await else { return };
    let direct = schema.store().await;
    let ana = account(&direct, "ana").await;
    let id = group(&direct, &ana, "redes").await;
    let proxy = Proxy::start(&schema.address_text()).await;
    let address = PostgresAddress::parse(&proxy.address, None, None).unwrap();
    let store = PostgresStore::open(&address).await.unwrap();
    one(&store, say(id, &ana, "oi")).await;
    for (cut, is_stored) in [(Cut::AfterCommit, true), (Cut::BeforeCommit, false)] {
        let message = say(id, &ana, "talvez");
        proxy.cut_next(cut);
        let error = timeout(TIMEOUT, store.commit(vec![message.clone()])).await.unwrap().unwrap_err();
        assert!(error.is_outcome_unknown() && error.to_string().contains("during a commit"), "{error}");
        let again = one(&store, message).await;
        assert!(matches!(&again, Outcome::Posted(posted) if posted.duplicate == is_stored), "{again:?}");
    }
    store.close().await;
    direct.close().await;
    schema.finish().await;
}
