//! The devices screen.

use std::time::Duration;

use papo::event::{DisconnectReason, Event};
use papo::state::Screen;
use papo_shared::model::{DeviceId, DeviceListing, Timestamp};
use papo_shared::protocol::{DevicePage, Event as ServerEvent, ListDevices, Refusal, Reply, Request, RevokeDevice, SignIn};

use crate::driver::{Driver, MINUTE, START};
use crate::stories::{chatting_with_bia, come_back};

fn listing(device: i64, name: &str) -> DeviceListing {
    DeviceListing {
        device: DeviceId(device),
        name: name.to_owned().into(),
        created_at: Timestamp(START - 3 * 24 * 60 * MINUTE),
        last_used: Timestamp(START - 90 * MINUTE),
        connected: false,
        this: false,
    }
}

fn devices() -> Vec<DeviceListing> {
    let this = DeviceListing { connected: true, this: true, ..listing(1, "laptop (papo)") };
    let tower = DeviceListing { connected: true, ..listing(4, "tower (papo)") };
    vec![this, listing(3, ""), tower]
}

fn answer(client: &mut Driver, devices: &[DeviceListing]) {
    client.answer(|request| {
        matches!(request, Request::ListDevices(_)).then(|| Reply::Devices(DevicePage { devices: devices.to_vec(), next: None }))
    });
}

/// A client on the devices screen with three devices.
pub(crate) fn at_the_devices(width: u16, height: u16) -> Driver {
    let mut client = Driver::signed_in(width, height, vec![]);
    client.keys("d");
    answer(&mut client, &devices());
    client
}

fn revoked(client: &mut Driver) -> Vec<DeviceId> {
    let sent = client.sent();
    sent.into_iter()
        .filter_map(|frame| match frame.request {
            Request::RevokeDevice(RevokeDevice { device }) => {
                client.effects.push(papo::effect::Effect::Send(frame));
                Some(device)
            }
            _ => None,
        })
        .collect()
}

#[test]
fn a_lost_device_is_signed_out_after_confirmation() {
    let mut client = at_the_devices(80, 24);
    client.keys("Down Down Down d");
    assert!(client.screen().contains("Sign out tower (papo)?"), "{}", client.screen());
    client.keys("Esc");
    assert_eq!(revoked(&mut client), [], "cancelling signs nothing out");
    client.keys("d y");
    assert_eq!(revoked(&mut client), [DeviceId(4)]);
    client.answer(|request| matches!(request, Request::RevokeDevice(_)).then_some(Reply::Done));
    let screen = client.screen();
    assert!(screen.contains("That device is signed out.") && !screen.contains("tower"), "{screen}");
    client.keys("d");
    assert!(client.screen().contains("Sign out unnamed device?"), "{}", client.screen());
}

#[test]
fn a_device_that_was_signed_out_already_is_removed_from_the_list() {
    let mut client = at_the_devices(80, 24);
    client.keys("End d y");
    client.answer(|request| matches!(request, Request::RevokeDevice(_)).then_some(Reply::Refused(Refusal::NoSuchDevice)));
    let screen = client.screen();
    assert!(screen.contains("That device is signed out.") && !screen.contains("tower"), "{screen}");
}

#[test]
fn signing_out_this_device_shows_the_sign_in_screen() {
    let mut client = at_the_devices(80, 24);
    client.keys("Home d");
    assert!(client.screen().contains("Sign out here?"), "{}", client.screen());
    client.keys("y");
    client.answer(|request| matches!(request, Request::SignOut).then_some(Reply::Done));
    assert_eq!(client.state.screen, Screen::SignIn);
    assert!(client.state.credentials.token.is_none() && client.state.overlay.is_none());
}

