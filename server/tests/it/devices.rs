//! The device list, and revoking devices.

use papo_server::domain::MAX_DEVICES;
use papo_shared::model::{ClientId, DeviceId, DeviceListing};
use papo_shared::protocol::{
    ChangePassword, DevicePage, Event, GoodbyeReason, ListDevices, Refusal, Reply, Request, RevokeDevice, SignIn, SignInWithToken,
};

use crate::client::{Client, PASSWORD, TestServer, send};

/// Signs in on another device with this name.
async fn sign_in(server: &TestServer, username: &str, device: &str) -> Client {
    let mut client = server.client().await;
    let (username, password) = (username.to_owned(), PASSWORD.to_owned());
    let reply = client.ask(Request::SignIn(SignIn { username, password, device: Some(device.to_owned()), code: None })).await;
    client.signed_in(reply);
    client
}

async fn page(client: &mut Client, ask: ListDevices) -> DevicePage {
    match client.ask(Request::ListDevices(ask)).await {
        Reply::Devices(page) => page,
        reply => panic!("expected devices, got {reply:?}"),
    }
}

async fn devices(client: &mut Client) -> Vec<DeviceListing> {
    page(client, ListDevices::default()).await.devices
}

/// The id of the device with this name.
async fn device(client: &mut Client, name: &str) -> DeviceId {
    devices(client).await.iter().find(|device| device.name.as_str() == name).unwrap().device
}

fn revoke(device: DeviceId) -> Request {
    Request::RevokeDevice(RevokeDevice { device })
}

#[tokio::test]
async fn users_list_their_own_devices_and_which_are_connected() {
    let server = TestServer::start().await;
    let mut ana = server.register("ana").await;
    let mut phone = sign_in(&server, "ana", "phone\u{1b}[2J").await;
    drop(sign_in(&server, "ana", "old laptop").await);
    let _rui = server.register("rui").await;
    // A closed connection may not have ended on the server yet.
    let mut listed = devices(&mut ana).await;
    while listed[2].connected {
        tokio::task::yield_now().await;
        listed = devices(&mut ana).await;
    }
    let seen: Vec<_> = listed.iter().map(|device| (device.name.as_str(), device.connected, device.this)).collect();
    assert_eq!(seen, [("", true, true), ("phone [2J", true, false), ("old laptop", false, false)]);
    assert!(listed.iter().all(|device| device.created_at == device.last_used));
    assert!(devices(&mut phone).await[1].this, "on the phone, the phone is marked as this device");

    let first = page(&mut ana, ListDevices { after: None, limit: Some(2) }).await;
    assert_eq!((first.devices.as_slice(), first.next), (&listed[..2], Some(listed[1].device)));
    let second = page(&mut ana, ListDevices { after: first.next, limit: Some(2) }).await;
    assert_eq!((second.devices.as_slice(), second.next), (&listed[2..], None));
}

#[tokio::test]
async fn revoking_a_device_closes_its_sessions_and_invalidates_its_token() {
    let server = TestServer::start().await;
    let mut ana = server.register("ana").await;
    let mut bia = server.register("bia").await;
    let chat = ana.direct("bia").await;
    let mut lost = sign_in(&server, "ana", "lost").await;
    let mut lost_again = server.another_client(&lost).await;
    let device = device(&mut ana, "lost").await;
    ana.done(revoke(device)).await;

    // Requests it sends after the revocation must have no effect.
    for number in 0..50 {
        lost.request_if_open(send(chat, ClientId::new(), &format!("stolen {number}"))).await;
    }
    assert_eq!(lost.goodbye().await, Some(GoodbyeReason::SignedOut));
    assert_eq!(lost_again.goodbye().await, Some(GoodbyeReason::SignedOut));
    assert_eq!(bia.texts(chat).await, Vec::<String>::new());
    let token = lost.token.clone();
    let mut client = server.client().await;
    assert_eq!(client.refused(Request::SignInWithToken(SignInWithToken { token })).await, Refusal::TokenUnknown);
    assert_eq!(devices(&mut ana).await.len(), 1);
    assert_eq!(ana.refused(revoke(device)).await, Refusal::NoSuchDevice);
}

