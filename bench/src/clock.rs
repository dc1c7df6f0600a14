//! CPU time: what others do on the machine moves it less than the time of the day.

use std::time::Duration;

use rustix::time::{ClockId, Timespec, clock_gettime};

/// Of this thread, so far.
pub fn thread() -> Duration {
    span(clock_gettime(ClockId::ThreadCPUTime))
}

/// Of all threads of this process, so far.
pub fn process() -> Duration {
    span(clock_gettime(ClockId::ProcessCPUTime))
}

fn span(at: Timespec) -> Duration {
    Duration::new(at.tv_sec.unsigned_abs(), at.tv_nsec.try_into().unwrap_or_default())
}
