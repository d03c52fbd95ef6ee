//! Builds a [`Config`] from a file, the environment and flags; later sources override earlier ones.
//!
//! The valid keys are those of the default file. Errors name their source: a line of the file, an environment
//! variable or a flag.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};
use toml::{Table, Value};

use super::bounds::{self, OutOfBounds};
use super::{Config, DEFAULT_FILE};

/// Minimum similarity (Jaro-Winkler, from 0 to 1) for suggesting a known key in place of an unknown one.
const MIN_SIMILARITY: f64 = 0.8;

/// A value from the command line.
#[derive(Clone, Debug)]
pub struct FlagValue {
    /// The key it sets; a dot separates a table from a key in it.
    pub key: &'static str,
    /// The flag, for error messages.
    pub flag: &'static str,
    /// The value in TOML syntax; strings without quotes.
    pub value: String,
}

/// The configuration file, read into memory.
#[derive(Clone, Debug)]
pub struct ConfigFile {
    /// Path of the file, for error messages.
    pub path: PathBuf,
    /// Content of the file.
    pub text: String,
}

/// An invalid setting and its source.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{origin}: {}", sentence(message))]
pub struct ConfigError {
    /// Where the value was set.
    pub origin: ConfigSource,
    /// Description of the error, as shown to the operator.
    pub message: String,
}

/// Source of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigSource {
    /// A line of the file, counted from 1.
    Line(PathBuf, usize),
    /// The file as a whole.
    File(PathBuf),
    /// An environment variable, by name.
    Variable(String),
    /// A command-line flag, as in [`FlagValue::flag`].
    Flag(&'static str),
    /// No source: a default value conflicts with a value that was set.
    Default,
}

/// Formats a message as one line that ends with a full stop. Messages of the parser have none, and may have several lines.
fn sentence(message: &str) -> String {
    let line = message.trim().replace('\n', "; ");
    if line.ends_with(['.', '?']) { line } else { line + "." }
}

impl ConfigFile {
    /// Reads the file into memory, without parsing it.
    ///
    /// # Errors
    /// The file does not exist or cannot be read.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        match std::fs::read_to_string(path) {
            Ok(text) => Ok(Self { path: path.to_owned(), text }),
            Err(error) => {
                let message = format!("it cannot be read: {error}. `papo-server config default` prints a file to start with");
                Err(ConfigError { origin: ConfigSource::File(path.to_owned()), message })
            }
        }
    }

    fn line(&self, at: usize) -> ConfigSource {
        let before = self.text.as_bytes().iter().take(at);
        ConfigSource::Line(self.path.clone(), 1 + before.filter(|byte| **byte == b'\n').count())
    }

    fn parse_error(&self, error: &toml::de::Error) -> ConfigError {
        let origin = error.span().map_or_else(|| ConfigSource::File(self.path.clone()), |span| self.line(span.start));
        ConfigError { origin, message: error.message().to_owned() }
    }
}

/// Merges the sources and validates the result.
///
/// # Errors
/// The first invalid setting.
pub fn load(
    file: Option<&ConfigFile>,
    environment: &dyn Fn(&str) -> Option<String>,
    flags: &[FlagValue],
) -> Result<Config, ConfigError> {
    let known = keys_of(DEFAULT_FILE);
    let mut merged = Merged::default();
    if let Some(file) = file {
        merged.read(file, &known)?;
    }
    let from_environment = known.iter().filter_map(|key| {
        let variable = format!("PAPO_{}", key.replace('.', "_").to_uppercase());
        let value = environment(&variable)?;
        Some(Override { key: key.clone(), origin: ConfigSource::Variable(variable), value })
    });
    merged.overlay(from_environment.collect())?;
    let from_flags = flags.iter().cloned().map(|FlagValue { key, flag, value }| Override {
        key: key.to_owned(),
        origin: ConfigSource::Flag(flag),
        value,
    });
    let config = merged.overlay(from_flags.collect())?;
    bounds::check(&config).map_err(|OutOfBounds { key, message }| ConfigError {
        origin: merged.origins.get(key).cloned().unwrap_or(ConfigSource::Default),
        message: format!("`{key}`: {message}"),
    })?;
    Ok(config)
}

/// The values set so far, each with its source.
#[derive(Default)]
struct Merged {
    values: Table,
    origins: HashMap<String, ConfigSource>,
}

/// A value from the environment or a flag.
struct Override {
    key: String,
    origin: ConfigSource,
    value: String,
}

