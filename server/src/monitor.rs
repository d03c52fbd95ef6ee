//! Metrics and health checks over HTTP, for monitoring programs on this machine.
//!
//! `/metrics` is for Prometheus; `/livez` checks that the process responds, `/readyz` that the server is usable.
//! Deliberately absent: encryption and authentication, since it only listens on loopback, and any text written by
//! users.

use std::borrow::Cow;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::accept::{Listener, serve_connections};
use crate::metrics::{GaugeValues, Metrics};
use crate::open_sessions::{OpenSessions, SessionTotals};
use crate::passwords::Passwords;
use crate::store::Store;
use crate::supervisor::{FailedTask, Supervisor};

/// Maximum number of connections served at a time; further ones wait.
const MAX_CONNECTIONS: usize = 16;

/// Maximum lifetime of a connection. Monitoring programs reconnect.
const MAX_LIFETIME: Duration = Duration::from_secs(30);

/// Name of the task that serves the pages.
const TASK: &str = "reporting metrics and health";

/// Content type of the OpenMetrics text format.
const METRICS_TYPE: HeaderValue = HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
const TEXT_TYPE: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");

/// Phase of the server's life cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// The server opens its database, which may take a migration.
    Starting,
    /// The server accepts and serves connections.
    Serving,
    /// The server is stopping and closes its sessions.
    Stopping,
}

/// The parts of the server that responses are computed from.
pub(crate) struct Watched {
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) sessions: OpenSessions,
    pub(crate) passwords: Passwords,
    pub(crate) phase: watch::Receiver<Phase>,
    /// Set once it is open.
    pub(crate) store: Arc<OnceLock<Arc<dyn Store>>>,
    /// The essential task that panicked, if one did.
    pub(crate) failed: watch::Receiver<FailedTask>,
}

/// The HTTP endpoint; stops when dropped.
pub(crate) struct Monitor {
    serving: Option<(SocketAddr, JoinHandle<()>)>,
}

/// Listening on the configured address failed.
#[derive(Debug)]
pub(crate) struct MonitorError {
    pub(crate) address: SocketAddr,
    pub(crate) source: io::Error,
}

impl Monitor {
    /// Starts the endpoint in the current runtime, if an address is configured.
    ///
    /// # Errors
    /// Listening on the address failed.
    pub(crate) async fn start(
        address: Option<SocketAddr>,
        watched: Watched,
        supervisor: &Supervisor,
    ) -> Result<Self, MonitorError> {
        let Some(address) = address else { return Ok(Self { serving: None }) };
        let failed = |source| MonitorError { address, source };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Self { serving: Some((address, spawn(listener, watched, supervisor))) })
    }

    /// Address of the endpoint; `None` if it is disabled.
    pub(crate) fn local_addr(&self) -> Option<SocketAddr> {
        self.serving.as_ref().map(|(address, _)| *address)
    }
}

impl Drop for Monitor {
    fn drop(&mut self) {
        if let Some((_, serving)) = &self.serving {
            serving.abort();
        }
    }
}

fn spawn<L>(listener: L, watched: Watched, supervisor: &Supervisor) -> JoinHandle<()>
where
    L: Listener<Connection = (TcpStream, SocketAddr)> + Send + Sync + 'static,
{
    let watched = Arc::new(watched);
    let serve = move |(stream, _)| {
        let watched = watched.clone();
        async move { serve(stream, &watched).await }
    };
    supervisor.spawn(TASK, serve_connections("metrics", listener, MAX_CONNECTIONS, serve))
}

async fn serve(stream: TcpStream, watched: &Watched) {
    let service = service_fn(|request: Request<Incoming>| async move {
        Ok::<_, Infallible>(watched.answer(request.method(), request.uri().path()))
    });
    let served = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    match timeout(MAX_LIFETIME, served).await {
        Ok(Ok(())) | Err(_) => {}
        Ok(Err(error)) => tracing::debug!(%error, "a metrics connection failed"),
    }
}

impl Watched {
    fn answer(&self, method: &Method, path: &str) -> Response<Full<Bytes>> {
        if method != Method::GET {
            return text(StatusCode::METHOD_NOT_ALLOWED, "only GET is supported\n");
        }
        match path {
            "/metrics" => respond(StatusCode::OK, METRICS_TYPE, self.metrics.encode(self.gauges())),
            "/livez" => text(StatusCode::OK, "ok\n"),
            "/readyz" => match self.unready_reason() {
                None if self.metrics.is_space_low() => {
                    text(StatusCode::OK, "ok, but the disk is nearly full: only short messages are stored\n")
                }
                None => text(StatusCode::OK, "ok\n"),
                Some(reason) => text(StatusCode::SERVICE_UNAVAILABLE, reason),
            },
            _ => text(StatusCode::NOT_FOUND, "available paths: /metrics, /livez, /readyz\n"),
        }
    }

