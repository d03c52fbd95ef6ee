//! Accounts, passwords, and last-seen times.

use papo_server::domain::AccountId;
use papo_server::store::{Outcome, Store, Write};
use papo_shared::model::{DisplayName, StatusText, Timestamp};
use papo_shared::protocol::Refusal;

use super::devices::{add_device, device_of};
use super::{
    NOW, account, add, create, direct, group, leave, name, names, new_account, one, people, read, refused, rename, say, token,
};

pub(super) async fn usernames_are_unique(store: &dyn Store) {
    let ana = account(store, "ana").await;
    assert_eq!(refused(store, new_account("ana")).await, Refusal::UsernameTaken);
    let found = store.credentials(&name("ana")).await.unwrap().unwrap();
    assert_eq!((found.account.id, found.password_hash.as_str()), (ana.id, "hash of ana"));
    assert_eq!(found.account.display_name.as_str(), "ANA");
    assert_eq!(store.account(&name("rui")).await.unwrap(), None);
    assert_eq!(store.accounts(&[ana.id, AccountId(99)]).await.unwrap(), [found.account]);
}

pub(super) async fn confusable_usernames_are_refused(store: &dyn Store) {
    people(store, ["maria", "paypal"]).await;
    for alike in ["rnaria", "p\u{430}yp\u{430}l"] {
        assert_eq!(refused(store, new_account(alike)).await, Refusal::UsernameTooAlike);
        assert_eq!(store.account(&name(alike)).await.unwrap(), None);
    }
    assert_eq!(refused(store, new_account("maria")).await, Refusal::UsernameTaken, "identical, not merely confusable");
    account(store, "mariana").await;
}

pub(super) async fn settings_of_password_hashes_are_listed_once(store: &dyn Store) {
    assert_eq!(store.password_hash_settings().await.unwrap(), [""; 0]);
    let digest = "abcdefghijklmnopqrstuuJeiZ3Kb4X7hVJ3nX7oQAGEvAWbfA6Hq";
    for (username, start) in [("ana", "$2b$12$"), ("rui", "bcrypt-sha384:$2b$10$"), ("eva", "bcrypt-sha384:$2b$12$")] {
        let mut write = new_account(username);
        if let Write::CreateAccount { password_hash, .. } = &mut write {
            *password_hash = format!("{start}{digest}");
        }
        assert!(matches!(one(store, write).await, Outcome::AccountCreated(..)));
    }
    account(store, "ivo").await;
    let mut settings = store.password_hash_settings().await.unwrap();
    settings.sort();
    assert_eq!(settings, ["$2b$10$", "$2b$12$"]);
}

pub(super) async fn changing_a_password_requires_the_current_hash(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let kept = add_device(store, &ana, "hash of ana", "kept").await.unwrap();
    let first = device_of(store, "ana").await;
    let set = |current: &str, keep_only| Write::SetPassword {
        account: ana.id,
        current_hash: current.to_owned(),
        new_hash: "new".to_owned(),
        keep_only,
    };
    assert_eq!(refused(store, set("guessed", Some(kept))).await, Refusal::WrongCredentials);
    assert!(store.is_device_valid(first).await.unwrap());

    let Outcome::DevicesRemoved(removed) = one(store, set("hash of ana", Some(kept))).await else { panic!() };
    assert_eq!(removed, [first]);
    assert!(store.is_device_valid(kept).await.unwrap());
    assert!(store.is_device_valid(device_of(store, "rui").await).await.unwrap(), "other accounts are not affected");
    assert_eq!(add_device(store, &ana, "hash of ana", "late").await, Err(Refusal::WrongCredentials));
    assert!(add_device(store, &ana, "new", "late").await.is_ok());
    assert!(add_device(store, &rui, "hash of rui", "second").await.is_ok());

    let Outcome::DevicesRemoved(removed) = one(store, set("new", None)).await else { panic!() };
    assert_eq!(removed, [], "renewing a hash must not sign out any device");

    // A revoked device must not be able to sign out the owner's other devices at the same moment.
    assert_eq!(refused(store, set("new", Some(first))).await, Refusal::TokenUnknown);
    assert!(store.is_device_valid(kept).await.unwrap());
}

pub(super) async fn the_operator_needs_no_password(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let first = device_of(store, "ana").await;
    let replace = Write::ReplacePassword { account: ana.id, new_hash: "new".to_owned() };
    let Outcome::DevicesRemoved(removed) = one(store, replace).await else { panic!() };
    assert_eq!(removed, [first]);
    assert_eq!(add_device(store, &ana, "hash of ana", "late").await, Err(Refusal::WrongCredentials));
    let second = add_device(store, &ana, "new", "second").await.unwrap();
    let Outcome::DevicesRemoved(removed) = one(store, Write::RemoveDevices { account: ana.id }).await else { panic!() };
    assert_eq!(removed, [second]);
    assert!(store.is_device_valid(device_of(store, "rui").await).await.unwrap(), "other accounts are not affected");
    assert!(add_device(store, &rui, "hash of rui", "second").await.is_ok());
}

