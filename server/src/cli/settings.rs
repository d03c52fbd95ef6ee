//! The flags of the command line that belong to the configuration.

use std::path::PathBuf;

use clap::Args;

use crate::config::Config;
use crate::config::layers::{self, ConfigError, ConfigFile, FlagValue};

/// Flags override the environment and the configuration file, which also has the keys without a flag.
#[derive(Args)]
pub(super) struct Settings {
    /// The configuration file, as `config default` prints one
    #[arg(long, value_name = "FILE", env = "PAPO_CONFIG", global = true)]
    config: Option<PathBuf>,
    /// The directory of everything the server keeps; created where it is missing [default: .]
    #[arg(long, value_name = "DIR", global = true)]
    data: Option<String>,
    /// Answer a command as one line of JSON
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// Where to listen [default: 0.0.0.0:12345]
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// The certificate to show, as a PEM file; without it the server makes one for itself on its first start
    #[arg(long, value_name = "FILE")]
    certificate: Option<String>,
    /// The certificate's private key, as a PEM file
    #[arg(long, value_name = "FILE")]
    key: Option<String>,
    /// Let other machines connect without encryption: whoever is on the way can read everything, passwords included
    #[arg(long)]
    allow_plaintext: bool,
    /// How much to log: error, warn, info, debug or trace [default: info]
    #[arg(long, value_name = "LEVEL")]
    log_level: Option<String>,
    /// The shape of the log: text or json [default: text]
    #[arg(long, value_name = "FORMAT")]
    log_format: Option<String>,
}

impl Settings {
    /// The configuration that results from the file, the environment and these flags.
    pub(super) fn load(&self) -> Result<Config, ConfigError> {
        let file = self.config.as_deref().map(ConfigFile::read).transpose()?;
        layers::load(file.as_ref(), &|name| std::env::var(name).ok(), &self.flags())
    }

    fn flags(&self) -> Vec<FlagValue> {
        let plaintext = self.allow_plaintext.then(|| "from-anywhere".to_owned());
        let said = [
            ("data", "--data", &self.data),
            ("listen", "--listen", &self.listen),
            ("tls.certificate", "--certificate", &self.certificate),
            ("tls.key", "--key", &self.key),
            ("plaintext", "--allow-plaintext", &plaintext),
            ("log.level", "--log-level", &self.log_level),
            ("log.format", "--log-format", &self.log_format),
        ];
        let said = said.into_iter().filter_map(|(key, flag, value)| Some((key, flag, value.clone()?)));
        said.map(|(key, flag, value)| FlagValue { key, flag, value }).collect()
    }
}
