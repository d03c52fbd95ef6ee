//! Which servers are believed to belong to the community that they claim to be, and which certificates are accepted where.

use papo::event::Privacy;
use papo::keyed_file::KeyedFile;
use papo::known_servers::{Admission, Claim, KnownServers, TrustedCertificates};
use papo_shared::model::{Fingerprint, ServerId};
use tempfile::TempDir;

const A: &str = "a.example.org:12345";
const B: &str = "b.example.org:12345";
const C: &str = "c.example.org:12345";

/// The data folder of a client, and the community that the attacker wants to impersonate.
struct Machine {
    folder: TempDir,
    known: KnownServers,
}

fn community() -> ServerId {
    ServerId::from_bytes([1; 16])
}

fn another() -> ServerId {
    ServerId::from_bytes([2; 16])
}

fn certificate(name: &str) -> Fingerprint {
    Fingerprint::of(name.as_bytes())
}

fn pinned(name: &str) -> Privacy {
    Privacy::FingerprintTrusted(certificate(name))
}

fn issued(name: &str) -> Privacy {
    Privacy::AuthorityVerified(certificate(name))
}

fn admitted(known_from: &[&str]) -> Admission {
    Admission::Admitted { known_from: known_from.iter().map(|address| (*address).to_owned()).collect() }
}

fn unproven(known: &[&str]) -> Admission {
    Admission::Unproven { known: known.iter().map(|address| (*address).to_owned()).collect() }
}

impl Machine {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let known = KnownServers::in_folder(folder.path());
        Self { folder, known }
    }

    /// A machine whose user has joined the community at [`A`].
    fn that_knows_the_community(privacy: Privacy) -> Self {
        let machine = Self::new();
        if let Privacy::FingerprintTrusted(certificate) = privacy {
            machine.known.trust(A, certificate).unwrap();
        }
        assert_eq!(machine.claim(community(), A, &[A], privacy), admitted(&[]));
        machine
    }

    fn claim(&self, server: ServerId, address: &str, listed: &[&str], privacy: Privacy) -> Admission {
        let listed: Vec<String> = listed.iter().map(|address| (*address).to_owned()).collect();
        self.known.admit(&Claim { server, address, listed: &listed, privacy, is_hosted: false }).unwrap()
    }

    fn accepts(&self, address: &str, listed: &[&str], name: &str) -> bool {
        let listed: Vec<String> = listed.iter().map(|address| (*address).to_owned()).collect();
        self.known.certificates(address, &listed).unwrap().contains(certificate(name))
    }

    fn file(&self, name: &str) -> KeyedFile {
        KeyedFile::at(&self.folder.path().join(name))
    }
}

#[test]
fn a_community_is_recognized_by_its_certificate_at_any_address() {
    for privacy in [pinned("cert"), issued("cert")] {
        let machine = Machine::that_knows_the_community(privacy);
        assert_eq!(machine.claim(community(), B, &[B], privacy), admitted(&[A]));
        assert_eq!(machine.claim(community(), B, &[B], privacy), admitted(&[]), "the address is remembered");
    }
    let machine = Machine::that_knows_the_community(pinned("cert"));
    assert!(machine.accepts(B, &[B], "cert"), "no fingerprint question");
    assert!(!machine.accepts(B, &[B], "another"));
}

/// An authority issues certificates for any host, and any user may be persuaded to join a host.
#[test]
fn a_valid_certificate_of_another_host_proves_no_identity() {
    for privacy in [pinned("cert"), issued("cert"), Privacy::Plain] {
        let machine = Machine::that_knows_the_community(privacy);
        assert_eq!(machine.claim(community(), B, &[B], issued("of b")), unproven(&[A]));
        assert_eq!(machine.claim(community(), B, &[C, B], issued("of b")), unproven(&[A]), "c is as unknown as b");
        assert_eq!(machine.claim(community(), B, &[B], Privacy::Plain), unproven(&[A]));
        machine.known.trust(C, certificate("of c")).unwrap();
        assert_eq!(machine.claim(community(), C, &[C], pinned("of c")), unproven(&[A]), "it was accepted for c only");
        assert_eq!(machine.claim(another(), B, &[B], issued("of b")), admitted(&[]), "an unknown community has no secrets");
        assert_eq!(machine.claim(community(), B, &[B], issued("of b")), unproven(&[A]), "nor does a known address help");
    }
}

