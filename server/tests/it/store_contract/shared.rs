//! What servers that share a store learn from it.

use papo_server::domain::AccountId;
use papo_server::store::Write;
use papo_server::store::shared::{DeviceEnd, NewsPosition, SharedStore};
use papo_shared::model::ConversationId;

use super::devices::{add_device, device_of};
use super::{NOW, direct, group, leave, one, people, posted, remove, say};

/// The new entries for these accounts as (conversation, first, last), and the position after them.
async fn news(
    store: &dyn SharedStore,
    after: &NewsPosition,
    accounts: &[AccountId],
) -> (Vec<(ConversationId, u64, u64)>, NewsPosition) {
    let news = store.news(after, accounts).await.unwrap();
    (news.conversations.into_iter().map(|new| (new.conversation, new.first.0, new.last.0)).collect(), news.next)
}

pub(super) async fn new_entries_are_given_once_to_the_members_of_their_conversations(store: &dyn SharedStore) {
    let [ana, rui, eva] = people(store, ["ana", "rui", "eva"]).await;
    let between = direct(store, &ana, &rui).await;
    let redes = group(store, &ana, "redes", &[&eva]).await;
    let start = store.news_position().await.unwrap();
    assert_eq!(news(store, &start, &[ana.id, rui.id, eva.id]).await.0, [], "nothing is new at the present");

    for text in ["um", "dois"] {
        posted(store, say(between, &rui, text)).await;
    }
    let in_redes = posted(store, say(redes, &eva, "oi")).await.entry.seq.0;
    let (found, next) = news(store, &start, &[ana.id]).await;
    assert_eq!(found, [(between, 1, 2), (redes, in_redes, in_redes)]);
    assert_eq!(news(store, &start, &[rui.id]).await.0, [(between, 1, 2)]);
    assert_eq!(news(store, &start, &[eva.id, rui.id]).await.0, found);
    assert_eq!(news(store, &start, &[]).await.0, []);

    assert_eq!(news(store, &next, &[ana.id]).await.0, [], "given once");
    posted(store, say(redes, &ana, "tchau")).await;
    assert_eq!(news(store, &next, &[ana.id]).await.0, [(redes, in_redes + 1, in_redes + 1)]);
    assert_eq!(news(store, &start, &[eva.id]).await.0, [(redes, in_redes, in_redes + 1)], "a position can be used again");
}

pub(super) async fn news_depend_on_the_present_members(store: &dyn SharedStore) {
    let [ana, rui, eva] = people(store, ["ana", "rui", "eva"]).await;
    let redes = group(store, &ana, "redes", &[&rui, &eva]).await;
    let start = store.news_position().await.unwrap();
    posted(store, say(redes, &ana, "oi")).await;
    posted(store, remove(redes, &ana, &rui)).await;
    let last = posted(store, leave(redes, &eva)).await.entry.seq.0;
    assert_eq!(news(store, &start, &[rui.id, eva.id]).await.0, []);
    assert_eq!(news(store, &start, &[ana.id]).await.0, [(redes, last - 2, last)]);
    let added = super::added(store, redes, &ana, &rui).await.entry.seq.0;
    assert_eq!(news(store, &start, &[rui.id]).await.0, [(redes, last - 2, added)], "a new member learns of all");
    one(store, Write::DeleteGroup { conversation: redes, at: NOW }).await;
    assert_eq!(news(store, &start, &[ana.id, rui.id]).await.0, [], "a deleted group has no members");
}

pub(super) async fn devices_end_when_they_are_signed_out_or_their_account_is_suspended(store: &dyn SharedStore) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let [of_ana, of_rui] = [device_of(store, "ana").await, device_of(store, "rui").await];
    let lost = add_device(store, &ana, "hash of ana", "lost").await.unwrap();
    let ended = async || {
        let devices = [(ana.id, of_ana), (rui.id, of_rui), (ana.id, lost)];
        let mut ended = store.ended_devices(&devices).await.unwrap();
        ended.sort_by_key(|(device, _)| device.0);
        ended
    };
    assert_eq!(ended().await, []);
    one(store, Write::RemoveDevice { device: lost }).await;
    assert_eq!(ended().await, [(lost, DeviceEnd::SignedOut)]);
    one(store, Write::SuspendAccount { account: rui.id, at: NOW }).await;
    assert_eq!(ended().await, [(of_rui, DeviceEnd::AccountSuspended), (lost, DeviceEnd::SignedOut)]);
    one(store, Write::ResumeAccount { account: rui.id }).await;
    assert_eq!(ended().await, [(lost, DeviceEnd::SignedOut)]);
    one(store, Write::DeleteAccount { account: ana.id, authentication: None, erase_messages: false, at: NOW }).await;
    assert_eq!(ended().await, [(of_ana, DeviceEnd::AccountDeleted), (lost, DeviceEnd::AccountDeleted)]);
    assert_eq!(store.ended_devices(&[]).await.unwrap(), []);
}
