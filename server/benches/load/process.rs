//! CPU time and memory of a process, as reported by the operating system.

use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Deferred work is considered done after this many consecutive samples with hardly any CPU time used.
const QUIET_POLLS: u32 = 4;
const POLL_INTERVAL: Duration = Duration::from_millis(50);
const HARDLY_ANY: Duration = Duration::from_micros(500);

/// Longest time to wait for deferred work.
const TIMEOUT: Duration = Duration::from_secs(120);

#[derive(Clone, Copy)]
pub(crate) struct Process {
    id: u32,
}

impl Process {
    pub(crate) fn new(id: u32) -> Self {
        Self { id }
    }

    /// CPU time of its threads, user and system, from the scheduler's nanosecond counter: the usual figures have a
    /// resolution of 10 ms.
    pub(crate) fn cpu(self) -> Duration {
        let threads = fs::read_dir(format!("/proc/{}/task", self.id)).unwrap();
        let nanoseconds = threads.filter_map(|thread| {
            // A thread may end while it is being read.
            let text = fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
            text.split_whitespace().next()?.parse::<u64>().ok()
        });
        Duration::from_nanos(nanoseconds.sum())
    }

    /// Resident memory, in KiB.
    pub(crate) fn resident_kib(self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id)).unwrap();
        status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?.parse().ok()).unwrap()
    }

    /// CPU time, once the process is idle.
    pub(crate) fn cpu_when_quiet(self) -> Duration {
        let began = Instant::now();
        let (mut cpu, mut quiet) = (self.cpu(), 0);
        while quiet < QUIET_POLLS {
            assert!(began.elapsed() < TIMEOUT, "process {} does not come to rest", self.id);
            sleep(POLL_INTERVAL);
            let now = self.cpu();
            quiet = if now - cpu < HARDLY_ANY { quiet + 1 } else { 0 };
            cpu = now;
        }
        cpu
    }
}