impl Merged {
    fn read(&mut self, file: &ConfigFile, known: &[String]) -> Result<(), ConfigError> {
        let table = DeTable::parse(&file.text).map_err(|error| file.parse_error(&error))?;
        for (key, at) in spans(table.get_ref()) {
            let origin = file.line(at);
            if !known.contains(&key) {
                return Err(ConfigError { origin, message: unknown(&key, known) });
            }
            self.origins.insert(key, origin);
        }
        // Deserialised from the text itself, because only then do errors carry the line of the offending value.
        toml::from_str::<Config>(&file.text).map_err(|error| file.parse_error(&error))?;
        self.values = toml::from_str(&file.text).map_err(|error| file.parse_error(&error))?;
        Ok(())
    }

    /// Overrides earlier values with all of `given` at once, since some values are only valid together.
    fn overlay(&mut self, given: Vec<Override>) -> Result<Config, ConfigError> {
        for Override { key, origin, value } in &given {
            set(&mut self.values, key, value);
            self.origins.insert(key.clone(), origin.clone());
        }
        let values = self.values.clone();
        values.try_into().map_err(|error: toml::de::Error| {
            let is_invalid_alone = |given: &&Override| {
                let mut values = Table::new();
                set(&mut values, &given.key, &given.value);
                values.try_into::<Config>().is_err()
            };
            let blamed = given.iter().find(is_invalid_alone).or(given.last());
            let origin = blamed.map_or(ConfigSource::Default, |given| given.origin.clone());
            ConfigError { origin, message: error.message().to_owned() }
        })
    }
}

/// Sets the value of a key. Strings are given without quotes, so that no nested quotes are needed in a shell.
fn set(values: &mut Table, key: &str, text: &str) {
    let defaults: Table = toml::from_str(DEFAULT_FILE).unwrap_or_default();
    let default = key.split('.').try_fold(&Value::Table(defaults), |value, name| value.get(name)).map(Value::type_str);
    let string = || Value::String(text.to_owned());
    let value = if default == Some("string") { string() } else { text.parse().unwrap_or_else(|_| string()) };
    match key.split_once('.') {
        None => {
            values.insert(key.to_owned(), value);
        }
        Some((table, key)) => {
            let table = values.entry(table).or_insert_with(|| Value::Table(Table::new()));
            if let Some(table) = table.as_table_mut() {
                table.insert(key.to_owned(), value);
            }
        }
    }
}

/// The keys of a valid TOML text.
fn keys_of(text: &str) -> Vec<String> {
    DeTable::parse(text).map(|table| spans(table.get_ref()).into_iter().map(|(key, _)| key).collect()).unwrap_or_default()
}

/// All keys with their byte offsets; keys of tables are prefixed with the table's name and a dot.
fn spans(table: &DeTable<'_>) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for (key, value) in table {
        let name = key.get_ref();
        match value.get_ref() {
            DeValue::Table(inner) => found.extend(spans(inner).into_iter().map(|(key, at)| (format!("{name}.{key}"), at))),
            _ => found.push((name.to_string(), key.span().start)),
        }
    }
    found.sort_by_key(|(_, at)| *at);
    found
}

fn unknown(key: &str, known: &[String]) -> String {
    let alike = known.iter().map(|other| (strsim::jaro_winkler(key, other), other));
    let nearest = alike.filter(|(alike, _)| *alike >= MIN_SIMILARITY).max_by(|(one, _), (other, _)| one.total_cmp(other));
    let suggestion = nearest.map(|(_, other)| format!("; is `{other}` meant?")).unwrap_or_default();
    format!("there is no key `{key}`{suggestion}")
}

