//! CPU time and memory of a process, from `/proc`.

use std::fs;
use std::time::Duration;

/// The clock ticks of `/proc`, the same on every Linux.
const TICK: Duration = Duration::from_millis(10);

pub(crate) struct Process(pub(crate) u32);

pub(crate) struct Memory {
    pub(crate) resident_mib: f64,
    /// Without pages of files, such as those of the program.
    pub(crate) own_mib: f64,
}

impl Process {
    /// The CPU time of all threads, including those that ended.
    pub(crate) fn cpu(&self) -> Duration {
        TICK * u32::try_from(self.ticks()).unwrap()
    }

    /// [`Self::cpu`] in clock ticks.
    pub(crate) fn ticks(&self) -> u64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.0)).unwrap();
        // The second field, the name, may contain spaces. After it, utime and stime are fields 12 and 13.
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
