//! Hashing gives way to everything else where the platform lets a thread do so.

/// Lowers the priority of the calling thread. Best effort: hashing is right without it.
#[cfg(target_os = "linux")]
pub(super) fn give_way() {
    let own = Some(rustix::thread::gettid());
    // On Linux a "process" of this call is a thread.
    let _ = rustix::process::setpriority_process(own, 10);
}

/// Other platforms have no such call without `unsafe`.
#[cfg(not(target_os = "linux"))]
pub(super) fn give_way() {}
