//! Serde format of the optional certificate files in the configuration file: both names are set, or both are empty
//! (`None`).

use std::path::PathBuf;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::tls::CertificateFiles;

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Files {
    certificate: PathBuf,
    key: PathBuf,
}

pub(super) fn serialize<S: Serializer>(files: &Option<CertificateFiles>, serializer: S) -> Result<S::Ok, S::Error> {
    let files = files.clone().map(|CertificateFiles { certificate, key }| Files { certificate, key });
    files.unwrap_or_default().serialize(serializer)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<CertificateFiles>, D::Error> {
    let Files { certificate, key } = Files::deserialize(deserializer)?;
    match (certificate.as_os_str().is_empty(), key.as_os_str().is_empty()) {
        (true, true) => Ok(None),
        (false, false) => Ok(Some(CertificateFiles { certificate, key })),
        _ => Err(de::Error::custom("a certificate and its key go together: give both, or neither")),
    }
}
