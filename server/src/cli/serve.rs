//! Serving: runs the server, reloads its certificate on SIGHUP, and stops it cleanly on SIGTERM or SIGINT.

use std::io::{self, Write};

use tokio::signal::unix::{SignalKind, signal};

use super::log;
use crate::config::Config;
use crate::server::Server;

pub(super) fn run(config: Config) -> anyhow::Result<()> {
    let repetitions = log::start(&config.log)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let served = runtime.block_on(serve(config));
    repetitions.end_interval();
    served
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let data = config.data_dir.display().to_string();
    let server = Server::start(config).await?;
    let address = server.local_addr();
    let fingerprint = server.fingerprint();
    // The parent process may have closed the pipe; the server runs nevertheless.
    let _ = writeln!(io::stdout(), "papo-server listens on {address}, data in {data}, certificate {fingerprint}");
    let _ = io::stdout().flush();
    let failed = loop {
        tokio::select! {
            _ = terminate.recv() => break None,
            _ = interrupt.recv() => break None,
            name = server.failed() => break Some(name),
            _ = hangup.recv() => match server.reload_certificate() {
                Ok(()) => tracing::info!(fingerprint = %server.fingerprint(), "reloaded the certificate"),
                Err(error) => tracing::error!(%error, "reloading the certificate failed; the previous one stays in use"),
            },
        }
    };
    tracing::info!("stopping; repeat the signal to stop immediately");
    tokio::select! {
        () = server.stop() => match failed {
            None => Ok(()),
            Some(name) => anyhow::bail!("This task failed: {name}. The log has the cause. Start the server again."),
        },
        _ = terminate.recv() => anyhow::bail!("Stopped immediately."),
        _ = interrupt.recv() => anyhow::bail!("Stopped immediately."),
    }
}
