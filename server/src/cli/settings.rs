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
    /// The directory for all data of the server; created if missing [default: .]
    #[arg(long, value_name = "DIR", global = true)]
    data: Option<String>,
    /// The address of a PostgreSQL database to use instead of chat.db; put its password in a file or the environment
    #[arg(long, value_name = "ADDRESS", global = true)]
    store: Option<String>,
    /// The addresses of NATS servers through which several servers with the same store serve one community together
    #[arg(long, value_name = "ADDRESSES", global = true)]
    bus: Option<String>,
    /// The name of this server among those of the bus [default: the name of the machine]
    #[arg(long, value_name = "NAME", global = true)]
    node_name: Option<String>,
    /// Answer a command as one line of JSON
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// Address and port to listen on [default: 0.0.0.0:12345]
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// The certificate, as a PEM file; by default the server creates one on its first start
    #[arg(long, value_name = "FILE")]
    certificate: Option<String>,
    /// The certificate's private key, as a PEM file
    #[arg(long, value_name = "FILE")]
    key: Option<String>,
    /// Let other machines connect without encryption: anyone on the network path can read everything, passwords included
    #[arg(long)]
    allow_plaintext: bool,
    /// Level of the log: error, warn, info, debug or trace [default: info]
    #[arg(long, value_name = "LEVEL")]
    log_level: Option<String>,
    /// Format of the log: text or json [default: text]
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
        let given = [
            ("data", "--data", &self.data),
            ("store", "--store", &self.store),
            ("bus", "--bus", &self.bus),
            ("node_name", "--node-name", &self.node_name),
            ("listen", "--listen", &self.listen),
            ("tls.certificate", "--certificate", &self.certificate),
            ("tls.key", "--key", &self.key),
            ("plaintext", "--allow-plaintext", &plaintext),
            ("log.level", "--log-level", &self.log_level),
            ("log.format", "--log-format", &self.log_format),
        ];
        let given = given.into_iter().filter_map(|(key, flag, value)| Some((key, flag, value.clone()?)));
        given.map(|(key, flag, value)| FlagValue { key, flag, value }).collect()
    }
}
