//! Searching: what matches, who sees it, in which order.

use papo_server::domain::{AccountRef, FoundMessages, MessageSearch};
use papo_server::store::{Store, Write};
use papo_shared::model::search::Query;
use papo_shared::model::{ClientId, ConversationId, EntryKind, MessageText, Timestamp};

use super::{account, added, delete, direct, edit, group, leave, people, posted, react, say};

fn ask(query: &str) -> MessageSearch {
    let query = Query::parse(query, 0).unwrap_or_else(|problem| panic!("{query:?}: {problem}"));
    MessageSearch { query, conversation: None, before: None, limit: 50, enough_bytes: usize::MAX }
}

fn texts(found: &FoundMessages) -> Vec<String> {
    let hits = found.hits.iter().map(|hit| match &hit.entry.kind {
        EntryKind::Message(message) => message.text.as_str().to_owned(),
        other => panic!("no message but {other:?}"),
    });
    hits.collect()
}

async fn check(store: &dyn Store, reader: &AccountRef, query: &str, expected: &[&str]) {
    let found = store.search(reader.id, &ask(query)).await.unwrap().unwrap();
    assert_eq!(texts(&found), expected, "{query}, by {}", reader.username);
}

async fn at(store: &dyn Store, id: ConversationId, author: &AccountRef, text: &str, day: i64) {
    let text = MessageText::parse(text).unwrap();
    let at = Timestamp(day * 24 * 60 * 60 * 1000);
    let client_id = ClientId::new();
    posted(store, Write::AppendMessage { conversation: id, author: author.clone(), client_id, text, reply_to: None, at }).await;
}

pub(super) async fn a_message_is_found_by_what_it_says_now(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = direct(store, &ana, &rui).await;
    store.commit(["girafa verde", "zebra verde"].map(|text| say(id, &ana, text)).to_vec()).await.unwrap();
    check(store, &rui, "verde", &["zebra verde", "girafa verde"]).await;
    posted(store, edit(id, &ana, 1, "girafa azul")).await;
    check(store, &rui, "verde", &["zebra verde"]).await;
    check(store, &rui, "azul", &["girafa azul"]).await;
    posted(store, react(id, &rui, 1, "👍")).await;
    let found = store.search(rui.id, &ask("girafa")).await.unwrap().unwrap();
    let EntryKind::Message(message) = &found.hits[0].entry.kind else { panic!() };
    assert!(message.reactions[0].mine, "it is given as its reader has it");
    posted(store, delete(id, &ana, 1)).await;
    for query in ["girafa", "azul", "from:ana girafa"] {
        check(store, &rui, query, &[]).await;
    }
    check(store, &rui, "from:ana", &["zebra verde"]).await;
}

pub(super) async fn words_are_found_without_case_and_accents(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = direct(store, &ana, &rui).await;
    for text in ["O João vem à reunião", "joaninha", "日本語", "REUNIÃO, amanhã", "festa 🎉"] {
        posted(store, say(id, &ana, text)).await;
    }
    check(store, &rui, "joao", &["O João vem à reunião"]).await;
    check(store, &rui, "JOÃ", &["joaninha", "O João vem à reunião"]).await;
    check(store, &rui, "reuniao", &["REUNIÃO, amanhã", "O João vem à reunião"]).await;
    check(store, &rui, "vem joão", &["O João vem à reunião"]).await;
    check(store, &rui, "ve \"joão\"", &[]).await;
    check(store, &rui, "\"vem a reuniao\"", &["O João vem à reunião"]).await;
    check(store, &rui, "\"a vem\"", &[]).await;
    check(store, &rui, "本語", &["日本語"]).await;
    check(store, &rui, "🎉", &["festa 🎉"]).await;
}

/// The words for fish, country, person and Myanmar within texts without spaces. With another vowel or tone they are not found.
pub(super) async fn words_are_found_inside_of_texts_without_spaces(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = direct(store, &ana, &rui).await;
    let texts = ["แม่กินปลาทูทุกวัน", "ຢູ່ປະເທດລາວ", "សិទ្ធិមនុស្សជាតិ", "ကျွန်တော်မြန်မာစာဖတ်တယ်", "我喜欢日本語です"];
    for text in texts {
        posted(store, say(id, &ana, text)).await;
    }
    let found = [("ปลา", 0), ("ปลาทู", 0), ("ປະເທດ", 1), ("មនុស្ស", 2), ("မြန်မာ", 3), ("日本", 4)];
    for (query, text) in found {
        check(store, &rui, query, &[texts[text]]).await;
    }
    for query in ["ปาล", "ปลี", "ປະເທີດ", "មនុស្សី", "မြန်မိ", "本日"] {
        check(store, &rui, query, &[]).await;
    }
}

