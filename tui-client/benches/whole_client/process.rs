//! What the system says of a process.

use std::fs;
use std::time::Duration;

/// In the unit of `/proc`, which is the same on every Linux, whatever the kernel's own clock is.
const TICK: Duration = Duration::from_millis(10);

pub(crate) struct Process(pub(crate) u32);

pub(crate) struct Memory {
    pub(crate) resident_mib: f64,
    /// Without what is the pages of a file, the program itself for one.
    pub(crate) own_mib: f64,
}

impl Process {
    /// The time that all its threads ran, those that ended as well.
    pub(crate) fn cpu(&self) -> Duration {
        TICK * u32::try_from(self.ticks()).unwrap()
    }

    /// As [`Self::cpu`], as the system counts it.
    pub(crate) fn ticks(&self) -> u64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.0)).unwrap();
        // The name, which stands second, may have spaces in it; after it utime and stime are the 12th and the 13th.
        let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
        fields[11..13].iter().map(|field| field.parse::<u64>().unwrap()).sum()
    }

    pub(crate) fn memory(&self) -> Memory {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0)).unwrap();
        let mib = |name: &str| {
            let value = status.lines().find_map(|line| line.strip_prefix(name)?.trim().strip_suffix(" kB"));
            value.unwrap().parse::<f64>().unwrap() / 1024.0
        };
        Memory { resident_mib: mib("VmRSS:"), own_mib: mib("RssAnon:") }
    }
}