pub(super) async fn a_suspended_account_cannot_write_until_resumed(store: &dyn Store) {
    let [ana, rui, eva] = people(store, ["ana", "rui", "eva"]).await;
    let id = group(store, &ana, "redes", &[&rui]).await;
    let (hash, new_hash, kept) = ("hash of ana".to_owned(), "new".to_owned(), None);
    let writes = [
        say(id, &ana, "oi"),
        read(id, &ana, 1),
        add(id, &ana, &eva),
        rename(id, &ana, "x"),
        leave(id, &ana),
        create(&ana, "outra"),
        Write::OpenDirect { one: ana.id, other: rui.id, at: NOW },
        Write::AddDevice { account: ana.id, verified_hash: hash.clone(), device: token("late"), code: None, at: NOW },
        Write::SetPassword { account: ana.id, current_hash: hash, new_hash, keep_only: kept },
    ];
    let suspend = |at| Write::SuspendAccount { account: ana.id, at: Timestamp(at) };
    // Also within a batch, where the order of writes decides.
    let batch = [vec![suspend(5)], writes.to_vec(), vec![suspend(6), say(id, &rui, "oi")]].concat();
    let outcomes = store.commit(batch).await.unwrap();
    for (outcome, write) in outcomes[1..].iter().zip(&writes) {
        assert!(matches!(outcome, Outcome::Refused(Refusal::AccountSuspended)), "{outcome:?} for {write:?}");
    }
    assert!(matches!(outcomes.last(), Some(Outcome::Posted(_))), "other accounts are not affected");
    let found = store.account(&ana.username).await.unwrap().unwrap();
    assert_eq!(found.suspended_at, Some(Timestamp(5)), "the first suspension counts");
    assert!(store.is_device_valid(device_of(store, "ana").await).await.unwrap(), "devices are kept during a suspension");

    one(store, Write::ResumeAccount { account: ana.id }).await;
    assert_eq!(store.account(&ana.username).await.unwrap().unwrap().suspended_at, None);
    for write in writes {
        let outcome = one(store, write).await;
        assert!(!matches!(outcome, Outcome::Refused(Refusal::AccountSuspended)), "{outcome:?}");
    }
}

pub(super) async fn last_seen_times_are_stored(store: &dyn Store) {
    let ana = account(store, "ana").await;
    assert_eq!(store.account(&ana.username).await.unwrap().unwrap().last_seen, None);
    one(store, Write::SetLastSeen { account: ana.id, at: Timestamp(7) }).await;
    assert_eq!(store.account(&ana.username).await.unwrap().unwrap().last_seen, Some(Timestamp(7)));
}

pub(super) async fn accounts_are_found_by_a_new_display_name(store: &dyn Store) {
    let ana = account(store, "ana").await;
    let seen = async || {
        let found = store.account(&ana.username).await.unwrap().unwrap();
        (found.display_name.to_string(), found.status.map(|status| status.to_string()))
    };
    let set = |display_name: Option<&str>, status: Option<&str>| Write::SetProfile {
        account: ana.id,
        display_name: display_name.map(|name| DisplayName::parse(name).unwrap()),
        status: status.map(|status| StatusText::parse(status).unwrap()),
    };
    one(store, set(Some("Aninha"), Some("até as 18h"))).await;
    assert_eq!(seen().await, ("Aninha".to_owned(), Some("até as 18h".to_owned())));
    one(store, set(None, None)).await;
    one(store, set(Some("Ana Lima"), None)).await;
    assert_eq!(seen().await, ("Ana Lima".to_owned(), Some("até as 18h".to_owned())), "absent fields must be unchanged");
    one(store, set(None, Some(""))).await;
    assert_eq!(seen().await, ("Ana Lima".to_owned(), None));
    assert_eq!(names(&store.users(Some("lima"), None, 9).await.unwrap()), ["ana"]);
    assert_eq!(names(&store.users(Some("aninha"), None, 9).await.unwrap()), [""; 0]);
}

pub(super) async fn accounts_are_found_by_name_in_pages(store: &dyn Store) {
    people(store, ["rui", "joão", "ana", "anabela"]).await;
    let users = async |query, after: Option<&str>, limit| {
        let after = after.map(name);
        let found = store.users(query, after.as_ref(), limit).await.unwrap();
        names(&found).join(" ")
    };
    assert_eq!(users(None, None, 9).await, "ana anabela joão rui");
    assert_eq!(users(None, None, 2).await, "ana anabela");
    assert_eq!(users(None, Some("anabela"), 2).await, "joão rui");
    assert_eq!(users(Some("an"), None, 9).await, "ana anabela");
    assert_eq!(users(Some("joã"), None, 9).await, "joão");
    assert_eq!(users(Some("%"), None, 9).await, "", "queries are not patterns");
}

pub(super) async fn totals_are_counted(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    direct(store, &ana, &rui).await;
    let id = group(store, &ana, "redes", &[&rui]).await;
    store.commit(vec![say(id, &ana, "oi"), say(id, &rui, "oi")]).await.unwrap();
    let totals = store.totals().await.unwrap();
    assert_eq!((totals.accounts, totals.devices, totals.conversations, totals.entries), (2, 2, 2, 4));
}
