//! The address of a database.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An address such as `postgres://papo@db.example.org/papo`; empty by default. It may contain a password, so it is shown nowhere.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StoreAddress(String);

impl StoreAddress {
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

impl fmt::Debug for StoreAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoreAddress")
    }
}

#[cfg(test)]
mod tests {
    use super::StoreAddress;

    #[test]
    fn an_address_is_not_logged() {
        let address = StoreAddress::new("postgres://papo:girafa@localhost/papo".to_owned());
        assert_eq!(format!("{address:?}"), "StoreAddress");
        assert_eq!(StoreAddress::default().get(), None);
    }
}
