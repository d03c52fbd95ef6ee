//! The machine that papo runs on.

/// What to call this device in its owner's list of devices: the machine, and what runs there.
#[must_use]
pub fn name() -> String {
    format!("{} (papo)", rustix::system::uname().nodename().to_string_lossy())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_device_is_known_by_its_machine() {
        let name = super::name();
        let machine = name.strip_suffix(" (papo)").unwrap();
        assert!(!machine.is_empty());
    }
}
