//! Whether the database answers, and what happens while it does not.
//!
//! One task asks it every second, on a connection of its own. While there is no answer, everything that waits for one fails, and
//! nothing else is tried. So no operation waits long for a database that accepts connections and hangs, or that the network cut
//! off, and all of them work again within a second or two of its return.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};
use tokio_postgres::{Client, Config};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::fault::described;

/// Time between two questions.
const ASK_EVERY: Duration = Duration::from_secs(1);

/// Maximum time to wait for an answer, which includes making a connection if there is none. Shorter than the time in which clients
/// expect the reply to a ping, so that they stay connected.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// What is known about the availability of a database. Cloning gives another handle.
#[derive(Clone)]
pub(super) struct Health {
    /// Why the database is unavailable; `None` if it is available.
    outage: watch::Sender<Option<Arc<str>>>,
    suspicion: Arc<Notify>,
}

impl Health {
    /// Of a database that is assumed to be available until [`Health::watch`] finds out.
    pub(super) fn assumed() -> Self {
        Self { outage: watch::Sender::new(None), suspicion: Arc::new(Notify::new()) }
    }

    /// Why the database is unavailable.
    pub(super) fn outage(&self) -> Option<Arc<str>> {
        self.outage.borrow().clone()
    }

    /// Waits until the database is unavailable, and tells why.
    pub(super) async fn wait_for_outage(&self) -> Arc<str> {
        loop {
            let mut outage = self.outage.subscribe();
            // The sender lives as long as this handle.
            if let Ok(found) = outage.wait_for(Option::is_some).await
                && let Some(reason) = found.clone()
            {
                return reason;
            }
        }
    }

    /// Asks the database at once, after a connection failed.
    pub(super) fn suspect_outage(&self) {
        self.suspicion.notify_one();
    }

    /// Asks the database again and again, for as long as the store is open.
    pub(super) async fn watch(self, config: Config, tls: MakeRustlsConnect) {
        let mut prober = Prober { config, tls, connection: None };
        let mut since: Option<Instant> = None;
        loop {
            let reason = match timeout(ANSWER_TIMEOUT, prober.ask()).await {
                Ok(Ok(())) => None,
                Ok(Err(reason)) => Some(reason),
                Err(_) => Some(format!("no answer within {} s", ANSWER_TIMEOUT.as_secs())),
            };
            match (reason, since) {
                (None, None) => {}
                (None, Some(began)) => {
                    let seconds = began.elapsed().as_secs();
                    since = None;
                    self.outage.send_replace(None);
                    tracing::info!(seconds, "the database is available again");
                }
                (Some(reason), None) => {
                    prober.connection = None;
                    since = Some(Instant::now());
                    tracing::error!(reason, "the database is unavailable: nothing is loaded or stored until it is back");
                    self.outage.send_replace(Some(reason.into()));
                }
                (Some(reason), Some(_)) => {
                    prober.connection = None;
                    self.outage.send_replace(Some(reason.into()));
                }
            }
            tokio::select! {
                () = sleep(ASK_EVERY) => {}
                () = self.suspicion.notified(), if since.is_none() => {}
            }
        }
    }
}

/// Asks on one connection, which is replaced after a failure.
struct Prober {
    config: Config,
    tls: MakeRustlsConnect,
    connection: Option<(Client, Carrier)>,
}

impl Prober {
    /// Asks once. That the connection was lost since the last question means nothing: another one is made.
    ///
    /// # Errors
    /// Why the database cannot be used.
    async fn ask(&mut self) -> Result<(), String> {
        if let Some((client, carrier)) = self.connection.take()
            && let Ok(answer) = ask(&client).await
        {
            self.connection = Some((client, carrier));
            return answer;
        }
        let (client, connection) = self.config.connect(self.tls.clone()).await.map_err(|error| described(&error))?;
        let carrier = Carrier(tokio::spawn(async move { drop(connection.await) }));
        let answer = ask(&client).await.map_err(|error| described(&error))?;
        self.connection = Some((client, carrier));
        answer
    }
}

/// Asks on a connection whether the database can be written to, and gives the reason if not.
async fn ask(client: &Client) -> Result<Result<(), String>, tokio_postgres::Error> {
    let is_standby: bool = client.query_one("SELECT pg_is_in_recovery()", &[]).await?.try_get(0)?;
    Ok(if is_standby { Err("the server has become a standby, which cannot be written to".to_owned()) } else { Ok(()) })
}

/// The task that carries the bytes of a connection. Dropping it ends the connection at once, even if the server hangs.
struct Carrier(JoinHandle<()>);

impl Drop for Carrier {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Makes connections that end as soon as the database is unavailable, so that nobody waits for an answer on them.
pub(super) struct Connector {
    pub(super) tls: MakeRustlsConnect,
    pub(super) health: Health,
}

impl deadpool_postgres::Connect for Connector {
    fn connect(&self, config: &Config) -> BoxFuture<'_, Result<(Client, JoinHandle<()>), tokio_postgres::Error>> {
        let (config, tls, health) = (config.clone(), self.tls.clone(), self.health.clone());
        Box::pin(async move {
            let (client, connection) = config.connect(tls).await?;
            let carrier = tokio::spawn(async move {
                tokio::select! {
                    ended = connection => {
                        if let Err(error) = ended {
                            tracing::debug!(error = described(&error), "a connection to the database was lost");
                            health.suspect_outage();
                        }
                    }
                    _ = health.wait_for_outage() => {}
                }
            });
            Ok((client, carrier))
        })
    }
}
