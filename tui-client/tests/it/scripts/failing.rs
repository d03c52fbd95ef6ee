//! A server that fails to store a message a few times.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};

use papo_shared::model::{Seq, ServerId, Timestamp};
use papo_shared::protocol::{
    ConversationPage, Limits, MessageStored, PROTOCOL_VERSION, Refusal, Registration, Reply, ReplyFrame, Request, RequestFrame,
    SendMessage, SignedIn, Welcome, encode_line,
};

use crate::driver::{direct, person};

/// The port of a server that refuses this many times to store a message from ana to bia, and the messages it receives.
pub(super) fn server(refusals: usize) -> (u16, Receiver<SendMessage>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, sent) = channel();
    std::thread::spawn(move || {
        if let Ok((stream, _)) = listener.accept() {
            serve(stream, refusals, &sender);
        }
    });
    (port, sent)
}

fn serve(stream: TcpStream, mut refusals: usize, sender: &Sender<SendMessage>) {
    let mut writer = stream.try_clone().unwrap();
    for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
        let RequestFrame { id, request } = RequestFrame::decode(&line).unwrap();
        let reply = match request {
            Request::Hello(_) => Reply::Welcome(Welcome {
                protocol: PROTOCOL_VERSION,
                server: "papo-server".into(),
                server_id: ServerId::from_bytes([7; 16]),
                registration: Registration::Open,
                retention_days: None,
                limits: Limits::default(),
            }),
            Request::SignInWithToken(_) => Reply::SignedIn(SignedIn { you: person("ana", true), token: "a token".into() }),
            Request::ListConversations(_) => {
                Reply::Conversations(ConversationPage { conversations: vec![direct(1, "bia", 0, 0, 0)], next: None })
            }
            Request::SendMessage(send) => {
                let SendMessage { conversation, client_id, .. } = send;
                sender.send(send).unwrap();
                match refusals.checked_sub(1) {
                    Some(left) => {
                        refusals = left;
                        Reply::Refused(Refusal::FAILED)
                    }
                    None => {
                        let (seq, at, mentions) = (Seq(1), Timestamp(0), Vec::new());
                        Reply::MessageStored(MessageStored { conversation, client_id, seq, at, reply_to: None, mentions })
                    }
                }
            }
            other => panic!("a command does not ask for {other:?}"),
        };
        let mut line = bytes::BytesMut::new();
        encode_line(&ReplyFrame { id, reply }, &mut line);
        if writer.write_all(&line).is_err() {
            return;
        }
    }
}
