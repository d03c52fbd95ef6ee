//! `papo export --mine`.

use std::os::unix::fs::PermissionsExt;

use papo_shared::protocol::{Block, DeleteAccount, Reply, Request, SetProfile};
use serde_json::Value;

use super::person::Person;
use super::proxy::{At, between};
use super::{Chat, Ran};
use crate::pty::password;

/// Ana, whose sign-in is stored here, in conversations with bia, with a blocked user, and with messages by both.
fn conversations(chat: &Chat) -> Person {
    let mut ana = chat.register_here("ana");
    let mut bia = chat.register("bia");
    chat.register("caio");
    ana.ask(Request::SetProfile(SetProfile { display_name: Some("Ana Lima".into()), status: Some("na aula".into()) }));
    ana.ask(Request::Block(Block { username: "caio".into() }));
    let group = bia.create_group("redes", &mut [&mut ana]);
    bia.say(group, "de bia");
    ana.say(group, "no grupo");
    let direct = ana.open("bia");
    ana.say(direct, "a bia\nem duas linhas");
    bia.say(direct, "resposta");
    ana
}

fn records(out: &str) -> Vec<Value> {
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn of<'a>(records: &'a [Value], kind: &str) -> Vec<&'a Value> {
    records.iter().filter(|record| record["record"] == kind).collect()
}

#[test]
fn everything_of_the_account_is_written_and_nothing_of_others() {
    let chat = Chat::start();
    conversations(&chat);
    let file = chat.home.path().join("ana.jsonl");
    assert_eq!(chat.run(&["export", "--mine", "-o", file.to_str().unwrap()]).done(), "");
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "only the owner can read the file");
    let out = std::fs::read_to_string(&file).unwrap();
    let records = records(&out);
    let [account] = of(&records, "account")[..] else { panic!("{out}") };
    assert_eq!((&account["you"]["display_name"], &account["you"]["status"]), (&"Ana Lima".into(), &"na aula".into()));
    assert_eq!((&account["totp"], &account["created_at"].is_i64()), (&false.into(), &true));
    assert_eq!(of(&records, "device").len(), 1);
    let blocked: Vec<_> = of(&records, "blocked").into_iter().map(|person| &person["username"]).collect();
    assert_eq!(blocked, ["caio"]);
    let mut names: Vec<_> = of(&records, "conversation").into_iter().map(|row| row["to"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["#redes", "@bia"]);
    let entries = of(&records, "entry").into_iter().map(|entry| (entry["to"].as_str().unwrap(), entry["text"].as_str().unwrap()));
    assert_eq!(entries.collect::<Vec<_>>(), [("#redes", "no grupo"), ("@bia", "a bia\nem duas linhas")]);
    assert!(!out.contains("de bia") && !out.contains("resposta"), "messages by others: {out}");
}

#[test]
fn the_text_form_is_readable_and_clean() {
    let chat = Chat::start();
    let mut ana = conversations(&chat);
    let group = ana.create_group("fim", &mut []);
    ana.say(group, "a\u{202e}b");
    let out = chat.run(&["export", "--mine"]).done();
    for part in [
        "# Account\nana · Ana Lima\nna aula\n",
        "# Blocked users\ncaio · caio\n",
        "@bia · bia\n",
        " @bia ana: a bia\n    em duas linhas\n",
    ] {
        assert!(out.contains(part), "{part:?} is not in {out}");
    }
    assert!(!out.contains('\u{202e}'), "{out}");
}

#[test]
fn deleted_accounts_have_a_name_in_the_users_language() {
    let chat = Chat::start();
    let mut ana = chat.register_here("ana");
    let mut bia = chat.register("bia");
    ana.open("bia");
    let deletion = DeleteAccount { password: password("bia"), code: None, erase_messages: false };
    assert_eq!(bia.ask(Request::DeleteAccount(deletion)), Reply::Done);
    let out = chat.run(&["export", "--mine", "--lang", "pt-BR"]).done();
    assert!(out.contains(" · conta apagada\n") && !out.contains("deleted account"), "{out}");
}

#[test]
fn many_pages_and_a_lost_connection_lose_nothing() {
    let chat = Chat::start();
    let mut ana = chat.register_here("ana");
    let mut bia = chat.register("bia");
    let conversation = ana.open("bia");
    for number in 0..450 {
        ana.say(conversation, &number.to_string());
        if number % 3 == 0 {
            bia.say(conversation, "e");
        }
    }
    let cut = between(chat.port, "\"type\":\"entries\"", At::CutOnce);
    chat.keep(&format!("here:{cut}"), &ana.token);
    let ran: Ran = chat.run_elsewhere(&["export", "--mine", "--format", "json", "--port", &cut.to_string()], b"");
    let records = records(&ran.done());
    let texts: Vec<_> = of(&records, "entry").into_iter().map(|entry| entry["text"].as_str().unwrap().to_owned()).collect();
    assert_eq!(texts, (0..450).map(|number| number.to_string()).collect::<Vec<_>>());
}

#[test]
fn an_existing_file_is_not_replaced_and_html_is_refused() {
    let chat = Chat::start();
    conversations(&chat);
    let file = chat.home.path().join("a.json");
    std::fs::write(&file, "what it was").unwrap();
    chat.run(&["export", "--mine", "-o", file.to_str().unwrap()]).failed(1, "exists already");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "what it was");
    chat.run(&["export", "--mine", "--format", "html"]).failed(2, "text or JSON");
}