pub(super) async fn filters_narrow_what_is_found(store: &dyn Store) {
    let [ana, rui, joao] = people(store, ["ana", "rui", "joão.lima"]).await;
    let chat = direct(store, &ana, &rui).await;
    let club = group(store, &ana, "Redes e Cia", &[&rui, &joao]).await;
    at(store, chat, &ana, "bolo na conversa", 10).await;
    at(store, club, &rui, "bolo no grupo: http://bolo", 12).await;
    at(store, club, &joao, "bolo meu", 11).await;
    check(store, &rui, "bolo from:ana", &["bolo na conversa"]).await;
    check(store, &rui, "from:Joao.Lima", &["bolo meu"]).await;
    check(store, &rui, "from:joao from:ana bolo", &["bolo na conversa"]).await;
    check(store, &rui, "bolo from:ana from:rui", &["bolo no grupo: http://bolo", "bolo na conversa"]).await;
    check(store, &rui, "in:\"#redes e cia\"", &["bolo meu", "bolo no grupo: http://bolo"]).await;
    check(store, &rui, "bolo in:ana", &["bolo na conversa"]).await;
    check(store, &rui, "bolo in:#ana", &[]).await;
    check(store, &rui, "bolo in:ana in:#redes-e-cia from:rui", &["bolo no grupo: http://bolo"]).await;
    check(store, &rui, "has:link", &["bolo no grupo: http://bolo"]).await;
    // The clock of the server was set back in between.
    check(store, &rui, "bolo after:1970-01-12", &["bolo meu", "bolo no grupo: http://bolo"]).await;
    check(store, &rui, "after:1970-01-12 before:1970-01-13", &["bolo meu"]).await;
    check(store, &rui, "bolo before:1970-01-12", &["bolo na conversa"]).await;
    check(store, &rui, "after:1980", &[]).await;
    check(store, &rui, "before:1970-01-02", &[]).await;
}

pub(super) async fn only_visible_messages_are_found(store: &dyn Store) {
    let [ana, rui, eva] = people(store, ["ana", "rui", "eva"]).await;
    let club = group(store, &ana, "redes", &[]).await;
    posted(store, say(club, &ana, "segredo antes")).await;
    check(store, &rui, "segredo", &[]).await;
    added(store, club, &ana, &rui).await;
    posted(store, say(club, &ana, "segredo durante")).await;
    check(store, &rui, "segredo", &["segredo durante"]).await;
    posted(store, leave(club, &rui)).await;
    posted(store, say(club, &ana, "segredo depois")).await;
    check(store, &rui, "segredo", &[]).await;
    check(store, &rui, "in:#redes", &[]).await;
    added(store, club, &ana, &rui).await;
    posted(store, say(club, &ana, "segredo de novo")).await;
    check(store, &rui, "segredo", &["segredo de novo"]).await;
    check(store, &rui, "segredo in:#redes from:ana", &["segredo de novo"]).await;
    check(store, &rui, "before:2100", &["segredo de novo"]).await;
    check(store, &eva, "segredo", &[]).await;
    let all = ["segredo de novo", "segredo depois", "segredo durante", "segredo antes"];
    check(store, &ana, "segredo", &all).await;
    let within = |id| MessageSearch { conversation: Some(id), ..ask("segredo") };
    assert_eq!(store.search(eva.id, &within(club)).await.unwrap(), None, "no member");
    assert_eq!(store.search(eva.id, &within(ConversationId(99))).await.unwrap(), None, "no conversation");
    let outsider = account(store, "nobody").await;
    check(store, &outsider, "segredo", &[]).await;
}

pub(super) async fn hits_are_newest_first_across_conversations_and_paged(store: &dyn Store) {
    let [ana, rui, eva] = people(store, ["ana", "rui", "eva"]).await;
    let (chat, other) = (direct(store, &ana, &rui).await, direct(store, &eva, &rui).await);
    let theirs = direct(store, &ana, &eva).await;
    for number in 1..=9 {
        let (id, author) = [(chat, &ana), (other, &eva), (theirs, &eva)][number % 3];
        posted(store, say(id, author, &format!("recado {number}"))).await;
    }
    let expected = ["recado 9", "recado 7", "recado 6", "recado 4", "recado 3", "recado 1"];
    check(store, &rui, "recado", &expected).await;
    let mut pages = Vec::new();
    let mut before = None;
    loop {
        let found = store.search(rui.id, &MessageSearch { before, limit: 2, ..ask("recado") }).await.unwrap().unwrap();
        assert!(found.hits.windows(2).all(|pair| pair[0].position > pair[1].position));
        pages.extend(texts(&found));
        before = found.next;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(pages, expected);
    let within = MessageSearch { conversation: Some(other), ..ask("recado") };
    let found = store.search(rui.id, &within).await.unwrap().unwrap();
    assert_eq!(texts(&found), ["recado 7", "recado 4", "recado 1"]);
    assert!(found.hits.iter().all(|hit| hit.conversation == other));
}