#[test]
fn a_long_list_is_fetched_in_pages_and_scrolls_with_the_selection() {
    let mut client = Driver::signed_in(40, 12, vec![]);
    client.keys("d");
    let all: Vec<_> = (1..=9).map(|number| listing(number, &format!("machine {number}"))).collect();
    client.answer(|request| match request {
        Request::ListDevices(ListDevices { after: None, .. }) => {
            Some(Reply::Devices(DevicePage { devices: all[..5].to_vec(), next: Some(DeviceId(5)) }))
        }
        Request::ListDevices(ListDevices { after: Some(DeviceId(5)), .. }) => {
            Some(Reply::Devices(DevicePage { devices: all[5..].to_vec(), next: None }))
        }
        _ => None,
    });
    client.keys("End");
    let screen = client.screen();
    assert!(screen.contains("▸ ○ machine 9") && !screen.contains("machine 1"), "{screen}");
    client.keys("Home");
    assert!(client.screen().contains("▸ ○ machine 1"), "{}", client.screen());
}

#[test]
fn an_open_list_is_refreshed_and_keeps_the_selection() {
    let mut client = at_the_devices(80, 24);
    client.keys("End");
    client.tell(ServerEvent::DevicesChanged);
    let screen = client.screen();
    assert!(screen.contains("laptop") && screen.contains("tower"), "the old list is shown until the new one arrives: {screen}");
    let new = listing(9, "phone (papo)");
    let [this, nameless, tower] = devices().try_into().unwrap();
    answer(&mut client, &[this.clone(), nameless, tower, new.clone()]);
    let screen = client.screen();
    assert!(screen.contains("▸ ● tower (papo)") && screen.contains("phone (papo)"), "{screen}");
    // When the selected device is removed, the one in its place is selected.
    client.tell(ServerEvent::DevicesChanged);
    answer(&mut client, &[this, new]);
    let screen = client.screen();
    assert!(screen.contains("▸ ○ phone (papo)") && !screen.contains("tower"), "{screen}");
}

#[test]
fn changes_while_a_list_is_pending_cause_one_more_request() {
    let mut client = at_the_devices(80, 24);
    let asked = std::cell::Cell::new(0);
    let answer_counting = |client: &mut Driver| {
        asked.set(0);
        client.answer(|request| {
            let is_list = matches!(request, Request::ListDevices(_));
            asked.set(asked.get() + usize::from(is_list));
            is_list.then(|| Reply::Devices(DevicePage { devices: devices(), next: None }))
        });
        asked.get()
    };
    client.tell(ServerEvent::DevicesChanged);
    assert_eq!(answer_counting(&mut client), 1);
    (0..5).for_each(|_| client.tell(ServerEvent::DevicesChanged));
    assert_eq!(answer_counting(&mut client), 2, "the pending request, and one for all changes since");
    client.keys("Esc");
    client.tell(ServerEvent::DevicesChanged);
    assert_eq!(answer_counting(&mut client), 0, "the list is not shown");
}

#[test]
fn the_list_is_requested_again_after_reconnecting() {
    let mut client = at_the_devices(80, 24);
    client.happen(Event::Disconnected { reason: DisconnectReason::Closed, retry_in: Duration::ZERO });
    client.sent();
    client.keys("Down d y");
    assert!(client.screen().contains("That needs a connection"), "{}", client.screen());
    client.keys("Esc");
    come_back(&mut client);
    answer(&mut client, &devices()[..1]);
    let screen = client.screen();
    assert!(screen.contains("laptop") && !screen.contains("tower"), "{screen}");
}

#[test]
fn the_devices_command_opens_the_devices_screen() {
    let mut client = chatting_with_bia(&[]);
    client.type_text("/devices");
    client.keys("Enter");
    answer(&mut client, &devices());
    assert!(client.screen().contains("laptop (papo)"), "{}", client.screen());
    client.keys("Esc");
    assert_eq!(client.state.screen, Screen::Menu);
}

#[test]
fn signing_in_sends_the_device_name() {
    let mut client = Driver::start(80, 24);
    client.state.device_name = "laptop (papo)".to_owned();
    client.connect();
    client.type_text("ana");
    client.keys("Tab");
    client.type_text("um cavalo come");
    client.keys("Enter");
    let sent_name = client.sent().into_iter().find_map(|frame| match frame.request {
        Request::SignIn(SignIn { device, .. }) => device,
        _ => None,
    });
    assert_eq!(sent_name.as_deref(), Some("laptop (papo)"));
}
