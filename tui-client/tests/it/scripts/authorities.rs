//! papo trusts the certificate authorities of the operating system.

use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

use super::{Chat, Ran};

/// A server with a certificate of a private authority, and a user who is signed in there.
struct CompanyChat {
    chat: Chat,
    address: String,
    /// The file with the certificate of the authority.
    authority: PathBuf,
    issuer: Issuer<'static, KeyPair>,
}

impl CompanyChat {
    fn start() -> Self {
        let chat = Chat::start();
        let authority_key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = chat.home.path().join("authority.pem");
        std::fs::write(&authority, params.self_signed(&authority_key).unwrap().pem()).unwrap();

        let address = format!("127.0.0.1:{}", chat.port);
        let mut company = Self { chat, address, authority, issuer: Issuer::new(params, authority_key) };
        company.renew_certificate("127.0.0.1");
        let ana = company.chat.register("ana");
        company.chat.register("bia");
        company.chat.keep(&company.address, &ana.token);
        company
    }

    /// Replaces the certificate by one for this host.
    fn renew_certificate(&mut self, host: &str) {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new([host.to_owned()]).unwrap().signed_by(&key, &self.issuer).unwrap();
        self.chat.stop();
        std::fs::write(self.chat.data.path().join("certificate.pem"), certificate.pem()).unwrap();
        std::fs::write(self.chat.data.path().join("key.pem"), key.serialize_pem()).unwrap();
        self.chat.serve();
    }

    /// Sends a message on a system that trusts the authorities in this file.
    fn send_trusting(&self, authorities: &Path) -> Ran {
        self.send_to(&self.address, authorities)
    }

    fn send_to(&self, servers: &str, authorities: &Path) -> Ran {
        let mut papo = self.chat.papo(&["send", "bia", "oi", "--server", servers]);
        papo.env("SSL_CERT_FILE", authorities);
        Ran::from(papo.output().unwrap())
    }
}

#[test]
fn a_certificate_of_a_trusted_authority_is_accepted_without_a_question() {
    let company = CompanyChat::start();
    let untrusted = company.chat.run_elsewhere(&["send", "bia", "oi", "--server", &company.address], b"");
    untrusted.failed(5, "was never accepted on this machine");
    assert_eq!(company.send_trusting(&company.authority).done(), "");
}

#[test]
fn missing_authorities_are_reported_and_accepted_certificates_still_work() {
    let company = CompanyChat::start();
    let none = company.chat.home.path().join("none.pem");
    std::fs::write(&none, "").unwrap();
    company.send_trusting(&none).failed(5, "This system has no certificates of authorities");

    let shown = company.chat.server.as_ref().unwrap().fingerprint().to_string();
    company.chat.known_servers().set(&company.address, Some(&shown)).unwrap();
    assert_eq!(company.send_trusting(&none).done(), "");
}

/// The operator of any community can get a certificate of an authority for their own host.
#[test]
fn a_certificate_of_an_authority_for_another_host_proves_no_known_identity() {
    let mut company = CompanyChat::start();
    company.send_trusting(&company.authority).done();
    company.renew_certificate("localhost");
    let renamed = format!("localhost:{}", company.chat.port);
    company.send_to(&renamed, &company.authority).failed(5, "says that it is a community you know, but nothing proves it");
    // The user says that both names belong together, and each is authenticated by its certificate.
    let both = format!("{},{renamed}", company.address);
    company.send_to(&both, &company.authority).done();
    company.send_to(&renamed, &company.authority).done();
}
