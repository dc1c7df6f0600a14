//! A bounded pool of threads that hash passwords: never on an async worker, and never more hashes
//! in memory than there are threads.

use std::{
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use argon2::Block;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use tokio::sync::oneshot;
use zeroize::{Zeroize, Zeroizing};

use super::hash::{self, Verdict};
use super::priority;
use crate::ports::{SignInError, StoreError};

/// The bounds of the pool. Each thread holds 19 MiB while it is busy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HashingPoolConfig {
    /// How many passwords are hashed at once. Default: the machine's cores less one, at least one.
    pub threads: NonZeroUsize,
    /// How many wait at most. Default: 128 for each thread.
    pub queue: usize,
    /// How long one waits at most for its turn. Default: 2 s.
    pub deadline: Duration,
}

impl Default for HashingPoolConfig {
    fn default() -> Self {
        let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let threads = NonZeroUsize::new(cores.saturating_sub(1)).unwrap_or(NonZeroUsize::MIN);
        Self { threads, queue: threads.get() * 128, deadline: Duration::from_secs(2) }
    }
}

/// The pool. Clones share it; its threads end with the last one.
#[derive(Clone, Debug)]
pub struct HashingPool {
    jobs: Sender<Job>,
    deadline: Duration,
}

struct Job {
    password: Zeroizing<Vec<u8>>,
    task: Task,
    /// None for a deadline beyond all time.
    late: Option<Instant>,
    /// Whether a thread has taken it on.
    begun: Arc<AtomicBool>,
}

enum Task {
    Hash { salt: [u8; 16], reply: oneshot::Sender<Reply<String>> },
    Verify { stored: Option<Arc<str>>, reply: oneshot::Sender<Reply<Verdict>> },
}

type Reply<T> = Result<T, SignInError>;

/// How long an idle thread keeps its memory.
const KEEP: Duration = Duration::from_secs(10);
/// How long a hash that was begun in time may take. The threads give way to everything else: beside
/// other programs that want every core, 15 ms of work last seconds, and whoever is sent away then comes
/// back to begin anew.
const LONGEST: Duration = Duration::from_secs(30);
/// What a caller is told who meets a full queue.
const COME_BACK: Duration = Duration::from_secs(1);

impl HashingPool {
    /// Starts the threads.
    ///
    /// # Errors
    /// When the platform gives no threads.
    pub fn start(config: HashingPoolConfig) -> std::io::Result<Self> {
        let (jobs, queue) = bounded(config.queue);
        for n in 0..config.threads.get() {
            let queue = queue.clone();
            thread::Builder::new().name(format!("password-{n}")).spawn(move || work(&queue))?;
        }
        Ok(Self { jobs, deadline: config.deadline })
    }

    /// The PHC string of a new password.
    ///
    /// # Errors
    /// [`SignInError::Busy`] at capacity.
    pub async fn hash(&self, password: &[u8], salt: [u8; 16]) -> Result<String, SignInError> {
        self.run(password, |reply| Task::Hash { salt, reply }).await
    }

    /// Whether the password is the stored one; without one, no, after the same work.
    ///
    /// # Errors
    /// [`SignInError::Busy`] at capacity, and a store error for a stored hash that is none or that
    /// asks for too much.
    pub async fn verify(
        &self,
        password: &[u8],
        stored: Option<Arc<str>>,
    ) -> Result<Verdict, SignInError> {
        self.run(password, |reply| Task::Verify { stored, reply }).await
    }

    async fn run<T>(
        &self,
        password: &[u8],
        task: impl FnOnce(oneshot::Sender<Reply<T>>) -> Task,
    ) -> Reply<T> {
        let (reply, answer) = oneshot::channel();
        let late = Instant::now().checked_add(self.deadline);
        let begun = Arc::new(AtomicBool::new(false));
        let password = Zeroizing::new(password.to_vec());
        let job = Job { password, task: task(reply), late, begun: begun.clone() };
        self.jobs.try_send(job).map_err(|_| busy())?;
        in_time(self.deadline, answer, &begun).await
    }
}

/// The answer, unless nobody has begun to work on it by the deadline: on a busy machine no thread may
/// come in time to say that it is late.
async fn in_time<T>(
    deadline: Duration,
    mut answer: oneshot::Receiver<Reply<T>>,
    begun: &AtomicBool,
) -> Reply<T> {
    let mut said = tokio::time::timeout(deadline, &mut answer).await;
    if said.is_err() && begun.load(Ordering::Relaxed) {
        said = tokio::time::timeout(LONGEST, answer).await;
    }
    match said {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) | Err(_) => Err(busy()),
    }
}

fn busy() -> SignInError {
    SignInError::Busy { retry_after: COME_BACK }
}

/// The life of a thread: memory comes with the first job, and goes after a while without one.
fn work(queue: &Receiver<Job>) {
    priority::give_way();
    let mut memory: Vec<Block> = Vec::new();
    let mut written = false;
    loop {
        let waiting = queue.try_recv().ok();
        if waiting.is_none() && std::mem::take(&mut written) {
            // Not before: whoever is next writes over what the last one left, and a wipe takes 1 ms.
            // `Vec::zeroize` would empty the vector; the blocks are wiped where they are.
            memory.iter_mut().for_each(Zeroize::zeroize);
        }
        let Some(job) = waiting.or_else(|| rest(queue, &mut memory)) else { return };
        let Some(job) = wanted(job) else { continue };
        written = true;
        // PL-08: a thread outlives a panic, or one password could cost all others their pool.
        let _ = catch_unwind(AssertUnwindSafe(|| carry_out(job, &mut memory)));
    }
}

