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
}

impl CompanyChat {
    fn start() -> Self {
        let mut chat = Chat::start();
        let authority_key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = chat.home.path().join("authority.pem");
        std::fs::write(&authority, params.self_signed(&authority_key).unwrap().pem()).unwrap();

        let key = KeyPair::generate().unwrap();
        let issuer = Issuer::new(params, authority_key);
        let certificate = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
        chat.stop();
        std::fs::write(chat.data.path().join("certificate.pem"), certificate.pem()).unwrap();
        std::fs::write(chat.data.path().join("key.pem"), key.serialize_pem()).unwrap();
        chat.serve();
        let ana = chat.register("ana");
        chat.register("bia");
        let address = format!("127.0.0.1:{}", chat.port);
        chat.keep(&address, &ana.token);
        Self { chat, address, authority }
    }

    /// Sends a message on a system that trusts the authorities in this file.
    fn send_trusting(&self, authorities: &Path) -> Ran {
        let mut papo = self.chat.papo(&["send", "bia", "oi", "--server", &self.address]);
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
