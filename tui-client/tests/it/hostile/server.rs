//! A server that sends uncleaned text. It reads with the real codec, and writes its own JSON, because the types of the protocol
//! cannot contain such text.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use papo_shared::model::ServerId;
use papo_shared::protocol::{Limits, Request, RequestFrame};
use serde_json::{Value, json};

use super::payloads::{all, marked};

/// The time of all entries: Friday 20 November 2026, 14:00 UTC.
const AT: i64 = 1_795_183_200_000;

/// A server that sends uncleaned text to every client.
pub(super) struct HostileServer {
    pub(super) address: String,
    /// The newest connection, on which events are sent.
    line: Arc<Mutex<Option<TcpStream>>>,
}

impl HostileServer {
    pub(super) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let line = Arc::new(Mutex::new(None));
        let newest = line.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                *newest.lock().unwrap() = stream.try_clone().ok();
                serve(stream);
            }
        });
        Self { address, line }
    }

    /// Sends an event on the newest connection.
    pub(super) fn tell(&self, event: &Value) {
        let mut line = self.line.lock().unwrap();
        line.as_mut().unwrap().write_all(format!("{event}\n").as_bytes()).unwrap();
    }
}

/// Replies to the requests of one client until it disconnects.
fn serve(stream: TcpStream) {
    let mut writer = stream.try_clone().unwrap();
    for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
        let RequestFrame { id, request } = RequestFrame::decode(&line).unwrap();
        let Some(mut reply) = reply(&request) else { continue };
        reply["id"] = id.into();
        if writer.write_all(format!("{reply}\n").as_bytes()).is_err() {
            return;
        }
    }
}

fn reply(request: &Request) -> Option<Value> {
    let everything = all().concat();
    Some(match request {
        Request::Hello(_) => {
            let (server_id, limits) = (ServerId::from_bytes([7; 16]), Limits::default());
            json!({"type": "welcome", "protocol": 1, "server": everything, "server_id": server_id, "limits": limits})
        }
        Request::SignIn(_) | Request::SignInWithToken(_) => {
            json!({"type": "signed_in", "token": everything, "you": person("ana", "ana")})
        }
        Request::ListUsers(_) => json!({"type": "users", "users": people()}),
        Request::ListConversations(_) => json!({"type": "conversations", "conversations": conversations()}),
        Request::ListGroups(_) => json!({"type": "groups", "groups": []}),
        Request::ListMembers(asked) => json!({"type": "members", "conversation": asked.conversation, "members": people()}),
        Request::ListDevices(_) => json!({"type": "devices", "devices": devices()}),
        Request::RevokeDevice(_) => json!({"type": "refused", "code": "wrong_fields", "detail": everything}),
        Request::ChangePassword(_) => json!({"type": "refused", "code": everything, "problem": everything}),
        Request::History(asked) => {
            let entries = if asked.conversation.0 == DIRECT { messages() } else { happenings() };
            json!({"type": "entries", "conversation": asked.conversation, "entries": entries, "more": false})
        }
        Request::WatchDirectory(_) | Request::MarkRead(_) => json!({"type": "done"}),
        _ => return None,
    })
}

/// The id of the conversation with the first person. The ids of the groups follow those of the people.
pub(super) const DIRECT: u32 = 1;

fn person(username: &str, display_name: &str) -> Value {
    json!({"username": username, "display_name": display_name, "online": true})
}

fn people() -> Vec<Value> {
    let names = marked('d').into_iter().enumerate();
    let named = names.map(|(at, display_name)| person(&format!("person{at}"), &display_name));
    let with = |(mut person, status): (Value, String)| {
        person["status"] = status.into();
        person
    };
    named.zip(marked('s')).map(with).collect()
}

fn conversations() -> Vec<Value> {
    let last = all().len();
    let numbers = json!({"first_seq": 1, "last_seq": last, "read_seq": last, "unread": 0});
    let latest = messages();
    let with = |(at, mut conversation): (usize, Value)| {
        conversation.as_object_mut().unwrap().extend(numbers.as_object().unwrap().clone());
        // As many conversations as the menu shows.
        if at < 8 {
            conversation["latest"] = latest[latest.len() - 1 - at].clone();
        }
        conversation
    };
    let direct = json!({"conversation": DIRECT, "kind": "direct", "peer": person("person0", &marked('d')[0])});
    let groups = marked('g').into_iter().zip(marked('c')).zip(DIRECT + 1..);
    let groups = groups
        .map(|((name, topic), id)| json!({"conversation": id, "kind": "group", "name": name, "topic": topic, "members": 3}));
    std::iter::once(direct).chain(groups).enumerate().map(with).collect()
}

/// A page of messages, each by another author.
fn messages() -> Vec<Value> {
    let said = marked('m').into_iter().zip(marked('u')).zip(1..);
    let mut messages: Vec<Value> = said
        .map(|((text, author), seq)| {
            json!({"seq": seq, "at": AT, "author": author, "kind": "message", "client_id": client_id(seq), "text": text})
        })
        .collect();
    if let Some(last) = messages.last_mut() {
        let reactions: Vec<Value> = all().iter().map(|emoji| json!({"emoji": emoji, "count": u32::MAX, "mine": true})).collect();
        last["reactions"] = reactions.into();
        last["reply_to"] = json!({"seq": u64::MAX, "author": all().concat()});
        last["mentions"] = all().into();
        last["changed"] = u64::MAX.into();
        last["edited_at"] = i64::MAX.into();
    }
    messages
}

/// An event that changes a message.
pub(super) fn changed(seq: usize, kind: &str, target: u64) -> Value {
    let entry = json!({"seq": seq, "at": AT, "author": "person0", "kind": kind, "target": target, "emoji": all().concat()});
    json!({"type": "entry_posted", "conversation": DIRECT, "entry": entry})
}

/// An entry that changes a group.
fn happenings() -> Vec<Value> {
    let authors = marked('a').into_iter();
    let happened = marked('h').into_iter().zip(authors).zip(1..);
    happened
        .map(|((what, author), seq)| match seq % 4 {
            3 => json!({"seq": seq, "at": AT, "author": author, "kind": "topic_changed", "topic": what}),
            0 => json!({"seq": seq, "at": AT, "author": author, "kind": "group_created", "name": what}),
            1 => json!({"seq": seq, "at": AT, "author": author, "kind": "group_renamed", "name": what}),
            _ => json!({"seq": seq, "at": AT, "author": author, "kind": "member_added", "member": what}),
        })
        .collect()
}

fn devices() -> Vec<Value> {
    let names = marked('v').into_iter().zip(1..);
    names
        .map(
            |(name, id)| json!({"device": id, "name": name, "created_at": AT, "last_used": AT, "connected": true, "this": false}),
        )
        .collect()
}

/// An event with a new message.
pub(super) fn posted(seq: usize, author: &str) -> Value {
    let entry = json!({"seq": seq, "at": AT, "author": author, "kind": "message", "client_id": client_id(seq), "text": "."});
    json!({"type": "entry_posted", "conversation": DIRECT, "entry": entry})
}

fn client_id(seq: usize) -> String {
    format!("01234567-89ab-7def-8123-{seq:012x}")
}
