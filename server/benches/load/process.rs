//! What the operating system says of a process.

use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Deferred work is over once so many glances in a row saw hardly any CPU used between them.
const QUIET_GLANCES: u32 = 4;
const GLANCE: Duration = Duration::from_millis(50);
const HARDLY_ANY: Duration = Duration::from_micros(500);

/// Longest wait for it.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running process.
#[derive(Clone, Copy)]
pub(crate) struct Process {
    id: u32,
}

impl Process {
    pub(crate) fn new(id: u32) -> Self {
        Self { id }
    }

    /// The CPU time that its threads have used, in user space and in the system, by the scheduler's own clock of nanoseconds:
    /// the usual figures come in hundredths of a second.
    pub(crate) fn cpu(self) -> Duration {
        let threads = fs::read_dir(format!("/proc/{}/task", self.id)).unwrap();
        let nanoseconds = threads.filter_map(|thread| {
            // A thread may end while it is asked about.
            let text = fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
            text.split_whitespace().next()?.parse::<u64>().ok()
        });
        Duration::from_nanos(nanoseconds.sum())
    }

    /// Its memory that is in the machine's.
    pub(crate) fn resident_kib(self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id)).unwrap();
        status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?.parse().ok()).unwrap()
    }

    /// The CPU time, once it does nothing any more.
    pub(crate) fn cpu_when_quiet(self) -> Duration {
        let began = Instant::now();
        let (mut cpu, mut quiet) = (self.cpu(), 0);
        while quiet < QUIET_GLANCES {
            assert!(began.elapsed() < PATIENCE, "process {} does not come to rest", self.id);
            sleep(GLANCE);
            let now = self.cpu();
            quiet = if now - cpu < HARDLY_ANY { quiet + 1 } else { 0 };
            cpu = now;
        }
        cpu
    }
}
