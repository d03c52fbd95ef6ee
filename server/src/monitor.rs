//! Metrics and health over HTTP, for programs on this machine that watch the server.
//!
//! `/metrics` for Prometheus; `/livez` says that the process answers, `/readyz` that people can use it. Deliberately absent:
//! encryption and passwords, since only loopback is listened on, and anything that somebody wrote.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
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
use crate::metrics::{Metrics, Now};
use crate::open_sessions::{OpenSessions, SessionTotals};
use crate::passwords::Passwords;
use crate::supervisor::{FailedTask, Supervisor};

/// Connections served at once; who comes beyond them waits.
const CONNECTIONS: usize = 16;

/// Longest life of a connection. Whoever watches comes again.
const LIFE: Duration = Duration::from_secs(30);

/// Name of the task that serves the pages.
const TASK: &str = "reporting metrics and health";

/// The type of Prometheus's text format.
const METRICS_TYPE: HeaderValue = HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
const TEXT_TYPE: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");

/// How far the server's life has gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// It opens its file, which may be brought to a newer schema.
    Starting,
    /// People can use it.
    Serving,
    /// It says goodbye.
    Stopping,
}

/// What is looked at when somebody asks.
pub(crate) struct Watched {
    /// What was measured.
    pub(crate) metrics: Arc<Metrics>,
    /// Who is connected.
    pub(crate) sessions: OpenSessions,
    /// How much work waits.
    pub(crate) passwords: Passwords,
    /// The phase.
    pub(crate) phase: watch::Receiver<Phase>,
    /// The part of the server that panicked, if one did.
    pub(crate) failed: watch::Receiver<FailedTask>,
}

/// Answers whoever watches, until it is dropped.
pub(crate) struct Monitor {
    serving: Option<(SocketAddr, JoinHandle<()>)>,
}

/// The address cannot be listened on.
#[derive(Debug)]
pub(crate) struct NoMonitor {
    pub(crate) address: SocketAddr,
    pub(crate) source: io::Error,
}

impl Monitor {
    /// Listens in the current runtime, where an address is given.
    ///
    /// # Errors
    /// The address that cannot be listened on.
    pub(crate) async fn start(address: Option<SocketAddr>, watched: Watched, supervisor: &Supervisor) -> Result<Self, NoMonitor> {
        let Some(address) = address else { return Ok(Self { serving: None }) };
        let failed = |source| NoMonitor { address, source };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Self { serving: Some((address, spawn(listener, watched, supervisor))) })
    }

    /// Where it listens.
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
    supervisor.spawn(TASK, serve_connections("metrics", listener, CONNECTIONS, serve))
}

async fn serve(stream: TcpStream, watched: &Watched) {
    let service = service_fn(|request: Request<Incoming>| async move {
        Ok::<_, Infallible>(watched.answer(request.method(), request.uri().path()))
    });
    let served = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    match timeout(LIFE, served).await {
        Ok(Ok(())) | Err(_) => {}
        Ok(Err(error)) => tracing::debug!(%error, "who asked for metrics was gone before the answer"),
    }
}

impl Watched {
    fn answer(&self, method: &Method, path: &str) -> Response<Full<Bytes>> {
        if method != Method::GET {
            return text(StatusCode::METHOD_NOT_ALLOWED, "only GET\n");
        }
        match path {
            "/metrics" => respond(StatusCode::OK, METRICS_TYPE, self.metrics.encode(self.now())),
            "/livez" => text(StatusCode::OK, "ok\n"),
            "/readyz" => match self.why_not_ready() {
                None => text(StatusCode::OK, "ok\n"),
                Some(why) => text(StatusCode::SERVICE_UNAVAILABLE, why),
            },
            _ => text(StatusCode::NOT_FOUND, "there is /metrics, /livez and /readyz\n"),
        }
    }

    fn why_not_ready(&self) -> Option<&'static str> {
        match *self.phase.borrow() {
            Phase::Starting => Some("starting\n"),
            Phase::Stopping => Some("stopping\n"),
            Phase::Serving if self.failed.borrow().is_some() => {
                Some("a part of the server has failed: see the log, and restart it\n")
            }
            Phase::Serving if !self.metrics.stores() => Some("the newest writes could not be stored: see the log\n"),
            Phase::Serving => None,
        }
    }

    fn now(&self) -> Now {
        let SessionTotals { open, signed_in, lagging, send_queue_bytes } = self.sessions.totals();
        Now { sessions: open, signed_in, lagging, send_queue_bytes, password_hashes: self.passwords.waiting() }
    }
}

fn text(status: StatusCode, words: &'static str) -> Response<Full<Bytes>> {
    respond(status, TEXT_TYPE, words)
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

    use super::{Arc, Method, Metrics, Passwords, Phase, StatusCode, Supervisor, TASK, Watched, spawn, watch};
    use crate::accept::tests::PanickingListener;

    #[track_caller]
    fn check(watched: &Watched, path: &str, expected: StatusCode) {
        assert_eq!(watched.answer(&Method::GET, path).status(), expected, "{path}");
    }

    #[test]
    fn it_is_ready_while_it_serves_and_what_is_written_is_stored() {
        let (phase, watched) = watch::channel(Phase::Starting);
        let (metrics, passwords) = (Arc::new(Metrics::default()), Passwords::start(4).unwrap());
        let (fail, failed) = watch::channel(None);
        let sessions = super::OpenSessions::default();
        let watched = Watched { metrics: metrics.clone(), sessions, passwords, phase: watched, failed };
        check(&watched, "/readyz", StatusCode::SERVICE_UNAVAILABLE);
        check(&watched, "/livez", StatusCode::OK);
        phase.send_replace(Phase::Serving);
        check(&watched, "/readyz", StatusCode::OK);
        metrics.committed(1, Duration::ZERO, false);
        check(&watched, "/readyz", StatusCode::SERVICE_UNAVAILABLE);
        metrics.committed(1, Duration::ZERO, true);
        check(&watched, "/readyz", StatusCode::OK);
        metrics.batch_was_lost();
        check(&watched, "/readyz", StatusCode::SERVICE_UNAVAILABLE);
        metrics.committed(1, Duration::ZERO, true);
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
        let watched = Watched { metrics, sessions, passwords, phase, failed: failed.clone() };
        spawn(PanickingListener::new(), watched, &supervisor).await.unwrap();
        assert_eq!(*failed.wait_for(Option::is_some).await.unwrap(), Some(TASK));
    }
}