/// Waits for a job, and gives the memory back after a while without one.
fn rest(queue: &Receiver<Job>, memory: &mut Vec<Block>) -> Option<Job> {
    match queue.recv_timeout(KEEP) {
        Ok(job) => Some(job),
        Err(RecvTimeoutError::Disconnected) => None,
        Err(RecvTimeoutError::Timeout) => {
            *memory = Vec::new();
            queue.recv().ok()
        }
    }
}

/// The job, unless whoever asked has left, or is told that it is too late.
fn wanted(job: Job) -> Option<Job> {
    let left = match &job.task {
        Task::Hash { reply, .. } => reply.is_closed(),
        Task::Verify { reply, .. } => reply.is_closed(),
    };
    let late = job.late.is_some_and(|late| Instant::now() > late);
    match job.task {
        _ if left => return None,
        _ if !late => {
            job.begun.store(true, Ordering::Relaxed);
            return Some(job);
        }
        Task::Hash { reply, .. } => drop(reply.send(Err(busy()))),
        Task::Verify { reply, .. } => drop(reply.send(Err(busy()))),
    }
    None
}

fn carry_out(job: Job, memory: &mut Vec<Block>) {
    memory.resize(hash::MEMORY as usize, Block::default());
    match job.task {
        Task::Hash { salt, reply } => {
            let made = hash::hash(&job.password, salt, memory);
            drop(reply.send(made.map_err(|error| StoreError::new(error).into())));
        }
        Task::Verify { stored, reply } => {
            let verdict = hash::verify(&job.password, stored.as_deref(), memory);
            drop(reply.send(verdict.map_err(|error| StoreError::new(error).into())));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(queue: usize, deadline: Duration) -> HashingPool {
        let threads = NonZeroUsize::MIN;
        HashingPool::start(HashingPoolConfig { threads, queue, deadline }).unwrap()
    }

    #[tokio::test]
    async fn a_password_is_hashed_and_known_again() {
        let pool = pool(4, Duration::from_secs(60));
        let stored: Arc<str> = pool.hash(b"secret", [3; 16]).await.unwrap().into();
        assert_eq!(pool.verify(b"secret", Some(stored.clone())).await.unwrap(), Verdict::Right);
        assert_eq!(pool.verify(b"Secret", Some(stored)).await.unwrap(), Verdict::Wrong);
        assert_eq!(pool.verify(b"secret", None).await.unwrap(), Verdict::Wrong);
    }

    #[tokio::test]
    async fn past_the_queue_or_the_deadline_the_pool_is_busy() {
        let late = pool(4, Duration::ZERO);
        assert!(matches!(late.verify(b"x", None).await, Err(SignInError::Busy { .. })));
        let narrow = pool(1, Duration::from_secs(60));
        let all = (0..8).map(|_| narrow.verify(b"x", None));
        let verdicts = futures_util::future::join_all(all).await;
        let busy = verdicts.iter().filter(|v| matches!(v, Err(SignInError::Busy { .. }))).count();
        // One is hashed, one waits; how many more slip in depends on when the thread wakes.
        assert!((1..=7).contains(&busy), "{busy} of 8 were refused");
    }

    #[tokio::test]
    async fn f_27_nobody_hashes_for_who_has_left() {
        let pool = pool(64, Duration::from_secs(60));
        for _ in 0..40 {
            let gone = pool.verify(b"x", None);
            let _ = futures_util::poll!(std::pin::pin!(gone));
        }
        let verdict = pool.verify(b"x", None).await.unwrap();
        assert_eq!(verdict, Verdict::Wrong, "the queue is drained of the dead");
    }

    #[test]
    fn f_27_who_has_left_or_is_late_is_not_hashed_for() {
        let job = |late: Option<Instant>| {
            let (reply, answer) = oneshot::channel();
            let task = Task::Verify { stored: None, reply };
            let password = Zeroizing::new(b"x".to_vec());
            (Job { password, task, late, begun: Arc::default() }, answer)
        };
        let (left, answer) = job(None);
        drop(answer);
        assert!(wanted(left).is_none());
        let (late, mut answer) = job(Some(Instant::now() - Duration::from_secs(1)));
        assert!(wanted(late).is_none());
        assert!(matches!(answer.try_recv(), Ok(Err(SignInError::Busy { .. }))));
        let (in_time, _answer) = job(None);
        assert!(wanted(in_time).is_some_and(|job| job.begun.load(Ordering::Relaxed)));
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_begun_in_time_is_waited_for_and_nothing_else_is() {
        let second = Duration::from_secs(1);
        for (begun, right) in [(true, true), (false, false)] {
            let (reply, answer) = oneshot::channel();
            tokio::spawn(async move {
                tokio::time::sleep(20 * second).await;
                let _ = reply.send(Ok(Verdict::Right));
            });
            let said = in_time(2 * second, answer, &AtomicBool::new(begun)).await;
            assert_eq!(matches!(said, Ok(Verdict::Right)), right, "{said:?}");
        }
        let (_kept, answer) = oneshot::channel::<Reply<Verdict>>();
        let said = in_time(2 * second, answer, &AtomicBool::new(true)).await;
        assert!(matches!(said, Err(SignInError::Busy { .. })), "for ever is too long");
    }
}
