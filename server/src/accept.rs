//! Accepting connections, for every listening socket of the server.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::sync::Semaphore;

/// Delay after a failed accept, such as one for lack of file descriptors, to avoid a busy loop.
const PAUSE_AFTER_ERROR: Duration = Duration::from_millis(100);

/// A listening socket, so that accepting from TCP and Unix sockets shares its error handling.
pub(crate) trait Listener {
    /// An accepted connection, with the address of the peer for TCP.
    type Connection;

    /// Waits for the next connection. Dropping the future loses none.
    ///
    /// # Errors
    /// Those of the system. Some are temporary, such as a lack of file descriptors.
    fn accept(&self) -> impl Future<Output = io::Result<Self::Connection>> + Send;
}

impl Listener for TcpListener {
    type Connection = (TcpStream, SocketAddr);

    async fn accept(&self) -> io::Result<Self::Connection> {
        Self::accept(self).await
    }
}

impl Listener for UnixListener {
    type Connection = UnixStream;

    async fn accept(&self) -> io::Result<Self::Connection> {
        Self::accept(self).await.map(|(stream, _)| stream)
    }
}

/// Accepts the next connection; tries again after errors, which are logged. `purpose` names the listener in the log.
pub(crate) async fn accept<L: Listener>(purpose: &str, listener: &L) -> L::Connection {
    loop {
        match listener.accept().await {
            Ok(connection) => return connection,
            Err(error) => {
                tracing::warn!(%error, purpose, "accepting a connection failed");
                tokio::time::sleep(PAUSE_AFTER_ERROR).await;
            }
        }
    }
}

/// Serves connections for as long as it is polled, each in its own task. At most `max` are served at a time; further ones
/// wait in the kernel's queue until they are accepted.
pub(crate) async fn serve_connections<L: Listener, F>(purpose: &str, listener: L, max: usize, serve: impl Fn(L::Connection) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let slots = Arc::new(Semaphore::new(max));
    // Never closed.
    while let Ok(slot) = slots.clone().acquire_owned().await {
        let serving = serve(accept(purpose, &listener).await);
        tokio::spawn(async move {
            serving.await;
            drop(slot);
        });
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::VecDeque;
    use std::marker::PhantomData;
    use std::sync::Mutex;

    use tokio::sync::{mpsc, oneshot};
    use tokio::time::Instant;

    use super::{Duration, Listener, PAUSE_AFTER_ERROR, accept, io, serve_connections};

    /// Panics when it is asked for a connection.
    pub(crate) struct PanickingListener<C>(PhantomData<fn() -> C>);

    impl<C> PanickingListener<C> {
        pub(crate) fn new() -> Self {
            Self(PhantomData)
        }
    }

    impl<C> Listener for PanickingListener<C> {
        type Connection = C;

        async fn accept(&self) -> io::Result<C> {
            panic!("deliberate panic while accepting a connection")
        }
    }

    /// Accepts these connections, and then none.
    struct FakeListener(Mutex<VecDeque<io::Result<u32>>>);

    impl FakeListener {
        fn new(results: impl IntoIterator<Item = io::Result<u32>>) -> Self {
            Self(Mutex::new(results.into_iter().collect()))
        }
    }

    impl Listener for FakeListener {
        type Connection = u32;

        async fn accept(&self) -> io::Result<u32> {
            let next = self.0.lock().unwrap().pop_front();
            match next {
                Some(result) => result,
                None => std::future::pending().await,
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn accepting_goes_on_after_errors_with_a_pause() {
        let listener = FakeListener::new([Err(io::Error::other("too many open files")), Ok(1)]);
        let began = Instant::now();
        assert_eq!(accept("tests", &listener).await, 1);
        assert!(began.elapsed() >= PAUSE_AFTER_ERROR, "{:?}", began.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn connections_beyond_the_maximum_wait_until_one_ends() {
        let (began, mut beginnings) = mpsc::unbounded_channel();
        let serve = move |connection: u32| {
            let (end, ended) = oneshot::channel::<()>();
            began.send((connection, end)).unwrap();
            async move { drop(ended.await) }
        };
        let serving = tokio::spawn(serve_connections("tests", FakeListener::new([1, 2, 3].map(Ok)), 2, serve));
        let (first, end_first) = beginnings.recv().await.unwrap();
        let (second, _end_second) = beginnings.recv().await.unwrap();
        assert_eq!([first, second], [1, 2]);
        let waiting = tokio::time::timeout(Duration::from_secs(60), beginnings.recv()).await;
        assert!(waiting.is_err(), "a third connection must wait");
        drop(end_first);
        let (third, _end_third) = beginnings.recv().await.unwrap();
        assert_eq!(third, 3);
        serving.abort();
    }
}