#[tokio::test]
async fn users_cannot_revoke_the_devices_of_others() {
    let server = TestServer::start().await;
    let mut ana = server.register("ana").await;
    let mut rui = server.register("rui").await;
    let of_rui = devices(&mut rui).await[0].device;
    assert_eq!(ana.refused(revoke(of_rui)).await, Refusal::NoSuchDevice);
    assert_eq!(ana.refused(revoke(DeviceId(-1))).await, Refusal::NoSuchDevice);
    assert_eq!(rui.ask(Request::Ping).await, Reply::Pong);
}

#[tokio::test]
async fn revoking_the_requesting_device_signs_it_out() {
    let server = TestServer::start().await;
    let mut ana = server.register("ana").await;
    let mut again = server.another_client(&ana).await;
    let this = devices(&mut ana).await[0].device;
    ana.done(revoke(this)).await;
    assert_eq!(ana.goodbye().await, Some(GoodbyeReason::SignedOut));
    assert_eq!(again.goodbye().await, Some(GoodbyeReason::SignedOut));
}

/// Waits for the event that the user's devices changed, discarding earlier events.
async fn changed(client: &mut Client) {
    client.event(|event| matches!(event, Event::DevicesChanged).then_some(())).await;
}

async fn was_notified(client: &mut Client) -> bool {
    client.drain_events().await.iter().any(|event| matches!(event, Event::DevicesChanged))
}

#[tokio::test]
async fn other_sessions_learn_of_changed_devices() {
    let server = TestServer::start().await;
    let (mut ana, mut bia) = (server.register("ana").await, server.register("bia").await);
    let phone = sign_in(&server, "ana", "phone").await;
    changed(&mut ana).await;
    let connected = |listed: &[DeviceListing]| listed.iter().map(|device| device.connected).collect::<Vec<_>>();
    assert_eq!(connected(&devices(&mut ana).await), [true, true], "the list must be current when the event arrives");
    drop(phone);
    changed(&mut ana).await;
    assert_eq!(connected(&devices(&mut ana).await), [true, false]);

    let mut again = server.another_client(&ana).await;
    changed(&mut ana).await;
    let phone = device(&mut ana, "phone").await;
    ana.done(revoke(phone)).await;
    changed(&mut again).await;
    assert_eq!(devices(&mut again).await.len(), 1);
    assert!(!was_notified(&mut ana).await, "the requesting session needs no event");
    assert!(!was_notified(&mut bia).await, "other users must not be told");

    // A disconnected device is signed out by a change of the password.
    drop(sign_in(&server, "ana", "tablet").await);
    changed(&mut ana).await;
    changed(&mut ana).await;
    let (current, new) = (PASSWORD.to_owned(), "sete girafas dançam tango".to_owned());
    again.done(Request::ChangePassword(ChangePassword { current, new })).await;
    changed(&mut ana).await;
    assert_eq!(devices(&mut ana).await.len(), 1);
}

/// Its device was deleted, but the session stayed open, was not listed, and survived a change of the password.
#[tokio::test]
async fn a_sign_in_that_signs_out_the_oldest_device_ends_its_sessions() {
    let server = TestServer::start().await;
    let mut oldest = server.register("ana").await;
    let mut same_device = server.another_client(&oldest).await;
    let mut second = sign_in(&server, "ana", "second").await;
    for number in 2..MAX_DEVICES {
        sign_in(&server, "ana", &format!("device {number}")).await;
    }
    assert_eq!(oldest.ask(Request::Ping).await, Reply::Pong, "the maximum is allowed");
    let mut last = sign_in(&server, "ana", "one more").await;
    assert_eq!(oldest.goodbye().await, Some(GoodbyeReason::SignedOut));
    assert_eq!(same_device.goodbye().await, Some(GoodbyeReason::SignedOut));
    assert_eq!(second.ask(Request::Ping).await, Reply::Pong);
    assert_eq!(last.ask(Request::Ping).await, Reply::Pong);
}
