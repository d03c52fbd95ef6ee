//! Reports of messages, from the users to the operator.

use papo_server::Server;
use papo_server::domain::ReportedText;
use papo_shared::model::{ConversationId, Seq};
use papo_shared::protocol::{Refusal, ReportMessage, Request};
use serde_json::Value;

use crate::admin::{answered, on};
use crate::binary::{Running, check_refused};
use crate::client::{ANY_PORT, Client, TestServer, config, within};
use crate::monitor::get;

fn report(conversation: ConversationId, seq: Seq, reason: &str) -> Request {
    Request::ReportMessage(ReportMessage { conversation, seq, reason: Some(reason.to_owned()) })
}

#[tokio::test]
async fn a_reason_is_one_line_of_limited_length() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let chat = ana.direct("rui").await;
    let seq = ana.say(chat, "compre agora").await.seq;
    let too_long = Refusal::ReasonTooLong { max_chars: 200 };
    assert_eq!(rui.refused(report(chat, seq, &"é".repeat(201))).await, too_long);
    rui.done(report(chat, seq, &"é".repeat(200))).await;
    rui.done(report(chat, seq, " é\u{1b}[2J\nspam\u{202e} ")).await;
    let found = server.operator().reports(false, None, 9).await.unwrap();
    let rows: Vec<_> = found.iter().map(|report| (report.reason.as_ref().unwrap().as_str(), &report.text)).collect();
    assert_eq!(rows, [("é [2J spam", &ReportedText::Unchanged("compre agora".to_owned()))]);
}

#[tokio::test]
async fn the_metric_follows_the_open_reports() {
    let dir = tempfile::tempdir().unwrap();
    let mut config = config(dir.path());
    config.metrics.listen = Some(ANY_PORT);
    let server = Server::start(config).await.unwrap();
    let watched = server.metrics_addr().unwrap();
    let open = async |expected: &str| {
        let line = format!("papo_reports_open {expected}\n");
        // Sooner than the number is read without a change.
        within(async {
            while !get(watched, "/metrics").await.1.contains(&line) {
                tokio::task::yield_now().await;
            }
        })
        .await;
    };
    let [mut ana, mut rui] = [Client::greeted(server.local_addr()).await, Client::greeted(server.local_addr()).await];
    ana.register("ana").await;
    rui.register("rui").await;
    let redes = ana.group("redes", &mut [&mut rui]).await;
    open("0").await;
    for expected in ["1", "2"] {
        let seq = ana.say(redes, "compre agora").await.seq;
        rui.done(report(redes, seq, "")).await;
        open(expected).await;
    }
    let first = server.operator().reports(false, None, 1).await.unwrap()[0].id;
    server.operator().close_report(first).await.unwrap();
    open("1").await;
    server.operator().delete_group(redes).await.unwrap();
    open("0").await;
    server.stop().await;
}

#[tokio::test]
async fn the_operator_lists_shows_and_closes_reports() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path();
    let server = Running::start(data);
    let mut clients = Vec::new();
    for name in ["ana", "rui"] {
        let mut client = Client::greeted(server.address).await;
        client.register(name).await;
        clients.push(client);
    }
    let [ana, rui] = &mut clients[..] else { panic!() };
    let chat = ana.direct("rui").await;
    let text = format!("compre\nagora {}", "x".repeat(99));
    let seq = ana.say(chat, &text).await.seq;
    rui.done(report(chat, seq, "spam")).await;

    let listed = answered(data, &["reports", "list"], "");
    let [row] = &listed["reports"].as_array().unwrap()[..] else { panic!("{listed}") };
    let shown = answered(data, &["reports", "show", "1"], "");
    let expected = |text: &str| serde_json::json!({ "state": "unchanged", "text": text });
    assert_eq!(row["message"], expected(&format!("compre agora {}…", "x".repeat(47))));
    assert_eq!(shown["report"]["message"], expected(&text));
    for found in [row, &shown["report"]] {
        let fields = ["id", "reporter", "author", "reason", "conversation", "seq", "group", "closed_at"].map(|name| &found[name]);
        assert_eq!(fields.map(Value::to_string), ["1", "\"rui\"", "\"ana\"", "\"spam\"", "1", "1", "null", "null"], "{found}");
    }
    let page = String::from_utf8(on(data, &["reports", "show", "1"]).output().unwrap().stdout).unwrap();
    assert!(page.contains(&text) && page.contains("papo-server message delete 1/1\n"), "{page}");
    check_refused(&mut on(data, &["message", "delete", "1"]), &["CONVERSATION/NUMBER"]);
    answered(data, &["message", "delete", "1/1"], "");
    let page = String::from_utf8(on(data, &["reports", "list"]).output().unwrap().stdout).unwrap();
    assert!(page.ends_with("(direct)          spam: (deleted)\n"), "{page}");

    answered(data, &["reports", "close", "1"], "");
    assert_eq!(answered(data, &["reports", "list"], "")["reports"], serde_json::json!([]));
    assert!(answered(data, &["reports", "list", "--all"], "")["reports"][0]["closed_at"].is_i64());
    for command in ["show", "close"] {
        check_refused(&mut on(data, &["reports", command, "2"]), &["no report 2", "reports list"]);
    }
    let audit = answered(data, &["audit", "list"], "");
    let actions = audit["entries"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap());
    let expected = ["reports close", "message delete", "reports show", "reports show"];
    assert_eq!(actions.collect::<Vec<_>>(), expected);
}
