//! `fingerprint`: prints the fingerprint of the certificate file, for comparison by people.

use std::fmt;

use serde::Serialize;

use super::answer;
use crate::config::Config;
use crate::tls;

#[derive(Serialize)]
struct FingerprintReport {
    fingerprint: String,
}

pub(super) fn run(config: &Config, json: bool) -> anyhow::Result<()> {
    let fingerprint = tls::fingerprint(config.certificate.as_ref(), &config.data_dir)
        .map_err(|error| anyhow::anyhow!("Cannot read the certificate: {error}. A server creates one on its first start."))?;
    answer::write(&FingerprintReport { fingerprint: fingerprint.to_string() }, json)
}

impl fmt::Display for FingerprintReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.fingerprint)
    }
}
