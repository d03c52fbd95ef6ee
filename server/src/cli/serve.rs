//! Serving: a server, its certificate read again at SIGHUP, and a clean stop at SIGTERM or SIGINT.

use std::io::{self, Write};

use tokio::signal::unix::{SignalKind, signal};

use super::log;
use crate::config::Config;
use crate::server::Server;

pub(super) fn run(config: Config) -> anyhow::Result<()> {
    log::start(&config.log);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(config))
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let data = config.data_dir.display().to_string();
    let server = Server::start(config).await?;
    let address = server.local_addr();
    let fingerprint = server.fingerprint();
    // Whoever started it may have closed the pipe, which is no reason not to serve.
    let _ = writeln!(io::stdout(), "papo-server listens on {address}, data in {data}, certificate {fingerprint}");
    let _ = io::stdout().flush();
    let failed = loop {
        tokio::select! {
            _ = terminate.recv() => break None,
            _ = interrupt.recv() => break None,
            name = server.failed() => break Some(name),
            _ = hangup.recv() => match server.reload_certificate() {
                Ok(()) => tracing::info!(fingerprint = %server.fingerprint(), "the certificate was read again"),
                Err(error) => tracing::error!(%error, "the certificate is as it was"),
            },
        }
    };
    tracing::info!("stopping; once more to stop at once");
    tokio::select! {
        () = server.stop() => match failed {
            None => Ok(()),
            Some(name) => anyhow::bail!("A fault ended the part that does this: {name}. The log says more; the server can be started again."),
        },
        _ = terminate.recv() => anyhow::bail!("Stopped at once."),
        _ = interrupt.recv() => anyhow::bail!("Stopped at once."),
    }
}
