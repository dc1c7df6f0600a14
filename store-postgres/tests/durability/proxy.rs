//! A line between a store and its server that does what networks do: it is slow, goes silent, or breaks
//! at the worst moment. It understands as much of the protocol as it needs to count.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, UnixStream},
    sync::watch,
    task::JoinHandle,
};

/// A proxy on a port of its own. It ends with all its lines when it is dropped.
pub struct Proxy {
    pub port: u16,
    line: Arc<Line>,
    task: JoinHandle<()>,
}

/// What holds for every line.
#[derive(Default)]
struct Line {
    /// Nothing passes, in neither direction, and nothing ends.
    silent: AtomicBool,
    silence: watch::Sender<()>,
    /// Answers are held back for as long, in milliseconds.
    slow: AtomicU64,
    /// The line ends once this many more messages went to the server.
    left: AtomicU64,
    /// The line ends instead of handing over the answer to a statement that has this word.
    cuts: Mutex<Option<&'static str>>,
    /// The next line begins a transaction of its own, once its client is done with greeting.
    poisons: AtomicBool,
    /// Lines that were made.
    lines: AtomicUsize,
    /// Statements that were carried out, as they were prepared.
    sent: Mutex<Vec<String>>,
}

/// What both directions of one line know.
#[derive(Default)]
struct Between {
    cut: AtomicBool,
    poisons: AtomicBool,
    /// Bytes of the server that the client did not ask for.
    swallows: AtomicUsize,
}

/// BEGIN, and how long its answer is.
const BEGIN: (&[u8], usize) = (b"Q\0\0\0\x0aBEGIN\0", 17);

impl Proxy {
    /// Before the server of this socket.
    pub async fn before(socket: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let line = Arc::new(Line { left: AtomicU64::new(u64::MAX), ..Line::default() });
        let lines = line.clone();
        let task = tokio::spawn(async move {
            // Lines end with the listener.
            let mut all = tokio::task::JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                client.set_nodelay(true).unwrap();
                let Ok(server) = UnixStream::connect(&socket).await else { continue };
                lines.lines.fetch_add(1, SeqCst);
                let line = lines.clone();
                let poisons = line.poisons.swap(false, SeqCst);
                all.spawn(async move {
                    let (from_client, to_client) = client.into_split();
                    let (from_server, to_server) = server.into_split();
                    let state = Between { poisons: poisons.into(), ..Between::default() };
                    tokio::select! {
                        () = line.ask(from_client, to_server, &state) => {}
                        () = line.answer(from_server, to_client, &state) => {}
                    }
                });
            }
        });
        Self { port, line, task }
    }

    pub fn url(&self, rest: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres?{rest}", self.port)
    }

    /// From now on nothing passes, or everything does again that comes by a new line; what was under way
    /// never arrives.
    pub fn silence(&self, silent: bool) {
        self.line.silent.store(silent, SeqCst);
        self.line.silence.send_replace(());
    }

    pub fn slow(&self, answers: Duration) {
        self.line.slow.store(answers.as_millis().try_into().unwrap(), SeqCst);
    }

    /// Ends the line once this many more messages went to the server. Returns nothing.
    pub fn end_after(&self, messages: u64) {
        self.line.left.store(messages, SeqCst);
    }

    /// Whether a line was ended so.
    pub fn ended(&self) -> bool {
        self.line.left.load(SeqCst) == 0
    }

    /// Cuts the line, once, when the server has carried out a statement with this word, before anybody
    /// hears of it.
    pub fn cut_answer_to(&self, word: &'static str) {
        *locked(&self.line.cuts) = Some(word);
    }

    /// Leaves the session of the next line in a transaction.
    pub fn poison_the_next_line(&self) {
        self.line.poisons.store(true, SeqCst);
    }

    /// Lines that were made so far.
    pub fn lines(&self) -> usize {
        self.line.lines.load(SeqCst)
    }

    /// The statements that were carried out since it was last asked.
    pub fn sent(&self) -> Vec<String> {
        std::mem::take(&mut *locked(&self.line.sent))
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Line {
    async fn ask<R, W>(&self, mut from: R, mut to: W, state: &Between)
    where
        R: AsyncRead + Unpin,
        W: AsyncWriteExt + Unpin,
    {
        let (mut started, mut prepared) = (false, Vec::<(Vec<u8>, String)>::new());
        while let Some(message) = message(&mut from, !started).await {
            self.pass().await;
            if self.left.load(SeqCst) == 0 {
                return;
            }
            // The request for a session has no kind.
            if started {
                self.note(&message, &mut prepared, &state.cut);
                if message[0] == b'P' && state.poisons.swap(false, SeqCst) {
                    state.swallows.store(BEGIN.1, SeqCst);
                    to.write_all(BEGIN.0).await.expect("a server that is there");
                }
            }
            started = true;
            if to.write_all(&message).await.is_err() {
                return;
            }
            let left = self.left.load(SeqCst);
            self.left.store(if left == u64::MAX { left } else { left - 1 }, SeqCst);
        }
    }

    /// Parse (`P`) names a statement, Bind (`B`) carries it out, Query (`Q`) does both.
    fn note(&self, message: &[u8], prepared: &mut Vec<(Vec<u8>, String)>, cut: &AtomicBool) {
        let mut words = message[5..].split(|byte| *byte == 0);
        let mut word = || words.next().unwrap_or_default().to_vec();
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        let sql = match message[0] {
            b'P' => return prepared.insert(0, (word(), text(word()))),
            b'Q' => text(word()),
            b'B' => {
                let (_portal, name) = (word(), word());
                let known = prepared.iter().find(|(known, _)| *known == name);
                known.map(|(_, sql)| sql.clone()).unwrap_or_default()
            }
            _ => return,
        };
        let mut cuts = locked(&self.cuts);
        if cuts.is_some_and(|word| sql.contains(word)) {
            *cuts = None;
            cut.store(true, SeqCst);
        }
        locked(&self.sent).push(sql);
    }

    async fn answer<R, W>(&self, mut from: R, mut to: W, state: &Between)
    where
        R: AsyncRead + Unpin,
        W: AsyncWriteExt + Unpin,
    {
        let mut bytes = [0; 16 * 1024];
        while let Ok(count @ 1..) = from.read(&mut bytes).await {
            let slow = self.slow.load(SeqCst);
            if slow > 0 {
                tokio::time::sleep(Duration::from_millis(slow)).await;
            }
            self.pass().await;
            let hidden = state.swallows.load(SeqCst).min(count);
            state.swallows.fetch_sub(hidden, SeqCst);
            if state.cut.load(SeqCst) || to.write_all(&bytes[hidden..count]).await.is_err() {
                return;
            }
        }
    }

    /// Whatever meets silence never gets on.
    async fn pass(&self) {
        if self.silent.load(SeqCst) {
            std::future::pending::<()>().await;
        }
    }
}

/// A whole message of a client.
async fn message<R: AsyncRead + Unpin>(from: &mut R, first: bool) -> Option<Vec<u8>> {
    let mut message = vec![0; if first { 4 } else { 5 }];
    from.read_exact(&mut message).await.ok()?;
    let head = message.len();
    let length = u32::from_be_bytes(message[head - 4..].try_into().unwrap()) as usize;
    message.resize(head - 4 + length, 0);
    from.read_exact(&mut message[head..]).await.ok()?;
    Some(message)
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
