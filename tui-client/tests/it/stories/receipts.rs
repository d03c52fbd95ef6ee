//! Delivery and read receipts, received and sent.

use papo_shared::model::{ConversationId, Seq};
use papo_shared::protocol::{Event as ServerEvent, Receipt, ReceiptPage, ReceiptsChanged, Reply, Request};

use crate::driver::{Driver, direct, group, message, name};
use crate::stories::{chatting_with_bia, history};

fn receipt(username: &str, delivered: u64, read: u64) -> Receipt {
    Receipt { username: name(username), first_seq: Seq(1), delivered_seq: Seq(delivered), read_seq: Seq(read) }
}

fn tell(client: &mut Driver, conversation: u32, receipts: Vec<Receipt>) {
    client.tell(ServerEvent::ReceiptsChanged(ReceiptsChanged { conversation: ConversationId(conversation), receipts }));
}

#[test]
fn marks_of_own_messages_change_from_stored_to_delivered_to_read() {
    let mut client = chatting_with_bia(&[message(1, "ana", 0, "oi"), message(2, "ana", 1, "tudo bem?")]);
    client.answer(|request| match request {
        Request::ListReceipts(asked) => Some(Reply::Receipts(ReceiptPage {
            conversation: asked.conversation,
            receipts: vec![receipt("bia", 1, 1)],
            next: None,
        })),
        _ => None,
    });
    let marks = |client: &Driver| {
        let screen = client.screen();
        ["oi  ", "tudo bem?"].map(|said| screen.lines().find(|line| line.contains(said)).unwrap().matches('✓').count())
    };
    assert_eq!(marks(&client), [2, 1]);
    tell(&mut client, 1, vec![receipt("bia", 2, 1), receipt("ana", 2, 2)]);
    assert_eq!(marks(&client), [2, 2]);
    assert!(client.screen().contains("delivered"), "{}", client.screen());
    tell(&mut client, 1, vec![receipt("bia", 2, 2)]);
    assert!(client.screen().contains("read") && !client.screen().contains("delivered"), "{}", client.screen());
}

#[test]
fn in_a_group_the_number_of_readers_is_shown() {
    let entries = [message(1, "ana", 0, "oi gente")];
    let mut client = Driver::signed_in(80, 24, vec![group(2, "redes", 1, 1, 0)]);
    client.keys("3 Enter");
    client.answer(|request| history(request, &entries));
    tell(&mut client, 2, vec![receipt("bia", 1, 1), receipt("caio", 1, 0)]);
    assert!(client.screen().contains("read by 1"), "{}", client.screen());
    client.keys("Up i");
    let screen = client.screen();
    assert!(screen.contains("Read by 1 of 2") && screen.contains("Delivered, not read yet"), "{screen}");
}

fn sent_receipts(client: &mut Driver) -> Vec<(u64, ConversationId, Seq)> {
    let frames = client.all_sent().into_iter();
    frames
        .filter_map(|frame| match frame.request {
            Request::MarkDelivered(mark) => Some((frame.id, mark.conversation, mark.seq)),
            _ => None,
        })
        .collect()
}

#[test]
fn delivery_receipts_are_combined_and_omitted_for_read_messages() {
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 1, 1, 0)]);
    client.all_sent();
    for seq in 2..=50 {
        client.post(1, message(seq, "bia", 0, "oi"));
    }
    let first = sent_receipts(&mut client);
    let [(id, ConversationId(1), Seq(2))] = first[..] else { panic!("{first:?}") };
    let reply = papo_shared::protocol::ReplyFrame { id, reply: Reply::Done };
    client.happen(papo::event::Event::Received(papo_shared::protocol::ServerFrame::Reply(reply)));
    assert_eq!(sent_receipts(&mut client).iter().map(|(_, _, seq)| *seq).collect::<Vec<_>>(), [Seq(50)]);

    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi")]);
    client.post(1, message(2, "bia", 0, "ei"));
    assert_eq!(sent_receipts(&mut client), [], "reading implies delivery");
}

#[test]
fn messages_that_arrived_offline_are_acknowledged_as_delivered() {
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 5, 2, 3), direct(2, "caio", 5, 5, 0)]);
    assert_eq!(
        sent_receipts(&mut client).iter().map(|(_, id, seq)| (*id, *seq)).collect::<Vec<_>>(),
        [(ConversationId(1), Seq(5))]
    );
}
