//! A connection of its own that listens.

use std::{future::poll_fn, sync::Arc, time::Duration};

use tokio::{
    sync::Notify,
    task::JoinHandle,
    time::{sleep, timeout},
};
use tokio_postgres::{AsyncMessage, Client};

use super::{Heard, channel};
use crate::{
    connection::{Connector, Driver},
    failure::Failure,
};

/// How often the server is asked whether it is still there.
const PROBE: Duration = Duration::from_millis(300);
/// How long it has to answer. Both together are less than a second.
const ANSWER: Duration = Duration::from_millis(500);
/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(2);

/// Listens, and connects anew for as long as it lives.
pub(crate) struct Listener {
    connector: Connector,
    schema: String,
    heard: Arc<Heard>,
}

/// A connection that listens. It ends when this is dropped.
struct Line {
    client: Client,
    driver: JoinHandle<()>,
    /// The connection heard itself.
    echo: Arc<Notify>,
}

impl Listener {
    pub(crate) fn new(connector: Connector, schema: &str, heard: Arc<Heard>) -> Self {
        Self { connector, schema: schema.to_owned(), heard }
    }

    /// Whether the engine tells of writes: it is asked to tell of one. Begins to listen if it does.
    pub(crate) async fn begin(self) -> Result<Option<JoinHandle<()>>, Failure> {
        let line = match self.line().await {
            Ok(line) => line,
            Err(failure) if failure.is_unknown() => return Ok(self.give_up()),
            Err(failure) => return Err(failure),
        };
        let channel = channel(&self.schema);
        let echoes = async {
            let echo = line.client.query("SELECT pg_notify($1, '')", &[&channel]).await;
            echo.map_err(Failure::of)?;
            line.echo.notified().await;
            Ok::<_, Failure>(())
        };
        match timeout(CONNECT, echoes).await {
            Ok(Ok(())) => {
                // Before anybody can listen, who would be told that something was missed.
                self.heard.begin();
                let runtime = self.connector.runtime.clone();
                Ok(Some(runtime.spawn(async move { self.listen(line).await })))
            }
            Ok(Err(failure)) if !failure.is_unknown() => Err(failure),
            _ => Ok(self.give_up()),
        }
    }

    /// Nothing will ever be heard.
    fn give_up(&self) -> Option<JoinHandle<()>> {
        self.heard.deafen();
        None
    }

    async fn listen(self, mut line: Line) {
        loop {
            while timeout(ANSWER, line.client.batch_execute("")).await.is_ok_and(|is| is.is_ok()) {
                sleep(PROBE).await;
            }
            self.heard.deafen();
            line = loop {
                if let Ok(Ok(line)) = timeout(CONNECT, self.line()).await {
                    break line;
                }
                sleep(PROBE).await;
            };
            self.heard.begin();
        }
    }

    async fn line(&self) -> Result<Line, Failure> {
        let (client, driver) = self.connector.raw().await?;
        let echo = Arc::new(Notify::new());
        let driving = drive(driver, self.heard.clone(), echo.clone());
        let driver = self.connector.runtime.spawn(driving);
        let line = Line { client, driver, echo };
        let listen = format!("LISTEN \"{}\"", channel(&self.schema));
        line.client.batch_execute(&listen).await.map_err(Failure::of)?;
        Ok(line)
    }
}

async fn drive(mut driver: Driver, heard: Arc<Heard>, echo: Arc<Notify>) {
    while let Some(Ok(message)) = poll_fn(|cx| driver.poll_message(cx)).await {
        match message {
            AsyncMessage::Notification(word) if word.payload().is_empty() => echo.notify_one(),
            AsyncMessage::Notification(word) => heard.hear(word.payload()),
            _ => {}
        }
    }
    heard.deafen();
}

impl Drop for Line {
    fn drop(&mut self) {
        self.driver.abort();
    }
}
