//! The address of a service that the server uses: a database, or the bus between nodes.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An address such as `postgres://papo@db.example.org/papo`; empty by default. It may contain a password, so it is shown nowhere.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ServiceAddress(String);

impl ServiceAddress {
    /// An address, or none if it is empty.
    #[must_use]
    pub fn new(address: String) -> Self {
        Self(address)
    }

    /// The address, if one is set.
    #[must_use]
    pub fn get(&self) -> Option<&str> {
        Some(self.0.as_str()).filter(|address| !address.is_empty())
    }
}

impl fmt::Debug for ServiceAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServiceAddress")
    }
}

#[cfg(test)]
mod tests {
    use super::ServiceAddress;

    #[test]
    fn an_address_is_not_logged() {
        let address = ServiceAddress::new("postgres://papo:girafa@localhost/papo".to_owned());
        assert_eq!(format!("{address:?}"), "ServiceAddress");
        assert_eq!(ServiceAddress::default().get(), None);
    }
}