    /// One line of text.
    fn unready_reason(&self) -> Option<Cow<'static, str>> {
        let reason = match *self.phase.borrow() {
            Phase::Starting => "starting\n",
            Phase::Stopping => "stopping\n",
            Phase::Serving if self.failed.borrow().is_some() => {
                "an essential task has failed; see the log and restart the server\n"
            }
            Phase::Serving => return self.unavailable_reason().or_else(|| self.unstored_reason().map(Cow::Borrowed)),
        };
        Some(Cow::Borrowed(reason))
    }

    /// Why the store can do nothing at present.
    fn unavailable_reason(&self) -> Option<Cow<'static, str>> {
        let reason = self.store.get()?.unavailable_reason()?;
        Some(format!("the database is unavailable: {}\n", reason.replace(char::is_control, " ")).into())
    }

    /// Why the last batch could not be stored.
    fn unstored_reason(&self) -> Option<&'static str> {
        match (self.metrics.is_last_batch_stored(), self.metrics.is_space_low()) {
            (true, _) => None,
            (false, true) => Some("the last writes could not be stored: the disk is full; free some space\n"),
            (false, false) => Some("the last writes could not be stored; see the log\n"),
        }
    }

    fn gauges(&self) -> GaugeValues {
        let SessionTotals { open, signed_in, lagging, send_queue_bytes } = self.sessions.totals();
        let is_available = self.store.get().is_some_and(|store| store.unavailable_reason().is_none());
        GaugeValues {
            sessions: open,
            signed_in,
            lagging,
            send_queue_bytes,
            password_hashes: self.passwords.waiting(),
            store_available: is_available.into(),
        }
    }
}

fn text(status: StatusCode, body: impl Into<Cow<'static, str>>) -> Response<Full<Bytes>> {
    respond(status, TEXT_TYPE, body.into().into_owned())
}

fn respond(status: StatusCode, content: HeaderValue, body: impl Into<Bytes>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, content);
    response
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Arc, Method, Metrics, OnceLock, Passwords, Phase, StatusCode, Store, Supervisor, TASK, Watched, spawn, watch};
    use crate::accept::tests::PanickingListener;
    use crate::metrics::BatchEnd;
    use crate::store::memory::MemoryStore;

    #[track_caller]
    fn check(watched: &Watched, path: &str, expected: StatusCode) {
        assert_eq!(watched.answer(&Method::GET, path).status(), expected, "{path}");
    }

    #[test]
    fn the_server_is_ready_while_it_serves_and_stores_writes() {
        let (phase, watched) = watch::channel(Phase::Starting);
        let (metrics, passwords) = (Arc::new(Metrics::default()), Passwords::start(4).unwrap());
        let (fail, failed) = watch::channel(None);
        let sessions = super::OpenSessions::default();
        let store = Arc::new(OnceLock::new());
        let watched = Watched { metrics: metrics.clone(), sessions, passwords, phase: watched, store: store.clone(), failed };
        check(&watched, "/readyz", StatusCode::SERVICE_UNAVAILABLE);
        check(&watched, "/livez", StatusCode::OK);
        phase.send_replace(Phase::Serving);
        check(&watched, "/readyz", StatusCode::OK);
        metrics.record_batch(1, Duration::ZERO, BatchEnd::Failed);
        check(&watched, "/readyz", StatusCode::SERVICE_UNAVAILABLE);
        metrics.record_batch(1, Duration::ZERO, BatchEnd::Stored);
        check(&watched, "/readyz", StatusCode::OK);
        metrics.record_lost_batch();
        check(&watched, "/readyz", StatusCode::SERVICE_UNAVAILABLE);
        metrics.record_batch(1, Duration::ZERO, BatchEnd::Stored);
        check(&watched, "/readyz", StatusCode::OK);
        let memory = Arc::new(MemoryStore::default());
        store.get_or_init(|| memory.clone() as Arc<dyn Store>);
        check(&watched, "/readyz", StatusCode::OK);
        memory.set_unavailable(true);
        check(&watched, "/readyz", StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(watched.unready_reason().as_deref(), Some("the database is unavailable: the database has stopped\n"));
        metrics.record_batch(1, Duration::ZERO, BatchEnd::Unavailable);
        memory.set_unavailable(false);
        // At once, and not only after the next write.
        check(&watched, "/readyz", StatusCode::OK);
        fail.send_replace(Some("accepting connections"));
        check(&watched, "/readyz", StatusCode::SERVICE_UNAVAILABLE);
        fail.send_replace(None);
        check(&watched, "/readyz", StatusCode::OK);
        phase.send_replace(Phase::Stopping);
        check(&watched, "/readyz", StatusCode::SERVICE_UNAVAILABLE);
        check(&watched, "/livez", StatusCode::OK);
    }

    #[tokio::test]
    async fn a_panic_of_the_accept_loop_is_reported() {
        let (_phase, phase) = watch::channel(Phase::Serving);
        let (metrics, passwords) = (Arc::new(Metrics::default()), Passwords::start(4).unwrap());
        let (supervisor, mut failed) = Supervisor::new();
        let sessions = super::OpenSessions::default();
        let store = Arc::default();
        let watched = Watched { metrics, sessions, passwords, phase, store, failed: failed.clone() };
        spawn(PanickingListener::new(), watched, &supervisor).await.unwrap();
        assert_eq!(*failed.wait_for(Option::is_some).await.unwrap(), Some(TASK));
    }
}