impl fmt::Display for ConfigSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(file, line) => write!(f, "{}:{line}", file.display()),
            Self::File(file) => write!(f, "{}", file.display()),
            Self::Variable(name) => write!(f, "{name} in the environment"),
            Self::Flag(flag) => f.write_str(flag),
            Self::Default => f.write_str("the configuration"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Config, ConfigError, ConfigFile, ConfigSource, DEFAULT_FILE, FlagValue, Table, load};
    use crate::config::{LogFormat, Plaintext};
    use crate::tls::CertificateFiles;

    const NOTHING: &dyn Fn(&str) -> Option<String> = &|_| None;

    fn file(text: &str) -> ConfigFile {
        ConfigFile { path: "server.toml".into(), text: text.to_owned() }
    }

    fn values(config: &Config) -> Table {
        Table::try_from(config).unwrap()
    }

    /// The file lists exactly the keys of [`Config`], with the values of [`Config::default`].
    #[test]
    fn the_default_file_matches_the_default_config() {
        assert_eq!(values(&load(Some(&file(DEFAULT_FILE)), NOTHING, &[]).unwrap()), values(&Config::default()));
        let keys = |table: Table| super::keys_of(&table.to_string());
        let (mut in_file, mut in_struct) = (super::keys_of(DEFAULT_FILE), keys(values(&Config::default())));
        in_file.sort();
        in_struct.sort();
        assert_eq!(in_file, in_struct);
        assert_eq!(values(&load(None, NOTHING, &[]).unwrap()), values(&Config::default()));
    }

    #[track_caller]
    fn check_invalid(text: &str, line: usize, expected: &str) {
        let ConfigError { origin, message } = load(Some(&file(text)), NOTHING, &[]).unwrap_err();
        assert_eq!(origin, ConfigSource::Line("server.toml".into(), line), "{message}");
        assert!(message.contains(expected), "{expected:?} is not in: {message}");
    }

    #[test]
    fn an_error_in_the_file_names_its_line() {
        check_invalid("# one\n\nlistn = \"[::]:1\"\n", 3, "no key `listn`; is `listen` meant?");
        check_invalid("[limits]\nconections_by_address = 3", 2, "`limits.connections_by_address` meant");
        check_invalid("[limit]\nrequest_burst = 3", 2, "`limits.request_burst` meant");
        check_invalid("\nproxies = [\"192.0.2.1\", \"here\"]", 2, "\"here\" is not an address or a network");
        check_invalid("quux = 3", 1, "no key `quux`");
        check_invalid("listen = \"here\"", 1, "invalid socket address");
        check_invalid("\nping_after = \"soon\"", 2, "duration");
        check_invalid("\nping_after = 3", 2, "invalid type");
        check_invalid("password_cost = 4\npassword_cost = 5", 2, "duplicate");
        check_invalid("data = \"x", 1, "");
        check_invalid("password_cost = 3", 1, "from 4 to 18");
        check_invalid("data = \"x\"\n[tls]\nkey = \"key.pem\"", 2, "go together");
        // The value conflicts with a default.
        check_invalid("ping_after = \"2m\"\nsilent_after = \"2m\"", 2, "from 120.001s");
    }

    #[test]
    fn a_default_out_of_bounds_is_reported_without_a_line() {
        let ConfigError { origin, message } = load(Some(&file("ping_after = \"2m\"")), NOTHING, &[]).unwrap_err();
        assert_eq!(origin, ConfigSource::Default);
        assert!(message.contains("`silent_after`"), "{message}");
    }

    #[test]
    fn later_sources_override_earlier_ones() {
        let text = "listen = \"[::]:1\"\npassword_cost = 5\nping_after = \"5s\"\n[limits]\nrequest_burst = 7\n";
        let environment = |name: &str| match name {
            "PAPO_PASSWORD_COST" => Some("6".to_owned()),
            "PAPO_PING_AFTER" => Some("6s".to_owned()),
            "PAPO_LIMITS_REQUESTS_PER_SECOND" => Some("8".to_owned()),
            "PAPO_TLS_CERTIFICATE" => Some("cert.pem".to_owned()),
            "PAPO_TLS_KEY" => Some("key.pem".to_owned()),
            "PAPO_DATA" => Some("2026".to_owned()),
            "PAPO_LOG_FORMAT" => Some("json".to_owned()),
            _ => None,
        };
        let flags = [("password_cost", "--cost", "7"), ("plaintext", "--allow-plaintext", "from-anywhere")];
        let flags = flags.map(|(key, flag, value)| FlagValue { key, flag, value: value.to_owned() });
        let config = load(Some(&file(text)), &environment, &flags).unwrap();
        assert_eq!(config.listen, "[::]:1".parse().unwrap());
        assert_eq!((config.password_cost, config.ping_after.as_secs()), (7, 6));
        assert_eq!((config.limits.request_burst, config.limits.requests_per_second), (7, 8));
        assert_eq!((config.plaintext, config.log.format), (Plaintext::FromAnywhere, LogFormat::Json));
        let files = CertificateFiles { certificate: "cert.pem".into(), key: "key.pem".into() };
        assert_eq!(config.certificate, Some(files));
        assert_eq!(config.data_dir, Path::new("2026"));
    }

    #[test]
    fn an_error_outside_the_file_names_its_source() {
        let environment = |name: &str| (name == "PAPO_PASSWORD_COST").then(|| "much".to_owned());
        let error = load(None, &environment, &[]).unwrap_err();
        assert_eq!(error.origin, ConfigSource::Variable("PAPO_PASSWORD_COST".to_owned()));

        let flag = FlagValue { key: "tls.key", flag: "--key", value: "key.pem".to_owned() };
        assert_eq!(load(None, NOTHING, &[flag]).unwrap_err().origin, ConfigSource::Flag("--key"));

        let environment = |name: &str| (name == "PAPO_LIMITS_REQUEST_BURST").then(|| "0".to_owned());
        let error = load(Some(&file("[limits]\nrequest_burst = 3")), &environment, &[]).unwrap_err();
        assert_eq!(error.origin, ConfigSource::Variable("PAPO_LIMITS_REQUEST_BURST".to_owned()));

        let missing = ConfigFile::read(Path::new("/nowhere/server.toml")).unwrap_err();
        assert!(missing.to_string().starts_with("/nowhere/server.toml: "), "{missing}");
    }
}