#[test]
fn an_address_belongs_to_the_community_if_the_user_lists_or_confirms_it() {
    let machine = Machine::that_knows_the_community(issued("of a"));
    assert_eq!(machine.claim(community(), B, &[A, B], issued("of b")), admitted(&[A]));
    assert_eq!(machine.claim(community(), B, &[B], issued("renewed")), admitted(&[]), "the address is remembered");
    assert_eq!(machine.claim(community(), C, &[C], issued("of c")), unproven(&[A, B]));
    machine.known.confirm(C, community()).unwrap();
    assert_eq!(machine.claim(community(), C, &[C], issued("of c")), admitted(&[]));
}

/// The operator of another community could answer at the address of this one.
#[test]
fn the_certificate_of_one_community_is_not_accepted_for_another() {
    let machine = Machine::that_knows_the_community(pinned("cert"));
    machine.known.trust(B, certificate("of another")).unwrap();
    assert_eq!(machine.claim(another(), B, &[B], pinned("of another")), admitted(&[]));
    assert!(!machine.accepts(A, &[A], "of another"), "only the community's certificates are accepted at its addresses");
    assert!(!machine.accepts(C, &[A, C], "of another"), "nor at addresses listed with them");
    assert_eq!(machine.claim(community(), C, &[C], pinned("of another")), Admission::CertificateOfAnother);
    assert_eq!(machine.claim(ServerId::from_bytes([3; 16]), C, &[C], pinned("of another")), Admission::CertificateOfAnother);
}

/// A certificate of an authority is checked again each time, because it expires and can be revoked.
#[test]
fn a_certificate_of_an_authority_is_not_trusted_by_its_fingerprint() {
    let machine = Machine::that_knows_the_community(issued("cert"));
    assert!(!machine.accepts(A, &[A], "cert") && !machine.accepts(B, &[B], "cert"));
}

#[test]
fn a_replaced_certificate_is_not_accepted_any_more_and_the_new_one_is_at_all_addresses() {
    let machine = Machine::that_knows_the_community(pinned("old"));
    assert_eq!(machine.claim(community(), B, &[B], pinned("old")), admitted(&[A]));
    let trusted = machine.known.certificates(A, &[A.to_owned()]).unwrap();
    assert_eq!(trusted.at_address, Some(certificate("old")));

    machine.known.trust(A, certificate("new")).unwrap();
    assert_eq!(machine.claim(community(), A, &[A], pinned("new")), admitted(&[]));
    assert!(machine.accepts(A, &[A], "new") && !machine.accepts(A, &[A], "old"));
    assert!(machine.accepts(B, &[B], "new"));
    assert_eq!(machine.claim(community(), B, &[B], pinned("new")), admitted(&[]));
    assert!(!machine.accepts(B, &[B], "old"));
}

#[test]
fn addresses_and_certificates_of_an_older_papo_are_known() {
    let machine = Machine::new();
    machine.file("known_servers").set(A, Some(&certificate("cert").to_string())).unwrap();
    machine.file("sign_ins").set(&format!("{A}/{}", community()), Some("ana")).unwrap();
    machine.file("sign_ins").set(&format!("{A}/{}/ana", community()), Some("a token")).unwrap();
    machine.file("sign_ins").set(&format!("here:12345/{}", another()), Some("ana")).unwrap();
    assert!(machine.accepts(B, &[B], "cert"));
    assert_eq!(machine.claim(community(), C, &[C], issued("of c")), unproven(&[A]));
    assert_eq!(machine.claim(community(), B, &[B], pinned("cert")), admitted(&[A]));
    assert_eq!(machine.claim(another(), "127.0.0.1", &["127.0.0.1"], Privacy::OnThisMachine), admitted(&[]));
    // They are still known when the sign-ins are stored in the current form.
    std::fs::remove_file(machine.folder.path().join("sign_ins")).unwrap();
    assert_eq!(machine.claim(community(), A, &[A], issued("issued later")), admitted(&[]));
}

#[test]
fn a_deleted_file_does_not_give_sign_ins_to_anyone_who_claims_the_id() {
    let machine = Machine::that_knows_the_community(pinned("cert"));
    machine.file("sign_ins").set(&community().to_string(), Some("ana")).unwrap();
    std::fs::remove_file(machine.folder.path().join("known_servers")).unwrap();
    assert_eq!(machine.claim(community(), B, &[B], issued("of b")), unproven(&[]));
}

#[test]
fn nothing_is_accepted_on_a_new_machine() {
    let machine = Machine::new();
    assert_eq!(machine.known.certificates(A, &[A.to_owned()]).unwrap(), TrustedCertificates::default());
}
