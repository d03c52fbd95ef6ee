//! The name of the device that papo runs on.

/// The name under which this device appears in its owner's list of devices: host name and program.
#[must_use]
pub fn name() -> String {
    format!("{} (papo)", rustix::system::uname().nodename().to_string_lossy())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_device_name_contains_the_host_name() {
        let name = super::name();
        let machine = name.strip_suffix(" (papo)").unwrap();
        assert!(!machine.is_empty());
    }
}
